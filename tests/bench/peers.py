"""What do fping and prometheus-snmp-exporter use for the same work, measured the same way?"""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.processes import use
from tests.ports import free_port

FPING, EXPORTER = "fping", "prometheus-snmp-exporter"
MODULES = Path(__file__).with_name("snmp.yml")
HEARD = 0.99
"""Share of answers below which something else was measured: under load, fping takes one in thousands for lost."""
BETWEEN_MS = 1
"""Milliseconds between two packets of fping: with 10,000 targets a round lasts 10 s."""


def missing() -> list[str]:
    """Which of the programs are not installed."""
    return [name for name in (FPING, EXPORTER) if shutil.which(name) is None]


def fping(addresses: Sequence[str], between_ms: int = BETWEEN_MS) -> float:
    """CPU seconds that one round over these addresses takes, its start included. RuntimeError if many are silent."""
    words = [FPING, "-q", "-C", "1", "-i", str(between_ms), "-t", "500"]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if process.stdin is None or process.stderr is None:
        raise RuntimeError("fping has no pipes")
    process.stdin.write("\n".join(addresses) + "\n")
    process.stdin.close()
    with process.stderr as told:
        answers = told.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    heard = sum(not line.endswith(" -") for line in answers.splitlines())
    if heard < len(addresses) * HEARD:
        raise RuntimeError(f"fping heard {heard} of {len(addresses)} addresses")
    return used.ru_utime + used.ru_stime


class Exporter:
    """A running prometheus-snmp-exporter."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self._url = pid, f"http://127.0.0.1:{port}"

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self._url}/", timeout=5):
                return True
        except OSError:
            return False

    def device(self, address: str, port: int) -> int:
        """Ask for one device by its module; how many series came."""
        url = f"{self._url}/snmp?module=netmon_bench&target={address}:{port}"
        with urllib.request.urlopen(url, timeout=30) as reply:
            return sum(not row.startswith(b"#") for row in reply.read().splitlines())

    def round(self, addresses: Sequence[str], port: int) -> tuple[float, int]:
        """CPU seconds that these devices take, one after the other, and the series of all of them."""
        before = use(self.pid).cpu
        series = sum(self.device(address, port) for address in addresses)
        return use(self.pid).cpu - before, series


@contextmanager
def exporter() -> Iterator[Exporter]:
    """Debian's exporter with the module of this folder. RuntimeError if it does not come up."""
    port = free_port()
    words = [EXPORTER, f"--config.file={MODULES}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        running = Exporter(process.pid, port)
        for _ in range(100):
            if running.ready():
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{EXPORTER} does not answer")
        yield running
    finally:
        process.terminate()
        process.wait()
