"""A day of a small town, as `netmon simulate --samples` writes it down: what would an exporter have seen when?"""

import json
import math
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.run.push.feeder import Moment
from tests.servers_of_numbers import Series

START = 1_760_374_800.0
"""2025-10-14 at midnight in Viet Nam: no server takes what is yet to come."""
EVERY = 60.0
"""Seconds from one moment to the next."""

TOWN = """
province: p
levels: [province, commune]
vantage: noc
anchors: [c1]
carriers: {vnpt: {name: VNPT}, viettel: {name: Viettel}}
credentials: {default: {snmp: {version: 2c, community: file:community}}}
defaults: {collect: {icmp: {every: 60s}}}
sites:
  core:
    name: Trung tâm
    level: province
    devices:
      noc: {address: 10.0.0.9, role: server, behind: c1}
      c1: {address: 10.0.0.1, role: router, collect: {snmp: {every: 60s}, interfaces: {every: 60s}}}
  a:
    name: 'Xã "A", tổ 1=2'
    level: commune
    devices:
      a-r: {address: 10.0.1.1, role: router, collect: {snmp: {every: 60s}, interfaces: {every: 60s}}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, circuit: "C 1,=", bandwidth: 50M, role: primary, address: 10.0.9.1}
      - {to: c1, kind: 4g, carrier: viettel, role: backup, address: 10.0.9.2}
  b:
    name: Phường B
    level: commune
    devices:
      b-r: {address: 10.0.2.1, role: router}
    uplinks:
      - {to: c1, kind: ftth, carrier: vnpt, circuit: C-2, bandwidth: 50M, role: primary, address: 10.0.9.3}
"""
SCRIPT = """
seed: 7
start: 2025-10-14T00:00:00+07:00
duration: {duration}s
events:
  - {{at: {cut}s, cut: a/1}}
  - {{at: {fail}s, fail: b-r}}
  - {{at: {back}s, restore: all}}
  - {{at: {lossy}s, loss: {{b/1: 20%}}}}
"""

_LINE = re.compile(r"(\w+)\{(.*)\} (\S+) (\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def record(folder: Path, hours: float) -> Path:
    """The samples of so many hours from midnight on."""
    (folder / "inventory").mkdir(parents=True)
    (folder / "inventory" / "all.yaml").write_text(TOWN, encoding="utf-8")
    (folder / "community").write_text("public", encoding="utf-8")
    (folder / "netmon.yaml").write_text("notifiers: {noc: {console: {}}}\n", encoding="utf-8")
    duration = round(hours * 3600)
    cut, fail, back, lossy = (duration * part // 24 for part in (2, 5, 9, 11))
    script, samples = folder / "script.yaml", folder / "samples.txt"
    script.write_text(SCRIPT.format(duration=duration, cut=cut, fail=fail, back=back, lossy=lossy), encoding="utf-8")
    command = [sys.executable, "-m", "netmon.cli.main", "simulate", str(folder), "--script", str(script)]
    command += ["--samples", str(samples)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return samples


def moments(samples: Path, hours: float) -> list[Moment]:
    """What is known each minute, the latest of every series, as an exporter is told it."""
    changes: dict[int, list[tuple[str, str, float]]] = defaultdict(list)
    with samples.open(encoding="utf-8") as file:
        for line in file:
            if told := _LINE.fullmatch(line.rstrip("\n")):
                name, text, value, at = told.groups()
                changes[math.ceil((float(at) - START) / EVERY)].append((name, text, float(value)))
    known: dict[str, dict[str, float]] = defaultdict(dict)
    found: list[Moment] = []
    for number in range(round(hours * 3600 / EVERY) + 1):
        for name, text, value in changes.pop(number, []):
            known[name][text] = value
        if known:
            families = [(name, list(series.items())) for name, series in known.items()]
            found.append((START + number * EVERY, families))
    assert not changes
    return found


def points(moment: Moment, via: str) -> Iterator[tuple[Series, int, float]]:
    """(series, milliseconds, value) as a server has it, which knows no empty labels."""
    at, families = moment
    for name, series in families:
        for text, value in series:
            labels = [(key, _meant(said)) for key, said in _LABEL.findall(text) if said]
            yield tuple(sorted([("__name__", name), ("via", via), *labels])), round(at * 1000), value


def _meant(said: str) -> str:
    return json.loads(f'"{said}"') if "\\" in said else said
