"""Does the running program show on the wall what goes on in it?"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from netmon.app import App
from netmon.people import Act, Person
from tests.province import SMALL, made, perform


def test_the_wall_of_a_running_program() -> None:
    walls: list[dict[str, Any]] = []
    project = made(SMALL)

    async def look(app: App) -> None:
        lan = Person(id="lan", name="chị Lan", phone="0216 000 0202")
        app.view.use(replace(app.project, roster=replace(app.project.roster, people={"lan": lan})))
        walls.append(app.view.wall("en" if len(walls) == 1 else "vi"))

    def take(who: str) -> Callable[[App], Awaitable[None]]:
        async def act(app: App) -> None:
            await app.engine.say(Act(verb="ack", who=who, at=0.0, incident=next(iter(app.engine.incidents()))))
            await look(app)

        return act

    names = {"lan": "chị Lan", "anh Bình": "anh Bình", "+84 216 000 0103": "…", "binh@yb.vn": "…"}
    takes = [(61.0 + number, take(who)) for number, who in enumerate(names)]
    perform(project, [(20.0, look), (21.0, ("cut", "d/1", "d/2")), (60.0, look), *takes], 70.0)
    before, broken, *taken = walls
    assert before["counts"]["up"] == len(project.inventory.sites)
    assert (before["incidents"], before["blind"], before["running"]) == ([], None, True)
    assert (before["at"], before["zone"]) == ("2026-10-14T07:00:20.000+07:00", "Asia/Ho_Chi_Minh")
    assert 0 <= before["age"] <= 5 < before["stale_after"] == 32
    assert {what: count for what, count in broken["counts"].items() if count} == {
        "down": 1,
        "cut": 2,
        "backup": 1,
        "up": 5,
    }
    assert [(one["name"], one["tag"], one["by"]) for one in broken["incidents"]] == [("D", "DOWN", "")]
    assert [one["by"] for wall in taken for one in wall["incidents"]] == list(names.values())
