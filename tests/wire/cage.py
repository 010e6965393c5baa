"""A network namespace where packets go nowhere, so that silence can be tested without leaving the machine.

`cage` starts `python -m tests.wire.cage` inside, which answers each line that it reads, the name of one of PROBES
and its arguments, with what comes of that. Elsewhere it runs the probe that its own
arguments name.
"""

import asyncio
import gc
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from netmon.errors import CollectError, NetmonError, Refused
from netmon.model import Credential, LabelSource, Metric, Profile, Reading, Secret, Ssh, Target
from netmon.settings.plugin import discover
from netmon.wire.real import RealNet
from netmon.wire.trace import opened as trace_socket
from netmon.wire.train import opened
from tests.conftest import ROOT, find_program

SILENT, UNREACHABLE, NO_ROUTE = "198.51.100.7", "203.0.113.7", "192.0.2.7"
"""Routed to where nobody is; refused by the routing table; not in it (RFC 5737 addresses)."""

SETUP = (
    "ip link set lo up && ip route add 198.51.100.0/24 dev lo && ip route add unreachable 203.0.113.0/24"
    ' && exec "$0" -m tests.wire.cage'
)


Caged = Callable[..., Any]
"""Runs a probe in a namespace: its name and arguments."""


def descriptors() -> int:
    """How many files and sockets this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@contextmanager
def cage(*, privileged: bool = True) -> Iterator[Caged]:
    """A namespace, with or without the capabilities that come with it: call what it gives to run a probe inside."""
    unshare = find_program("unshare")
    assert unshare is not None
    command = [sys.executable, "-m", "tests.wire.cage"]
    if privileged:
        command = [unshare, "-Urnm", "--kill-child", "sh", "-c", SETUP, sys.executable]
    else:
        command = [unshare, "-Un", "--kill-child", *command]
    environment = os.environ | {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin", "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as inside:
        assert inside.stdin is not None
        assert inside.stdout is not None
        asked, answers = inside.stdin, inside.stdout

        def ask(*arguments: str) -> Any:
            print(json.dumps(arguments), file=asked, flush=True)
            watchdog = threading.Timer(60, inside.kill)
            watchdog.start()
            answer = answers.readline()
            watchdog.cancel()
            watchdog.join()
            assert answer, f"{arguments} brought the cage down, or took more than a minute"
            return json.loads(answer)

        yield ask
        asked.close()
        assert inside.wait(60) == 0


def soon(ask: Caged, *arguments: str, within: float) -> Any:
    """What a probe says that measures what it `took`: for the third time, or once it took less than so many seconds.

    A machine that has other things to do may stand still for longer than that, but not thrice.
    """
    for _ in range(3):
        said = ask(*arguments)
        if "took" not in said or said["took"] < within:
            break
    return said


async def ping(net: RealNet, *addresses: str) -> Any:
    """Round-trip times and how long that took, with a time-out of 0.3 s."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    times = await net.ping(addresses, 0.3)
    return {"times": times, "took": loop.time() - start}


async def train(net: RealNet, address: str, packets: str) -> Any:
    """A train of echoes 10 ms apart and how long it took, with a time-out of 0.3 s."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    times = await net.train(address, int(packets), 0.01, 0.3)
    return {"times": times, "took": loop.time() - start}


async def plain_train(net: RealNet, address: str, packets: str) -> Any:
    """A train where the system lets everybody ping; `raw`: whether it took a privileged socket all the same."""
    Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 0", encoding="ascii")
    with opened(6 if ":" in address else 4) as sock:
        raw = sock.type == socket.SOCK_RAW
    return {"raw": raw, **await train(net, address, packets)}


async def connect(net: RealNet, address: str) -> Any:
    """A TCP handshake with port 9."""
    return await net.connect(address, 9, 0.3)


async def trace(net: RealNet, address: str, most: str = "20") -> Any:
    """The addresses on the way, "" for those that are silent, and how long that took, with a time-out of 0.5 s."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    hops = await net.trace(address, 0.5, int(most))
    return {"hops": [hop.address for hop in hops], "rtts": [hop.rtt for hop in hops], "took": loop.time() - start}


async def source_ports(net: RealNet, *addresses: str) -> list[int]:
    """The ports that traces to these addresses come from, where nobody else has any."""
    ports = []
    for address in addresses:
        with trace_socket(address, echo=False)[0] as sock:
            ports.append(sock.getsockname()[1])
    return ports


