"""A reload is a diff by id."""

from pathlib import Path

from netmon.model import Inventory
from netmon.settings.diff import Key, changes
from netmon.settings.project import load
from tests.settings.written import SMALL, write

BEFORE = """
sites:
  b:
    name: B
    level: commune
    devices:
      b-r: {address: 10.6.0.1, role: router}
      b-cam: {address: 10.6.0.2, role: camera}
    uplinks: [{to: core, address: 10.6.9.1}]
    services: {b-web: {name: Web, collect: {tcp: {port: 80}}}}
"""


def inventory(folder: Path, text: str) -> Inventory:
    return load(write(folder, {"a.yaml": SMALL, "b.yaml": text})).inventory


def test_nothing_changed(tmp_path: Path) -> None:
    assert not changes(
        inventory(tmp_path, BEFORE), inventory(tmp_path, BEFORE.replace("\n    level", "\n    # x\n    level"))
    )


def test_address(tmp_path: Path) -> None:
    found = changes(inventory(tmp_path, BEFORE), inventory(tmp_path, BEFORE.replace("10.6.0.1", "10.6.0.7")))
    assert found.changed == found.address == {Key("device", "b-r"), Key("service", "b-web")}
    assert not found.uplink
    line = changes(inventory(tmp_path, BEFORE), inventory(tmp_path, BEFORE.replace("10.6.9.1", "10.6.9.7")))
    assert line.address == {Key("link", "b/1")}


def test_interval_is_no_change_of_address(tmp_path: Path) -> None:
    found = changes(
        inventory(tmp_path, BEFORE),
        inventory(tmp_path, BEFORE.replace("camera", "camera, collect: {icmp: {every: 9s}}")),
    )
    assert found.changed == {Key("device", "b-cam")}
    assert not found.address


def test_uplink(tmp_path: Path) -> None:
    found = changes(inventory(tmp_path, BEFORE), inventory(tmp_path, BEFORE.replace("to: core", "to: noc")))
    assert found.uplink == {"b"}
    assert found.changed == {Key("link", "b/1")}
    assert not found.address


def test_came_and_went(tmp_path: Path) -> None:
    after = (
        BEFORE.replace("b-cam", "b-dome").replace("b-web", "b-mail").replace("[{to: core,", "[{to: core, id: new-line,")
    )
    found = changes(inventory(tmp_path, BEFORE), inventory(tmp_path, after))
    assert found.added == {Key("device", "b-dome"), Key("service", "b-mail"), Key("link", "new-line")}
    assert found.removed == {Key("device", "b-cam"), Key("service", "b-web"), Key("link", "b/1")}
    assert found.changed == {Key("site", "b")}
    assert found.uplink == {"b"}
