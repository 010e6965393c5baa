"""Is a line full where the norm says so, and is it said of which lines nothing is known?"""

import math
import random
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.decide.history import Curve
from netmon.model import Inventory
from netmon.report.document import Bars, Cell, Day, Line, Measured, Share
from netmon.report.fullness import cut, fullness, grown
from netmon.report.papers import capacity
from netmon.report.periods import Period
from tests.decide.desk.office import ZONE
from tests.report.months import NOVEMBER, OCTOBER, SEPTEMBER, facts, october, province, rows, sources, table, use, write

DAY = 86400
STEPS = 288
MONTH = Period(OCTOBER, NOVEMBER, "2026-10")
NAN = math.nan


def curve(
    of: str, direction: str, value: Callable[[int], float], since: int = SEPTEMBER, until: int = NOVEMBER
) -> Curve:
    return Curve("use", of, direction, since, array("f", [value(at) for at in range(since, until, 300)]))


def inventory(**bandwidths: int | None) -> Inventory:
    """The little province with these bandwidths in Mbit/s."""
    known = province().inventory
    links = {
        key: replace(one, bandwidth=None if (mbps := bandwidths.get(one.site, 100)) is None else mbps * 1_000_000)
        for key, one in known.links.items()
    }
    return replace(known, links=links)


def p95_of(means: Sequence[float]) -> float | None:
    """By sorting, and walking 95 % of the way between the first and the last."""
    known = sorted(mean for mean in means if not math.isnan(mean))
    if not known:
        return None
    place = 0.95 * (len(known) - 1)
    below = known[int(place)]
    above = known[min(int(place) + 1, len(known) - 1)]
    return below + (above - below) * (place - int(place))


def worst_week(one: Curve, since: int, until: int) -> float | None:
    """Of each 7 days in turn."""
    found = []
    for day in range(since, until - 7 * DAY + 1, DAY):
        first = (day - one.begins) // 300
        means = one.means[first : first + 7 * STEPS]
        if sum(not math.isnan(mean) for mean in means) * 2 >= len(means):
            found.append(p95_of(means) or 0.0)
    return max(found, default=None)


