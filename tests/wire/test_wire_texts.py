"""Are heads, challenges and replies in text understood, and is nothing that a stranger writes believed?"""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.errors import NotServing
from netmon.wire import challenge, heads, mailserver, rtsp, sip
from netmon.wire.dialogue import LONGEST_HEAD, Dialogue, Limit
from netmon.wire.net import TlsSeen

HEADLIKE = st.lists(
    st.sampled_from(
        [b"SIP/2.0 ", b"RTSP/1.0 ", b"200", b" OK", b"\r\n", b"\n", b": ", b"Call-ID", b"i", b"CSeq", b"1 OPTIONS",
         b" ", b"\t", b"Content-Length", b"99999999999999999999", b"-1", b"\x00\xff", b"\xe2\x80\xae", b"1" * 5000]
    )
    | st.binary(max_size=20),
    max_size=40,
).map(b"".join)  # fmt: skip


def assert_fit_to_print(error: NotServing) -> None:
    """One short line, whoever wrote what is in it."""
    assert str(error).isprintable()
    assert len(str(error)) < 160


def test_a_head() -> None:
    head = heads.read(
        b"SIP/2.0 486 Busy  Here\r\nVia: SIP/2.0/UDP a\r\n\t;rport=5060\r\nv: b\r\nCALL-ID : x\r\nnonsense\r\nl: 12",
        "SIP",
    )
    assert (head.status, head.reason, str(head)) == (486, "Busy Here", "486 Busy Here")
    assert head.all("via", "v") == ["SIP/2.0/UDP a ;rport=5060", "b"]
    assert (head.first("call-id", "i"), head.first("from")) == ("x", "")
    assert (head.length(100, "content-length", "l"), head.length(0, "other")) == (12, 0)


@pytest.mark.parametrize(
    "head",
    [b"", b"SIP/2.0", b"SIP/2.0 20 OK", b"SIP/2.0 2000 OK", b"SIP/2.0 800 x", b"RTSP/1.0 200 OK", b"HTTP/1.1 200 OK",
     b"OPTIONS sip:a SIP/2.0", b"SIP/2.0 200 OK" + b"\r\na: b" * 201],
)  # fmt: skip
def test_no_head(head: bytes) -> None:
    with pytest.raises(NotServing):
        heads.read(head, "SIP")


@pytest.mark.parametrize("length", ["-1", "+1", "1_0", "٣", "0x1", "101", "9" * 30, "1 1"])
def test_no_length(length: str) -> None:
    with pytest.raises(NotServing):
        heads.Head(200, "", (("l", length),)).length(100, "l")


@given(HEADLIKE, st.sampled_from(["SIP", "RTSP"]))
def test_any_head_is_read_or_refused(said: bytes, protocol: str) -> None:
    try:
        head = heads.read(said, protocol)
    except NotServing as error:
        assert_fit_to_print(error)
        return
    assert 100 <= head.status < 800
    assert str(head).isprintable()
    assert len(head.fields) <= 200
    assert all("\n" not in value for _, value in head.fields)


@given(HEADLIKE)
def test_any_datagram_is_read_as_sip_or_not(said: bytes) -> None:
    head = sip.read(said)
    question = sip.Question("10.0.0.1", 5060)
    assert head is None or not question.is_answered_by(head)


def test_a_sip_question() -> None:
    question = sip.Question("fd00::1", 5061, "tls", "hop", "abc")
    lines = question.text().decode().split("\r\n")
    assert lines[0] == "OPTIONS sips:hop@[fd00::1]:5061 SIP/2.0"
    assert {"Max-Forwards: 70", "CSeq: 1 OPTIONS", "Call-ID: abc", "Content-Length: 0"} <= set(lines)
    assert lines[-2:] == ["", ""]
    assert sip.Question("10.0.0.1", 5060).call != sip.Question("10.0.0.1", 5060).call


@given(st.binary(max_size=300) | HEADLIKE.map(lambda said: b"v=0\r\n" + said))
def test_any_description_is_counted_or_refused(said: bytes) -> None:
    try:
        assert rtsp.media(said) >= 0
    except NotServing as error:
        assert_fit_to_print(error)


# --- challenges -------------------------------------------------------------------------------

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
RFC_7616 = tuple(
    f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={name}, nonce="{NONCE}", opaque="FQhe"'
    for name in ("SHA-256", "MD5")
)
CHANCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def answer(*challenges: str) -> str:
    return challenge.answer(challenges, "GET", "/dir/index.html", "Mufasa", "Circle of Life", CHANCE)


