"""Is what is planned or switched off left in peace, and nothing else?"""

from collections.abc import Callable

import pytest
import yaml

from netmon.decide.marks import LATE
from netmon.model import Inventory, Maintenance, Mark, MarkKind, State
from tests.province import SMALL, T0, Play, made

DAY, HOUR = 86400.0, 3600.0
EVENING = 10 * HOUR + 1800
"""17:30 of the first day, seconds after T0 (07:00 in Viet Nam)."""
MORNING = DAY + 1800
"""07:30 of the second day."""

Kept = Callable[[Play, str], list[tuple[MarkKind, float, float | None]]]


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """SMALL; communes g and a, and district d, work office hours."""
    text = yaml.safe_load(SMALL)
    text["calendars"] = {"office": {"days": "mon-fri", "hours": ["07:30-11:30", "13:30-17:00"]}}
    for site in ("g", "a", "d"):
        text["sites"][site]["hours"] = "office"
    return made(yaml.safe_dump(text, sort_keys=False)).inventory


@pytest.fixture(scope="module")
def plain() -> Inventory:
    """SMALL, where everybody is always at work."""
    return made(SMALL).inventory


def marks(play: Play, name: str) -> list[tuple[MarkKind, float, float | None]]:
    """(mark, since, until) of an id as the journal has it in the end, in seconds of the play."""
    last = {
        (entry.body.mark, entry.body.since): entry.body
        for entry in play.told.entries
        if isinstance(entry.body, Mark) and entry.body.id == name
    }
    return [
        (one.mark, round(one.since - T0), None if one.until is None else round(one.until - T0)) for one in last.values()
    ]


def quick(inventory: Inventory, start: float, maintenance: tuple[Maintenance, ...] = ()) -> Play:
    """A play that has just begun when `start` seconds have passed: what was before is skipped."""
    play = Play(inventory, 1, maintenance=maintenance)
    play.run(30)
    play.skip(start)
    return play


def test_a_commune_that_switches_off_after_work_is_nobodys_news(inventory: Inventory) -> None:
    play = quick(inventory, EVENING)
    play.do(EVENING + 60, ("fail", "gr"))
    play.run(EVENING + 180)
    assert play.standing("g") == (State.DOWN, None)
    [(kind, since, until)] = marks(play, "g")
    assert (kind, until) == ("off", None)
    assert EVENING + 60 <= since <= EVENING + 64
    play.skip(MORNING - 300)
    play.do(MORNING - 240, ("restore",))
    play.run(MORNING + LATE + 60)
    assert play.told.said() == []
    [(kind, since, until)] = marks(play, "g")
    assert until is not None
    assert MORNING - 240 <= until <= MORNING - 230


def test_what_is_still_off_a_while_after_work_has_begun_is_told(inventory: Inventory) -> None:
    play = quick(inventory, EVENING)
    play.do(EVENING + 60, ("fail", "gr"))
    play.run(EVENING + 120)
    play.skip(MORNING - 60)
    play.run(MORNING + LATE - 10)
    assert play.told.said() == []
    assert marks(play, "g")[0][2] == MORNING, "off until work begins, down from there"
    play.run(MORNING + LATE + 30)
    assert play.told.said() == [("opened", "outage", "g")]


def test_silence_during_work_is_told_as_ever(inventory: Inventory) -> None:
    play = quick(inventory, 2 * HOUR)
    play.do(2 * HOUR + 60, ("fail", "gr"))
    play.run(2 * HOUR + 120)
    assert play.told.said() == [("opened", "outage", "g")]
    assert marks(play, "g") == []


def test_a_line_that_was_cut_at_night_is_no_switched_off_device(inventory: Inventory) -> None:
    play = quick(inventory, EVENING)
    play.do(EVENING + 60, ("cut", "g/1"))
    play.run(EVENING + 180)
    assert play.told.said() == []
    play.do(EVENING + 240, ("restore",))
    play.run(EVENING + 400)
    [(kind, since, until)] = marks(play, "g")
    assert (kind, until) == ("off", since), "it never started anew: the mark is taken back"


