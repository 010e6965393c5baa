"""Is what devices call themselves fit to be shown?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.wire.text import LONGEST, clean


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"Gi0/0/0", "Gi0/0/0"),
        ("Tủ mạng tầng 2".encode(), "Tủ mạng tầng 2"),
        (b"Cisco IOS\r\nVersion 15\t\r\n", "Cisco IOS Version 15"),
        (b"eth0\x00\x00", "eth0"),
        (b"caf\xe9", "caf\ufffd"),
        (b"\x1b[31mred", "\ufffd[31mred"),
        ("a\u202eb".encode(), "a\ufffdb"),
        (b"", ""),
        ("1.3.6.1", "1.3.6.1"),
        (42, ""),
        (None, ""),
    ],
)
def test_cleaning(raw: object, shown: str) -> None:
    assert clean(raw) == shown


def test_long_values_are_cut() -> None:
    assert clean(b"x" * 100_000) == "x" * LONGEST
    assert clean("ệ".encode() * 100, 64) == "ệ" * 64


@given(st.binary(max_size=600), st.integers(1, 100))
def test_anything_becomes_one_printable_line(raw: bytes, longest: int) -> None:
    shown = clean(raw, longest)
    assert len(shown) <= longest
    assert shown.isprintable()
    assert clean(shown.encode(), longest) == shown.strip()


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic Z2lhbXNhdDpi\r\n",
        "HTTP_AUTHORIZATION => Basic Z2lhbXNhdDpi",
        b'{"proxy-authorization": "Digest username=x, response=Z2lhbXNhdDpi"}',
    ],
)
def test_a_password_that_is_sent_back_is_not_kept(said: bytes | str) -> None:
    kept = clean(said)
    assert kept.endswith("***")
    assert "Z2lh" not in kept
    assert clean("authorization failed for bob") == "authorization failed for bob"
