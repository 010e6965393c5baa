"""How do conversations over TCP and TLS go, with good servers and with bad ones?"""

import asyncio
import gc
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from netmon.errors import BadAnswer, CollectError, NotServing, Refused, Unreachable
from netmon.wire.net import Stream
from netmon.wire.stream import CHUNK, Connection, connect
from tests.ports import free_port
from tests.wire.cage import Caged, descriptors
from tests.wire.certificates import Signed, root, sign
from tests.wire.hostile import BAD, Behaviour, closes, drip, endless, greets, resets, says, silent, tcp

NAME = "yenbai.example.vn"


@pytest.fixture(scope="module")
def authority() -> Signed:
    return root()


@pytest.fixture
def trusted(authority: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signed:
    """The authority, which this machine trusts for the length of a test."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path, "roots")[0]))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return authority


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    gc.collect()
    before = descriptors()
    yield
    gc.collect()
    assert descriptors() == before


async def echoes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def all_of(stream: Stream, most: int = 1 << 20) -> bytes:
    got = bytearray()
    while len(got) < most and (data := await stream.read(most - len(got), 5)):
        got += data
    return bytes(got)


async def test_a_plain_conversation() -> None:
    async with tcp(echoes) as port:
        stream = await connect("127.0.0.1", port, 5)
        assert 0 < stream.connected < 5
        assert stream.tls is None
        await stream.write(b"xin ch\xc3\xa0o", 5)
        assert await stream.read(100, 5) == b"xin ch\xc3\xa0o"
        await stream.close()


async def test_the_end_is_an_empty_answer() -> None:
    async with tcp(says(b"bye")) as port:
        stream = await connect("127.0.0.1", port, 5)
        await stream.write(b"?", 5)
        assert await all_of(stream) == b"bye"
        assert await stream.read(1, 5) == b""
        await stream.close()


@pytest.mark.parametrize("newest", [None, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1], ids=["1.3", "1.2", "1.0"])
async def test_a_conversation_over_tls(trusted: Signed, tmp_path: Path, newest: ssl.TLSVersion | None) -> None:
    server = sign([NAME], trusted)
    large = b"0123456789abcdef" * 20000
    async with tcp(echoes, server.context(tmp_path, newest)) as port:
        stream = await connect("127.0.0.1", port, 5, NAME)
        assert stream.tls is not None
        assert stream.tls.version == {None: "TLSv1.3", ssl.TLSVersion.TLSv1: "TLSv1"}.get(newest, "TLSv1.2")
        assert stream.tls.trouble == ""
        assert 0 < stream.tls.seconds < 5
        [own] = stream.tls.chain
        assert own.subject == f"CN={NAME}"
        assert own.issuer == "CN=Test Root"
        assert own.names == (NAME,)
        assert own.until == server.certificate.not_valid_after_utc.timestamp()
        assert own.serial == f"{server.certificate.serial_number:x}"
        await asyncio.gather(stream.write(large, 5), asyncio.sleep(0))
        assert await all_of(stream, len(large)) == large
        await stream.close()


async def test_tls_begins_when_both_are_ready(trusted: Signed, tmp_path: Path) -> None:
    context = sign([NAME], trusted).context(tmp_path)

    async def starts(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 go ahead\r\n")
        await writer.drain()
        await writer.start_tls(context)
        await echoes(reader, writer)

    async with tcp(starts) as port:
        stream = await connect("127.0.0.1", port, 5)
        await stream.write(b"STARTTLS\r\n", 5)
        assert await stream.read(100, 5) == b"220 go ahead\r\n"
        seen = await stream.secure(NAME, 5)
        assert seen == stream.tls
        assert seen.trouble == ""
        await stream.write(b"EHLO", 5)
        assert await stream.read(100, 5) == b"EHLO"
        await stream.close()


async def test_a_certificate_that_nobody_trusts_is_seen_all_the_same(tmp_path: Path) -> None:
    async with tcp(echoes, sign([NAME]).context(tmp_path)) as port:
        stream = await connect("127.0.0.1", port, 5, NAME)
        assert stream.tls is not None
        assert stream.tls.trouble == "self-signed"
        await stream.close()


async def test_a_closed_port_is_a_refusal() -> None:
    with pytest.raises(Refused):
        await connect("127.0.0.1", free_port(), 5)


async def test_a_name_is_no_address() -> None:
    with pytest.raises(BadAnswer, match="not an IP address"):
        await connect("localhost", 80, 1)


def test_nobody_there(caged: Caged) -> None:
    assert caged("stream", "198.51.100.7")["error"] == "Unreachable"


@pytest.mark.parametrize(
    ("behaviour", "error", "text"),
    [
        (silent, NotServing, "no TLS handshake within"),
        (closes, NotServing, "closed the connection during the TLS handshake"),
        (resets, Refused, "reset"),
        (greets(b"SSH-2.0-OpenSSH_9.2\x1b[2J\r\n"), NotServing, r"speaks no TLS, .*'SSH-2\.0-OpenSSH_9\.2\ufffd"),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), NotServing, r"speaks no TLS, .*'HTTP/1\.1 400 Bad Request'"),
        (says(b"\x15\x03\x01\x00\x02\x02\x46"), NotServing, "TLS failed: .*alert protocol version"),
        (drip(b"\x16\x03\x03\x3f\xff"), NotServing, "within"),
        (endless(b"\x16"), NotServing, "TLS failed"),
    ],
)
async def test_what_speaks_no_tls(behaviour: Behaviour, error: type[CollectError], text: str) -> None:
    async with tcp(behaviour) as port, asyncio.timeout(3):
        with pytest.raises(error, match=text):
            await connect("127.0.0.1", port, 0.2 if behaviour is silent else 0.5, NAME)


@pytest.mark.parametrize("name", BAD)
async def test_every_bad_server_is_over_in_time(name: str) -> None:
    """Neither hang nor stray error, whatever comes."""
    async with tcp(BAD[name]) as port, asyncio.timeout(3):
        with pytest.raises(CollectError):
            await connect("127.0.0.1", port, 0.3, NAME)


async def test_silence_is_unreachable_and_costs_no_more_than_its_time() -> None:
    async with tcp(silent) as port, asyncio.timeout(3):
        stream = await connect("127.0.0.1", port, 5)
        with pytest.raises(Unreachable, match=r"no answer within 0\.1 s"):
            await stream.read(1, 0.1)
        await stream.close()


async def test_what_is_not_read_is_not_kept() -> None:
    async with tcp(endless()) as port:
        stream = await connect("127.0.0.1", port, 5)
        await stream.write(b"?", 5)
        assert 0 < len(await stream.read(1 << 30, 5)) <= CHUNK
        await stream.close()


async def test_a_fast_sender_leaves_time_for_others() -> None:
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    near, far = socket.socketpair()
    near.setblocking(False)
    far.send(bytes(1000))  # never is there nothing to read
    beside = asyncio.ensure_future(another())
    stream = Connection(near, "here", 0.0)
    for _ in range(10):
        assert len(await stream.read(100, 5)) == 100
    beside.cancel()
    await stream.close()
    far.close()
    assert turns >= 9


async def test_whoever_takes_nothing_is_given_up() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with tcp(deaf) as port, asyncio.timeout(5):
        stream = await connect("127.0.0.1", port, 5)
        with pytest.raises(Unreachable, match="takes no data"):
            await stream.write(bytes(1 << 25), 0.2)
        await stream.close()
