"""How are the routing daemons and the SNMP agent of one router configured and started?

Pure text: FRR 8 (zebra and ospfd without watchfrr), BIRD 2, net-snmp 5.9. OSPF says hello each second
and gives a neighbour up after four: a line that silently swallows packets is left within 8 s.
"""

from dataclasses import dataclass, field

from tests.lab.topology import Router, Topology

COMMUNITY, USER = "lab-ro", "netmon"
AUTH_KEY, PRIV_KEY = "lab-auth-key", "lab-priv-key"
HELLO, DEAD = 1, 4
STATE = "/run/lab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """One program of a router, in the foreground: argv, extra environment."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Everything that runs on one router: its folder inside the cage, files by name, programs, file owner."""

    folder: str
    files: dict[str, str]
    daemons: tuple[Daemon, ...]
    owner: str = ""


def suite(router: Router, topology: Topology, programs: dict[str, str], *, bird_only: bool) -> Suite:
    """Configuration and programs of one router. `programs` are the paths of zebra, ospfd, bird and snmpd."""
    folder = f"{STATE}/{router.id}"
    agent = Daemon(
        name="snmpd",
        argv=(programs["snmpd"], "-f", "-C", "-c", f"{folder}/snmpd.conf", "-Lf", f"{folder}/snmpd.log"),
        env={"SNMP_PERSISTENT_DIR": f"{folder}/persist", "MIBS": ""},
    )
    files = {"snmpd.conf": _snmpd(router, topology)}
    if router.routing == "bird" or bird_only:
        files["bird.conf"] = _bird(router, topology)
        bird = Daemon(
            name="bird", argv=(programs["bird"], "-f", "-c", f"{folder}/bird.conf", "-s", f"{folder}/bird.ctl")
        )
        return Suite(folder=folder, files=files, daemons=(bird, agent))
    files |= {"zebra.conf": f"hostname {router.id}\n", "ospfd.conf": _ospfd(router, topology)}
    return Suite(folder=folder, files=files, daemons=(*_frr(folder, programs), agent), owner="frr")


def _frr(folder: str, programs: dict[str, str]) -> tuple[Daemon, Daemon]:
    socket = f"{folder}/zserv.api"
    common = ("-u", "frr", "-g", "frr", "--vty_socket", folder, "-P", "0", "-z", socket)
    zebra, ospfd = (
        (programs[name], *common, "-f", f"{folder}/{name}.conf", "-i", f"{folder}/{name}.pid")
        for name in ("zebra", "ospfd")
    )
    # ospfd tries again only after 10 s where zebra is not there yet.
    wait = ("sh", "-c", f'until [ -S {socket} ]; do sleep 0.05; done; exec "$0" "$@"')
    return Daemon(name="zebra", argv=zebra), Daemon(name="ospfd", argv=(*wait, *ospfd))


def _ospfd(router: Router, topology: Topology) -> str:
    lines = [f"hostname {router.id}", "interface lo", " ip ospf area 0"]
    for end, _ in topology.ends_of(router.id):
        lines += [
            f"interface {end.port}",
            " ip ospf area 0",
            " ip ospf network point-to-point",
            f" ip ospf hello-interval {HELLO}",
            f" ip ospf dead-interval {DEAD}",
            " ip ospf retransmit-interval 3",
            f" ip ospf cost {end.cost}",
        ]
    return "\n".join(
        [
            *lines,
            "router ospf",
            f" ospf router-id {router.address}",
            " passive-interface lo",
            " maximum-paths 1",
            # FRR's own waits (5 s between two of the same announcement) would decide every failover.
            " timers throttle spf 10 100 1000",
            " timers throttle lsa all 100",
            " timers lsa min-arrival 50",
            "",
        ]
    )


def _bird(router: Router, topology: Topology) -> str:
    ports = "\n".join(
        f'    interface "{end.port}" {{ type ptp; cost {end.cost}; hello {HELLO}; dead {DEAD}; retransmit 3; }};'
        for end, _ in topology.ends_of(router.id)
    )
    return f"""log stderr all;
router id {router.address};
protocol device {{ scan time 5; }}
protocol kernel {{
  ipv4 {{ import none; export filter {{ krt_prefsrc = {router.address}; accept; }}; }};
}}
protocol ospf v2 lab {{
  tick 1;
  ecmp no;
  ipv4 {{ import all; export none; }};
  area 0 {{
    interface "lo" {{ stub yes; cost 1; }};
{ports}
  }};
}}
"""


def _snmpd(router: Router, topology: Topology) -> str:
    # net-snmp keeps its ifTable for 3 s, as many agents do: a port may be told up for as long after a cut.
    speeds = {end.port: line.speed for line in topology.lines.values() for end in line.ends if end.router == router.id}
    ports = "\n".join(f"interface {port} 6 {speed}" for port, speed in speeds.items())
    return f"""agentAddress udp:161
sysName {router.id}
sysLocation {router.site}
sysContact lab
rocommunity {COMMUNITY} 10.0.0.0/8
createUser {USER} SHA-256 "{AUTH_KEY}" AES "{PRIV_KEY}"
rouser {USER} priv
{ports}
"""
