"""Are percentiles those of Prometheus, weeks those of the norm, and is a trend only told where there is one?"""

import random
from datetime import datetime
from itertools import pairwise
from math import nan
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.decide.history import (
    LEAST_DAYS,
    P95,
    Curve,
    Day,
    Full,
    coverage,
    daily,
    fullest,
    quantile,
    trend,
    weeks,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGIN = int(datetime(2026, 10, 1, tzinfo=ZONE).timestamp())
A_DAY = 288


def curve(means: list[float], begins: int = BEGIN) -> Curve:
    return Curve("use", "van-yen/1", "receive", begins, means)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.integers(1, 99))
def test_a_quantile_is_linear_between_the_nearest_ranks(means: list[float], percent: int) -> None:
    wanted = quantiles(means, n=100, method="inclusive")[percent - 1]
    with_gaps = [nan, *means[:1], nan, *means[1:], nan]
    assert quantile(with_gaps, percent / 100) == pytest.approx(wanted, abs=1e-9)


def test_nothing_measured_is_not_zero() -> None:
    nothing = curve([nan] * A_DAY)
    assert (quantile(nothing.means, P95), coverage(nothing.means), coverage([])) == (None, 0.0, 0.0)
    assert (quantile([0.0, nan], P95), coverage([0.0, nan])) == (0.0, 0.5)
    assert daily(nothing, ZONE) == [Day(BEGIN, None, 0.0)]
    assert fullest(weeks(curve([nan] * A_DAY * 7), ZONE)) is None


def test_only_whole_days_of_the_zone_count() -> None:
    begun_at_three = curve([0.1] * (A_DAY * 3), BEGIN + 3 * 3600)
    assert [day.begins for day in daily(begun_at_three, ZONE)] == [BEGIN + 86400, BEGIN + 2 * 86400]
    assert [datetime.fromtimestamp(day.begins, ZONE).hour for day in daily(begun_at_three, ZONE)] == [0, 0]


def test_the_fullest_seven_days_are_found_wherever_they_lie() -> None:
    busy = [0.95 if 4 <= day < 11 and step < 16 else 0.2 for day in range(20) for step in range(A_DAY)]
    found = fullest(weeks(curve(busy), ZONE))  # of each day 5.6 percent are busy: six such days are not enough
    assert found == Day(BEGIN + 4 * 86400, 0.95, 1.0)
    assert len(weeks(curve(busy), ZONE)) == 14
    for one, (first, last) in zip(weeks(curve(busy), ZONE), zip(range(14), range(7, 21), strict=True), strict=True):
        assert one.p95 == quantile(busy[first * A_DAY : last * A_DAY], 0.95)
    assert weeks(curve(busy[: A_DAY * 6]), ZONE) == []
    patchy = [nan if step % 3 else mean for step, mean in enumerate(busy)]
    assert fullest(weeks(curve(patchy), ZONE)) is None, "a third of the week says nothing of it"


def days(count: int, level: float, rise: float, noise: float, chance: random.Random) -> list[Day]:
    return [Day(BEGIN + n * 86400, level + rise * n + chance.gauss(0, noise), 1.0) for n in range(count)]


def test_a_line_that_rises_evenly_is_full_on_the_day() -> None:
    found = trend(days(30, 0.5, 0.01, 0.0, random.Random(1)))
    assert found is not None
    assert (found.days, found.significant) == (30, True)
    assert found.level == pytest.approx(0.645)
    assert found.rise == pytest.approx(0.01)
    assert found.full is not None
    assert found.full.at == pytest.approx(BEGIN + 40 * 86400, abs=2)
    assert found.full.earliest <= found.full.at + 1
    assert found.full.latest >= found.full.at - 1


def test_nothing_is_foretold_of_what_does_not_rise() -> None:
    falling = trend(days(30, 0.8, -0.01, 0.001, random.Random(1)))
    assert falling is not None
    assert (falling.full, falling.significant) == (None, True)
    assert trend(days(LEAST_DAYS - 1, 0.5, 0.01, 0.0, random.Random(1))) is None
    gaps = [
        day._replace(coverage=0.4) if n % 2 else day for n, day in enumerate(days(20, 0.5, 0.01, 0, random.Random()))
    ]
    assert trend(gaps) is None, "ten days of which enough was measured"


def test_of_chance_alone_a_trend_is_told_in_one_case_of_twenty() -> None:
    chance = random.Random(4127)
    found = [trend(days(40, 0.5, 0.0, 0.05, chance)) for _ in range(400)]
    wrong = sum(one is not None and one.significant for one in found)
    assert 8 <= wrong <= 34, "20 of 400, give or take three standard deviations"


def test_the_bounds_hold_the_true_day_in_nineteen_cases_of_twenty() -> None:
    chance = random.Random(4128)
    true = BEGIN + (0.9 - 0.5) / 0.004 * 86400
    bounds: list[Full] = []
    for _ in range(400):
        found = trend(days(40, 0.5, 0.004, 0.02, chance))
        assert found is not None
        if found.full is not None:
            bounds.append(found.full)
    assert len(bounds) > 390
    assert all(one.earliest <= one.at <= one.latest for one in bounds)
    held = sum(one.earliest <= true <= one.latest for one in bounds)
    assert 0.92 <= held / len(bounds) <= 0.98
    assert any(one != two for one, two in pairwise(bounds))
