"""Is each host of a LAN told with what is known of it, whichever tables the device has?"""

from collections.abc import Callable, Iterator, Mapping

import pytest

from collectors.lan import DESCR, NAME, OWN, Lan
from netmon.errors import BadAnswer, CollectError, Unreachable
from netmon.model import Remembered, Sample
from netmon.reading.hosts import MONTH
from netmon.reading.segments import (
    INTERFACE,
    MEDIA,
    MEDIA_TYPE,
    PHYSICAL,
    PHYSICAL_STATE,
    PHYSICAL_TYPE,
    PORT,
    STATUS,
    VLAN_OF,
    VLAN_PORT,
    VLAN_STATUS,
)
from netmon.wire.net import SnmpValue
from tests.collectors.fakes import FakeNet, FakeSession, target
from tests.wire.segment import HOSTS, Segment, mac

Tables = dict[str, Mapping[str, SnmpValue] | CollectError]

A, B, ROUTER = b"\x00\x16\x3e\x00\x00\x01", b"\x00\x16\x3e\x00\x00\x02", b"\x00\x16\x3e\x00\x00\xff"
DOTTED_A, DOTTED_B = "0.22.62.0.0.1", "0.22.62.0.0.2"
MAC_A, MAC_B = "00:16:3e:00:00:01", "00:16:3e:00:00:02"
IF: Tables = {NAME: {"1": b"Vlanif10", "2": b"Gi0/1", "3": b"Gi0/2"}, DESCR: {}, OWN: {"1": ROUTER}}
ARP: Tables = {MEDIA: {"1.10.0.0.7": A, "1.10.0.0.1": ROUTER}, MEDIA_TYPE: {"1.10.0.0.7": 3, "1.10.0.0.1": 4}}
BRIDGE: Tables = {PORT: {DOTTED_A: 1, DOTTED_B: 2}, STATUS: {DOTTED_A: 3, DOTTED_B: 3}, INTERFACE: {"1": 2, "2": 3}}


