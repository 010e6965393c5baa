"""Does the service, as people start it, do what the commands and signals promise?"""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.service import Service
from tests.wire.snmpd import Snmpd


@pytest.fixture
def agent(tmp_path: Path, require_program: Callable[[str, str], str]) -> Iterator[Snmpd]:
    folder = tmp_path / "agent"
    folder.mkdir()
    snmpd = Snmpd(require_program("snmpd", "snmpd"), folder).start()
    yield snmpd
    snmpd.stop()


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """A port on every loopback address, where connections may wait for as long as the test lasts."""
    with socket.create_server(("0.0.0.0", 0), backlog=4000) as listener:
        yield listener


@pytest.fixture
def service(tmp_path: Path, agent: Snmpd, door: socket.socket) -> Iterator[Service]:
    made = Service(tmp_path / "project", agent.port, door.getsockname()[1])
    yield made
    made.close()


def test_metrics_of_the_running_service_please_promtool(
    service: Service, require_program: Callable[[str, str], str]
) -> None:
    promtool = require_program("promtool", "prometheus")
    service.start()
    service.until(lambda: service.metric(r'netmon_if_oper_status\{.*if_?[nN]ame="lo".*\}') is not None)
    service.until(lambda: service.state("sites", "huyen") == "up")
    page = service.get("/metrics")[1]
    checked = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    for family in (
        "netmon_site_info",
        "netmon_site_state",
        "netmon_probe_success",
        "netmon_if_receive_bytes_total",
        "netmon_build_info",
    ):
        assert f"\n{family}{{" in page


def test_sighup_takes_a_good_inventory_and_refuses_a_bad_one(service: Service) -> None:
    service.start()
    service.until(lambda: service.state("sites", "huyen") == "up")
    assert service.process is not None
    service.write(broken="nonsense: 1\n")
    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.metric(r'netmon_reloads_total\{outcome="failure"\}') == 1)
    assert "inventory/all.yaml:" in (service.folder / "service.log").read_text()
    assert service.state("sites", "huyen") == "up"
    service.write(name="Huyện Mới")
    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.metric(r'netmon_reloads_total\{outcome="success"\}') == 1)
    assert 'name="Huyện Mới"' in service.get("/metrics")[1]
    assert service.state("sites", "huyen") == "up"


def test_sigterm_ends_cleanly_and_the_journal_remembers(service: Service) -> None:
    service.start()
    service.until(lambda: service.state("sites", "huyen") == "up")
    began = time.monotonic()
    assert service.end() == 0
    assert time.monotonic() - began < 5.0
    asked = service.here("status", "--json")
    assert asked.exit_code == 3
    assert '"huyen": {"state": "up"' in asked.stdout.replace("\n", "").replace("  ", "")
    assert asked.stderr


def test_an_outage_survives_kill_9_under_one_number(service: Service, agent: Snmpd) -> None:
    service.start()
    service.until(lambda: service.state("sites", "core") == "up")
    agent.freeze()
    service.until(lambda: any(each["state"] == "open" for each in service.json("/api/v1/incidents")), 30.0)
    before = service.json("/api/v1/incidents")
    told = f"#{before[0]['id']},"
    service.until(lambda: told in (service.folder / "service.log").read_text())
    service.until(lambda: service.metric(r'netmon_notices_waiting\{recipient="\w+"\}') == 0)  # or it is told once more
    service.end(signal.SIGKILL)
    service.start()
    again = service.json("/api/v1/incidents")
    assert [each["id"] for each in again] == [each["id"] for each in before]
    agent.thaw()
    service.until(lambda: all(each["state"] == "resolved" for each in service.json("/api/v1/incidents")), 30.0)
    after = service.json("/api/v1/incidents")
    assert [each["id"] for each in after] == [each["id"] for each in before]
    service.until(lambda: (service.folder / "service.log").read_text().count(told) == 2)


def test_probe_explains_what_was_asked_and_answered(service: Service) -> None:
    probed = service.here("probe", "core-r1", "snmp")
    assert probed.exit_code == 0, probed.stderr
    assert "GET 1.3.6.1.2.1.1.1.0" in probed.stdout
    assert "netmon-agent" in probed.stdout
    assert "netmon_device_uptime_seconds" in probed.stdout
    wrong = service.call("probe", str(service.folder), "core-r2")
    assert (wrong.returncode, wrong.stderr) == (1, "no device, link or service core-r2 (did you mean core-r1?)\n")


def test_probe_of_a_dead_device_says_so(service: Service, agent: Snmpd) -> None:
    agent.freeze()
    try:
        probed = service.here("probe", "core-r1", "snmp", "--json")
    finally:
        agent.thaw()
    assert probed.exit_code == 1
    assert '"type": "Unreachable"' in probed.stdout


def test_coverage_sums_up_what_cannot_be_seen(service: Service) -> None:
    covered = service.here("coverage")
    assert covered.exit_code == 0, covered.stderr
    lines = covered.stdout.splitlines()
    assert lines[0] == "2 of 3 devices answered"
    assert "   1  ping_only: alive, and no SNMP is asked or answered" in lines
    assert "      huyen-r1" in lines
    assert "   1  name_differs: the device calls itself otherwise" in lines
    assert "      core-r1 (netmon-agent)" in lines
    assert "   0  link_unseen: no address answers and no port is seen" in lines


def test_an_unset_secret_stops_run_with_one_line(service: Service) -> None:
    (service.folder / "inventory" / "all.yaml").write_text(
        (service.folder / "inventory" / "all.yaml").read_text().replace("NETMON_TEST_COMMUNITY", "NETMON_NOT_SET")
    )
    assert service.here("check").exit_code == 0
    ran = service.call("run", str(service.folder), "--for", "1s")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "env:NETMON_NOT_SET is not set" in ran.stderr
