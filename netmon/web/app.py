"""What does netmon answer over HTTP?

Only reading: GET and HEAD, no bodies, no cookies, no other origin. The addresses and the JSON are fixed;
people and scripts rely on them.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PIECE = 256 * 1024
_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_RAW_HEADERS = tuple((name.encode(), value.encode()) for name, value in _HEADERS.items())


class View(Protocol):
    """What the web may look at."""

    def metrics(self) -> tuple[bytes, str]:
        """Body and content type of /metrics. Called in a thread of its own, so it must only read what is replaced
        whole: the loop goes on polling meanwhile."""
        ...

    def ready(self) -> bool:
        """Whether the service polls now."""
        ...

    def healthy(self) -> bool:
        """Whether every stage shows its heartbeat."""
        ...

    def status(self) -> dict[str, Any]:
        """As `netmon.decide.shapes.status` and `polls`."""
        ...

    def incidents(self) -> list[dict[str, Any]]:
        """As `netmon.decide.shapes.incident`, open ones and the last 30 days."""
        ...


def build(view: View) -> Starlette:
    """The web application over `view`."""
    one_scrape_at_a_time = asyncio.Lock()

    async def metrics(request: Request) -> Response:
        async with one_scrape_at_a_time:
            body, content_type = await asyncio.to_thread(view.metrics)
        headers = {"content-type": content_type, "content-length": str(len(body))}
        return StreamingResponse(_pieces(body), headers=headers)

    async def status(request: Request) -> Response:
        return _json(view.status())

    async def incidents(request: Request) -> Response:
        return _json(view.incidents())

    app = Starlette(
        routes=[
            Route("/metrics", metrics),
            Route("/-/healthy", _check(view.healthy)),
            Route("/-/ready", _check(view.ready)),
            Route("/api/v1/status", status),
            Route("/api/v1/incidents", incidents),
        ],
        middleware=[Middleware(_Guard)],
        exception_handlers={HTTPException: _refusal, 500: _failure},
    )
    app.router.redirect_slashes = False
    return app


async def _pieces(body: bytes) -> AsyncIterator[memoryview]:
    """A long page bit by bit: handed over whole, each layer below copies it while the loop stands still."""
    view = memoryview(body)
    for start in range(0, len(body), _PIECE):
        yield view[start : start + _PIECE]


def _check(asked: Callable[[], bool]) -> Callable[[Request], Any]:
    async def check(request: Request) -> Response:
        return PlainTextResponse("ok\n") if asked() else PlainTextResponse("not yet\n", 503)

    return check


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return Response(body, status, headers, "application/json")


async def _refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return _json({"error": error.detail}, error.status_code, error.headers)


async def _failure(request: Request, error: Exception) -> Response:
    """Said outside the guard, which the error has left behind; uvicorn logs the error."""
    return _json({"error": "Internal Server Error"}, 500, _HEADERS)


class _Guard:
    """Refuses requests with a body unread, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_RAW_HEADERS]
            await send(message)

        headers = dict(scope["headers"])
        if headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers:
            refusal = _json({"error": "Content Too Large"}, 413, {"connection": "close"})
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)
