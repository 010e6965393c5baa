"""What would the operators of the lab's province write into their inventory?

The language of the design, chapter 5: every redundant line is seen by its far address and by both of
its ports; SNMP v2c everywhere but on the core routers, which speak v3.
"""

from pathlib import Path
from typing import Any

import yaml

from tests.lab import voices
from tests.lab.daemons import AUTH_KEY, COMMUNITY, PRIV_KEY, USER
from tests.lab.topology import CENTRAL, CORES, PROVINCE, VANTAGE, Line, Topology

_EVERY = {"icmp": "2s", "snmp": "30s", "interfaces": "30s"}
_SECRETS = {"LAB_COMMUNITY": COMMUNITY, "LAB_AUTH": AUTH_KEY, "LAB_PRIV": PRIV_KEY, "LAB_WRONG": "not-the-auth-key"}
SINK_PORT = 9000


def secrets() -> dict[str, str]:
    """The environment variables that the inventory names."""
    return dict(_SECRETS)


def write(topology: Topology, folder: Path, *, port: int, speaking: bool = False) -> Path:
    """Write netmon.yaml and inventory/ into the folder; its path is the project's. `speaking`: see tests.lab.voices."""
    (folder / "inventory").mkdir(parents=True, exist_ok=True)
    settings = {
        "listen": f"127.0.0.1:{port}",
        "language": "vi",
        "notifiers": {"console": {"console": {}}, "hook": {"webhook": {"url": f"http://127.0.0.1:{SINK_PORT}/"}}},
    }
    province, sites = _province(), _sites(topology)
    if speaking:
        voices.heard(settings, province, sites, topology)
    _dump(folder / "netmon.yaml", settings)
    _dump(folder / "inventory" / "province.yaml", province)
    _dump(folder / "inventory" / "sites.yaml", {"sites": sites})
    return folder


def _dump(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")


def _province() -> dict[str, Any]:
    levels = ["central", "province", "district", "commune"]
    v3 = {"version": 3, "user": USER, "auth": {"SHA256": "env:LAB_AUTH"}, "priv": {"AES128": "env:LAB_PRIV"}}
    return {
        "province": "lab",
        "levels": levels,
        "vantage": VANTAGE,
        "timezone": "Asia/Ho_Chi_Minh",
        "carriers": {
            "vnpt": {"name": "VNPT Lab", "phone": "0216 000 001"},
            "viettel": {"name": "Viettel Lab", "phone": "0216 000 002"},
        },
        "credentials": {
            "default": {"snmp": {"version": "2c", "community": "env:LAB_COMMUNITY"}},
            "secure": {"snmp": v3},
        },
        "classes": {
            level: {"level": level, "collect": {name: {"every": every} for name, every in _EVERY.items()}}
            for level in levels
        },
    }


def _sites(topology: Topology) -> dict[str, Any]:
    sites: dict[str, Any] = {
        CENTRAL: {"name": "Trục trung ương", "class": "central"},
        PROVINCE: {"name": "Trung tâm dữ liệu tỉnh", "class": "province"},
    }
    for router in topology.routers.values():
        level, _, number = router.site.partition("-")
        if level == "huyen":
            sites[router.site] = {"name": f"Huyện {number}", "class": "district"}
        elif level == "xa":
            district = topology.lines[f"{router.site}/1"].near.router
            sites[router.site] = {"name": f"Xã {number}", "class": "commune", "area": f"kv-{district}"}
    for id_, site in sites.items():
        site["devices"] = {
            router.id: _device(router.id, router.address) for router in topology.routers.values() if router.site == id_
        }
        uplinks = [_uplink(topology.lines[link], owner=id_) for link in topology.uplinks(id_)]
        if uplinks:
            site["uplinks"] = uplinks
    return sites


def _device(id_: str, address: str) -> dict[str, Any]:
    device: dict[str, Any] = {"address": address, "role": "server" if id_ == VANTAGE else "router"}
    if id_ in (VANTAGE, "lte"):
        device["behind"] = list(CORES)
    if id_ == "p2":
        device["behind"] = "p1"
    if id_ in CORES:
        device["credential"] = "secure"
    return device


def _uplink(line: Line, *, owner: str) -> dict[str, Any]:
    """The line as its owner sees it: the province owns the near end of its lines to the centre."""
    here, there = (line.near, line.far) if owner == PROVINCE else (line.far, line.near)
    uplink = {"to": there.router, "kind": line.kind, "carrier": line.carrier}
    if owner == PROVINCE:
        uplink = {"from": here.router, **uplink}
    return {
        **uplink,
        "circuit": f"LAB-{line.id.upper().replace('/', '-')}",
        "bandwidth": f"{line.speed // 1_000_000}M",
        "role": line.role,
        "address": line.far.address,
        "local": here.port,
        "remote": there.port,
    }
