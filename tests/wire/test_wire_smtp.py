"""Does a message get out, encrypted if it can be, and is a password safe?"""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from netmon.errors import Permanent, Retryable
from netmon.wire.smtp import caused_by_certificate, connected, send, split
from tests.ports import free_port


class Box:
    """Takes mail; `replies` override a command's answer."""

    def __init__(self, replies: dict[str, str] | None = None) -> None:
        self.replies = replies or {}
        self.mails: list[tuple[bool, str, list[str], bytes]] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        reply = self.replies.get("DATA", "250 OK")
        if reply.startswith("250"):
            who = session.auth_data if isinstance(session.auth_data, str) else ""
            self.mails.append((session.ssl is not None, who, list(envelope.rcpt_tos), envelope.content))
        return reply


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """For localhost, signed by nobody."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    right = data.password == b"right"
    return AuthResult(success=right, handled=False, auth_data=data.login.decode() if right else None)


async def settled() -> None:
    """Wait until every dialogue is over and its socket closed."""
    async with asyncio.timeout(30):
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
        for _ in range(3):
            await asyncio.sleep(0)


@asynccontextmanager
async def serving(box: Box, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A real SMTP server; gives its host:port."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            box,
            hostname="mail.example",
            loop=loop,
            tls_context=context,
            authenticator=authenticate,
            auth_require_tls=False,
        )

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await settled()


@asynccontextmanager
async def talking(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """A server that says what `talk` says; gives its host:port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await settled()


def message(*recipients: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "netmon@tinh.example"
    message["To"] = ", ".join(recipients or ("noc@tinh.example",))
    message["Subject"] = "Mất kết nối xã Châu Quế Hạ"
    message.set_content("Từ 08:00")
    return message


async def test_a_message_arrives() -> None:
    box = Box()
    async with serving(box) as server:
        await send(server, message("noc@tinh.example", "lan@tinh.example"), 5)
    [(encrypted, _, recipients, content)] = box.mails
    assert not encrypted
    assert recipients == ["noc@tinh.example", "lan@tinh.example"]
    assert b"From: netmon@tinh.example" in content


async def test_tls_is_used_when_offered_whatever_the_certificate(certificate: ssl.SSLContext) -> None:
    box = Box()
    async with serving(box, certificate) as server:
        await send(server, message(), 5)
    assert box.mails[0][0]


async def test_a_broken_starttls_does_not_hold_a_message_up() -> None:
    """The server wants a TLS version that nobody speaks any longer."""
    said: list[str] = []
    mails: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 old.example\r\n")
        while line := (await reader.readline()).decode(errors="replace").strip():
            said.append(line.split(":")[0])
            if line.startswith("EHLO"):
                writer.write(b"250-old.example\r\n250 STARTTLS\r\n")
            elif line == "STARTTLS":
                writer.write(b"220 go\r\nthis is no handshake\r\n")
                await writer.drain()
                break
            elif line == "DATA":
                writer.write(b"354 go\r\n")
                mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 OK\r\n")
            else:
                writer.write(b"221 bye\r\n" if line == "QUIT" else b"250 OK\r\n")

    async with talking(talk) as server:
        await send(server, message(), 5)
    assert said.count("STARTTLS") == 1
    assert len(mails) == 1


async def test_a_login_on_this_machine(certificate: ssl.SSLContext) -> None:
    for context in (None, certificate):
        box = Box()
        async with serving(box, context) as server:
            await send(server, message(), 5, "netmon", "right")
        assert box.mails[0][1] == "netmon"


async def test_a_wrong_password_never_works() -> None:
    async with serving(Box()) as server:
        with pytest.raises(Permanent, match="535"):
            await send(server, message(), 5, "netmon", "wrong")


async def test_a_password_is_not_sent_to_a_server_without_tls() -> None:
    async with serving(Box()) as server:
        host, port = split(server)
        with pytest.raises(Permanent, match="the password stays here"):
            await connected(host, port, 5, strict=True)


async def test_a_password_is_not_sent_to_a_server_without_a_trusted_certificate(certificate: ssl.SSLContext) -> None:
    async with serving(Box(), certificate) as server:
        host, port = split(server)
        with pytest.raises(OSError) as raised:
            await connected(host, port, 5, strict=True)
        assert caused_by_certificate(raised.value)


REPLIES = [
    ({"MAIL": "451 later"}, Retryable),
    ({"MAIL": "550 never"}, Permanent),
    ({"noc@tinh.example": "450 greylisted"}, Retryable),
    ({"noc@tinh.example": "550 unknown"}, Permanent),
    ({"DATA": "452 no room"}, Retryable),
    ({"DATA": "554 spam"}, Permanent),
]


@pytest.mark.parametrize(("replies", "expected"), REPLIES, ids=str)
async def test_replies(replies: dict[str, str], expected: type[Exception]) -> None:
    box = Box(replies)
    async with serving(box) as server:
        with pytest.raises(expected, match=next(iter(replies.values()))[:3]):
            await send(server, message(), 5)
    assert box.mails == []


async def test_one_wrong_recipient_does_not_keep_it_from_the_others() -> None:
    box = Box({"gone@tinh.example": "550 unknown"})
    async with serving(box) as server:
        await send(server, message("gone@tinh.example", "noc@tinh.example"), 5)
    assert box.mails[0][2] == ["noc@tinh.example"]


@pytest.mark.parametrize(("greeting", "expected"), [(b"421 busy\r\n", Retryable), (b"554 go away\r\n", Permanent)])
async def test_a_server_that_turns_everybody_away(greeting: bytes, expected: type[Exception]) -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()

    async with talking(talk) as server:
        with pytest.raises(expected):
            await send(server, message(), 5)


async def test_silence_is_worth_another_try() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with talking(talk) as server:
        with pytest.raises(Retryable, match="no answer"):
            await send(server, message(), 0.1)


async def test_nobody_listening_is_worth_another_try() -> None:
    with pytest.raises(Retryable):
        await send(f"127.0.0.1:{free_port()}", message(), 5)


async def test_a_message_to_nobody_never_works() -> None:
    nobody = EmailMessage()
    nobody["From"] = "netmon@tinh.example"
    async with serving(Box()) as server:
        with pytest.raises(Permanent):
            await send(server, nobody, 5)


@pytest.mark.parametrize("server", ["mail.example", "mail.example:", ":x", "mail.example:0", "mail.example:70000"])
async def test_what_is_no_server_never_works(server: str) -> None:
    with pytest.raises(Permanent, match="host:port"):
        await send(server, message(), 5)


def test_servers_with_ipv6() -> None:
    assert split("[::1]:25") == ("::1", 25)
