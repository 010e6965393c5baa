"""Is everything that README.md shows true, as it stands there?"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from netmon.cli.main import commands
from netmon.decide import core
from netmon.decide.telling.messages import render
from netmon.decide.telling.reply import Reply
from netmon.errors import BadAnswer, Permanent, Retryable
from netmon.model import (
    Credential,
    Incident,
    IncidentEvent,
    Notice,
    Observation,
    Restored,
    Standing,
    State,
    Target,
)
from netmon.run.identity import choose
from netmon.settings.plugin import discover
from netmon.settings.project import load
from netmon.wire.net import HttpReply, SnmpValue
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
WARM: Mapping[str, SnmpValue] = {"1.3.6.1.2.1.99.1.1.1.4.1": 254, "1.3.6.1.2.1.99.1.1.1.4.2": 620}


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The README's inventory and plug-ins, saved where it says."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "province.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "netmon.yaml").write_text("", encoding="utf-8")
    for name, text in zip(("collectors/room.py", "notifiers/gsm.py"), blocks("python"), strict=True):
        assert f"`{name}`" in README
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


class Agent:
    """An SNMP agent and an HTTP server that answer what they are told to."""

    rtt = 0.0

    def __init__(self, values: Mapping[str, SnmpValue], status: int = 200) -> None:
        self.values = values
        self.status = status
        self.posted: list[bytes] = []

    def snmp(self, address: str, credential: Credential) -> "Agent":
        return self

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        return {oid: self.values[oid] for oid in oids if oid in self.values}

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        raise AssertionError("not asked for in the README")

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        self.posted.append(body)
        return HttpReply(self.status, b"")

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        raise AssertionError("not asked for in the README")

    async def connect(self, address: str, port: int, timeout: float) -> float:
        raise AssertionError("not asked for in the README")

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        raise AssertionError("not asked for in the README")

    async def close(self) -> None:
        return


def target() -> Target:
    credential = Credential(id="default", version="2c")
    return Target(
        id="cqh-room",
        of="device",
        site="chau-que-ha",
        level="commune",
        address="10.28.104.5",
        timeout=2.0,
        credential=credential,
    )


def notice() -> Notice:
    incident = Incident(
        id=7,
        kind="outage",
        severity="critical",
        root="van-yen",
        seat="van-yen",
        state="open",
        cause="unknown",
        opened_at=0.0,
    )
    return Notice(
        id="7/opened/truc/1", event="opened", at=0.0, to="truc", incident=incident, subject="[MẤT] Văn Yên", text="…"
    )


def test_the_inventory_is_right(project: Path) -> None:
    inventory = load(project).inventory
    assert list(inventory.sites) == ["yb-core", "van-yen", "chau-que-ha"]
    assert inventory.links["chau-que-ha/1"].target == "van-yen-r1"
    assert set(inventory.devices["cqh-r1"].collect) == {"icmp", "snmp"}


def test_the_plugins_are_found_and_can_be_used(project: Path) -> None:
    inventory = project / "inventory" / "province.yaml"
    router = "cqh-r1: {address: 10.28.4.11, role: router}"
    room = "cqh-room: {address: 10.28.104.5, role: sensor, collect: {room: {every: 5s}}}"
    inventory.write_text(inventory.read_text(encoding="utf-8").replace(router, f"{router}, {room}"), encoding="utf-8")
    found = re.search(r"`(notifiers: \{.*\})`", README)
    assert found
    (project / "netmon.yaml").write_text(found[1], encoding="utf-8")
    loaded = load(project)
    assert loaded.inventory.devices["cqh-room"].collect["room"].every == 5.0
    assert loaded.config.notifiers["truc"].to == ("0216000101",)


def test_the_vendor_is_found_for_its_devices(project: Path) -> None:
    folder = project / "collectors" / "profiles"
    folder.mkdir()
    [text] = [block for block in blocks("yaml") if block.startswith("name: Acme")]
    (folder / "acme.yaml").write_text(text, encoding="utf-8")
    fit = choose(load(project).profiles, "1.3.6.1.4.1.99999.2.7", "Acme Edge 10")
    assert fit.profile.id == "acme"
    assert {"standard-traps", "bgp4", "lldp"} == set(fit.profile.inherits)
    readings = [reading for table in fit.profile.tables for reading in table.readings]
    assert "1.3.6.1.4.1.99999.2.1.3" in {reading.oid for reading in readings}


async def test_the_collector_reads_a_sensor(project: Path) -> None:
    room = discover("collectors", project)["room"]
    samples = await room().collect(target(), Agent(WARM))
    assert [(sample.metric, sample.value) for sample in samples] == [
        ("netmon_room_temperature_celsius", 25.4),
        ("netmon_room_humidity_ratio", 0.62),
    ]
    assert {sample.metric for sample in samples} == set(room.METRICS)  # type: ignore[attr-defined]


async def test_the_collector_says_what_is_no_sensor(project: Path) -> None:
    room = discover("collectors", project)["room"]
    with pytest.raises(BadAnswer, match="ENTITY-SENSOR-MIB"):
        await room().collect(target(), Agent({}))


@pytest.mark.parametrize(("status", "error"), [(200, None), (404, Permanent), (503, Retryable)])
async def test_the_notifier_sends_once_or_says_why_not(
    project: Path, status: int, error: type[Exception] | None
) -> None:
    gsm = discover("notifiers", project)["gsm"](url="http://10.28.0.30/sms", to=("0216000101",))
    modem = Agent({}, status)
    if error is None:
        await gsm.send(notice(), modem)
    else:
        with pytest.raises(error, match=str(status)):
            await gsm.send(notice(), modem)
    assert [json.loads(body) for body in modem.posted] == [
        {"id": "7/opened/truc/1", "to": ["0216000101"], "text": "[MẤT] Văn Yên"}
    ]


def test_the_message_is_what_netmon_says() -> None:
    """A district of the sample project falls at 21:14; its communes with a 4G line do not."""
    loaded = load(ROOT)
    inventory = loaded.inventory
    fall = datetime.fromisoformat("2026-11-22T21:14:00+07:00").timestamp()
    well = {name: Standing(State.UP, fall - 3600) for name in (*inventory.sites, *inventory.devices, *inventory.links)}
    judge = core.start(inventory, Restored(seq=4004, standings=well), fall - 30)
    reached = judge.known.graph.walk({"van-yen-r1"}, {"van-yen/1", "van-yen/2"}).reached
    lost = {link.id for link in inventory.links.values() if {link.source, link.target} - set(reached)}
    silent = set(inventory.devices) - set(reached) | lost
    told = []
    for at in range(-30, 30, 2):
        seen = [
            Observation(name, fall + at, collector, at < 0 or name not in silent, 0.004)
            for name, watch in judge.known.watches.items()
            for collector in watch.voices
        ]
        told += [entry.body for entry in core.step(judge, seen, fall + at).entries]
    [event] = [body for body in told if isinstance(body, IncidentEvent)]
    _, text = render(loaded.messages, inventory, event, "vi", reply=Reply(asked=True, then=300.0))
    assert f"```\n{text.strip()}\n```" in README


def test_every_command_exists() -> None:
    """The table lists each command that the program knows, and no other."""
    assert re.findall(r"^\| `netmon ([a-z]+)", README, re.MULTILINE)
    assert set(re.findall(r"^\| `netmon ([a-z]+)", README, re.MULTILINE)) == set(commands())


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    documents = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))]
    named = {name for text in documents for name in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)}
    assert {"demo", "test"} <= named
    assert named <= targets


def test_every_link_leads_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (path, link) for path in documents for link in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    ]
    assert links
    assert [link for path, link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_shell_blocks_are_commands() -> None:
    """What people paste parses as shell words, comments aside."""
    for block in blocks("sh"):
        for line in block.splitlines():
            assert shlex.split(line, comments=True), line
