"""Which reports are due, and have they been written, kept and mailed?

What is done is seen from what lies in the folder, and not remembered: a report that fell due while netmon was away, or
could not be mailed, is made up for when it looks again, and none goes out twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from apscheduler.triggers.cron import CronTrigger

from netmon.clock import Clock
from netmon.model import Attachment, Incident, Notice
from netmon.report import periods, shelves
from netmon.report.apart import rendered_apart
from netmon.report.asked import Asked
from netmon.report.document import Document
from netmon.report.kept import MAILED, keep, oldest, prune
from netmon.report.periods import Period
from netmon.report.sources import Sources
from netmon.run.agenda import Duty
from netmon.settings.project import Project
from netmon.settings.reports import Scheduled, When
from netmon.wire.net import Net

FOLDER = "reports"
MADE_UP = timedelta(days=5)
"""How long after its time a report is still written by itself; later nobody waits for it any more."""
SOON = timedelta(minutes=1)
"""After the start: first the network, then the paper."""
AGAIN = timedelta(hours=1)
"""Between two looks at whether something is still to be done."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

log = structlog.get_logger()


class Reports:
    """The reports that netmon.yaml wants written by themselves."""

    def __init__(
        self,
        project: Callable[[], Project],
        net: Net,
        clock: Clock,
        render: Callable[[Document, str], Awaitable[bytes]] = rendered_apart,
    ) -> None:
        """`project` is asked for whenever one is written, for a reload changes it. `render` prints in a format."""
        self._project, self._net, self._clock, self._render = project, net, clock, render
        self._writing = asyncio.Lock()

    def planned(self) -> list[Duty]:
        """Each at its times, soon after the start, and hourly if it could not be done."""
        project = self._project()
        zone = Sources(project).zone
        first = self._wall(zone) + SOON
        return [
            Duty(
                name=f"report:{name}",
                when=_Looks(trigger(one.when, zone), first),
                work=partial(self.look, name),
                masters=True,
            )
            for name, one in project.config.reports.items()
        ]

    async def look(self, name: str) -> None:
        """Write, keep and mail the report of this name, if it is due and that has not been done; then those go that are
        too old. SendError, and what its writer raises: it is tried again in an hour."""
        project = self._project()
        one, zone = project.config.reports[name], Sources(project).zone
        now = self._wall(zone)
        due = trigger(one.when, zone).get_next_fire_time(None, now - MADE_UP)
        later = due
        while later is not None and later <= now:  # of several that are due only the last is of use
            due, later = later, trigger(one.when, zone).get_next_fire_time(None, later + timedelta(seconds=1))
        if due is None or due > now:
            return
        period = covered(one.when, due.timestamp(), zone)
        kept = _place(project, name, period, one)
        mailed = kept.with_name(kept.name + MAILED)
        if (mailed if one.channel else kept).exists():
            return
        document = await asyncio.to_thread(_written, project, one, period)
        data = await self._render(document, one.format)
        async with self._writing:
            await asyncio.to_thread(keep, kept, data)
        if one.channel:
            file = Attachment(kept.name, shelves.way(one.format).content_type, data)
            notice = self._notice(name, one, (document, period), file)
            await project.config.notifiers[one.channel].send(notice, self._net)
            await asyncio.to_thread(mailed.touch)
        log.info("report written", report=name, file=kept.name, mailed=bool(one.channel))
        async with self._writing:
            gone = await asyncio.to_thread(prune, kept.parent, name, oldest(now.date(), one.keep))
        if gone:
            log.info("old reports removed", report=name, count=len(gone), last=gone[-1])

    def _notice(self, name: str, one: Scheduled, about: tuple[Document, Period], file: Attachment) -> Notice:
        """The mail; repeated for the same period it has the same Message-ID."""
        document, period = about
        vantage = self._project().inventory.vantage
        incident = Incident(
            id=0, kind="digest", severity="warning", root=vantage, seat=vantage, state="resolved", cause="unknown",
            opened_at=period.until, resolved_at=period.until,
        )  # fmt: skip
        return Notice(
            id=f"0/opened/{name}/1",
            event="opened",
            at=self._clock.now() + self._clock.ahead(),
            to=name,
            incident=incident,
            subject=" ".join(f"{document.title}: {document.subtitle}".split()),
            text=f"{document.title}\n{document.subtitle}\n{document.issuer}\n{file.name}",
            by=one.channel,
            address=", ".join(one.to),
            files=(file,),
        )

    def _wall(self, zone: ZoneInfo) -> datetime:
        return datetime.fromtimestamp(self._clock.now() + self._clock.ahead(), zone)


@dataclass(frozen=True, slots=True)
class _Looks:
    """At the times of a report, at the `first`, and every hour after that."""

    due: CronTrigger
    first: datetime

    def get_next_fire_time(self, previous_fire_time: None, now: datetime) -> datetime | None:
        """See Trigger."""
        passed = max(0, -(-(now - self.first) // AGAIN))
        again = self.first + passed * AGAIN
        due = self.due.get_next_fire_time(None, now)
        return again if due is None else min(due, again)


def trigger(when: When, zone: ZoneInfo) -> CronTrigger:
    """When such a report is written."""
    hour, minute = when.at
    if when.every == "monthly":
        return CronTrigger(day=when.day, hour=hour, minute=minute, timezone=zone)
    if when.every == "weekly":
        return CronTrigger(day_of_week=WEEKDAYS[when.day], hour=hour, minute=minute, timezone=zone)
    return CronTrigger(hour=hour, minute=minute, timezone=zone)


def covered(when: When, due: float, zone: ZoneInfo) -> Period:
    """The last whole month, week or day before it is due (seconds since the epoch)."""
    if when.every == "monthly":
        return periods.before(periods.month_at(due, zone), zone)
    return periods.week_over(due, zone) if when.every == "weekly" else periods.day_over(due, zone)


def called(when: When, period: Period, zone: ZoneInfo) -> str:
    """What the file of such a period is called after: `2026-10`, `2026-w44`, `2026-11-01`."""
    first = datetime.fromtimestamp(period.since, zone)
    year, week, _ = first.isocalendar()
    return period.month or (f"{year}-w{week:02d}" if when.every == "weekly" else f"{first:%Y-%m-%d}")


def _place(project: Project, name: str, period: Period, one: Scheduled) -> Path:
    end = f"{called(one.when, period, Sources(project).zone)}{shelves.way(one.format).suffix}"
    return project.config.data / FOLDER / f"{name}-{end}"


def _written(project: Project, one: Scheduled, period: Period) -> Document:
    asked = Asked(
        since=period.since,
        until=period.until,
        month=period.month,
        by=one.by,
        structure=one.structure,
        language=one.language or project.config.language,
    )
    return shelves.writer(one.what)(asked, Sources(project))
