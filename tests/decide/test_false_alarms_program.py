"""Does the whole program, in virtual time, call a line that only loses by chance as seldom as detection alone?

Ten communes, two on a line of each class, every line seen by its own address and by the gateway at its end; and sixty,
whose lines and gateways are asked by SNMP alone.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
import yaml

from netmon import app
from netmon.app import World
from netmon.decide.learning import Learned
from netmon.model import State
from netmon.run.journal.seam import open_inline
from netmon.settings.project import Project, told_by
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.province import loopback
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.decide.spans import DAY, PROMISED, Line, play
from tests.province import T0, Recorder, Recording, Told, made

LOSSES: dict[str, tuple[float, float | None]] = {
    "independent 20 %": (0.2, None),
    "bursts of 6 s, 1 %": (0.01, 6.0),
    "bursts of 6 s, 5 %": (0.05, 6.0),
    "bursts of 10 s, 1 %": (0.01, 10.0),
    "bursts of 10 s, 5 %": (0.05, 10.0),
}
"""What is done to the two lines of each class: ratio, and mean length of a burst (s)."""

COMMUNES = {f"k{n}{twin}": name for n, name in enumerate(LOSSES) for twin in "ab"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    yield
    structlog.reset_defaults()


def star(communes: Iterable[str], collect: Mapping[str, object], kind: str, addresses: bool) -> Project:
    """Communes, each with a gateway and a line of its own to the only router of the centre."""
    sites: dict[str, object] = {
        "core": {
            "name": "Core",
            "level": "province",
            "devices": {
                "c1": {"address": "10.0.0.1", "role": "router"},
                "noc": {"address": "10.0.0.10", "role": "server", "behind": "c1"},
            },
        }
    }
    for n, name in enumerate(communes, 1):
        line = {"to": "c1", "kind": kind} | ({"address": f"10.2.{n}.1"} if addresses else {})
        sites[name] = {
            "name": name.upper(),
            "level": "commune",
            "devices": {f"{name}-r": {"address": f"10.1.{n}.1", "role": "router"}},
            "uplinks": [line],
        }
    head = {
        "vantage": "noc",
        "levels": ["province", "commune"],
        "anchors": ["c1"],
        "defaults": {"collect": collect},
    }
    return made(yaml.safe_dump({**head, "sites": sites}, sort_keys=False))


@pytest.fixture(scope="module")
def ten() -> Project:
    return star(COMMUNES, {"icmp": {"every": "2s", "timeout": "1s"}}, "ftth", True)


@pytest.fixture(scope="module")
def sixty() -> Project:
    """Asked every second, with half a second to answer, as `netmon demo` asks."""
    project = star((f"s{n}" for n in range(60)), {"snmp": {}, "interfaces": {}}, "adsl", False)
    return replace(project, inventory=loopback(project.inventory, 1161, "secret", project.collectors))


def taught(journal: Path) -> None:
    """A journal in which every gateway and line has learned for a day."""
    learned = {}
    for commune, name in COMMUNES.items():
        line = play(Line(PROMISED[name](f"taught/{commune}")), DAY)
        line.learned.decay(DAY)
        numbers = list(line.learned.numbers())
        numbers[4] = T0
        assert Learned(*numbers).threshold() > 5.0
        learned[f"{commune}-r"] = learned[f"{commune}/1"] = tuple(numbers)

    async def write() -> None:
        book = open_inline(journal)
        await book.learn(T0, learned)
        await book.close()

    asyncio.run(write())


def lossy(
    until: float,
    project: Project,
    journal: Path,
    losses: Mapping[str, tuple[float, float | None]],
    cut: float | None = None,
    seed: int = 1,
) -> Told:
    """What is told of the lines of these communes, which lose from 10 s on; at `cut` all of them are cut."""
    told = Told()

    async def main() -> None:
        clock = VirtualClock()
        network = Network(project.inventory, seed, clock=clock)
        played = told_by(project, {"desk": Recorder()})
        world = World(
            clock=clock,
            net=SimNet(network, clock, seed),
            journal=Recording(open_inline(journal), told.entries),
            serve=False,
        )
        running = await app.build(played, world)
        service = asyncio.create_task(app.run_for(running, T0 + until - clock.now(), asyncio.Event()))
        await asyncio.sleep(10.0)
        for commune, loss in losses.items():
            network.loss(f"{commune}/1", *loss)
        if cut is not None:
            await asyncio.sleep(T0 + cut - clock.now())
            network.cut(*(f"{commune}/1" for commune in losses))
        await service
        assert running.poller.bugs == 0

    run_virtual(main(), T0)
    return told


def downs(told: Told, communes: Iterable[str]) -> dict[str, int]:
    """How often each site, gateway and line was called."""
    names = [name for commune in communes for name in (commune, f"{commune}-r", f"{commune}/1")]
    bad = (State.DOWN, State.UNREACHABLE)
    return {name: count for name in names if (count := sum(state in bad for state, _ in told.changes(name)))}


TEN = {commune: LOSSES[name] for commune, name in COMMUNES.items()}


def test_twenty_minutes_of_taught_lines_and_then_a_cut(ten: Project, tmp_path: Path) -> None:
    """What an earlier day taught is in the journal: no call, until the lines are cut, and then every one."""
    taught(tmp_path / "j.db")
    assert downs(lossy(1200.0, ten, tmp_path / "j.db", TEN), TEN) == {}
    again = lossy(200.0, ten, tmp_path / "j.db", TEN, cut=15.0)
    assert {name.partition("/")[0].removesuffix("-r") for name in downs(again, TEN)} == set(COMMUNES)


@pytest.mark.nightly
def test_a_day_of_taught_lines(ten: Project, tmp_path: Path) -> None:
    taught(tmp_path / "j.db")
    assert downs(lossy(DAY, ten, tmp_path / "j.db", TEN), TEN) == {}


@pytest.mark.parametrize("seed", range(2))
def test_two_minutes_of_new_lines_that_are_asked_by_snmp_alone(sixty: Project, tmp_path: Path, seed: int) -> None:
    """Each loses a fifth and misses some twenty turns. To be called it must then miss all five questions of 2.5 s, each
    by chance: 20 * 0.2 ** 5, or 0.4 of sixty lines, if nothing keeps them from being asked."""
    losses = {name: (0.2, None) for name in sixty.inventory.sites if name != "core"}
    told = lossy(130.0, sixty, tmp_path / "j.db", losses, seed=seed)
    assert sum(downs(told, losses).values()) <= 3 * 3, "three lines, each with its gateway and its site"
    assert {kind for _, kind, _ in told.said()} == {"degraded"}
    again = lossy(40.0, sixty, tmp_path / "j2.db", losses, cut=15.0, seed=seed)
    assert {root for event, kind, root in again.said() if (event, kind) == ("opened", "outage")} == set(losses)
