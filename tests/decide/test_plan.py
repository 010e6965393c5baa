"""What an edit of the inventory does is said before it is done."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netmon.decide.plan import Effect, Plan, Side, plan
from netmon.model import Maintenance
from netmon.settings.project import load
from netmon.settings.spots import spots
from tests.settings.written import SMALL, write

BEFORE = """
sites:
  b:
    name: B
    level: district
    devices:
      b-r: {address: 10.6.0.1, role: router}
      b-cam: {address: 10.6.0.2, role: camera}
    uplinks:
      - {to: core, carrier: vnpt, circuit: VY-01, address: 10.6.9.1}
      - {to: core, carrier: viettel, circuit: VY-02, address: 10.6.9.5}
    services: {b-web: {name: Web, collect: {tcp: {port: 80}}}}
  c:
    name: C
    level: commune
    devices: {c-r: {address: 10.7.0.1, role: router}}
    uplinks: [{to: b-r, circuit: VY-C}]
"""
FIRST = "      - {to: core, carrier: vnpt, circuit: VY-01, address: 10.6.9.1}\n"


def side(folder: Path, text: str) -> Side:
    loaded = load(write(folder, {"a.yaml": SMALL, "b.yaml": text}))
    return Side(loaded.inventory, loaded.maintenance, loaded.config.notifiers)


def planned(folder: Path, text: str) -> Plan:
    return plan(side(folder, BEFORE), side(folder, text))


def ids(found: Plan, effect: Effect) -> list[str]:
    return [item.id for item in found.items if item.effect == effect]


def texts(found: Plan, key: str) -> str:
    return "\n".join(f"{item.effect}: {item.text}" for item in found.items if item.id == key)


def test_nothing_to_say_of_a_comment(tmp_path: Path) -> None:
    found = planned(tmp_path, "# x\n" + BEFORE)
    assert (found.items, found.anew, bool(found.changes)) == ((), (), False)
    assert found.kept == 8


def test_the_same_project_in_another_folder_keeps_its_credentials(tmp_path: Path) -> None:
    ssh = "credentials: {own: {ssh: {user: netmon, password: env:SSH_PASSWORD}}}\n"
    found = plan(side(tmp_path / "old", BEFORE + ssh), side(tmp_path / "new", BEFORE + ssh))
    assert found.items == ()
    other = plan(side(tmp_path / "old", BEFORE + ssh), side(tmp_path / "new", BEFORE + ssh.replace("netmon,", "root,")))
    assert "credential differs" in texts(other, "own")


def test_another_address_starts_anew(tmp_path: Path) -> None:
    found = planned(tmp_path, BEFORE.replace("10.6.0.2", "10.6.0.9"))
    assert found.anew == ("b-cam",)
    assert "is asked at 10.6.0.9 instead of 10.6.0.2" in texts(found, "b-cam")
    assert "changed: device: address: 10.6.0.2 -> 10.6.0.9" in texts(found, "b-cam")


@pytest.mark.parametrize(
    ("old", "new", "silent"),
    [
        ("b-cam: {address: 10.6.0.2, role: camera}", "", "b-cam"),
        ("role: camera", "role: camera, collect: {icmp: false, snmp: false}", "b-cam"),
        ("role: camera", "role: camera, collect: {icmp: {every: 1h}}", "b-cam"),
        ("    services: {b-web: {name: Web, collect: {tcp: {port: 80}}}}\n", "", "b-web"),
        ("circuit: VY-02, address: 10.6.9.5", "circuit: VY-02", "b/2"),
        ("level: district", "level: district\n    hours: office", "b"),
    ],
)
def test_what_is_no_longer_told(tmp_path: Path, old: str, new: str, silent: str) -> None:
    calendar = "calendars: {office: {days: mon-fri, hours: ['07:30-11:30']}}"
    after = BEFORE.replace(old, new) + calendar
    assert ids(planned(tmp_path, after), "silent") == [silent]


def test_the_first_of_two_lines_taken_away(tmp_path: Path) -> None:
    found = planned(tmp_path, BEFORE.replace(FIRST, ""))
    assert found.items[0].effect == "silent"
    assert "the loss of b/1 is now an outage of the site, and of 1 sites behind it" in texts(found, "b")
    assert "now stands for the line that was b/2" in texts(found, "b/1")
    assert ids(found, "closed") == ["b/2"]
    back = plan(side(tmp_path, BEFORE.replace(FIRST, "")), side(tmp_path, BEFORE))
    assert ids(back, "redundancy_gained") == ["b"]
    assert ids(back, "closed") == ids(back, "silent") == []


def test_lines_that_share_what_they_did_not(tmp_path: Path) -> None:
    found = planned(tmp_path, BEFORE.replace("carrier: viettel", "carrier: vnpt"))
    assert "all its lines are rented from vnpt now" in texts(found, "b")


def test_another_id_for_the_same_thing_is_no_loss(tmp_path: Path) -> None:
    found = planned(tmp_path, BEFORE.replace("b-cam", "b-dome"))
    assert "becomes b-dome at the same address" in texts(found, "b-cam")
    assert ids(found, "silent") == []
    assert ids(found, "closed") == ["b-cam"]


def test_a_service_is_told_of_though_a_site_comes(tmp_path: Path) -> None:
    after = BEFORE.replace("    services: {b-web: {name: Web, collect: {tcp: {port: 80}}}}\n", "")
    after += "  d:\n    name: D\n    level: commune\n    devices: {d-r: {role: router}}\n    uplinks: [{to: b-r}]\n"
    assert ids(planned(tmp_path, after), "silent") == ["b-web"]


def test_what_hangs_elsewhere_is_told(tmp_path: Path) -> None:
    found = planned(tmp_path, BEFORE.replace("to: b-r", "to: core"))
    assert ids(found, "behind") == ["c-r"]
    assert "hangs behind core (was b-r)" in texts(found, "c-r")


def test_recipients_and_planned_work(tmp_path: Path) -> None:
    base = side(tmp_path, BEFORE)
    from_ = datetime(2026, 11, 29, tzinfo=UTC).timestamp()
    work = Maintenance(what=("b",), since=from_, until=from_ + 7200, why="mains")
    console: Mapping[str, object] = {}
    found = plan(base, Side(base.inventory, (work,), console))
    assert [(item.effect, item.id) for item in found.items] == [("silent", "console"), ("silent", "b")]
    assert "mutes it for 2 h: mains" in texts(found, "b")
    assert ids(plan(Side(base.inventory, (work,)), Side(base.inventory)), "pages") == ["b"]


def test_places(tmp_path: Path) -> None:
    inventory = side(tmp_path, BEFORE).inventory
    places = spots(tmp_path, inventory)
    assert places.of("b-cam")[:2] == ("inventory/b.yaml", 8)
    assert places.of("b/2")[:2] == places.of("b/2", "circuit")[:2] == ("inventory/b.yaml", 11)
    assert places.of("b/2", "circuit").column > places.of("b/2").column == places.of("b/2", "local").column
    assert [places.of(key).line for key in ("b", "b-web", "core", "nobody")] == [3, 12, 8, 0]
