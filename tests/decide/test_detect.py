"""Is silence called neither too early nor too late, and what does a target learn from it?"""

import math
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide import detect
from netmon.decide.detect import (
    CEILING,
    CHANCE_ENDS,
    FLOOR,
    LINK_MONTHS,
    MONTH,
    PRIOR_SPAN,
    STEP,
    Learned,
    Voice,
    Watch,
)
from netmon.model import Observation

EVERY = 2.0


def watch(*collectors: str) -> Watch:
    """A target that has just been heard by all its collectors at 0."""
    made = Watch({name: Voice() for name in collectors or ("icmp",)})
    for name in made.voices:
        answer(made, 0.0, name)
    return made


def answer(target: Watch, at: float, collector: str = "icmp", explained: bool = False) -> None:
    detect.observe(target, Observation("x", at, collector, True, 0.01), at, explained)


def miss(target: Watch, at: float, collector: str = "icmp") -> None:
    detect.observe(target, Observation("x", at, collector, False), at)


def silence(target: Watch, since: float, until: float) -> float | None:
    """Miss every re-probe of a silence; when it is called, or None."""
    at = since
    while at < until:
        miss(target, at)
        if detect.due(target, at):
            detect.call(target, at)
            return at
        at += STEP
    return None


# --- the threshold ------------------------------------------------------------------------------


def test_a_clean_target_is_called_after_the_floor() -> None:
    assert Learned().threshold() == FLOOR == 2.5
    target = watch()
    called = silence(target, 10.0, 100.0)
    assert called is not None
    assert FLOOR - STEP <= called - 10.0 <= FLOOR
    assert target.first_miss == 10.0


@given(spans=st.floats(0, 1e5), beyond=st.floats(0, 1e6), longest=st.floats(0, 1e3), exposure=st.floats(0, 3e6))
def test_the_formula(spans: float, beyond: float, longest: float, exposure: float) -> None:
    longest = min(longest, beyond)
    mean = (beyond - longest + PRIOR_SPAN) / (spans + 1)
    scale = STEP / math.log(1 + STEP / mean)
    monthly = spans / exposure * MONTH if exposure > 3600 else spans
    expected = min(CEILING, max(FLOOR, scale * math.log(LINK_MONTHS * max(30.0, monthly))))
    assert Learned(spans, beyond, longest, exposure, 1.0).threshold() == pytest.approx(expected)


@given(length=st.floats(0.5, 600))
def test_one_odd_event_leaves_the_threshold_alone(length: float) -> None:
    learned = Learned(at=1.0)
    learned.learn(length, 10.0)
    assert learned.threshold() == FLOOR, "the longest span is left out"


def test_the_second_long_span_counts() -> None:
    learned = Learned(at=1.0)
    learned.learn(8.0, 10.0)
    learned.learn(8.0, 20.0)
    assert learned.threshold() > 8.0


@settings(max_examples=50)
@given(spans=st.lists(st.floats(0, 29), min_size=1, max_size=30))
def test_longer_spans_never_make_it_less_patient(spans: list[float]) -> None:
    shorter, longer = Learned(at=1.0), Learned(at=1.0)
    for span in spans:
        shorter.learn(span, 2.0)
        longer.learn(span * 2, 2.0)
    assert longer.threshold() >= shorter.threshold() >= FLOOR


def test_an_outage_of_a_minute_teaches_nothing_and_no_line_is_waited_for_longer_than_the_ceiling() -> None:
    learned = Learned(at=1.0)
    for n in range(50):
        learned.learn(CHANCE_ENDS, 1.0 + n)
    assert learned.threshold() == FLOOR
    for n in range(50):
        learned.learn(CHANCE_ENDS - 1, 60.0 + n)
    assert learned.threshold() == CEILING


def test_what_was_learned_fades() -> None:
    learned = Learned(at=1.0)
    for n in range(20):
        learned.learn(6.0, 1.0 + n)
    before = learned.threshold()
    learned.decay(1.0 + 8 * detect.HALF_LIFE)
    assert FLOOR <= learned.threshold() < before / 2


# --- what teaches -------------------------------------------------------------------------------


def test_a_span_teaches_its_length_beyond_the_first_miss() -> None:
    target = watch()
    for at in (10.0, 10.5, 11.0):
        miss(target, at)
    answer(target, 11.5)
    assert (target.learned.spans, target.learned.beyond) == pytest.approx((1.0, 1.0))
    assert not target.suspect


def test_explained_silence_teaches_nothing() -> None:
    target = watch()
    miss(target, 10.0)
    miss(target, 10.5)
    answer(target, 11.0, explained=True)
    assert target.learned.spans == 0.0


def test_an_outage_teaches_nothing_and_a_short_burst_that_was_called_does() -> None:
    for length, spans in ((60.0, 0.0), (5.0, 1.0)):
        target = watch()
        assert silence(target, 10.0, 10.0 + length) is not None
        answer(target, 10.0 + length)
        answer(target, 10.0 + length + 0.5)
        assert target.silent is False
        assert target.learned.spans == pytest.approx(spans)