async def sweep(net: RealNet, interface: str, network: str) -> Any:
    """Who answers ARP, and how long that took."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    found = await net.sweep(interface, network, 10)
    return {"found": found, "took": loop.time() - start}


async def stream(net: RealNet, address: str) -> Any:
    """A TLS connection to port 9."""
    await net.stream(address, 9, 0.3, "")


async def datagram(net: RealNet, address: str) -> Any:
    """A datagram to port 9."""
    await net.datagram(address, 9, b"?", 0.3, bool)


async def lan(net: RealNet, community: str) -> Any:
    """The hosts that the SNMP agent of this machine knows."""
    credential = Credential(id="c", version="2c", community=Secret(community, "-"))
    at = Target(id="d", of="device", site="s", level="l", address="127.0.0.1", timeout=5, credential=credential)
    for _ in range(50):  # it may not listen yet
        with suppress(Refused):
            return await made("lan").collect(at, net)
        await asyncio.sleep(0.1)
    return []


def target(address: str, timeout: float, name: str) -> Target:
    """A device with a v2c credential and a login, and a profile for the collector of this name."""
    ssh = Ssh(user="netmon", password=Secret("secret", "-"), known_hosts="/dev/null")
    credential = Credential(id="c", version="2c", community=Secret("public", "-"), ssh=ssh)
    return Target(
        id="d", of="device", site="s", level="commune", address=address, timeout=timeout,
        credential=credential, profile=profile_for(name), platform="cisco_ios",
    )  # fmt: skip


def profile_for(name: str) -> Profile:
    """A profile by which sysUpTime is whatever this collector asks for."""
    metrics: Mapping[str, Metric] = vars(discover("collectors")[name])["METRICS"]
    return Profile(
        id="every-agent",
        name="Every agent",
        scalars=tuple(
            Reading(metric=metric, oid="1.3.6.1.2.1.1.3.0", labels=(LabelSource(text="it"),) * len(declared.labels))
            for metric, declared in metrics.items()
        ),
    )


EXAMPLES: Mapping[str, str] = {
    "name": "portal.example.vn",
    "url": "http://portal.example.vn:{port}/",
    "interface": "lo",
    "network": "127.0.0.0/30",
}
"""Values for options without a default; `{port}` stands for the port."""


def made(name: str, port: int = 9) -> Any:
    """A collector with its defaults, at this port; what else one may need is in EXAMPLES."""
    plugin = discover("collectors")[name]
    options = {option.name: option for option in fields(plugin)}
    needed = {
        option.name
        for option in options.values()
        if option.default is MISSING and option.default_factory is MISSING and option.name != "port"
    }
    assert needed <= EXAMPLES.keys(), f"tell {made.__qualname__} what {name} needs: {needed}"
    given = {option: EXAMPLES[option].format(port=port) for option in needed}
    return plugin(**given, **({"port": port} if "port" in options else {}))


async def collect(net: RealNet, name: str) -> Any:
    """Point a collector at silence: the error, how long it took, and what is left behind when it is cancelled."""
    collector = made(name)
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        await collector.collect(target(SILENT, 0.3, name), net)
        error = ""
    except CollectError as raised:
        error = type(raised).__name__
    took = loop.time() - start
    await net.close()
    gc.collect()  # a traceback's frames may go round in a circle, with a socket in it
    before = descriptors()
    asking = asyncio.ensure_future(collector.collect(target(SILENT, 60, name), net))
    await asyncio.sleep(0.1)
    waited = not asking.done()
    asking.cancel()
    await asyncio.wait([asking])
    cancelled = asking.cancelled()
    del asking  # with it go the frames of its traceback, which hold the socket
    await net.close()
    gc.collect()
    left = {"tasks": len(asyncio.all_tasks()) - 1, "descriptors": descriptors() - before}
    return {"error": error, "took": took, "waited": waited, "cancelled": cancelled, "left": left}


PROBES: dict[str, Callable[..., Awaitable[Any]]] = {
    "ping": ping,
    "train": train,
    "plain_train": plain_train,
    "connect": connect,
    "stream": stream,
    "datagram": datagram,
    "collect": collect,
    "trace": trace,
    "source_ports": source_ports,
    "sweep": sweep,
    "lan": lan,
}


async def main(name: str, *arguments: str) -> Any:
    net = RealNet()
    try:
        return await PROBES[name](net, *arguments)
    except NetmonError as error:
        return {"error": type(error).__name__, "text": str(error)}
    finally:
        await net.close()


if __name__ == "__main__":
    for probe in [sys.argv[1:]] if sys.argv[1:] else map(json.loads, sys.stdin):
        print(json.dumps(asyncio.run(main(*probe))), flush=True)
