"""Durations, bandwidths and ratios."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.units import parse_bandwidth, parse_duration, parse_rate, parse_ratio, written_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("500ms", 0.5),
        ("100ms", 0.1),
        ("2m", 120),
        ("1h", 3600),
        ("1d", 86400),
        ("1.5s", 1.5),
        (3, 3),
        (0.25, 0.25),
        ("0s", 0),
    ],
)
def test_durations(text: object, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "bits"),
    [("100M", 10**8), ("1G", 10**9), ("64k", 64_000), ("2.5G", 2_500_000_000), (1000, 1000), ("1T", 10**12)],
)
def test_bandwidths(text: object, bits: int) -> None:
    assert parse_bandwidth(text) == bits


@pytest.mark.parametrize(
    ("text", "ratio"), [("0.1%", 0.001), ("99.9%", 0.999), ("0.001", 0.001), (1, 1), ("100%", 1), (0.05, 0.05)]
)
def test_ratios(text: object, ratio: float) -> None:
    assert parse_ratio(text) == ratio


@pytest.mark.parametrize(
    "text", ["", "s", "-1s", "1 week", "1e3s", "nan", "inf", True, None, [], "9" * 400 + "s", -1, "٣s", "1s1s"]
)
def test_not_a_duration(text: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["", "0", "100Mbps", "-1M", "M", True, None, "100 Mb", "0.1"])
def test_not_a_bandwidth(text: object) -> None:
    with pytest.raises(ValueError, match="is not a bandwidth"):
        parse_bandwidth(text)


@pytest.mark.parametrize("text", ["101%", "1.1", "-0.1", "", "%", None, False, "0,1%"])
def test_not_a_ratio(text: object) -> None:
    with pytest.raises(ValueError, match="is not a ratio"):
        parse_ratio(text)


@given(st.text(max_size=30) | st.integers() | st.floats() | st.booleans() | st.none())
def test_only_ever_a_value_error(text: object) -> None:
    for parse in (parse_duration, parse_bandwidth, parse_ratio):
        try:
            assert parse(text) >= 0
        except ValueError as error:
            assert "is not a" in str(error)  # noqa: PT017


@pytest.mark.parametrize("text", ["30d", "36h", "90s", "50ms", "0.5ms", "1.5s", "2m", "0s"])
def test_a_duration_is_written_as_it_is_read(text: str) -> None:
    assert written_duration(parse_duration(text)) == text


@pytest.mark.parametrize(
    ("text", "rate"),
    [("20 per 1m", (20, 60.0)), ("1 per 500ms", (1, 0.5)), ("3 per 2h", (3, 7200.0))],
)
def test_rates(text: str, rate: tuple[int, float]) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "20", "0 per 1m", "20 per 0s", "20/1m", "-1 per 1m", "20 per minute", True, None])
def test_not_a_rate(text: object) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)
