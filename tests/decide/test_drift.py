"""What devices say is held against what the inventory says, and names that prove nothing are not."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.decide.drift import Drift, Kind, compare
from netmon.decide.said import Neighbour, Port, Said, shortened, virtual
from netmon.model import Inventory
from netmon.settings.project import load
from tests.settings.written import write

PROVINCE = """
vantage: noc
levels: [province, district, commune]
sites:
  centre:
    name: Centre
    level: province
    devices:
      core-1: {address: 10.0.0.1, role: router}
      core-2: {address: 10.0.0.2, role: router, behind: core-1}
      noc: {address: 10.0.0.3, role: server}
  vy:
    name: Văn Yên
    level: district
    devices:
      vy-r1: {address: 10.1.0.1, role: router, name: Router Văn Yên}
    uplinks:
      - {to: core-1, circuit: YB-VY-01, bandwidth: 200M, local: Gi0/0/0, remote: Gi0/0/4}
      - {to: core-2, circuit: YB-VY-02, bandwidth: 100M, local: Gi0/0/1, remote: Gi0/0/5}
  cqh:
    name: Châu Quế Hạ
    level: commune
    devices: {cqh-r1: {address: 10.2.0.1, role: router}}
    uplinks: [{to: vy-r1, circuit: YB-VY-CQH, local: ether1, remote: Gi0/0/7}]
