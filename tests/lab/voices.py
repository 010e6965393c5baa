"""What do devices say of themselves, and unasked, in a lab where they are made to speak?

Core and district routers tell their neighbours: lldpd, ospfd and bgpd answer through their agent (AgentX, RFC 2741).
Some routers send what their interfaces do: `d1` and `c5` as SNMPv2c traps, `d2` and `d3` as SNMPv3 informs; `p1` tells
of its BGP session with `p2` in SNMPv3 traps. Those that send or are to be heard by syslog have no port table that
netmon reads, so that what it knows of their ports is what they said; of `d2` it reads the table, but so seldom that
only a trap can be the reason.

Whoever sends informs has no routing daemon under its agent: while net-snmp 5.9 waits for an acknowledgement, what FRR
8.4 reports to it waits too, OSPF's neighbours give the router up, and the network falls when netmon does.
"""

from dataclasses import replace
from typing import Any

from tests.lab.daemons import AUTH_KEY, COMMUNITY, PRIV_KEY, USER, Daemon, Suite
from tests.lab.topology import CORES, VANTAGE, Router, Topology

COMMUNES = 5
"""Enough for each district to have a commune, and for one of them to have two lines."""
DUAL = "c5"
TRAPS, INFORMS = ("d1", DUAL), ("d2", "d3")
WORDLESS = ("d1", "d3", "d4", DUAL)
"""Routers whose port table is not read."""
WRONG, SEEN_BY_PORTS_ONLY = "cen", "huyen-2/2"
"""The router for which netmon has a wrong password, and the line that has no address."""
AS_NUMBER, ESTABLISHED, FULL = 65000, 6, 8
PORTS_EVERY = 600
TRAP_PORT, SYSLOG_PORT = 162, 514

PACKAGES = {"lldpd": "lldpd", "bgpd": "frr", "logger": "bsdutils"}
"""Programs that speaking needs besides the lab's own."""

_V3 = f"-v 3 -u {USER} -l authPriv -a SHA-256 -A {AUTH_KEY} -x AES -X {PRIV_KEY}"
_IF_ENTRY = ".1.3.6.1.2.1.2.2.1"
_LINK_DOWN, _LINK_UP = ".1.3.6.1.6.3.1.1.5.3", ".1.3.6.1.6.3.1.1.5.4"


def tells_neighbours(router: Router) -> bool:
    """Whether its agent knows who is at the other end of its cables."""
    return router.id in CORES or router.site.startswith("huyen-")


def tells_routing(router: Router) -> bool:
    """Whether its agent knows OSPF's neighbours, and BGP's where there are any."""
    return tells_neighbours(router) and router.id not in INFORMS


def v3_only(router: str) -> bool:
    """Whether its agent knows no community."""
    return router in (*CORES, *INFORMS)


def speaking(suite: Suite, router: Router, topology: Topology, programs: dict[str, str]) -> Suite:
    """What runs on the router, made to speak; routing neighbours only where FRR runs."""
    text, folder = suite.files["snmpd.conf"], suite.folder
    sink = topology.routers[VANTAGE].address
    if v3_only(router.id):
        text = "\n".join(line for line in text.splitlines() if not line.startswith("rocommunity")) + "\n"
    if router.id in TRAPS:
        text += f"trap2sink {sink}:{TRAP_PORT} {COMMUNITY}\n" + _watched(("1", "2", "7", "8"))
    if router.id in INFORMS:  # of d2 just what RFC 2863 asks for: the port is a number
        text += f"trapsess {_V3} -Ci {sink}:{TRAP_PORT}\n" + _watched(
            ("1", "7", "8") if router.id == "d2" else ("1", "2", "7", "8")
        )
    if router.id == CORES[0]:
        text += f"trapsess {_V3} {sink}:{TRAP_PORT}\n"
    files = suite.files | {"snmpd.conf": text}
    if router.id == DUAL:  # or what it says of a line that it has just lost goes nowhere until routing has found a way
        spare = next(far.address for _, far in topology.ends_of(router.id) if far.router == "lte")
        files["bird.conf"] += f"protocol static {{ ipv4; route 0.0.0.0/0 via {spare}; }}\n"
    if not tells_neighbours(router) or "ospfd.conf" not in files:
        return replace(suite, files=files)
    files["snmpd.conf"] += f"master agentx\nagentXSocket {folder}/agentx.sock\nagentXPerms 0777 0755\n"
    files["frr.conf"] = f"agentXSocket {folder}/agentx.sock\nagentXPingInterval 1\n"
    files["lldpd.conf"] = f"configure system hostname {router.id}\n"
    files["lldpd.conf"] += "configure lldp tx-interval 1\nconfigure lldp portidsubtype ifname\n"
    # Traps leave with the address by which the inventory knows the router.
    files["zebra.conf"] += f"route-map own permit 10\n set src {router.address}\nip protocol ospf route-map own\n"
    own = {daemon.name: daemon for daemon in suite.daemons}
    if tells_routing(router):
        files["ospfd.conf"] += "agentx\n"
        own["ospfd"] = _subagent(own["ospfd"], folder, "-M", "snmp")
    if router.id in CORES:
        files["bgpd.conf"] = _bgpd(router, topology)
        argv = (programs["bgpd"] if word == programs["ospfd"] else word for word in own["ospfd"].argv)
        swapped = tuple(word.replace(f"{folder}/ospfd.", f"{folder}/bgpd.") for word in argv)
        own["bgpd"] = replace(own["ospfd"], name="bgpd", argv=swapped)
    listen = ("-u", f"{folder}/lldpd.sock", "-X", f"{folder}/agentx.sock", "-O", f"{folder}/lldpd.conf")
    lldpd = Daemon(name="lldpd", argv=(*_wait_for_agent(folder), programs["lldpd"], "-d", *listen))
    return replace(suite, files=files, daemons=(*own.values(), lldpd))


