"""What does a command line say?

netmiko logs in and types, in threads of its own, because it blocks; importing it takes a second and more, so that only
those pay for it who log in somewhere. The socket is ours: at the end of the time it is shut, and the thread with it.
A host key that is not known is never learned on the way: whoever sits between would be believed for ever.
"""

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from netmon.errors import BadAnswer
from netmon.model import Ssh
from netmon.wire import sshlogin, tcp
from netmon.wire.readonly import guard

AT_ONCE = 5
"""Devices that are logged in to at a time: a configuration is some hundred kilobytes in each thread."""


class Shells:
    """Logs in to devices, a few at a time. Opens nothing until used."""

    __slots__ = ("_threads", "_turns")

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._threads: ThreadPoolExecutor | None = None

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        """See Net.show. The session ends with the time: then the socket is shut, and the thread goes on to the next.

        Waiting for a turn is not part of the time.
        """
        guard(platform, commands)
        async with self._turns:
            until = time.monotonic() + timeout
            sock = await tcp.open_socket(address, login.port, timeout)
            if self._threads is None:
                self._threads = ThreadPoolExecutor(AT_ONCE, "netmon-ssh")
            session = sshlogin.Session(address, login, platform, until)
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout_at(loop.time() + max(0.0, until - time.monotonic())):
                    return await loop.run_in_executor(self._threads, session.run, sock, tuple(commands))
            except TimeoutError:
                last = f"no prompt after {session.typed!r}" if session.typed else "no prompt"
                raise BadAnswer(f"{address}: {last} within {timeout:g} s") from None
            finally:
                session.end()
                _shut(sock)

    def close(self) -> None:
        """Give the threads back; those that are under way have lost their sockets with their tasks."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


def _shut(sock: socket.socket) -> None:
    """Wake up whoever waits for the socket; closing it is the business of the thread that reads it."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        sock.close()
