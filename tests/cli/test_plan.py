"""`netmon plan` compares two folders, or a folder with its own past."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from netmon.cli.main import build
from netmon.errors import InputError
from netmon.settings.project import load
from tests.decide.test_plan import BEFORE, FIRST
from tests.settings.written import NOTIFIER, SMALL, write

SCENARIO = "duration: 2m\nevents: [{at: 10s, cut: b/2}]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(
        tmp_path / "p", {"a.yaml": SMALL, "b.yaml": BEFORE, "netmon.yaml": "", "alerts/scenarios/s.yaml": SCENARIO}
    )


def run(*words: str) -> str:
    done = CliRunner().invoke(build(["plan", "check"]), ["plan", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0
    return done.stdout


def commit(project: Path, git: str) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"]):
        subprocess.run([git, "-C", str(project), *words], check=True, capture_output=True)


def test_a_page_and_json_say_the_same(project: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(project, old)
    assert "Nothing differs" in run(str(old), str(project))
    write(project, {"b.yaml": BEFORE.replace(FIRST, "")})
    page = run(str(old), str(project))
    told = json.loads(run(str(old), str(project), "--json"))
    assert told["counts"]["link"] == {"added": 0, "removed": 1, "changed": 1, "total": 2}
    effects = list(dict.fromkeys(item["effect"] for item in told["items"]))
    assert effects[:4] == ["silent", "redundancy_lost", "mixed_up", "scenario"]
    assert [item["id"] for item in told["items"] if item["effect"] == "scenario"] == ["s"]
    assert all(item["text"] in page for item in told["items"])
    assert "was inventory/b.yaml:11" in page
    assert next(item["at"] for item in told["items"] if item["id"] == "b") == "inventory/b.yaml:3"


def test_a_git_revision_by_present_plug_ins(project: Path, require_program: Callable[[str, str], str]) -> None:
    git = require_program("git", "git")
    commit(project, git)
    write(project, {"b.yaml": BEFORE.replace("10.6.0.2", "10.6.0.9"), "notifiers/gong.py": NOTIFIER})
    load(project)  # Python keeps the compiled plug-in beside it
    before = sorted(project.rglob("*"))
    assert json.loads(run("HEAD", str(project), "--json"))["starts_anew"] == ["b-cam"]
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("old", ["nonsense", "--help-me", "HEAD"])
def test_what_is_no_past_is_said(project: Path, old: str, require_program: Callable[[str, str], str]) -> None:
    require_program("git", "git")
    with pytest.raises(InputError, match="neither a folder nor a git revision"):
        run("--", old, str(project))


def test_a_new_project_that_is_wrong(project: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(project, old)
    write(project, {"b.yaml": BEFORE.replace("to: core", "to: nothing")})
    with pytest.raises(InputError, match="nothing"):
        run(str(old), str(project))
    with pytest.raises(InputError, match=f"^{project}:inventory/b.yaml:"):
        run(str(project), str(old))
