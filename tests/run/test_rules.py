"""Do the rules of the running program see all that is exported, tell it once, and survive restarts and reloads?"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from math import isnan, nan
from pathlib import Path

import pytest

from netmon.app import App, World, build
from netmon.decide.rules.state import Row
from netmon.errors import JournalError
from netmon.model import Family, Metric, Sample, Target
from netmon.reading.families import DATA_USED, HEALTH, LINK_USE
from netmon.run.journal.seam import Journal, open_inline
from netmon.run.rules import LOOK, Rules, disk_used
from netmon.run.store import Store
from netmon.settings.project import Project, load
from netmon.settings.rules_values import Rule
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.province import SMALL, T0, Recording, made, perform

OWN = (
    "netmon_build_info",
    "netmon_verdict_last_step_timestamp_seconds",
    "netmon_duty_next_timestamp_seconds",
    "netmon_rule_series",
    "netmon_rule_firing",
)
"""netmon's own families that no rule can be about: they describe, are points in time, or about rules."""
TOLD = ("netmon_site_", "netmon_link_", "netmon_device_", "netmon_service_", "netmon_incident_")
HEARD = ("netmon_traps_", "netmon_syslog_")
"""Exported only where something is listened for."""
RULES = """
rules:
  - {alert: Use, metric: netmon_link_use_ratio, quantile: {p: 95%, over: 1h}, above: 1%}
  - {alert: Load, metric: netmon_probe_rtt_seconds, labels: {collector: icmp}, sites: [d], above: 0.1ms, for: 30s}
"""
TOWN = """
vantage: noc
levels: [province, district]
defaults: {collect: {icmp: {every: 30s}}}
credentials: {default: {snmp: {version: 2c, community: file:community}}}
sites:
  core:
    name: Core
    level: province
    devices:
      c1: {address: 10.0.0.1, role: router, collect: {interfaces: {every: 60s}}}
      noc: {address: 10.0.0.10, role: server, behind: c1}
  d:
    name: D
    level: district
    devices: {dr: {address: 10.0.1.1, role: router}}
    uplinks: [{to: c1, kind: fibre, bandwidth: 100M, remote: Gi0/1, address: 10.9.0.1}]
"""


