"""What does the service do by the calendar: each night, each Monday, an hour before each conference?"""

import asyncio
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import structlog
from apscheduler.triggers.cron import CronTrigger

from netmon.clock import Clock
from netmon.decide.telling import messages
from netmon.model import Conference, Finding, Standing
from netmon.report import conference as conference_page
from netmon.report import noise
from netmon.report.drift import NOT_SAID, drift, text
from netmon.report.scheduled import Reports
from netmon.report.words.noise import page as noise_page
from netmon.run import conference
from netmon.run.agenda import Duty
from netmon.run.archive.nightly import OwnBackups
from netmon.run.backup import Backups
from netmon.run.bus import Intake
from netmon.run.journal import told as journal_told
from netmon.settings.project import Project
from netmon.wire.net import Net

DRIFT_AT = (6, 30)
"""Hour and minute on Mondays at which the devices are held against the inventory: before the week's work begins."""
NOISE_AT = (7, 0)
"""Hour and minute on Mondays at which last week's messages are counted: in time for the bulletin."""
SHOWN = 60
"""Lines of the report that are told; `netmon drift` shows all of it."""

log = structlog.get_logger()


class Duties:
    """The duties of a project."""

    def __init__(
        self,
        project: Callable[[], Project],
        net: Net,
        clock: Clock,
        intake: Intake,
        standings: Callable[[], Mapping[str, Standing]],
        mute: Callable[[], bool] = lambda: False,
    ) -> None:
        """`project` is asked for whenever a duty begins, for a reload changes it; `standings` are those of now; what is
        found goes to `intake`. While it is `mute` nothing leaves the house."""
        self._project, self._net, self._clock, self._intake, self._standings = project, net, clock, intake, standings
        config = project().config
        self._reports, self.own = Reports(project, net, clock), OwnBackups(project, clock, intake)
        self.backups = Backups(lambda: project().inventory, config.backups, net, clock, config.data, intake, mute)

    def planned(self) -> list[Duty]:
        """What is to be done from now on."""
        project = self._project()
        zone, inventory = project.inventory.timezone, project.inventory
        found = [*conference.duties(inventory, self.readiness)]
        if self.backups.devices():
            hour, minute = project.config.backups.at
            nightly = CronTrigger(hour=hour, minute=minute, timezone=zone)
            found.append(Duty(name="configurations", when=nightly, work=self.backups.nightly))
        for name, (hour, minute), work in (("drift", DRIFT_AT, self.weekly), ("noise", NOISE_AT, self.noisy)):
            weekly = CronTrigger(day_of_week="mon", hour=hour, minute=minute, timezone=zone)
            found.append(Duty(name=name, when=weekly, work=work))
        return [*found, *self._reports.planned(), *self.own.planned()]

    async def weekly(self) -> None:
        """Hold the devices against the inventory, and tell what contradicts it."""
        project = self._project()
        found = await drift(project, self._net, self._clock)
        count = sum(each.kind not in NOT_SAID for each in found)
        if count:  # who is merely silent, people have been told already
            lines = text(found, project).splitlines()
            more = [f"… +{len(lines) - SHOWN}"] if len(lines) > SHOWN else []
            page = "\n".join([*lines[:SHOWN], *more])
            values = (("count", str(count)),)
            self._intake.evidence(
                [Finding(project.inventory.vantage, self._clock.now(), "inventory_drift", values, page)]
            )

    async def noisy(self) -> None:
        """Count what people were told in the last seven days, and tell what made most of it."""
        project, now = self._project(), self._clock.now()
        inventory, language = project.inventory, project.config.language
        journal = project.config.data / "journal.db"
        told = await asyncio.to_thread(journal_told.read, journal, now - noise.WEEK)
        found = noise.week(told, inventory, project.roster.people, ZoneInfo(inventory.timezone))
        if found.messages:
            loudest = found.by_thing[0]
            values = (
                ("messages", str(found.messages)),
                ("incidents", str(found.incidents)),
                ("nights", str(found.nights)),
                ("root", loudest.name),
                ("most", str(loudest.messages)),
            )
            page = noise_page(found, messages.speaker(project.messages, inventory, language), language)
            self._intake.evidence([Finding(inventory.vantage, now, "noise_week", values, page)])

    async def readiness(self, event: Conference) -> None:
        """Measure the bridges of a conference, and tell how many are ready."""
        project = self._project()
        if not conference.bridges(project.inventory, event):
            log.warning("a conference without bridges is not looked at", conference=event.name)
            return
        language = project.config.language
        speaker = messages.speaker(project.messages, project.inventory, language)
        found = await conference.readiness(
            project.inventory,
            event,
            self._net,
            self._clock,
            self._standings(),
            lambda seen: conference_page.page(seen, speaker, language),
        )
        self._intake.evidence([found])
