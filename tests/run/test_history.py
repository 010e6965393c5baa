"""Does what a line was like get into the journal as it was, whatever befalls netmon, and at the definitions' word?"""

import asyncio
import random
import shutil
from array import array
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import sqrt
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.app import App, World, build
from netmon.decide.history import STEP, Curve, quantile
from netmon.errors import JournalError
from netmon.model import Answers, Observation, Sample, Target
from netmon.reading.families import LINK_USE_P95
from netmon.run.history import recorder as history
from netmon.run.history.fives import Five, Train, train
from netmon.run.history.weeks import MOST
from netmon.run.journal import history as journal_history
from netmon.run.journal.seam import Journal, T, open_inline
from netmon.run.journal.sql import Book
from netmon.settings.project import Project
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.province import T0, Act, Recording, made, perform

TOWN = """
vantage: noc
anchors: [c1]
levels: [province, district]
defaults: {collect: {icmp: {every: 2s}}}
credentials: {default: {snmp: {version: 2c, community: file:community}}}
sites:
  core:
    name: Core
    level: province
    devices:
      c1: {address: 10.0.0.1, role: router, collect: {icmp: {every: 10s}, interfaces: {every: 60s}}}
      noc: {address: 10.0.0.10, role: server, behind: c1, collect: {}}
  d:
    name: D
    level: district
    devices: {dr: {address: 10.0.1.1, role: router, collect: {icmp: {every: 10s}}}}
    uplinks: [{to: c1, kind: fibre, bandwidth: 100M, remote: Gi0/1, address: 10.9.0.1}]
"""
LINE = "d/1"


@pytest.fixture(scope="module")
def town() -> Project:
    return made(TOWN)


def means(path: Path, quantity: str, of: str, minutes: float) -> list[float]:
    """The curve of one thing since the beginning of the play; empty if there is none."""
    return [mean for one in journal_history.read(path, T0, T0 + minutes * 60, quantity, of) for mean in one.means]


def of(curve: str, path: Path, minutes: float) -> list[float | None]:
    return [round(mean, 6) if mean == mean else None for mean in means(path, curve, LINE, minutes)]


# --- the definitions --------------------------------------------------------------------------

RTTS = st.lists(st.one_of(st.none(), st.floats(0.0001, 2.0)), max_size=40)
SPANS = st.lists(st.tuples(st.floats(0, 40), st.floats(0, 40)).map(sorted).map(tuple), max_size=2)


@given(RTTS, SPANS, st.booleans())
def test_five_minutes_are_what_the_definitions_say(
    rtts: list[float | None], blind: list[tuple[float, float]], is_line: bool
) -> None:
    five = Five()
    for second, rtt in enumerate(rtts):
        if rtt is None:
            five.lost["a"].append(float(second))
        else:
            five.answers(["b", "a"], [None, rtt])
    back = [rtt for rtt in rtts if rtt is not None]
    lost = [n for n, rtt in enumerate(rtts) if rtt is None and not any(one <= n < two for one, two in blind)]
    wanted: dict[str, float] = {}
    if back or lost:
        wanted["loss"] = len(lost) / (len(lost) + len(back))
    if back:
        wanted["rtt"] = sum(back) / len(back)
    if len(back) > 1 and is_line:
        wanted["jitter"] = sum(abs(two - one) for one, two in pairwise(back)) / (len(back) - 1)
    found = {key[0]: mean for key, mean in five.means("a", blind, {"a"} if is_line else set())}
    assert found == pytest.approx(wanted)


def test_of_trains_packets_count_and_not_trains() -> None:
    five = Five()
    long = [Sample("netmon_probe_loss_ratio", 0.1), Sample("netmon_probe_train_packets", 200.0)]
    long += [Sample("netmon_probe_rtt_seconds", 0.03), Sample("netmon_probe_jitter_seconds", 0.004, ("bridge", "x"))]
    long += [Sample("netmon_probe_mos", 3.5)]
    brief = [Sample("netmon_probe_loss_ratio", 0.0), Sample("netmon_probe_train_packets", 5.0)]
    brief += [Sample("netmon_probe_rtt_seconds", 0.06)]
    five.trains["hall"] += [one for samples in (long, brief) if (one := train(10.0, samples)) is not None]
    found = {key[0]: mean for key, mean in five.means("hall", (), ())}
    assert found == pytest.approx({"loss": 20 / 205, "rtt": (180 * 0.03 + 5 * 0.06) / 185, "jitter": 0.004, "mos": 3.5})
    five.trains["dead"].append(Train(10.0, 50.0, 1.0, None, None, 1.0))
    assert dict(five.means("dead", (), ())) == {("loss", "dead", ""): 1.0, ("mos", "dead", ""): 1.0}
    assert dict(five.means("dead", [(5.0, 11.0)], ())) == {}
    assert train(0.0, []) is train(0.0, brief[:1]) is train(0.0, [brief[0], Sample(*brief[1][:1], 0.0)]) is None


