"""What does `netmon doctor` find where something is missing? Nothing here is running."""

import json
import os
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog
import typer

from netmon.cli._doctor_found import Found, Number, line
from netmon.cli._doctor_machine import amount, files
from netmon.cli.doctor import doctor
from netmon.run.journal.sql import Book
from tests.ports import free_port

INVENTORY = """\
province: thu-nghiem
levels: [province]
vantage: noc
timezone: Asia/Ho_Chi_Minh
sites:
  core:
    name: Trung tâm
    level: province
    devices:
      noc: {role: server, address: 127.0.0.1, collect: {tcp: {port: 1}}}
"""

PARTS = "damaged: 1 entries, 1 days of 1 curves (count as unmeasured): mark core; history 20000000007, 04/10/2024"

Examine = Callable[[str], tuple[int, dict[str, list[tuple[str, str]]]]]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def examine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Examine:
    """The exit code for a project with this netmon.yaml, and what is said under each name: (state, text)."""

    def run(settings: str) -> tuple[int, dict[str, list[tuple[str, str]]]]:
        (tmp_path / "inventory").mkdir(exist_ok=True)
        (tmp_path / "inventory" / "all.yaml").write_text(INVENTORY)
        (tmp_path / "netmon.yaml").write_text(f"language: en\n{settings}")
        with pytest.raises(typer.Exit) as caught:
            doctor(tmp_path, json=True)
        found: dict[str, list[tuple[str, str]]] = {}
        for row in json.loads(capsys.readouterr().out):
            found.setdefault(row["name"], []).append((row["state"], row["what"]))
            assert bool(row["do"]) or row["state"] in ("ok", "unknown")
        return caught.value.exit_code, found

    return run


def test_before_the_first_start_nothing_fails(examine: Examine) -> None:
    code, found = examine(f"listen: 127.0.0.1:{free_port()}\n")
    assert code == 0
    assert found["service"] == [("warn", "does not run")]
    assert found["ports"][0][0] == "ok"
    assert found["journal"] == [("ok", "none yet, made at the first start")]
    assert found["watched"] == [("warn", "nobody notices when this machine dies")]
    assert found["libraries"][0][0] == found["project"][0][0] == found["secrets"][0][0] == "ok"
    assert "Asia/Ho_Chi_Minh" in found["time zone"][0][1]


