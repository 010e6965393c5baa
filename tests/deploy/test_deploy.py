"""Can what stands in deploy/ be put into service, as far as a machine without containers can tell?"""

import os
import re
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"


Program = Callable[[str, str], str]


def printed(*command: str | Path, cwd: Path = ROOT, more: Mapping[str, str] | None = None) -> str:
    run = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **(more or {})},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_containers_are_described_validly(require_program: Program, tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("SNMP_AUTH=a b\n", encoding="utf-8")
    more = {"SECRETS_ENV": str(tmp_path / "secrets.env")}
    compose = require_program("docker-compose", "docker-compose")
    read = yaml.safe_load(printed(compose, "-f", DEPLOY / "compose.yaml", "config", more=more))
    assert read["services"]["netmon"]["environment"]["SNMP_AUTH"] == "a b", "what the project calls env:SNMP_AUTH"
    assert set(read["services"]) == {"netmon", "prometheus", "influxdb", "grafana"}
    for name, service in read["services"].items():
        assert service["network_mode"] == "host", name
        assert service["cap_drop"] == ["ALL"], name
        assert ":latest" not in service["image"] or name == "netmon", "a restart must not bring another version"


def test_netmon_is_promised_no_capability_in_a_container() -> None:
    """A user who is not root gets none of those that a container may have: what pings then is the host's sysctl."""
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    read = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert re.search(r"^USER (?!root|0)", image, re.MULTILINE)
    assert "cap_add" not in read["services"]["netmon"]
    assert read["services"]["netmon"]["init"] is True, "netmon as the first process waits for nobody else's children"
    assert "net.ipv4.ping_group_range" in (DEPLOY / "README.md").read_text(encoding="utf-8")


def given() -> list[str]:
    """What the containers are given, as files and folders beside compose.yaml."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    return [*re.findall(r"- (\.{1,2}/[^:\s]+):", text), *re.findall(r"env_file: .*:-([^}]+)}", text)]


def test_what_the_containers_are_given_is_there() -> None:
    assert len(given()) >= 5
    for name in given():
        assert (DEPLOY / name).exists(), name


def test_a_bundle_has_what_the_containers_are_given(tmp_path: Path) -> None:
    """Copied as the script copies it: of a folder that is not there Docker would make an empty one, and say nothing."""
    script = (DEPLOY / "bundle").read_text(encoding="utf-8")
    copied = re.search(r"^# What is set up from.*?\n(.*?)^\"\$python\"", script, re.MULTILINE | re.DOTALL)
    assert copied is not None
    printed("bash", "-euc", copied[1], more={"out": str(tmp_path)})
    for name in ["README.md", "netmon", "netmon.service", "compose.yaml", *given()]:
        assert (tmp_path / "deploy" / name).exists(), name


def test_prometheus_takes_its_settings(require_program: Program) -> None:
    promtool = require_program("promtool", "prometheus")
    assert "SUCCESS" in printed(promtool, "check", "config", "--syntax-only", DEPLOY / "prometheus.yml")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is there in the place of the one that will be."""
    text = (DEPLOY / "netmon.service").read_text(encoding="utf-8")
    there = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
    (tmp_path / "netmon.service").write_text(there, encoding="utf-8")
    return tmp_path / "netmon.service"


def test_systemd_finds_nothing_wrong(unit: Path, require_program: Program) -> None:
    analyze = require_program("systemd-analyze", "systemd")
    run = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


def test_the_service_is_as_closed_as_its_page_says(unit: Path, require_program: Program) -> None:
    analyze = require_program("systemd-analyze", "systemd")
    said = re.search(r"gives it (\d\.\d)", (DEPLOY / "README.md").read_text(encoding="utf-8").replace("\n", " "))
    found = re.search(
        r"exposure level for netmon.service: (\d\.\d)", printed(analyze, "security", "--offline=true", unit)
    )
    assert said is not None
    assert found is not None
    assert said[1] == found[1]


@pytest.mark.parametrize("script", ["bundle", "install", "netmon"])
def test_the_scripts_can_be_read(script: str) -> None:
    assert (DEPLOY / script).stat().st_mode & 0o111
    printed("bash", "-n", DEPLOY / script)


def told(tmp_path: Path, folder: Path, variables: Path, more: Mapping[str, str] | None = None) -> list[str]:
    """The environment that netmon gets from the command, the secrets being at these places."""
    text = (DEPLOY / "netmon").read_text(encoding="utf-8")
    for there, here in (
        ("/etc/netmon-secrets", folder),
        ("/etc/netmon/secrets.env", variables),
        ("/opt/netmon/current/bin/netmon", "env -0"),
    ):
        assert text.count(there) == 1
        text = text.replace(there, str(here))
    (tmp_path / "command").write_text(text, encoding="utf-8")
    return printed("sh", tmp_path / "command", cwd=tmp_path, more=more).split("\0")


def test_root_calls_netmon_with_the_secrets_of_the_service(tmp_path: Path) -> None:
    """As systemd reads them, and nothing in them is carried out."""
    (tmp_path / "secrets").mkdir()
    lines = ["# A=1", "SNMP_AUTH='a$b \"c # d'", 'PRIV="e f"', "TOKEN=$(touch made);`touch made`"]
    lines += ["not-a-name=1", "  EARLY='1 '\t", "WINDOWS='2'\r", "LAST='"]
    (tmp_path / "env").write_text("\n".join(lines), encoding="utf-8")
    found = told(tmp_path, tmp_path / "secrets", tmp_path / "env")
    for wanted in (
        'SNMP_AUTH=a$b "c # d',
        "PRIV=e f",
        "TOKEN=$(touch made);`touch made`",
        "EARLY=1 ",
        "WINDOWS=2",
        "LAST='",
    ):
        assert wanted in found
    assert f"CREDENTIALS_DIRECTORY={tmp_path / 'secrets'}" in found
    assert not [line for line in found if line.startswith(("# A", "A=", "not-a-name"))]
    assert not (tmp_path / "made").exists()
    found = told(tmp_path, tmp_path / "secrets", tmp_path / "none", {"CREDENTIALS_DIRECTORY": "/run/mine"})
    assert "CREDENTIALS_DIRECTORY=/run/mine" in found


def test_what_belongs_to_somebody_else_is_not_read(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (tmp_path / "env").write_text("PRELOADED=1\n", encoding="utf-8")
    if os.geteuid() == 0:
        os.chown(theirs, 65534, 65534)
        os.chown(tmp_path / "env", 65534, 65534)
    else:
        theirs = Path("/etc")
    found = told(tmp_path, theirs, tmp_path / "env")
    assert not [line for line in found if line.startswith("CREDENTIALS_DIRECTORY=")]
    assert ("PRELOADED=1" in found) is (os.geteuid() != 0)


def test_the_image_has_the_packages_of_the_bundle() -> None:
    bundle = (DEPLOY / "bundle").read_text(encoding="utf-8")
    wanted = re.search(r"^packages=\(([^)]*) \"\$@\"\)", bundle, re.MULTILINE)
    assert wanted is not None
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for package in set(wanted[1].split()) - {"python3", "python3-venv"}:
        assert re.search(rf"\s{re.escape(package)}\s", image), package


def test_the_image_is_built_of_what_the_wheel_is_and_of_nothing_else() -> None:
    """What lies beside it, secrets and bundles, is not even shown to Docker."""
    first, *named = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] != "#"]
    assert first == "*"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "LICENSE"}
    assert {line[1:] for line in named if line[0] == "!"} == wanted | {"pyproject.toml", "requirements.lock"}


def test_what_is_bundled_is_checked_before_it_is_installed(tmp_path: Path) -> None:
    """A folder with one octet changed is refused before anything is touched."""
    (tmp_path / "install").write_bytes((DEPLOY / "install").read_bytes())
    (tmp_path / "install").chmod(0o755)
    (tmp_path / "VERSION").write_text("0.0.0 for Python 3.11\n", encoding="utf-8")
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  ./VERSION\n", encoding="utf-8")
    run = subprocess.run(
        [tmp_path / "install", "--only-python", tmp_path / "venv"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "this folder is damaged" in run.stdout
    assert not (tmp_path / "venv").exists()
