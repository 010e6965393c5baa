"""Do the thresholds, written as rules of Prometheus, fire as netmon tells them?

The morning of a small town are played with the whole program in virtual time. What it would have exported is handed to
`promtool test rules`, with the incidents as what is expected to fire, minute by minute.
"""

import json
import re
import subprocess
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netmon.cli._rehearsal import rehearse
from netmon.cli._samples import Samples
from netmon.cli._told import Progress, looker
from netmon.model import Incident, Inventory, Sample, Target
from netmon.reading.families import HEALTH
from netmon.report.rules import prometheus
from netmon.settings.project import Project, load
from netmon.settings.rules_values import Quantile
from netmon.settings.script import Script, read
from tests.conftest import ROOT

TOWN = """
vantage: noc
levels: [province, district, commune]
defaults: {collect: {icmp: {every: 60s}, snmp: {every: 60s}, interfaces: {every: 60s}, health: {every: 60s}}}
credentials: {default: {snmp: {version: 2c, community: file:community}}}
sites:
  core:
    name: Core
    level: province
    devices:
      c1: {address: 10.0.0.1, role: router}
      noc: {address: 10.0.0.10, role: server, behind: c1, collect: {snmp: false, interfaces: false, health: false}}
  d:
    name: D
    level: district
    devices:
      dr: {address: 10.0.1.1, role: router}
      dups: {address: 10.0.1.5, role: ups, collect: {ups: {every: 60s}, interfaces: false, health: false}}
    uplinks: [{to: c1, kind: fibre, bandwidth: 100M, local: Gi0/0, remote: Gi0/1, address: 10.9.0.1}]
  x:
    name: X
    level: commune
    area: kv-d
    devices: {xr: {address: 10.0.2.1, role: router}}
    uplinks: [{to: dr, kind: adsl, bandwidth: 8M, address: 10.9.0.5, local: Gi0/0, remote: Gi0/2}]
"""
RULES = """
rules:
  - {alert: LinkFull, metric: netmon_link_use_ratio, labels: {direction: receive}, levels: [district], above: 15%,
     clear_below: 12%, for: 2m}
  - {alert: Capacity, metric: netmon_link_use_ratio, quantile: {p: 95%, over: 1h}, above: 14%}
  - {alert: Cpu, metric: netmon_cpu_ratio, above: 20%, clear_below: 15%, for: 5m}
  - {alert: CpuAtX, metric: netmon_cpu_ratio, above: 10%, areas: [kv-d], severity: critical}
  - {alert: Memory, metric: netmon_memory_used_ratio, below: 45%, for: 1m}
  - {alert: Battery, metric: netmon_ups_on_battery, above: 0, for: 5m}
  - {alert: Slow, metric: netmon_probe_rtt_seconds, above: 80ms, kinds: [adsl], for: 2m}
  - {alert: Silent, metric: netmon_device_agent_silent, above: 0, for: 5m}
  - {alert: Restarts, metric: netmon_device_restarts_total, increase: {over: 15m}, above: 0}
  - {alert: Shares, metric: netmon_if_transmit_bytes_total, ratio: {of: netmon_if_receive_bytes_total},
     increase: {over: 10m}, above: 60%}
"""
SCRIPT = """
seed: 3
duration: 100m
events:
  - {at: 5m, reboot: {dr: 90s}}
  - {at: 20m, reboot: {dr: 90s}}
  - {at: 25m, slow: {x/1: 150ms}}
  - {at: 29m, slow: {x/1: 0s}}
  - {at: 31m, cut: x/1}
  - {at: 40m, power: {d: 50m}}
  - {at: 50m, restore: d}
  - {at: 70m, hang: dr}
  - {at: 80m, restore: dr}
  - {at: 98m, restore: x/1}
"""
DAY = """
seed: 11
duration: 6h
events:
  - {at: 30m, power: {dong-cuong: 40m}}
  - {at: 1h, restore: dong-cuong}
  - {at: 2h, cut: [van-yen/1, van-yen/2]}
  - {at: 200m, restore: all}
  - {at: 4h, hang: cqh-r1}
  - {at: 5h, restore: all}
"""
GRID = 15.0
_OF = re.compile(r'(device|link|service)="([^"]+)"')
_LINE = re.compile(r"(\w+)\{(.*)\} (\S+) (\S+)")


def project(folder: Path) -> Project:
    for name, text in {
        "inventory/a.yaml": TOWN,
        "alerts/rules.yaml": RULES,
        "alerts/scenarios/day.yaml": SCRIPT,
        "community": "public",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder)


def counts(inventory: Inventory, name: str, labels: str) -> float:
    """Seconds for which a number of this series counts: three rounds of its poll; what follows from others is there at
    each scrape or not at all."""
    found = _OF.search(labels)
    tables: Mapping[str, Mapping[str, Any]] = {
        "device": inventory.devices,
        "link": inventory.links,
        "service": inventory.services,
    }
    collect = {} if found is None else tables[found[1]][found[2]].collect
    rounds = [
        task.every
        for key, task in collect.items()
        if name in task.plugin.METRICS and ("collector=" not in labels or f'collector="{key}"' in labels)
    ]
    return 3.0 * max(rounds) if rounds else 1.0


