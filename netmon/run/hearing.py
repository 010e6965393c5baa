"""What becomes of what people say?"""

import asyncio
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from netmon.clock import Clock
from netmon.decide.desk.objections import Objection, objection
from netmon.errors import NotTaken
from netmon.people import Act
from netmon.run.engine import Engine
from netmon.settings.project import Project

PATIENCE = 10.0
"""Seconds that somebody waits until it is written down; a full disk may take longer."""

_WHY = MappingProxyType(
    {
        "no_incident": "say which incident",
        "unknown": "there is no incident #{incident}",
        "over": "#{incident} is over since {over}",
        "already": "#{incident} is yours already, {who}",
        "nobody": "nobody has taken #{incident}",
        "no_text": "{verb} needs a text",
        "no_time": "{verb} needs a time at which it ends",
        "past": "{until} is past",
        "nothing": "{verb} needs to know what",
    }
)


class Hearing:
    """Takes what people say to the desk, whichever way it came. `counts`: what became of it."""

    def __init__(self, project: Project, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self.counts = dict.fromkeys(("taken", "objected", "refused"), 0)
        self.use(project)

    def use(self, project: Project) -> None:
        """Speak of this project from now on."""
        self._zone = ZoneInfo(project.inventory.timezone)

    def refused(self) -> None:
        """Somebody without a right token wanted to say something."""
        self.counts["refused"] += 1

    def wall(self) -> float:
        """What the wall clock says."""
        return self._clock.now() + self._clock.ahead()

    async def say(self, act: Act) -> Act:
        """Say it now; it comes back with its number once it is written down. NotTaken if it cannot be said."""
        act = replace(act, at=self._clock.now(), number=0)
        if why := self.objection(act):
            self.counts["objected"] += 1
            raise NotTaken(self._told(act, why), unknown=why == "unknown")
        try:
            async with asyncio.timeout(PATIENCE):
                # the desk goes on with it even if nobody waits any more
                written = await asyncio.shield(self._engine.say(act))
        except TimeoutError:
            raise NotTaken(f"not written down within {PATIENCE:g} s; netmon goes on trying") from None
        if not written.number:
            self.counts["objected"] += 1
            raise NotTaken("nothing has changed by that")
        self.counts["taken"] += 1
        return written

    def objection(self, act: Act) -> Objection:
        """Why it cannot be said, "" if it can."""
        number = act.incident or 0
        return objection(act, self._engine.incidents().get(number), self._engine.desk.cases.get(number), self.wall())

    def _told(self, act: Act, why: Objection) -> str:
        incident = self._engine.incidents().get(act.incident or 0)
        over = "" if incident is None or incident.resolved_at is None else self._clocked(incident.resolved_at)
        until = "" if act.until is None else self._clocked(act.until)
        return _WHY[why].format(incident=act.incident, over=over, who=act.who, verb=act.verb, until=until)

    def _clocked(self, at: float) -> str:
        return datetime.fromtimestamp(at, self._zone).strftime("%H:%M %d/%m/%Y")
