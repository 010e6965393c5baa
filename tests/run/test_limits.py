"""Does the program stay whole when too much waits, the disk fails, or it is told to end or reload at a bad time?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from netmon.app import App, World, build
from netmon.clock import Clock, SystemClock
from netmon.errors import JournalError
from netmon.model import Answers, Observation
from netmon.people import Roster
from netmon.run.engine import INBOX
from netmon.run.house import BEAT
from netmon.run.journal.seam import open_inline
from netmon.settings.project import Project
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.province import SMALL, T0, made
from tests.run.test_engine import stand


def test_too_much_evidence_loses_the_oldest_and_says_so() -> None:
    async def main() -> None:
        on = await stand(made(SMALL).inventory)
        on.engine.evidence(Observation("old", T0, "icmp", True, None) for _ in range(10))
        on.engine.evidence([Observation("new", T0, "icmp", True, None)] * INBOX)
        assert on.engine.dropped == 10
        on.engine.evidence([Answers(T0, "icmp", ["newer"] * 7, [None] * 7)])
        assert on.engine.dropped == 17, "each answer of a slice takes the room of one"

    run_virtual(main(), T0)


def test_a_failing_disk_is_logged_once_and_when_it_works_again() -> None:
    async def main() -> list[Any]:
        on = await stand(made(SMALL).inventory, failures=5)
        with capture_logs() as logs:
            house = asyncio.create_task(on.engine.keep_house())
            await asyncio.sleep(BEAT * 8)
            house.cancel()
            await asyncio.gather(house, return_exceptions=True)
        assert on.engine.trouble.failures == 5
        return [log["event"] for log in logs]

    structlog.reset_defaults()
    assert run_virtual(main(), T0) == ["journal not written, trying again", "journal written again"]


@dataclass(slots=True)
class Failing:
    """A journal that cannot be written any more, and must be closed all the same."""

    inner: Any
    closed: list[str] = field(default_factory=list)
    broken: bool = False

    async def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        raise JournalError("disk full")

    async def beat(self, at: float) -> None:
        raise JournalError("disk full")

    async def pending(self) -> list[Any]:
        if self.broken:
            raise JournalError("disk full")
        return []

    async def close(self) -> None:
        self.closed.append("journal")
        await self.inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


async def program(journal: Any, project: Project, clock: Clock) -> App:
    net = SimNet(Network(project.inventory, clock=clock), clock)
    return await build(project, World(clock=clock, net=net, journal=journal, serve=False))


def test_the_end_closes_everything_whatever_fails() -> None:
    async def main() -> list[str]:
        journal, stop = Failing(open_inline(None)), asyncio.Event()
        app = await program(journal, made(SMALL), VirtualClock())
        running = asyncio.create_task(app.run(stop))
        await asyncio.sleep(5)
        journal.broken = True
        stop.set()
        with capture_logs() as logs:
            await running
        assert {log["event"] for log in logs} >= {
            "notices not sent",
            "statistics not kept",
            "heartbeat not written",
        }
        return journal.closed

    structlog.reset_defaults()
    assert run_virtual(main(), T0) == ["journal"]


async def test_nobody_is_told_by_a_channel_that_comes_with_the_next_start() -> None:
    journal, project = open_inline(None), made(SMALL)
    app = await program(journal, project, SystemClock())
    later = replace(project, roster=Roster(channels=(*project.roster.channels, "zalo")))
    with capture_logs() as logs:
        assert await app.reload(lambda: later)
    assert app.engine.desk.roster == app.project.roster == project.roster
    assert [log["channels"] for log in logs if log["log_level"] == "error"] == ["zalo"]
    fewer = replace(project, roster=Roster(channels=()))
    assert await app.reload(lambda: fewer)
    assert app.engine.desk.roster == fewer.roster
    await journal.close()


async def test_reloads_wait_for_one_another_and_failures_are_counted() -> None:
    journal = open_inline(None)
    app = await program(journal, made(SMALL), SystemClock())
    inside: list[int] = [0, 0]

    def load() -> Project:
        inside[0] += 1
        inside[1] = max(inside)
        try:
            return made(SMALL)
        finally:
            inside[0] -= 1

    def broken() -> Project:
        raise ZeroDivisionError("a mistake of ours")

    assert await asyncio.gather(*(app.reload(load) for _ in range(5))) == [True] * 5
    assert inside[1] == 1
    with pytest.raises(ZeroDivisionError):
        await app.reload(broken)
    await journal.close()
    page = b"".join(app.view.metrics()[0]).decode()
    assert 'netmon_reloads_total{outcome="failure"} 1' in page
    assert 'netmon_reloads_total{outcome="success"} 5' in page
