"""What do three months in the journal cost: on the disk, at a restart, and for the figures of a month?

Beside the size stand the octets of the means alone, beside a restart the loading of the project, and beside a month's
figures the reading of all incidents.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from netmon.app import World, build
from netmon.run.figures import month_so_far
from netmon.run.journal import open_threaded, read_only
from netmon.settings.project import Project, load
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from tests import ninety
from tests.bench.figure import Figure, median_cpu

MEGABYTE = 1e6


class Stopped:
    """A clock that stands still."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        return self._at

    def ahead(self) -> float:
        return 0.0


def figures(scale: float, runs: int) -> list[Figure]:
    """All of it for the sample province; `scale` 1 is 90 days."""
    root = Path(__file__).parents[2]
    project, days = load(root), max(2, int(90 * scale))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        lived = ninety.write(path, project.inventory, ninety.Season(days=days, storm=int(300 * scale)))
        means = 0 if lived.history is None else lived.history.octets
        size = path.stat().st_size / MEGABYTE
        start = median_cpu(restart(project, path, lived.until), runs)
        month = median_cpu(lambda: month_so_far(path, project.inventory, lived.until - 3600.0), runs)
        loaded, restored = median_cpu(lambda: load(root), runs), median_cpu(lambda: read_only(path), runs)
    return [
        Figure(
            f"journal of {days} days, {lived.incidents:,} incidents", "MB", size,
            "the history's days alone", means / MEGABYTE, 2000.0,
        ),
        Figure("  restart: journal opened, all restored", "s", start, "load the project", loaded, 3.0),
        Figure("  this month's figures, each five minutes", "s", month, "restore what is open", restored, 10.0),
    ]  # fmt: skip


def restart(project: Project, path: Path, at: float) -> Callable[[], None]:
    """The program, from the opening of its journal until it could run."""

    async def started() -> None:
        clock = Stopped(at)
        journal = open_threaded(path)
        net = SimNet(Network(project.inventory, clock=clock), clock)
        await build(project, World(clock=clock, net=net, journal=journal, serve=False))
        await journal.close()

    return lambda: asyncio.run(started())
