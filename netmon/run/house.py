"""Does the journal hear each second that netmon lives, and now and then what it has learned?"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from netmon.clock import Clock
from netmon.decide import core
from netmon.decide.state import Core
from netmon.errors import NetmonError
from netmon.run.journal.seam import Journal

BEAT = 1.0
LEARN = 300.0
SNAPSHOT = 3600.0

log = structlog.get_logger()


class Trouble:
    """What cannot be written: counted each time, logged once, and again only when the reason changes.

    `beaten_at`: when the last heartbeat was written.
    """

    def __init__(self, now: float) -> None:
        self.failures = 0
        self.beaten_at = now
        self._reasons: dict[str, str] = {}

    def failed(self, what: str, error: NetmonError) -> None:
        """It was not written."""
        self.failures += 1
        if self._reasons.get(what) != str(error):
            self._reasons[what] = str(error)
            log.error("journal not written, trying again", what=what, why=str(error))

    @property
    def failing(self) -> bool:
        """Whether something cannot be written now, and it is known why."""
        return bool(self._reasons)

    def works(self, what: str) -> None:
        """It was."""
        if self._reasons.pop(what, ""):
            log.info("journal written again", what=what)


async def keep_house(state: Core, journal: Journal, clock: Clock, trouble: Trouble, forget: Callable[[], None]) -> None:
    """A heartbeat each second, what was learned each five minutes, a snapshot each hour, and then `forget`."""
    learned_at = snapshot_at = clock.now()
    while True:
        await asyncio.sleep(BEAT)
        now = clock.now()
        try:
            await journal.beat(now)
            trouble.beaten_at = now
            if now - learned_at >= LEARN:
                learned_at = now
                await journal.learn(now, core.learned(state))
            if now - snapshot_at >= SNAPSHOT:
                snapshot_at = now
                await journal.snapshot(now)
                forget()
        except NetmonError as error:
            trouble.failed("house-keeping", error)
        else:
            trouble.works("house-keeping")


async def attempt(otherwise: str, work: Awaitable[object]) -> None:
    """Do this, as on the way out; trouble is logged as `otherwise`, because the rest has to be done too."""
    try:
        await work
    except NetmonError as error:
        log.error(otherwise, why=str(error))
