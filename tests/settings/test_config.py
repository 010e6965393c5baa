"""netmon.yaml: every key has a default."""

import shutil
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.model import Channel, Rate
from netmon.settings.config import BackupSettings
from netmon.settings.plugin import data_folder
from netmon.settings.project import load
from tests.settings.written import NOTIFIER, SMALL, checked, write


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "null\n", "{}\n"])
def test_an_empty_or_missing_file_runs(tmp_path: Path, text: str | None) -> None:
    project = load(write(tmp_path, {"a.yaml": SMALL} | ({} if text is None else {"netmon.yaml": text})))
    config = project.config
    assert (config.listen, config.language, config.confirm, config.wait) == ("127.0.0.1:9680", "vi", 10, 3)
    assert config.data == tmp_path / "var"
    assert list(config.exporters) == ["prometheus"]
    assert (config.traps, config.syslog) == (None, None)
    assert config.backups == BackupSettings(at=(2, 0), folder=tmp_path / "var" / "configs", push="")
    assert set(project.messages.languages) == {"vi", "en"}


def test_everything_said(tmp_path: Path) -> None:
    text = """
listen: "[::1]:9000"
data: /srv/netmon
language: en
verdict: {confirm: 20s, wait: 500ms}
traps: {listen: "0.0.0.0:1162"}
syslog: {listen: "[::]:1514"}
backups: {at: "23:30", folder: /srv/configs, push: "ssh://git@10.28.0.9/configs"}
url: https://netmon.example.vn/x/
api: {tokens: {bot: "file:secrets/long"}}
exporters: {}
notifiers:
  hall: {gong: {url: "http://x", token: env:PATH}}
  yard: {gong: {url: "http://y", token: env:PATH}}
"""
    files = {
        "a.yaml": SMALL,
        "netmon.yaml": text,
        "notifiers/gong.py": NOTIFIER,
        "secrets/long": "twenty characters at least",
    }
    project = load(write(tmp_path, files))
    config = project.config
    assert (config.listen, config.data, config.language) == ("[::1]:9000", Path("/srv/netmon"), "en")
    assert (config.confirm, config.wait, config.exporters) == (20, 0.5, {})
    assert (config.traps, config.syslog) == ("0.0.0.0:1162", "[::]:1514")
    assert config.backups == BackupSettings(
        at=(23, 30), folder=Path("/srv/configs"), push="ssh://git@10.28.0.9/configs"
    )
    assert [plugin.url for plugin in config.notifiers.values()] == ["http://x", "http://y"]
    assert config.url == "https://netmon.example.vn/x"
    assert config.tokens["bot"].reveal() == "twenty characters at least"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("listen: 9680", ":1:9: listen: '9680' is not ADDRESS:PORT such as 127.0.0.1:9680"),
        ("listen: 127.0.0.1:99999", ":1:9: listen: '127.0.0.1:99999' is not ADDRESS:PORT such as 127.0.0.1:9680"),
        ("language: fr", ":1:11: language: 'fr' is not 'vi' or 'en'"),
        ("verdict: {confirm: soon}", ":1:20: confirm: 'soon' is not a duration such as 30s, 500ms, 2m or 1h"),
        ("exporters: {promtheus: {}}", ":1:13: unknown exporter 'promtheus' (did you mean 'prometheus'?)"),
        ("exporters: {prometheus: {port: 1}}", ":1:26: unknown key 'port'"),
        ("traps: {listen: 1162}", ":1:17: listen: '1162' is not ADDRESS:PORT such as 127.0.0.1:9680"),
        ("traps: {}", ":1:1: `listen` is missing"),
        ("backups: {at: 2}", ':1:15: at: 2 is not a time of the day such as "02:00"'),
        ("backups: {at: '24:00'}", ":1:15: at: '24:00' is not a time of the day such as \"02:00\""),
        ("backups: {push: --force}", ":1:17: push: '--force' is not a git remote"),
        (
            'backups: {push: "https://u:hunter2@10.28.0.9/c"}',
            ":1:17: push: a password does not belong into the address: take an SSH key or a credential helper",
        ),
        (
            "url: netmon.example.vn",
            ":1:6: url: 'netmon.example.vn' is not an address such as https://netmon.example.vn",
        ),
        ("url: 'https://x/?y'", ":1:6: url: 'https://x/?y' is not an address such as https://netmon.example.vn"),
        (
            "api: {tokens: {bot: hunter2}}",
            ":1:21: bot: a secret is given as env:NAME, credential:NAME or file:PATH, never as itself",
        ),
        ("api: {tokens: {bot: 'file:secrets/t'}}", ":1:16: the token 'bot' can be guessed: 20 characters at least"),
        ("exporters: []", ":1:12: exporters: must be a mapping"),
        ("notifiers: {hall: {gongg: {}}}", ":1:20: unknown notifier 'gongg' (did you mean 'gong'?)"),
        (
            "notifiers: {hall: {gong: {url: x, token: env:PATH}, detail: open}}",
            ":1:61: detail: 'open' is not 'full' or 'public'",
        ),
        (
            "notifiers: {hall: {gong: {url: x, token: env:PATH}, detial: public}}",
            ":1:53: unknown key 'detial' beside the plug-in (did you mean 'detail'?)",
        ),
        (
            "notifiers: {hall: {gong: {url: x, token: env:PATH}, rate: 20/1m}}",
            ":1:59: rate: '20/1m' is not a rate such as 20 per 1m",
        ),
        ("notifiers: {hall: {detail: public}}", ":1:13: notifier 'hall': exactly one plug-in with its options"),
        ("notifiers: {hall: gong}", ":1:13: notifier 'hall': exactly one plug-in with its options"),
        ("notifiers: {hall: {gong: {token: env:PATH}}}", ":1:26: `url` is missing"),
        ("notifiers: {Hall: {gong: {url: x, token: env:PATH}}}", ":1:13: notifiers: 'Hall' is not an id: "),
        ("data: [", ":2:1: not YAML: "),
    ],
)
def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    files = {"a.yaml": SMALL, "netmon.yaml": text + "\n", "notifiers/gong.py": NOTIFIER, "secrets/t": "1234"}
    code, lines = checked(write(tmp_path, files), capsys)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("netmon.yaml" + said)


