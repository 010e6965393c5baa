"""Are scripts of faults read as they are written, and are mistakes shown where they stand?"""

from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.model import Inventory, Maintenance
from netmon.settings.project import load
from netmon.settings.script import Script, read
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load(ROOT).inventory


def script(folder: Path, inventory: Inventory, text: str) -> Script:
    path = folder / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path, inventory, ["noc", "truc"])


def wrong(folder: Path, inventory: Inventory, text: str) -> list[str]:
    with pytest.raises(InputError) as raised:
        script(folder, inventory, text)
    return [str(problem).removeprefix(f"{folder}/") for problem in raised.value.problems]


DESIGN = """
seed: 7
duration: 10m
start: 2026-10-14T08:00:00+07:00
events:
  - {at: 60s, cut: van-yen/1}                     # a link
  - {at: 61s, fail: [yb-core-1, cqh-r1]}          # devices
  - {at: 2m, loss: {chau-que-ha/1: 20%}}          # also {rate, burst}
  - {at: 3m, isolate: vantage}
  - {at: 5m, restore: all}                        # or a list of ids
expect:                                           # optional: exactly these, in this order
  incidents: [{kind: outage, root: van-yen, affected: 28, opened: 60s, resolved: 5m}]
  notices: [{to: noc, event: opened, after: 60s, within: 15s}]
"""


def test_the_format_of_the_design(tmp_path: Path, inventory: Inventory) -> None:
    found = script(tmp_path, inventory, DESIGN)
    assert (found.name, found.seed, found.start, found.duration) == ("s", 7, 1791939600.0, 600.0)
    assert found.settle == (1.0, 10.0)
    assert [(deed.at, str(deed)) for deed in found.deeds] == [
        (60.0, "cut van-yen/1"),
        (61.0, "fail yb-core-1, cqh-r1"),
        (120.0, "loss chau-que-ha/1 20%"),
        (180.0, "isolate vantage"),
        (300.0, "restore all"),
    ]
    assert found.expect is not None
    [incident] = found.expect.incidents or ()
    assert (incident.kind, incident.root, incident.affected) == ("outage", "van-yen", 28)
    assert (incident.opened, incident.resolved, incident.within, incident.cause) == (60.0, 300.0, 5.0, None)
    [notice] = found.expect.notices or ()
    assert (notice.to, notice.event, notice.after, notice.within) == ("noc", "opened", 60.0, 15.0)


def test_everything_else_that_may_be_said(tmp_path: Path, inventory: Inventory) -> None:
    found = script(
        tmp_path,
        inventory,
        """
settle: 0s
events:
  - {at: 100s, restore: [van-yen, vantage]}
  - {at: 90s, clock: -1d}
  - {at: 80s, power: {chau-que-ha: 10m, lam-giang: null}}
  - {at: 70s, power: [mau-dong]}
  - {at: 60s, reboot: {cqh-r1: 90s, lg-r1: 2m}}
  - {at: 50s, slow: {van-yen/1: 200ms}}
  - {at: 45s, load: {van-yen/1: 240M}}
  - {at: 40s, loss: {vnpt: {rate: 5%, burst: 6s}, an-binh: 100%}}
  - {at: 30s, hang: cqh-r1}
  - {at: 20s, blackhole: viettel}
  - {at: 1s, flap: lam-giang/1, down: 2s, up: 3s, until: 12s}
  - {at: 10s, fail: pop-vnpt-lam-giang}
""",
    )
    assert (found.settle, found.seed, found.duration, found.expect) == ((0.0, 0.0), 0, 220.0, None)
    assert [f"{deed.at:g} {deed}" for deed in found.deeds] == [
        "1 cut lam-giang/1",
        "3 restore lam-giang/1",
        "6 cut lam-giang/1",
        "8 restore lam-giang/1",
        "10 fail pop-vnpt-lam-giang",
        "11 cut lam-giang/1",
        "12 restore lam-giang/1",
        "20 blackhole viettel",
        "30 hang cqh-r1",
        "40 loss vnpt 5% in bursts of 6 s",
        "40 loss an-binh 100%",
        "45 load van-yen/1 240 Mbit/s",
        "50 slow van-yen/1 0.2 s",
        "60 reboot cqh-r1 90 s",
        "60 reboot lg-r1 120 s",
        "70 power mau-dong",
        "80 power chau-que-ha 600 s",
        "80 power lam-giang",
        "90 clock -86400 s",
        "100 restore van-yen, vantage",
    ]


