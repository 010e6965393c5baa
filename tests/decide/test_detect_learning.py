"""Does a line that loses in bursts become patient, and a clean line that has its troubles not?"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.detect import RETURN
from netmon.decide.learning import (
    CEILING,
    DAY,
    FLOOR,
    HALF_LIFE,
    LAG,
    LINK_MONTHS,
    MONTH,
    PRIOR_SPAN,
    QUIET,
    STEP,
    TOLD,
    Learned,
)
from tests.decide.spans import EVERY, Line, cuts, play, wait

Outages = list[tuple[float, float]]


def after(outages: Outages, until: float) -> Line:
    """A line that lost nothing but in these periods."""
    return play(Line(cuts(outages)), until)


# --- the formula --------------------------------------------------------------------------------


@given(
    spans=st.floats(0, 1e5),
    beyond=st.floats(0, 1e6),
    longest=st.floats(0, 1e3),
    exposure=st.floats(0, 3e6),
    short=st.floats(0, 100),
    long=st.floats(0, 100),
    lag=st.floats(0, 5),
)
def test_the_formula(
    spans: float, beyond: float, longest: float, exposure: float, short: float, long: float, lag: float
) -> None:
    longest = min(longest, beyond)
    days = exposure / DAY
    censored = max(0.0, min(short - days, long))
    odd = longest if days >= 1 or not short else 0.0
    mean = (beyond - odd + censored * (TOLD - LAG) + (1 + days) * PRIOR_SPAN) / (spans + 1 + days)
    scale = STEP / math.log(1 + STEP / mean)
    monthly = max(30.0, (spans + censored) / max(exposure, 3600.0) * MONTH)
    expected = min(CEILING, max(FLOOR, lag + scale * math.log(LINK_MONTHS * monthly)))
    assert Learned(spans, beyond, longest, exposure, 1.0, short, long).threshold(lag) == pytest.approx(expected)


def test_nothing_learned_is_the_floor() -> None:
    assert Learned().threshold() == FLOOR == 2.5


@settings(max_examples=50)
@given(spans=st.lists(st.integers(0, 29_000).map(lambda ms: ms / 1000), min_size=1, max_size=30))
def test_longer_spans_never_make_it_less_patient(spans: list[float]) -> None:
    """In milliseconds: of 1 and 1.2e-16 s the second is lost when it is added to 2, and not when it is to 1."""
    shorter, longer = Learned(at=1.0), Learned(at=1.0)
    for span in spans:
        shorter.ended(LAG + span)
        longer.ended(LAG + span * 2)
    assert longer.threshold() >= shorter.threshold() >= FLOOR


@given(moments=st.lists(st.floats(1, 1e6), min_size=1, max_size=10))
def test_time_passes_the_same_in_one_step_or_in_many(moments: list[float]) -> None:
    """So a single lost probe, which teaches nothing, leaves no trace."""
    at = sorted(moments)
    once, often = Learned(5.0, 9.0, 3.0, 1000.0, 1.0, 2.0, 1.0), Learned(5.0, 9.0, 3.0, 1000.0, 1.0, 2.0, 1.0)
    for moment in at:
        often.decay(moment)
    once.decay(at[-1])
    assert often.numbers() == pytest.approx(once.numbers())


def test_what_was_learned_fades() -> None:
    learned = Learned(at=1.0)
    for _ in range(20):
        learned.ended(7.0)
    before = learned.threshold()
    learned.decay(1.0 + 8 * HALF_LIFE)
    assert FLOOR <= learned.threshold() < before / 2


def test_the_journals_numbers_are_known_again_and_so_are_those_of_an_older_netmon() -> None:
    learned = Learned(5.0, 9.0, 3.0, 1000.0, 1.0, 2.0, 1.0)
    assert Learned(*learned.numbers()) == learned
    assert Learned(*learned.numbers()[:5]).threshold() > FLOOR


# --- clean lines and their troubles -------------------------------------------------------------


@pytest.mark.parametrize("outages", [[], [(2 * DAY, 2 * DAY + 8.0)], [(2 * DAY, 2 * DAY + 5.0)]], ids=str)
def test_one_odd_burst_leaves_a_line_as_quick_as_before(outages: Outages) -> None:
    line = after(outages, 2 * DAY + 5000.0)
    assert len(line.calls) == len(outages)
    assert wait(line, 2 * DAY + 5001.0) <= 5.0


@pytest.mark.parametrize("lasts", [5.0, 8.0])
def test_one_odd_burst_makes_a_new_line_patient_until_its_first_day_is_over(lasts: float) -> None:
    line = after([(1000.0, 1000.0 + lasts)], 5000.0)
    assert len(line.calls) == 1
    assert 15.0 <= wait(line, 5001.0) <= 60.0
    later = after([(1000.0, 1000.0 + lasts)], 1.1 * DAY)
    later.learned.decay(1.1 * DAY)
    assert wait(later, 1.1 * DAY + 1.0) <= 5.0


def test_an_outage_that_people_were_told_of_leaves_even_a_new_line_as_quick_as_before() -> None:
    line = after([(1000.0 + 100.0 * n, 1015.0 + 100.0 * n) for n in range(5)], 5000.0)
    assert len(line.calls) == 5
    assert wait(line, 5001.0) <= 5.0


def test_outages_of_half_an_hour_and_an_odd_burst_leave_a_clean_line_as_quick_as_before() -> None:
    """Several in a week, to be called within 6 s each."""
    outages = [(n * DAY + 3600.0, n * DAY + 5400.0) for n in range(1, 8)]
    for odd in ([], [(4.5 * DAY, 4.5 * DAY + 8.0)]):
        line = after(sorted([*outages, *odd]), 9 * DAY)
        assert len(line.calls) == len(outages) + len(odd)
        assert all(call.at - call.since <= 4.0 for call in line.calls)
        assert wait(line, 9 * DAY + 1.0) <= 5.0


def test_outages_of_a_new_line_that_nothing_short_goes_with_teach_nothing() -> None:
    outages = [(600.0 * n, 600.0 * n + 60.0) for n in range(1, 10)]
    line = after(outages, 7000.0)
    assert len(line.calls) == len(outages)
    assert wait(line, 7001.0) <= 5.0


def test_a_burst_a_day_makes_no_outage_untold_for_long() -> None:
    """Among quiet days a few odd events teach little: a page may come some seconds late."""
    line = after([(n * DAY, n * DAY + 6.0) for n in range(1, 15)], 15 * DAY)
    assert wait(line, 15 * DAY + 1.0) <= 45.0
    rare = after([(3 * n * DAY, 3 * n * DAY + 6.0) for n in range(1, 10)], 30 * DAY)
    assert wait(rare, 30 * DAY + 1.0) <= 20.0


# --- flapping -----------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [600.0, 3 * DAY])
@pytest.mark.parametrize(("down", "up"), [(10.0, 10.0), (6.0, 10.0), (30.0, 60.0), (10.0, 20.0)])
def test_a_line_that_flaps_for_an_hour_is_called_each_time(begin: float, down: float, up: float) -> None:
    times = int(3600.0 / (down + up))
    outages = [(begin + n * (down + up), begin + n * (down + up) + down) for n in range(times)]
    line = after(outages, begin + 4000.0)
    assert len(line.calls) == times
    assert all(call.at - call.since <= 4.0 for call in line.calls)
    assert wait(line, begin + 4001.0) <= 5.0, "and it was a fault, not chance"


def test_bursts_between_which_a_line_mostly_works_teach() -> None:
    begin = 2 * DAY
    line = after([(begin + 100.0 * n, begin + 6.0 + 100.0 * n) for n in range(5)], begin + 500.0)
    spell = line.learned.spell
    assert spell is not None
    assert spell.short == 5
    assert len(line.calls) == 5
    assert line.learned.threshold() == FLOOR, "while the spell lasts it teaches nothing"
    line.learned.missed(begin + 410.0 + QUIET, begin + 411.0 + QUIET)
    assert line.learned.spell is None
    assert line.learned.threshold() > 20.0


def test_on_the_first_day_a_line_that_has_mostly_worked_since_teaches_at_once() -> None:
    line = after([(600.0 + 100.0 * n, 606.0 + 100.0 * n) for n in range(5)], 1100.0)
    assert len(line.calls) == 1
    assert line.learned.threshold() > 30.0


# --- bursts -------------------------------------------------------------------------------------


def test_a_long_silence_counts_as_at_least_what_was_seen_of_it_but_no_more_often_than_short_ones() -> None:
    def taught(short: int, long: int) -> Learned:
        learned = Learned(at=1.0)
        for n in range(short + long):
            at = DAY + 1000.0 * (n + 1)
            learned.missed(at, at + 1.0)
            until = at + (7.0 if n < short else 40.0)
            learned.called(at, until - 1.0, until)
        learned.missed(DAY + 50000.0, DAY + 50001.0)
        return learned

    assert taught(0, 10).threshold() == FLOOR
    assert taught(1, 0).threshold() == FLOOR
    assert taught(3, 0).threshold() < taught(3, 1).threshold() < taught(3, 2).threshold()
    assert taught(3, 3).threshold() == pytest.approx(taught(3, 10).threshold())


def test_no_line_is_waited_for_longer_than_the_ceiling() -> None:
    learned = Learned(at=1.0)
    for _ in range(50):
        learned.ended(100.0)
    assert learned.threshold() == CEILING == 180.0


def test_the_way_back_needs_two_answers() -> None:
    """The two ways to play spans agree with detection on when a silence ends (see test_false_alarms)."""
    line = after([(600.0, 620.0), (620.2, 630.0)], 700.0)
    assert [call.until for call in line.calls] == [pytest.approx(630.0, abs=EVERY + RETURN)]
