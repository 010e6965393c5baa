"""Is it found who switches off at night, from when until when, and is nobody blamed for one power cut?"""

import random
from pathlib import Path

import pytest

from netmon.decide.ledger.book import Interval
from netmon.decide.ledger.facts import Attribution, Column, Ruling
from netmon.decide.ledger.owners import Owner
from netmon.model import Mark
from netmon.report.document import Lasted
from netmon.report.nights import SLEEPS, WAKES, Dark, dark
from netmon.report.papers import off
from netmon.run.journal.seam import rule
from tests.decide.desk.office import ZONE
from tests.report.months import NOVEMBER, OCTOBER, Broken, at, facts, october, rows, sources, table, write

DAY = 86400
HOUR = 3600


def interval(since: int, until: int, column: Column, fault: Attribution | None = None) -> Interval:
    return Interval(since=since, until=until, column=column, owner=Owner(), attribution=fault)


def between(spells: list[tuple[int, int, Column, Attribution | None]]) -> list[Interval]:
    """October: up but for these."""
    found, last = [], OCTOBER
    for since, until, column, fault in spells:
        if last < since:
            found.append(interval(last, since, "up"))
        found.append(interval(since, until, column, fault))
        last = until
    return [*found, interval(last, NOVEMBER, "up")] if last < NOVEMBER else found


def nightly(
    *, days: range, begins: float, lasts: float, column: Column = "down", fault: Attribution = "power"
) -> Dark | None:
    spells: list[tuple[int, int, Column, Attribution | None]] = []
    for day in days:
        since = OCTOBER + day * DAY + int(begins * HOUR)
        spells.append((since, since + int(lasts * HOUR), column, fault if column == "down" else None))
    return dark(between(spells), ZONE)


def test_switched_off_each_night() -> None:
    found = nightly(days=range(30), begins=17.5, lasts=13.5)
    assert found == Dark(30, 30, 30 * 13 * HOUR + 30 * HOUR // 2, 17 * 60 + 30, 7 * 60, "outages")


@pytest.mark.parametrize("fault", ["unit", "power"])
def test_three_nights_are_a_habit_two_are_none(fault: Attribution) -> None:
    assert nightly(days=range(2), begins=21, lasts=9, fault=fault) is None
    found = nightly(days=range(3), begins=21, lasts=9, fault=fault)
    assert found is not None
    assert (found.nights, found.measured) == (3, 30)


@pytest.mark.parametrize("fault", ["carrier", "unclear", "force_majeure"])
def test_what_others_do_is_no_habit_of_the_unit(fault: Attribution) -> None:
    assert nightly(days=range(20), begins=21, lasts=9, fault=fault) is None


def test_power_cuts_at_all_hours_are_no_habit() -> None:
    spells: list[tuple[int, int, Column, Attribution | None]] = [
        (OCTOBER + day * DAY + hour * HOUR, OCTOBER + day * DAY + hour * HOUR + 11 * HOUR, "down", "power")
        for day, hour in ((1, 16), (4, 19), (8, 22), (12, 18))
    ]
    assert dark(between(spells), ZONE) is None
    assert nightly(days=range(20), begins=9, lasts=6) is None, "that is the day"


def test_a_weekend_is_three_nights_and_the_usual_times_are_those_of_its_ends() -> None:
    friday = at("2026-10-02 17:00")
    spells: list[tuple[int, int, Column, Attribution | None]] = [
        (friday + week * 7 * DAY, friday + week * 7 * DAY + 62 * HOUR + HOUR // 2, "off", None) for week in range(4)
    ]
    found = dark(between(spells), ZONE)
    assert found == Dark(12, 30, 4 * (62 * HOUR + HOUR // 2), 17 * 60, 7 * 60 + 30, "hours")


def test_a_short_gap_in_the_measurement_does_not_end_an_absence() -> None:
    begins = OCTOBER + 18 * HOUR
    gap = begins + 6 * HOUR
    one = between(
        [(begins, gap, "off", None), (gap, gap + 600, "unmeasured", None), (gap + 600, begins + 12 * HOUR, "off", None)]
    )
    found = dark(one, ZONE)
    assert found is not None
    assert (found.nights, found.begins, found.ends) == (1, 18 * 60, 6 * 60)
    assert found.seconds == 12 * HOUR - 600


@pytest.mark.parametrize("seed", range(3))
def test_the_nights_are_those_of_a_recount(seed: int) -> None:
    """Quarter by quarter of each night, of a site that is off by its hours at random times."""
    chance = random.Random(seed)
    spells: list[tuple[int, int, Column, Attribution | None]] = []
    now = OCTOBER
    while now < NOVEMBER - 3 * DAY:
        begins = now + 900 * chance.randrange(1, 150)
        now = begins + 900 * chance.randrange(1, 100)
        spells.append((begins, now, chance.choice(("off", "unmeasured")), None))
    intervals = between(spells)
    by_quarter = {at: one.column for one in intervals for at in range(one.since, one.until, 900)}
    dark_nights = measured = 0
    quarters = (24 - SLEEPS + WAKES) * 4
    for night in range(OCTOBER + SLEEPS * HOUR, NOVEMBER - WAKES * HOUR, DAY):
        if night + quarters * 900 > NOVEMBER:
            continue
        seen = [by_quarter[night + 900 * n] for n in range(quarters)]
        longest = run = 0
        for column in seen:  # an absence is one that goes on: two short ones in a night are none
            run = run + 1 if column == "off" else 0
            longest = max(longest, run)
        dark_nights += 2 * longest > quarters
        measured += 2 * sum(column != "unmeasured" for column in seen) > quarters
    found = dark(intervals, ZONE)
    assert found is not None
    assert (found.nights, found.measured) == (dark_nights, measured)
    assert found.seconds == sum(one.seconds for one in intervals if one.column == "off")


def test_the_report_names_them_with_whom_to_ask(folder: Path) -> None:
    where = sources(folder)
    dusk = at("2026-10-05 18:00")
    breaks = [
        Broken(root="ford", since=dusk + n * DAY, until=dusk + n * DAY + 12 * HOUR, affected=("ford",))
        for n in range(9)
    ]
    breaks += [Broken(root="lake", since=dusk, until=dusk + 11 * HOUR, affected=("lake",))]
    marks = [
        Mark(id="hill", of="site", mark="off", since=dusk, until=dusk + 60 * HOUR),
    ]
    breaks += [Broken(root="hill", since=dusk, until=dusk + 60 * HOUR, affected=("hill",))]
    write(where, breaks, marks)
    found = off.write(october(), where)
    first, second = rows(table(found, "off"))
    assert (first["site"], first["nights"], first["measured"]) == ("Ford", 9, 30)
    assert (first["begins"], first["ends"], first["lasted"]) == ("18:00", "06:00", Lasted(9 * 12 * HOUR))
    assert (second["site"], second["nights"], second["lasted"]) == ("Hill", 3, Lasted(60 * HOUR))
    assert (first["proof"], second["proof"]) == (
        "off each night",
        "its hours",
    )
    assert facts(found) | {"seconds": 0} == {"sites": 7, "dark": 2, "dark_inner": 2, "met": 5, "seconds": 0}
    moment = dusk + 9
    cable = Ruling(at=moment + DAY, who="an", why="cable", of="link", id="ford/1", moment=moment, attribution="carrier")
    rule(where.journal, cable)
    assert rows(table(off.write(october(), where), "off"))[0]["nights"] == 8, "a person says that its line was cut"
