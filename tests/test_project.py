"""Is the repository complete, and free of what belongs to one machine?"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import netmon
from tests.conftest import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-grafana.lock")
REQUIRED = (
    "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", "netmon.yaml", ".ci/run", ".gitignore",
    "requirements.lock", "requirements-dev.lock", "docs/guide.md", "deploy/netmon.service", "alerts/rules/netmon.yaml",
    "inventory/province.yaml", "grafana/provisioning/datasources/netmon.yaml",
)  # fmt: skip
OUTPUT = {
    ".git", ".venv", ".venv-grafana", "var", "dist", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".hypothesis",
}  # fmt: skip
# Spelt so that this file is not what it looks for.
FOREIGN = re.compile(
    "|".join(["python" + "hosted", "py" + r"pi\.org", "npm" + r"js\.org", "deb" + r"\.debian\.org"])
    + r"|(?<![\w.])/(?:"
    + "|".join(["wo" + "rk", "fa" + "rm", "ro" + "ot", "opt/" + "wheels", "opt/" + "pypi"])
    + r")\b|bash"
    + r"_jobs|find-"
    + r"links ="
)


def tracked() -> list[Path]:
    """Files that git knows or would add; where git does not answer, every file that is no output."""
    ask = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        found = [ROOT / name for name in run.stdout.splitlines()]
    else:
        found = [path for path in ROOT.rglob("*") if not OUTPUT.intersection(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def names(requirements: list[str]) -> set[str]:
    """Normalised project names (PEP 503) of requirement lines."""
    found = [re.match(r"[A-Za-z0-9._-]+", line) for line in requirements]
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def locked(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return names([line for line in lines if "==" in line])


@pytest.mark.parametrize("name", REQUIRED)
def test_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


def test_continuous_integration_can_be_started() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == netmon.__version__


def test_the_licence_is_the_one_that_is_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed, extra = names(project["dependencies"]), names(project["optional-dependencies"]["dev"])
    assert needed <= locked("requirements.lock")
    assert needed | extra <= locked("requirements-dev.lock")


def test_the_two_locks_agree() -> None:
    pins = [set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)) for lock in LOCKS]
    assert pins[0]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    shapes = (
        r"[a-z0-9-]+==[0-9A-Za-z.!+]+( ; .+)? \\",
        r"    --hash=sha256:[0-9a-f]{64}( \\)?",
        r"    # via [A-Za-z0-9 ,._()-]+",
    )
    assert [line for line in lines if not any(re.fullmatch(shape, line) for shape in shapes)] == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    wrong = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [f"{path.relative_to(ROOT)}: {found[0]}" for found in FOREIGN.finditer(text)]
    assert wrong == []


def test_every_yaml_folder_travels_in_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert {"inventory", "alerts", "grafana", "netmon.yaml"} <= wheel["wheel"]["force-include"].keys()
