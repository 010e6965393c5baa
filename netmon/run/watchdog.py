"""Does systemd hear that the service lives, and start it anew when it hangs?

The protocol of sd_notify(3): one line in a datagram to the socket that NOTIFY_SOCKET names. While a stage is late
nothing is said, and after WatchdogSec= systemd ends the service and starts it again. A disk that refuses to be written
to is left out of that: a new start could not write either, and would forget what waits.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping

import structlog

from netmon.clock import Clock
from netmon.run.engine import Engine
from netmon.run.pulse import Pulse, in_words

BY_THE_DISK = frozenset({"verdict", "desk", "journal"})
"""Stages that wait until the journal can be written."""

log = structlog.get_logger()


class Watchdog:
    """Tells systemd, where it started the service and wants to know."""

    def __init__(
        self, engine: Engine, clock: Clock, pulse: Callable[[], Pulse], environment: Mapping[str, str] = os.environ
    ) -> None:
        self._engine, self._clock, self._pulse = engine, clock, pulse
        self._where = environment.get("NOTIFY_SOCKET", "")
        asked = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        span = environment.get("WATCHDOG_USEC", "")
        self._every = int(span) / 2e6 if asked and span.isdecimal() and int(span) else 0.0

    async def run(self) -> None:
        """Say that the service is ready, and then that it lives, until cancelled."""
        self._say("READY=1")
        said = ""
        try:
            while self._where and self._every:
                late = self._pulse().late(self._clock.now())
                excused = self._engine.trouble.failing and late.keys() <= BY_THE_DISK
                if not late or excused:
                    self._say("WATCHDOG=1")
                if (words := in_words(late).partition(" (")[0]) != said:
                    said = words
                    self._say(f"STATUS={in_words(late)}")
                await asyncio.sleep(self._every)
        finally:
            self._say("STOPPING=1")

    def _say(self, line: str) -> None:
        if not self._where:
            return
        address = "\0" + self._where[1:] if self._where.startswith("@") else self._where
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out:
                out.sendto(line.encode(), address)
        except OSError as error:
            log.warning("systemd not told", line=line, why=error.strerror)
