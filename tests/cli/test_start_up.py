"""Do mistakes at the start end in one line and an exit code, and does a broken inventory hide nothing?"""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon import __version__
from netmon.cli.main import build
from netmon.errors import InputError
from tests.cli.test_asking import STATES, make_project, run, service, told, unused
from tests.conftest import ROOT
from tests.web.shown import Shown

__all__ = ["unused"]

COLLECTOR = '''"""Does it do what it must not?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.errors import SecretMissing
from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A collector with mistakes."""

    METRICS: ClassVar[Mapping[str, Metric]] = {"netmon_odd": Metric("gauge", "Odd.")}
    REACHABILITY: ClassVar[bool] = False
    EVERY: ClassVar[float] = 2.0
    TIMEOUT: ClassVar[float] = 1.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """Odd things, by address."""
        if target.address == "127.0.0.2":
            return [Sample("netmon_undeclared", 1.0, ("a", "b"))]
        if target.address == "127.0.0.3":
            raise SecretMissing("env:GONE is not set")
        raise ZeroDivisionError("odd")
'''


def netmon(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netmon.cli.main", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def here(command: str, project: Path, *words: str) -> Result:
    """The same in this process."""
    return CliRunner().invoke(build([command]), [command, str(project), *words])


def test_it_says_which_version_it_is() -> None:
    assert netmon("--version").stdout == f"netmon {__version__}\n"


@pytest.fixture
def project(tmp_path: Path, unused: int) -> Path:
    """Three devices, asked by a collector that makes every mistake."""
    make_project(tmp_path, unused)
    (tmp_path / "collectors").mkdir()
    (tmp_path / "collectors" / "odd.py").write_text(COLLECTOR, encoding="utf-8")
    file = tmp_path / "inventory" / "all.yaml"
    text = file.read_text(encoding="utf-8").replace(", role: router}", ", role: router, collect: {odd: {}}}")
    text = text.replace("behind: core}", "behind: core, collect: {odd: {}}}").replace("env:SNMP_COMMUNITY", "public")
    file.write_text(text.replace("community: public", "community: file:word"), encoding="utf-8")
    (tmp_path / "word").write_text("public")
    return tmp_path


def one_line(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if "level=" not in line]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_port_that_is_taken(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (project / "netmon.yaml").write_text(f"listen: 127.0.0.1:{taken.getsockname()[1]}\n")
        assert "cannot listen on 127.0.0.1:" in one_line(netmon("run", str(project), "--for", "1s"))


def test_a_data_folder_that_cannot_be_made(project: Path) -> None:
    with (project / "netmon.yaml").open("a") as file:
        file.write("data: word/var\n")
    assert "word/var: the folder cannot be made" in one_line(netmon("run", str(project), "--for", "1s"))


def test_a_duration_that_is_none(project: Path) -> None:
    done = netmon("run", str(project), "--for", "abc")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "--for" in done.stderr


@pytest.mark.parametrize(
    ("device", "code", "error"),
    [("core", 0, None), ("noc", 1, "env:GONE is not set"), ("cqh-r1", 1, "ZeroDivisionError: odd")],
)
def test_probe_reports_what_a_plug_in_does_wrong(project: Path, device: str, code: int, error: str | None) -> None:
    done = here("probe", project, device, "odd", "--json")
    assert (done.exit_code, done.stderr) == (code, "")
    [told] = json.loads(done.stdout)
    assert (told["error"] or {}).get("text") == error
    if error is None:
        assert told["samples"] == [{"metric": "netmon_undeclared", "labels": {"0": "a", "1": "b"}, "value": 1.0}]
        assert "not declared" in here("probe", project, device, "odd").stdout


def test_coverage_survives_what_plug_ins_do_wrong(project: Path) -> None:
    done = here("coverage", project, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)["never_seen"]) == {"noc", "cqh-r1"}


@pytest.mark.parametrize("command", ["status", "incidents"])
def test_the_service_answers_while_the_inventory_is_broken(tmp_path: Path, command: str) -> None:
    with service(tmp_path, Shown(states=STATES, events=told())) as folder:
        with (folder / "inventory" / "all.yaml").open("a") as file:
            file.write("nonsense: [1\n")
        done, shown = run(command, str(folder), "--json"), run(command, str(folder))
    assert (done.exit_code, shown.exit_code) == (0, 0)
    assert json.loads(done.stdout) == (STATES if command == "status" else told())
    assert done.stderr.count("\n") == 1
    assert "inventory/all.yaml" in done.stderr
    assert "chau-que-ha" in shown.stdout


@pytest.mark.parametrize("settings", [None, "listen: nonsense\n"])
def test_without_a_service_a_broken_inventory_is_what_is_wrong(
    tmp_path: Path, unused: int, settings: str | None
) -> None:
    folder = make_project(tmp_path, unused)
    (folder / "inventory" / "all.yaml").write_text("nonsense: 1\n")
    if settings is not None:
        (folder / "netmon.yaml").write_text(settings)
    assert isinstance(run("status", str(folder)).exception, InputError)
