"""Wrap, reset, reboot: which difference of two readings may be believed?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.decide.counters import rate


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
