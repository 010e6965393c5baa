"""What do three months in the journal cost: on the disk, at a restart, and for the figures of a month?

Beside the size stand the octets of the means alone, beside a restart the loading of the project, beside a month's
figures what a restart reads, and beside the report those figures.
"""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from netmon.app import World, build
from netmon.report.asked import Asked
from netmon.report.formats import pdf
from netmon.report.papers import sla
from netmon.report.sources import Sources
from netmon.run.figures import month_so_far
from netmon.run.journal.seam import open_threaded, read_only
from netmon.settings.project import Project, load
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from tests import ninety
from tests.bench.figure import Figure, median_cpu
from tests.province import Hand

MEGABYTE = 1e6


def figures(scale: float, runs: int) -> list[Figure]:
    """All of it for the sample province; `scale` 1 is 90 days."""
    root = Path(__file__).parents[2]
    project, days = load(root), max(2, int(90 * scale))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        busy = 1.0 if scale >= 0.1 else 0.1  # a few days have to be quick, too
        season = ninety.Season(days=days, outages=int(28 * busy), lines=int(8 * busy), storm=int(300 * scale))
        lived = ninety.write(path, project.inventory, season)
        size = path.stat().st_size / MEGABYTE
        start = median_cpu(restart(project, path, lived.until), runs)
        month = median_cpu(lambda: month_so_far(path, project.inventory, lived.until - 3600.0), runs)
        report = median_cpu(monthly(project, Path(folder)), runs)
        loaded, restored = median_cpu(lambda: load(root), runs), median_cpu(lambda: read_only(path), runs)
    return [
        Figure(
            f"journal of {days} days, {lived.incidents:,} incidents", "MB", size,
            "the history's days alone", lived.history.octets / MEGABYTE, 2000.0,
        ),
        Figure("  restart: journal opened, all restored", "s", start, "load the project", loaded, 3.0),
        Figure("  this month's figures, each five minutes", "s", month, "restore what is open", restored, 10.0),
        Figure("  netmon report sla, of a month, as PDF", "s", report, "this month's figures", month, 10.0),
    ]  # fmt: skip


def monthly(project: Project, data: Path) -> Callable[[], object]:
    """What carriers are held to: November, from the journal in this folder to the pages."""
    project = replace(project, config=replace(project.config, data=data))
    since, until = (int(datetime(2026, month, 1, tzinfo=ninety.ZONE).timestamp()) for month in (11, 12))
    asked = Asked(since=since, until=until, month="2026-11")
    return lambda: pdf.render(sla.write(asked, Sources(project)))


def restart(project: Project, path: Path, at: float) -> Callable[[], None]:
    """The program, from the opening of its journal until it could run."""

    async def started() -> None:
        clock = Hand(at)
        journal = open_threaded(path)
        net = SimNet(Network(project.inventory, clock=clock), clock)
        await build(project, World(clock=clock, net=net, journal=journal, serve=False))
        await journal.close()

    return lambda: asyncio.run(started())
