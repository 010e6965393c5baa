"""Real questions, real answers: what the weekly report says of a network whose cables were moved."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from netmon.cli.main import build
from netmon.decide.drift import Drift
from netmon.decide.said import Neighbour, Said
from netmon.report import serials
from netmon.report.drift import drift, text
from netmon.run.said import ask, targets
from netmon.settings.project import Project, load
from netmon.wire.real import RealNet
from tests.run.speakers import ENVIRONMENT, Speaker, credentials, speaking
from tests.settings.written import write

PROVINCE = """
vantage: noc
levels: [province, district]
defaults: {collect: {icmp: {}, snmp: {timeout: 30s}, interfaces: {}}}
sites:
  centre:
    name: Centre
    level: province
    devices:
      core-1: {address: 127.9.0.1, role: router}
      core-2: {address: 127.9.0.2, role: router, behind: core-1}
      noc: {address: 127.9.0.3, role: server, collect: {snmp: false, interfaces: false}}
  vy:
    name: Văn Yên
    level: district
    devices: {vy-r1: {address: 127.9.0.4, role: router}}
    uplinks:
      - {to: core-1, circuit: YB-VY-01, bandwidth: 200M, local: Gi0/0/0, remote: Gi0/0/4}
      - {to: core-2, circuit: YB-VY-02, bandwidth: 100M, local: Gi0/0/1, remote: Gi0/0/5}
