"""Does a trace tell every router on the way, and the same way as long as it stays the same?

A chain of real namespaces: noc, r1, then r2a and r2b side by side, r3, far. r1 spreads flows over both.
"""

import asyncio
import json
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from netmon.errors import BadAnswer
from netmon.wire.real import RealNet
from netmon.wire.trace import ECHO_4, ECHO_6, UDP, Manner, Trace, opened
from tests.conftest import ROOT
from tests.lab.cage import Cage
from tests.wire.cage import SILENT, UNREACHABLE, Caged, descriptors

pytestmark = pytest.mark.netns

FAR, FAR_SIX, NOBODY = "10.9.4.2", "fd09:4::2", "10.9.4.77"
WIRES = (
    ("noc", "r1", "10.9.0"), ("r1", "r2a", "10.9.1"), ("r1", "r2b", "10.9.2"), ("r2a", "r3", "10.9.3"),
    ("r2b", "r3", "10.9.5"), ("r3", "far", "10.9.4"),
)  # fmt: skip
"""Who is wired to whom, and the network between them: the nearer end has .1, the other .2."""
ROUTES = """
-n noc route add default via 10.9.0.2
-n r1 route add 10.9.4.0/24 nexthop via 10.9.1.2 nexthop via 10.9.2.2
-n r2a route add default via 10.9.1.1
-n r2a route add 10.9.4.0/24 via 10.9.3.2
-n r2b route add default via 10.9.2.1
-n r2b route add 10.9.4.0/24 via 10.9.5.2
-n r3 route add default nexthop via 10.9.3.1 nexthop via 10.9.5.1
-n far route add default via 10.9.4.1
-n noc -6 addr add fd09:0::1/64 dev to-r1 nodad
-n r1 -6 addr add fd09:0::2/64 dev to-noc nodad
-n r1 -6 addr add fd09:1::1/64 dev to-r2a nodad
-n r2a -6 addr add fd09:1::2/64 dev to-r1 nodad
-n r2a -6 addr add fd09:3::1/64 dev to-r3 nodad
-n r3 -6 addr add fd09:3::2/64 dev to-r2a nodad
-n r3 -6 addr add fd09:4::1/64 dev to-far nodad
-n far -6 addr add fd09:4::2/64 dev to-r3 nodad
-n noc -6 route add default via fd09:0::2
-n r1 -6 route add fd09:4::/64 via fd09:1::2
-n r2a -6 route add fd09:4::/64 via fd09:3::2
-n r2a -6 route add default via fd09:1::1
-n r3 -6 route add default via fd09:3::1
-n far -6 route add default via fd09:4::1
"""
NODES = sorted({node for wire in WIRES for node in wire[:2]})
SYSTEM = """
for node in %s; do
  ip netns exec $node sh -ec 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
  echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter
  echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
  echo 0 > /proc/sys/net/ipv4/icmp_ratelimit; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit'
done
"""
"""Before there are links, which inherit it. A router whose link-local address is still being probed for duplicates
(RFC 4862, section 5.4) asks for no neighbours, and so forwards nothing for the first seconds."""


class Chain:
    """The namespaces, and netmon's own trace from `noc`."""

    def __init__(self) -> None:
        self.cage = Cage()

    def build(self) -> None:
        links = [f"link add to-{far} netns {near} type veth peer name to-{near} netns {far}" for near, far, _ in WIRES]
        for near, far, net in WIRES:
            links += [f"-n {near} addr add {net}.1/24 dev to-{far}", f"-n {far} addr add {net}.2/24 dev to-{near}"]
            links += [f"-n {near} link set to-{far} up", f"-n {far} link set to-{near} up"]
        self.cage.must(["ip", "-batch", "-"], stdin="\n".join(f"netns add {node}" for node in NODES) + "\n")
        script = "".join(f"ip {line}\n" for line in [*links, *ROUTES.strip().splitlines()])
        self.cage.must(["sh", "-e"], stdin=SYSTEM % " ".join(NODES) + script)

    def echo(self, *, allowed: bool) -> None:
        """Whether noc may open ICMP sockets; without them a trace is of UDP."""
        groups = "0 0" if allowed else "1 0"
        self.cage.must(
            ["ip", "netns", "exec", "noc", "sh", "-c", f"echo '{groups}' > /proc/sys/net/ipv4/ping_group_range"]
        )

    def silence(self, node: str) -> None:
        """From now on it tells nobody that a TTL has run out there."""
        rules = "add table ip t; add chain ip t o {type filter hook output priority 0;}"
        rules += "; add rule ip t o icmp type time-exceeded drop"
        self.cage.must(["ip", "netns", "exec", node, "nft", rules])

    def speak(self, node: str) -> None:
        self.cage.must(["ip", "netns", "exec", node, "nft", "flush ruleset"])

    def trace(self, address: str, most: int = 20, probe: str = "tests.wire.cage") -> Any:
        argv = ["ip", "netns", "exec", "noc", sys.executable, "-m", probe, "trace", address, str(most)]
        told = self.cage.must(["env", f"PYTHONPATH={ROOT}", "PYTHONDONTWRITEBYTECODE=1", *argv])
        return json.loads(told.splitlines()[-1])


