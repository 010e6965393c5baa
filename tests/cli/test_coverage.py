"""Does `netmon coverage` name what netmon cannot see, and does the service know how many files it needs?"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from netmon.cli._service import SPARE_FILES, wanted_files
from netmon.cli.coverage import Heard, find_gaps
from netmon.cli.main import build
from netmon.settings.project import load
from tests.wire.snmpd import AUTH_PASSWORD, COMMUNITY, PRIV_PASSWORD, Snmpd

INVENTORY = """\
levels: [province, commune]
vantage: noc
credentials:
  new: {{snmp: {{version: 3, port: {port}, user: not-yet, auth: {{SHA256: env:AUTH}}, priv: {{AES128: env:PRIV}}}}}}
  old: {{snmp: {{version: 2c, port: {port}, community: env:COMMUNITY}}}}
sites:
  tinh:
    name: Tỉnh
    level: province
    credential: [new, old]
    devices:
      core: {{address: 127.0.0.1, role: router, collect: {{snmp: {{timeout: 1s}}}}}}
      noc: {{address: 127.0.0.3, role: server, behind: core}}
"""


def project(folder: Path, port: int) -> Path:
    (folder / "inventory").mkdir()
    (folder / "inventory" / "a.yaml").write_text(INVENTORY.format(port=port), encoding="utf-8")
    (folder / "netmon.yaml").write_text("{}\n")
    return folder


def test_a_device_that_knows_only_the_old_credential_is_named(
    tmp_path: Path, require_program: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AUTH", AUTH_PASSWORD), ("PRIV", PRIV_PASSWORD), ("COMMUNITY", COMMUNITY)):
        monkeypatch.setenv(name, value)
    agent = Snmpd(require_program("snmpd", "snmpd"), tmp_path)
    folder = project(tmp_path, agent.port)
    agent.start()
    try:
        done = CliRunner().invoke(build(["coverage", "status"]), ["coverage", str(folder), "--json"])
    finally:
        agent.stop()
    gaps = json.loads(done.stdout)
    assert gaps["old_credential"] == ["core"]
    assert gaps["wrong_credential"] == gaps["never_seen"] == []


def test_only_what_answers_to_less_than_the_best_is_old(tmp_path: Path) -> None:
    inventory = load(project(tmp_path, 161)).inventory

    def old(using: str) -> tuple[str, ...]:
        gaps = find_gaps(inventory, {"core": Heard(using=using)})
        return next(gap.found for gap in gaps if gap.what == "old_credential")

    assert [old(using) for using in ("", "new", "old")] == [(), (), ("core",)]


def test_files_are_needed_for_v3_alone(tmp_path: Path) -> None:
    inventory = load(project(tmp_path, 161)).inventory
    assert wanted_files(inventory) == SPARE_FILES + 2
    devices = {name: replace(device, credential="old") for name, device in inventory.devices.items()}
    assert wanted_files(replace(inventory, devices=devices)) == SPARE_FILES
