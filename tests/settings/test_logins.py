"""How a device is logged in to, as the inventory says it."""

from pathlib import Path

from netmon.model import Cli
from netmon.run.schedule import jobs
from netmon.settings.project import load
from tests.settings.written import SMALL, write

CREDENTIALS = """
credentials:
  default: {snmp: {version: 2c, community: env:PATH}}
  both: {snmp: {version: 2c, community: env:PATH}, ssh: {user: netmon, password: file:secrets/ssh, port: 2222}}
  shell: {ssh: {user: netmon, key: file:secrets/key, secret: env:PATH, known_hosts: keys/hosts}}
"""
CORE = "core: {address: 10.0.0.1, role: router}"


def written(folder: Path, core: str) -> Path:
    files = {"a.yaml": SMALL.replace(CORE, core), "c.yaml": CREDENTIALS, "secrets/ssh": "hunter2-hunter2\n"}
    write(folder, files | {"secrets/key": "k", "keys/hosts": ""})
    (folder / "known_hosts").touch()
    return folder


def test_a_device_with_a_command_line(tmp_path: Path) -> None:
    core = "core: {address: 10.0.0.1, role: router, credential: both, cli: {platform: huawei_vrp}}"
    project = load(written(tmp_path, core))
    assert project.inventory.devices["core"].cli == Cli(platform="huawei_vrp", backup=True)
    assert project.inventory.devices["noc"].cli is None
    ssh = project.inventory.credentials["both"].ssh
    assert ssh is not None
    assert ssh.password is not None
    assert (ssh.user, ssh.port, ssh.known_hosts) == ("netmon", 2222, str(tmp_path / "known_hosts"))
    assert ssh.password.reveal() == "hunter2-hunter2"
    assert "hunter2-hunter2" not in repr(project)
    assert {job.target.platform for job in jobs(project.inventory) if job.target.id == "core"} == {"huawei_vrp"}


def test_a_credential_without_snmp(tmp_path: Path) -> None:
    core = "core: {address: 10.0.0.1, role: router, credential: shell, cli: {platform: cisco_ios, backup: false}}"
    found = load(written(tmp_path, core)).inventory
    assert found.devices["core"].cli == Cli(platform="cisco_ios", backup=False)
    assert found.credentials["shell"].version == ""
    assert found.credentials["shell"].ssh is not None
    assert found.credentials["shell"].ssh.known_hosts == str(tmp_path / "keys" / "hosts")


def test_of_several_credentials_the_first_login_counts_and_snmp_falls_back(tmp_path: Path) -> None:
    core = "core: {address: 10.0.0.1, role: router, credential: [shell, both, default], cli: {platform: cisco_ios}}"
    inventory = load(written(tmp_path, core)).inventory
    used = inventory.credentials[inventory.devices["core"].credential]
    assert used.ssh == inventory.credentials["shell"].ssh
    assert used.id == "both"
    assert used.fallback is not None
    assert (used.fallback.id, used.fallback.fallback) == ("default", None)


def test_unknown_hosts_are_warned_of(tmp_path: Path) -> None:
    project = written(tmp_path, CORE)
    (project / "keys" / "hosts").unlink()
    [said] = load(project).warnings
    assert (said.file, said.line, said.column) == ("inventory/c.yaml", 5, 11)
    assert said.text.startswith("no such file: keys/hosts: no device's host key is known")
    assert said.hint.startswith("ssh-keyscan ADDRESS >> keys/hosts")


def test_an_unset_password_is_warned_of(tmp_path: Path) -> None:
    project = written(tmp_path, CORE)
    (project / "secrets" / "ssh").unlink()
    assert ["file:secrets/ssh is not set" in str(each) for each in load(project).warnings] == [True]