@pytest.fixture(scope="module")
def chain(netns: None, require_program: Callable[[str, str], str]) -> Iterator[Chain]:
    require_program("nft", "nftables")
    made = Chain()
    try:
        made.build()
        yield made
    finally:
        made.cage.close()


def shape(hops: list[str]) -> list[str]:
    """The way, whichever of the two sides it goes on."""
    return [{"10.9.1.2": "r2", "10.9.2.2": "r2", "10.9.3.2": "r3", "10.9.5.2": "r3"}.get(hop, hop) for hop in hops]


@pytest.mark.parametrize("echo", [True, False])
def test_every_router_is_told_and_the_way_stays_the_same(chain: Chain, echo: bool) -> None:
    chain.echo(allowed=echo)
    first = chain.trace(FAR)
    assert shape(first["hops"]) == ["10.9.0.2", "r2", "r3", FAR]
    assert all(rtt > 0 for rtt in first["rtts"])
    assert [chain.trace(FAR)["hops"] for _ in range(3)] == [first["hops"]] * 3


@pytest.mark.parametrize("manner", [UDP, ECHO_4, ECHO_6])
def test_probes_look_the_same_to_those_who_spread_flows(manner: Manner) -> None:
    # over a veth pair the kernel hands on the hash of the sender's socket, so that a chain of them cannot show it
    probes = [manner.probe(ttl) for ttl in range(1, 21)]
    sums = {sum(struct.unpack(f"!{len(probe) // 2}H", probe)) % 0xFFFF for probe in probes}
    assert len(set(probes)) == 20
    assert len(sums) == 1, "RFC 1071: the checksum is a sum in ones' complement"
    assert [manner.quoted(probe) for probe in probes] == list(range(1, 21))
    assert manner.quoted(b"") == manner.quoted(b"\xff") == 0


def test_a_target_has_its_own_source_port(caged: Caged) -> None:
    ports = caged("source_ports", "127.0.0.1", "127.0.0.1", "127.0.0.2")
    assert ports[0] == ports[1] != ports[2]


@pytest.mark.parametrize("echo", [True, False])
def test_by_ipv6(chain: Chain, echo: bool) -> None:
    chain.echo(allowed=echo)
    assert chain.trace(FAR_SIX)["hops"] == ["fd09::2", "fd09:1::2", "fd09:3::2", FAR_SIX]


@pytest.mark.parametrize("echo", [True, False])
def test_a_silent_router_is_a_gap(chain: Chain, echo: bool) -> None:
    chain.echo(allowed=echo)
    chain.silence("r3")
    try:
        said = chain.trace(FAR)
    finally:
        chain.speak("r3")
    assert shape(said["hops"]) == ["10.9.0.2", "r2", "", FAR]
    assert said["rtts"][2] is None


@pytest.mark.parametrize("echo", [True, False])
def test_nobody_there_ends_the_way_at_the_last_router(chain: Chain, echo: bool) -> None:
    chain.echo(allowed=echo)
    assert shape(chain.trace(NOBODY)["hops"]) == ["10.9.0.2", "r2", "r3"]


def test_a_router_that_has_no_route_says_so(chain: Chain) -> None:
    chain.echo(allowed=True)
    chain.cage.must(["ip", "-n", "r3", "route", "add", "unreachable", NOBODY])
    try:
        said = chain.trace(NOBODY)
    finally:
        chain.cage.must(["ip", "-n", "r3", "route", "del", "unreachable", NOBODY])
    assert shape(said["hops"]) == ["10.9.0.2", "r2", "r3"]


def test_no_more_hops_than_wanted(chain: Chain) -> None:
    assert len(chain.trace(FAR, 2)["hops"]) == 2


def test_errors_that_quote_too_little_are_told_apart_one_by_one(chain: Chain) -> None:
    chain.echo(allowed=False)
    assert shape(chain.trace(FAR, probe="tests.wire.test_wire_trace")["hops"]) == ["10.9.0.2", "r2", "r3", FAR]


def test_silence_is_an_empty_way(caged: Caged) -> None:
    assert caged("trace", SILENT)["hops"] == []
    assert caged("trace", UNREACHABLE)["hops"] == []


async def test_this_machine_is_one_hop_and_nothing_is_left_open() -> None:
    before = descriptors()
    (hop,) = await RealNet().trace("127.0.0.1", 1)
    assert hop.address == "127.0.0.1"
    assert descriptors() == before
    with pytest.raises(BadAnswer, match="no address"):
        await RealNet().trace("localhost", 1)


async def main(address: str, most: str) -> Any:
    """A trace by UDP through routers that quote only the eight octets that they must (RFC 792)."""
    sock, _ = opened(address, echo=False)
    trace = Trace(sock, UDP._replace(quoted=lambda _: 0), 0.5)
    try:
        return {"hops": [hop.address for hop in await trace.all(int(most))]}
    finally:
        trace.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(*sys.argv[2:]))))
