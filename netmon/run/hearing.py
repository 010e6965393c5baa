"""What becomes of what people say, whichever way it comes?"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from netmon.clock import Clock
from netmon.decide.desk.answers import SHOWN, answer
from netmon.decide.desk.objections import Objection, objection
from netmon.decide.desk.replies import LONGEST, Around, Statement, read, strange
from netmon.decide.telling.words import clean
from netmon.errors import NotTaken
from netmon.model import Family, Incident, Metric
from netmon.people import Act, Means, Person
from netmon.run.engine import Engine
from netmon.run.store import label_text
from netmon.settings.project import Project
from netmon.wire.modem.numbers import same_number

PATIENCE = 10.0
"""Seconds that somebody waits until it is written down; a full disk may take longer."""
SLACK = 60.0
"""Seconds by which the clock of the network that a text came by may be behind."""
OUTCOMES = ("taken", "objected", "unclear", "stranger", "refused", "failed")
"""What is counted: acts taken; those that changed nothing; words that were not understood; messages and calls of nobody
who is known; attempts without a right token; SMS and calls that ended in a mistake of netmon's own."""


class Hearing:
    """Takes what people say to the desk. `counts`: what became of it, by outcome."""

    def __init__(self, project: Callable[[], Project], engine: Engine, clock: Clock) -> None:
        """`project` is asked for each time, for a reload changes it."""
        self._project, self._engine, self._clock = project, engine, clock
        self.counts = dict.fromkeys(OUTCOMES, 0)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people live."""
        return ZoneInfo(self._project().inventory.timezone)

    def refused(self) -> None:
        """Somebody without a right token wanted to say something."""
        self.counts["refused"] += 1

    def families(self) -> Iterator[Family]:
        """The counts as metrics."""
        metric = Metric("counter", "What people said, by what became of it.", ("outcome",))
        series = [(label_text(("outcome",), (key,)), float(count)) for key, count in list(self.counts.items())]
        yield Family("netmon_acts_total", metric, series)

    def wall(self) -> float:
        """What the wall clock says."""
        return self._clock.now() + self._clock.ahead()

    async def say(self, act: Act) -> Act:
        """Say it now; it comes back with its number once it is written down. NotTaken if it cannot be said."""
        written, why = await self._say(act)
        if why:
            raise NotTaken(self._told("en", why, act), unknown=why == "unknown")
        return written

    async def _say(self, act: Act) -> tuple[Act, Objection | Literal["late"]]:
        """The act with its number, and "" once it is written down; else why it is not."""
        act, number = replace(act, at=self._clock.now(), number=0), act.incident or 0
        known, case = self._engine.incidents().get(number), self._engine.desk.cases.get(number)
        if why := objection(act, known, case, self.wall()):
            self.counts["objected"] += 1
            return act, why
        try:
            async with asyncio.timeout(PATIENCE):
                # the desk goes on with it even if nobody waits any more
                written = await asyncio.shield(self._engine.say(act))
        except TimeoutError:
            return act, "late"
        self.counts["taken"] += 1
        return written, ""

    async def reply(self, sender: str, text: str, by: Means = "bot", at: float = 0.0) -> str:
        """Somebody answered a message from this address; what to tell them, "" = nothing: it was understood, or nobody
        knows them. `at`: when they wrote (wall time), 0 = now; a text may have waited long for a modem."""
        person = self.person_at(sender, by)
        if person is None:
            self.counts["stranger"] += 1
            return ""
        known, own = self._engine.incidents(), self._told_to(person.id)
        own = [number for number in own if not at or known[number].opened_at + self._clock.ahead() <= at + SLACK]
        untaken = [number for number in own if not self._engine.desk.cases[number].acked_by]
        said = read(text, Around(known, own, self.wall(), self.zone, untaken))
        if isinstance(said, str):
            self.counts["unclear"] += 1
            return self._asked(person, said, text, own)
        answers = [await self._one(person, each, by) for each in said]
        return " ".join(one for one in answers if one)

    async def called_back(self, sender: str) -> str:
        """Somebody called: they take what they were told last and nobody has taken. As `reply`."""
        person = self.person_at(sender, "call")
        if person is None:
            self.counts["stranger"] += 1
            return ""
        own, cases = self._told_to(person.id), self._engine.desk.cases
        untaken = [number for number in own if not cases[number].acked_by]
        if untaken:
            return await self._one(person, Statement("ack", untaken[-1]), "call")
        self.counts["objected"] += 1
        taken = {"incident": str(own[-1]), "who": cases[own[-1]].acked_by} if own else {}
        return answer(self._speaks(person), "already" if own else "none", taken)

    async def _one(self, person: Person, said: Statement, by: Means) -> str:
        """Say one thing for somebody; what to tell them, "" = nothing."""
        act = Act(verb=said.verb, who=person.id, at=0.0, by=by, incident=said.incident)
        act = replace(act, text=clean(said.text, LONGEST), until=said.until)
        _, why = await self._say(act)
        return self._told(self._speaks(person), why, act) if why else ""

    def person_at(self, sender: str, by: Means) -> Person | None:
        """Who is reached at this address, by any channel; nobody who has left. An SMS, or a call, is known by its
        number alone: anybody can send one under a name."""
        same = same_number if by in ("sms", "call") else _same
        people = self._engine.desk.roster.people
        found = (one for one in people.values() if any(same(sender, address) for address in one.reach.values()))
        return next((one for one in found if self.still_here(one.id)), None)

    def still_here(self, person: str) -> bool:
        """Whether somebody is one of the colleagues, and has not left."""
        known = self._engine.desk.roster.people.get(person)
        if known is None or any(a.verb == "leave" and a.text == person for a in self._engine.desk.acts.values()):
            return False
        return known.until is None or datetime.fromtimestamp(self.wall(), self.zone).date() < known.until

    def _speaks(self, person: Person) -> str:
        return person.language or self._project().config.language

    def _told_to(self, person: str) -> list[int]:
        """The open incidents that somebody was told of, what was told last at the end."""
        shown = self._engine.incidents()
        told = [number for number, case in self._engine.desk.cases.items() if any(to == person for to, _ in case.told)]
        found = [shown[number] for number in told if number in shown and shown[number].state == "open"]
        return [one.id for one in sorted(found, key=_told_last)]

    def _asked(self, person: Person, why: str, text: str, own: list[int]) -> str:
        """What somebody is told who was not understood."""
        values = {"text": clean(text, 30), "open": _listed(own), "incident": strange(text, self._engine.incidents())}
        return answer(self._speaks(person), why, values | {"example": str(own[-1]) if own else ""})

    def _told(self, language: str, why: Objection | Literal["late"], act: Act) -> str:
        incident, case = self._engine.incidents().get(act.incident or 0), self._engine.desk.cases.get(act.incident or 0)
        ended = None if incident is None else incident.resolved_at
        over = "" if ended is None else self._clocked(ended + self._clock.ahead())
        until = "" if act.until is None else self._clocked(act.until)
        who = act.who if case is None else case.acked_by or act.who
        values = {"incident": str(act.incident), "over": over, "who": who, "verb": act.verb, "until": until}
        still = [one for one in self._engine.incidents().values() if one.state == "open"]
        numbers = _listed([one.id for one in sorted(still, key=_told_last)])
        return answer(language, why, values | {"open": numbers})

    def _clocked(self, at: float) -> str:
        return datetime.fromtimestamp(at, self.zone).strftime("%H:%M %d/%m/%Y")


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers[-SHOWN:])


def _told_last(incident: Incident) -> tuple[float, int]:
    return incident.told_at, incident.id


def _same(one: str, other: str) -> bool:
    """Whether both are the same address; no address is nobody's, though some channels need none."""
    one, other = one.strip().casefold(), other.strip().casefold()
    return bool(one) and (one == other or same_number(one, other))
