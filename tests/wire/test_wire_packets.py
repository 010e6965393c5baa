"""Are DNS and NTP answers understood, and is nothing that a stranger sends believed?"""

import dns.flags
import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.wire import dns as names
from netmon.wire import ntp

MARK = 0x0123456789ABCDEF


def packet(first: int = 0x24, stratum: int = 1, originate: int = MARK, receive: int = 0, transmit: int = 0) -> bytes:
    head = bytes([first, stratum, 6, 0xEC]) + (0x8000).to_bytes(4, "big") + (0x10000).to_bytes(4, "big") + b"GPS\x00"
    return head + bytes(8) + b"".join(each.to_bytes(8, "big") for each in (originate, receive, transmit))


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        (0, 0.0),
        (0x83AA7E8000000000, 0.0),  # RFC 868: 1970-01-01, 2208988800 s after 1900
        (0x83AA7E8180000000, 1.5),
        (0xFFFFFFFF00000000, 2_085_978_495.0),  # the last second of the first era: 2036-02-07 06:28:15
        (0x0000000100000000, 2_085_978_497.0),
    ],
)
def test_timestamps(timestamp: int, at: float) -> None:
    told = ntp.read(packet(transmit=timestamp), MARK)
    assert told is not None
    assert told.transmit == at
    assert (told.root_delay, told.root_dispersion, told.reference) == (0.5, 1.0, b"GPS\x00")


def test_offset_and_delay() -> None:
    """RFC 5905, 8: here the server is 10 s ahead, 0.2 s are spent on each way and 0.1 s in the server."""
    told = ntp.Told(0, 1, 0, 0, b"GPS", receive=1010.2, transmit=1010.3)
    offset, delay = ntp.offset(told, sent=1000.0, rtt=0.5)
    assert offset == pytest.approx(10.0)
    assert delay == pytest.approx(0.4)


def test_the_question_tells_nothing_of_this_machine() -> None:
    assert ntp.question(MARK) == b"\x23" + bytes(39) + MARK.to_bytes(8, "big")
    assert ntp.cookie() != ntp.cookie()


@pytest.mark.parametrize(
    "said", [packet(originate=MARK + 1), packet(first=0x23), packet(first=0x25), packet()[:47], b""]
)
def test_no_answer(said: bytes) -> None:
    assert ntp.read(said, MARK) is None


@given(st.binary(max_size=80), st.integers(0, 255), st.integers(0, 255))
def test_any_packet_is_read_or_not(said: bytes, first: int, stratum: int) -> None:
    for each in (said, packet(first, stratum) + said, packet()[:40] + said):
        told = ntp.read(each, MARK)
        if told is not None:
            assert ntp.trouble(told).isprintable()
            ntp.offset(told, 1.0, 0.1)


# --- DNS --------------------------------------------------------------------------------------

ASKED = names.question("www.lab.test", "A")


def response(*rrsets: str, flags: int = 0) -> bytes:
    answer = dns.message.make_response(ASKED)
    answer.flags |= flags
    for text in rrsets:
        name, ttl, *rest = text.split(" ", 4)
        answer.answer.append(dns.rrset.from_text(name, int(ttl), *rest))
    return answer.to_wire()


def told(wire: bytes) -> names.Told:
    answer = names.read(wire, ASKED)
    assert answer is not None
    return names.told(answer, ASKED)


def test_an_alias_is_followed_and_a_circle_is_left() -> None:
    cname = "www.lab.test. 60 IN CNAME a.lab.test."
    assert told(response(cname, "a.lab.test. 60 IN A 10.0.0.1")).texts == ("10.0.0.1",)
    assert told(response(cname, "b.lab.test. 60 IN A 10.0.0.1")).texts == ()
    assert told(response(cname, "a.lab.test. 60 IN CNAME www.lab.test.")).texts == ()


def test_an_answer_to_another_question_is_none() -> None:
    later, about_another = names.question("www.lab.test", "A"), names.question("mail.lab.test", "A")
    later.id, about_another.id = ASKED.id ^ 1, ASKED.id  # they are drawn, and two in 65,536 are the same
    for other in (later, about_another):
        assert names.read(dns.message.make_response(other).to_wire(), ASKED) is None
    assert names.read(ASKED.to_wire(), ASKED) is None


def test_what_is_asked_for() -> None:
    assert ASKED.flags == dns.flags.RD
    assert names.question("www.lab.test", "A", recurse=False).flags == 0
    assert ASKED.opt is None


GOOD = response("www.lab.test. 60 IN CNAME a.lab.test.", "a.lab.test. 60 IN A 10.0.0.1")


@given(st.binary(max_size=200), st.integers(0, len(GOOD)), st.integers(0, len(GOOD)))
def test_any_message_is_read_or_not(said: bytes, start: int, end: int) -> None:
    for wire in (said, GOOD[:start] + said + GOOD[end:], GOOD[:12] + said):
        answer = names.read(wire, ASKED)
        if answer is not None:
            names.told(answer, ASKED)


def test_names_that_point_at_names_without_end() -> None:
    """Each compression pointer leads to the one before: work that grows with the square of what is sent."""
    pointers = b"".join((0xC000 | max(12, 12 + 2 * (number - 1))).to_bytes(2, "big") for number in range(8000))
    head = GOOD[:2] + b"\x81\x80\x00\x01\x1f\x00\x00\x00\x00\x00"
    assert names.read(head + pointers, ASKED) is None
