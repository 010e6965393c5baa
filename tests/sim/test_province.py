"""Is the demo's province the same one, only seen by SNMP on loopback?"""

import ipaddress
from dataclasses import dataclass, replace

from netmon.model import Inventory
from netmon.sim.network import Network
from netmon.sim.ports import port_names
from netmon.sim.province import loopback
from netmon.sim.specs import agent_specs
from tests.sim.world import device, inventory, province, site


@dataclass(frozen=True)
class Snmp:
    """Stands for the plug-in of that name."""


@dataclass(frozen=True)
class Interfaces:
    """Stands for the plug-in of that name."""


def played(real: Inventory) -> Inventory:
    return loopback(real, 16161, "demo", {"snmp": Snmp, "interfaces": Interfaces})


def test_every_device_has_its_own_loopback_address() -> None:
    routers = (device(f"r{n}", "core", f"10.0.{n}.1") for n in range(255))
    many = inventory(site("core", "province", (*routers, device("noc", "core", None, "server"))))
    addresses = [each.address for each in played(many).devices.values() if each.address is not None]
    assert len(set(addresses)) == 255
    assert all(ipaddress.ip_address(each) in ipaddress.ip_network("127.66.0.0/16") for each in addresses)
    assert played(many).devices["noc"].address is None


def test_everything_is_asked_by_snmp() -> None:
    demo = played(province())
    assert {name: list(each.collect) for name, each in demo.devices.items()} == {
        name: ["snmp"] if name in ("noc", "a-cam") else ["snmp", "interfaces"] for name in demo.devices
    }
    assert [(each.every, each.timeout, each.plugin) for each in demo.devices["d-r1"].collect.values()] == [
        (1.0, 0.5, Snmp()),
        (5.0, 0.5, Interfaces()),
    ]
    desk = demo.services["a-desk"]
    assert (desk.address, list(desk.collect)) == (demo.devices["a-r1"].address, ["snmp"])
    credential = demo.credentials["default"]
    assert credential.community is not None
    assert (credential.version, credential.port, credential.community.reveal()) == ("2c", 16161, "demo")
    assert {each.hours for each in demo.sites.values()} == {"always"}


def test_lines_are_seen_by_their_ports_alone() -> None:
    demo = played(province())
    assert all(each.address is None and not each.collect for each in demo.links.values())
    assert {each.id: (each.local, each.remote) for each in demo.links.values()} == port_names(province())
    assert port_names(demo) == port_names(province())
    ends = [end for each in demo.links.values() for end in ((each.source, each.local), (each.target, each.remote))]
    assert len(set(ends)) == len(ends)
    served = {spec.device: {port.name for port in spec.ports} for spec in agent_specs(Network(demo))}
    assert all(port in served[end] for end, port in ends)


def test_what_is_not_asked_stays_unasked() -> None:
    real = province()
    quiet = {**real.devices, "a-cam": replace(real.devices["a-cam"], collect={})}
    assert played(replace(real, devices=quiet)).devices["a-cam"].collect == {}


def test_the_rest_is_unchanged() -> None:
    real, demo = province(), played(province())
    assert (
        replace(
            demo,
            devices=real.devices,
            links=real.links,
            services=real.services,
            sites=real.sites,
            credentials=real.credentials,
        )
        == real
    )
