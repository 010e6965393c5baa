"""Does the TLS collector show the certificate of every server, and say whether to trust it?"""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from collectors.tls import INFO, Tls
from netmon.errors import NotServing, Refused
from netmon.model import Remembered, Sample
from tests.collectors.servers import asked, mail_server, told
from tests.ports import free_port
from tests.wire import hostile
from tests.wire.certificates import Signed, root, sign

NAME = "mail.yenbai.example.vn"
EXPIRY = "netmon_tls_certificate_expiry_timestamp_seconds"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signed:
    """An authority that this machine trusts for the length of a test."""
    authority = root()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path, "roots")[0]))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return authority


def info(samples: Sequence[Sample]) -> tuple[str, ...]:
    [found] = [sample.labels for sample in samples if sample.metric == INFO]
    return found


async def test_a_certificate(authority: Signed, tmp_path: Path) -> None:
    signed = sign([NAME], authority, days=(-1, 20))
    async with hostile.tcp(hostile.silent, signed.context(tmp_path)) as port:
        samples = await asked(Tls(port=port, name=NAME))
    assert told(samples)["netmon_tls_trusted"] == 1
    assert told(samples)[EXPIRY] == signed.certificate.not_valid_after_utc.timestamp()
    assert 0 < told(samples)["netmon_tls_handshake_seconds"] < 5
    assert info(samples) == ("TLSv1.3", f"CN={NAME}", "CN=Test Root", f"{signed.certificate.serial_number:x}")


async def test_the_first_of_the_chain_that_ends_counts(authority: Signed, tmp_path: Path) -> None:
    between = sign(by=authority, common="Test Intermediate", days=(-10, 7), ca=True)
    async with hostile.tcp(hostile.silent, sign([NAME], between).context(tmp_path)) as port:
        samples = await asked(Tls(port=port, name=NAME))
    assert told(samples)["netmon_tls_trusted"] == 1
    assert told(samples)[EXPIRY] == between.certificate.not_valid_after_utc.timestamp()


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2])
async def test_old_versions_are_seen(tmp_path: Path, newest: ssl.TLSVersion) -> None:
    async with hostile.tcp(hostile.silent, sign([NAME]).context(tmp_path, newest)) as port:
        samples = await asked(Tls(port=port))
    assert info(samples)[0] == newest.name.replace("_", ".")


async def test_untrusted_is_alive_unless_trust_is_asked_for(tmp_path: Path) -> None:
    signed = sign([NAME], days=(-20, -1))
    async with hostile.tcp(hostile.silent, signed.context(tmp_path)) as port:
        samples = await asked(Tls(port=port, name=NAME))
        assert told(samples)["netmon_tls_trusted"] == 0
        with pytest.raises(NotServing, match=r"^certificate: expired on .*; self-signed$") as raised:
            await asked(Tls(port=port, name=NAME, trust=True))
    assert set(raised.value.samples) >= {each for each in samples if each.metric in (EXPIRY, INFO)}


async def test_the_name_is_checked_where_one_is_given(authority: Signed, tmp_path: Path) -> None:
    async with hostile.tcp(hostile.silent, sign([NAME], authority).context(tmp_path)) as port:
        assert told(await asked(Tls(port=port, trust=True)))["netmon_tls_trusted"] == 1
        with pytest.raises(NotServing, match=rf"certificate: for {NAME}, not for other\.example$"):
            await asked(Tls(port=port, name="other.example", trust=True))
        with pytest.raises(NotServing, match=rf"certificate: for {NAME}, not for localhost$"):
            await asked(Tls(port=port, trust=True), address="localhost")


async def test_a_server_of_several_names_is_asked_for_the_right_one(authority: Signed, tmp_path: Path) -> None:
    main = sign(["main.example"], authority).context(tmp_path)
    other = sign([NAME], authority).context(tmp_path)

    def choose(tls: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        if name == NAME:
            tls.context = other

    main.sni_callback = choose
    async with hostile.tcp(hostile.silent, main) as port:
        assert info(await asked(Tls(port=port, name=NAME)))[1] == f"CN={NAME}"
        assert info(await asked(Tls(port=port)))[1] == "CN=main.example"


async def test_a_mail_server_begins_later(authority: Signed, tmp_path: Path) -> None:
    async with mail_server(sign([NAME], authority).context(tmp_path)) as port:
        samples = await asked(Tls(port=port, name=NAME, starttls="smtp"))
    assert told(samples)["netmon_tls_trusted"] == 1


async def test_a_mailbox_server_begins_later(authority: Signed, tmp_path: Path) -> None:
    context = sign([NAME], authority).context(tmp_path)

    async def imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK IMAP4rev2 ready\r\n")
        assert await reader.readline() == b"a STARTTLS\r\n"
        writer.write(b"* CAPABILITY IMAP4rev2\r\na OK begin\r\n")
        await writer.drain()
        await writer.start_tls(context)
        await reader.read(1)

    async with hostile.tcp(imap) as port:
        samples = await asked(Tls(port=port, name=NAME, starttls="imap"))
    assert told(samples)["netmon_tls_trusted"] == 1


@pytest.mark.parametrize(
    ("starttls", "behaviour", "text"),
    [
        ("imap", hostile.greets(b"* OK ready\r\na NO not here\r\n", then=hostile.silent), "^offers no STARTTLS$"),
        ("imap", hostile.greets(b"* OK ready\r\na OK\r\nmore", then=hostile.silent), "speaks before TLS has begun"),
        ("imap", hostile.endless(chunk=b"* x\r\n" * 1000), r"within 0\.4 s"),
        ("smtp", hostile.greets(b"* OK IMAP4rev2\r\n", then=hostile.silent), "."),
        ("none", hostile.greets(b"220 ESMTP\r\n", then=hostile.silent), "speaks no TLS, its answer begins with '220 E"),
    ],
)
async def test_a_server_that_speaks_no_tls(starttls: str, behaviour: hostile.Behaviour, text: str) -> None:
    async with hostile.tcp(behaviour) as port:
        with pytest.raises(NotServing, match=text):
            await asked(Tls(port=port, starttls=starttls), timeout=0.4)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", hostile.BAD)
@pytest.mark.parametrize("starttls", ["none", "smtp", "imap"])
async def test_every_bad_server(name: str, starttls: str) -> None:
    async with hostile.tcp(hostile.BAD[name]) as port:
        with pytest.raises((NotServing, Refused)):
            await asked(Tls(port=port, starttls=starttls), timeout=0.3)  # type: ignore[arg-type]


async def test_nobody_there() -> None:
    with pytest.raises(Refused):
        await asked(Tls(port=free_port()))


def test_another_certificate_is_written_down() -> None:
    assert Tls().remembered() == (Remembered(INFO, ()),)
