"""Secrets are named, never written, and never printed."""

import os
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.settings.fields import Secrets
from netmon.settings.project import load
from tests.settings.written import NOTIFIER, PLUGIN, SMALL, checked, write

HIDDEN = "hunter2-hunter2"
UNSET = "NETMON_TEST_NEVER_SET"

CREDENTIALS = """
credentials:
  default: {snmp: {version: 3, user: netmon, auth: {SHA256: file:secrets/auth}, priv: {AES128: env:PATH}}}
"""


def test_from_file_and_environment(tmp_path: Path) -> None:
    files = {"a.yaml": SMALL, "c.yaml": CREDENTIALS, "secrets/auth": HIDDEN + "\n"}
    project = load(write(tmp_path, files), secrets=True)
    found = project.inventory.credentials["default"]
    assert found.auth is not None
    assert found.priv is not None
    assert found.auth[0] == "SHA256"
    assert found.auth[1].reveal() == HIDDEN
    assert found.priv[1].reveal() == os.environ["PATH"]
    assert HIDDEN not in repr(project)
    assert os.environ["PATH"] not in repr(project)


@pytest.mark.parametrize("handed", ["auth", "netmon_auth"])
def test_from_systemd(tmp_path: Path, handed: str) -> None:
    """By itself, or from a folder, whose files get its name before theirs; a path out of it is no name."""
    (tmp_path / handed).write_text(HIDDEN + "\n", encoding="utf-8")
    service = Secrets(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert service.read("credential:auth").reveal() == HIDDEN
    assert not service.read("credential:other").is_set
    assert not Secrets(tmp_path, {}).read("credential:auth").is_set
    with pytest.raises(ValueError, match="never as itself"):
        service.read(f"credential:../{tmp_path.name}/{handed}")


def test_unset_is_a_warning_in_check_and_an_error_in_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = CREDENTIALS.replace("env:PATH", f"env:{UNSET}")
    project = write(tmp_path, {"a.yaml": SMALL, "c.yaml": text})
    code, lines = checked(project, capsys)
    assert code == 0
    assert lines == [
        "inventory/c.yaml:3:61: warning: file:secrets/auth is not set",
        f"inventory/c.yaml:3:96: warning: env:{UNSET} is not set",
        "1 site, 2 devices, 0 links",
    ]
    with pytest.raises(InputError) as error:
        load(project, secrets=True)
    assert [problem.warning for problem in error.value.problems] == [False, False]


def test_a_password_that_snmpv3_cannot_take_is_told_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORT", "mậtkh")  # 7 octets
    monkeypatch.setenv("LONG", "mật-kh")
    text = CREDENTIALS.replace("file:secrets/auth", "env:SHORT").replace("env:PATH", "env:LONG")
    code, lines = checked(write(tmp_path, {"a.yaml": SMALL, "c.yaml": text}), capsys)
    assert code == 0
    assert lines == [
        "inventory/c.yaml:3:61: warning: env:SHORT is shorter than 8 octets: SNMPv3 takes none such",
        "1 site, 2 devices, 0 links",
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"credentials: {{default: {{snmp: {{version: 2c, community: {HIDDEN}}}}}}}",
        f"credentials: {{default: {{snmp: {{version: 2c, community: [{HIDDEN}]}}}}}}",
        f"credentials: {{default: {{snmp: {{version: 3, user: u, auth: {HIDDEN}}}}}}}",
        f"credentials: {{default: {{snmp: {{version: 3, user: u, auth: {{SHA256: {HIDDEN}}}}}}}}}",
        f"credentials: {{default: {{snmp: {HIDDEN}}}}}",
        f"credentials: {{default: {HIDDEN}}}",
        f"credentials: {{default: {{snmp: {{version: 2c, community: env:PATH, comunity: {HIDDEN}}}}}}}",
        f"credentials: {{default: {{snmp: {{version: 2c, community: 'env:{HIDDEN}'}}}}}}",
        f"defaults: {{collect: {{own: {{token: {HIDDEN}}}}}}}",
        f"defaults: {{collect: {{own: {{token: {{value: {HIDDEN}}}}}}}}}",
    ],
)
def test_a_literal_secret_is_an_error_that_does_not_repeat_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as error:
        load(write(tmp_path, {"a.yaml": SMALL, "c.yaml": text, "collectors/own.py": PLUGIN}))
    assert HIDDEN not in str(error.value)
    assert all(problem.file == "inventory/c.yaml" for problem in error.value.problems)


def test_secrets_of_plugins(tmp_path: Path) -> None:
    project = load(
        write(
            tmp_path,
            {
                "a.yaml": SMALL.replace("role: server", "role: server, collect: {own: {token: file:token}}"),
                "collectors/own.py": PLUGIN,
                "notifiers/gong.py": NOTIFIER,
                "netmon.yaml": f"notifiers: {{hall: {{gong: {{url: x, token: env:{UNSET}}}}}}}\n",
                "secrets/x": "",
            },
        )
    )
    assert [str(each) for each in project.warnings] == [
        "inventory/a.yaml:8:118: warning: file:token is not set",
        f"netmon.yaml:1:42: warning: env:{UNSET} is not set",
    ]
    gong = project.config.notifiers["hall"]
    assert not gong.token.is_set
    with pytest.raises(LookupError, match=UNSET):
        gong.token.reveal()
