"""How are the processes of a benchmark started, asked, measured and ended?"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.agent import MANY_EVERY
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds that a scrape waits for more."""
_TICK = os.sysconf("SC_CLK_TCK")


class Use(NamedTuple):
    """What a process has used so far: CPU seconds of all its threads, and bytes that are resident now."""

    cpu: float
    resident: int


def use(pid: int) -> Use:
    """What a running process has used (proc(5): stat, statm)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return Use((int(fields[11]) + int(fields[12])) / _TICK, pages * os.sysconf("SC_PAGE_SIZE"))


@contextmanager
def python(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process of this checkout, ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def agents(
    dead: float = 0.0, slow: float = 0.0, lag: float = 1.0, many_every: int = MANY_EVERY
) -> Iterator[tuple[int, int]]:
    """All agents in one process: its id, and the port they answer on."""
    words = ("--dead", str(dead), "--slow", str(slow), "--lag", str(lag), "--many-every", str(many_every))
    with python("tests.bench.agent", *words) as process:
        try:
            yield process.pid, int(line(process))
        finally:
            process.terminate()


class Watching:
    """A running service that can be asked and scraped."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self._url = f"http://127.0.0.1:{port}/metrics"
        self.pid = process.pid
        self.failed = 0
        self.size: Mapping[str, Any] = json.loads(line(process))

    def told(self) -> dict[str, Any]:
        """What it counted until now."""
        if self._process.stdin is None:
            raise RuntimeError("the service has no input")
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(line(self._process))
        return found

    def scrape(self) -> int:
        """Octets of its page; 0 if it did not come whole within `PATIENCE`."""
        octets = 0
        try:
            with urllib.request.urlopen(self._url, timeout=PATIENCE) as reply:
                while piece := reply.read(1 << 20):
                    octets += len(piece)
        except (OSError, HTTPException):
            self.failed += 1
            return 0
        return octets

    def window(self, seconds: float, scrape_every: float) -> Use:
        """CPU seconds of so long a time, scraped as often as told, and what is resident at its end."""
        before, end = use(self.pid), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, scrape_every))
            self.scrape()
        after = use(self.pid)
        return Use(after.cpu - before.cpu, after.resident)


@contextmanager
def service(
    devices: int, port: int, collect: Mapping[str, float], profile: Path | None = None, warm: float = 0.0
) -> Iterator[Watching]:
    """The whole program, watching so many devices."""
    listen = free_port()
    words = ["tests.bench.service", "--devices", str(devices), "--agents", str(port), "--listen", f"127.0.0.1:{listen}"]
    if profile is not None:
        words += ["--profile", str(profile), "--warm", str(warm)]
    with python(*words, *(f"{name}={every}" for name, every in collect.items())) as process:
        yield Watching(process, listen)


def line(process: subprocess.Popen[str]) -> str:
    """The next line that a process prints. RuntimeError if it has ended instead."""
    found = "" if process.stdout is None else process.stdout.readline()
    if not found:
        raise RuntimeError(f"the process ended with {process.wait()}")
    return found