def series(samples: Path, script: Script, inventory: Inventory, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """What Prometheus would have scraped every 15 s: each series, and its values in the notation of promtool."""
    found: dict[tuple[str, str], tuple[list[float], list[str]]] = {}
    for line in samples.read_text(encoding="utf-8").splitlines():
        parts = _LINE.fullmatch(line)
        if parts is not None and parts[1] in wanted:
            times, values = found.setdefault((parts[1], parts[2]), ([], []))
            times.append(float(parts[4]) - script.start)
            values.append(parts[3])
    for (name, labels), (times, values) in found.items():
        shown, keep = list[str](), counts(inventory, name, labels)
        for step in range(int(script.duration / GRID) + 1):
            place = bisect_right(times, step * GRID + 0.001) - 1
            if place >= 0 and step * GRID - times[place] < keep:
                shown.append(values[place])
            else:
                shown.append("stale" if shown and shown[-1] not in ("stale", "_") else "_")
        yield f"{name}{{{labels}}}", " ".join(shown)


def alert(inventory: Inventory, incident: Incident) -> str:
    """The series of ALERTS that this incident is."""
    values = dict(incident.evidence[0].values)
    of = "device" if incident.root in inventory.devices else "link"
    site = inventory.sites[incident.affected[0]]
    labels = {"alertname": values["rule"], "severity": incident.severity, "site": site.id, "level": site.level}
    labels |= {of: incident.root} | {name: values[name] for name in values["labels"].split() if name in values}
    inside = ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f'ALERTS{{alertstate="firing", {inside}}}'


def expected(inventory: Inventory, told: list[Incident], script: Script) -> Iterator[dict[str, Any]]:
    """What fires in the middle of each minute, as a test of promtool."""
    for minute in range(int(script.duration // 60)):
        at = script.start + minute * 60.0 + 30.0
        now = [one for one in told if one.told_at <= at and (one.resolved_at is None or one.resolved_at > at)]
        rows = [{"labels": alert(inventory, one), "value": 1} for one in now]
        yield {"expr": 'ALERTS{alertstate="firing"}', "eval_time": f"{at - script.start:.0f}s", "exp_samples": rows}


def both(promtool: str, loaded: Project, script: Script, folder: Path) -> list[Incident]:
    """What netmon told of limits, after promtool has found that the same fires at the same minutes."""
    rules = prometheus(loaded.rules, loaded.inventory, "en")
    wanted = set(re.findall(r"netmon_\w+", rules))
    keeper = Samples(loaded.collectors)

    def hear(target: Target, at: float, samples: Sequence[Sample]) -> None:
        keeper.hear(target, at, [sample for sample in samples if sample.metric in wanted])

    with Progress(script) as progress:
        done = rehearse(loaded, script, tap=hear, look=looker(keeper, progress))
    keeper.write(folder / "samples.txt")
    told = [one for one in done.incidents if one.kind == "threshold"]
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    scraped = series(folder / "samples.txt", script, loaded.inventory, wanted)
    test = {
        "interval": f"{GRID:.0f}s",
        "input_series": [{"series": name, "values": values} for name, values in scraped],
        "promql_expr_test": list(expected(loaded.inventory, told, script)),
    }
    whole = {"rule_files": ["rules.yml"], "evaluation_interval": f"{GRID:.0f}s", "tests": [test]}
    (folder / "test.yml").write_text(json.dumps(whole), encoding="utf-8")
    command = [promtool, "test", "rules", "test.yml"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=3600, check=False)
    assert run.returncode == 0, run.stdout + run.stderr[-5000:]
    return told


def test_the_same_fires_at_the_same_minutes(tmp_path: Path, require_program: Callable[[str, str], str]) -> None:
    loaded = project(tmp_path)
    script = read(tmp_path / "alerts/scenarios/day.yaml", loaded.inventory, loaded.config.notifiers)
    told = both(require_program("promtool", "prometheus"), loaded, script, tmp_path)
    assert {one.seat.partition(":")[0] for one in told} == {rule.name for rule in loaded.rules}, "each has its turn"
    assert {one.evidence[-1].text for one in told} == {"crossed", "crossed_back", "crossed_silent"}


@pytest.mark.nightly
def test_six_hours_of_the_province(tmp_path: Path, require_program: Callable[[str, str], str]) -> None:
    sample = load(ROOT)
    limits = {"netmon_link_use_ratio": 0.2, "netmon_cpu_ratio": 0.2, "netmon_memory_used_ratio": 0.5}
    low = [
        replace(rule, limit=limits[rule.metric], clear=None, quantile=rule.quantile and Quantile(0.95, 3600.0))
        for rule in sample.rules
        if rule.metric in limits
    ]
    others = [rule for rule in sample.rules if rule.metric not in limits and rule.metric not in HEALTH]
    (tmp_path / "day.yaml").write_text(DAY, encoding="utf-8")
    loaded = replace(sample, rules=(*low, *others))
    script = read(tmp_path / "day.yaml", loaded.inventory, loaded.config.notifiers)
    told = both(require_program("promtool", "prometheus"), loaded, script, tmp_path)
    assert {"Capacity", "CpuBusy", "MemoryFull", "UpsOnBattery", "AgentSilent"} <= {
        one.seat.partition(":")[0] for one in told
    }


def test_promtool_accepts_what_is_shipped(tmp_path: Path, require_program: Callable[[str, str], str]) -> None:
    promtool = require_program("promtool", "prometheus")
    loaded = load(ROOT)
    (tmp_path / "rules.yml").write_text(prometheus(loaded.rules, loaded.inventory, "vi"), encoding="utf-8")
    command = [promtool, "check", "rules", str(tmp_path / "rules.yml")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(loaded.rules)} rules found" in run.stdout