KINDS = (
    "'outage', 'redundancy_lost', 'degraded', 'blind', 'service', 'threshold', 'unseen', 'change', 'alert', 'drill', "
    "'digest', 'storm' or 'peer'"
)
NEITHER = "neither a time after the start such as 2m nor one such as 2026-10-14T08:00:00+07:00"
COVERED = "work is planned on sites, devices, links, nodes, areas and carriers"
VERBS = (
    "cut, blackhole, flap, loss, slow, load, fail, reboot, hang, power, isolate, status, expire, clock, say, refuse, "
    "stall, works, kill, reload, restore"
)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ("cutt: van-yen/1", "1:21: unknown key 'cutt' (did you mean 'cut'?)"),
        ("cut: van-yen/11", "1:26: unknown link, site or carrier 'van-yen/11' (did you mean 'van-yen/1'?)"),
        ("cut: van-yen-r1", "1:26: 'van-yen-r1' is a device; `cut` takes a link, site or carrier"),
        ("cut: all", "1:26: unknown link, site or carrier 'all'"),
        (
            "fail: [cqh-r1, cqh-r9]",
            "1:36: unknown device, node, site, service or vantage 'cqh-r9' (did you mean 'cqh-r1'?)",
        ),
        ("cut: an-binh, fail: an-binh", f"1:11: events: exactly one verb ({VERBS}), not cut and fail"),
        ("until: 3m", f"1:11: events: exactly one verb ({VERBS})"),
        ("loss: {an-binh/1: 120%}", "1:39: an-binh/1: '120%' is not a ratio from 0% to 100% such as 99.9% or 0.001"),
        ("loss: {an-binh/2: 20%}", "1:28: unknown link, site or carrier 'an-binh/2' (did you mean 'an-binh/1'?)"),
        ("loss: {an-binh/1: {rate: 2%, brst: 6s}}", "1:50: unknown key 'brst' (did you mean 'burst'?)"),
        ("isolate: van-yen", "1:30: 'van-yen' is a site; `isolate` takes a vantage"),
        ("clock: soon", "1:28: clock: 'soon' is not a duration such as 30s, 500ms, 2m or 1h"),
        ("power: {cqh-r1: 10m}", "1:29: 'cqh-r1' is a device; `power` takes a site"),
        ("slow: {van-yen: 1s}", "1:28: 'van-yen' is a site; `slow` takes a link or device"),
        ("load: {van-yen: 1M}", "1:28: 'van-yen' is a site; `load` takes a link"),
        ("load: van-yen/1", "1:27: load: say how much for each, such as {van-yen/1: 240M}"),
        ("flap: an-binh/1, down: 1s", "1:11: events: `flap` takes `down`, `up` and `until`, and nothing else does"),
        (
            "flap: an-binh/1, down: 1s, up: 0s, until: 3m",
            "1:11: events: a line flaps `down` and `up` for longer than 0 s, until later than `at`",
        ),
        ("flap: an-binh/1, down: 1ms, up: 1ms, until: 3h", "1:27: more than 10000 turns"),
        ("restore: [all, van-yen]", "1:30: `all` stands alone"),
        ("restore: []", "1:30: restore: names nothing"),
        ("loss: {}", "1:27: loss: names nothing"),
        ("reboot: cqh-r1", "1:29: reboot: say how much for each, such as {cqh-r1: 90s}"),
        ("slow: [van-yen/1]", "1:27: slow: say how much for each, such as {van-yen/1: 200ms}"),
        ("cut: YB-VY-AB", "1:26: unknown link, site or carrier 'YB-VY-AB' (did you mean 'an-binh/1'?)"),
        ("power: xã an bình", "1:28: unknown site 'xã an bình' (did you mean 'an-binh'?)"),
        ("power: [an-binh, an-bin]", "1:38: unknown site 'an-bin' (did you mean 'an-binh'?)"),
        ("fail: Mậu A", "1:27: unknown device, node, site, service or vantage 'Mậu A' (did you mean 'mau-a'?)"),
        ("fail: kv-van-yen", "1:27: 'kv-van-yen' is an area; `fail` takes a device, node, site, service or vantage"),
        ("clock: +99999d", "1:28: the clock leaves the calendar (it shows the years 2000 to 2099)"),
    ],
)
def test_a_mistake_in_an_event(tmp_path: Path, inventory: Inventory, event: str, problem: str) -> None:
    assert wrong(tmp_path, inventory, f"events: [ {{at: 60s, {event}}} ]") == [f"s.yaml:{problem}"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["s.yaml: `events` is missing"]),
        ("events: []\nduratoin: 3m\n", ["s.yaml:2:1: unknown key 'duratoin' (did you mean 'duration'?)"]),
        (
            "events: []\nstart: 2026-10-14\n",
            ["s.yaml:2:8: start: '2026-10-14' is not a date and time such as 2026-11-28T22:00"],
        ),
        ("events: [{cut: an-binh}]\n", ["s.yaml:1:10: `at` is missing"]),
        (
            "duration: 1m\nevents: [{at: 2m, cut: an-binh}]\n",
            ["s.yaml:2:15: after the end of the script (60 s) (`duration` makes it longer)"],
        ),
        (
            "events: []\nsettle: [9s, 1s]\n",
            ["s.yaml:2:9: settle: takes the shorter time first, such as [1s, 10s]"],
        ),
        (
            "duration: 1m\nevents: [{at: 9s, flap: an-binh/1, down: 1s, up: 1s, until: 2m}]\n",
            ["s.yaml:2:61: after the end of the script (60 s) (`duration` makes it longer)"],
        ),
        (
            "events: []\nduration: 1000000h\n",
            ["s.yaml:2:11: a script of 3.6e+09 s (longer than 0 s, at most 31 days)"],
        ),
        ("events: []\nduration: 0s\n", ["s.yaml:2:11: a script of 0 s (longer than 0 s, at most 31 days)"]),
        ("events: []\nstart: 9999-12-31T23:59\n", ["s.yaml:2:8: the year 9999 (is the date right?)"]),
        (
            "events: []\nsettle: [1s]\n",
            ["s.yaml:2:9: settle: one time, or the shortest and the longest such as [1s, 10s]"],
        ),
        ("events: []\nsettle: 2h\n", ["s.yaml:2:9: settle: routers that need longer than 3600 s"]),
        (
            """duration: 9m
events: []
expect:
  incidents:
    - {kind: outage, affected: [nowhere, van-yen/1], opened: 10m}
  notices: [{to: zzz, event: opened, after: 10m}]
""",
            [
                "s.yaml:5:33: unknown site 'nowhere'",
                "s.yaml:5:42: 'van-yen/1' is a link; `affected` takes a site",
                "s.yaml:5:62: after the end of the script (540 s)",
                "s.yaml:6:18: unknown recipient 'zzz' (netmon.yaml has noc, truc)",
                "s.yaml:6:45: after the end of the script (540 s)",
            ],
        ),
        (
            """events: []
expect:
  incidents:
    - {kind: outage, opened: 3m, resolved: 2m}
    - {kind: outage, state: open, resolved: 2m}
""",
            [
                "s.yaml:4:7: incidents: `resolved` before it is `opened`",
                "s.yaml:5:7: incidents: `resolved`, and yet open at the end",
            ],
        ),
        (
            """events: []
maintenance:
  - {what: van-yen, from: 0s, until: 99999d}
  - {what: van-yen, from: soon, until: 2m}
""",
            ["s.yaml:3:38: until: '99999d' is longer than 31 days", f"s.yaml:4:27: from: 'soon' is {NEITHER}"],
        ),
        (
            """events: []
duration: 9m
maintenance:
  - {what: [van-yenn, yb-portal], from: 2m, until: 10m}
  - {what: Huyện Văn Yên, from: 90s, until: 1m}
  - {what: van-yen, from: 10m, until: 11m}
""",
            [
                "s.yaml:4:13: unknown id 'van-yenn' (did you mean 'van-yen'?)",
                f"s.yaml:4:23: 'yb-portal' is a service ({COVERED})",
                "s.yaml:5:12: unknown id 'Huyện Văn Yên' (did you mean 'van-yen'?)",
                "s.yaml:5:45: contradictory times: from 2026-10-14 08:01:30 is not before until 2026-10-14 08:01:00",
                "s.yaml:6:27: after the end of the script (540 s) (`duration` makes it longer)",
            ],
        ),
        (
            """events: []
expect:
  incidents: [{kind: outage, root: van-yenn}]
  notices: [{to: nocc, event: opened}]
  states: {van-yem: down}
""",
            [
                "s.yaml:3:36: unknown root 'van-yenn' (did you mean 'van-yen'?)",
                "s.yaml:4:18: unknown recipient 'nocc' (did you mean 'noc'?)",
                "s.yaml:5:12: unknown site, device, link or service 'van-yem' (did you mean 'van-yen'?)",
            ],
        ),
        (
            "events: []\nexpect: {incidents: [{kind: outag}, {kind: outage, affected: -1}]}\n",
            [
                f"s.yaml:2:29: kind: 'outag' is not {KINDS} (did you mean 'outage'?)",
                "s.yaml:2:62: affected: a number of sites, or the list of them",
            ],
        ),
    ],
)
def test_a_mistake_elsewhere(tmp_path: Path, inventory: Inventory, text: str, problems: list[str]) -> None:
    assert wrong(tmp_path, inventory, text) == problems