def test_what_is_in_the_way_is_named_with_its_reason(examine: Examine, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        port, gone = there.getsockname()[1], free_port()
        modem = tmp_path / "modem"
        code, found = examine(
            f"listen: 127.0.0.1:{free_port()}\n"
            f"traps: {{listen: '127.0.0.1:{ear.getsockname()[1]}'}}\n"
            f"deadman: {{urls: ['http://127.0.0.1:{gone}/secret-key']}}\n"
            "notifiers:\n"
            f"  near: {{webhook: {{url: 'http://127.0.0.1:{port}/'}}}}\n"
            f"  gone: {{mail: {{server: '127.0.0.1:{gone}', to: [a@b.vn]}}}}\n"
            "  lost: {webhook: {url: 'http://nobody.invalid/secret-key', token: env:NETMON_NOT_SET}}\n"
            f"  text: {{sms: {{port: '{modem}', to: ['0912345678']}}}}\n"
            "  screen: {console: {}}\n"
        )
    assert code == 1
    assert found["secrets"] == [("fail", "not set: env:NETMON_NOT_SET")]
    assert [state for state, _ in found["ports"]] == ["ok", "fail"]
    channels = dict(zip(("near", "gone", "lost", "text", "screen", "deadman"), found["channel"], strict=True))
    assert channels["near"] == ("ok", f"near: 127.0.0.1:{port} can be reached")
    assert channels["gone"][0] == channels["lost"][0] == channels["text"][0] == channels["deadman"][0] == "fail"
    assert "refused" in channels["gone"][1]
    assert "nobody.invalid cannot be looked up" in channels["lost"][1]
    assert str(modem) in channels["text"][1]
    assert channels["screen"] == ("unknown", "screen: only a message shows whether it works: netmon drill")
    assert "secret-key" not in str(found)


def test_a_damaged_journal_and_a_project_that_cannot_be_read_are_told(
    examine: Examine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, data = f"listen: 127.0.0.1:{free_port()}\n", tmp_path / "var"
    data.mkdir()
    journal = Book(data / "journal.db")
    [held, whole] = examine(settings)[1]["journal"]
    assert held == ("fail", f"process {os.getpid()} has it, and does not answer on `listen:`")
    assert whole[0] == "ok"
    journal.within(lambda database: database.execute("INSERT INTO log VALUES (1, 2.0, 'mark', 'core', '{}')"))
    journal.within(lambda database: database.execute("INSERT INTO history_days VALUES (20000000007, x'00')"))
    journal.close()
    code, found = examine(settings)
    assert (code, found["journal"]) == (0, [("warn", PARTS)])
    with (data / "journal.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8192))
    code, found = examine(settings)
    assert (code, found["journal"][0][0]) == (1, "fail")
    (tmp_path / "netmon.yaml").write_text("listen: here\n")
    with pytest.raises(typer.Exit) as caught:
        doctor(tmp_path)
    assert caught.value.exit_code == 1
    told = capsys.readouterr().out
    assert "netmon.yaml:1:9" in told
    assert "không đọc được, 1 lỗi" in told
    (tmp_path / "netmon.yaml").write_text("listen: here\nlanguage: en\n")
    with pytest.raises(typer.Exit):
        doctor(tmp_path)
    assert "cannot be read, mistakes: 1, the first netmon.yaml:1:9" in capsys.readouterr().out


def test_numbers_are_those_of_the_language() -> None:
    """And an unlimited number of files is not -1 of them."""
    off = Found("clock", "fail", "off", {"server": "ntp1.x.vn", "seconds": Number("1,234.5")})
    assert [line(off, each).what[:14] for each in ("vi", "en")] == ["lệch 1.234,5 g", "1,234.5 s off "]
    assert line(off, "vi").what.endswith("ntp1.x.vn")
    assert [amount(size).told("vi") for size in (999, 12_300, 73_100_000_000)] == ["999 B", "12,3 kB", "73,1 GB"]
    said = [line(files(1234, limit), "vi").what for limit in (20_000, 1000, resource.RLIM_INFINITY)]
    assert said == [f"{start}, cần khoảng 1.234" for start in ("được mở 20.000", "được mở 1.000", "không giới hạn")]


@contextmanager
def service(metrics: bytes) -> Iterator[int]:
    """Whoever says that it is well, and these metrics; its port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(metrics if self.path == "/metrics" else b"ok")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_numbers_that_a_server_does_not_take_are_told(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    Book(tmp_path / "var" / "journal.db").close()
    waits = f"""# HELP netmon_export_spool_lines What.
netmon_export_spool_lines{{exporter="influxdb"}} 12345
netmon_export_spool_lines{{exporter="remote_write"}} 40
netmon_export_oldest_timestamp_seconds{{exporter="influxdb"}} {time.time() - 7200}
netmon_export_oldest_timestamp_seconds{{exporter="remote_write"}} {time.time() - 5}
netmon_export_oldest_timestamp_seconds{{exporter="else\xff"}} nonsense
"""
    with service(waits.encode("latin-1")) as port:
        pushed = "exporters: {prometheus: {}, influxdb: {url: 'http://127.0.0.1:9'}, remote_write: {url: 'http://x/w'}}"
        code, found = examine(f"listen: 127.0.0.1:{port}\n{pushed}\n")
        assert code == 1
        assert [state for state, _ in found["numbers"]] == ["fail", "ok"]
        assert found["numbers"][0][1] == "influxdb: 12,345 lines wait, the oldest for 2h"
        assert found["numbers"][1][1] == "remote_write: the server takes them"
        assert "numbers" not in examine(f"listen: 127.0.0.1:{port}\n")[1]
    assert "numbers" not in examine(f"listen: 127.0.0.1:{free_port()}\n{pushed}\n")[1]