# --- the running program ----------------------------------------------------------------------


def test_a_lossy_line_shows_its_loss_a_cut_one_is_lost_and_blindness_is_neither(town: Project, tmp_path: Path) -> None:
    path, copied = tmp_path / "j.db", tmp_path / "killed.db"

    async def kill(_: App) -> None:
        """What a process that is killed now would leave behind."""
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", f"{copied}{end}")

    script: list[Act] = [
        (0.0, ("loss", LINE, "0.2")),
        (300.0, ("restore",)),
        (303.0, ("slow", LINE, "0.04")),
        (303.0, kill),
        (600.0, ("isolate",)),
        (930.0, ("restore",)),
        (1200.0, ("cut", LINE)),
    ]
    perform(town, script, 1510.0, journal=path)
    loss, rtt = of("loss", path, 25.0), of("rtt", path, 25.0)
    assert loss[0] is not None
    assert abs(loss[0] - 0.2) < 4 * sqrt(0.2 * 0.8 / 150), "four standard deviations of 150 pings"
    assert (loss[1], loss[2], loss[4]) == (0.0, None, 1.0)
    assert loss[3] == 0.0, "what was lost while blind is no loss of this five minutes, either"
    assert rtt[2] is rtt[4] is None, "what was lost has no time"
    assert rtt[0] is not None
    assert rtt[1] is not None
    assert rtt[1] - rtt[0] == pytest.approx(0.04, abs=0.004), "the lost pings are in no mean"
    score = of("mos", path, 25.0)
    assert (score[2], score[4]) == (None, 1.0)
    assert score[0] is not None
    assert score[1] is not None
    assert score[0] < 3.2 < score[1]
    assert len(of("use", path, 25.0)) == 10, "received and transmitted"
    assert len(of("jitter", path, 25.0)) == 5
    assert means(path, "jitter", "dr", 25.0) == [], "of devices there is no jitter"
    killed = [mean for mean in means(copied, "loss", LINE, 20.0) if mean == mean]
    assert killed == pytest.approx(loss[:1], abs=1e-6), "all but the five minutes that had just begun"


