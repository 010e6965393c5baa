"""What does one UDP datagram come back with?"""

import asyncio
import socket
from collections.abc import Callable

from netmon.errors import CollectError, NotServing, Unreachable
from netmon.wire.failures import icmp_errors, judge, verdict, watch_icmp
from netmon.wire.tcp import family_of

LARGEST = 65535
"""Octets of the largest datagram (RFC 768)."""

MOST = 100
"""Answers to something else that are heard out."""


async def ask(
    address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
) -> tuple[bytes, float]:
    """Send one datagram from a port of its own; the first answer that `accept` takes, and seconds until it came.

    The kernel drops what other addresses send. Raises Unreachable, Refused if the address itself says that the port
    is closed (ICMP), NotServing if answers came and none was to this question, BadAnswer for trouble of our own.
    """
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        watch_icmp(sock.fileno(), sock.family)
        others: list[int] = []
        try:
            sock.connect((address, port))
            async with asyncio.timeout(timeout):
                return await answer(sock, address, payload, accept, others)
        except OSError as error:
            if isinstance(error, TimeoutError) and error.errno is None:
                failure = silence(f"{address} UDP port {port}", timeout, len(others))
            else:
                failure = judge(error, f"{address} UDP port {port}")
    raise failure


async def answer(
    sock: socket.socket, address: str, payload: bytes, accept: Callable[[bytes], bool], others: list[int]
) -> tuple[bytes, float]:
    """What `ask` gives; the size of each answer that was not accepted is noted in `others`."""
    loop = asyncio.get_running_loop()
    asked = loop.time()
    sock.send(payload)
    while len(others) < MOST:
        try:
            data = await loop.sock_recv(sock, LARGEST)
        except OSError as error:
            said = icmp_errors(sock.fileno(), sock.family)
            judged = [failure for each in said if (failure := verdict(each, address)) is not None]
            if judged or not said:
                raise (judged[0] if judged else error) from None
            continue
        if accept(data):
            return data, loop.time() - asked
        others.append(len(data))
        await asyncio.sleep(0)  # a flood must not keep the loop to itself
    raise NotServing(f"{address}: {MOST} answers, and none of them to what was asked")


def silence(where: str, timeout: float, others: int) -> CollectError:
    """The error that waiting in vain ends with."""
    if others:
        return NotServing(f"{where}: answers within {timeout:g} s: {others}, none of them to what was asked")
    return Unreachable(f"{where}: no answer within {timeout:g} s")
