"""Servers that notices are sent to: HTTP and SMTP, on loopback, saying what the test wants them to say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from netmon.model import Event, Notice
from tests.run.values import notice


def page(notice_id: str = "2/opened/noc/1", event: Event = "opened") -> Notice:
    """A notice with a body that a webhook can post."""
    made = notice()
    first = "[MẤT] Xã Châu Quế Hạ mất liên lạc từ 21:14"
    return Notice(
        id=notice_id, event=event, at=1_795_356_850.0, to="noc", incident=made.incident,
        subject=first, text=f"{first}\nHỏng: …", body='{"id": "2/opened/noc/1", "text": "Xã"}',
    )  # fmt: skip


@dataclass
class Hook:
    """What an HTTP server was asked; `url` is where."""

    url: str
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@asynccontextmanager
async def http(status: int = 200, headers: dict[str, str] | None = None) -> AsyncIterator[Hook]:
    """A server that answers every POST with `status`."""
    hook = Hook("")

    async def answer(request: web.Request) -> web.Response:
        hook.requests.append((dict(request.headers), await request.read()))
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    hook.url = f"http://127.0.0.1:{port}/in"
    try:
        yield hook
    finally:
        await runner.cleanup()


@dataclass
class Mailbox:
    """What an SMTP server was given; `server` is host:port."""

    reply: str = "250 OK"
    server: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content: Any = envelope.content
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        return self.reply


@asynccontextmanager
async def smtp(reply: str = "250 OK") -> AsyncIterator[Mailbox]:
    """A server that answers every message with `reply`."""
    box = Mailbox(reply)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="localhost"), "127.0.0.1", 0)
    box.server = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()
