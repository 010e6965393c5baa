"""Is everything written before it is told, and does a failing disk lose nothing?"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
import structlog

from netmon.decide import core
from netmon.decide.desk import step
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Wording
from netmon.errors import NetmonError
from netmon.model import (
    Entry,
    Evidence,
    IncidentEvent,
    Inventory,
    Metric,
    Notice,
    Observation,
    Restored,
    Sample,
    Target,
    TrapSeen,
)
from netmon.people import Roster
from netmon.run.bus import Frame
from netmon.run.engine import RETRY_WRITE, Engine
from netmon.run.house import BEAT, LEARN, SNAPSHOT
from netmon.run.journal.seam import open_inline
from netmon.run.notify import Outbox
from netmon.run.store import Store
from netmon.run.tally import FRAME_METRICS
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.province import SMALL, T0, Recorder, Recording, made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


@dataclass(slots=True)
class Asked:
    """What the verdict asked for."""

    targets: list[Mapping[str, Mapping[str, float]]] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    power: list[str] = field(default_factory=list)

    def ask(self, patience: Mapping[str, Mapping[str, float]]) -> None:
        self.targets.append(patience)

    def ask_ports(self, devices: Iterable[str]) -> None:
        self.ports.extend(devices)

    def ask_power(self, devices: Iterable[str]) -> None:
        self.power.extend(devices)


def words(letter: Letter, notice_id: str) -> Wording:
    return Wording(notice_id, letter.event.event, "{}")


def heard(inventory: Inventory, at: float, alive: bool = True, *only: str) -> list[Evidence]:
    """One probe of every device, or of these."""
    return [Observation(name, at, "icmp", alive, 0.01 if alive else None) for name in only or inventory.devices]


@dataclass(slots=True)
class Stand:
    """An engine with everything around it."""

    engine: Engine
    outbox: Outbox
    asked: Asked
    entries: list[Entry]
    got: list[Notice]
    clock: VirtualClock
    journal: Recording
    store: Store


async def stand(inventory: Inventory, failures: int = 0) -> Stand:
    clock = VirtualClock()
    entries: list[Entry] = []
    journal = Recording(open_inline(None), entries, [NetmonError("disk full")] * failures)
    store = Store({"x": Metric("gauge", "A number."), **FRAME_METRICS})
    recorder = Recorder()
    outbox = Outbox(
        recipients={"desk": recorder},
        net=SimNet(Network(inventory, clock=clock), clock),
        journal=journal,
        clock=clock,
        compose=words,
    )
    engine = Engine(
        core.start(inventory, Restored(), clock.now()),
        step.start(Roster(channels=("desk",)), inventory, Restored()),
        store,
        journal,
        outbox,
        clock,
    )
    return Stand(engine, outbox, Asked(), entries, recorder.got, clock, journal, store)


async def cut(on: Stand, inventory: Inventory, seconds: float) -> None:
    """Everything is heard each second, then `g` no more."""
    for n in range(int(seconds)):
        now = on.clock.now()
        others = [name for name in inventory.devices if name != "gr" or n < 5]
        on.engine.evidence(heard(inventory, now, True, *others))
        if n >= 5:
            on.engine.evidence(heard(inventory, now, False, "gr"))
        await asyncio.sleep(1.0)


async def run(on: Stand, inventory: Inventory, seconds: float) -> None:
    tasks = [asyncio.create_task(on.engine.run(on.asked)), asyncio.create_task(on.outbox.run())]
    await cut(on, inventory, seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_an_outage_is_written_and_told(small: Inventory) -> None:
    async def main() -> None:
        on = await stand(small)
        await run(on, small, 25)
        assert [notice.id.split("/", 1)[1] for notice in on.got] == ["opened/desk/1"]
        told = [entry for entry in on.entries if isinstance(entry.body, IncidentEvent)]
        assert len(told) == 1
        assert on.got[0].incident.id == told[0].seq
        assert {incident.root for incident in on.engine.incidents().values()} == {"g"}
        assert on.engine.needless("gr")
        assert not on.engine.needless("c1")
        assert not on.engine.needless("nobody")

    run_virtual(main(), T0)


def test_what_a_ups_says_makes_one_ask_it(small: Inventory) -> None:
    async def main() -> None:
        on = await stand(small)
        task = asyncio.create_task(on.engine.run(on.asked))
        on.engine.evidence([TrapSeen("dcam", on.clock.now(), "on_battery")])
        await asyncio.sleep(1.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert on.asked.power == ["dcam"]
        assert on.asked.ports == []

    run_virtual(main(), T0)


def test_a_disk_that_fails_delays_the_notice_and_loses_nothing(small: Inventory) -> None:
    async def main() -> None:
        on = await stand(small, failures=3)
        await run(on, small, 30)
        assert on.engine.trouble.failures == 3
        assert [notice.event for notice in on.got] == ["opened"]
        assert [entry.seq for entry in on.entries] == list(range(1, len(on.entries) + 1))
        assert on.clock.now() - T0 >= 3 * RETRY_WRITE

    run_virtual(main(), T0)


def test_suspects_are_asked_again_with_patience(small: Inventory) -> None:
    async def main() -> None:
        on = await stand(small)
        await run(on, small, 9)
        again = [patience["gr"] for patience in on.asked.targets if "gr" in patience]
        assert len(again) >= 4
        assert set(again[0]) == {"icmp"}
        assert again[0]["icmp"] == pytest.approx(0.5)

    run_virtual(main(), T0)


def test_house_is_kept(small: Inventory) -> None:
    async def main() -> tuple[int, list[str]]:
        on = await stand(small, failures=1)
        house = asyncio.create_task(on.engine.keep_house())
        await asyncio.sleep(SNAPSHOT + 10)
        house.cancel()
        await asyncio.gather(house, return_exceptions=True)
        return on.engine.trouble.failures, on.journal.did

    failures, did = run_virtual(main(), T0)
    assert did.count("beat") == pytest.approx(SNAPSHOT / BEAT + 9, abs=1)
    assert did.count("learn") == SNAPSHOT // LEARN
    assert did.count("snapshot") == 1
    assert failures == 1, "a failing heartbeat is counted and does not end the house-keeping"


def test_numbers_go_to_the_store(small: Inventory) -> None:
    async def main() -> None:
        on = await stand(small)
        target = Target(id="gr", of="device", site="g", level="commune", address="10.0.7.1", timeout=1.0)
        on.engine.samples(target, "icmp", T0, [Sample("x", 1.0)], 10.0)
        assert on.store.value("gr", "x") == 1.0

    run_virtual(main(), T0)


def test_how_a_poll_went_goes_to_the_store_and_to_who_listens(small: Inventory) -> None:
    async def main() -> None:
        on = await stand(small)
        heard: list[tuple[str, float, Sample]] = []
        engine = Engine(
            on.engine.core,
            on.engine.desk,
            on.store,
            on.journal,
            on.outbox,
            on.clock,
            lambda target, at, samples: heard.extend((target.id, at, sample) for sample in samples),
        )
        target = Target(id="gr", of="device", site="g", level="commune", address="10.0.7.1", timeout=1.0)
        engine.polled(target, "icmp", T0, Frame(1.0, 0.25, 7, 6), 10.0)
        told = {
            "netmon_probe_success": 1.0,
            "netmon_probe_duration_seconds": 0.25,
            "netmon_probe_sent_total": 7,
            "netmon_probe_received_total": 6,
        }
        assert {name: on.store.value("gr", name, ("icmp",)) for name in told} == told
        assert heard == [("gr", T0, Sample(name, value, ("icmp",))) for name, value in told.items()]

    run_virtual(main(), T0)
