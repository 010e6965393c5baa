"""Does what a device says unasked reach an incident's evidence, from a real sender through the real service?"""

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ports import free_port
from tests.real.service import Service, environment
from tests.wire.senders import LINK_DOWN, Sender
from tests.wire.snmpd import COMMUNITY, Snmpd

NAME = "1.3.6.1.2.1.31.1.1.1.1.1"
WRONG = "n0t-the-word"


class Door:
    """A TCP port on 127.0.0.2 that answers until it is barred, and then is silent: its queue is full."""

    def __init__(self) -> None:
        self.sock = socket.create_server(("127.0.0.2", 0), backlog=1)
        self.sock.settimeout(0.05)
        self.port, self.barred = self.sock.getsockname()[1], threading.Event()
        self.keeper = threading.Thread(target=self._keep)
        self.keeper.start()

    def _keep(self) -> None:
        while not self.barred.is_set():
            with suppress(TimeoutError):
                self.sock.accept()[0].close()

    def bar(self) -> None:
        self.barred.set()
        self.keeper.join()

    def close(self) -> None:
        self.bar()
        self.sock.close()


class Listening:
    """A service that listens for traps and syslog, the district's door, and a sender."""

    def __init__(self, require: Callable[[str, str], str], folder: Path, snmp_port: int) -> None:
        self.door = Door()
        self.service = Service(folder / "project", snmp_port, self.door.port)
        self.traps, self.syslog = free_port(), free_port()
        with (self.service.folder / "netmon.yaml").open("a") as file:
            file.write(f'traps: {{listen: "127.0.0.1:{self.traps}"}}\nsyslog: {{listen: "127.0.0.1:{self.syslog}"}}\n')
            file.write("verdict: {confirm: 1s}\nlanguage: en\n")
        self.send = Sender(require, folder, self.traps)

    def say(self, line: str, source: str = "127.0.0.2") -> None:
        """A line of syslog."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((source, 0))
            sock.sendto(line.encode(), ("127.0.0.1", self.syslog))

    def count(self, family: str, label: str) -> float:
        return self.service.metric(re.escape(f"netmon_{family}_total{{{label}}}")) or 0.0

    def evidence(self) -> list[str]:
        incidents = self.service.json("/api/v1/incidents")
        return [clue["text"] for incident in incidents for clue in incident["evidence"]]


@pytest.fixture
def heard(require_program: Callable[[str, str], str], tmp_path: Path) -> Iterator[Listening]:
    agent = Snmpd(require_program("snmpd", "snmpd"), tmp_path).start()
    found = Listening(require_program, tmp_path, agent.port)
    try:
        found.service.start()
        yield found
    finally:
        found.service.close()
        found.door.close()
        agent.stop()


@pytest.mark.debian("snmpd")
@pytest.mark.debian("snmp")
def test_traps_and_syslog_become_evidence(heard: Listening) -> None:
    service = heard.service
    service.until(lambda: service.state("sites", "huyen") == "up")
    service.until(lambda: (service.metric(r'netmon_if_oper_status\{[^}]*if_name="lo"\}') or 0) == 1)
    heard.door.bar()
    service.until(lambda: (service.metric(r'netmon_probe_success\{[^}]*collector="tcp"[^}]*\}') or 0) == 0)
    heard.send.v2(WRONG, LINK_DOWN, NAME, "s", "lo")
    heard.send.v2(COMMUNITY, LINK_DOWN, NAME, "s", "lo")
    heard.send.v2(COMMUNITY, LINK_DOWN, "1.3.6.1.2.1.2.2.1.1.1", "i", "1")  # lo, by the number that snmpd gives it
    heard.send.v2(COMMUNITY, LINK_DOWN, NAME, "s", "eth9")
    heard.send.v2(COMMUNITY, "1.3.6.1.4.1.99999.0.1")
    heard.say("<189>7: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down")
    heard.say("<189>7: nothing of interest")
    heard.say("<189>7: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down", "127.0.0.9")
    service.until(lambda: service.state("sites", "huyen") == "down")
    service.until(lambda: "core-r1 reported its port lo down" in heard.evidence())
    service.until(lambda: "huyen-r1 reported a BGP neighbour lost" in heard.evidence())
    service.until(lambda: heard.count("traps_dropped", 'reason="unknown_trap"') == 1)  # the last of each
    service.until(lambda: heard.count("syslog_dropped", 'reason="unknown_sender"') == 1)
    assert heard.count("traps_received", 'kind="link_down"') == 2
    assert heard.count("traps_dropped", 'reason="community"') == 1
    assert heard.count("traps_dropped", 'reason="unknown_port"') == 1
    assert heard.count("traps_unknown", 'trap="1.3.6.1.4.1.99999.0.1"') == 1
    assert heard.count("syslog_received", 'kind="bgp_down"') == 1
    assert heard.count("syslog_dropped", 'reason="unknown_line"') == 1
    inform = heard.send.inform(["-v2c", "-c", COMMUNITY], LINK_DOWN, NAME, "s", "lo")
    heard.send.done(inform)
    page = service.get("/metrics")[1] + service.get("/api/v1/incidents")[1]
    assert service.end() == 0
    written = [path.read_bytes() for path in service.folder.rglob("*") if path.is_file()]
    for secret in (COMMUNITY, WRONG):
        assert secret not in page
        assert not any(secret.encode() in text for text in written)


@pytest.mark.debian("snmpd")
def test_pysnmp_is_imported_only_to_listen(require_program: Callable[[str, str], str], tmp_path: Path) -> None:
    service = Service(tmp_path / "project", free_port(), free_port())
    command = [sys.executable, "-X", "importtime", "-m", "netmon.cli.main", "run", str(service.folder), "--for", "1s"]

    def imported() -> set[str]:
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return {found for found in ("pysnmp", "pyasn1", "pysmi", "cryptography") if f" {found}\n" in done.stderr}

    assert imported() == set()
    with (service.folder / "netmon.yaml").open("a") as file:
        file.write('traps: {listen: "127.0.0.1:0"}\n')
    assert {"pysnmp", "pyasn1"} <= imported()


def test_a_taken_port_is_refused_in_one_line(tmp_path: Path) -> None:
    service = Service(tmp_path / "project", free_port(), free_port())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with (service.folder / "netmon.yaml").open("a") as file:
            file.write(f'traps: {{listen: "{where}"}}\n')
        done = service.call("run", str(service.folder), "--for", "1s")
    assert done.returncode == 1
    assert f"cannot listen for traps on {where}: " in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
