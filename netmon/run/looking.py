"""What else can be found out about what has just broken, while people are already on their way?

An incident is told at once, by what the polls have shown. Then each `Look` goes out into the network once for it, and
what it brings is added to the incident's evidence. Nothing waits for it, and a storm of incidents makes no storm of
looks.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from netmon.clock import Clock
from netmon.errors import NetmonError
from netmon.model import Clue, Evidence, Incident, IncidentEvent, Inventory, Looked

WORTH = ("outage", "redundancy_lost", "degraded", "service")
"""Kinds of incidents that are looked into."""
AT_ONCE = 4
"""Incidents that are looked into at the same time."""
A_MINUTE = 10
"""Incidents of one minute that are looked into; a storm has more, and they are all the same."""
MINUTE = 60.0
PATIENCE = 60.0
"""Seconds that one look may take: what comes later helps nobody."""

Look = Callable[[Incident, Inventory], Awaitable[Sequence[Clue]]]
"""One way of finding out more: nothing found is no clue. It keeps to times of its own and may raise NetmonError."""

log = structlog.get_logger()


class Looker:
    """Looks into incidents as they open. `looked`, `dropped`, `failed` and `bugs` count for the metrics."""

    def __init__(
        self,
        looks: Sequence[Look],
        inventory: Callable[[], Inventory],
        clock: Clock,
        tell: Callable[[Iterable[Evidence]], None],
        patience: float = PATIENCE,
    ) -> None:
        """`inventory` is asked for each time, for a reload changes it; `tell` takes the evidence (Engine.evidence)."""
        self._looks, self._inventory, self._clock, self._tell = tuple(looks), inventory, clock, tell
        self._patience = patience
        self._begun: deque[float] = deque(maxlen=A_MINUTE)
        self._waiting: asyncio.Queue[Incident] = asyncio.Queue(A_MINUTE)
        self.looked = 0
        self.dropped = 0
        self.failed = 0
        self.bugs = 0

    def counts(self) -> dict[str, int]:
        """How often what came of it."""
        return {"looked": self.looked, "dropped": self.dropped, "failed": self.failed, "bug": self.bugs}

    def opened(self, event: IncidentEvent) -> None:
        """Hear of an incident; whatever is not worth a look is passed over."""
        if event.event != "opened" or event.incident.kind not in WORTH or not self._looks:
            return
        now = self._clock.now()
        if self._waiting.full() or (len(self._begun) == A_MINUTE and now - self._begun[0] < MINUTE):
            self.dropped += 1
            return
        self._begun.append(now)
        self._waiting.put_nowait(event.incident)

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            await self.look(await self._waiting.get())

    async def look(self, incident: Incident) -> None:
        """Look into one incident in every way, and tell what was found. A look that fails costs nothing but itself."""
        inventory = self._inventory()
        going = (asyncio.wait_for(look(incident, inventory), self._patience) for look in self._looks)
        found = await asyncio.gather(*going, return_exceptions=True)
        clues: list[Clue] = []
        for result in found:
            if not isinstance(result, BaseException):
                clues += result
            elif isinstance(result, NetmonError | TimeoutError):
                self.failed += 1
                log.info(
                    "nothing found out", incident=incident.id, root=incident.root, why=str(result) or "it took too long"
                )
            elif isinstance(result, Exception):  # evidence is welcome, and never worth the service that gathers it
                self.bugs += 1
                log.error("bug in a look at the network", incident=incident.id, exc_info=result)
            else:
                raise result
        self.looked += 1
        if clues:
            self._tell([Looked(incident.id, self._clock.now(), tuple(clues))])
