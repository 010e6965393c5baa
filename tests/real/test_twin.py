"""Does another machine go on from a backup of the running service, in silence until it is told to speak?

Real services on loopback, a real HTTP server that both the webhook and the dead man's switch tell. Two sites behind
doors that can be stuffed, so that the kernel answers nobody there any more.
"""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.run.journal.told import said
from tests.conftest import ROOT
from tests.real.service import Service, environment
from tests.real.test_watched import Sink

INVENTORY = """\
province: thu-nghiem
levels: [province, district]
vantage: noc
anchors: [core-r1]
timezone: Asia/Ho_Chi_Minh
credentials: {{default: {{snmp: {{version: 2c, community: file:community}}}}}}
defaults: {{collect: {{tcp: {{port: {core}, {often}}}}}}}
sites:
  core:
    name: Trung tâm
    level: province
    devices: {{core-r1: {{address: 127.0.0.1, role: router}}, noc: {{role: server, behind: core-r1}}}}
"""
SITE = """\
  {id}:
    name: Huyện {id}
    level: district
    devices: {{{id}-r1: {{address: 127.0.0.{n}, role: router, collect: {{tcp: {{port: {port}, {often}}}}}}}}}
    uplinks: [{{to: core-r1, kind: fibre, circuit: "TN-{n}"}}]
"""
OFTEN = "every: 300ms, timeout: 200ms"
SITES = ("cu", "moi")
"""One that is told before the backup, and one that breaks while the twin is mute."""
MANY = 4000
"""Connections that wait at a door, for nobody takes them in: some three come in a second."""
PASSPHRASE, KEY = "một câu đủ dài", "k" * 40


@pytest.fixture
def town() -> Iterator[tuple[list[socket.socket], Sink]]:
    """The doors of the centre and of the two sites, and who is told."""
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        yield [stack.enter_context(socket.create_server((f"127.0.0.{n}", 0), backlog=MANY)) for n in range(1, 4)], sink


def province(folder: Path, doors: list[socket.socket], sink: Sink) -> Service:
    one = Service(folder, 1, 1)
    ports = [door.getsockname()[1] for door in doors]
    sites = [SITE.format(id=name, n=n, port=ports[n - 1], often=OFTEN) for n, name in enumerate(SITES, 2)]
    (folder / "inventory" / "all.yaml").write_text("".join((INVENTORY.format(core=ports[0], often=OFTEN), *sites)))
    (folder / "netmon.yaml").write_text(
        f"listen: 127.0.0.1:{one.port}\nlanguage: en\nverdict: {{confirm: 300ms, wait: 200ms}}\n"
        f"deadman: {{every: 1s, urls: ['{sink.url}']}}\n"
        f"notifiers: {{desk: {{webhook: {{url: '{sink.url}', secret: env:HOOK_KEY}}}}}}\n"
    )
    (folder / "community").write_text("bí mật\n")
    return one


def call(*words: str) -> Result:
    known = {"HOOK_KEY": KEY, "NETMON_BACKUP_PASSPHRASE": PASSPHRASE}
    done = CliRunner().invoke(build([words[0]]), [*words], env=known)
    assert done.exit_code == 0, (done.output, done.exception)
    return done


def started(one: Service, folder: Path) -> None:
    one.folder, one.log = folder, (folder / "service.log").open("a")
    known = environment() | {"HOOK_KEY": KEY}
    one.process = subprocess.Popen(one.command("run", str(folder)), cwd=ROOT, env=known, stdout=one.log, stderr=one.log)  # type: ignore[assignment]
    one.until(lambda: one.get("/-/ready")[0] == 200)


def opened(one: Service) -> dict[str, str]:
    return {each["root"]: each["state"] for each in one.json("/api/v1/incidents") if each["kind"] == "outage"}


def told(sink: Sink) -> list[tuple[str, str]]:
    return [(each["incident"]["root"], each["event"]) for each in list(sink.told)]


def test_a_twin_is_mute_until_it_is_the_master(town: tuple[list[socket.socket], Sink], tmp_path: Path) -> None:
    (_, old, new), sink = town
    one, copy, twin = province(tmp_path / "one", *town), tmp_path / "one.netmon", tmp_path / "twin"
    try:
        started(one, one.folder)
        one.until(lambda: all(one.state("sites", name) == "up" for name in SITES) and len(sink.pings) > 0)
        old.listen(0)  # what has come is more than may wait: the kernel answers no more
        one.until(lambda: told(sink) == [("cu", "opened")])
        call("backup", "create", str(one.folder), str(copy))
        assert one.end() == 0
        del sink.told[:], sink.pings[:]
        call("restore", str(copy), str(twin))
        assert (twin / "community").read_text() == "bí mật\n"
        assert (twin / "secrets.env").read_text() == f'HOOK_KEY="{KEY}"\n'
        started(one, twin)
        _while_mute(one, new)
        assert (sink.told, sink.pings) == ([], [])
        call("master", str(twin), "--yes")
        one.until(lambda: told(sink) == [("moi", "opened")] and len(sink.pings) > 1)
        assert one.metric(r"netmon_mute\{\}") == 0.0
        assert one.json("/api/v1/wall")["mute"] is None
        old.listen(MANY)  # what the other one told is ended by this one
        one.until(lambda: told(sink) == [("moi", "opened"), ("cu", "resolved")])
        assert one.end() == 0
    finally:
        one.close()
    assert [act.verb for act in said(twin / "var" / "journal.db", 0.0)] == ["master"]
    assert not (twin / "var" / "master.json").exists()


def _while_mute(one: Service, new: socket.socket) -> None:
    """It watches, judges and shows what breaks meanwhile."""
    new.listen(0)
    one.until(lambda: opened(one) == dict.fromkeys(SITES, "open"))
    assert one.metric(r"netmon_mute\{\}") == 1.0
    assert one.get("/-/healthy") == (200, "ok\n")
    assert one.json("/api/v1/wall")["mute"] == one.json("/api/v1/status")["mute"]
    assert "MUTE: not the master since" in call("status", str(one.folder)).stderr
