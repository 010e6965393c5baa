"""A province of any size: what does the benchmark judge?"""

from typing import Literal

from collectors.icmp import Icmp
from netmon.model import Device, Inventory, Link, Site, Task

PER_DISTRICT = 30
TASKS = {"icmp": Task(collector="icmp", plugin=Icmp(), every=2.0, timeout=1.0)}


def province(sites: int) -> Inventory:
    """Four levels: the centre, a core of two routers, dual-homed districts of 30 communes, three devices a site."""
    made: dict[str, Site] = {}
    devices: dict[str, Device] = {}
    links: dict[str, Link] = {}

    def add(site: str, level: str, routers: tuple[str, ...], uplinks: tuple[str, ...]) -> None:
        others = tuple(f"{site}-h{n}" for n in range(2))
        for device in (*routers, *others):
            behind = () if device == routers[0] else (routers[0],)
            role = "router" if device in routers else "server"
            devices[device] = Device(id=device, site=site, role=role, address="10.0.0.1", behind=behind, collect=TASKS)
        lines = tuple(f"{site}/{n}" for n in range(1, len(uplinks) + 1))
        for line, far in zip(lines, uplinks, strict=True):
            part: Literal["primary", "backup"] = "primary" if line == lines[0] else "backup"
            links[line] = Link(id=line, site=site, source=routers[0], target=far, role=part)
        made[site] = Site(
            id=site,
            name=site,
            level=level,
            gateway=routers[0],
            devices=(*routers, *others),
            uplinks=lines,
        )

    add("centre", "central", ("pe",), ())
    add("core", "province", ("core-1", "core-2"), ("pe",))
    for number in range(sites - 2):
        district, place = divmod(number, PER_DISTRICT + 1)
        if place == 0:
            add(f"d{district}", "district", (f"d{district}-r",), ("core-1", "core-2"))
        else:
            add(f"d{district}-c{place}", "commune", (f"d{district}-c{place}-r",), (f"d{district}-r",))
    return Inventory(
        province="bench",
        levels=("central", "province", "district", "commune"),
        vantage="core-h0",
        anchors=("core-1", "core-2"),
        timezone="Asia/Ho_Chi_Minh",
        sites=made,
        devices=devices,
        links=links,
        nodes={},
        services={},
        carriers={},
        credentials={},
        calendars={},
    )
