"""What does the whole program cost while it watches a fleet? This is the process that is measured.

It prints a line when it listens, runs until its input ends, and then prints what it counted as JSON.
"""

import argparse
import asyncio
import cProfile
import json
import logging
import math
import pstats
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from netmon.app import App, World, build, run_for
from netmon.cli._service import log_to_stderr, raise_file_limit, spare_the_loop
from netmon.clock import SystemClock
from netmon.run.journal.seam import open_threaded
from netmon.wire.real import RealNet
from tests.bench.fleet import fleet, project

TICK = 0.1
LATE = (0.05, 0.2, 1.0, 5.0)
"""Seconds by which a tick is late that is counted."""


async def run(options: argparse.Namespace, folder: Path) -> None:
    """Watch until stdin ends."""
    kinds = {name: float(every) for name, every in (pair.split("=") for pair in options.collect)}
    inventory = fleet(options.devices, options.agents, kinds)
    raise_file_limit(inventory)
    world = World(clock=SystemClock(), net=RealNet(), journal=open_threaded(folder / "journal.db"))
    app = await build(project(inventory, folder, options.listen), world)
    spare_the_loop()
    halts = Halts()
    stop, profile = asyncio.Event(), cProfile.Profile(time.thread_time)
    loop = asyncio.get_running_loop()
    if options.profile is not None:
        loop.call_later(options.warm, profile.enable)
    loop.add_reader(sys.stdin.fileno(), lambda: _command(app, stop, halts))
    halts.tick(loop)
    print(json.dumps({"devices": len(inventory.devices), "sites": len(inventory.sites)}), flush=True)
    await run_for(app, None, stop)
    if options.profile is not None:
        profile.disable()
        with options.profile.open("w") as out:
            pstats.Stats(profile, stream=out).sort_stats("tottime").print_stats(45)


class Halts:
    """For how long did the loop do something else at worst? A tick that is due ten times a second comes late then."""

    def __init__(self) -> None:
        self._due = math.inf
        self._late = [0] * 4

    def tick(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look how late it is, and look again."""
        now = loop.time()
        self.count(now - self._due)
        self._due = now + TICK
        loop.call_at(self._due, self.tick, loop)

    def count(self, late: float) -> None:
        """A tick was so many seconds late."""
        for place, limit in enumerate(LATE):
            self._late[place] += late > limit

    def told(self) -> dict[str, int]:
        """How many ticks were later than so many seconds."""
        return {str(limit): count for limit, count in zip(LATE, self._late, strict=True)}


def _command(app: App, stop: asyncio.Event, halts: Halts) -> None:
    """A line asks how things stand; the end of input ends the program."""
    if sys.stdin.readline():
        print(json.dumps(told(app) | {"halts": halts.told()}), flush=True)
    else:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()


def told(app: App) -> dict[str, object]:
    """Counters, start delays, states and marks."""
    poller, status = app.poller, app.view.status()
    states: dict[str, int] = {}
    for row in status["devices"].values():
        states[row["state"]] = states.get(row["state"], 0) + 1
    return {
        "skipped": poller.skipped,
        "overlapped": poller.overlapped,
        "spared": poller.spared,
        "bugs": poller.bugs,
        "backed_off": poller.backed_off,
        "delay": dict(poller.delays.quantiles()),
        "dropped": app.engine.dropped,
        "lag": SystemClock().now() - app.engine.stepped_at,
        "states": states,
        "agent_silent": sorted(name for name, row in status["devices"].items() if "agent_silent" in row["marks"]),
        "incidents": len(app.engine.incidents()),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run as told by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, required=True)
    parser.add_argument("--agents", type=int, default=1, help="port of the agents")
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--profile", type=Path, help="write to this file where the time went after --warm")
    parser.add_argument("--warm", type=float, default=0.0, help="seconds that the profile leaves out")
    parser.add_argument("collect", nargs="+", help="collector=seconds")
    options = parser.parse_args(arguments)
    log_to_stderr(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(options, Path(folder)))


if __name__ == "__main__":
    main()
