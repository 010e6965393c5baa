"""A small province in which everything is broken that a dashboard can show, as its exporter would have told it.

The whole program runs in virtual time and its page is read every 15 s, as Prometheus would. What the model of the
network has no devices for (optics, GPON, modems) and what takes days (the month, a P95 of a week) is added to the last
minutes, under the names and labels that are declared.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from netmon.app import App
from netmon.cli._rehearsal import rehearse
from netmon.cli._samples import Samples
from netmon.model import Family, Metric
from netmon.run.figures import month_families
from netmon.run.journal import seam as journal
from netmon.run.store import label_text
from netmon.settings.project import Project, load
from netmon.settings.script import read

INVENTORY = """
vantage: noc
anchors: [c1]
levels: [province, district, commune]
timezone: Asia/Ho_Chi_Minh
carriers: {vnpt: {name: VNPT}, viettel: {name: Viettel}}
credentials: {default: {snmp: {version: 2c, community: file:community}}}
defaults: {collect: {icmp: {every: 5s}, snmp: {every: 30s}, interfaces: {every: 30s}}}
sites:
  core:
    name: 'Trung tâm dữ liệu "tỉnh"'
    level: province
    at: [21.7, 104.9]
    devices:
      c1: {address: 10.0.0.1, role: router, collect: {health: {}, lan: {}}}
      noc: {address: 10.0.0.10, role: server, behind: c1, collect: {snmp: false, interfaces: false}}
  d:
    name: Huyện Văn Yên
    level: district
    area: kv-d
    at: [21.8, 104.5]
    devices:
      dr: {address: 10.0.1.1, role: router, collect: {health: {}, lan: {}}}
      dups: {address: 10.0.1.5, role: ups, collect: {ups: {}, interfaces: false}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, circuit: K-1, bandwidth: 100M, local: Gi0/0, remote: Gi0/1, role: primary,
         address: 10.9.0.1, contract: {availability: 99.9%, rtt: 20ms, loss: 0.1%}}
      - {to: c1, kind: fibre, carrier: viettel, circuit: K-2, bandwidth: 50M, local: Gi0/1, remote: Gi0/2, role: backup,
         address: 10.9.0.9, contract: {availability: 99.5%}}
    services: {d-room: {name: Điểm cầu Văn Yên, on: dr, collect: {bridge: {every: 30s}}}}
  e:
    name: Huyện Lục Yên
    level: district
    area: kv-e
    at: [22.1, 104.7]
    devices: {er: {address: 10.0.2.1, role: router}}
    uplinks: [{to: c1, kind: fibre, carrier: viettel, circuit: K-3, bandwidth: 100M, local: Gi0/0, remote: Gi0/3,
               address: 10.9.0.5, contract: {availability: 99.9%}}]
  f:
    name: Xã Tân Lĩnh
    level: commune
    area: kv-e
    at: [22.2, 104.8]
    devices: {fr: {address: 10.0.3.1, role: router}}
    uplinks: [{to: er, kind: ftth, carrier: viettel, circuit: K-4, bandwidth: 50M, address: 10.9.0.13}]
  g:
    name: Xã Mậu A
    level: commune
    area: kv-d
    devices: {gr: {address: 10.0.5.1, role: router}}
    uplinks: [{to: c1, kind: ftth, carrier: vnpt, circuit: K-7, bandwidth: 50M, address: 10.9.0.25}]
  x:
    name: "Xã Châu Quế Hạ\\\\nB"
    level: commune
    area: kv-d
    devices:
      xr: {address: 10.0.4.1, role: router}
      xups: {address: 10.0.4.5, role: ups, collect: {ups: {}, interfaces: false}}
    uplinks:
      - {to: dr, kind: adsl, carrier: vnpt, circuit: K-5, bandwidth: 8M, address: 10.9.0.17,
         local: Gi0/0, remote: Gi0/2}
      - {to: c1, kind: 4g, carrier: viettel, circuit: K-6, role: backup, address: 10.9.0.21}
    services: {x-room: {name: Điểm cầu Châu Quế Hạ, on: xr, collect: {bridge: {every: 30s}}}}
"""
SCRIPT = """
seed: 5
start: 2026-10-14T08:00:00+07:00
duration: 8m
events:
  - {at: 2m, cut: [d/2, e/1]}
  - {at: 2m, loss: {x/1: 25%}}
  - {at: 3m, power: {d: 60m}}
  - {at: 4m, say: {verb: ack, who: anh Bình, about: e}}
  - {at: 5m, cut: [g/1]}
