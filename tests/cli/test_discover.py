"""`netmon discover` proposes what devices say and the inventory lacks, and changes nothing."""

import asyncio
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.decide.said import Neighbour, Port, Said
from netmon.errors import InputError, NotPermitted
from netmon.model import Inventory
from netmon.report.discovery import Alive, discover
from netmon.settings.project import load
from netmon.wire.real import RealNet
from tests.conftest import missing
from tests.run.speakers import ENVIRONMENT, Speaker, credentials, speaking
from tests.settings.written import write

PROVINCE = """\
vantage: noc
levels: [province, district, commune]
defaults: {collect: {icmp: {}, snmp: {timeout: 300ms}}}
sites:
  centre:
    name: Centre
    level: province
    devices:
      core-1: {address: 127.9.1.1, role: router}
      core-2: {address: 127.9.1.2, role: router, behind: core-1}
      noc: {address: 127.9.1.3, role: server, collect: {snmp: false}}
  vy:
    name: Văn Yên
    level: district
    devices:
      vy-r1: {address: 127.9.1.4, role: router}   # the only one
      vy-sw1:
        role: switch
    uplinks:
      - {to: core-1, circuit: YB-VY-01, local: Gi0/0/0,   # by VNPT
         role: primary}
      - to: core-2
        role: backup
"""
CORE = Speaker(
    name="core-1",
    ports={"Gi0/0/4": ""},
    neighbours=[Neighbour("Gi0/0/4", "vy-r1", "Gi0/0/0")],
    networks={"Gi0/0/4": "10.9.0.1/30"},
)
DISTRICT = Speaker(
    name="VY-R1.tinh.local",
    ports={"Gi0/0/0": "", "Gi0/0/1": "", "Gi0/0/2": "", "Gi0/0/3": ""},
    neighbours=[
        Neighbour("Gi0/0/0", "core-1", "Gi0/0/4"),
        Neighbour("Gi0/0/1", "core-2", "Gi0/0/5"),
        Neighbour("Gi0/0/2", "vy-sw1", "1", addresses=("10.28.104.9",)),
        Neighbour("Gi0/0/3", "Cam 7 (cổng)", "eth0", addresses=("10.28.104.20",)),
    ],
    networks={"Gi0/0/0": "10.9.0.2/30", "Gi0/0/3": "127.9.7.1/29"},
    arp=[("Gi0/0/3", "127.9.7.3")],
)
WORLD: Mapping[str, Speaker] = {"127.9.1.1": CORE, "127.9.1.4": DISTRICT}
LINES = """\
       vy-r1: {address: 127.9.1.4, role: router}   # the only one
       vy-sw1:
         role: switch
+        # LLDP of vy-r1: vy-sw1 1 at Gi0/0/2
+        address: 10.28.104.9
+      # LLDP of vy-r1: Cam 7 (cổng) eth0 at Gi0/0/3
+      cam-7-cong: {address: 10.28.104.20}
     uplinks:
+      # LLDP of vy-r1: core-1 Gi0/0/4 at Gi0/0/0
+      # vy-r1 has it on Gi0/0/0, and core-1 is in the same network on Gi0/0/4
       - {to: core-1, circuit: YB-VY-01, local: Gi0/0/0,   # by VNPT
-         role: primary}
+         role: primary, remote: Gi0/0/4, address: 10.9.0.2}
       - to: core-2
         role: backup
+        # LLDP of vy-r1: core-2 Gi0/0/5 at Gi0/0/1
+        local: Gi0/0/1
"""


@pytest.fixture(autouse=True)
def community(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*ENVIRONMENT)


async def run(folder: Path, world: Mapping[str, Speaker], *words: str) -> Result:
    async with speaking(world) as port:
        write(folder, {"a.yaml": PROVINCE + credentials(port), "netmon.yaml": ""})
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        done = await asyncio.to_thread(
            CliRunner().invoke, build(["discover", "check"]), ["discover", str(folder), *words]
        )
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


async def test_a_diff_that_can_be_applied(tmp_path: Path, require_program: Callable[[str, str], str]) -> None:
    git = require_program("git", "git")
    done = await run(tmp_path, WORLD)
    assert LINES in done.stdout
    assert "5 proposals; nothing was changed" in done.stderr
    assert "1 of 3 devices did not answer by SNMP" in done.stderr
    subprocess.run([git, "apply", "-"], input=done.stdout.encode(), cwd=tmp_path, check=True)
    inventory = load(tmp_path).inventory
    first, second = inventory.links["vy/1"], inventory.links["vy/2"]
    assert (first.local, first.remote, first.address, second.local, second.remote) == (
        "Gi0/0/0", "Gi0/0/4", "10.9.0.2", "Gi0/0/1", None
    )  # fmt: skip
    assert inventory.devices["cam-7-cong"].behind == ("vy-r1",)
    assert "0 proposals" in (await run_as_is(tmp_path)).stderr