def test_the_example_of_rfc_7616() -> None:
    """Section 3.9.1."""
    best = answer(*reversed(RFC_7616))
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in best
    assert "algorithm=SHA-256" in best
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in answer(RFC_7616[1])


def test_the_password_goes_out_in_clear_only_if_nothing_else_will_do() -> None:
    basic = 'Basic realm="x"'
    assert answer(basic) == "Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl"
    assert answer(basic, RFC_7616[1]).startswith("Digest ")
    assert answer("basic") == answer("BASIC realm=x") == answer(basic)
    for impossible in ("", "Bearer", "Digest", 'Digest realm="x"', 'Digest nonce="x", algorithm=MD5-sess',
                       'Digest nonce="x", qop="auth-int"', 'Negotiate abc=='):  # fmt: skip
        assert answer(impossible) == ""


@given(
    st.lists(
        st.text(max_size=40) | st.sampled_from([*RFC_7616, "Basic", "Digest", 'Digest nonce="a\r\nEvil: 1"']),
        max_size=4,
    )
)
def test_no_challenge_begins_a_line_of_its_own(challenges: list[str]) -> None:
    assert not re.search(r"[\r\n\x00]", answer(*challenges))


# --- replies of mail servers, and what bounds every dialogue ------------------------------------


class Said:
    """A stream on which all has been said already, in pieces, each a moment after the one before.

    `granted`: how long each read might have lasted.
    """

    connected = 0.0
    tls: TlsSeen | None = None

    def __init__(self, *pieces: bytes, pause: float = 0.0) -> None:
        self.pause = pause
        self.pieces = list(pieces)
        self.granted: list[float] = []

    async def write(self, data: bytes, timeout: float) -> None: ...

    async def read(self, most: int, timeout: float) -> bytes:
        self.granted.append(timeout)
        await asyncio.sleep(self.pause)
        return self.pieces.pop(0) if self.pieces else b""

    async def secure(self, name: str, timeout: float) -> TlsSeen:
        raise NotImplementedError

    async def close(self) -> None: ...


def hear(*pieces: bytes) -> Dialogue:
    return Dialogue(Said(*pieces), Limit.after(5))


async def test_a_reply_of_several_lines() -> None:
    dialogue = hear(b"250-mail.lab", b".test\r", b"\n250-SIZE 1000\n25", b"0 STARTTLS\r\n220 next\r\n")
    assert await mailserver.reply(dialogue, "x") == (250, ("mail.lab.test", "SIZE 1000", "STARTTLS"))
    assert (await mailserver.reply(dialogue, "x")).code == 220


@given(st.lists(st.binary(min_size=1, max_size=30) | st.sampled_from([b"250-x\r\n", b"220 x\r\n", b"2"]), max_size=20))
async def test_any_reply_is_read_or_refused(pieces: list[bytes]) -> None:
    try:
        reply = await mailserver.reply(hear(*pieces), "a greeting")
    except NotServing as error:
        assert_fit_to_print(error)
    else:
        assert str(reply).isprintable()


@given(st.lists(st.binary(min_size=1, max_size=12) | st.sampled_from([b"\r\n", b"\n\n", b"\r\n\r\n"]), max_size=30))
async def test_heads_come_out_whole_however_they_are_cut(pieces: list[bytes]) -> None:
    whole, cut = hear(b"".join(pieces) or b"\n"), hear(*pieces)
    for _ in range(5):
        try:
            expected = await whole.head("x")
        except NotServing:
            with pytest.raises(NotServing):
                await cut.head("x")
            return
        assert await cut.head("x") == expected


async def test_no_more_is_kept_than_a_head_may_be_long() -> None:
    dialogue = hear(*[b"x" * 4096] * 100)
    with pytest.raises(NotServing, match="more than 16384 octets"):
        await dialogue.head("an answer")
    assert len(dialogue.kept) <= LONGEST_HEAD + 4096


async def test_an_octet_now_and_then_buys_no_time() -> None:
    stream = Said(b"2", b"2", b"0", b"\n", pause=0.005)
    await Dialogue(stream, Limit.after(5)).line("a greeting")
    assert stream.granted == sorted(set(stream.granted), reverse=True)
    assert len(stream.granted) == 4


async def test_a_limit_that_is_over_is_silence_at_once() -> None:
    dialogue = Dialogue(Said(b"220 x\r\n"), Limit.after(0))
    with pytest.raises(NotServing, match="connected, but without a greeting within 0 s"):
        await mailserver.greeted(dialogue)