"""
CHOSEN = {"level": ".*", "area": ".*", "carrier": ".*", "site": "d", "link": "d/1", "near": "dr", "far": "c1"}
"""What is chosen in the variables: a site and a line that have everything."""

MEMORY = Path("/dev/shm")
"""A journal that waits for no disk: whether a kill loses anything is asked elsewhere."""
LINE = re.compile(r"([a-z_]\w*)(?:\{(.*)\})? (\S+)")


def played(folder: Path) -> tuple[Project, Samples, float]:
    """The project, every number of the run, and when it ended (seconds since the epoch)."""
    for name, text in {"inventory/a.yaml": INVENTORY, "script.yaml": SCRIPT, "community": "public"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    project = load(folder)
    script = read(folder / "script.yaml", project.inventory, project.config.notifiers)
    keeper = Samples(project.collectors)
    end = script.start + script.duration
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as quick:
        kept = Path(quick) / "journal.db"
        result = rehearse(project, script, look=partial(scraped, keeper), journal=kept)
        facts = journal.facts(kept, script.start, end)
    assert result.bugs == 0
    month = list(month_families(project.inventory, facts, int(script.start), int(end)))
    for ago in range(0, 300, 15):
        keeper.take(month, end - ago)
        keeper.take(beside(ago), end - ago)
    return project, keeper, end


def scraped(keeper: Samples, app: App, now: float) -> None:
    """One reading of the page."""
    page = b"".join(app.view.metrics()[0]).decode()
    for line in page.splitlines():
        if found := LINE.fullmatch(line):
            keeper.take([Family(found[1], kind(found[1]), [(found[2] or "", float(found[3]))])], now)


def kind(name: str) -> Metric:
    """By its ending."""
    if name.endswith("_total"):
        return Metric("counter", name)
    if name.endswith("_info"):
        return Metric("info", name)
    return Metric("gauge", name)


def beside(ago: float) -> Iterator[Family]:
    """What no simulation brings: for each family its labels and series of them."""
    for name, labels, rows in BESIDE:
        grown = -ago if kind(name).type == "counter" else 0
        yield Family(name, kind(name), [(label_text(labels, row), value + grown) for row, value in rows])


_DEVICE, _LINK = ("site", "level", "device"), ("site", "level", "link")
_DR, _XR, _XUPS = ("d", "district", "dr"), ("x", "commune", "xr"), ("x", "commune", "xups")
_D1, _X1 = ("d", "district", "d/1"), ("x", "commune", "x/1")

Row = tuple[tuple[str, ...], float]
BESIDE: tuple[tuple[str, tuple[str, ...], tuple[Row, ...]], ...] = (
    ("netmon_optical_receive_power_dbm", (*_DEVICE, "if_name"), (((*_DR, "Gi0/0"), -26.0), ((*_DR, "Gi0/1"), -9.0))),
    ("netmon_ont_receive_power_dbm", (*_DEVICE, "pon", "ont"), (((*_DR, "0/1", "3"), -27.5),)),
    ("netmon_ont_on_battery", (*_DEVICE, "pon", "ont"), (((*_DR, "0/1", "3"), 1.0),)),
    ("netmon_lte_rsrp_dbm", (*_DEVICE, "modem"), (((*_XR, "1"), -104.0),)),
    ("netmon_ups_load_ratio", (*_DEVICE, "line"), (((*_XUPS, "1"), 0.4),)),
    (
        "netmon_link_use_p95_ratio",
        (*_LINK, "direction"),
        (((*_D1, "receive"), 0.93), ((*_D1, "transmit"), 0.4), ((*_X1, "receive"), 0.7)),
    ),
    ("netmon_export_sent_total", ("exporter",), ((("influxdb",), 90000.0),)),
    ("netmon_export_dropped_total", ("exporter", "reason"), ((("influxdb", "spool_full"), 400.0),)),
    ("netmon_export_failures_total", ("exporter",), ((("influxdb",), 400.0),)),
    ("netmon_export_spool_bytes", ("exporter",), ((("influxdb",), 5e6),)),
    ("netmon_export_oldest_timestamp_seconds", ("exporter",), ((("influxdb",), 1791936000.0),)),
    ("netmon_duty_next_timestamp_seconds", ("duty",), ((("backups",), 1791943200.0),)),
    ("netmon_data_used_ratio", (), (((), 0.4),)),
)


def lines(samples: Path) -> Iterator[bytes]:
    """The same as InfluxDB takes it: a family is a measurement, a label a tag, the number its field (line protocol)."""
    for line in samples.read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+) (\S+)", line)
        if found and found[3] not in ("NaN", "+Inf", "-Inf"):
            tags = "".join(
                f",{name}={escaped(value)}"
                for name, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2])
                if value
            )
            yield f"{found[1]}{tags} value={float(found[3])} {round(float(found[4]) * 1000)}".encode()


def escaped(text: str) -> str:
    """A tag's value; what OpenMetrics escapes is taken back first. A tag cannot end in a backslash."""
    plain = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)
    return re.sub(r"([,= ])", r"\\\1", plain.replace("\n", "\\n").rstrip("\\"))