async def seen(*tables: Tables, exclude: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The rows that are told, without the counts."""
    together: Tables = {oid: rows for each in (IF, *tables) for oid, rows in each.items()}
    samples = await Lan(exclude=exclude).collect(target(), FakeNet(FakeSession(columns=together)))
    rows = [sample.labels for sample in samples if sample.metric == "netmon_lan_host_info"]
    assert Sample("netmon_lan_hosts", len(rows)) in samples
    return rows


async def test_a_router_tells_the_interface_and_leaves_itself_out() -> None:
    assert await seen(ARP) == [(MAC_A, "10.0.0.7", "Vlanif10", "")]


async def test_a_switch_tells_the_port() -> None:
    assert await seen(ARP, BRIDGE) == [(MAC_A, "10.0.0.7", "Gi0/1", ""), (MAC_B, "", "Gi0/2", "")]


async def test_what_a_switch_does_not_see_has_no_port() -> None:
    only_b: Tables = {PORT: {DOTTED_B: 2}, STATUS: {DOTTED_B: 3}}
    assert await seen(ARP, BRIDGE, only_b) == [(MAC_A, "10.0.0.7", "", ""), (MAC_B, "", "Gi0/2", "")]


async def test_a_switch_with_vlans_tells_them() -> None:
    vlans: Tables = {
        VLAN_PORT: {f"20.{DOTTED_A}": 1, f"7.{DOTTED_B}": 2, f"30.{DOTTED_B}": 1},
        VLAN_STATUS: {},
        VLAN_OF: {"0.10": 20, "0.30": 30},
    }
    assert await seen(BRIDGE, vlans) == [(MAC_A, "", "Gi0/1", "10"), (MAC_B, "", "Gi0/2", "7")]
    junos: Tables = {VLAN_PORT: {f"589824.{DOTTED_A}": 1}, VLAN_STATUS: {}}
    assert await seen(BRIDGE, junos) == [(MAC_A, "", "Gi0/1", "")], "no VLAN has such a number"


async def test_addresses_of_both_versions() -> None:
    six = "2.16." + ".".join(["254", "128", *["0"] * 13, "5"])
    both: Tables = {
        PHYSICAL: {"1.1.4.10.0.0.9": A, f"1.{six}": A, f"2.{six}": B},
        PHYSICAL_TYPE: {},
        PHYSICAL_STATE: {},
    }
    assert await seen(both, ARP) == [(MAC_A, "10.0.0.9", "Vlanif10", ""), (MAC_B, "fe80::5", "Gi0/1", "")]
    newer: Tables = {PHYSICAL: {f"1.{six}": A}}
    assert await seen(newer, ARP) == [(MAC_A, "10.0.0.7", "Vlanif10", "")], "IPv4 is in the older table alone"


@pytest.mark.parametrize(
    ("column", "value"), [(PHYSICAL_TYPE, 2), (PHYSICAL_TYPE, 5), (PHYSICAL_STATE, 5), (PHYSICAL_STATE, 7)]
)
async def test_who_did_not_answer_is_nobody(column: str, value: int) -> None:
    row = "1.1.4.10.0.0.9"
    assert await seen({PHYSICAL: {row: A}, column: {row: 3}}) == [(MAC_A, "10.0.0.9", "Vlanif10", "")]
    assert await seen({PHYSICAL: {row: A}, column: {row: value}}) == []


@pytest.mark.parametrize("status", [1, 2, 4])
async def test_the_switch_itself_is_nobody(status: int) -> None:
    assert await seen(BRIDGE, {STATUS: {DOTTED_A: status, DOTTED_B: 5}}) == [(MAC_B, "", "Gi0/2", "")]


async def test_ports_to_other_switches_are_left_out() -> None:
    assert await seen(BRIDGE, exclude=("gi0/1",)) == [(MAC_B, "", "Gi0/2", "")]


async def test_nonsense_is_left_out() -> None:
    odd: Tables = {
        PHYSICAL: {"": A, "1": A, "1.1": A, "1.1.4.10.0.0": A, "1.1.4.10.0.0.256": A, "1.9.4.10.0.0.9": A, "x": A,
                   "1.1.4.10.0.0.9": b"", "1.1.4.10.0.0.8": 7, "1.1.4.10.0.0.7": b"\xff" * 6},
        MEDIA: {"1.10.0.0": A, "1.10.0.0.300": A, "-1.10.0.0.3": A},
        VLAN_PORT: {DOTTED_A: 1, f"7.7.{DOTTED_A}": 1, "1.2.3": 1, f"300.0.22.62.0.0.{'9' * 30}": 1, "": 1, "a.b": 2},
        VLAN_OF: {"7": 7, "0.7": b"x"},
        INTERFACE: {"1": b"x"},
    }  # fmt: skip
    assert await seen(odd) == [(MAC_A, "", "", "")]


async def test_half_a_walk_tells_whom_it_had_seen_and_no_counts() -> None:
    columns: Tables = {**IF, **ARP, PORT: Unreachable("silent"), VLAN_PORT: {}}
    with pytest.raises(Unreachable) as raised:
        await Lan().collect(target(), FakeNet(FakeSession(columns=columns)))
    assert list(raised.value.samples) == [Sample("netmon_lan_host_info", 1, (MAC_A, "10.0.0.7", "Vlanif10", ""))]


async def test_without_a_credential_nobody_is_asked() -> None:
    with pytest.raises(BadAnswer, match="credential"):
        await Lan().collect(target(snmp=False), FakeNet())


def test_hosts_are_known_by_their_mac() -> None:
    assert Lan(tell=("new",)).remembered() == (Remembered("netmon_lan_host_info", ("mac",), MONTH, frozenset({"new"})),)


@pytest.fixture
def segment(netns: None) -> Iterator[Segment]:
    made = Segment()
    try:
        made.build()
        yield made
    finally:
        made.cage.close()


@pytest.mark.netns
def test_a_real_agent_tells_the_hosts_that_its_kernel_knows(
    segment: Segment, require_program: Callable[[str, str], str]
) -> None:
    program = require_program("snmpd", "snmpd")
    files = {"snmpd.conf": "agentaddress udp:127.0.0.1:161\nrocommunity lan 127.0.0.1\n"}
    segment.cage.write("/run/agent", files)
    quiet = {"SNMP_PERSISTENT_DIR": "/run/agent", "SNMPCONFPATH": "/run/agent", "MIBS": ""}
    known = [f"neigh replace 10.7.0.{number + 9} lladdr {mac(number)} dev lan" for number in range(1, HOSTS + 1)]
    segment.cage.must(["ip", "-n", "noc", "-batch", "-"], stdin="\n".join(["link set lo up", *known]) + "\n")
    argv = [program, "-f", "-Lo", "-C", "-c", "/run/agent/snmpd.conf"]
    segment.cage.spawn("noc", "snmpd", argv, env=quiet, log="/run/agent/log")
    samples = segment.probe("lan", "lan")
    rows = [tuple(labels) for family, _, labels in samples if family == "netmon_lan_host_info"]
    assert rows == [(mac(number), f"10.7.0.{number + 9}", "lan", "") for number in range(1, HOSTS + 1)]