def test_a_line_cut_at_night_and_mended_in_the_morning_is_no_switched_off_device_either(inventory: Inventory) -> None:
    play = quick(inventory, EVENING)
    play.do(EVENING + 60, ("cut", "g/1"))
    play.run(EVENING + 120)
    play.skip(MORNING - 60)
    play.do(MORNING + 300, ("restore",))
    play.run(MORNING + 400)
    [(kind, since, until)] = marks(play, "g")
    assert (kind, until) == ("off", since)


def test_office_hours_never_hide_what_hangs_behind(inventory: Inventory) -> None:
    play = quick(inventory, EVENING)
    play.do(EVENING + 60, ("fail", "dr"))
    play.run(EVENING + 180)
    assert ("opened", "outage", "dr") in play.told.said() or ("opened", "outage", "d") in play.told.said()
    assert all(until == since for _, since, until in marks(play, "d"))


def work(*what: str, since: float = 60.0, until: float = 600.0) -> tuple[Maintenance, ...]:
    return (Maintenance(what=what, since=T0 + since, until=T0 + until, why="new cabinet"),)


def test_planned_work_on_a_district_covers_all_that_hangs_on_it_alone(plain: Inventory) -> None:
    play = Play(plain, 1, maintenance=work("d"))
    play.do(70, ("fail", "dr", "dcam"))
    play.run(500)
    assert play.told.said() == []
    for name in ("d", "dr", "b1", "b2r", "d/1", "b1/1", "dweb"):
        assert marks(play, name) == [("maintenance", 60, None)], name
    assert marks(play, "a") == [], "it has another line"
    play.do(550, ("restore",))
    play.run(700)
    assert play.told.said() == []
    assert {until for name in ("d", "b1", "dweb") for _, _, until in marks(play, name)} == {600}


def test_what_is_left_broken_after_planned_work_is_told_a_confirm_later(plain: Inventory) -> None:
    play = Play(plain, 1, maintenance=work("d"))
    play.do(70, ("fail", "dr"))
    play.run(605)
    assert play.told.said() == []
    play.run(612)
    assert [(event, kind) for event, kind, _ in play.told.said()] == [("opened", "outage")]


def test_what_has_another_way_is_not_covered(plain: Inventory) -> None:
    play = Play(plain, 1, maintenance=work("d"))
    play.do(70, ("fail", "dr", "dcam"), ("cut", "a/2"))
    play.run(300)
    assert play.told.said() == [("opened", "outage", "a")] or play.told.said() == [("opened", "outage", "a/2")]


def test_an_incident_told_before_planned_work_is_told_to_be_over(plain: Inventory) -> None:
    play = Play(plain, 1, maintenance=work("g"))
    play.do(20, ("fail", "gr"))
    play.do(300, ("restore",))
    play.run(400)
    assert play.told.said() == [("opened", "outage", "g"), ("resolved", "outage", "g")]


def test_work_on_an_area_or_a_carrier_goes_by_the_wall_clock(plain: Inventory) -> None:
    play = Play(plain, 1, maintenance=work("viettel", since=DAY + 60, until=DAY + 600))
    play.do(70, ("cut", "d/2"))
    play.run(120)
    assert play.told.said() == [("opened", "redundancy_lost", "d/2")]
    play.do(130, ("restore",))
    play.run(200)
    play.ahead = DAY
    play.do(210, ("cut", "d/2"))
    play.run(300)
    assert len(play.told.said()) == 2, "the clock was set forward: this is planned work"


def test_a_line_that_flaps_is_marked(plain: Inventory) -> None:
    play = Play(plain, 1)
    for n in range(6):
        play.do(20 + 60 * n, ("fail", "gr"))
        play.do(50 + 60 * n, ("restore",))
    play.run(380)
    [(kind, _, until)] = marks(play, "g")
    assert (kind, until) == ("flapping", None)
    play.run(700)
    assert marks(play, "g")[0][2] is not None
