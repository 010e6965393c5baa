"""How can hours pass in milliseconds, and still in the right order?

An event loop whose clock stands still while anything runs and jumps to the next timer when nothing
does. It never moves while a thread of an executor works or a real socket is open: then the loop waits
in real time for whichever reports first, and virtual time stays where it was.
"""

import asyncio
import heapq
import selectors
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple

from netmon.errors import NetmonError

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")

_Events = list[tuple[selectors.SelectorKey, int]]


class Stuck(NetmonError):
    """Virtual time cannot go on: nothing is scheduled, or what is awaited outside does not come."""


class _Gate(selectors.BaseSelector):
    """The loop's selector: asked to wait, it jumps instead, unless something real is pending.

    `files` counts the file descriptors that are registered.
    """

    def __init__(self, advance: Callable[[bool], bool], busy: Callable[[], str], patience: float) -> None:
        self._real = selectors.DefaultSelector()
        self._advance = advance
        self._busy = busy
        self._patience = patience
        self.files = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self._real.register(fileobj, events, data)
        self.files = len(self._real.get_map())
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        key = self._real.unregister(fileobj)
        self.files = len(self._real.get_map())
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()

    def select(self, timeout: float | None = None) -> _Events:
        """Events of real file descriptors. `timeout` is 0 when the loop has work, else None."""
        busy = self._busy()
        # With work to do and nothing real pending only a signal could be found, and it can wait for the next jump.
        events = self._real.select(0) if busy or timeout != 0 else []
        if self._advance(False) or events or timeout == 0:
            return events
        if busy:
            events = self._real.select(self._patience)
            if not events:
                raise Stuck(f"virtual time waited {self._patience:g} s in vain for {busy}")
        elif not self._advance(True):
            raise Stuck("virtual time cannot go on: nothing is scheduled and nothing is pending")
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time. `time()` starts at 0 and is exact: a timer fires at its own `when`.

    Timers of the same instant fire in the order they were set. `start` is the instant (seconds since
    the epoch) that VirtualClock shows at `time() == 0`; `patience` bounds the real seconds that the
    loop waits for a thread or a socket before it raises Stuck.
    """

    def __init__(self, start: float = 0.0, patience: float = 60.0) -> None:
        self.start = start
        self._now = 0.0
        self._order = 0
        self._threads = 0
        self._timers: list[tuple[float, int, asyncio.TimerHandle, Callable[[], object], Context | None]] = []
        self._gate = _Gate(self._advance, self._busy, patience)
        super().__init__(self._gate)
        self._own = self._gate.files  # the self-pipe, by which threads wake the loop

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def call_at(
        self, when: float, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As in asyncio, in virtual time; equal instants keep their order."""
        self._check_open()
        handle = asyncio.TimerHandle(when, callback, args, self, context)

        def fire() -> None:
            if not handle.cancelled():
                callback(*args)

        self._order += 1
        heapq.heappush(self._timers, (when, self._order, handle, fire, context))
        return handle

    def run_in_executor(self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts) -> asyncio.Future[_T]:
        """As in asyncio; virtual time stands still until the function has returned."""
        future = super().run_in_executor(executor, func, *args)
        self._threads += 1
        future.add_done_callback(self._thread_done)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """As in asyncio: waits for the threads, in real time; `timeout` is not used."""
        self._threads += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._threads -= 1

    def _check_open(self) -> None:
        if self.is_closed():
            raise RuntimeError("Event loop is closed")

    def _thread_done(self, _: object) -> None:
        self._threads -= 1

    def _busy(self) -> str:
        """What real thing is pending, or nothing."""
        if self._threads:
            return f"{self._threads} thread(s) of an executor"
        sockets = self._gate.files - self._own
        return f"{sockets} socket(s)" if sockets else ""

    def _advance(self, jump: bool) -> bool:
        """Hand over the timers that are due; with `jump`, go to the next one first. True if any was due."""
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)
        if jump and timers:
            self._now = max(self._now, timers[0][0])
        due = False
        while timers and timers[0][0] <= self._now:
            _, _, handle, fire, context = heapq.heappop(timers)
            if not handle.cancelled():
                self.call_soon(fire, context=context)
                due = True
        return due


class VirtualClock:
    """The time that a VirtualLoop shows: its `start` plus what has passed in it. `jump` sets the wall clock."""

    __slots__ = ("_ahead", "_loop")

    def __init__(self, loop: VirtualLoop | None = None) -> None:
        self._loop = loop
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since the epoch, in virtual time. Without a loop given, that of the running one."""
        loop = self._loop
        if loop is None:
            running = asyncio.get_running_loop()
            if not isinstance(running, VirtualLoop):
                raise RuntimeError("a VirtualClock needs a VirtualLoop")
            loop = self._loop = running
        return loop.start + loop.time()

    def ahead(self) -> float:
        """Seconds by which the wall clock is ahead of `now()`."""
        return self._ahead

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or, if negative, back."""
        self._ahead += seconds


def run_virtual(coro: Coroutine[Any, Any, _T], start: float = 0.0, patience: float = 60.0) -> _T:
    """Run a coroutine to its end in virtual time that begins at `start` (seconds since the epoch).

    Raises what the coroutine raises, and Stuck where it waits for something that cannot come.
    """
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start, patience)) as runner:
        return runner.run(coro)
