"""How is a province of real routers brought up, broken, repaired and taken away?

    with Lab.start(communes=30) as lab:
        lab.cut("huyen-1/1")
        lab.restore()

As root the core runs FRR and the edge BIRD; an ordinary user gets BIRD everywhere. Everything lives in
a cage (tests.lab.cage) that dies with this process, however that dies.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tests.lab import daemons, project, voices
from tests.lab.cage import Cage, LabError
from tests.lab.faults import Faults
from tests.lab.topology import VANTAGE, Topology, build

PACKAGES = {
    "ip": "iproute2",
    "unshare": "util-linux",
    "nft": "nftables",
    "fping": "fping",
    "bird": "bird2",
    "zebra": "frr",
    "ospfd": "frr",
    "snmpd": "snmpd",
}
"""Programs the lab needs, and the Debian package of each. FRR only as root."""

_PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/lib/frr"


def needed(*, speaking: bool = False) -> dict[str, str]:
    """The programs needed by the user running this, with their Debian packages."""
    every = PACKAGES | (voices.PACKAGES if speaking else {})
    return {name: package for name, package in every.items() if package != "frr" or os.geteuid() == 0}


class Lab:
    """A running lab. The faults are in `faults`, and forwarded here under the names that tests use."""

    def __init__(self, topology: Topology, cage: Cage, *, speaking: bool = False) -> None:
        """`speaking`: devices say more of themselves, and some unasked (tests.lab.voices)."""
        self.topology = topology
        self.cage = cage
        self.speaking = speaking
        self.faults = Faults(topology, cage, self._start_daemons)
        self._programs = {name: path for name in needed(speaking=speaking) if (path := shutil.which(name, path=_PATH))}
        self.cut = self.faults.cut
        self.silent_loss = self.faults.silent_loss
        self.loss = self.faults.loss
        self.power_off = self.faults.power_off
        self.power_on = self.faults.power_on
        self.isolate_vantage = self.faults.isolate_vantage
        self.flap = self.faults.flap
        self.restore = self.faults.restore

    @classmethod
    def start(cls, communes: int = 30, *, timeout: float = 60, speaking: bool = False) -> Self:
        """Bring the province up and wait until every address answers; LabError if it does not in time."""
        missing = [name for name in needed(speaking=speaking) if shutil.which(name, path=_PATH) is None]
        if missing:
            raise LabError(f"not installed: {', '.join(missing)}")
        os.environ["PATH"] = _PATH
        lab = cls(build(communes), Cage(), speaking=speaking)
        try:
            lab._build()
            for router in lab.topology.routers:
                lab._start_daemons(router)
            lab.wait_converged(timeout)
        except BaseException:
            lab.stop()
            raise
        return lab

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take everything away. Safe to call twice."""
        self.cage.close()

    def _build(self) -> None:
        routers, lines = self.topology.routers, self.topology.lines.values()
        batch = ["link set lo up", *(f"netns add {router}" for router in routers)]
        batch += [
            f"link add {line.far.port} netns {line.far.router} type veth "
            f"peer name {line.near.port} netns {line.near.router}"
            for line in lines
        ]
        self.cage.must(["ip", "-batch", "-"], stdin="\n".join(batch) + "\n")
        for router in routers.values():
            batch = ["link set lo up", f"addr add {router.address}/32 dev lo"]
            for end, _ in self.topology.ends_of(router.id):
                batch += [f"addr add {end.address}/31 dev {end.port}", f"link set {end.port} up"]
            self.cage.must(["ip", "-n", router.id, "-batch", "-"], stdin="\n".join(batch) + "\n")
        # A router takes part in more than 20 multicast groups; answers may come by another way than questions.
        common = "512 > net/ipv4/igmp_max_memberships; 1 > net/ipv6/conf/all/disable_ipv6; "
        common += "0 > net/ipv4/conf/all/rp_filter; 0 > net/ipv4/conf/default/rp_filter; "
        script = []
        for router in routers.values():
            values = common + f"{int(router.forwards)} > net/ipv4/ip_forward; '0 0' > net/ipv4/ping_group_range"
            writes = "; ".join("echo " + one.strip().replace("> ", "> /proc/sys/") for one in values.split(";"))
            script.append(f'ip netns exec {router.id} sh -ec "{writes}"')
        self.cage.must(["sh", "-e"], stdin="\n".join(script) + "\n")

    def _start_daemons(self, router: str, *names: str) -> None:
        """Start these daemons of a router, or all of them."""
        node = self.topology.routers[router]
        suite = daemons.suite(node, self.topology, self._programs, bird_only=not self.cage.root)
        if self.speaking:
            suite = voices.speaking(suite, node, self.topology, self._programs)
        chosen = [daemon for daemon in suite.daemons if daemon.name in names or not names]
        # What was killed leaves its socket behind, and those that wait for it would not.
        stale = {"zebra": "zserv.api", "snmpd": "agentx.sock"}
        sockets = [f"{suite.folder}/{stale[daemon.name]}" for daemon in chosen if daemon.name in stale]
        self.cage.must(["rm", "-f", *sockets])
        self.cage.write(suite.folder, suite.files, owner=suite.owner)
        for daemon in chosen:
            log = f"{suite.folder}/{daemon.name}.log"
            self.cage.spawn(router, daemon.name, daemon.argv, env=daemon.env, log=log)

    def kill_daemon(self, router: str, name: str) -> None:
        """Kill one program of a router that lives on; LabError if it does not run."""
        if not self.cage.kill(router, name):
            raise LabError(f"no {name} runs on {router}")

    def start_daemon(self, router: str, name: str) -> None:
        """Start one program of a router (again)."""
        self._start_daemons(router, name)

    # --- looking at it -----------------------------------------------------------------------

    def address(self, id_: str) -> str:
        """Address by which a router, a site (its gateway) or a link (its far end) is seen."""
        if id_ in self.topology.lines:
            return self.topology.lines[id_].far.address
        router = id_ if id_ in self.topology.routers else self.topology.gateway(id_)
        return self.topology.routers[router].address

    def fping(self, addresses: Sequence[str], *, timeout: float = 0.3) -> dict[str, bool]:
        """One ping to each address from the vantage: which of them answered within `timeout` seconds."""
        argv = ["fping", "-a", "-r0", "-i1", f"-t{timeout * 1000:.0f}", *addresses]
        alive = set(self.cage.run(["ip", "netns", "exec", VANTAGE, *argv]).out.split())
        return {address: address in alive for address in addresses}

    def fping_all(self) -> dict[str, bool]:
        """Which routers and links answer, by id."""
        ids = [*self.topology.routers, *self.topology.links]
        alive = self.fping([self.address(id_) for id_ in ids])
        return {id_: alive[self.address(id_)] for id_ in ids}

    def loss_ratio(self, id_: str, *, count: int = 200, period: float = 0.02) -> float:
        """Share of `count` pings to one router or link that stay unanswered."""
        argv = ["fping", "-q", f"-c{count}", f"-p{period * 1000:.0f}", "-t500", self.address(id_)]
        told = self.cage.run(["ip", "netns", "exec", VANTAGE, *argv], timeout=60 + count * period).err
        sent, received, *_ = told.split("=", 1)[1].strip().split("/")
        return 1 - int(received) / int(sent)

    def traffic_flows(self, id_: str) -> bool:
        """Whether one ping to the router, site or link is answered within 0.1 s."""
        return self.fping([self.address(id_)], timeout=0.1)[self.address(id_)]

    def wait_traffic(self, id_: str, *, flows: bool = True, timeout: float = 30) -> float:
        """Wall-clock time at which pings, one each 0.1 s, begin (or cease) to be answered.

        On a busy machine a single ping may take longer than the time-out: there are as many as fit into it on a quiet
        one.
        """
        deadline, left = time.monotonic() + timeout, 5 * timeout
        while left > 0 or time.monotonic() < deadline:
            if self.traffic_flows(id_) is flows:
                return time.time()
            left -= 1
            time.sleep(0.1)
        raise LabError(f"{id_} {'does not answer' if flows else 'still answers'} after {timeout} s")

    def wait_converged(self, timeout: float = 60) -> float:
        """Seconds until every router and link answers; LabError names those that do not."""
        start = time.monotonic()
        while silent := [id_ for id_, alive in self.fping_all().items() if not alive]:
            if time.monotonic() - start > timeout:
                raise LabError(f"after {timeout} s there is no answer from {', '.join(silent)}")
            time.sleep(0.2)
        return time.monotonic() - start

    # --- what runs in it ---------------------------------------------------------------------

    def run_in_noc(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        cwd: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """A program at the vantage; `env` is added to the environment. Its pid is the program's own."""
        return self.cage.popen(VANTAGE, argv, env=env, stdout=stdout, stderr=stderr, cwd=cwd)

    def project(self, folder: Path, *, port: int = 9680) -> Path:
        """Write a complete netmon project for this province; run netmon with `environment()`."""
        return project.write(self.topology, folder, port=port, speaking=self.speaking)

    def environment(self) -> dict[str, str]:
        """The secrets that the project's inventory names."""
        return project.secrets()

    def log_of(self, router: str) -> str:
        """What the router's daemons have said, for a failing test's message."""
        return self.cage.run(["sh", "-c", f"tail -n 20 {daemons.STATE}/{router}/*.log"]).out

    def netns_inodes(self) -> set[int]:
        """Inode numbers of the lab's network namespaces, to prove later that nobody holds them."""
        told = self.cage.must(["sh", "-c", "stat -Lc %i /run/netns/* /proc/self/ns/net"])
        return {int(one) for one in told.split()}
