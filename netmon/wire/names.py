"""Which addresses does a name have?"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread

from netmon.errors import BadAnswer, CollectError, Unreachable
from netmon.wire.net import Net

MOST = 16
"""Look-ups that may be under way at once. One may last half a minute when no name server answers."""

UNKNOWN = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})
"""The resolver was told that there is no such name, or no address of it."""


class Resolver:
    """This machine's own resolver, hosts file included, asked in threads that nobody waits for at the end."""

    __slots__ = ("_look_up", "_pending")

    def __init__(self, look: Callable[[str], list[str]] | None = None) -> None:
        """`look`: what blocks until it has the addresses of a name; getaddrinfo(3) if None."""
        self._look_up = look or look_up
        self._pending: dict[str, asyncio.Future[list[str]]] = {}

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        """The addresses of `name`, the best to try first (RFC 6724); who asks the same meanwhile shares the answer.

        Raises Unreachable if the name has none, and BadAnswer if it cannot be found out within `timeout` (s): the
        trouble is then the resolver's.
        """
        with suppress(ValueError):
            return [str(ipaddress.ip_address(name))]
        pending = self._pending.get(name)
        if pending is None:
            if len(self._pending) >= MOST:
                raise BadAnswer(f"{name}: this machine's resolver hangs, {MOST} names are waiting for it")
            pending = self._pending[name] = self._ask(name)
        try:
            async with asyncio.timeout(timeout):
                found = await asyncio.shield(pending)
        except TimeoutError:
            failure: CollectError = BadAnswer(f"{name}: this machine's resolver gave no answer within {timeout:g} s")
        except socket.gaierror as error:
            none = error.errno in UNKNOWN
            failure = Unreachable(f"{name}: no such name") if none else BadAnswer(f"{name}: {error.strerror}")
        except (UnicodeError, OSError) as error:
            failure = BadAnswer(f"{name}: not a name that can be looked up: {error}")
        else:
            return found
        raise failure

    def _ask(self, name: str) -> asyncio.Future[list[str]]:
        loop = asyncio.get_running_loop()
        asked: asyncio.Future[list[str]] = loop.create_future()

        def settle(found: list[str] | Exception) -> None:
            self._pending.pop(name, None)
            if asked.cancelled():
                return
            if isinstance(found, Exception):
                asked.set_exception(found)
                asked.exception()  # nobody may be left to hear it, which is no mistake
            else:
                asked.set_result(found)

        def run() -> None:
            found: list[str] | Exception
            try:
                found = self._look_up(name)
            except (OSError, UnicodeError) as error:
                found = error
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(settle, found)

        Thread(target=run, name="resolver", daemon=True).start()
        return asked


def look_up(name: str) -> list[str]:
    """getaddrinfo(3), each address once. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_address(text: str) -> bool:
    """Whether this is an IP address and no name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def server_name(address: str) -> str:
    """The name that a server's certificate must bear if it is asked at this address: the address if it is a name, else
    any ("")."""
    return "" if is_address(address) else address


async def located(net: Net, address: str, timeout: float) -> str:
    """The IP address to ask: `address` itself, or the first that it has as a name. Raises as Net.resolve."""
    return address if is_address(address) else (await net.resolve(address, timeout))[0]
