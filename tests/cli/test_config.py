"""`netmon config`, as an operator uses it: a real login, a real repository."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from tests.conftest import ROOT
from tests.run.test_backup import CONFIG, HIDDEN, INVENTORY, MOVED
from tests.settings.written import write
from tests.wire.sshcli import PASSWORD, USER, SshCli, serving


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def config(*arguments: object) -> Result:
    return CliRunner().invoke(build(["config"]), ["config", *map(str, arguments)])


def process(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netmon.cli.main", "config", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )


@pytest.fixture
def cli() -> Iterator[SshCli]:
    with serving({"show running-config": CONFIG, "show startup-config": CONFIG}, "core#") as cli:
        yield cli


@pytest.fixture
def project(tmp_path: Path, cli: SshCli) -> Path:
    """Of its two devices one answers; the other's address is refused, for nobody listens there."""
    text = INVENTORY.replace("USER", USER).replace("PORT", str(cli.port)).replace("127.0.0.2", "127.0.0.2")
    files = {"a.yaml": text, "secrets/community": "viet-nam-1975", "secrets/password": PASSWORD}
    project = write(tmp_path / "tinh", files)
    write(project, {"netmon.yaml": "language: en\n"})
    cli.known_hosts(project / "known_hosts")
    return project


def test_backup_and_diff(project: Path, cli: SshCli) -> None:
    assert config("diff", project, "core").exit_code == 1
    first = config("backup", project, "core")
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines()[1].split() == ["core", "kept", "for", "the", "first", "time", "13", "minh", "yes"]
    cli.answers["show running-config"] = MOVED
    again = config("backup", project, "core")
    assert "changed" in again.stdout
    assert "+1 -1" in again.stdout
    assert "no, 2 lines differ" in again.stdout
    shown = process("diff", project, "core")  # git itself prints it
    assert shown.returncode == 0
    assert "+ ip address 10.28.4.9 255.255.255.252" in shown.stdout
    assert HIDDEN not in first.stdout + again.stdout + shown.stdout


def test_one_that_fails_is_told_and_the_others_are_kept(project: Path) -> None:
    done = config("backup", project)
    assert done.exit_code == 1
    failed, kept = done.stdout.splitlines()[1:]
    assert failed.startswith("edge  ")
    assert "failed: 127.0.0.2" in failed
    assert kept.startswith("core  ")


def test_what_is_not_kept_is_said_so(project: Path) -> None:
    done = config("backup", project, "cor")
    assert done.exit_code == 1
    assert done.stderr == "no configuration is kept of 'cor' (did you mean 'core'?)\n"
    theirs = config("backup", project, "theirs")
    assert (theirs.exit_code, theirs.stderr) == (1, "'theirs' has no `cli:`, so nobody logs in to it\n")
