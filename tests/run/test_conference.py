"""Are all bridges of a conference looked at together, and graded as they would sound?"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from netmon.model import Conference, Finding, Standing, State
from netmon.run.agenda import Agenda
from netmon.run.conference import Look, Way, bridges, duties, finding, look, readiness, way_to
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.collectors.fakes import FakeNet
from tests.province import made
from tests.settings.test_conferences import NEXT, PROVINCE

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TWO_LINES = "    uplinks: [{to: core, role: backup, kind: 4g}, {to: core, circuit: TW-B}]\n    services"
INVENTORY = made(
    PROVINCE.replace("    uplinks: [{to: core}]\n    services", TWO_LINES) + f"events:\n{NEXT}sites: [a, b]}}\n"
).inventory
[EVENT] = INVENTORY.events
MCU, A_ROOM, B_ROOM = "10.0.0.3", "10.0.1.2", "10.0.2.9"


async def _look(
    times: dict[str, float | None],
    trains: dict[str, list[float | None]] | None = None,
    event: Conference | None = None,
    standings: dict[str, Standing] | None = None,
) -> Look:
    net = FakeNet(times=times)
    net.trains.update({address: [*train] for address, train in (trains or {}).items()})
    return await look(INVENTORY, bridges(INVENTORY, event), net, 0.0, standings or {}, event)


def looked(
    times: dict[str, float | None],
    trains: dict[str, list[float | None]] | None = None,
    event: Conference | None = None,
    standings: dict[str, Standing] | None = None,
) -> Look:
    """In virtual time, so that trains cost nothing."""
    return run_virtual(_look(times, trains, event, standings), 0.0)


def grades(seen: Look) -> dict[str, str]:
    return {heard.bridge: heard.grade for heard in seen.heard}


def test_the_worst_comes_first_and_the_rest_is_counted() -> None:
    seen = looked({MCU: 0.02, A_ROOM: None, B_ROOM: 0.7})
    assert [(heard.bridge, heard.grade) for heard in seen.heard] == [
        ("a-room/bridge", "lost"),
        ("b-room", "poor"),
        ("mcu/bridge", "good"),
    ]
    assert seen.ready == 1


@pytest.mark.parametrize(
    ("train", "grade"),
    [
        ([0.02] * 50, "good"),
        ([None, *[0.02] * 49], "good"),  # a single packet may be chance
        ([None, None, *[0.02] * 48] * 4, "usable"),
        ([None] * 10 + [0.02] * 40, "poor"),
        ([0.31] * 50, "usable"),  # 155 ms one way
        ([0.02, 0.055] * 25, "usable"),  # a jitter of 35 ms
        ([None] * 50, "lost"),
    ],
)
def test_grades(train: list[float | None], grade: str) -> None:
    assert grades(looked({MCU: 0.02, A_ROOM: 0.02, B_ROOM: 0.02}, {B_ROOM: train}))["b-room"] == grade


def test_only_the_bridges_of_the_event() -> None:
    assert grades(looked({MCU: 0.02, A_ROOM: 0.02, B_ROOM: 0.02}, event=EVENT)).keys() == {"a-room/bridge", "b-room"}


def test_all_are_asked_at_the_same_time_and_in_full_whatever_their_window() -> None:
    async def main() -> tuple[float, list[tuple[str, int, float, float]]]:
        class Slow(FakeNet):
            async def train(self, address: str, packets: int, spacing: float, timeout: float) -> list[float | None]:
                self.asked_trains.append((address, packets, spacing, timeout))
                await asyncio.sleep(packets * spacing)
                return [0.02] * packets

        net, start = Slow(), asyncio.get_running_loop().time()
        await look(INVENTORY, bridges(INVENTORY, None, packets=60), net, 0.0, {})
        return asyncio.get_running_loop().time() - start, net.asked_trains

    took, asked = run_virtual(main(), 0.0)
    assert sorted(asked) == [(address, 60, 0.05, 1.0) for address in (MCU, A_ROOM, B_ROOM)]
    assert took == pytest.approx(3.0), "as long as one train"


def test_a_train_that_takes_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 25 s"):
        bridges(INVENTORY, None, packets=501)


DOWN, UP = Standing(State.DOWN, 0.0, "b/2"), Standing(State.UP, 0.0)


@pytest.mark.parametrize(
    ("standings", "line"),
    [
        ({}, None),  # two lines, of which nothing is known
        ({"b/1": UP, "b/2": UP}, ("b/2", False)),
        ({"b/1": UP, "b/2": DOWN}, ("b/1", True)),
        ({"b/1": DOWN, "b/2": DOWN}, None),
        ({"b/1": UP}, None),
        ({"b/1": UP, "b/2": Standing(State.UNKNOWN, 0.0)}, None),
        ({"b/1": Standing(State.UNREACHABLE, 0.0, "x"), "b/2": Standing(State.DEGRADED, 0.0)}, ("b/2", False)),
    ],
)
def test_the_line_in_use(standings: dict[str, Standing], line: tuple[str, bool] | None) -> None:
    way = way_to(INVENTORY, "b", standings)
    assert (None if way is None else (way.line.id, way.backup)) == line
    assert way_to(INVENTORY, "a", {}) == Way(INVENTORY.links["a/1"], False), "the only line there is"
    assert way_to(INVENTORY, "centre", {}) is None


def test_what_explains_a_lost_bridge_is_named_and_only_then() -> None:
    standings = {key: Standing(State.UNREACHABLE, 0.0, "a") for key in ("a-room/bridge", "mcu/bridge")}
    seen = looked({MCU: 0.02, A_ROOM: None, B_ROOM: 0.02}, standings=standings)
    assert {heard.bridge: heard.behind for heard in seen.heard} == {
        "a-room/bridge": "a",
        "mcu/bridge": "",
        "b-room": "",
    }


def test_the_finding_names_the_sites_that_are_not_ready() -> None:
    seen = looked({A_ROOM: None, B_ROOM: 0.02}, event=EVENT)
    told = finding(INVENTORY, seen, EVENT, "the page", 7.0)
    assert (told.id, told.at, told.text, told.detail) == ("noc", 7.0, "conference_ready", "the page")
    assert dict(told.values) == {
        "event": "Họp trực tuyến với Chính phủ",
        "begins": "07:30 02/12/2026",
        "ready": "1",
        "total": "2",
        "missing": "a",
    }


def test_readiness_looks_at_the_bridges_of_the_event_and_shows_the_time_of_the_wall() -> None:
    async def main() -> tuple[list[Look], Finding]:
        clock, pages = VirtualClock(), list[Look]()

        def write(seen: Look) -> str:
            pages.append(seen)
            return "page"

        clock.jump(3600.0)
        net = FakeNet(times={A_ROOM: 0.02, B_ROOM: 0.02, MCU: 0.02})
        return pages, await readiness(INVENTORY, EVENT, net, clock, {}, write)

    [seen], told = run_virtual(main(), 1000.0)
    assert grades(seen) == {"a-room/bridge": "good", "b-room": "good"}
    assert seen.at == 4600.0
    assert (told.at, told.detail, dict(told.values)["missing"]) == (1000.0, "page", "")


def test_an_hour_before_it_begins_it_is_looked_at_once() -> None:
    async def main() -> Sequence[str]:
        clock, done = VirtualClock(), list[str]()

        async def work(event: Conference) -> None:
            done.append(f"{event.name} {datetime.fromtimestamp(clock.now(), ZONE):%d/%m %H:%M}")

        agenda = Agenda(duties(INVENTORY, work), clock, ZONE)
        task = asyncio.create_task(agenda.run())
        await asyncio.sleep(3 * 86400)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return done

    begin = datetime(2026, 12, 1, 12, tzinfo=ZONE).timestamp()
    assert run_virtual(main(), begin) == ["Họp trực tuyến với Chính phủ 02/12 06:30"]
    late = datetime(2026, 12, 2, 6, 31, tzinfo=ZONE).timestamp()
    assert run_virtual(main(), late) == [], "what was missed is not made up for"
