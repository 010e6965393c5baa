"""Are start delays told as they were, within the width of their classes?"""

import random

import pytest

from netmon.run.delays import HALF, Delays


def test_before_the_first_poll_nothing_is_told() -> None:
    assert dict(Delays().quantiles()) == {}


def test_quantiles_are_right_to_a_quarter_and_the_worst_exactly() -> None:
    delays, chance = Delays(), random.Random(7)
    seen = sorted(chance.expovariate(20.0) for _ in range(5000))
    for each in seen:
        delays.count(each, 0.0)
    found = dict(delays.quantiles())
    assert found["0.5"] == pytest.approx(seen[2500], rel=0.25)
    assert found["0.99"] == pytest.approx(seen[4950], rel=0.25)
    assert found["1"] == seen[-1]


def test_what_was_long_ago_is_forgotten() -> None:
    delays = Delays()
    delays.count(9.0, 0.0)
    delays.count(0.01, HALF + 1)
    assert dict(delays.quantiles())["1"] == 9.0
    delays.count(0.01, 2 * HALF + 2)
    assert dict(delays.quantiles())["1"] == 0.01


@pytest.mark.parametrize("delay", [-1.0, 0.0, 1e-9, 1e9])
def test_any_number_has_a_class(delay: float) -> None:
    delays = Delays()
    delays.count(delay, 0.0, times=3)
    assert set(dict(delays.quantiles())) == {"0.5", "0.99", "1"}
