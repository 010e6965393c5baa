"""Is a device heard that says something, and is nobody else, however loud?"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import structlog

from collectors.interfaces import Interfaces
from netmon.errors import NotPermitted, SecretMissing
from netmon.model import Credential, Evidence, Inventory, Profile, Sample, Secret, Target, TrapSeen
from netmon.run.heard.ears import LONGEST, SyslogEar, Teller, TrapEar
from netmon.run.heard.engine import FILE, boots, engine_id
from netmon.run.heard.limits import ALL_BURST, BURST
from netmon.run.heard.listening import Ears
from netmon.run.heard.means import Meanings, Port
from netmon.run.heard.names import load_names
from netmon.run.heard.sockets import bind
from netmon.run.heard.who import plain
from netmon.run.store import Store
from netmon.settings.config import Config
from netmon.wire.traps.head import Ignored, Notification
from tests.ports import free_port
from tests.province import SMALL, made
from tests.recordings.playing import vendors
from tests.wire.senders import LINK_DOWN, Sender

PORTS = SMALL.replace("address: 10.9.1.1}", "address: 10.9.1.1, local: Gi0/0, remote: Gi0/4}")
OWN = Profile(id="own", name="Own", traps={"1.2.3.0.4": "on_battery"})
MEANINGS = Meanings([*vendors().values(), OWN])
COLD = "1.3.6.1.6.3.1.1.5.1"
NAME = "1.3.6.1.2.1.31.1.1.1.1"


@pytest.fixture(scope="module")
def small() -> Inventory:
    assert PORTS != SMALL
    return made(PORTS).inventory


@pytest.fixture
def log() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    def ahead(self) -> float:
        return 0.0


@dataclass
class Decoder:
    """A receiver that hears what the test says the datagram means."""

    said: Notification | Exception | None = None
    asked: list[Sequence[Credential]] = field(default_factory=list)

    def hear(
        self, datagram: bytes, source: object, credentials: Sequence[Credential], now: float, answer: object
    ) -> Notification | None:
        self.asked.append(credentials)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def silent(message: bytes, to: tuple[str, int]) -> None:
    raise AssertionError("nothing is to be answered")


class Room:
    """An ear of each kind, and what they made of what they heard."""

    def __init__(self, inventory: Inventory, rows: Iterable[tuple[str, ...]] = ()) -> None:
        self.clock, self.decoder = Clock(), Decoder()
        self.heard: list[Evidence] = []
        known = list(rows)
        teller = Teller(inventory, self.heard.extend, self.clock, lambda device: known)
        self.traps = TrapEar(inventory, teller, self.clock, self.decoder, MEANINGS, {"1.9": "X::y"})
        self.syslog = SyslogEar(inventory, teller, self.clock, MEANINGS)

    def trap(
        self, source: str, trap: str, values: dict[str, int | float | str | bytes] | None = None, agent: str = ""
    ) -> None:
        self.decoder.said = Notification(trap, agent, values or {})
        self.traps.hear(b"x", (source, 1), silent)

    def line(self, source: str, text: str) -> None:
        self.syslog.hear(text.encode(), (source, 1), silent)

    def told(self) -> list[tuple[str, str, str]]:
        return [(each.device, each.what, each.port) for each in self.heard if isinstance(each, TrapSeen)]


def test_the_source_is_the_device(small: Inventory) -> None:
    room = Room(small)
    room.trap("10.0.1.1", COLD)
    room.trap("::ffff:10.0.0.2", COLD)
    room.trap("10.9.1.2", COLD)  # the far end of d/2, which is d's own router
    room.trap("10.0.0.1", COLD, agent="10.0.3.1")
    room.trap("10.0.0.1", COLD, agent="192.0.2.1")
    assert [device for device, _, _ in room.told()] == ["dr", "c2", "dr", "fr", "c1"]
    assert room.traps.counts.received == {"cold_start": 5}
    assert {each.at for each in room.heard if isinstance(each, TrapSeen)} == {1000.0}


def test_strangers_are_counted_and_not_read(small: Inventory, log: list[structlog.typing.EventDict]) -> None:
    room = Room(small)
    for n in range(300):
        room.trap(f"192.0.2.{n % 200}", COLD)
    assert (room.heard, room.decoder.asked) == ([], [])
    assert room.traps.counts.dropped == {"unknown_sender": 300}
    assert 0 < len(log) < 70


def test_a_storm_is_counted_and_not_read(small: Inventory) -> None:
    room = Room(small)
    for _ in range(1000):
        room.trap("10.0.1.1", COLD)
    room.trap("10.0.0.2", COLD)
    assert room.traps.counts.received["cold_start"] == len(room.decoder.asked) == BURST + 1
    assert room.traps.counts.dropped == {"storm": 1000 - BURST}
    room.clock.at += 1
    for _ in range(20):
        room.trap("10.0.1.1", COLD)
    assert len(room.heard) == BURST + 1 + 10


def test_a_storm_of_everybody_is_bounded_too(small: Inventory) -> None:
    room = Room(small)
    for address in [device.address for device in small.devices.values() if device.address] * 60:
        room.trap(address, COLD)
    assert len(room.heard) == ALL_BURST


def test_what_is_too_long_is_not_read(small: Inventory) -> None:
    room = Room(small)
    room.traps.hear(b"x" * (LONGEST + 1), ("10.0.1.1", 1), silent)
    room.syslog.hear(b"x" * (LONGEST + 1), ("10.0.1.1", 1), silent)
    assert room.traps.counts.dropped == room.syslog.counts.dropped == {"too_long": 1}
    assert room.decoder.asked == []


def test_who_is_not_believed_is_counted_and_named_once(small: Inventory, log: list[structlog.typing.EventDict]) -> None:
    room = Room(small)
    for error in (Ignored("community"), Ignored("community"), Ignored("auth"), SecretMissing("env:X is not set")):
        room.decoder.said = error
        room.traps.hear(b"x", ("10.0.1.1", 1), silent)
    assert room.traps.counts.dropped == {"community": 2, "auth": 1, "credential": 1}
    assert log == [{"event": "traps not taken", "device": "dr", "why": "community", "log_level": "warning"}]


def test_a_question_that_was_answered_is_no_trap(small: Inventory) -> None:
    room = Room(small)
    room.traps.hear(b"x", ("10.0.1.1", 1), silent)
    assert (room.heard, room.traps.counts.dropped) == ([], {"answered": 1})


def test_what_nobody_knows_is_counted_by_name(small: Inventory, log: list[structlog.typing.EventDict]) -> None:
    room = Room(small)
    for trap in ("1.9", "1.9", "1.10", "1.2.3.0.4"):
        room.trap("10.0.1.1", trap)
    assert room.traps.counts.unknown == {"X::y": 2, "1.10": 1}
    assert room.traps.counts.dropped == {"unknown_trap": 3}
    assert [line["name"] for line in log] == ["X::y", "1.10"]
    assert room.told() == [("dr", "on_battery", "")]


ROWS = [("Gi0/4", "to D", "GigabitEthernet0/4", "7"), ("Gi0/5", "", "GigabitEthernet0/5", "8")]


@pytest.mark.parametrize(
    ("said", "rows", "port"),
    [
        (Port("Gi0/4"), [], "Gi0/4"),
        (Port("GigabitEthernet0/4"), [], "Gi0/4"),
        (Port("GigabitEthernet0/4"), ROWS, "Gi0/4"),
        (Port("to D"), ROWS, "Gi0/4"),
        (Port(number="7"), ROWS, "Gi0/4"),
        (Port(number="7"), [], ""),
        (Port(number="8"), ROWS, None),
        (Port(number="99"), ROWS, None),
        (Port("Gi0/5"), ROWS, None),
        (Port("Gi0/44"), [], None),
        (Port(), ROWS, ""),
    ],
)
def test_a_port_gets_its_name_in_the_inventory(
    small: Inventory, said: Port, rows: list[tuple[str, ...]], port: str | None
) -> None:
    assert Teller(small, list[Evidence]().extend, Clock(), lambda device: rows).port("c1", said) == port


def test_ports_that_no_line_is_in_are_only_counted(small: Inventory) -> None:
    room = Room(small, ROWS)
    room.trap("10.0.0.1", LINK_DOWN, {f"{NAME}.7": b"Gi0/4"})
    room.trap("10.0.0.1", LINK_DOWN, {f"{NAME}.8": b"Gi0/5"})
    room.trap("10.0.1.9", LINK_DOWN, {f"{NAME}.8": b"Gi0/4"})
    room.line("10.0.0.1", "<189>1: %LINK-3-UPDOWN: Interface GigabitEthernet0/4, changed state to up")
    room.line("10.0.0.1", "<189>1: %LINK-3-UPDOWN: Interface GigabitEthernet0/5, changed state to up")
    assert room.told() == [("c1", "link_down", "Gi0/4"), ("c1", "link_up", "Gi0/4")]
    assert room.traps.counts.dropped == {"unknown_port": 2}
    assert room.syslog.counts.dropped == {"unknown_port": 1}


def test_lines_of_syslog(small: Inventory) -> None:
    room = Room(small)
    room.line("10.0.1.1", "<189>1: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down")
    room.line("10.0.1.1", "<189>1: something else")
    room.line("10.0.1.1", "")
    room.line("192.0.2.1", "<189>1: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down")
    assert room.told() == [("dr", "bgp_down", "")]
    assert room.syslog.counts.received == {"bgp_down": 1}
    assert room.syslog.counts.dropped == {"unknown_line": 1, "unreadable": 1, "unknown_sender": 1}


def test_another_inventory_has_other_senders(small: Inventory) -> None:
    room = Room(small)
    moved = {"dr": replace(small.devices["dr"], address="10.0.1.2")}
    room.traps.use(replace(small, devices={**small.devices, **moved}, links={}))
    room.trap("10.0.1.1", COLD)
    room.trap("10.0.1.2", COLD)
    assert room.told() == [("dr", "cold_start", "")]


def test_a_credential_and_those_beside_it_are_good(small: Inventory) -> None:
    old = Credential(id="old", version="2c")
    default = replace(small.credentials["default"], fallback=old)
    room = Room(replace(small, credentials={"default": default}))
    room.trap("10.0.1.1", COLD)
    assert room.decoder.asked == [(default, old)]


@pytest.mark.parametrize(
    ("address", "same"),
    [("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1"), ("2001:DB8:0::1", "2001:db8::1"), ("a.b", "a.b")],
)
def test_addresses_are_compared_plainly(address: str, same: str) -> None:
    assert plain(address) == same


def test_the_store_knows_what_ports_are_called() -> None:
    store = Store(Interfaces.METRICS)
    target = Target(id="c1", of="device", site="core", level="province", address="10.0.0.1", timeout=1.0)
    store.put(target, "interfaces", 10.0, [Sample("netmon_if_info", 1, row) for row in ROWS], 5.0)
    assert store.labels("c1", "netmon_if_info") == ROWS
    assert store.labels("c1", "netmon_if_oper_status") == store.labels("c2", "netmon_if_info") == []
    store.put(target, "other", 99.0, [], 5.0)
    assert store.labels("c1", "netmon_if_info") == [], "too old"


def test_the_engine_has_one_identity_and_counts_its_starts(tmp_path: Path) -> None:
    assert engine_id("yen-bai", "noc") == engine_id("yen-bai", "noc") != engine_id("yen-bai", "noc2")
    assert len(engine_id("yen-bai", "noc")) == 17
    assert [boots(tmp_path) for _ in range(3)] == [1, 2, 3]
    for broken, then in (("x", 1), ("2147483646", 1), ("-5", 1)):
        (tmp_path / FILE).write_text(broken)
        assert boots(tmp_path) == then
    (tmp_path / "file").touch()
    with pytest.raises(NotPermitted, match="cannot be written"):
        boots(tmp_path / "file")


def test_names_of_mibs_are_read_as_far_as_they_can_be(tmp_path: Path, log: list[structlog.typing.EventDict]) -> None:
    assert load_names(tmp_path) == {}
    folder = tmp_path / "mibs"
    folder.mkdir()
    (folder / "A.json").write_text(json.dumps({"1.9": "A::x", "1.8": 5}))
    (folder / "B.json").write_text("[]")
    (folder / "C.json").write_text("{")
    assert load_names(tmp_path) == {"1.9": "A::x"}
    assert [Path(str(line["file"])).name for line in log] == ["B.json", "C.json"]


def config(data: Path, **ears: str) -> Config:
    return Config(data=data, exporters={}, notifiers={}, traps=ears.get("traps"), syslog=ears.get("syslog"))


def test_a_taken_port_is_said_so_and_nothing_stays_open(small: Inventory, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        wanted = config(tmp_path, traps="127.0.0.1:0", syslog=where)
        ears = Ears(wanted, small, list[Evidence]().extend, Clock(), lambda _: (), ())
        with pytest.raises(NotPermitted, match=f"cannot listen for syslog on {where}: "):
            ears.listen()


def test_a_port_that_is_not_allowed_names_the_capability() -> None:
    free = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if not free.exists() or int(free.read_text()) <= 162:
        pytest.skip("everybody may listen on every port here (net.ipv4.ip_unprivileged_port_start)")
    code = "from netmon.run.heard.sockets import bind\nbind('traps', '127.0.0.1:162')"
    # Root without this one right: another user might not be allowed to read where netmon lies.
    drop = ["setpriv", "--bounding-set", "-net_bind_service", "--inh-caps", "-net_bind_service"]
    drop = drop if os.geteuid() == 0 else []
    done = subprocess.run([*drop, sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "cannot listen for traps on 127.0.0.1:162: ports below 1024 need CAP_NET_BIND_SERVICE" in done.stderr


@pytest.mark.parametrize("where", ["300.0.0.1:1162", "127.0.0.1:99999", "[zz::1]:1162"])
def test_an_address_that_is_none(where: str) -> None:
    with pytest.raises(NotPermitted, match="cannot listen for traps on "):
        bind("traps", where)


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not so():
            await asyncio.sleep(0.01)


async def test_datagrams_come_in_and_informs_are_acknowledged(
    small: Inventory, tmp_path: Path, require_program: Callable[[str, str], str]
) -> None:
    device = replace(small.devices["c1"], address="127.0.0.1")
    default = replace(small.credentials["default"], community=Secret("s3cret-word", "env:X"))
    inventory = replace(small, devices={**small.devices, "c1": device}, credentials={"default": default})
    heard: list[Evidence] = []
    wanted = config(tmp_path, traps=f"127.0.0.1:{free_port()}", syslog="127.0.0.1:0")
    ears = Ears(wanted, inventory, heard.extend, Clock(), lambda _: (), vendors().values())
    tasks = [asyncio.create_task(each) for each in ears.listen()]
    send = Sender(require_program, tmp_path, ears.address("traps")[1])
    inform = send.inform(["-v2c", "-c", "s3cret-word"], LINK_DOWN, f"{NAME}.4", "s", "Gi0/4")
    assert await asyncio.to_thread(inform.wait, 60) == 0
    assert inform.stdout is not None
    inform.stdout.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"<189>1: %SYS-5-RESTART: System restarted", ears.address("syslog"))
    await until(lambda: len(heard) == 2)
    assert [(each.device, each.what, each.port) for each in heard if isinstance(each, TrapSeen)] == [
        ("c1", "link_down", "Gi0/4"),
        ("c1", "cold_start", ""),
    ]
    ears.use(replace(inventory, devices={**small.devices}, links={}), vendors().values())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"<189>1: %SYS-5-RESTART: System restarted", ears.address("syslog"))
    await until(lambda: ears.counts["syslog"].dropped["unknown_sender"] > 0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", int(send.to.rpartition(":")[2])))
