"""Does somebody notice when netmon is stopped, and does the rest go on when a part of it cannot?

The real service on a small project, its data on a disk of 3 MB, most of its channels hanging. Those who are told that
it lives are a real HTTP server and a second netmon, which runs beside it.
"""

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer

from netmon.cli.doctor import doctor
from netmon.cli.drill import drill
from netmon.run.journal.notices import read
from netmon.run.journal.seam import read_only
from tests.conftest import ROOT
from tests.real.service import Service, environment

INVENTORY = """\
province: thu-nghiem
levels: [province, district]
vantage: noc
anchors: [core-r1]
timezone: Asia/Ho_Chi_Minh
carriers: {{vnpt: {{name: VNPT}}}}
defaults: {{collect: {{tcp: {{port: {core}, every: 1s, timeout: 500ms}}}}}}
sites:
  core:
    name: Trung tâm
    level: province
    devices:
      core-r1: {{address: 127.0.0.1, role: router}}
      noc: {{role: server, behind: core-r1}}
  huyen:
    name: Huyện Thử
    level: district
    devices:
      huyen-r1: {{address: 127.0.0.2, role: router, collect: {{tcp: {{port: {far}, every: 1s, timeout: 500ms}}}}}}
    uplinks: [{{to: core-r1, kind: fibre, carrier: vnpt, circuit: TN-01}}]
"""
TOKEN = "t" * 32


