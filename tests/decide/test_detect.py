"""Is silence called neither too early nor too late, and which silences teach?"""

import pytest

from netmon.decide import detect
from netmon.decide.detect import ENOUGH, SERVICE_STEP, Voice, Watch
from netmon.decide.learning import DAY, FLOOR, QUIET, STEP
from netmon.model import Observation


def watch(*collectors: str) -> Watch:
    """A target that has just been heard by all its collectors at 0."""
    made = Watch({name: Voice() for name in collectors or ("icmp",)})
    for name in made.voices:
        answer(made, 0.0, name)
    return made


def answer(target: Watch, at: float, collector: str = "icmp", explained: bool = False) -> None:
    detect.observe(target, Observation("x", at, collector, True, 0.01), at, explained)


def miss(target: Watch, at: float, collector: str = "icmp", known: float | None = None) -> None:
    detect.observe(target, Observation("x", at, collector, False), at if known is None else known)


def silence(target: Watch, since: float, until: float, step: float = STEP) -> float | None:
    """Miss every re-probe of a silence; when it is called, or None."""
    at = since
    while at < until:
        miss(target, at)
        if detect.due(target, at):
            detect.call(target, at)
            return at
        at += step
    return None


# --- what teaches -------------------------------------------------------------------------------


def test_a_clean_target_is_called_after_the_floor() -> None:
    target = watch()
    called = silence(target, 10.0, 100.0)
    assert called is not None
    assert FLOOR - STEP <= called - 10.0 <= FLOOR
    assert target.first_miss == 10.0


def test_where_questions_go_out_more_slowly_the_floor_is_not_enough() -> None:
    """Behind a table that is read, or to an agent that is slow: two questions in 2.5 s are lost by chance."""
    target = watch()
    assert silence(target, 10.0, 100.0, step=2.0) == 10.0 + (ENOUGH - 1) * 2.0


def test_fewer_questions_are_enough_for_a_service_that_must_not_be_worn_out() -> None:
    target = watch()
    target.whole = True
    assert silence(target, 10.0, 100.0, step=SERVICE_STEP) == 14.0


def test_a_span_teaches_its_length_beyond_the_first_re_probe() -> None:
    target = watch()
    miss(target, 10.0, known=11.0)
    for at in (11.0, 11.5, 12.0):
        miss(target, at)
    answer(target, 12.5)
    assert (target.learned.spans, target.learned.beyond) == pytest.approx((1.0, 1.0))
    assert not target.suspect


def test_a_single_lost_probe_is_no_span() -> None:
    target = watch()
    for n in range(100):
        miss(target, 10.0 * n + 10.0, known=10.0 * n + 11.0)
        answer(target, 10.0 * n + 11.0)
    assert target.learned.spans == 0.0
    assert target.threshold == FLOOR


def test_explained_silence_teaches_nothing() -> None:
    target = watch()
    miss(target, 10.0)
    miss(target, 10.5)
    answer(target, 11.0, explained=True)
    assert target.learned.spans == 0.0
    silence(target, 20.0, 26.0)
    answer(target, 26.0, explained=True)
    answer(target, 26.5, explained=True)
    assert target.silent is False
    assert target.learned.spell is None


def test_a_silence_whose_beginning_nobody_saw_teaches_nothing() -> None:
    target = watch()
    silence(target, 10.0, 30.0)
    detect.recheck(target, 40.0)
    miss(target, 41.0)
    answer(target, 41.5)
    assert (target.learned.spans, target.learned.spell) == (0.0, None)


def test_a_called_silence_waits_for_the_end_of_its_spell() -> None:
    target = watch()
    target.learned.exposure = 10 * DAY
    silence(target, 10.0, 15.0)
    answer(target, 15.0)
    answer(target, 15.5)
    assert target.silent is False
    assert target.learned.spans == 0.0
    miss(target, 15.0 + QUIET - 1.0)
    answer(target, 15.5 + QUIET - 1.0)
    assert target.learned.spans == 0.0, "another may follow"
    miss(target, 15.0 + QUIET)
    assert target.learned.spans == pytest.approx(1.0)


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
