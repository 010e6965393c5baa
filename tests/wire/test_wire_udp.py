"""Do all SNMPv2c devices share one socket without hearing one another's answers, errors and silence?"""

import asyncio
import errno
import random
import select
import selectors
import socket
import time
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from netmon.errors import BadAnswer, Refused, Unreachable
from netmon.model import Credential, Secret
from netmon.wire.failures import IcmpError, verdict
from netmon.wire.net import SnmpSession
from netmon.wire.real import RealNet
from netmon.wire.snmp import ber, pdu, usm, v3
from netmon.wire.snmp.line import Line, hear
from netmon.wire.snmp.pace import Pacer
from netmon.wire.snmp.rows import Column, read
from netmon.wire.snmp.udp import BATCH, COUNTED, Udp
from tests.ports import free_port
from tests.wire.cage import descriptors
from tests.wire.fake_agent import COMMUNITY, RESPONSE, Request, binding, message, number, serving, table, text

NAME = "1.3.6.1.2.1.1.5.0"
COLUMNS = ("1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.7", "1.3.6.1.2.1.31.1.1.1.6")


def credential(port: int) -> Credential:
    return Credential(id="c", version="2c", port=port, community=Secret(COMMUNITY.decode(), "-"))


@asynccontextmanager
async def network() -> AsyncIterator[RealNet]:
    net = RealNet()
    try:
        yield net
    finally:
        await net.close()


@asynccontextmanager
async def crowd(count: int) -> AsyncIterator[tuple[int, list[str]]]:
    """So many agents, each at an address of its own, all at one port."""
    async with AsyncExitStack() as stack:
        addresses = [f"127.9.0.{n}" for n in range(1, count + 1)]
        port = 0
        for address in addresses:
            port = (await stack.enter_async_context(serving(table([(NAME, text(b"x"))]), host=address, port=port))).port
        yield port, addresses


async def test_forty_devices_need_one_socket() -> None:
    async with network() as net, crowd(40) as (port, addresses):
        before = descriptors()
        sessions = [net.snmp(address, credential(port)) for address in addresses]
        answers = await asyncio.gather(*(session.get([NAME], 5) for session in sessions))
        assert answers == [{NAME: b"x"}] * 40
        assert descriptors() == before + 1
        assert (net.counters["sent"], net.counters["answered"]) == (40, 40)


