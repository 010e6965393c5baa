"""Does the SIP collector hear who answers OPTIONS, and how?"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from collectors.sip import Sip
from netmon.errors import NotServing, Unreachable
from tests.collectors.servers import Require, asked, sipp, told
from tests.wire import hostile


async def status(collector: Sip) -> float:
    return told(await asked(collector, timeout=2))["netmon_sip_status_code"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("200 OK",), 200),
        (("100 Trying", "200 OK"), 200),
        (("100 Trying", "183 Session Progress", "404 Not Found"), 404),
        (("401 Unauthorized",), 401),
        (("603 Decline",), 603),
    ],
)
async def test_a_final_answer_is_life(
    require_program: Require, tmp_path: Path, said: tuple[str, ...], code: int
) -> None:
    with sipp(require_program, tmp_path, *said) as port:
        assert await status(Sip(port=port)) == code


async def test_over_tcp(require_program: Require, tmp_path: Path) -> None:
    with sipp(require_program, tmp_path, "100 Trying", "200 OK", transport="t1") as port:
        assert await status(Sip(port=port, transport="tcp")) == 200


@pytest.mark.parametrize(
    ("said", "expect", "why"),
    [
        ("503 Service Unavailable", (), "SIP status '503 Service Unavailable'"),
        ("404 Not Found", (200,), "SIP status '404 Not Found', expected 200"),
        ("486 Busy Here", (200, 404), "SIP status '486 Busy Here', expected 200, 404"),
        ("100 Trying", (), "said '100 Trying' and gave no final answer within 0.5 s"),
    ],
)
async def test_what_is_no_life(
    require_program: Require, tmp_path: Path, said: str, expect: tuple[int, ...], why: str
) -> None:
    with sipp(require_program, tmp_path, said) as port, pytest.raises(NotServing) as raised:
        await asked(Sip(port=port, expect=expect), timeout=0.5)
    assert str(raised.value) == why


async def test_an_expected_failure_is_life(require_program: Require, tmp_path: Path) -> None:
    with sipp(require_program, tmp_path, "503 Service Unavailable") as port:
        assert await status(Sip(port=port, expect=(503,))) == 503


def answers(call: bytes = b"", sequence: bytes = b"CSeq: 1 OPTIONS") -> hostile.Answering:
    """200 to the question, or to that of somebody else."""

    def answer(question: bytes) -> Iterable[bytes]:
        [own] = [line for line in question.split(b"\r\n") if line.startswith(b"Call-ID:")]
        yield b"\r\n".join((b"SIP/2.0 200 OK", call or own.replace(b"Call-ID", b"i"), sequence, b"l: 0", b"", b""))

    return answer


async def test_short_names_of_fields_will_do() -> None:
    async with hostile.udp(answers()) as port:
        assert await status(Sip(port=port)) == 200


@pytest.mark.parametrize(
    "answering",
    [
        answers(call=b"Call-ID: somebody-else"),
        answers(sequence=b"CSeq: 2 OPTIONS"),
        answers(sequence=b"CSeq: 1 INVITE"),
        hostile.echo,
        hostile.rubbish,
        hostile.flood,
    ],
)
async def test_an_answer_to_somebody_else_is_none(answering: hostile.Answering) -> None:
    async with hostile.udp(answering) as port:
        with pytest.raises(NotServing, match=r"^answers, but not with SIP"):
            await asked(Sip(port=port), timeout=0.3)


async def test_silence() -> None:
    async with hostile.udp(hostile.nothing) as port:
        with pytest.raises(Unreachable):
            await asked(Sip(port=port), timeout=0.2)


TRYING = b"SIP/2.0 100 Trying\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
STRANGE = {
    **hostile.BAD,
    "HTTP": hostile.says(b"HTTP/1.1 400 Bad Request\r\n\r\n", then=hostile.silent),
    "a huge body": hostile.says(b"SIP/2.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n", then=hostile.silent),
    "a body that does not come": hostile.says(b"SIP/2.0 200 OK\r\nContent-Length: 10\r\n\r\n", then=hostile.silent),
    "answers to others": hostile.endless(chunk=TRYING * 100),
    "a huge head": hostile.endless(b"SIP/2.0 200 OK\r\n", b"Via: SIP/2.0/TCP x\r\n" * 1000),
    "half a head": hostile.drip(b"SIP/2.0 200 OK\r\n"),
}


@pytest.mark.parametrize("behaviour", STRANGE)
async def test_strangers_over_tcp(behaviour: str) -> None:
    async with hostile.tcp(STRANGE[behaviour]) as port:
        with pytest.raises(NotServing):
            await asked(Sip(port=port, transport="tcp"), timeout=0.3)


async def test_a_stranger_is_quoted() -> None:
    async with hostile.tcp(STRANGE["HTTP"]) as port:
        with pytest.raises(NotServing) as raised:
            await asked(Sip(port=port, transport="tcp"), timeout=0.3)
    assert str(raised.value) == "answers, but not with SIP: 'HTTP/1.1 400 Bad Request'"
