"""Does the SMTP collector tell a mail server that would take mail from one that would not?"""

import asyncio
from pathlib import Path

import pytest

from collectors.smtp import Smtp
from netmon.errors import NotServing, Refused
from netmon.model import Sample
from tests.collectors.servers import asked, mail_server, told
from tests.ports import free_port
from tests.wire import hostile
from tests.wire.certificates import sign

EXPIRY = "netmon_tls_certificate_expiry_timestamp_seconds"


def phases(samples: list[Sample]) -> set[str]:
    return {sample.labels[0] for sample in samples if sample.metric == "netmon_smtp_phase_seconds"}


async def test_a_mail_server() -> None:
    async with mail_server() as port:
        samples = await asked(Smtp(port=port))
    assert phases(samples) == {"greeting", "ehlo"}
    assert EXPIRY not in told(samples)


@pytest.mark.parametrize("tls", ["starttls", "direct"])
async def test_its_certificate(tmp_path: Path, tls: str) -> None:
    signed = sign(["mail.lab.test"], days=(-1, 20))
    async with mail_server(signed.context(tmp_path), direct=tls == "direct") as port:
        collector = Smtp(port=port, tls=tls, name="mail.lab.test")  # type: ignore[arg-type]
        samples = await asked(collector)
        assert phases(samples) == {"greeting", "ehlo", "tls"}
        assert told(samples)[EXPIRY] == signed.certificate.not_valid_after_utc.timestamp()
        assert told(samples)["netmon_tls_trusted"] == 0
        with pytest.raises(NotServing, match=r"^certificate: .*self-signed") as raised:
            await asked(Smtp(port=port, tls=tls, name="mail.lab.test", trust=True))  # type: ignore[arg-type]
    assert EXPIRY in told(raised.value.samples)


async def test_starttls_that_is_not_offered() -> None:
    async with mail_server() as port:
        with pytest.raises(NotServing, match=r"^offers no STARTTLS$") as raised:
            await asked(Smtp(port=port, tls="starttls"))
    assert phases(list(raised.value.samples)) == {"greeting", "ehlo"}


async def test_nobody_there() -> None:
    with pytest.raises(Refused):
        await asked(Smtp(port=free_port()))


GREETING = b"220-mail.lab.test\r\n220 ready\r\n"


async def test_nothing_is_ever_sent() -> None:
    """A server that knows HELO alone hears these words and no others."""
    heard: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        for answer in (b"502 what?\r\n", b"250 hello\r\n", b"221 bye\r\n"):
            heard.append((await reader.readline()).split()[0])
            writer.write(answer)
            await writer.drain()

    async with hostile.tcp(behave) as port:
        await asked(Smtp(port=port))
    assert heard == [b"EHLO", b"HELO", b"QUIT"]


EHLO = hostile.says(b"250-mail.lab.test\r\n250 STARTTLS\r\n", then=hostile.silent)


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (hostile.greets(b"421 too busy\r\n"), "greets with '421 too busy', expected 220"),
        (hostile.greets(b"554 no\x1b[2J\r\n"), "greets with '554 no\ufffd[2J', expected 220"),
        (hostile.greets(b"220-a\r\n250 b\r\n"), "answers, but not with SMTP: '250 b'"),
        (hostile.greets(b"SSH-2.0-OpenSSH_9.2\r\n"), "answers, but not with SMTP: 'SSH-2.0-OpenSSH_9.2'"),
        (hostile.greets(b"220-x\r\n" * 1000), "more than 100 lines instead of a greeting"),
        (hostile.greets(b"220 " + b"x" * 9000), "more than 4096 octets without a greeting: '220 xxx"),
        (hostile.greets(GREETING, then=hostile.silent), "connected, but without an answer to EHLO within 0.3 s"),
        (hostile.greets(GREETING, then=hostile.resets), "reset the connection instead of an answer to EHLO"),
        (
            hostile.greets(GREETING, then=hostile.says(b"550 no\r\n")),
            "answers EHLO with '550 no', expected 250",
        ),
    ],
)
async def test_what_is_no_mail_server(behaviour: hostile.Behaviour, why: str) -> None:
    async with hostile.tcp(behaviour) as port:
        with pytest.raises(NotServing) as raised:
            await asked(Smtp(port=port), timeout=0.3)
    assert str(raised.value).startswith(why)


@pytest.mark.parametrize("behaviour", hostile.BAD)
async def test_strangers(behaviour: str) -> None:
    async with hostile.tcp(hostile.BAD[behaviour]) as port:
        with pytest.raises(NotServing):
            await asked(Smtp(port=port), timeout=0.3)


async def test_words_before_tls_do_not_count() -> None:
    begin = hostile.says(b"220 go\r\n250 injected\r\n", then=hostile.silent)
    offers = hostile.says(b"250-mail\r\n250 STARTTLS\r\n", then=begin)
    async with hostile.tcp(hostile.greets(GREETING, then=offers)) as port:
        with pytest.raises(NotServing, match=r"^speaks before TLS has begun: '250 injected'$"):
            await asked(Smtp(port=port, tls="starttls"), timeout=1)
