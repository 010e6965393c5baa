"""`netmon run` as its own process, on a small province of real agents on loopback."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from netmon.cli.main import build
from tests.conftest import ROOT
from tests.ports import free_port
from tests.wire.snmpd import COMMUNITY

INVENTORY = """\
province: thu-nghiem
levels: [province, district]
vantage: noc
anchors: [core-r1]
timezone: Asia/Ho_Chi_Minh
carriers: {{vnpt: {{name: VNPT}}}}
credentials: {{default: {{snmp: {{version: 2c, community: env:NETMON_TEST_COMMUNITY, port: {port}}}}}}}
sites:
  core:
    name: Trung tâm
    level: province
    devices:
      core-r1:
        address: 127.0.0.1
        role: router
        collect: {{snmp: {{every: 1s, timeout: 500ms}}, interfaces: {{every: 2s, exclude: []}}}}
      noc: {{role: server, behind: core-r1}}
  huyen:
    name: {name}
    level: district
    devices:
      huyen-r1: {{address: {address}, role: router, collect: {{tcp: {{port: {tcp}, every: 1s, timeout: 500ms}}}}}}
    uplinks: [{{to: core-r1, kind: fibre, carrier: vnpt, circuit: TN-01, bandwidth: 100M, remote: lo}}]
"""


class Service:
    """A project folder and the process that runs it."""

    def __init__(self, folder: Path, snmp_port: int, tcp_port: int) -> None:
        self.folder, self.port = folder, free_port()
        self.snmp_port, self.tcp_port = snmp_port, tcp_port
        self.process: subprocess.Popen[str] | None = None
        (folder / "inventory").mkdir(parents=True)
        (folder / "netmon.yaml").write_text(f"listen: 127.0.0.1:{self.port}\n")
        self.write()

    def write(self, name: str = "Huyện Thử", address: str = "127.0.0.2", broken: str = "") -> None:
        """Write the inventory anew."""
        text = INVENTORY.format(port=self.snmp_port, tcp=self.tcp_port, name=name, address=address)
        (self.folder / "inventory" / "all.yaml").write_text(text + broken)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "netmon.cli.main", *words]

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
        )

    def here(self, command: str, *words: str) -> Result:
        """The same in this process: a Python of its own takes a second to start."""
        return CliRunner().invoke(build([command]), [command, str(self.folder), *words], env=environment())

    def start(self) -> "Service":
        self.log = (self.folder / "service.log").open("a")
        self.process = subprocess.Popen(
            self.command("run", str(self.folder)),
            cwd=ROOT,
            env=environment(),
            stdout=self.log,
            stderr=self.log,
            text=True,
        )
        self.until(lambda: self.get("/-/ready")[0] == 200)
        return self

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.log.close()
        self.process = None
        return code

    def close(self) -> None:
        if self.process is not None:
            self.end(signal.SIGKILL)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def state(self, of: str, name: str) -> str | None:
        status = self.json("/api/v1/status")
        found = status[of].get(name)
        return None if found is None else str(found["state"])

    def metric(self, pattern: str) -> float | None:
        """The value of the first series that matches."""
        found = re.search(rf"^{pattern} (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return None if found is None else float(found[1])

    def until(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait for something that the service will do by itself."""
        end = time.monotonic() + seconds
        while not true():
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError((self.folder / "service.log").read_text())
            assert time.monotonic() < end, (self.folder / "service.log").read_text()
            time.sleep(0.05)


def environment() -> dict[str, str]:
    return os.environ | {"NETMON_TEST_COMMUNITY": COMMUNITY, "NO_COLOR": "1"}
