"""Who stands on this segment?

The asking is done by a program of its own (netmon.wire.arp), which is gone when its answer is there.
"""

import asyncio
import ipaddress
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path

from netmon.errors import BadAnswer, NotPermitted
from netmon.wire.processes import printed
from netmon.wire.text import clean

SCRIPT = Path(__file__).with_name("arp.py")
WIDEST = 22
"""The shortest prefix that is swept: 1,022 addresses, at 200 a second."""


async def sweep(interface: str, network: str, timeout: float, script: Path = SCRIPT) -> Sequence[tuple[str, str]]:
    """See Net.sweep. `script` is the program that asks."""
    within = swept(network)
    # isolated (-I): beside the script lie modules of the standard library's names
    argv = (sys.executable, "-I", str(script), interface, str(within))
    try:
        process = await asyncio.create_subprocess_exec(*argv, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    except OSError as error:
        raise BadAnswer(f"ARP sweep of {network}: {error}") from None
    out, told = await _ended(process, network, timeout)
    match process.returncode:
        case 0:
            return sorted({_read(line) for line in out.splitlines()}, key=_place)
        case 3:
            raise BadAnswer(f'ARP sweep of {network}: scapy is not installed (pip install "netmon[lan]")')
        case 4:
            raise NotPermitted(f"no right to sweep {network}: grant CAP_NET_RAW, and AF_PACKET where it is restricted")
        case 5:
            raise BadAnswer(f"ARP sweep of {network} on {interface}: {told}")
    raise BadAnswer(f"ARP sweep of {network} on {interface} ended with {process.returncode}: {told}")


def swept(network: str) -> ipaddress.IPv4Network:
    """The network to sweep. BadAnswer if it is none of IPv4, or too large."""
    try:
        within = ipaddress.IPv4Network(network)
    except ValueError as error:
        raise BadAnswer(f"ARP sweep: {error}") from None
    if within.prefixlen < WIDEST:
        raise BadAnswer(f"ARP sweep: {network} is too large, at most /{WIDEST}")
    return within


async def _ended(process: Process, network: str, timeout: float) -> tuple[bytes, str]:
    """What the program printed, and the last line of its complaints. It never outlives the call."""
    try:
        out, told = await printed(process, timeout)
    except TimeoutError:
        raise BadAnswer(f"ARP sweep of {network}: not done within {timeout:g} s") from None
    return out, clean((told.splitlines() or [b""])[-1], 120)


def _read(line: bytes) -> tuple[str, str]:
    address, mac = json.loads(line)
    return str(address), str(mac)


def _place(found: tuple[str, str]) -> tuple[ipaddress.IPv4Address, str]:
    return ipaddress.IPv4Address(found[0]), found[1]
