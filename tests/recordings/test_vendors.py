"""Are the profiles that come with netmon right, as far as that can be seen without a device?"""

import re
from collections import Counter
from pathlib import Path

import pytest

from netmon.run.identity import choose
from netmon.settings.profiles import profiles
from netmon.settings.report import Report
from tests.conftest import ROOT
from tests.recordings.playing import families, vendors

FILES = sorted((ROOT / "collectors" / "profiles").glob("*.yaml"))
every_file = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def test_they_load_without_a_problem() -> None:
    report = Report()
    found = profiles(None, families(), report)
    assert report.sorted() == ()
    assert found.keys() == {path.stem for path in FILES}


@every_file
def test_a_file_says_what_it_is_for_and_where_it_is_from(path: Path) -> None:
    head = re.split(r"^name:", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[0]
    lines = head.splitlines()
    assert lines, "begins with a comment"
    assert all(line.startswith("#") for line in lines)
    if path.stem != "generic":
        assert any(line.startswith("# MIBs: ") for line in lines), "names the MIBs that its OIDs are from"


@every_file
def test_a_file_keeps_the_order_of_its_keys(path: Path) -> None:
    keys = re.findall(r"^(\w+):", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    order = ["name", "match", "inherits", "scalars", "tables", "traps", "syslog"]
    assert keys == [key for key in order if key in keys]


def test_a_profile_is_either_picked_or_inherited() -> None:
    inherited = {parent for profile in vendors().values() for parent in profile.inherits}
    idle = {name for name, profile in vendors().items() if not profile.matches and name not in inherited}
    assert idle == {"generic"}


def test_no_two_profiles_are_for_the_same_devices() -> None:
    matches = Counter(match for profile in vendors().values() for match in profile.matches)
    assert [match for match, times in matches.items() if times > 1] == []


VRP = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180"
# fmt: off
PRODUCTS = [
    ("1.3.6.1.4.1.9.1.1", "Cisco IOS Software", "cisco-ios"),
    ("1.3.6.1.4.1.9.12.3.1.3.1084", "Cisco NX-OS(tm) n5000", "cisco-ios"),
    ("1.3.6.1.4.1.9.6.1.83.10.1", "SG300-10", "cisco-ios"),
    ("1.3.6.1.4.1.2011.2.23.276", VRP, "huawei-vrp"),
    ("1.3.6.1.4.1.2011.2.224.351", VRP, "huawei-vrp"),
    ("1.3.6.1.4.1.2011.2.239.13", VRP, "huawei-vrp"),
    ("1.3.6.1.4.1.2011.2.316", "Huawei Integrated Access Software", "huawei-olt"),
    ("1.3.6.1.4.1.2011.2.316.1", "", "huawei-olt"),
    ("1.3.6.1.4.1.2011.2.115", "Huawei Integrated Access Software", "huawei-olt"),
    ("1.3.6.1.4.1.2011.2.133", "SmartAX MA5600T", "huawei-olt"),
    ("1.3.6.1.4.1.2011.10.1.88", "H3C Comware", "h3c-comware"),
    ("1.3.6.1.4.1.25506.11.1.34", "HPE Comware Platform Software", "h3c-comware"),
    ("1.3.6.1.4.1.14988.1", "RouterOS RB5009", "mikrotik-routeros"),
    ("1.3.6.1.4.1.14988.2", "CSS326-24G-2S+", "mikrotik-swos"),
    ("1.3.6.1.4.1.2636.1.1.1.2.21", "Juniper Networks, Inc. mx960", "juniper-junos"),
    ("1.3.6.1.4.1.3902.3.600.3.1.601", "ZTE ZXR10 9908", "zte-zxr10"),
    ("1.3.6.1.4.1.3902.1015.320.2.1", "C320 Version V2.1.0", "zte-olt"),
    ("1.3.6.1.4.1.3902.1082.1001.320.2.1", "C320 Version V2.2", "zte-olt-c600"),
    ("1.3.6.1.4.1.3902.1082.1001.600.2.1", "C600 Version V1.2.1", "zte-olt-c600"),
    ("1.3.6.1.4.1.12356.101.1.30000", "", "fortinet-fortigate"),
    ("1.3.6.1.4.1.12356.103.1.1000", "FortiManager", "generic"),
    ("1.3.6.1.4.1.7367", "DrayTek Corporation", "draytek"),
    ("1.3.6.1.4.1.11863.5.24", "JetStream", "tp-link"),
    ("1.3.6.1.4.1.318.1.3.27", "APC Web/SNMP Management Card", "apc"),
    ("1.3.6.1.4.1.3180.1", "somebody else", "generic"),
    ("1.3.6.1.4.1.8072.3.2.10", "Linux web 6.1.0", "net-snmp"),
    ("1.3.6.1.4.1.8072.3.2.10", "Linux GSE200M 2.6.27", "huawei-ups"),
    ("1.3.6.1.4.1.8072.3.2.10", "DrayTek Corporation, Router Model: Vigor2920", "draytek"),
    ("1.3.6.1.4.1.48690", "Linux RUTX11", "teltonika"),
    ("1.3.6.1.4.1.534.1", "Eaton 5P 1550", "eaton-ups"),
    ("1.3.6.1.4.1.21239.42.1.31", "", "geist"),
    ("1.3.6.1.4.1.30065.1.3011.7150", "Arista Networks EOS", "arista-eos"),
    ("1.3.6.1.4.1.99999", "something new", "generic"),
    ("", "", "generic"),
]
"""What devices say they are, and which profile that picks."""

LINES = [
    ("cisco-ios", "%LINK-3-UPDOWN: Interface Gi0/0/1, changed state to down", "link_down", "Gi0/0/1"),
    ("cisco-ios", "%LINK-3-UPDOWN: Interface Te1/0/1, changed state to up", "link_up", "Te1/0/1"),
    ("cisco-ios", "%BGP-5-ADJCHANGE: neighbor 10.28.0.1 Down BGP Notification sent", "bgp_down", ""),
    ("cisco-ios", "%BGP-5-ADJCHANGE: neighbor 10.28.0.1 vpn vrf TSLCD Up", "bgp_up", ""),
    ("cisco-ios", "%SYS-5-CONFIG_I: Configured from console by vty0", None, ""),
    ("huawei-vrp", "%%01IFPDT/4/IF_STATE(l)[12]:Interface GE0/0/3 has turned into DOWN state.", "link_down", "GE0/0/3"),
    ("huawei-vrp", "LINK_STATE(l)[3]:The line protocol IP on the interface XGE0/0/1 has entered the UP state.",
     "link_up", "XGE0/0/1"),
    ("huawei-vrp", "BGP/3/STATE_CHG_UPDOWN(l)[1]:The status of the peer 10.28.0.1 changed from ESTABLISHED to IDLE.",
     "bgp_down", ""),
    ("h3c-comware", "IFNET/3/PHY_UPDOWN: Physical state on the interface XGE1/0/1 changed to down.",
     "link_down", "XGE1/0/1"),
    ("h3c-comware", "IFNET/4/LINK UPDOWN: Gi1/0/24: link status is UP", "link_up", "Gi1/0/24"),
    ("juniper-junos", "SNMP_TRAP_LINK_DOWN: ifIndex 541, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1",
     "link_down", "ge-0/0/1"),
    ("juniper-junos", "RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1 changed state from Established to Idle",
     "bgp_down", ""),
    ("mikrotik-routeros", "interface,info ether1 link down", "link_down", "ether1"),
    ("fortinet-fortigate", 'status="DOWN" msg="Link monitor: Interface wan1 was turned down"', "link_down", "wan1"),
    ("apc", "UPS: On battery power in response to rapid change of input.", "on_battery", ""),
    ("apc", "UPS: No longer on battery power.", "on_mains", ""),
]
"""Lines as the vendors' manuals show them, and what they mean."""
# fmt: on


@pytest.mark.parametrize(("object_id", "descr", "expected"), PRODUCTS)
def test_a_product_gets_its_profile(object_id: str, descr: str, expected: str) -> None:
    assert choose(vendors(), object_id, descr).profile.id == expected


@pytest.mark.parametrize(("vendor", "line", "means", "port"), LINES)
def test_a_line_means_what_it_says(vendor: str, line: str, means: str | None, port: str) -> None:
    hits = [(found, kind) for pattern, kind in vendors()[vendor].syslog if (found := re.search(pattern, line))]
    if means is None:
        assert hits == []
    else:
        found, kind = hits[0]
        assert (kind, found.groupdict().get("port") or "") == (means, port)


def test_every_vendor_hears_the_standard_traps() -> None:
    for profile in vendors().values():
        if profile.matches:
            assert profile.traps["1.3.6.1.6.3.1.1.5.3"] == "link_down", profile.id