async def run_as_is(folder: Path) -> Result:
    """Once more, with the inventory as it was edited, at the port that it says."""
    text = (folder / "inventory" / "a.yaml").read_text(encoding="utf-8")
    async with speaking(WORLD) as port:
        head, _, _ = text.partition("credentials: ")
        write(folder, {"a.yaml": head + credentials(port)})
        return await asyncio.to_thread(CliRunner().invoke, build(["discover", "check"]), ["discover", str(folder)])


async def test_one_device_alone(tmp_path: Path) -> None:
    done = await run(tmp_path, WORLD, "core-1")
    assert "cam-7-cong" not in done.stdout
    assert "remote: Gi0/0/4" in done.stdout


@pytest.fixture
async def pings() -> None:
    net = RealNet()
    try:
        await net.ping(["127.0.0.1"], 1)
    except NotPermitted as error:
        missing(str(error))
    finally:
        await net.close()


@pytest.mark.usefixtures("pings")
async def test_a_network_is_swept(tmp_path: Path) -> None:
    camera = Speaker(name="vy-nvr1", ports={"eth0": ""}, routes=False)
    world = {**WORLD, "127.9.7.3": camera, "127.9.7.4": replace(CORE, neighbours=[])}
    done = await run(tmp_path, world, "127.9.7.0/29")
    assert "# answers SNMP: vy-nvr1; in the ARP table of vy-r1, at Gi0/0/3" in done.stdout
    assert "vy-nvr1: {address: 127.9.7.3, role: device}" in done.stdout
    assert "127.9.7.4 is core-1 too, by its sysName core-1" in done.stderr
    assert "3 more answer pings alone (--all proposes them): 127.9.7.2, 127.9.7.5, 127.9.7.6" in done.stderr
    assert "127.9.7.1" not in done.stdout
    everything = await run(tmp_path, world, "127.9.7.0/29", "--all")
    assert "vy-2: {address: 127.9.7.2}" in everything.stdout
    assert "# answers pings; in the network of Gi0/0/3 of vy-r1" in everything.stdout


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("10.0.0.0/8", "too large"),
        ("fe80::/64", "neither a device nor an IPv4 network"),
        ("vy-r2", "did you mean 'vy-r1'"),
        ("noc", "not asked by SNMP"),
    ],
)
async def test_what_is_not_asked(tmp_path: Path, what: str, text: str) -> None:
    with pytest.raises(InputError, match=text):
        await run(tmp_path, {}, what)


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    return load(write(tmp_path, {"a.yaml": PROVINCE})).inventory


def words(*neighbours: Neighbour, name: str = "") -> Said:
    ports = {port: Port(name=port) for port in ("Gi0/0/0", "Gi0/0/1", "Gi0/0/2")}
    return Said(name=name, ports=ports, neighbours=neighbours)


def test_two_candidates_are_no_proposal(inventory: Inventory) -> None:
    twice = words(Neighbour("Gi0/0/1", "core-2", "Gi0/0/5"), Neighbour("Gi0/0/2", "core-2", "Gi0/0/6"))
    found = discover(inventory, {"vy-r1": twice})
    assert found.proposals == []
    assert "vy/2: more than one pair of ports leads there: Gi0/0/1 - ? or Gi0/0/2 - ?" in found.notes


def test_a_port_of_another_line_is_not_proposed(inventory: Inventory) -> None:
    found = discover(inventory, {"vy-r1": words(Neighbour("Gi0/0/0", "core-2", "Gi0/0/5"))})
    assert [each.key for each in found.proposals] == []


def test_what_stands_on_a_line_is_its_carriers(inventory: Inventory) -> None:
    found = discover(inventory, {"vy-r1": words(Neighbour("Gi0/0/0", "olt-1", "0/1"))})
    assert found.proposals == []
    assert found.notes[0].startswith("olt-1 stands on line vy/1; its carrier's, perhaps")


def test_a_known_device_under_another_name_is_not_new(inventory: Inventory) -> None:
    seen = Neighbour("Gi0/0/2", "R-MAIN", "1", addresses=("127.9.1.2",))
    found = discover(inventory, {"vy-r1": words(seen)})
    assert found.proposals == []
    assert found.notes == ["R-MAIN is core-2 under another name (LLDP of vy-r1: R-MAIN 1 at Gi0/0/2)"]


def test_ids_are_new_and_well_formed(inventory: Inventory) -> None:
    seen = [Neighbour("Gi0/0/2", name, "1") for name in ("Đại lộ_1", "---", "centre")]
    found = discover(inventory, {"vy-r1": words(*seen), "core-2": words(Neighbour("Gi0/0/1", "x", "1"))})
    ids = {each.key: each.value for each in found.proposals}
    assert ids == {"dai-lo-1": "{}", "vy-device": "{}", "centre-2": "{}", "x": "{behind: core-2}"}


def test_an_address_in_nobodys_network_is_only_noted(inventory: Inventory) -> None:
    found = discover(inventory, {}, [Alive(address="10.5.5.5", said=words(name="who"))])
    assert found.notes == ["10.5.5.5 (who) is in no network of a known device"]
