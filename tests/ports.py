"""Ports for servers that the tests start.

The system hands the ports of its own range (`ip_local_port_range`) to every connection that somebody opens, at any
time: a server that is told such a port may find it taken by the time it listens. Those below belong to whoever asks
for them by number, so each worker of pytest-xdist counts through a room of its own.
"""

import os
import socket
from itertools import count

FIRST, ROOM, ROOMS = 16_000, 1_000, 16

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % ROOMS
_turn = count(os.getpid())
"""Not from zero: two runs side by side meet less often."""


def free_port() -> int:
    """A port that nobody uses by TCP or UDP, at any address of IPv4; it is told again a thousand ports later."""
    for _ in range(ROOM):
        port = FIRST + _worker * ROOM + next(_turn) % ROOM
        if _unused(port):
            return port
    raise AssertionError(f"all {ROOM} ports from {FIRST + _worker * ROOM} are in use")


def _unused(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
