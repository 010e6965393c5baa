"""Which exporters push, what do they push, and how does that go?

Each takes all numbers of a moment, batch by batch in a thread of its own so that nobody waits for it, lays them into
its spool, and sends from there.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from netmon.clock import Clock
from netmon.model import Batch, Family, Metric
from netmon.reading.label_texts import Kept
from netmon.run.export import sheltered
from netmon.run.push.plug import Pushing
from netmon.run.push.sender import Pauses, Sender
from netmon.run.push.spool import Spool
from netmon.run.store import label_text
from netmon.settings.config import Config
from netmon.wire.net import Net

FOLDER = "spool"
"""Where in the data folder the spools are, by exporter."""

log = structlog.get_logger()


class Pusher:
    """One exporter at work; `spool` and `sender` tell how it goes."""

    def __init__(
        self,
        name: str,
        exporter: Pushing,
        folder: Path,
        families: Callable[[], Iterable[Family]],
        net: Net,
        clock: Clock,
        pauses: Pauses,
    ) -> None:
        self.name, self._exporter, self._families, self._clock = name, exporter, families, clock
        self.spool = Spool(folder, exporter.spool)
        self.sender = Sender(name, exporter, self.spool, self._aside, net, clock, pauses)
        self._kept = Kept()
        self._thread = ThreadPoolExecutor(1, f"push {name}")
        self._said = ""

    def forget(self) -> None:
        """The labels of the inventory have changed; what was told has not, and some of it may end."""
        self._kept = Kept(told=self._kept.told)

    async def run(self) -> None:
        """Take and send until cancelled; what is in memory then goes to the disk, if that takes it."""
        try:
            await sheltered(self.name, self._aside(self.spool.open))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._take())
                group.create_task(self._send())
        finally:
            await self._aside(self.spool.save)
            self._thread.shutdown(wait=False)

    async def _take(self) -> None:
        due = self._clock.now()
        while True:
            await sheltered(self.name, self.take())
            self._complain()
            due = max(due + self._exporter.every, self._clock.now())
            await asyncio.sleep(due - self._clock.now())

    async def _send(self) -> None:
        while True:
            await sheltered(self.name, self.sender.run())  # nothing but a bug ends that
            await asyncio.sleep(self._exporter.every)

    async def take(self) -> None:
        """Lay the numbers as they are now into the spool."""
        at = self._clock.now() + self._clock.ahead()
        batches = self._exporter.encode(self._families(), at, self._kept)
        self._thread.submit(self.spool.begin)
        while await self._aside(partial(self._lay, batches, at)):
            self.sender.fresh.set()
        await self._aside(self.spool.save)

    def _lay(self, batches: Iterator[Batch], at: float) -> bool:
        """In the thread: make one batch, some milliseconds of work, and keep it; False at the end."""
        batch = next(batches, None)
        if batch is not None:
            self.spool.add(batch, at)
        return batch is not None

    async def _aside(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _complain(self) -> None:
        why = self.spool.why
        if why and why != self._said:
            log.error("the spool cannot be written, numbers wait in memory", exporter=self.name, why=why)
        elif self._said and not why:
            log.info("the spool is written again", exporter=self.name)
        self._said = why


class Pushers:
    """All exporters of a project that push."""

    def __init__(
        self,
        config: Config,
        families: Callable[[], Iterable[Family]],
        net: Net,
        clock: Clock,
        pauses: Pauses | None = None,
    ) -> None:
        pauses = Pauses(chance=random.random) if pauses is None else pauses
        self.each = [
            Pusher(name, exporter, config.data / FOLDER / name, families, net, clock, pauses)
            for name, exporter in config.exporters.items()
            if isinstance(exporter, Pushing)
        ]

    def run(self) -> list[Coroutine[Any, Any, None]]:
        """What only a service does."""
        return [each.run() for each in self.each]

    def use(self) -> None:
        """There is another inventory."""
        for each in self.each:
            each.forget()

    def families(self) -> Iterator[Family]:
        """What was acknowledged, lost, tried in vain, and waits."""
        each = [(one.name, one.sender, one.spool, one.spool.state) for one in self.each]
        by, why = ("exporter",), ("exporter", "reason")
        told: tuple[tuple[str, str, Mapping[str, float]], ...] = (
            ("sent_total", "Lines that the server acknowledged.", {name: s.sent for name, s, _, _ in each}),
            ("failures_total", "Attempts to send that failed.", {name: s.failures for name, s, _, _ in each}),
            ("spool_bytes", "What waits to be sent.", {name: state.octets for name, *_, state in each}),
            ("spool_lines", "Lines that wait to be sent.", {name: state.lines for name, *_, state in each}),
            (
                "oldest_timestamp_seconds",
                "When the oldest of what waits was taken.",
                {name: state.oldest for name, *_, state in each if state.oldest is not None},
            ),
        )
        for name, text, values in told:
            metric = Metric("counter" if name.endswith("_total") else "gauge", text, by)
            series = [(label_text(by, (key,)), value) for key, value in values.items()]
            yield Family(f"netmon_export_{name}", metric, series)
        lost = [((name, reason), lines) for name, _, spool, _ in each for reason, lines in list(spool.lost.items())]
        yield Family(
            "netmon_export_dropped_total",
            Metric("counter", "Lines that will never be sent, by reason.", why),
            [(label_text(why, key), lines) for key, lines in lost],
        )
