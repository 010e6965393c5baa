"""Who on this segment answers ARP (RFC 826)? A program of its own: `python arp.py INTERFACE NETWORK`.

It asks for every address of the network twice at most, at a bounded rate, prints a JSON line for each that answers, and
ends by itself. Nothing imports it, and it imports nothing of netmon: scapy is slow to load, large, under another
licence, and needs the right to raw sockets. Exit codes: see `EXITS`.
"""

import ipaddress
import json
import select
import socket
import sys
import time
from collections.abc import Iterator

RATE = 200.0
"""Requests a second: a small fraction of what the smallest switch forwards, and gentle to those who answer."""
ROUNDS = 2
WAIT = 0.7
"""Seconds to wait for the last answers."""
ARP_TYPE = 0x0806
NOBODY = str(ipaddress.IPv4Address(0))
EXITS = {"no scapy": 3, "no right": 4, "no interface": 5}

Found = tuple[str, str]
"""IPv4 address, and the MAC that claims it."""


def sweep(interface: str, network: ipaddress.IPv4Network) -> Iterator[Found]:
    """Everybody who answers, once, as the answers come. An address that two claim is there twice.

    Raises ImportError without scapy, PermissionError without CAP_NET_RAW, OSError without the interface.
    """
    from scapy.arch import get_if_addr, get_if_hwaddr
    from scapy.arch.linux import L2Socket
    from scapy.layers.l2 import ARP, Ether

    own = get_if_addr(interface)
    # from nobody's address it is a probe (RFC 5227), which everybody answers as well
    source = own if ipaddress.IPv4Address(own) in network else NOBODY
    wire = L2Socket(iface=interface, type=ARP_TYPE, promisc=False, nofilter=1)
    asking = Ether(dst="ff:ff:ff:ff:ff:ff", src=get_if_hwaddr(interface))
    missing = dict.fromkeys(str(host) for host in network.hosts() if str(host) != own)
    found: set[Found] = set()

    def hear(until: float) -> Iterator[Found]:
        while (left := until - time.monotonic()) > 0 and select.select([wire.ins], [], [], left)[0]:
            frame = wire.recv()
            if frame is None or ARP not in frame:
                continue
            answer = (str(frame[ARP].psrc), str(frame[ARP].hwsrc).lower())
            if frame[ARP].op == 2 and _within(answer[0], network) and answer not in found:
                found.add(answer)
                missing.pop(answer[0], None)
                yield answer

    try:
        due = time.monotonic()
        for _ in range(ROUNDS):
            for address in list(missing):
                if address in missing:
                    wire.send(asking / ARP(op=1, pdst=address, psrc=source, hwsrc=asking.src))
                    due = max(due, time.monotonic() - 1 / RATE) + 1 / RATE
                    yield from hear(due)
        if missing:
            yield from hear(time.monotonic() + WAIT)
    finally:
        wire.close()


def _within(address: str, network: ipaddress.IPv4Network) -> bool:
    try:
        return ipaddress.IPv4Address(address) in network
    except ValueError:
        return False


def main(interface: str, network: str) -> int:
    """Print who answers; the exit code."""
    try:
        socket.if_nametoindex(interface)
        for address, mac in sweep(interface, ipaddress.IPv4Network(network)):
            sys.stdout.write(json.dumps([address, mac]) + "\n")
    except ImportError as error:
        return _fail("no scapy", error)
    except PermissionError as error:
        return _fail("no right", error)
    except OSError as error:
        return _fail("no interface", error)
    return 0


def _fail(why: str, error: Exception) -> int:
    sys.stderr.write(f"{error}\n")
    return EXITS[why]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
