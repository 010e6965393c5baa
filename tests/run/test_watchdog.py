"""What does systemd hear? On a real datagram socket."""

import asyncio
import os
import socket
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from netmon.run.pulse import Pulse, Stage
from netmon.run.watchdog import Watchdog

LIMITS: dict[Stage, float] = {"poll": 30.0, "journal": 30.0}


async def _said(where: str, ear: socket.socket, late: Stage | None, failing: bool, **more: str) -> list[str]:
    """What is said within a few rounds while this stage is late."""
    engine = SimpleNamespace(trouble=SimpleNamespace(failing=failing))
    pulse = Pulse({"poll": 0.0, "journal": 0.0}, LIMITS | ({late: -1.0} if late else {}))
    environment = {"NOTIFY_SOCKET": where, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid())} | more
    clock = SimpleNamespace(now=lambda: 0.0)
    task = asyncio.create_task(Watchdog(engine, clock, lambda: pulse, environment).run())  # type: ignore[arg-type]
    await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    found = []
    with suppress(BlockingIOError):
        while True:
            found.append(ear.recv(1000).decode())
    return found


@pytest.mark.parametrize("abstract", [False, True])
@pytest.mark.parametrize(("late", "failing", "fed"), [
    (None, False, True),
    ("poll", False, False),
    ("journal", False, False),
    ("journal", True, True),  # a new start could not write either
])  # fmt: skip
async def test_systemd_hears_that_it_lives_unless_a_stage_hangs(
    tmp_path: Path, abstract: bool, late: Stage | None, failing: bool, fed: bool
) -> None:
    where = f"@netmon-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind("\0" + where[1:] if abstract else where)
        ear.setblocking(False)
        found = await _said(where, ear, late, failing)
        assert (found[0], found[-1]) == ("READY=1", "STOPPING=1")
        assert ("WATCHDOG=1" in found) == fed
        assert [line for line in found if line.startswith("STATUS=")] == (
            [f"STATUS=late: {late} (0 s)"] if late else []
        )
        assert "WATCHDOG=1" not in await _said(where, ear, late, failing, WATCHDOG_PID=str(os.getppid()))
