"""How does a province become one that a laptop can play?

The demo's agents answer SNMP on loopback. Pings and TCP connects to 127/8 prove nothing there, since
the kernel answers them for the dead as well: so every task becomes one of SNMP, lines are seen by their ports
alone, and services are asked what they can be asked without TLS (netmon.sim.moved).
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from netmon.model import Credential, Device, Inventory, Link, Secret, Service, Task
from netmon.sim.moved import moved
from netmon.sim.ports import port_names

SNMP_EVERY, SNMP_TIMEOUT = 1.0, 0.5
INTERFACES_EVERY, INTERFACES_TIMEOUT = 5.0, 0.5
_HOSTS = 250  # addresses used of each 127.66.x.0/24


def loopback(inventory: Inventory, port: int, community: str, collectors: Mapping[str, type]) -> Inventory:
    """The same province with each device at its own 127.66.x.y, asked by SNMP v2c at `port` with `community`.

    `collectors` are the discovered plug-ins, of which `snmp` and `interfaces` are used with their default options.
    Services have addresses of their own, and the same `port`. What has no task gets none. Every link gets port names,
    office hours become `always`, so that the demo is the same at night.
    """
    snmp = Task(collector="snmp", plugin=collectors["snmp"](), every=SNMP_EVERY, timeout=SNMP_TIMEOUT)
    interfaces = Task(
        collector="interfaces", plugin=collectors["interfaces"](), every=INTERFACES_EVERY, timeout=INTERFACES_TIMEOUT
    )
    ends = {end for link in inventory.links.values() for end in (link.source, link.target)}
    devices: dict[str, Device] = {}
    for device in inventory.devices.values():
        address = None if device.address is None else _address(len(devices))
        tasks = {"snmp": snmp, "interfaces": interfaces} if device.id in ends else {"snmp": snmp}
        devices[device.id] = replace(device, address=address, collect=tasks if device.collect and address else {})
    addresses = map(_address, count(len(devices)))
    services = {
        service.id: moved(service, next(addresses), port) or _service(service, devices[service.on], snmp)
        for service in inventory.services.values()
    }
    return replace(
        inventory,
        devices=devices,
        links=_links(inventory),
        services=services,
        sites={site.id: replace(site, hours="always") for site in inventory.sites.values()},
        credentials={
            name: Credential(id=name, version="2c", port=port, community=Secret(community, "demo"))
            for name in ("default", *inventory.credentials)
        },
    )


def _address(n: int) -> str:
    return f"127.66.{n // _HOSTS}.{n % _HOSTS + 1}"


def _links(inventory: Inventory) -> dict[str, Link]:
    names = port_names(inventory)
    return {
        link.id: replace(link, address=None, collect={}, local=names[link.id][0], remote=names[link.id][1])
        for link in inventory.links.values()
    }


def _service(service: Service, on: Device, snmp: Task) -> Service:
    return replace(service, address=on.address, collect={"snmp": snmp} if service.collect and on.address else {})
