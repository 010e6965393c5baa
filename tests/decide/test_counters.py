"""Wrap, reset, reboot: which difference of two readings may be believed?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.decide.counters import Counted, rate, rate_between


def test_a_counter_that_grew_has_a_rate() -> None:
    assert rate(1_000, 4_000, 30) == 100


def test_a_counter_that_stood_still_has_the_rate_zero() -> None:
    assert rate(7, 7, 30) == 0


def test_differences_stay_exact_beyond_the_floats() -> None:
    assert rate(2**63 + 1, 2**63 + 4, 1) == 3


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_time_passed_means_no_rate(seconds: float) -> None:
    assert rate(1, 2, seconds) is None


def test_a_64_bit_counter_that_runs_backwards_was_reset() -> None:
    assert rate(2**64 - 10, 5, 30, fastest=1e9) is None
    assert rate(2**32 - 1_000, 2_000, 30, fastest=1_000) is None


def test_a_32_bit_counter_wraps_where_the_line_could_have_carried_it() -> None:
    assert rate(2**32 - 1_000, 2_000, 30, bits=32, fastest=1_000) == 100


def test_a_32_bit_counter_was_reset_where_the_line_could_not_have_carried_it() -> None:
    assert rate(1_000_000, 2_000, 30, bits=32, fastest=1_000) is None


def test_a_32_bit_counter_of_a_line_of_unknown_speed_is_not_guessed_at() -> None:
    assert rate(2**32 - 1_000, 2_000, 30, bits=32) is None


def test_a_32_bit_counter_that_could_have_wrapped_twice_says_nothing() -> None:
    # 1 Gbit/s wraps 32 bits of octets in 34 s.
    assert rate(2**32 - 1_000, 2_000, 60, bits=32, fastest=125_000_000) is None


def test_a_reading_beyond_32_bits_is_not_a_32_bit_counter() -> None:
    assert rate(2**33, 5, 30, bits=32, fastest=1e6) is None


def test_an_impossible_rate_is_thrown_away() -> None:
    assert rate(0, 10_000, 1, fastest=1_000) is None


def test_a_little_above_nominal_speed_is_the_jitter_of_the_reading() -> None:
    assert rate(0, 1_050, 1, fastest=1_000) == 1_050


@given(st.integers(0, 2**32 - 1), st.integers(0, 10**8), st.integers(1, 30))
def test_a_wrap_gives_the_rate_that_was(start: int, carried: int, seconds: int) -> None:
    end = (start + carried) % 2**32
    assert rate(start, end, seconds, bits=32, fastest=carried / seconds) == carried / seconds


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.floats(0.001, 1e6))
def test_a_rate_is_never_negative(old: int, new: int, seconds: float) -> None:
    found = rate(old, new, seconds)
    assert found is None or found >= 0


DAYS_497 = 2**32 / 100
OLD = Counted(1_000, at=0, uptime=5_000.0, if_index="1", alias="YB-1", fastest=1e6)
NEW = Counted(4_000, at=30, uptime=5_030.0, if_index="1", alias="YB-1", fastest=1e6)


def test_the_device_tells_the_time_not_the_clock() -> None:
    assert rate_between(OLD, NEW._replace(at=33, uptime=5_020.0)) == 150


def test_the_clock_tells_the_time_where_the_device_does_not() -> None:
    assert rate_between(OLD._replace(uptime=None), NEW) == 100


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(NEW._replace(uptime=12.0), id="uptime fell"),
        pytest.param(NEW._replace(uptime=5_000.0), id="no time passed"),
        pytest.param(NEW._replace(discontinuity=5_010.0), id="broken off"),
        pytest.param(NEW._replace(if_index="7", alias="YB-2"), id="another interface"),
        pytest.param(NEW._replace(alias="YB-2"), id="perhaps another interface"),
        pytest.param(NEW._replace(bits=32), id="read from another counter"),
        pytest.param(NEW._replace(value=40_000_000), id="faster than the line"),
    ],
)
def test_two_readings_that_do_not_belong_together(new: Counted) -> None:
    assert rate_between(OLD, NEW) == 100
    assert rate_between(OLD, new) is None


def test_an_interface_with_another_number_is_the_same() -> None:
    assert rate_between(OLD, NEW._replace(if_index="7")) == 100
    assert rate_between(OLD._replace(if_index="", alias=""), NEW) == 100


def test_what_runs_backwards_under_another_number_is_no_wrap() -> None:
    old, new = OLD._replace(value=2**32 - 1_000, bits=32), NEW._replace(value=2_000, bits=32)
    assert rate_between(old, new) == 100
    assert rate_between(old, new._replace(if_index="7")) is None


def test_the_end_of_497_days_is_no_start() -> None:
    old = OLD._replace(uptime=DAYS_497 - 10)
    assert rate_between(old, NEW._replace(uptime=20.0)) == pytest.approx(100)
    assert rate_between(old, NEW._replace(uptime=3.0)) is None
    assert rate_between(old._replace(boots=1), NEW._replace(uptime=20.0, boots=2)) is None


def test_an_uptime_that_grew_too_little_is_a_start() -> None:
    old = OLD._replace(uptime=10.0)
    assert rate_between(old, NEW._replace(uptime=15.0)) is None
    assert rate_between(old, NEW._replace(uptime=36.0)) == pytest.approx(3_000 / 26)


def test_a_line_that_became_slower_may_have_been_fast_before() -> None:
    assert rate_between(OLD, NEW._replace(value=10_000_000, fastest=1_000)) is not None


def test_a_32_bit_counter_that_grew_may_have_wrapped_too() -> None:
    assert rate(0, 1_000_000, 60, bits=32, fastest=125_000_000) is None
    assert rate(0, 1_000_000, 60, bits=32, fastest=12_500_000) is not None
