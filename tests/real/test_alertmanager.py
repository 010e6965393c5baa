"""Do the real Prometheus and the real Alertmanager get on with netmon, both ways, and do people come in between?

One Prometheus, one Alertmanager and one netmon, for one test, since each takes its time to start: Prometheus evaluates
a rule over netmon's own metrics and sends what fires to netmon, which tells the Alertmanager of an incident; a reload
of netmon ends it.
"""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from tests.conftest import find_program, missing
from tests.ports import free_port
from tests.real.service import Service

INVENTORY = """\
province: thu-nghiem
levels: [province, district]
vantage: noc
anchors: [core-r1]
timezone: Asia/Ho_Chi_Minh
sites:
  core:
    name: Trung tâm
    level: province
    devices:
      core-r1: {{address: 127.0.0.1, role: router, collect: {{tcp: {{port: {tcp}, every: 1s, timeout: 500ms}}}}}}
      noc: {{role: server, behind: core-r1}}
  huyen:
    name: Huyện Thử
    level: district
    devices:
      huyen-r1: {{address: 127.0.0.2, role: router, collect: {{tcp: {{port: {tcp}, every: 1s, timeout: 500ms}}}}}}
    uplinks: [{{to: core-r1, kind: fibre, circuit: TN-01, bandwidth: 100M}}]
"""
SETTINGS = """\
listen: 127.0.0.1:{own}
verdict: {{confirm: 1s, wait: 500ms}}
url: http://127.0.0.1:{own}
api: {{tokens: {{prometheus: "file:prometheus.token"}}}}
notifiers: {{am: {{alertmanager: {{url: "http://127.0.0.1:{alertmanager}"}}}}}}
"""
TOKEN = "a-token-that-prometheus-shows"
RULES = """\
groups:
  - name: netmon
    rules:
      - alert: NeverReloaded
        expr: netmon_reloads_total{outcome="success"} < 1
        labels: {severity: critical, device: huyen-r1}
        annotations: {summary: "đã nạp lại {{ $value }} lần"}
"""
PROMETHEUS = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: netmon, static_configs: [{{targets: ["127.0.0.1:{own}"]}}]}}]
alerting:
  alertmanagers:
    - authorization: {{credentials: {token}}}
      static_configs: [{{targets: ["127.0.0.1:{own}"]}}]
"""


@contextmanager
def program(name: str, package: str, folder: Path, *options: str) -> Iterator[None]:
    """A program of Debian's, whose log is shown if it ends before it is told to."""
    path = find_program(name)
    if path is None:
        missing(f"{name} is not installed (apt-get install {package})")
    log = folder / f"{name}.log"
    with log.open("wb") as output, subprocess.Popen([str(path), *options], stdout=output, stderr=output) as running:
        try:
            yield
            assert running.poll() is None, log.read_text(errors="replace")
        finally:
            running.terminate()


class World:
    """All three, and what each of them says."""

    def __init__(self, service: Service, alertmanager: int) -> None:
        self.service, self._alertmanager = service, alertmanager

    def incidents(self) -> list[dict[str, Any]]:
        """netmon's incidents that came as alerts."""
        return [one for one in self.service.json("/api/v1/incidents") if one["kind"] == "alert"]

    def run(self, command: str, *words: str) -> Result:
        """A command of netmon's, in this process: it asks the service."""
        return CliRunner().invoke(build([command]), [command, str(self.service.folder), *words])

    def ready(self) -> bool:
        """Whether the Alertmanager answers by now."""
        with suppress(OSError):
            return self.firing() == []
        return False

    def firing(self) -> list[dict[str, Any]]:
        """The alerts that the Alertmanager has."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._alertmanager}/api/v2/alerts", timeout=30) as reply:
            found: list[dict[str, Any]] = json.load(reply)
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("alerts")
    with ExitStack() as stack:
        answering = stack.enter_context(socket.create_server(("0.0.0.0", 0), backlog=4000))
        alertmanager, prometheus = free_port(), free_port()
        service = Service(folder / "project", snmp_port=0, tcp_port=answering.getsockname()[1])
        (service.folder / "inventory" / "all.yaml").write_text(INVENTORY.format(tcp=service.tcp_port))
        (service.folder / "netmon.yaml").write_text(SETTINGS.format(own=service.port, alertmanager=alertmanager))
        (service.folder / "prometheus.token").write_text(TOKEN)
        (folder / "am.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        (folder / "rules.yml").write_text(RULES)
        (folder / "prometheus.yml").write_text(PROMETHEUS.format(own=service.port, token=TOKEN))
        options = [f"--config.file={folder / 'am.yml'}", f"--storage.path={folder / 'am'}", "--cluster.listen-address="]
        options += [f"--web.listen-address=127.0.0.1:{alertmanager}"]
        stack.enter_context(program("prometheus-alertmanager", "prometheus-alertmanager", folder, *options))
        options = [f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
        options += [f"--web.listen-address=127.0.0.1:{prometheus}", "--log.level=warn"]
        stack.enter_context(program("prometheus", "prometheus", folder, *options))
        stack.callback(service.close)
        service.start()
        found = World(service, alertmanager)
        service.until(found.ready)
        yield found


def test_what_fires_becomes_an_incident_people_take_it_and_it_ends(world: World) -> None:
    service = world.service
    service.until(lambda: world.incidents() != [], 30)
    [incident] = world.incidents()
    assert (incident["root"], incident["severity"], incident["state"]) == ("huyen-r1", "critical", "open")
    assert incident["evidence"][0]["text"] == "NeverReloaded: đã nạp lại 0 lần"

    service.until(lambda: world.firing() != [])
    [alert] = world.firing()
    assert alert["labels"] == {
        "alertname": "NetmonAlert",
        "incident": str(incident["id"]),
        "root": "huyen-r1",
        "site": "huyen",
        "level": "district",
        "severity": "critical",
    }
    assert (alert["status"]["state"], "NeverReloaded" in alert["annotations"]["summary"]) == ("active", True)

    assert world.run("ack", str(incident["id"]), "--who", "binh").stdout == f"#{incident['id']} is taken by binh\n"
    [incident] = world.incidents()
    assert incident["acked_by"] == "binh"
    assert [(act["verb"], act["who"], act["by"]) for act in incident["acts"]] == [("ack", "binh", "cli")]

    assert service.process is not None
    os.kill(service.process.pid, signal.SIGHUP)
    service.until(lambda: world.incidents()[0]["state"] == "resolved", 30)
    service.until(lambda: world.firing() == [], 30)
    assert "binh" in world.run("incidents").stdout
    assert "is over since" in str(world.run("ack", str(incident["id"]), "--who", "lan").exception)

    refused(world)
    log = (service.folder / "service.log").read_text()
    assert TOKEN not in log
    assert (service.folder / "var" / "api.token").read_text().strip() not in log


def refused(world: World) -> None:
    """Whoever shows no right token changes nothing."""
    url = f"http://127.0.0.1:{world.service.port}/api/v2/alerts"
    body = json.dumps([{"labels": {"alertname": "Forged"}}]).encode()
    request = urllib.request.Request(url, body, {"Authorization": "Bearer nonsense"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=5)
    caught.value.close()
    assert caught.value.code == 401
    assert [one for one in world.incidents() if "Forged" in json.dumps(one)] == []
    assert world.service.metric(r'netmon_acts_total{outcome="refused"}') == 1