@pytest.mark.parametrize("seed", range(2))
def test_the_percentiles_are_those_of_a_recount(seed: int) -> None:
    chance = random.Random(seed)
    curves = []
    for link in ("ford/1", "hill/1", "lake/1", "moor/1"):
        gaps, base = chance.random() * 0.9, chance.random()
        busy = [base * chance.uniform(0.3, 1.0) for _ in range(61)]

        def value(at: int, busy: Sequence[float] = busy, gaps: float = gaps) -> float:
            return NAN if chance.random() < gaps else busy[(at - SEPTEMBER) // DAY] * chance.random()

        curves += [curve(link, direction, value) for direction in ("receive", "transmit")]
    known, unknown = fullness(inventory(), curves, MONTH, ZONE)
    expected = {(one.of, one.direction): worst_week(one, OCTOBER, NOVEMBER) for one in curves}
    for one in known:
        ways = [one.way, *([one.other] if one.other else [])]
        assert {way.direction: way.p95 for way in ways} == {
            direction: pytest.approx(p95, rel=1e-6)
            for (link, direction), p95 in expected.items()
            if link == one.link.id and p95 is not None
        }
        assert one.full == (max(way.p95 for way in ways) > 0.9)
        for way in ways:
            [of] = [each for each in curves if (each.of, each.direction) == (one.link.id, way.direction)]
            was = worst_week(of, OCTOBER - (NOVEMBER - OCTOBER), OCTOBER)
            assert (way.growth is None) == (not was)
            last = list(of.means[-7 * STEPS :])
            assert way.last is not None
            assert way.last.p95 == pytest.approx(p95_of(last), rel=1e-6)
    assert [one.way.p95 for one in known] == sorted((one.way.p95 for one in known), reverse=True)
    assert {one.link.id for one in known} | {one.link.id for one in unknown} == set(province().inventory.links)
    assert {one.link.id for one in known} == {link for (link, _), p95 in expected.items() if p95 is not None}


def test_each_line_with_what_it_leaves_and_when_it_is_full(folder: Path) -> None:
    where = sources(folder, inventory(town=200, moor=None))
    write(where, [])

    def rising(at: int) -> float:
        return 0.5 + 0.2 * (at - SEPTEMBER) / (61 * DAY) + (at // DAY % 3) * 0.001

    use(
        where,
        [
            curve("ford/1", "receive", lambda at: 0.95),
            curve("ford/1", "transmit", lambda at: 0.2),
            curve("town/1", "receive", rising),
            curve("hill/1", "transmit", lambda at: 0.25 if at < OCTOBER else 0.35),
            curve("lake/1", "receive", lambda at: 0.1 if at < OCTOBER + 3 * DAY else NAN),
        ],
    )
    found = capacity.write(october(), where)
    ford, town, hill = rows(table(found, "lines"))
    first, second = rows(table(found, "trends"))
    assert (ford["link"], ford["direction"], ford["verdict"]) == ("Ford: FORD-1", "receiving", "TOO SMALL")
    assert near(ford["worst"], 0.95)
    assert near(ford["other"], 0.2)
    assert (ford["bandwidth"], ford["headroom"], ford["covered"]) == (100.0, -5.0, Share(1.0))
    assert near(first["trend"], 100 * 0.2 / 61 * 30.4375, 0.1)
    full = SEPTEMBER + 2 * 61 * DAY  # 0.5 + 0.2 t = 0.9
    assert isinstance(first["full"], Day)
    assert abs(first["full"].at - full) <= 3 * DAY
    assert {one["verdict"] for one in (town, hill)} == {"sufficient"}
    assert (first["link"], second["link"], first["days"]) == ("Town: TOWN-1", "Hill: HILL-1", 61)
    [more] = rows(table(found, "grown"))
    assert (more["link"], near(more["growth"], 0.4)) == ("Hill: HILL-1", True)
    unknown = {str(row["link"]): (row["why"], row["covered"]) for row in rows(table(found, "unknown"))}
    assert unknown["Lake: LAKE-1"] == ("not 7 days on end that were measured", Share(3 / 31))
    assert unknown["Moor: MOOR-1"] == ("the inventory has no bandwidth", Share(0.0))
    assert unknown["Mill: MILL-1"][0] == "the inventory names no port to measure"
    [bars] = [block for block in found.blocks if isinstance(block, Bars)]
    assert (bars.limit, [tone for _, _, tone in bars.rows]) == (0.9, ["bad", "", ""])
    drawn = [block for block in found.blocks if isinstance(block, Line)]
    assert [line.title for line in drawn] == [
        f"{line}: P95 day by day"
        for line in ("Ford: FORD-1, receiving", "Town: TOWN-1, receiving", "Hill: HILL-1, sending")
    ]
    days = {int(at): value for at, value in drawn[1].points if value is not None}
    assert list(days) == list(range(SEPTEMBER, NOVEMBER, DAY))
    assert all(
        abs(value - (p95_of([rising(at + n) for n in range(0, DAY, 300)]) or 0.0)) < 1e-6 for at, value in days.items()
    )
    assert {line.limit for line in drawn} == {0.9}
    assert facts(found) == {"lines": 7, "measured": 3, "too_full": 1, "soon": 2, "grown": 1, "unknown": 4}


def near(cell: Cell, value: float, off: float = 1e-6) -> bool:
    number = cell.value if isinstance(cell, Measured) else cell
    assert isinstance(number, float)
    return abs(number - value) < off


def test_a_short_period_is_judged_by_the_week_that_ends_with_it() -> None:
    one = curve("ford/1", "receive", lambda at: 0.95 if at < NOVEMBER - 3 * DAY else 0.1)
    [found], _ = fullness(inventory(), [one], Period(NOVEMBER - 2 * DAY, NOVEMBER), ZONE)
    assert found.full
    assert found.way.worst.begins == NOVEMBER - 7 * DAY
    assert found.way.coverage == 1.0


def test_the_more_grown_direction_is_told_and_no_fall() -> None:
    def stepped(of: str, direction: str, before: float, after: float) -> Curve:
        return curve(of, direction, lambda at: before if at < OCTOBER else after)

    curves = [
        stepped("ford/1", "receive", 0.5, 0.61),
        stepped("ford/1", "transmit", 0.1, 0.2),
        stepped("hill/1", "receive", 0.5, 0.59),
        stepped("lake/1", "receive", 0.5, 0.2),
    ]
    known, _ = fullness(inventory(), curves, MONTH, ZONE)
    assert [(use.link.id, way.direction) for use, way in grown(known)] == [("ford/1", "transmit")]


@pytest.mark.parametrize(("begins", "until"), [(-900, 0), (-600, 600), (0, 900), (301, 900), (600, 9000), (9000, 9900)])
def test_a_part_of_a_curve_is_where_it_was(begins: int, until: int) -> None:
    one = Curve("use", "x", "", 0, [0.0, 300.0, 600.0, 900.0])
    part = cut(one, begins, until)
    assert list(part.means) == [at for at in one.means if begins <= at and at + 300 <= max(until, begins)]
    assert not part.means or part.begins == part.means[0]