def test_a_file_that_is_not_there(tmp_path: Path, inventory: Inventory) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: cannot be read: No such file"):
        read(tmp_path / "none.yaml", inventory, [])


def test_work_is_planned_by_the_start_or_by_the_clock(tmp_path: Path, inventory: Inventory) -> None:
    found = script(
        tmp_path,
        inventory,
        """
start: 14/10/2026 08:00
maintenance:
  - {what: van-yen, from: 2m, until: 10m, why: thay tủ nguồn, who: anh Bình}
  - {what: [an-binh/1, vnpt], from: 2026-10-14T08:01, until: 2026-11-14T00:00Z}
events: []
""",
    )
    assert found.start == 1791939600.0
    assert found.duration == 720.0, "two minutes after the last that is said as so long after the start"
    assert found.maintenance == (
        Maintenance(what=("van-yen",), since=1791939720.0, until=1791940200.0, why="thay tủ nguồn", who="anh Bình"),
        Maintenance(what=("an-binh/1", "vnpt"), since=1791939660.0, until=1794614400.0),
    )


def test_all_lines_together_flap_only_so_often(tmp_path: Path, inventory: Inventory) -> None:
    each = "{at: 0s, flap: an-binh/1, down: 1s, up: 1s, until: 4h}"
    assert script(tmp_path, inventory, f"events: [{each}]").duration == 14520.0
    assert wrong(tmp_path, inventory, f"events: [{each},\n  {each}]") == ["s.yaml:2:18: more than 10000 turns"]
