"""When conferences are held, and who takes part."""

from datetime import date, datetime
from pathlib import Path

import pytest

from netmon.model import Conference, Inventory, Valid
from netmon.settings.project import load
from tests.settings.written import checked, write

PROVINCE = """
vantage: noc
timezone: Asia/Ho_Chi_Minh
levels: [province, commune]
windows:
  giao-ban: {days: mon, hours: ["13:30-17:00", "07:00-11:30"], from: 2026-01-01}
defaults: {collect: {icmp: {}}}
classes:
  meeting: {level: commune, collect: {bridge: {window: giao-ban}}}
sites:
  centre:
    name: Centre
    level: province
    devices:
      core: {address: 10.0.0.1, role: router}
      noc: {address: 10.0.0.2, role: server}
      mcu: {address: 10.0.0.3, role: server, collect: {bridge: {packets: 100}}}
  a:
    name: A
    class: meeting
    devices: {a-r: {address: 10.0.1.1, role: router, collect: {bridge: false}}, a-room: {address: 10.0.1.2}}
    uplinks: [{to: core}]
  b:
    name: B
    level: commune
    devices: {b-r: {address: 10.0.2.1, role: router}}
    uplinks: [{to: core}]
    services: {b-room: {name: Room, address: 10.0.2.9, collect: {bridge: {}}}}
"""
NEXT = "  - {name: Họp trực tuyến với Chính phủ, at: 2026-12-02T07:30, lasts: 4h, "


def inventory(folder: Path, events: str) -> Inventory:
    return load(write(folder, {"a.yaml": PROVINCE, "events.yaml": f"events:\n{events}"})).inventory


@pytest.mark.parametrize(
    ("who", "bridges"),
    [
        ("bridges: all", ("mcu/bridge", "a-room/bridge", "b-room")),
        ("bridges: [b-room, mcu]", ("b-room", "mcu/bridge")),
        ("bridges: mcu/bridge", ("mcu/bridge",)),
        ("sites: [b, a]", ("b-room", "a-room/bridge")),
        ("sites: b, bridges: [mcu, b-room]", ("mcu/bridge", "b-room")),
    ],
)
def test_who_takes_part(tmp_path: Path, who: str, bridges: tuple[str, ...]) -> None:
    [event] = inventory(tmp_path, f"{NEXT}{who}}}\n").events
    begins = datetime.fromisoformat("2026-12-02T07:30+07:00").timestamp()
    assert event == Conference(name="Họp trực tuyến với Chính phủ", at=begins, lasts=14400, bridges=bridges)


def test_the_regular_hours(tmp_path: Path) -> None:
    found = inventory(tmp_path, f"{NEXT}bridges: all}}\n")
    window = found.windows["giao-ban"]
    assert window.times.days == frozenset({0})
    assert window.times.hours == ((420, 690), (810, 1020))
    assert window.valid == Valid(since=date(2026, 1, 1))
    assert found.services["a-room/bridge"].collect["bridge"].plugin.window == "giao-ban"


def test_a_province_without_conferences(tmp_path: Path) -> None:
    text = PROVINCE.replace("{bridge: {window: giao-ban}}", "{}").replace("  giao-ban:", "  other:")
    found = load(write(tmp_path, {"a.yaml": text})).inventory
    assert found.events == ()


def test_conferences_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    later = "  - {name: Giao ban, at: 2026-12-02T11:30, lasts: 1h, bridges: all}\n"
    beside = "  - {name: Khác, at: 2026-12-02T08:00, lasts: 1h, bridges: b-room}\n"
    assert len(inventory(tmp_path, f"{NEXT}bridges: mcu}}\n{later}{beside}").events) == 3


def test_a_conference_that_is_over_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The day of the check is 23 November 2026; what was over on that very day is not old yet."""
    over = "  - {name: Đã xong, at: 2026-11-22T08:00, lasts: 2h, bridges: all}\n"
    today = "  - {name: Sáng nay, at: 23/11/2026 00:10, lasts: 5m, bridges: all}\n"
    project = write(tmp_path, {"a.yaml": PROVINCE, "events.yaml": f"events:\n{over}{today}"})
    code, lines = checked(project, capsys)
    assert code == 0
    assert lines[:-1] == ["inventory/events.yaml:2:5: warning: event 'Đã xong' was over on 2026-11-22 (take it out)"]
