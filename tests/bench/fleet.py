"""What does the service watch when it is measured? A province of any size whose devices are loopback addresses."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from collectors.icmp import Icmp
from collectors.interfaces import Interfaces
from collectors.snmp import Snmp
from netmon.exporters.prometheus import Prometheus
from netmon.model import Credential, Inventory, Secret, Task
from netmon.settings.project import Project, load, told_by
from tests.bench.agent import COMMUNITY, address
from tests.bench.province import province

DEVICES_A_SITE = 3


def tasks(kinds: Mapping[str, float]) -> dict[str, Task]:
    """Collectors by name, each with its interval in seconds."""
    known = {"icmp": (Icmp(), 1.0), "snmp": (Snmp(), 2.0), "interfaces": (Interfaces(), 2.0)}
    return {
        name: Task(collector=name, plugin=known[name][0], every=every, timeout=min(known[name][1], every / 2))
        for name, every in kinds.items()
    }


def fleet(devices: int, port: int, kinds: Mapping[str, float]) -> Inventory:
    """About so many devices, three a site, each asked by these collectors; the agents answer on `port`."""
    made = province(max(4, round(devices / DEVICES_A_SITE)))
    credential = Credential(id="default", version="2c", port=port, community=Secret(COMMUNITY, "bench"))
    collect = tasks(kinds)
    boxes = {
        name: replace(device, address=address(number), collect=collect)
        for number, (name, device) in enumerate(made.devices.items())
    }
    return replace(made, devices=boxes, credentials={"default": credential})


def project(inventory: Inventory, folder: Path, listen: str) -> Project:
    """That inventory as a project: words and plug-ins of a project without any files."""
    for name in ("inventory", "var"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "inventory" / "all.yaml").write_text(EMPTY, encoding="utf-8")
    plain = load(folder)
    config = replace(plain.config, listen=listen, exporters={"prometheus": Prometheus()})
    return told_by(replace(plain, config=config, inventory=inventory), {})


EMPTY = """
vantage: noc
levels: [province]
sites: {core: {name: Core, level: province, devices: {noc: {role: server}}}}
"""
