"""Are the Basic Encoding Rules written and read as in the standards, and is rubbish refused?"""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.wire.snmp import ber


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (ber.encode_int(0), "02 01 00"),
        (ber.encode_int(127), "02 01 7f"),
        (ber.encode_int(128), "02 02 00 80"),
        (ber.encode_int(-1), "02 01 ff"),
        (ber.encode_int(-128), "02 01 80"),
        (ber.encode_int(-129), "02 02 ff 7f"),
        (ber.encode_int(2**32 - 1, ber.GAUGE32), "42 05 00 ff ff ff ff"),
        (ber.encode_int(2**32 + 5, ber.COUNTER32), "41 01 05"),
        (ber.encode_int(2**32 + 5, ber.TIME_TICKS), "43 01 05"),
        (ber.encode_int(2**64 - 1, ber.COUNTER64), "46 09 00 ff ff ff ff ff ff ff ff"),
        (ber.encode_int(2**64 + 1, ber.COUNTER64), "46 01 01"),
        (ber.encode_oid((1, 3, 6, 1, 2, 1, 1, 3, 0)), "06 08 2b 06 01 02 01 01 03 00"),
        (ber.encode_oid((2, 999, 3)), "06 03 88 37 03"),
        (ber.encode_oid((1, 3, 2**32 - 1)), "06 06 2b 8f ff ff ff 7f"),
        (ber.wrap(4, b"x" * 127)[:3], "04 7f 78"),
        (ber.wrap(4, b"x" * 128)[:4], "04 81 80 78"),
        (ber.wrap(4, b"x" * 256)[:5], "04 82 01 00 78"),
    ],
)
def test_encoding_is_that_of_x690(encoded: bytes, expected: str) -> None:
    assert encoded.hex(" ") == expected


@given(st.integers(-(2**63), 2**63))
def test_integers_come_back(value: int) -> None:
    data = ber.encode_int(value)
    assert ber.read_int(data, 0, len(data)) == (value, len(data))


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**32 - 1), max_size=60))
def test_object_identifiers_come_back(first: int, second: int, rest: list[int]) -> None:
    oid = (first, second, *rest)
    data = ber.encode_oid(oid)
    assert ber.read_oid(data, 0, len(data)) == (oid, len(data))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "06",
        "06 00",
        "06 05 2b 06",
        "06 02 2b 80",
        "06 80 2b 06 00 00",
        "06 85 00 00 00 00 01 2b",
        "06 ff 01",
        "06 07 2b 90 80 80 80 80 00",
        "06 81 82 2b" + " 01" * 129,
        "04 01 2b",
    ],
)
def test_bad_object_identifiers_are_refused(data: str) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(ber.BerError):
        ber.read_oid(raw, 0, len(raw))


@pytest.mark.parametrize("data", ["", "02", "02 00", "02 02 01", "04 01 00", "02 0a 01 00 00 00 00 00 00 00 00 00"])
def test_bad_integers_are_refused(data: str) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(ber.BerError):
        ber.read_int(raw, 0, len(raw))


@given(st.binary(max_size=40))
def test_reading_raises_nothing_else(data: bytes) -> None:
    for read in (ber.read, ber.read_int, ber.read_oid):
        with contextlib.suppress(ber.BerError):
            read(data, 0, len(data))