# --- the way back -------------------------------------------------------------------------------


def test_two_answers_half_a_second_apart_end_a_silence() -> None:
    target = watch()
    silence(target, 10.0, 30.0)
    answer(target, 20.0)
    assert (target.silent, target.returning) == (True, True)
    answer(target, 20.2)
    assert target.silent, "too close to the first"
    answer(target, 20.5)
    assert (target.silent, target.up_since) == (False, 20.0)


def test_a_miss_between_the_answers_begins_anew() -> None:
    target = watch()
    silence(target, 10.0, 30.0)
    answer(target, 20.0)
    miss(target, 20.4)
    answer(target, 20.8)
    assert target.silent
    answer(target, 21.3)
    assert not target.silent


def test_answers_sent_before_the_silence_do_not_end_it() -> None:
    target = watch()
    miss(target, 10.0)
    answer(target, 9.9)
    assert target.suspect
    answer(target, 10.1)
    assert not target.suspect


def test_a_miss_sent_before_the_last_answer_opens_nothing() -> None:
    target = watch()
    answer(target, 12.0)
    miss(target, 11.0)
    assert not target.suspect


def test_nothing_is_suspected_that_was_never_heard() -> None:
    target = Watch({"icmp": Voice()})
    assert silence(target, 0.0, 100.0) is None
    assert target.silent is None


# --- several collectors -------------------------------------------------------------------------


def test_a_collector_that_never_answered_opens_nothing() -> None:
    target = Watch({"icmp": Voice(), "snmp": Voice()})
    answer(target, 0.0, "icmp")
    for n in range(20):
        miss(target, 1.0 + n, "snmp")
    assert not target.suspect


def test_a_dumb_agent_falls_mute_and_teaches_nothing_until_it_speaks_again() -> None:
    target = watch("icmp", "snmp")
    for n in range(3):
        miss(target, 10.0 * n + 1, "snmp")
        assert target.suspect
        answer(target, 10.0 * n + 1.5, "icmp")
        assert not target.suspect
    miss(target, 50.0, "snmp")
    assert not target.suspect, "three spans in vain"
    assert target.learned.spans == 0.0
    answer(target, 60.0, "snmp")
    miss(target, 70.0, "snmp")
    assert target.suspect


def test_a_reprobe_waits_four_round_trips_within_its_bounds() -> None:
    target = watch()
    assert target.patience("icmp", 1.0) == 0.5
    target.voices["icmp"].rtt = 0.2
    assert target.patience("icmp", 1.0) == pytest.approx(0.8)
    target.voices["icmp"].rtt = 0.6
    assert target.patience("icmp", 1.0) == 1.0
    assert target.patience("snmp", 2.0) == 2.0, "never heard: its whole time-out"


def test_a_fresh_chance_is_a_suspicion_from_now_on() -> None:
    target = watch()
    silence(target, 10.0, 30.0)
    detect.recheck(target, 40.0)
    assert target.suspect
    assert target.first_miss == 40.0
    assert silence(target, 40.5, 60.0) is not None


# --- by chance ----------------------------------------------------------------------------------


def losses(hours: float, lost: Iterable[bool]) -> tuple[int, Watch]:
    """False calls on a link that never fails: probes every 2 s, after a miss every 0.5 s."""
    target, at, calls = watch(), EVERY, 0
    chance = iter(lost)
    while at < hours * 3600:
        if next(chance):
            miss(target, at)
        else:
            answer(target, at)
        if detect.due(target, at):
            detect.call(target, at)
            calls += 1
        at += STEP if target.suspect or target.silent else EVERY
    return calls, target


def iid(ratio: float, seed: int) -> Iterable[bool]:
    chance = random.Random(seed)
    while True:
        yield chance.random() < ratio


@pytest.mark.parametrize(("ratio", "allowed"), [(0.0, 0), (0.001, 0), (0.01, 0), (0.05, 0), (0.2, 2)])
def test_false_calls_on_a_link_that_never_fails(ratio: float, allowed: int) -> None:
    """Ten links for six hours each; a lossy link has its few mistakes on the first day, before it has learned."""
    calls = sum(losses(6.0, iid(ratio, seed))[0] for seed in range(10))
    assert calls <= allowed


def test_at_a_fifth_lost_the_threshold_is_some_six_seconds() -> None:
    _, target = losses(24.0, iid(0.2, 1))
    assert 4.0 <= target.learned.threshold() <= 8.0


def test_bursts_of_six_seconds_are_learned() -> None:
    chance = random.Random(3)

    def bursty() -> Iterable[bool]:
        bad = False
        while True:
            bad = chance.random() < (1 - 0.5 / 6.0 if bad else 0.002)
            yield bad

    first, target = losses(24.0, bursty())
    assert first <= 10, "on the first day it has yet to learn"
    assert 30.0 <= target.learned.threshold() <= 200.0