"""
CROSSED = Speaker(
    name="vy-r1",
    ports={"Gi0/0/0": "VNPT YB-VY-01", "Gi0/0/1": "", "Vlan10": ""},
    neighbours=[Neighbour("Gi0/0/0", "core-2", "Gi0/0/5"), Neighbour("Gi0/0/1", "core-1", "Gi0/0/4")],
    networks={"Gi0/0/0": "10.9.0.2/30"},
    serial="SN-1",
)
CORE = Speaker(name="CORE-1.tinh.local", ports={"Gi0/0/4": ""}, serial="SN-9")
WORLD: Mapping[str, Speaker] = {"127.9.0.1": CORE, "127.9.0.4": CROSSED}


@pytest.fixture(autouse=True)
def community(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*ENVIRONMENT)


def written(folder: Path, port: int, language: str = "en") -> Project:
    files = {"a.yaml": PROVINCE + credentials(port), "netmon.yaml": f"language: {language}\n"}
    return load(write(folder, files))


async def found(folder: Path, world: Mapping[str, Speaker], language: str = "en") -> tuple[list[Drift], str]:
    net = RealNet()
    try:
        async with speaking(world) as port:
            project = written(folder, port, language)
            drifts = await drift(project, net)
            return drifts, text(drifts, project)
    finally:
        await net.close()


async def test_swapped_uplinks_in_one_sentence(tmp_path: Path) -> None:
    drifts, report = await found(tmp_path, WORLD)
    assert [each.kind for each in drifts] == ["swapped", "unheard"]
    swapped = "lines vy/1 (YB-VY-01) and vy/2 (YB-VY-02) are swapped: Gi0/0/0 of vy-r1 is to be vy/1 (YB-VY-01)"
    assert report.splitlines() == [
        "The devices contradict the inventory in 1 place:",
        f"inventory/a.yaml:18: {swapped}, and its LLDP tells core-2 Gi0/0/5",
        "1 device did not answer by SNMP and is not compared: core-2",
    ]


async def test_in_vietnamese(tmp_path: Path) -> None:
    _, report = await found(tmp_path, WORLD, "vi")
    assert "kênh vy/1 (YB-VY-01) và kênh vy/2 (YB-VY-02) bị đấu chéo" in report
    assert "1 thiết bị không trả lời SNMP" in report


async def test_a_replaced_device_is_told_for_a_month(tmp_path: Path) -> None:
    first, _ = await found(tmp_path, {"127.9.0.1": CORE})
    assert [each.kind for each in first] == ["unheard"]
    fresh = {"127.9.0.1": replace(CORE, serial="SN-10")}
    for _ in range(2):  # whoever asked in between
        drifts, report = await found(tmp_path, fresh)
        assert [each.kind for each in drifts] == ["replaced", "unheard"]
        assert "core-1 was replaced: its serial number is SN-10 since" in report
        assert "and was SN-9" in report
    known = serials.read(tmp_path / "var")
    assert serials.replaced(known, known["core-1"].since + serials.TOLD_FOR + 1) == []
    for nothing in ("", "-", "N/A"):
        drifts, _ = await found(tmp_path, {"127.9.0.1": replace(CORE, serial=nothing)})
        assert (drifts[0].kind, drifts[0].seen) == ("replaced", "SN-10")


@pytest.mark.parametrize("damage", ["{", '{"core-1": 7}', "[" * 100_000, '{"core-1": {"serials": 3, "since": "x"}}'])
async def test_a_damaged_memory_is_told_and_begun_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / serials.FILE).write_text(damage, encoding="utf-8")
    drifts, report = await found(tmp_path, {"127.9.0.1": CORE})
    assert [each.kind for each in drifts] == ["unheard", "forgotten"]
    assert "serial numbers are not compared" in report
    assert serials.read(tmp_path / "var")["core-1"].serials == ("SN-9",)


async def test_what_is_remembered_of_devices_that_are_gone_is_dropped(tmp_path: Path) -> None:
    serials.write(tmp_path / "var", {"old-r9": serials.Memory(serials=("A",), since=1.0, before=("B",))})
    drifts, _ = await found(tmp_path, {"127.9.0.1": CORE})
    assert [each.kind for each in drifts] == ["unheard"]
    assert list(serials.read(tmp_path / "var")) == ["core-1"]


async def test_the_command(tmp_path: Path) -> None:
    async with speaking(WORLD) as port:
        written(tmp_path, port)
        words = ["drift", str(tmp_path), "--json"]
        done = await asyncio.to_thread(CliRunner().invoke, build(["drift", "check"]), words)
        page = await asyncio.to_thread(CliRunner().invoke, build(["drift", "check"]), words[:2])
    told = json.loads(done.stdout)
    assert [(each["kind"], each["id"], each["other"], each["at"]) for each in told] == [
        ("swapped", "vy/1", "vy/2", "inventory/a.yaml:18"),
        ("unheard", None, None, None),
    ]
    assert all(each["text"] in page.stdout for each in told)


def test_who_is_asked_by_other_means_alone_is_left_in_peace(tmp_path: Path) -> None:
    other = PROVINCE.replace("core-2: {", "core-2: {collect: {snmp: false, interfaces: false, path: {}}, ")
    project = load(write(tmp_path, {"a.yaml": other + credentials(161), "netmon.yaml": ""}))
    assert [target.id for target in targets(project.inventory)] == ["core-1", "vy-r1"]


@pytest.mark.parametrize("new_ip", [False, True])
async def test_everything_that_a_device_says(tmp_path: Path, new_ip: bool) -> None:
    speaker = replace(CROSSED, new_ip=new_ip, arp=[("Vlan10", "10.9.1.7")])
    near = Neighbour("Gi0/0/1", "core-1", "Gi0/0/4", addresses=("10.9.9.1",))
    nameless = Neighbour("Vlan10", "", "02:00:00:00:00:09")
    speaker = replace(speaker, neighbours=[CROSSED.neighbours[0], near, nameless])
    net = RealNet()
    try:
        async with speaking({"127.9.0.4": speaker}) as port:
            project = written(tmp_path, port)
            wanted = [target for target in targets(project.inventory) if target.id == "vy-r1"]
            answers = await ask(project, net, wanted, more=True)
    finally:
        await net.close()
    said = answers["vy-r1"]
    assert isinstance(said, Said)
    assert (said.name, said.routes, said.whole, [*said.serials]) == ("vy-r1", True, True, ["SN-1"])
    assert {port.name: port.networks for port in said.ports.values()} == {
        "Gi0/0/0": ("10.9.0.2/30",), "Gi0/0/1": (), "Vlan10": ()
    }  # fmt: skip
    first = said.ports["Gi0/0/0"]
    assert (first.index, first.alias, first.mac, first.speed) == ("1", "VNPT YB-VY-01", "02:00:00:00:00:01", 10**9)
    assert set(said.neighbours) == {CROSSED.neighbours[0], near, nameless}
    assert said.arp == (("10.9.1.7", "Vlan10"),)