@pytest.fixture
def town(tmp_path: Path) -> Project:
    """Two sites, with a rule about what was collected and one about a week."""
    for name, text in {"inventory/a.yaml": TOWN, "alerts/rules.yaml": RULES, "community": "public"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load(tmp_path)


def said(project: Project, until: float, *, stops: Sequence[float] = (), journal: Path | None = None) -> list[str]:
    """Minute, event and seat of what was told of limits."""
    done = perform(project, [], until, stops=stops, journal=journal)
    events = [event for event in done.told.events if event.incident.kind == "threshold"]
    return [f"{(event.at - T0) / 60:.1f} {event.event} {event.incident.seat}" for event in events]


def test_a_restart_forgets_neither_the_means_nor_what_was_told(town: Project, tmp_path: Path) -> None:
    told = said(town, 2400.0, stops=(1000.0, 2000.0), journal=tmp_path / "j.db")
    assert told == [
        "0.8 opened Load:d/1:icmp",
        "0.8 opened Load:dr:icmp",
        "30.2 opened Use:d/1:receive",  # the first look after half an hour: looks began anew with the second restart
        "30.2 opened Use:d/1:transmit",
    ]


class Full(Recording):
    """A journal that has no room for means while it is `full`."""

    def __init__(self, inner: Journal) -> None:
        super().__init__(inner, [])
        self.full, self._keep, self.tried = True, inner.roll, list[int]()
        self.roll = self._roll

    async def _roll(self, rows: Sequence[Row], before: float) -> None:
        self.tried.append(len(rows))
        if self.full:
            raise JournalError("no space left")
        await self._keep(rows, before)


def running(project: Project, look: Callable[[App, VirtualClock], Awaitable[None]]) -> None:
    """The whole program, built and not begun, as `look` wants it."""

    async def main() -> None:
        clock = VirtualClock()
        net = SimNet(Network(project.inventory, clock=clock), clock)
        await look(await build(project, World(clock=clock, net=net, journal=open_inline(None), serve=False)), clock)

    run_virtual(main(), T0)


def test_all_that_is_exported_of_netmon_itself_can_be_watched() -> None:
    async def look(app: App, _: VirtualClock) -> None:
        page = b"".join(app.view.metrics()[0]).decode()
        types = dict(re.findall(r"^# TYPE (netmon_\w+) (\w+)$", page, re.MULTILINE))
        told = {name for name in types if name.startswith(TOLD)} | {*OWN}
        heard = {name for name in HEALTH if name.startswith(HEARD)}
        assert types.keys() - told == HEALTH.keys() - heard - {DATA_USED}, "netmon.reading.families lists them"
        assert {name for name in HEALTH if (types.get(name) == "counter") != name.endswith("_total")} <= heard
        for name, labels in re.findall(r"^(netmon_\w+)\{(.+?)\} ", page, re.MULTILINE):
            assert name in told or set(re.findall(r'(\w+)="', labels)) <= set(HEALTH[name])

    running(made(SMALL), look)


def test_how_full_the_disk_is(tmp_path: Path) -> None:
    ((name, _, series),) = disk_used(tmp_path)
    ((text, share),) = series
    assert (name, text) == (DATA_USED, "")
    assert 0.0 <= share <= 1.0
    assert list(disk_used(tmp_path / "gone")) == []


def test_netmon_s_own_health_is_about_where_it_runs(town: Project) -> None:
    rule = Rule(
        name="Lost",
        metric="netmon_notices_failed_total",
        names=("recipient",),
        of=frozenset({"noc"}),
        unit="number",
        above=True,
        limit=0.0,
        increase=900.0,
    )
    failed = {'recipient="de\\"sk"': 0.0}

    async def look(app: App, clock: VirtualClock) -> None:
        family = Metric("counter", "Given up.", ("recipient",))
        own = lambda: iter([Family(rule.metric, family, list(failed.items()))])  # noqa: E731
        rules = Rules([rule], town.inventory, app.store, app.engine, open_inline(None), clock, own)
        await rules.restore()
        for number in (0.0, 2.0, 2.0):
            failed['recipient="de\\"sk"'] = number
            await rules.look(clock.now())
            await asyncio.sleep(LOOK)
        assert rules.summary() == {"Lost": {"series": 1, "firing": 1}}
        shown = {family.name: list(family.series) for family in rules.families()}
        assert shown["netmon_rule_firing"] == [('rule="Lost"', 1)]
        await app.engine.step(())
        await asyncio.sleep(0)

    running(town, look)


def test_means_that_cannot_be_written_wait(town: Project) -> None:
    async def look(app: App, clock: VirtualClock) -> None:
        full = Full(open_inline(None))
        rules = Rules(town.rules, town.inventory, app.store, app.engine, full, clock, lambda: iter(()))
        await rules.restore()
        port = Target(id="c1", of="device", site="core", level="province", address="10.0.0.1", timeout=1.0)
        for look in range(int(1200 / LOOK)):
            at, octets = clock.now(), 1e6 * look
            both = [Sample(f"netmon_if_{way}_bytes_total", octets, ("Gi0/1",)) for way in ("receive", "transmit")]
            app.store.put(port, "interfaces", at, both, 100.0)
            await rules.look(at)
            full.full = look * LOOK < 700.0
            await asyncio.sleep(LOOK)
        assert full.tried[0] == full.tried[-1] == 2, "nothing is written twice"
        assert app.engine.trouble.failures > 0
        ((_, hours),) = [each for each in (await full.rolled(0.0))[LINK_USE].items() if each[0][1] == ("receive",)]
        known = [mean for _, means in hours for mean in means if mean == mean]
        assert known == pytest.approx([1e6 / LOOK / 12.5e6] * 3, rel=0.1)

    running(town, look)


@pytest.mark.parametrize("portion", [1, 2, 100])
def test_readings_of_a_target_come_in_one_portion_and_old_ones_do_not(portion: int) -> None:
    store = Store({"a": Metric("gauge", "A.", ("x",)), "b": Metric("gauge", "B."), "c": Metric("gauge", "C.")})
    for number in range(3):
        target = Target(id=f"t{number}", of="device", site="s", level="l", address="10.0.0.1", timeout=1.0)
        store.put(target, "one", 0.0, [Sample("a", 1.0, ("1",)), Sample("a", 2.0, ("2",)), Sample("c", 9.0)], 100.0)
        store.put(target, "two", 0.0, [Sample("b", float(number))], 10.0 if number else 100.0)
    found = [each for each in store.readings(frozenset({"a", "b"}), 50.0, portion) if any(each.values())]
    assert [row for each in found for row in each["a"]] == [
        (f"t{number}", (label,), float(label)) for number in range(3) for label in ("1", "2")
    ]
    assert [row for each in found for row in each["b"]] == [("t0", (), 0.0)]
    assert max(len(each["a"]) for each in found) == 2 * min(portion, 3)


def test_means_are_kept_by_the_hour_and_forgotten_in_time(tmp_path: Path) -> None:
    async def main() -> None:
        journal = open_inline(tmp_path / "j.db")
        series = ("van-yen/1", ("receive", 'odd"one'))
        first = (0.5, nan, *[0.25] * 10)
        await journal.roll([Row(LINK_USE, series, 10, first), Row(LINK_USE, series, 11, (1.0,) * 12)], 0.0)
        await journal.roll([Row(LINK_USE, series, 11, (2.0,) * 12)], 0.0)
        ((kept, hours),) = (await journal.rolled(0.0))[LINK_USE].items()
        assert kept == series
        assert [hour for hour, _ in hours] == [10, 11]
        assert (isnan(hours[0].means[1]), hours[0].means[2], list(hours[1].means)) == (True, 0.25, [2.0] * 12)
        assert [hour for _, found in (await journal.rolled(11 * 3600.0))[LINK_USE].items() for hour, _ in found] == [11]
        await journal.roll([Row("other", series, 12, (1.0,) * 12)], 12 * 3600.0)
        assert (await journal.rolled(0.0)).keys() == {"other"}
        await journal.close()

    run_virtual(main(), T0)


def test_a_week_of_a_series_is_ten_kilobytes(tmp_path: Path) -> None:
    async def main() -> int:
        journal = open_inline(tmp_path / "j.db")
        rows = [
            Row(LINK_USE, (f"site-{n}/1", ("receive",)), hour, (0.123,) * 12) for n in range(20) for hour in range(168)
        ]
        await journal.roll(rows, 0.0)
        await journal.close()
        return (tmp_path / "j.db").stat().st_size

    assert run_virtual(main(), T0) < 20 * 14_000 + 150_000
