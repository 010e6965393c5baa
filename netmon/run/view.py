"""How does the running program look from outside?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from netmon import __version__
from netmon.clock import Clock, rfc3339
from netmon.decide import shapes
from netmon.decide.telling import messages
from netmon.decide.telling.words import Speaker
from netmon.decide.wall import Open, Room, rooms, wall
from netmon.decide.walltime import shift_handling, shift_incident, shift_standings
from netmon.people import Case
from netmon.run.engine import Engine
from netmon.run.export import Exposition
from netmon.run.poller import Poller
from netmon.run.pulse import Pulse, in_words
from netmon.run.twin import Twin
from netmon.settings.project import Project

LONGEST_DIGITS = 4
"""What has more of them is taken to be a telephone number."""


class View:
    """What the web may look at (netmon.web.app.View). `running`: whether the service polls."""

    def __init__(
        self,
        project: Project,
        exposition: Exposition,
        engine: Engine,
        poller: Poller,
        clock: Clock,
        rules: Callable[[], Mapping[str, Any]],
        pulse: Callable[[], Pulse],
        twin: Twin,
    ) -> None:
        self._rules, self._pulse, self._twin = rules, pulse, twin
        self._exposition, self._engine, self._poller, self._clock = exposition, engine, poller, clock
        self._exporters = dict(project.config.exporters)
        self.running = False
        self.use(project)

    def use(self, project: Project) -> None:
        """Show this inventory, in these words, from now on."""
        self._inventory, self._zone = project.inventory, ZoneInfo(project.inventory.timezone)
        self._language, self._people = project.config.language, project.roster.people
        known = {*project.messages.languages, self._language}
        speakers = {name: messages.speaker(project.messages, project.inventory, name) for name in known}
        self._say = speakers[self._language].say
        # together, for a thread may look meanwhile; the rooms of a language are made when somebody wants to see them
        self._spoken: tuple[Mapping[str, Speaker], dict[str, tuple[Room, ...]]] = speakers, {}

    def metrics(self) -> tuple[Iterator[bytes], str]:
        """The page of the Prometheus exporter, each piece made when it is asked for."""
        exporter = self._exporters.get("prometheus")
        if exporter is None:
            return iter(()), "text/plain"
        return exporter.pieces(self._exposition.families(), self._exposition.written), exporter.CONTENT_TYPE

    def ready(self) -> bool:
        """Whether the service polls."""
        return self.running

    def late(self) -> str:
        """The stages that have not moved for too long, in one line; empty if there are none."""
        return in_words(self._pulse().late(self._clock.now()))

    def status(self) -> dict[str, Any]:
        """The state of everything and how the polls go, as `netmon status --json` prints it."""
        state, ahead = self._engine.core, self._clock.ahead()
        standings = shift_standings(dict(state.known.standings), ahead)
        found = shapes.status(self._inventory, standings, self._zone, dict(state.marked))
        found |= shapes.polls(self._poller.slowest(), self._poller.backed_off) | {"rules": self._rules()}
        return found | {"mute": self._mute()} if self._twin.mute else found

    def incidents(self) -> list[dict[str, Any]]:
        """Open and recent incidents, as `netmon incidents --json` prints them."""
        ahead, desk = self._clock.ahead(), self._engine.desk
        cases, said = dict(desk.cases), dict(desk.said)
        return [
            shapes.incident(self._inventory, shift_incident(incident, ahead), self._zone, self._say)
            | shapes.handling(*shift_handling(cases.get(number), said.get(number, ()), ahead), self._zone)
            for number, incident in self._engine.incidents().items()
        ]

    def wall(self, language: str) -> dict[str, Any]:
        """What everybody may see, as `netmon.decide.wall.wall` in this language (any other: in the project's), and how
        old it is: `{"at", "zone", "version", "running", "mute", "age", "stale_after"}`, `age` in seconds since the
        stages on the way to a verdict have all moved, and it is too old after `stale_after`; `mute` is since when
        netmon is a twin that tells nobody, or null.
        """
        ahead, now, desk, pulse = self._clock.ahead(), self._clock.now(), self._engine.desk, self._pulse()
        state, cases, (speakers, kept) = self._engine.core, dict(desk.cases), self._spoken
        spoken = language if language in speakers else self._language
        speaker = speakers[spoken]
        if spoken not in kept:
            kept[spoken] = rooms(speaker)
        opened = [
            Open(shift_incident(one, ahead), self._called(case.acked_by), bool(case.silenced))
            for number, one in self._engine.incidents().items()
            if one.state == "open"
            for case in [cases.get(number, Case(incident=number))]
        ]
        standings, marks = dict(state.known.standings), dict(state.marked)
        return wall(speaker, kept[spoken], standings, marks, opened) | {
            "at": rfc3339(now + ahead, self._zone),
            "zone": self._zone.key,
            "version": __version__,
            "running": self.running,
            "mute": self._mute(),
            "age": round(max(now - min(pulse.at["poll"], pulse.at["verdict"]), 0.0), 1),
            "stale_after": min(max(pulse.limits["poll"], pulse.limits["verdict"]), 86400.0),
        }

    def _mute(self) -> str | None:
        """Since when nobody is told anything, None if they are."""
        found = self._twin.origin if self._twin.mute else None
        return None if found is None else rfc3339(found.since, self._zone)

    def _called(self, who: str) -> str:
        """What everybody may read of who has taken an incident, "" for nobody: somebody of the roster by name, others
        by what they call themselves, unless that is a telephone number or an address."""
        person = self._people.get(who)
        if person is not None:
            return person.name
        return "…" if "@" in who or sum(map(str.isdigit, who)) > LONGEST_DIGITS else who
