"""How would a conference sound, going by a train of probes?"""

import random
from itertools import pairwise

import pytest

from netmon.reading.voice import heard, jitter, mos


@pytest.mark.parametrize(
    ("delay", "shaken", "lost", "expected"),
    [
        (20, 2, 0, 4.39),
        (50, 5, 0.1, 4.37),
        (100, 20, 1, 4.26),
        (150, 30, 1, 4.05),
        (200, 30, 2, 3.74),
        (300, 50, 5, 2.66),
    ],
)
def test_the_score_is_that_of_the_tables(delay: float, shaken: float, lost: float, expected: float) -> None:
    """Delay and jitter in ms, loss in percent, as the published tables of the simplified E-model have them."""
    assert round(mos(delay / 1000, shaken / 1000, lost / 100), 2) == expected


def test_the_score_bends_without_a_step_and_never_leaves_its_scale() -> None:
    just_below, just_above = mos(0.1499999, 0, 0), mos(0.1500001, 0, 0)
    assert just_below == pytest.approx(just_above, abs=1e-5)
    assert mos(0, 0, 0.35) == 1.0, "R = 5.45, where the bare cubic is below 1"
    assert mos(10, 10, 1) == 1.0
    assert mos(0, 0, 0) == pytest.approx(4.4, abs=0.02)


def test_the_score_is_worse_for_everything_that_is_worse() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        delay, shaken, lost = chance.uniform(0, 0.5), chance.uniform(0, 0.1), chance.uniform(0, 0.3)
        here = mos(delay, shaken, lost)
        assert 1 <= here <= 4.5
        assert mos(delay + 0.01, shaken, lost) <= here
        assert mos(delay, shaken + 0.01, lost) <= here
        assert mos(delay, shaken, lost + 0.01) <= here


def test_jitter_of_a_steady_difference_is_that_difference_however_short_the_train() -> None:
    for length in (2, 5, 50):
        to_and_fro = [0.020 + 0.004 * (n % 2) for n in range(length)]
        assert jitter(to_and_fro) == pytest.approx(0.004)


def test_jitter_is_the_filter_of_rfc_3550_once_it_has_seen_enough() -> None:
    chance = random.Random(2)
    transits = [chance.uniform(0.01, 0.05) for _ in range(400)]
    plain = 0.0
    for before, after in pairwise(transits):
        plain += (abs(after - before) - plain) / 16
    assert jitter(transits) == pytest.approx(plain, rel=1e-6)


def test_a_constant_delay_does_not_matter_to_jitter_and_one_probe_tells_none() -> None:
    assert jitter([0.02, 0.03, 0.02]) == pytest.approx(jitter([1.02, 1.03, 1.02]) or 0)
    assert jitter([0.02]) is None
    assert jitter([]) is None


def test_what_was_lost_counts_for_loss_alone() -> None:
    told = heard([0.1, None, 0.1, 0.3, None])
    assert told.loss == pytest.approx(0.4)
    assert told.delay == pytest.approx(0.5 / 3 / 2)
    assert told.jitter == jitter([0.1, 0.1, 0.3])
    assert told.mos == mos(told.delay or 0, told.jitter or 0, 0.4)


def test_when_nothing_came_back_there_is_no_delay_and_the_worst_score() -> None:
    assert heard([None] * 5) == (1.0, None, None, 1.0)


def test_of_a_single_answer_there_is_a_score_all_the_same() -> None:
    told = heard([0.04])
    assert (told.loss, told.delay, told.jitter) == (0.0, 0.02, None)
    assert told.mos == mos(0.02, 0, 0)


def test_a_train_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no probes"):
        heard([])
