"""Does `netmon grafana push` put every dashboard into a Grafana, by the few requests that Grafana's own API wants?

What answers is a strict stand-in: it knows three requests, and refuses whatever Grafana would refuse.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from netmon.cli.main import build
from tests.conftest import ROOT, missing
from tests.ports import free_port

TOKEN = "glsa_example"
CLIENT = Path(f"{sys.prefix}-grafana")


class Grafana(ThreadingHTTPServer):
    """Folders by uid, dashboards by uid, and what it refused."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.folders: dict[str, str] = {}
        self.boards: dict[str, tuple[str, dict[str, Any]]] = {}
        self.full = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    """One request."""

    server: Grafana

    def do_GET(self) -> None:
        uid = self.path.removeprefix("/api/folders/")
        if self._allowed() and uid != self.path:
            there = uid in self.server.folders
            self._say(200 if there else 404, {"uid": uid} if there else {"message": "folder not found"})

    def do_POST(self) -> None:
        if not self._allowed():
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/folders" and body.keys() == {"title", "uid"} and body["uid"] not in self.server.folders:
            self.server.folders[body["uid"]] = body["title"]
            self._say(200, body)
        elif self.path == "/api/dashboards/db" and body["folderUid"] in self.server.folders and body["overwrite"]:
            board = body["dashboard"]
            if self.server.full:
                self._say(507, {"message": "no space\n\x1b[31m" + "x" * 5000})
            elif "id" in board or not 0 < len(board["uid"]) <= 40 or not board["title"]:
                self._say(412, {"message": "bad dashboard"})
            else:
                self.server.boards[board["uid"]] = (body["folderUid"], board)
                self._say(200, {"uid": board["uid"], "status": "success"})
        else:
            self._say(400, {"message": "bad request data"})

    def _allowed(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            return True
        self._say(401, {"message": "Invalid API key"})
        return False

    def _say(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody reads it."""


@contextmanager
def running() -> Iterator[Grafana]:
    server = Grafana()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def push(url: str, *more: str, token: str = TOKEN) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "netmon.cli.main", "grafana", "push", url, *more]
    env = {"GRAFANA_TOKEN": token, "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def client() -> None:
    """The environment that `make test` sets up beside netmon's own."""
    if not CLIENT.exists():
        missing(f"there is no grafana-client in {CLIENT} (make test)")


@pytest.mark.usefixtures("client")
def test_every_dashboard_arrives_as_it_is() -> None:
    with running() as grafana:
        done = push(grafana.url)
        again = push(grafana.url, "--language", "en", "--influx")
        assert (done.returncode, done.stderr) == (0, "")
        assert (again.returncode, again.stderr) == (0, "")
        assert grafana.folders == {"netmon": "netmon", "netmon-influx-en": "netmon (InfluxDB, English)"}
        for folder, name in (("netmon", "vi"), ("netmon-influx-en", "en-influx")):
            files = [
                json.loads(path.read_text("utf-8")) for path in (ROOT / f"grafana/dashboards/{name}").glob("*.json")
            ]
            there = {uid: board for uid, (at, board) in grafana.boards.items() if at == folder}
            assert there == {board["uid"]: board for board in files}
        assert all(uid in done.stdout + again.stdout for uid in grafana.boards)


@pytest.mark.usefixtures("client")
def test_a_refusal_is_one_short_line() -> None:
    with running() as grafana:
        wrong = push(grafana.url, token="wrong")
        assert grafana.folders == {}
        grafana.full = True
        full = push(grafana.url)
        assert grafana.boards == {}
    nobody = push(f"http://127.0.0.1:{free_port()}")
    for done, said in ((wrong, "the folder: "), (full, "netmon-conference: "), (nobody, "the folder: ")):
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert said in done.stderr
        assert "\x1b" not in done.stderr
        assert len(done.stderr) < 500
        assert TOKEN not in done.stderr


def test_what_is_missing_is_said_with_what_to_do(tmp_path: Path) -> None:
    no_client = push("http://127.0.0.1:1", "--client", str(tmp_path / "none"))
    assert no_client.returncode == 1
    assert "requirements-grafana.lock" in no_client.stderr
    no_token = push("http://127.0.0.1:1", "--token", "env:NOWHERE")
    assert (no_token.returncode, no_token.stderr.strip()) == (1, "--token: env:NOWHERE is not set")
    plain = push("http://127.0.0.1:1", "--token", "glsa_plain")
    assert plain.returncode == 1
    assert "env:NAME" in plain.stderr


def test_an_address_that_is_none_is_said_before_anything_is_asked() -> None:
    done = CliRunner().invoke(build(["grafana"]), ["grafana", "push", "grafana.example.vn:3000"])
    assert done.exit_code == 2
    assert "http://" in done.output


def test_netmon_itself_has_the_real_urllib3() -> None:
    """Its fork numbers its patches from 900 on, and would overwrite it if grafana-client stood beside netmon."""
    assert int(version("urllib3").split(".")[2]) < 900