def _subagent(daemon: Daemon, folder: str, *options: str) -> Daemon:
    """The daemon, with an AgentX session to the router's own agent."""
    return replace(
        daemon, argv=(*_wait_for_agent(folder), *daemon.argv, *options), env=daemon.env | {"SNMPCONFPATH": folder}
    )


def _wait_for_agent(folder: str) -> tuple[str, ...]:
    """A prefix that starts a program once the agent listens: it tries again only after some seconds otherwise."""
    wait = f"mkdir -p /run/lldpd; until [ -S {folder}/agentx.sock ]; do sleep 0.05; done"
    return ("sh", "-c", f'{wait}; exec "$0" "$@"')


def _watched(columns: tuple[str, ...]) -> str:
    """Have the agent look at its ports each second (DISMAN-EVENT-MIB) and tell these columns of ifTable."""
    objects = " ".join(f"-o {_IF_ENTRY}.{column}" for column in columns)
    return f"""createUser _internal SHA "{AUTH_KEY}" AES "{PRIV_KEY}"
iquerySecName _internal
rouser _internal
notificationEvent linkUpTrap {_LINK_UP} {objects}
notificationEvent linkDownTrap {_LINK_DOWN} {objects}
monitor -r 1 -S -e linkUpTrap "linkUp" {_IF_ENTRY}.8 != 2
monitor -r 1 -S -e linkDownTrap "linkDown" {_IF_ENTRY}.8 == 2
"""


def _bgpd(router: Router, topology: Topology) -> str:
    peer = next(far.address for _, far in topology.ends_of(router.id) if far.router in CORES)
    return f"""hostname {router.id}
router bgp {AS_NUMBER}
 bgp router-id {router.address}
 timers bgp 1 3
 neighbor {peer} remote-as {AS_NUMBER}
 neighbor {peer} timers connect 1
agentx
"""


def heard(settings: dict[str, Any], province: dict[str, Any], sites: dict[str, Any], topology: Topology) -> None:
    """Write into netmon.yaml and the inventory what listening to these devices takes."""
    address = topology.routers[VANTAGE].address
    settings |= {
        "language": "en",
        "traps": {"listen": f"{address}:{TRAP_PORT}"},
        "syslog": {"listen": f"{address}:{SYSLOG_PORT}"},
    }
    secure = province["credentials"]["secure"]["snmp"]
    province["credentials"]["wrong"] = {"snmp": secure | {"auth": {"SHA256": "env:LAB_WRONG"}}}
    for entry in province["classes"].values():
        entry["collect"] |= {"snmp": {"every": "2s"}, "interfaces": {"every": f"{PORTS_EVERY}s"}}
    for router in topology.routers.values():
        device = sites[router.site]["devices"][router.id]
        collect: dict[str, Any] = {}
        if router.id in INFORMS:
            device["credential"] = "secure"
        if router.id in WORDLESS:
            collect["interfaces"] = False
        if router.id == WRONG:
            device["credential"], collect["icmp"] = "wrong", False
        if tells_neighbours(router):
            collect["neighbours"] = {"every": "2s"}
        if tells_routing(router):
            collect["routing"] = {"every": "1s"}
        if collect:
            device["collect"] = collect
    site, _, number = SEEN_BY_PORTS_ONLY.partition("/")
    del sites[site]["uplinks"][int(number) - 1]["address"]