def test_what_stands_beside_a_plug_in(tmp_path: Path) -> None:
    text = """
notifiers:
  hall: {gong: {url: "http://x", token: env:PATH}, detail: public, rate: 20 per 1m}
  yard: {gong: {url: "http://y", token: env:PATH}}
  screen: {console: {}}
  post: {mail: {server: "127.0.0.1:25"}}
"""
    files = {"a.yaml": SMALL, "netmon.yaml": text, "notifiers/gong.py": NOTIFIER}
    project = load(write(tmp_path, files))
    assert project.config.channels == {
        "hall": Channel(detail="public", rate=Rate(20, 60.0)),
        "yard": Channel(),
        "screen": Channel(),
        "post": Channel(address="email"),
    }
    assert list(project.config.notifiers) == list(project.config.channels) == list(project.roster.channels)


def test_with_nobody_named_messages_go_to_the_console(tmp_path: Path) -> None:
    project = load(write(tmp_path, {"a.yaml": SMALL, "netmon.yaml": "notifiers: {}\n"}))
    assert list(project.config.notifiers) == ["console"]


def test_a_mistake_in_the_messages_is_a_mistake_of_the_project(tmp_path: Path) -> None:
    own = tmp_path / "alerts" / "messages"
    shutil.copytree(data_folder("alerts") / "messages", own)
    (own / "vi" / "outage.j2").write_text("{{ what }")
    with pytest.raises(InputError) as raised:
        load(write(tmp_path, {"a.yaml": SMALL}))
    assert [problem.file for problem in raised.value.problems] == ["alerts/messages/vi/outage.j2"]
