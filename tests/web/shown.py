"""A view with nothing behind it, and a server of the real application on a free port."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp

from netmon.web.server import LOOK, bind, serve

PIECE = 256 * 1024


@dataclass(slots=True, kw_only=True)
class Shown:
    """What the web may look at, to be set by a test."""

    page: bytes = b"netmon_x 1\n"
    is_ready: bool = True
    is_healthy: bool = True
    states: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    def metrics(self) -> tuple[Iterator[bytes], str]:
        pieces = (self.page[start : start + PIECE] for start in range(0, len(self.page), PIECE))
        return pieces, "text/plain; version=0.0.4; charset=utf-8"

    def ready(self) -> bool:
        return self.is_ready

    def late(self) -> str:
        return "" if self.is_healthy else "late: journal (41 s)"

    def status(self) -> dict[str, Any]:
        return self.states

    def incidents(self) -> list[dict[str, Any]]:
        return self.events


@asynccontextmanager
async def running(app: ASGIApp, look: float = LOOK) -> AsyncIterator[int]:
    """The port that `app` answers on for as long as the block lasts."""
    listener = bind("127.0.0.1:0")
    port: int = listener.getsockname()[1]
    task = asyncio.create_task(serve(app, listener, look))
    try:
        yield port
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        listener.close()


@contextmanager
def running_beside(app: ASGIApp) -> Iterator[int]:
    """The same in a thread with a loop of its own, for what blocks."""
    started: list[int] = []
    up, stop = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        async with running(app) as port:
            started.append(port)
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    try:
        assert up.wait(30)
        yield started[0]
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()