class Sink:
    """An HTTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.pings: list[float] = []
        self.told: list[dict[str, Any]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                sink.pings.append(time.monotonic())
                self._ok()

            def do_POST(self) -> None:
                sink.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self._ok()

            def _ok(self) -> None:
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self, kind: str) -> list[str]:
        return [one["event"] for one in list(self.told) if one["incident"]["kind"] == kind]

    def silent_for(self) -> float:
        return time.monotonic() - self.pings[-1] if self.pings else 0.0

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Pair:
    """A netmon, another that watches it, the server that both tell, and the second door of the network: while it is
    stuffed, nobody answers at the district."""

    watched: Service
    watcher: Service
    sink: Sink
    far: socket.socket
    disk: Path


def project(folder: Path, ports: Sequence[int], settings: Sequence[str]) -> Service:
    one = Service(folder, 1, 1)
    (folder / "inventory" / "all.yaml").write_text(INVENTORY.format(core=ports[0], far=ports[1]))
    (folder / "netmon.yaml").write_text("\n".join((f"listen: 127.0.0.1:{one.port}", *settings)) + "\n")
    (folder / "token").write_text(TOKEN)
    return one


def begin(one: Service, *before: str) -> None:
    """Start the service, as a child of `before`."""
    one.log = (one.folder / "service.log").open("a")
    command = [*before, sys.executable, "-m", "netmon.cli.main", "run", str(one.folder)]
    one.process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=one.log, stderr=one.log, text=True)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, require_program: Callable[[str, str], str]) -> Iterator[Pair]:
    unshare = require_program("unshare", "util-linux")
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        hosts = "127.0.0.1", "127.0.0.2", "127.0.0.1"  # nobody takes in what comes: two connections a second
        *doors, deaf = [stack.enter_context(socket.create_server((host, 0), backlog=4000)) for host in hosts]
        for end in (modem := pty.openpty()):
            stack.callback(os.close, end)
        ports = [each.getsockname()[1] for each in doors]
        folder = tmp_path_factory.mktemp("watched")
        desk = f"  desk: {{webhook: {{url: '{sink.url}'}}}}"
        watches = "watches: {yb-noc-1: {every: 1s, grace: 2s}}", "api: {tokens: {yb-noc-1: file:token}}"
        watcher = project(folder / "watcher", ports, (*watches, "verdict: {confirm: 1h}", "notifiers:", desk))
        peer = f"http://127.0.0.1:{watcher.port}/-/beat/yb-noc-1"
        hanging = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        settings = (
            "verdict: {confirm: 1s}",
            "deadman:",
            f"  {{every: 1s, peer: '{peer}', token: file:token,",
            f"   urls: ['{sink.url}', '{hanging}', 'http://nobody.invalid/']}}",
            "notifiers:",
            desk,
            f"  deaf: {{webhook: {{url: '{hanging}'}}}}",
            f"  post: {{mail: {{server: '127.0.0.1:{deaf.getsockname()[1]}', to: [a@b.vn]}}}}",
            "  lost: {webhook: {url: 'http://nobody.invalid/'}}",
            "  chat: {apprise: {url: file:chat}}",
            f"  prom: {{alertmanager: {{url: '{hanging}'}}}}",
            "  wall: {command: {run: [sleep, '60']}}",
            f"  text: {{sms: {{port: {os.ttyname(modem[1])}, to: ['0912345678']}}}}",
            f"  ring: {{call: {{port: {os.ttyname(modem[1])}, to: ['0912345678']}}}}",
        )
        watched = project(folder / "watched", ports, settings)
        (watched.folder / "chat").write_text(hanging.replace("http:", "json:"))
        data = watched.folder / "var"
        data.mkdir()
        for one in (watcher, watched):
            stack.callback(one.close)
        begin(watcher)
        mounted = f'mount -t tmpfs -o size=3m tmpfs "{data}" && exec "$@"'
        begin(watched, unshare, "-Urm", "sh", "-c", mounted, "sh")
        for one in (watcher, watched):
            one.until(lambda one=one: one.get("/-/ready")[0] == 200)  # type: ignore[misc]
        assert watched.process is not None
        disk = Path("/proc", str(watched.process.pid), "root", *data.parts[1:])
        yield Pair(watched, watcher, sink, doors[1], disk)


def polls(one: Service) -> float:
    """How often the centre was asked."""
    found = one.metric(r'netmon_probe_sent_total\{[^}]*"core-r1"[^}]*\}')
    assert found is not None
    return found


def taken(pair: Pair, to: Path) -> Path:
    """A copy of the journal as it is: its disk is in a place of its own, which SQLite does not find."""
    assert pair.watched.process is not None
    pair.watched.process.send_signal(signal.SIGSTOP)
    for file in pair.disk.glob("journal.db*"):
        shutil.copy(file, to)
    pair.watched.process.send_signal(signal.SIGCONT)
    return to / "journal.db"


def test_a_stopped_netmon_is_missed_by_another_and_by_a_server_outside(pair: Pair) -> None:
    watched, watcher, sink = pair.watched, pair.watcher, pair.sink
    assert watched.process is not None
    watched.until(lambda: sink.silent_for() < 1.5 and len(sink.pings) >= 2)
    watched.until(lambda: sink.events("peer") in ([], ["opened", "resolved"]))
    before = len(sink.events("peer"))  # it may have been missed before it had begun
    watched.process.send_signal(signal.SIGSTOP)
    watcher.until(lambda: sink.events("peer")[before:] == ["opened"])
    assert sink.silent_for() > 1.5
    assert "yb-noc-1" in sink.told[-1]["text"]
    watched.process.send_signal(signal.SIGCONT)
    watcher.until(lambda: sink.events("peer")[before:] == ["opened", "resolved"])
    watched.until(lambda: sink.silent_for() < 1.5)
    assert watched.get("/-/healthy") == (200, "ok\n")


def test_with_a_full_disk_the_switch_is_let_go_of_and_what_happened_meanwhile_is_told_by_all_that_work(
    pair: Pair, tmp_path: Path
) -> None:
    watched, sink = pair.watched, pair.sink
    watched.until(lambda: watched.state("sites", "huyen") == "up")
    ballast = pair.disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    pair.far.listen(0)  # what has come is more than may wait: the kernel answers no more
    watched.until(lambda: "journal" in watched.get("/-/healthy")[1])
    watched.until(lambda: sink.silent_for() > 2.0)
    assert sink.events("outage") == []
    before = polls(watched)
    watched.until(lambda: polls(watched) > before)
    ballast.unlink()
    watched.until(lambda: sink.events("outage") == ["opened"])
    watched.until(lambda: watched.metric(r'netmon_notices_waiting\{recipient="desk"\}') == 0)  # it is written down, too
    watched.until(lambda: sink.silent_for() < 1.5)
    assert watched.get("/-/healthy") == (200, "ok\n")
    journal = taken(pair, tmp_path)
    found = {each.notice.to: each.state for each in read(journal, 0.0)}
    assert found.pop("desk") == "delivered"
    assert found.keys() == {"deaf", "post", "lost", "chat", "prom", "wall", "text", "ring"}
    assert set(found.values()) <= {"claimed", "pending"}
    [incident] = read_only(journal).incidents.values()
    assert (incident.kind, incident.root, incident.state) == ("outage", "huyen", "open")


def test_a_drill_goes_the_whole_way_and_is_shown_and_the_doctor_finds_the_service_well(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher, sink = pair.watcher, pair.sink
    wish = f"http://127.0.0.1:{watcher.port}/api/v1/drills"
    with pytest.raises(urllib.error.HTTPError, match="401"):  # a peer's token says that it lives, and nothing else
        urllib.request.urlopen(urllib.request.Request(wish, b'{"who": "x"}', {"Authorization": f"Bearer {TOKEN}"}))
    drill(str(watcher.folder), who="minh")
    assert "has begun" in capsys.readouterr().out
    watcher.until(lambda: sink.events("drill") == ["opened"])
    watcher.until(lambda: read(watcher.folder / "var" / "journal.db", 0.0)[-1].state == "delivered")
    drill("show", watcher.folder, json=True)
    [shown] = json.loads(capsys.readouterr().out)
    assert (shown["resolved_at"], shown["acked_by"]) == (None, "")
    [sent] = shown["sent"]
    assert (sent["to"], sent["by"], sent["state"], sent["why"]) == ("desk", "desk", "delivered", "")
    drill("show", watcher.folder)
    assert "đã tới" in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        doctor(watcher.folder, json=True)
    lines = {(line["name"], line["state"]): line["what"] for line in json.loads(capsys.readouterr().out)}
    assert "đang chạy" in lines["dịch vụ", "ok"]
    assert "nguyên vẹn" in lines["nhật ký", "ok"]
    assert "desk: nối được" in lines["kênh gửi", "ok"]