def test_a_restart_goes_on_in_the_same_five_minutes(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    perform(town, [], 400.0, journal=path, stops=(100.0,), away=150.0)
    found = of("loss", path, 10.0)
    assert found == [0.0, 0.0], "also of the five minutes that were open at the end"


class Full(Recording):
    """A journal that has no room for the history while it is `full`."""

    def __init__(self, inner: Journal) -> None:
        super().__init__(inner, [])
        self.full, self._work, self.tried = True, inner.within, 0
        self.within = self._within

    async def _within(self, work: Callable[[apsw.Connection], T]) -> T:
        self.tried += 1
        if self.full:
            raise JournalError("no space left")
        return await self._work(work)


def running(project: Project, journal: Journal, look: Callable[[App, VirtualClock], Awaitable[None]]) -> None:
    """The whole program, built and not begun, as `look` wants it."""

    async def main() -> None:
        clock = VirtualClock()
        net = SimNet(Network(project.inventory, clock=clock), clock)
        await look(await build(project, World(clock=clock, net=net, journal=journal, serve=False)), clock)

    run_virtual(main(), T0)


def test_a_full_disk_loses_nothing_for_a_day_and_what_is_lost_is_counted(town: Project) -> None:
    full = Full(open_inline(None))
    full.full = False

    async def look(app: App, clock: VirtualClock) -> None:
        full.full = True
        for _ in range(history.WAITING + 3):
            app.history.evidence([Answers(clock.now(), "icmp", [LINE, "dr"], [0.01, 0.02])])
            await asyncio.sleep(STEP)
            await app.history.look(clock.now() + 2.0)
        assert app.history.dropped == 3 * 4, "loss and round trip of two targets"
        assert app.engine.trouble.failing
        full.full = False
        await app.history.look(clock.now() + 30.0)
        assert [app.engine.trouble.failing] == [False]
        work = partial(journal_history.curves, since=T0, until=clock.now(), quantity="loss", of=LINE)
        (kept,) = await full.within(work)
        assert sum(mean == mean for mean in kept.means) == history.WAITING

    running(town, full, look)


def test_only_scheduled_pings_count_and_what_comes_too_late_changes_nothing(town: Project) -> None:
    journal = open_inline(None)

    async def look(app: App, clock: VirtualClock) -> None:
        now = clock.now()
        app.history.evidence([Answers(now, "icmp", [LINE], [0.01]), Answers(now, "icmp", [LINE], [9.0], round=False)])
        app.history.evidence([Answers(now, "tcp", [LINE], [9.0])])
        app.history.evidence([Observation(LINE, now + 1, "icmp", False), Observation(LINE, now, "snmp", False)])
        app.history.evidence([Observation(LINE, now, "icmp", False, round=False)])
        app.history.evidence([Observation(LINE, now + 2, "icmp", True, 0.03)])
        await app.history.look(now + STEP + 2.0)
        app.history.evidence([Observation(LINE, now + 299, "icmp", False)])  # within a minute after
        await app.history.look(now + STEP + 61.0)
        app.history.evidence([Observation(LINE, now + 299, "icmp", False)])
        await app.history.look(now + STEP + 91.0)
        found = {one.quantity: one.means[0] for one in await journal.within(all_of(T0, T0 + STEP))}
        assert found["loss"] == pytest.approx(2 / 4)
        assert found["rtt"] == pytest.approx(0.02)

    running(town, journal, look)


def all_of(since: float, until: float) -> Callable[[apsw.Connection], list[Curve]]:
    return lambda database: journal_history.curves(database, since, until)


def test_how_full_a_line_was_for_a_week_is_exported_and_survives_a_restart(town: Project, tmp_path: Path) -> None:
    path, chance = tmp_path / "j.db", random.Random(3)
    first = int(T0 // STEP) - MOST
    used = [chance.random() for _ in range(MOST)]
    keys = [("use", LINE, "receive"), ("use", "gone/1", "receive"), ("use", LINE, "transmit")]
    with closing(Book(path)) as book:
        rows = [(first + n, array("f", [ratio, 0.5])) for n, ratio in enumerate(used)]
        rows[-1][1].append(0.9)
        book.within(lambda database: journal_history.keep(database, journal_history.Fives(keys, rows)))

    async def look(app: App, clock: VirtualClock) -> None:
        def shown() -> dict[str, float]:
            return next(dict(each.series) for each in app.history.families() if each.name == LINK_USE_P95)

        series = 'site="d",level="district",link="d/1",direction="receive"'
        assert shown() == pytest.approx({series: quantile(used, 0.95)}), "no week of the other direction, no such line"
        port = Target(id="c1", of="device", site="core", level="province", address="10.0.0.1", timeout=1.0)
        await asyncio.sleep(STEP - 10.0)
        for octets in (0.0, 12.5e6 * 10):
            both = [Sample(f"netmon_if_{way}_bytes_total", octets, ("Gi0/1",)) for way in ("receive", "transmit")]
            app.store.put(port, "interfaces", clock.now(), both, 100.0)
            await asyncio.sleep(5.0)
        await app.history.look(clock.now() - 1.0)  # twice what the line can carry
        await app.history.look(clock.now() + 2.0)
        assert shown() == pytest.approx({series: quantile([*used[1:], 2.0], 0.95)})
        app.history.use(replace(town.inventory, links={}))
        assert shown() == {}
        app.history.use(town.inventory)
        app.engine.core.blind = True
        await app.history.look(clock.now() + (MOST / 2 - 2) * STEP)
        assert list(shown()) == [series], "half of the week is known"
        await app.history.look(clock.now() + (MOST / 2 + 2) * STEP)
        assert shown() == {}, "what grows old while netmon is blind is not shown for ever"

    running(town, open_inline(path), look)