async def test_an_answer_from_another_address_or_port_does_not_count() -> None:
    async with network() as net, serving(lambda _: []) as fake:
        asking = asyncio.ensure_future(net.snmp("127.0.0.1", credential(fake.port)).get([NAME], 0.3))
        await fake.arrived.wait()
        forged = message(fake.requests[0].id, [binding(NAME, text(b"forged"))])
        for host in ("127.0.0.1", "127.0.0.2"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((host, 0))
                stranger.sendto(forged, fake.peer)
        fake.send(message(fake.requests[0].id, [binding(NAME, text(b"forged"))], community=b"other"))
        with pytest.raises(Unreachable):
            await asking
        assert net.counters["strangers"] == 3


async def test_late_answers_are_counted() -> None:
    async with network() as net, serving(lambda _: []) as fake:
        with pytest.raises(Unreachable):
            await net.snmp("127.0.0.1", credential(fake.port)).get([NAME], 0.05)
        fake.send(message(fake.requests[0].id, [binding(NAME, text(b"late"))]))
        while not net.counters["late"]:
            await asyncio.sleep(0)
        assert net.counters["timeouts"] == 1


async def test_a_closed_port_fails_its_own_device_and_no_other() -> None:
    """On a socket that is not connected, the error shows at whatever call comes next."""
    async with network() as net, serving(table([(NAME, text(b"x"))])) as fake:
        closed = free_port()
        live, dead = net.snmp("127.0.0.1", credential(fake.port)), net.snmp("127.0.0.3", credential(closed))
        for _ in range(20):
            found = await asyncio.gather(
                dead.get([NAME], 5),
                live.get([NAME], 5),
                dead.get([NAME], 5),
                live.get([NAME], 5),
                return_exceptions=True,
            )
            assert [type(each) for each in found] == [Refused, dict, Refused, dict]


class Counting(selectors.EpollSelector):
    """Counts how often the loop comes round."""

    turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.turns += 1
        return super().select(timeout)


def test_an_error_that_nobody_waits_for_does_not_keep_the_loop_busy() -> None:
    """The socket stays readable until its errors are taken, even if a call has told of the last one."""

    async def idle() -> int:
        async with network() as net, serving(table([(NAME, text(b"x"))])) as fake:
            asking = asyncio.ensure_future(net.snmp("127.0.0.1", credential(free_port())).get([NAME], 5))
            while not net.counters["sent"]:
                await asyncio.sleep(0)
            asking.cancel()
            for sock in net._udp._sockets.values():
                assert select.select([sock], [], [], 30)[0], "a busy kernel sends its ICMP errors a moment later"
                assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED
            assert await net.snmp("127.0.0.1", credential(fake.port)).get([NAME], 5)
            before = selector.turns
            await asyncio.sleep(0.1)
            return selector.turns - before

    selector = Counting()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        assert runner.run(idle()) < 20


@pytest.mark.parametrize(
    ("code", "offender", "expected"),
    [
        (errno.ECONNREFUSED, "10.0.0.1", Refused),
        (errno.ECONNREFUSED, "10.0.9.254", Unreachable),
        (errno.EHOSTUNREACH, "10.0.9.254", Unreachable),
        (errno.ENETUNREACH, "10.0.0.1", Unreachable),
        (errno.EMSGSIZE, "10.0.9.254", type(None)),
        (errno.EPROTO, "10.0.0.1", type(None)),
    ],
)
def test_what_an_icmp_error_means(code: int, offender: str, expected: type) -> None:
    assert type(verdict(IcmpError(code, offender), "10.0.0.1")) is expected


async def test_ipv6() -> None:
    async with network() as net:
        try:
            async with serving(table([(NAME, text(b"six"))]), host="::1") as fake:
                found = await net.snmp("0:0:0:0:0:0:0:1", credential(fake.port)).get([NAME], 5)
        except OSError:
            pytest.skip("no ::1 here")
        assert found == {NAME: b"six"}
        with pytest.raises(Refused):
            await net.snmp("::1", credential(free_port())).get([NAME], 5)


async def test_closing_ends_what_is_under_way() -> None:
    async with serving(lambda _: []) as fake:
        net = RealNet()
        asking = asyncio.ensure_future(net.snmp("127.0.0.1", credential(fake.port)).get([NAME], 60))
        await fake.arrived.wait()
        await net.close()
        with pytest.raises(BadAnswer, match="closed"):
            await asking


# --- waiting is not silence ---------------------------------------------------------------------


async def test_waiting_for_another_request_is_not_silence() -> None:
    """Each of ten requests is answered after 30 ms and may take 100 ms; the last waits for 270 ms before it is sent."""
    loop = asyncio.get_running_loop()

    def slow(request: Request) -> Sequence[bytes]:
        loop.call_later(0.03, fake.send, table([(NAME, text(b"x"))])(request)[0])
        return []

    async with network() as net, serving(slow) as fake:
        session = net.snmp("127.0.0.1", credential(fake.port))
        assert len(await asyncio.gather(*(session.get([NAME], 0.5) for _ in range(10)))) == 10
        assert net.counters["timeouts"] == 0


async def test_an_answer_that_has_arrived_in_time_counts_however_late_it_is_read() -> None:
    def answer(request: Request) -> Sequence[bytes]:
        time.sleep(0.1)  # the loop stands still for longer than the request may take
        return [b"rubbish"] * most + list(table([(NAME, text(b"x"))])(request))

    most = BATCH + 100  # the buffer that Linux gives by default holds 500

    async with network() as net, serving(answer) as fake:
        assert await net.snmp("127.0.0.1", credential(fake.port)).get([NAME], 0.05) == {NAME: b"x"}
        assert net.counters["unreadable"] == most


async def test_less_patience_than_the_request_before_had() -> None:
    """The alarm of the first request rings long after the second one's time is up."""

    def answer(request: Request) -> Sequence[bytes]:
        return table([(NAME, text(b"x"))])(request) if request.oids == (NAME,) else []

    async with network() as net, serving(answer) as fake, asyncio.timeout(30):
        agent = net.snmp("127.0.0.1", credential(fake.port))
        assert await agent.get([NAME], 3600) == {NAME: b"x"}
        with pytest.raises(Unreachable, match=r"within 0\.05 s"):
            await agent.get(["1.3.6.1.2.1.1.1.0"], 0.05)


async def test_waiting_for_leave_to_send_is_not_silence() -> None:
    async with crowd(30) as (port, addresses):
        counters = dict.fromkeys(COUNTED, 0)
        udp = Udp(Pacer(rate=40, burst=1), counters)
        asked = pdu.question(COMMUNITY, pdu.GET, 0, (pdu.encoded(NAME),))
        lines = [udp.line(address, port, COMMUNITY.decode()) for address in addresses]
        await asyncio.gather(*(udp.ask(line, asked, 0.5) for line in lines))
        assert counters["answered"] == 30
        udp.close()


async def test_no_more_leave_than_the_pacer_allows() -> None:
    """At this rate the fourth request would leave after minutes."""
    async with crowd(8) as (port, addresses):
        counters = dict.fromkeys(COUNTED, 0)
        udp = Udp(Pacer(rate=0.001, burst=3), counters)
        asked = pdu.question(COMMUNITY, pdu.GET, 0, (pdu.encoded(NAME),))
        lines = [udp.line(address, port, COMMUNITY.decode()) for address in addresses]
        asking = [asyncio.ensure_future(udp.ask(line, asked, 5)) for line in lines]
        while counters["answered"] < 3:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert counters["sent"] == 3
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        udp.close()


async def test_v3_goes_by_the_same_pacer() -> None:
    async with serving(table([(NAME, text(b"x"))])) as fake:
        counters = dict.fromkeys(COUNTED, 0)
        secure = Credential(id="c", version="3", port=fake.port, user="fake")
        agent = v3.Agent("127.0.0.1", secure, usm.user(secure), Pacer(rate=0.001, burst=2), counters)
        assert await agent.get([NAME], 5) == {NAME: b"x"}  # its engine was asked for first
        asking = asyncio.ensure_future(agent.get([NAME], 5))
        await asyncio.sleep(0.05)
        assert (counters["sent"], counters["answered"]) == (2, 2)
        asking.cancel()
        await asyncio.wait([asking])
        agent.close()


def test_the_pace() -> None:
    pacer = Pacer(rate=10, burst=3)
    assert [round(pacer.due(100.0), 6) for _ in range(5)] == [0, 0, 0, 0.1, 0.2]
    assert round(pacer.due(100.2), 6) == 0.1
    assert [round(pacer.due(200.0), 6) for _ in range(4)] == [0, 0, 0, 0.1]


# --- hostile input ------------------------------------------------------------------------------


def answer() -> bytes:
    rows = [
        binding(f"{column}.{row}", value)
        for row in (1, 2, 300, 70_000)
        for column, value in zip(COLUMNS, (text(b"Gi0/0"), number(-7), number(2**63, ber.COUNTER64)), strict=True)
    ]
    rows += [binding(NAME, bytes((ber.OPAQUE, 7, 0x9F, 0x78, 4)) + b"\x42\x28\x00\x00")]
    return message(1 << 30, rows)


def mutated(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(6):
            case 0:
                found[at : at + 1] = bytes((chance.choice((0, 0x7F, 0x80, 0x81, 0x84, 0x88, 0xFF)),))
            case 1:
                found[at : at + 1] = bytes((chance.randrange(256),))
            case 2:
                del found[at : at + chance.randint(1, 40)]
            case 3:
                found[at:at] = chance.randbytes(chance.randint(1, 12))
            case 4:
                found = found[: at + 1]
            case _:
                found[at:at] = found[at // 2 : at]
    return bytes(found[:4000])


def pile(datagrams: int, seed: int) -> dict[str, int]:
    """What becomes of so many damaged answers, each read as a table and as scalars. Only BerError may come of them."""
    chance, honest, counted = random.Random(seed), answer(), dict.fromkeys(("read", "part", "unreadable"), 0)
    places: pdu.Places = {}
    wanted = {pdu.encoded(oid): oid for oid in (NAME, f"{COLUMNS[1]}.1")}
    for _ in range(datagrams):
        try:
            opened = pdu.opened(mutated(honest, chance))
        except ber.BerError:
            counted["unreadable"] += 1
            continue
        counted["read" if read(opened, [Column(column) for column in COLUMNS], places)[1] else "part"] += 1
        with suppress(ber.BerError):
            pdu.values(opened, wanted)
    assert len(places) <= datagrams * 20
    return counted


def test_damaged_datagrams_do_no_harm() -> None:
    counted = pile(4000, 1)
    assert sum(counted.values()) == 4000
    assert min(counted.values()) > 100


@pytest.mark.nightly
def test_a_great_many_damaged_datagrams_leave_nothing_behind() -> None:
    pile(2000, 2)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    counted = pile(100_000, 3)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert sum(counted.values()) == 100_000
    assert grown < 1 << 20


NASTY = {
    "empty": b"",
    "indefinite length": b"\x30\x80" + answer()[2:] + b"\x00\x00",
    "deep nesting": b"\x30\x82\x0f\xff" * 1000,
    "length of 127 octets": b"\x30\xff" + b"\x01" * 200,
    "negative length": b"\x30\x84\xff\xff\xff\xff" + answer()[4:],
    "version 1": answer().replace(b"\x02\x01\x01\x04", b"\x02\x01\x00\x04"),
    "giant version": b"\x30\x20\x02\x10" + b"\xff" * 16 + b"\x04\x04fake" + bytes(20),
}


@pytest.mark.parametrize("name", NASTY)
def test_what_is_no_answer_is_unreadable(name: str) -> None:
    with pytest.raises(ber.BerError):
        pdu.opened(NASTY[name])


@pytest.mark.parametrize(
    "value",
    [b"\x02\x0a" + b"\x01" * 10, b"\x02\x00", b"\x46\x7f" + b"\xff" * 127, b"\x41\x80\x00\x00", b"\x04\x81\xff\x00"],
    ids=["giant integer", "no octets", "giant counter", "indefinite", "longer than there is"],
)
def test_a_value_that_is_none_ends_the_reading_and_keeps_what_stands_before(value: bytes) -> None:
    columns = [Column(COLUMNS[0])]
    bindings = [binding(f"{COLUMNS[0]}.1", number(5)), binding(f"{COLUMNS[0]}.2", value)]
    assert read(pdu.opened(message(1, bindings)), columns, {}) == (2 if value[1] in (0, 10, 127) else 1, False)
    assert columns[0].rows == {"1": 5}
    with pytest.raises(ber.BerError):
        pdu.values(pdu.opened(message(1, [binding(NAME, value)])), {pdu.encoded(NAME): NAME})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (number(-1), -1),
        (number(2**31), 2**31),
        (b"\x41\x04\xff\xff\xff\xff", 2**32 - 1),  # a counter without its leading zero, as some devices send it
        (number(2**64 - 1, ber.COUNTER64), 2**64 - 1),
        (b"\x47\x01\x07", 7),
        (text(b"x" * 300), b"x" * 300),
        (b"\x40\x04\x0a\x00\x00\x01", "10.0.0.1"),
        (b"\x06\x00", ""),
        (b"\x06\x03\x2b\x06\x01", "1.3.6.1"),
        (b"\x44\x07\x9f\x78\x04\x42\x28\x00\x00", 42.0),
        (b"\x44\x0b\x9f\x79\x08\x40\x45\x00\x00\x00\x00\x00\x00", 42.0),
        (b"\x44\x02\x9f\x78", b"\x9f\x78"),
    ],
    ids=str,
)
def test_values(value: bytes, expected: object) -> None:
    opened = pdu.opened(message(1, [binding(f"{COLUMNS[0]}.4", value)]))
    column = Column(COLUMNS[0])
    assert read(opened, [column], {}) == (1, True)
    assert column.rows == {"4": expected}
    assert pdu.values(opened, {pdu.encoded(f"{COLUMNS[0]}.4"): "it"}) == {"it": expected}


def test_lengths_in_a_longer_form_than_needed_are_read() -> None:
    one = ber.content(binding(f"{COLUMNS[0]}.4", number(7)))
    column = Column(COLUMNS[0])
    stretched = b"\x30\x82\x00" + bytes((len(one) + 1,)) + b"\x06\x81" + one[1:]
    opened = pdu.opened(message(1, [stretched]))
    assert read(opened, [column], {}) == (1, True)
    assert column.rows == {"4": 7}
    assert pdu.values(opened, {pdu.encoded(f"{COLUMNS[0]}.4"): "it"}) == {"it": 7}


def test_the_usual_form_and_the_long_way_read_the_same() -> None:
    short = message(1 << 30, [binding(NAME, number(1))], status=5)
    assert pdu.opened(short) == pdu._opened(short)
    assert pdu.opened(answer()) == pdu._opened(answer())


async def test_a_flood_of_rubbish_leaves_no_memory_behind() -> None:
    """All of it is heard: no more waits in the socket's buffer at a time than goes in anywhere."""
    async with network() as net, serving(table([(NAME, text(b"x"))])) as fake, asyncio.timeout(60):
        session: SnmpSession = net.snmp("127.0.0.1", credential(fake.port))
        await session.get([NAME], 5)
        chance, counted = random.Random(5), net._udp.counters
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for sent in range(1, 2001):
            fake.send(mutated(message(1 << 30, [binding(NAME, number(1))]), chance) or b"0")  # nothing is not sent
            while not sent % 100 and counted["unreadable"] + counted["late"] < sent:
                await asyncio.sleep(0)
        await session.get([NAME], 5)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert grown < 1 << 18
        assert counted["unreadable"] > 500
        assert net.counters["overrun"] == 0


def test_who_hears_what() -> None:
    opened = pdu.opened(message(7, [], pdu=RESPONSE))
    quiet = Line("10.0.0.1", COMMUNITY, socket.AF_INET, ("10.0.0.1", 161))
    assert hear([quiet], opened) == "late"
    assert hear([quiet], None) == "unreadable"
    assert quiet.garbled
