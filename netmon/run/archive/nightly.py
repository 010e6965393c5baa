"""Is there a backup of netmon itself from last night?"""

import asyncio
import re
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from apscheduler.triggers.cron import CronTrigger

from netmon.clock import Clock
from netmon.errors import BackupError, NetmonError
from netmon.model import Family, Finding, Metric
from netmon.run.agenda import Duty
from netmon.run.archive.write import create
from netmon.run.bus import Intake
from netmon.settings.project import Project

SUFFIX = ".netmon"
LEFT = 86400.0
"""Seconds after which what a killed backup has left behind is taken away."""

log = structlog.get_logger()


class OwnBackups:
    """The nightly backups of a project. The master alone makes them: a twin would push out those of the master."""

    def __init__(self, project: Callable[[], Project], clock: Clock, intake: Intake) -> None:
        """`project` is asked for each time, for a reload changes it; what has to be told goes to `intake`."""
        self._project, self._clock, self._intake = project, clock, intake
        self._at, self._size = 0.0, 0

    def planned(self) -> list[Duty]:
        """Each night, if netmon.yaml wants so."""
        project = self._project()
        wanted = project.config.own_backup
        if wanted is None:
            return []
        hour, minute = wanted.at
        when = CronTrigger(hour=hour, minute=minute, timezone=project.inventory.timezone)
        return [Duty(name="own_backup", when=when, work=self.nightly, masters=True)]

    async def nightly(self) -> None:
        """Write one, and take the oldest away. NetmonError, once people have been told of it."""
        project, wall = self._project(), self._clock.now() + self._clock.ahead()
        try:
            await asyncio.to_thread(self._one, project, wall)
        except NetmonError as error:
            values = (("why", " ".join(str(error).split())[:200]),)
            found = Finding(project.inventory.vantage, self._clock.now(), "own_backup_failed", values)
            self._intake.evidence([found])
            raise

    def families(self) -> Iterator[Family]:
        """When the last one was made, and how large it is, as far as one was since the start."""
        series = [("", self._at)] if self._at else []
        yield Family("netmon_own_backup_timestamp_seconds", Metric("gauge", "When the last backup was made."), series)
        series = [("", float(self._size))] if self._at else []
        yield Family("netmon_own_backup_size_bytes", Metric("gauge", "How large the last backup is."), series)

    def _one(self, project: Project, wall: float) -> None:
        wanted = project.config.own_backup
        if wanted is None:
            return
        begun = time.monotonic()
        out = wanted.folder / name_of(project, wall)
        try:
            wanted.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = create(project, out, wanted.word, wall, socket.gethostname())
            self._at, self._size = wall, out.stat().st_size
            gone = thinned(wanted.folder, prefix(project), wanted.copies, wall)
        except OSError as error:
            raise BackupError(f"{error.filename or out}: {error.strerror or error}") from error
        log.info(
            "backup of netmon itself written",
            file=out.name,
            octets=self._size,
            files=len(made.members),
            secrets=len(made.sealed),
            left_out=", ".join(made.left_out) or "-",
            removed=gone,
            seconds=round(time.monotonic() - begun, 1),
        )


def prefix(project: Project) -> str:
    """What the names of its backups begin with: one folder may be for several provinces."""
    return f"netmon-{project.inventory.province}-"


def name_of(project: Project, wall: float) -> str:
    """`netmon-yen-bai-20261122-0130.netmon`."""
    return f"{prefix(project)}{datetime.fromtimestamp(wall, ZoneInfo(project.inventory.timezone)):%Y%m%d-%H%M}{SUFFIX}"


def thinned(folder: Path, beginning: str, copies: int, wall: float) -> int:
    """Take away all but the newest of the nightly ones, by their names, and what killed ones have left; how many went.
    OSError."""
    named = re.compile(re.escape(beginning) + r"[0-9]{8}-[0-9]{4}" + re.escape(SUFFIX))
    found = sorted(path for path in folder.iterdir() if named.fullmatch(path.name))
    for path in found[:-copies]:
        path.unlink()
    for path in folder.glob(f".{beginning}*.part*"):
        if path.stat().st_mtime < wall - LEFT:
            path.unlink()
    return len(found[:-copies])
