"""How does the running program look from outside?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from netmon.clock import Clock
from netmon.decide import shapes
from netmon.decide.telling import messages
from netmon.decide.walltime import shift_handling, shift_incident, shift_standings
from netmon.run.engine import Engine
from netmon.run.export import Exposition
from netmon.run.poller import Poller
from netmon.run.pulse import Pulse, in_words
from netmon.settings.project import Project


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
    ) -> None:
        self._rules, self._pulse = rules, pulse
        self._exposition, self._engine, self._poller, self._clock = exposition, engine, poller, clock
        self._exporters = dict(project.config.exporters)
        self.running = False
        self.use(project)

    def use(self, project: Project) -> None:
        """Show this inventory, in these words, from now on."""
        self._inventory, self._zone = project.inventory, ZoneInfo(project.inventory.timezone)
        self._say = messages.speaker(project.messages, project.inventory, project.config.language).say

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
        return found | shapes.polls(self._poller.slowest(), self._poller.backed_off) | {"rules": self._rules()}

    def incidents(self) -> list[dict[str, Any]]:
        """Open and recent incidents, as `netmon incidents --json` prints them."""
        ahead, desk = self._clock.ahead(), self._engine.desk
        cases, said = dict(desk.cases), dict(desk.said)
        return [
            shapes.incident(self._inventory, shift_incident(incident, ahead), self._zone, self._say)
            | shapes.handling(*shift_handling(cases.get(number), said.get(number, ()), ahead), self._zone)
            for number, incident in self._engine.incidents().items()
        ]
