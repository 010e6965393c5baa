"""Pushes a recorded day until somebody kills it: `feeder.py URL FOLDER RECORDING SECONDS NAME:SPOOL:FIRST …`.

Each exporter takes a moment of the recording every so many SECONDS, from FIRST on, and prints what became of the one
before; SPOOL is how many octets may wait. By the wall clock it is the time of the recording. How long it waits, and
what was a minute ago, an exporter tells by the machine's clock: no server brings its numbers to its disk any faster.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import influxdb_client  # noqa: F401 - its second or more would be hours of the day
import structlog

from netmon.clock import SystemClock
from netmon.exporters.influxdb import InfluxDb
from netmon.exporters.remote_write import RemoteWrite
from netmon.model import Family, Metric
from netmon.run.push.plug import Pushing
from netmon.run.push.pushers import Pusher
from netmon.run.push.sender import Pauses
from netmon.wire.real import RealNet

Moment = tuple[float, list[tuple[str, list[tuple[str, float]]]]]
"""When (s since the epoch), and what each family says."""
BOTH = ("influxdb", "remote_write")
NOTHING = Metric("gauge", "X.")


def families(moment: Moment, via: str) -> Iterator[Family]:
    """What an exporter is given; `via` tells apart what each has brought to the same server."""
    for name, series in moment[1]:
        yield Family(name, NOTHING, [(f'via="{via}",{text}', value) for text, value in series])


class Day:
    """The recording as families, and the clock by which it is now."""

    def __init__(self, name: str, moments: list[Moment], first: int) -> None:
        self.name, self.pusher = name, list[Pusher]()
        self._moments, self._place = moments, first
        self._real, self._now = SystemClock(), 0.0

    def now(self) -> float:
        self._now = self._real.now()
        return self._now

    def ahead(self) -> float:
        """So that the wall clock stands at the moment whose turn it is; of whoever has just asked `now`."""
        at, _ = self._moments[min(self._place, len(self._moments) - 1)]
        return at - self._now

    def __call__(self) -> Iterator[Family]:
        self._tell()
        if self._place == len(self._moments):
            return
        self._place += 1
        yield from families(self._moments[self._place - 1], self.name)

    def _tell(self) -> None:
        """The moment before this one is laid down: what is known of it goes out in one piece."""
        [pusher] = self.pusher
        spool = pusher.spool
        told = {
            "via": self.name,
            "laid": self._place - 1,
            "lost": dict(spool.lost),
            "waits": spool.state.lines,
            "why": spool.why,
        }
        os.write(1, f"{json.dumps(told)}\n".encode())


def exporter(name: str, url: str, every: float, spool: int) -> Pushing:
    """One of BOTH."""
    if name == "influxdb":
        return InfluxDb(url=url, every=every, spool=spool)
    return RemoteWrite(url=f"{url}/api/v1/write", every=every, spool=spool)


async def main(url: str, folder: Path, recording: Path, every: float, wanted: list[str]) -> None:
    moments: list[Moment] = json.loads(recording.read_text(encoding="utf-8"))
    net, pauses = RealNet(), Pauses(0.05, 0.5)
    async with asyncio.TaskGroup() as group:
        for name, spool, first in (each.split(":") for each in wanted):
            day = Day(name, moments, int(first))
            one = exporter(name, url, every, int(spool))
            day.pusher.append(Pusher(name, one, folder / name, day, net, day, pauses))
            group.create_task(day.pusher[0].run())


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    _, server, kept, told, seconds, *each_one = sys.argv
    asyncio.run(main(server, Path(kept), Path(told), float(seconds), each_one))
