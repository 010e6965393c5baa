"""A desk that listens to people, with two incidents that are open and one that is over."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from netmon.clock import SystemClock
from netmon.decide import core
from netmon.decide.desk import step
from netmon.decide.desk.state import Desk
from netmon.model import Entry, Incident, Restored
from netmon.notifiers.sms import Sms
from netmon.people import Act, Case, Means, Person, Roster
from netmon.run.engine import Engine
from netmon.run.hearing import Hearing
from netmon.run.journal.seam import open_inline
from netmon.run.notify import Outbox
from netmon.run.replies import Replies
from netmon.run.store import Store
from netmon.settings.project import Project
from netmon.sim.modem import SimModem
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.wire.modem.seam import Heard
from tests.province import SMALL, Recording, made
from tests.run.test_engine import Asked, words

BINH, LAN, HUNG = "0912345678", "+84 977 000 111", "0933333333"
PEOPLE = {
    "binh": Person(id="binh", name="anh Bình", reach={"sms": BINH, "zalo": "binh.zalo", "console": ""}),
    "lan": Person(id="lan", name="chị Lan", reach={"sms": LAN}, language="en"),
    "hung": Person(id="hung", name="anh Hưng", reach={"sms": HUNG}, until=date(2020, 1, 1)),
}
PORT = "/dev/modem"


@cache
def staffed() -> Project:
    """The small province, and three people."""
    project = made(SMALL)
    return replace(project, roster=Roster(channels=("sms",), people=PEOPLE))


@dataclass(slots=True)
class Stand:
    """A desk that listens, and what it wrote."""

    engine: Engine
    hearing: Hearing
    replies: Replies
    desk: Desk
    modem: SimModem
    net: SimNet
    entries: list[Entry]

    def acts(self) -> list[tuple[str, str, int | None, Means, str]]:
        said = (one.body for one in self.entries if isinstance(one.body, Act))
        return [(act.verb, act.who, act.incident, act.by, act.text) for act in said]

    async def hear(self, *heard: Heard) -> list[tuple[str, str]]:
        """Let these come in over the modem; the answers that went out."""
        tasks = [asyncio.create_task(part) for part in self.replies.listen()]
        for each in heard:
            self.modem.incoming.put_nowait(each)
        await asyncio.sleep(0)
        async with asyncio.timeout(60):
            while sum(self.hearing.counts.values()) < len(heard):
                await asyncio.sleep(0.001)
        for _ in range(100):  # turns, and no time: it is a model of a modem
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        return [(one.to, one.body.decode()) for one in self.net.sent]


def incident(number: int, now: float, *, over: bool = False) -> Incident:
    return Incident(
        id=number,
        kind="outage",
        severity="critical",
        root="d",
        seat=f"d{number}",
        state="resolved" if over else "open",
        cause="unknown",
        opened_at=now - 600,
        resolved_at=now - 60 if over else None,
        told_at=now - 600 + number,
    )


@asynccontextmanager
async def stand(told: Iterable[tuple[int, str]] = ((41, "binh"),)) -> AsyncIterator[Stand]:
    """#41 and #42 are open and nobody has taken them, #40 is over."""
    project, clock, entries = staffed(), SystemClock(), list[Entry]()
    net = SimNet(Network(project.inventory, clock=clock), clock)
    journal = Recording(open_inline(None), entries, [])
    outbox = Outbox(recipients={}, net=net, journal=journal, clock=clock, compose=words)
    now = clock.now()
    desk = step.start(project.roster, project.inventory, Restored())
    state = core.start(project.inventory, Restored(seq=100), now)
    engine = Engine(state, desk, Store({}), journal, outbox, clock)
    shown = [incident(41, now), incident(42, now), incident(40, now, over=True)]
    engine.remember(shown)
    desk.incidents = {one.id: one for one in shown if one.state == "open"}
    for number, person in told:
        case = desk.cases.get(number, Case(incident=number))
        desk.cases[number] = replace(case, told=(*case.told, (person, "sms")))
    hearing = Hearing(lambda: project, engine, clock)
    channels = [Sms(port=PORT), Sms(port=PORT, parts=1), object()]
    task = asyncio.create_task(engine.run(Asked()))
    try:
        yield Stand(engine, hearing, Replies(hearing, net, clock, channels), desk, net.modem(PORT), net, entries)
    finally:
        task.cancel()
