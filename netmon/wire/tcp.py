"""How long does a TCP handshake take?"""

import asyncio
import ipaddress
import socket

from netmon.errors import BadAnswer, CollectError, Unreachable
from netmon.wire.failures import judge


async def connect(address: str, port: int, timeout: float) -> float:
    """Seconds from SYN to the established connection, which is closed at once. Raises as `open_socket`."""
    loop = asyncio.get_running_loop()
    asked = loop.time()
    (await open_socket(address, port, timeout)).close()
    return loop.time() - asked


async def open_socket(address: str, port: int, timeout: float) -> socket.socket:
    """A connected socket that does not block.

    Raises Unreachable, Refused (a reset: something is alive there), or BadAnswer for a name instead of an
    address and for trouble of this machine's own.
    """
    family = family_of(address)
    sock = None
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        async with asyncio.timeout(timeout):
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
        connected, sock = sock, None
        return connected
    except OSError as error:
        if isinstance(error, TimeoutError) and error.errno is None:
            failure: CollectError = Unreachable(f"{address}: no answer on TCP port {port} within {timeout:g} s")
        else:
            failure = judge(error, f"{address} TCP port {port}")
    finally:
        if sock is not None:
            sock.close()
    raise failure


def family_of(address: str) -> socket.AddressFamily:
    """AF_INET or AF_INET6. BadAnswer for a name instead of an address."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise BadAnswer(f"{address}: not an IP address") from None
    return socket.AF_INET if version == 4 else socket.AF_INET6
