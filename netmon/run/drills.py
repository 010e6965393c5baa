"""When does a drill begin, and who notices that somebody has acknowledged it?"""

import asyncio

from netmon.clock import Clock
from netmon.decide.drills import KIND
from netmon.errors import NotTaken
from netmon.model import DrillBegins, DrillTaken, Incident, IncidentEvent
from netmon.run.engine import Engine

PATIENCE = 10.0
"""Seconds that somebody waits until a drill is written down."""
GLANCE = 1.0
"""Seconds between two looks at who has acknowledged it, while there is one."""


class Drills:
    """Begins drills, and ends them when they are acknowledged."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._begun = asyncio.Event()
        engine.follow(self._hear)

    async def planned(self) -> None:
        """Begin one because it is time to; if one is under way, that one goes on."""
        self._engine.evidence([DrillBegins(self._clock.now())])

    async def begin(self, by: str) -> int:
        """Begin one because somebody wishes so; its number, once it is written down. NotTaken if one is under way."""
        if (found := self._open()) is not None:
            raise NotTaken(f"a drill is under way: #{found.id}")
        self._begun.clear()
        self._engine.evidence([DrillBegins(self._clock.now(), by)])
        try:
            async with asyncio.timeout(PATIENCE):
                await self._begun.wait()
        except TimeoutError:
            raise NotTaken(f"not written down within {PATIENCE:g} s; netmon goes on trying") from None
        found = self._open()
        return 0 if found is None else found.id

    async def run(self) -> None:
        """End each drill once it is acknowledged, until cancelled."""
        while True:
            while (drill := self._open()) is not None:
                case = self._engine.desk.cases.get(drill.id)
                if case is not None and case.acked_by:
                    self._engine.evidence([DrillTaken(drill.id, self._clock.now(), case.acked_by)])
                await asyncio.sleep(GLANCE)
            self._begun.clear()
            await self._begun.wait()

    def _open(self) -> Incident | None:
        found = self._engine.incidents().values()
        return next((one for one in found if one.kind == KIND and one.state == "open"), None)

    def _hear(self, event: IncidentEvent) -> None:
        if event.incident.kind == KIND and event.event == "opened":  # the end of another one begins none
            self._begun.set()
