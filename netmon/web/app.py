"""What does netmon answer over HTTP?

No cookies, no other origin; bodies only where something is posted, which the modules beside this one take in. The
addresses and the JSON are fixed; people and scripts rely on them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netmon.web.answers import as_json

_PAGES = 4
"""Pages of metrics that are under way at once; each holds on to the numbers that it shows."""
_PATIENCE = 120.0
"""Seconds after which a page that its reader has not taken is broken off."""
_LEAST, _MOST = 0.002, 1.0
"""Seconds that go into one part of the page: as long as the loop was busy with other things since the last one, so
that the page is ready in time where each of the loop's rounds is long, and holds it up for little where it is short."""
_LARGEST = 8 << 20
"""Octets after which a part is long enough in any case."""
LONGEST = 1 << 20
"""Octets that a body may say it has; most of those who read one take fewer."""
_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_RAW_HEADERS = tuple((name.encode(), value.encode()) for name, value in _HEADERS.items())

T = TypeVar("T")

log = structlog.get_logger()


class View(Protocol):
    """What the web may look at."""

    def metrics(self) -> tuple[Iterator[bytes], str]:
        """Pieces and content type of /metrics. This and each piece are asked for in a thread, one at a time, so they
        must only read what is replaced whole: the loop goes on polling meanwhile."""
        ...

    def ready(self) -> bool:
        """Whether the service polls now."""
        ...

    def late(self) -> str:
        """The stages that have not moved for too long, in one line; empty if there are none."""
        ...

    def status(self) -> dict[str, Any]:
        """As `netmon.decide.shapes.status` and `polls`. Called in a thread, like `incidents`: a large network takes a
        while."""
        ...

    def incidents(self) -> list[dict[str, Any]]:
        """As `netmon.decide.shapes.incident`, open ones and the last 30 days."""
        ...


def build(view: View, more: Sequence[Route] = ()) -> Starlette:
    """The web application over `view`; `more` is where something can be changed."""

    async def status(request: Request) -> Response:
        return await asyncio.to_thread(lambda: as_json(view.status()))

    async def incidents(request: Request) -> Response:
        return await asyncio.to_thread(lambda: as_json(view.incidents()))

    app = Starlette(
        routes=[
            Route("/metrics", _Metrics(view), methods=["GET"]),
            Route("/-/healthy", _check(view.late)),
            Route("/-/ready", _check(lambda: "" if view.ready() else "not yet")),
            Route("/api/v1/status", status),
            Route("/api/v1/incidents", incidents),
            *more,
        ],
        middleware=[Middleware(_Guard)],
        exception_handlers={HTTPException: _refusal, 500: _failure},
    )
    app.router.redirect_slashes = False
    return app


class _Metrics:
    """Sends the page part by part: a large one is never there whole, and between two parts the loop has its turn.

    A thread makes one part at a time, whatever the number of readers, and a slow reader holds up nobody else.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._under_way, self._making = asyncio.Semaphore(_PAGES), asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._under_way:
            try:
                async with asyncio.timeout(_PATIENCE):
                    pieces, content_type = await self._aside(self._view.metrics)
                    first = await self._aside(lambda: _part(pieces, _LEAST))  # what fails here is still told as a 500
                    page = StreamingResponse(self._rest(first, pieces), headers={"content-type": content_type})
                    await page(scope, receive, send)
            except TimeoutError:  # the server closes the connection
                log.warning("page of metrics broken off", seconds=_PATIENCE)

    async def _rest(self, part: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        while part:
            made = time.monotonic()
            yield part
            share = min(_MOST, max(_LEAST, time.monotonic() - made))
            part = await self._aside(partial(_part, pieces, share))

    async def _aside(self, work: Callable[[], T]) -> T:
        async with self._making:
            return await asyncio.to_thread(work)


def _part(pieces: Iterator[bytes], seconds: float) -> bytes:
    """As many pieces as can be made in so long a time, at least one; b"" at the end."""
    until, size = time.monotonic() + seconds, 0
    made: list[bytes] = []
    while piece := next(pieces, b""):
        made.append(piece)
        size += len(piece)
        if size >= _LARGEST or time.monotonic() >= until:
            break
    return b"".join(made)


def _check(trouble: Callable[[], str]) -> Callable[[Request], Any]:
    async def check(request: Request) -> Response:
        found = trouble()
        return PlainTextResponse(f"{found}\n", 503) if found else PlainTextResponse("ok\n")

    return check


async def _refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return as_json({"error": error.detail}, error.status_code, error.headers)


async def _failure(request: Request, error: Exception) -> Response:
    """Said outside the guard, which the error has left behind; uvicorn logs the error."""
    return as_json({"error": "Internal Server Error"}, 500, _HEADERS)


class _Guard:
    """Refuses bodies that are too long, or belong to nothing, unread, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = dict(message["headers"])  # a page may say otherwise what it needs
                message["headers"] = [*message["headers"], *(each for each in _RAW_HEADERS if each[0] not in own)]
            await send(message)

        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        posted = scope["method"] == "POST" and length.isdigit() and int(length[:12]) <= LONGEST
        if not posted and (length != b"0" or b"transfer-encoding" in headers):
            refusal = as_json({"error": "Content Too Large"}, 413, {"connection": "close"})
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)
