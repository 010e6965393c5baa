"""Pushes numbers until somebody kills it: `victim.py URL FOLDER FIRST`, and prints each that is on its disk.

Number N is what all series say at one moment. The family `netmon_line` goes as lines, `netmon_remote` by remote-write.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from netmon.clock import SystemClock
from netmon.exporters.influxdb import InfluxDb
from netmon.exporters.remote_write import RemoteWrite
from netmon.model import Family, Metric
from netmon.run.push.plug import Pushing
from netmon.run.push.pushers import Pusher
from netmon.run.push.sender import Pauses
from netmon.wire.real import RealNet

SERIES = 40
EVERY = 0.05


class Numbers:
    """What the series of a family say, one more each time."""

    def __init__(self, family: str, first: int) -> None:
        self.family, self.number = family, first - 1

    def __call__(self) -> Iterator[Family]:
        if self.number % 1000:
            os.write(1, f"{self.family} {self.number}\n".encode())  # the one before is laid down
        self.number += 1
        series = [(f'n="{n}"', self.number) for n in range(SERIES)]
        yield Family(self.family, Metric("gauge", "X.", ("n",)), series)


async def main(url: str, folder: Path, first: int) -> None:
    exporters: dict[str, Pushing] = {
        "netmon_line": InfluxDb(url=url, every=EVERY, spool=1_000_000),
        "netmon_remote": RemoteWrite(url=f"{url}/api/v1/write", every=EVERY, spool=1_000_000),
    }
    net, clock, pauses = RealNet(), SystemClock(), Pauses(0.05, 0.1)
    async with asyncio.TaskGroup() as group:
        for name, exporter in exporters.items():
            numbers = Numbers(name, first)
            group.create_task(Pusher(name, exporter, folder / name, numbers, net, clock, pauses).run())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