"""
LONG = {"Gi0/0/0": "GigabitEthernet0/0/0", "Gi0/0/1": "GigabitEthernet0/0/1", "Gi0/0/7": "GigabitEthernet0/0/7"}


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    return load(write(tmp_path, {"a.yaml": PROVINCE})).inventory


def said(name: str, ports: Iterable[Port | str], *neighbours: Neighbour, serial: str = "") -> Said:
    made = [Port(name=port) if isinstance(port, str) else port for port in ports]
    return Said(
        name=name,
        ports={port.name: port for port in made},
        neighbours=neighbours,
        serials=frozenset({serial} - {""}),
    )


def vy(first: Port | str = "Gi0/0/0", second: Port | str = "Gi0/0/1", *neighbours: Neighbour) -> Said:
    return said("vy-r1", (first, second, "Gi0/0/7"), *neighbours)


def found(drifts: list[Drift]) -> list[tuple[str, str, str]]:
    return [(drift.kind, drift.id, drift.other) for drift in drifts]


RIGHT = (Neighbour("Gi0/0/0", "core-1", "Gi0/0/4"), Neighbour("Gi0/0/1", "CORE-2.tinh.local", "GigabitEthernet0/0/5"))
CROSSED = (Neighbour("Gi0/0/0", "core-2", "Gi0/0/5"), Neighbour("Gi0/0/1", "core-1", "Gi0/0/4"))


def test_all_is_well(inventory: Inventory) -> None:
    words = {
        "core-1": said("CORE-1", ["Gi0/0/4"], Neighbour("Gi0/0/4", "vy-r1", "Gi0/0/0")),
        "vy-r1": vy(Port(name="Gi0/0/0", alias="VNPT:YB-VY-01", speed=10**9), "Gi0/0/1", *RIGHT),
        "cqh-r1": said("cqh-r1", ["ether1"], Neighbour("ether1", "vy-r1", "Gi0/0/7")),
    }
    assert compare(inventory, words) == []
    assert compare(inventory, {}) == []


@pytest.mark.parametrize("by", ["lldp", "alias", "far ends"])
def test_swapped_uplinks_are_one_finding(inventory: Inventory, by: str) -> None:
    words = {"vy-r1": vy("Gi0/0/0", "Gi0/0/1", *CROSSED)}
    if by == "alias":
        first, second = Port(name="Gi0/0/0", alias="VNPT YB-VY-02"), Port(name="Gi0/0/1", alias="yb-vy-01 (100M)")
        words = {"vy-r1": vy(first, second)}
    if by == "far ends":
        words = {
            "core-1": said("core-1", ["Gi0/0/4"], Neighbour("Gi0/0/4", "vy-r1", "Gi0/0/1")),
            "core-2": said("core-2", ["Gi0/0/5"], Neighbour("Gi0/0/5", "vy-r1", "Gi0/0/0")),
        }
    assert found(compare(inventory, words)) == [("swapped", "vy/1", "vy/2")]


def test_a_swap_seen_from_everywhere_is_said_once(inventory: Inventory) -> None:
    words = {
        "vy-r1": vy(Port(name="Gi0/0/0", alias="YB-VY-02"), Port(name="Gi0/0/1", alias="YB-VY-01"), *CROSSED),
        "core-1": said("core-1", ["Gi0/0/4"], Neighbour("Gi0/0/4", "vy-r1", "Gi0/0/1")),
        "core-2": said("core-2", ["Gi0/0/5"], Neighbour("Gi0/0/5", "vy-r1", "Gi0/0/0")),
    }
    assert found(compare(inventory, words)) == [("swapped", "vy/1", "vy/2")]


@pytest.mark.parametrize(
    ("neighbour", "wanted"),
    [
        (Neighbour("ether1", "core-1", "Gi0/0/9"), ("neighbour", "core-1")),
        (Neighbour("ether1", "core-1", "Gi0/0/4"), ("misplaced", "vy/1")),
        (Neighbour("ether1", "vy-r1", "Gi0/0/8"), ("port", "vy-r1")),
        (Neighbour("ether1", "vy-r1", "Gi0/0/1"), ("misplaced", "vy/2")),
        (Neighbour("ether1", "olt-lam-giang", "0/1/3"), ("stranger", "")),
        (Neighbour("ether1", "vy-r1", "00:25:9e:01:02:03"), None),
        (Neighbour("ether1", "vy-r1", "7"), None),
        (Neighbour("ether1", "vy-r1", "GigabitEther"), None),
        (Neighbour("ether1", "vy-r1", "Gi0/0/7.100"), None),
        (Neighbour("ether1", "Router Van Yen", "Gi0/0/7"), None),
        (Neighbour("ether2", "core-1", "Gi0/0/4"), None),
        (Neighbour("ether1", "", "Gi0/0/4"), None),
    ],
)
def test_a_neighbour(inventory: Inventory, neighbour: Neighbour, wanted: tuple[Kind, str] | None) -> None:
    drifts = compare(inventory, {"cqh-r1": said("cqh-r1", ["ether1", "ether2"], neighbour)})
    assert found(drifts) == ([] if wanted is None else [(wanted[0], "cqh/1", wanted[1])])


def test_a_port_named_by_its_mac_is_looked_up_at_its_device(inventory: Inventory) -> None:
    wrong = Port(name="Gi0/0/8", mac="00:25:9e:01:02:03")
    words = {
        "cqh-r1": said("cqh-r1", ["ether1"], Neighbour("ether1", "vy-r1", "00:25:9e:01:02:03")),
        "vy-r1": said("vy-r1", [wrong, "Gi0/0/0", "Gi0/0/1", "Gi0/0/7"]),
    }
    assert found(compare(inventory, words)) == [("port", "cqh/1", "vy-r1")]


def test_one_right_neighbour_among_several_is_enough(inventory: Inventory) -> None:
    both = (Neighbour("ether1", "vy-r1", "Gi0/0/7"), Neighbour("ether1", "phone-3", "1"))
    assert compare(inventory, {"cqh-r1": said("cqh-r1", ["ether1"], *both)}) == []


def test_a_crowd_of_strangers_is_said_once(inventory: Inventory) -> None:
    crowd = [Neighbour("ether1", f"phone-{n}", "1") for n in range(9)]
    assert found(compare(inventory, {"cqh-r1": said("cqh-r1", ["ether1"], *crowd)})) == [("stranger", "cqh/1", "")]
    known = Neighbour("ether1", "core-1", "Gi0/0/9")
    words = said("cqh-r1", ["ether1"], *crowd, known)
    assert found(compare(inventory, {"cqh-r1": words})) == [("neighbour", "cqh/1", "core-1")]


def test_lines_that_share_a_port_are_not_misplaced(tmp_path: Path) -> None:
    shared = PROVINCE.replace("local: Gi0/0/1", "local: Gi0/0/0")
    inventory = load(write(tmp_path, {"a.yaml": shared})).inventory
    words = said(
        "vy-r1", [Port(name="Gi0/0/0", alias="YB-VY-01"), "Gi0/0/7"], Neighbour("Gi0/0/0", "core-1", "Gi0/0/4")
    )
    assert compare(inventory, {"vy-r1": words}) == []


@pytest.mark.parametrize(
    ("alias", "wanted"),
    [
        ("VNPT YB-VY-09", "circuit"),
        ("uplink to yb-core", ""),
        ("to core-2 Gi0/0/4", ""),
        ("YB-VY-01", ""),
        ("", ""),
        ("YB-VY-CQH", "misplaced"),
    ],
)
def test_an_alias(inventory: Inventory, alias: str, wanted: str) -> None:
    drifts = compare(inventory, {"vy-r1": vy(Port(name="Gi0/0/0", alias=alias))})
    assert [drift.kind for drift in drifts] == ([wanted] if wanted else [])


def test_a_port_that_is_not_there(inventory: Inventory) -> None:
    words = said("vy-r1", ["Gi0/0/0", "Gi0/0/7"])
    assert found(compare(inventory, {"vy-r1": words})) == [("no_port", "vy/2", "")]
    assert compare(inventory, {"vy-r1": replace(words, whole=False)}) == []
    assert compare(inventory, {"vy-r1": said("vy-r1", LONG.values())}) == []


def test_names(inventory: Inventory) -> None:
    ports = ["ether1", "Gi0/0/4"]
    assert found(compare(inventory, {"cqh-r1": said("MikroTik", ports)})) == [("name", "cqh-r1", "")]
    assert found(compare(inventory, {"cqh-r1": said("core-1", ports)})) == [("other_device", "cqh-r1", "core-1")]
    assert compare(inventory, {"cqh-r1": said("", ports)}) == []


def test_a_slow_port(inventory: Inventory) -> None:
    drifts = compare(inventory, {"vy-r1": vy(Port(name="Gi0/0/0", speed=100_000_000), Port(name="Gi0/0/1", speed=0))})
    assert [(drift.kind, drift.expected, drift.seen) for drift in drifts] == [("speed", "200000000", "100000000")]


def test_the_worst_comes_first(inventory: Inventory) -> None:
    words = {"vy-r1": replace(vy("Gi0/0/0", "Gi0/0/1", *CROSSED), name="x"), "cqh-r1": said("core-1", ["ether1"])}
    assert [drift.kind for drift in compare(inventory, words)] == ["swapped", "other_device", "name"]


def test_interfaces_by_any_makers_short_form() -> None:
    alike = ("GigabitEthernet0/0/1", "Gi0/0/1", "GE0/0/1", "gigabitethernet 0/0/1", "ge-0/0/1")
    assert {shortened(each) for each in alike} == {"gi0/0/1"}
    assert {shortened(each) for each in ("Ten-GigabitEthernet1/0/25", "XGE1/0/25", "Te1/0/25")} == {"te1/0/25"}
    assert {shortened(each) for each in ("Ethernet1/19", "Eth1/19", "Et1/19")} == {"eth1/19"}
    assert shortened("to-d2") != shortened("to-p2")
    assert [virtual(each) for each in ("Po1", "Eth-Trunk3", "Vlan100", "ae0", "Gi0/1", "ether1", "pon0/1")] == [
        *(True,) * 4,
        *(False,) * 3,
    ]
