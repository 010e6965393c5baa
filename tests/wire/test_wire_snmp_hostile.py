"""Does anything that calls itself an SNMP agent get the better of us?"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Literal

import gufo.snmp
import pytest
from gufo.snmp import _fast

from netmon.errors import AuthFailed, BadAnswer, CollectError, Refused, Unreachable
from netmon.model import Credential, Secret
from netmon.wire.failures import IcmpError
from netmon.wire.net import SnmpSession
from netmon.wire.real import RealNet
from netmon.wire.snmp import ber
from netmon.wire.snmp.channel import translate
from netmon.wire.snmp.v3 import MOST
from netmon.wire.snmp.walk import CELLS
from tests.wire.fake_agent import (
    COMMUNITY,
    GEN_ERR,
    NOTHING,
    REPORT,
    TOO_BIG,
    Answer,
    FakeAgent,
    Request,
    binding,
    message,
    number,
    oid,
    serving,
    table,
    text,
)

COLUMN = "1.3.6.1.2.1.2.2.1.2"
SCALARS = [f"1.3.6.1.2.1.1.{n}.0" for n in (1, 3, 5)]
VALUES = [(name, number(n)) for n, name in enumerate(SCALARS)]


Version = Literal["2c", "3"]
BOTH = pytest.mark.parametrize("version", ["2c", "3"])


@asynccontextmanager
async def talking(answer: Answer, version: Version = "2c") -> AsyncIterator[tuple[SnmpSession, FakeAgent, RealNet]]:
    net = RealNet()
    async with serving(answer) as fake:
        community = Secret(COMMUNITY.decode(), "-") if version == "2c" else None
        credential = Credential(id="c", version=version, port=fake.port, community=community, user="fake")
        try:
            yield net.snmp("127.0.0.1", credential), fake, net
        finally:
            await net.close()


def rows(count: int, value: bytes | None = None, column: str = COLUMN) -> list[tuple[str, bytes]]:
    return [(f"{column}.{n}", number(n) if value is None else text(value)) for n in range(1, count + 1)]


AFTER = ("1.3.6.1.2.1.2.2.1.3.1", number(6))


@BOTH
async def test_an_honest_agent(version: Version) -> None:
    async with talking(table([*VALUES, *rows(3), AFTER]), version) as (agent, _, _):
        assert await agent.get(SCALARS, 5) == {name: n for n, name in enumerate(SCALARS)}
        assert await agent.table([COLUMN], 5) == {COLUMN: {"1": 1, "2": 2, "3": 3}}


@BOTH
@pytest.mark.parametrize("status", [TOO_BIG, GEN_ERR])
@pytest.mark.parametrize("echo", [False, True])
async def test_an_error_status_is_a_bad_answer(version: Version, status: int, echo: bool) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        bindings = [binding(name, NOTHING) for name in request.oids] if echo else []
        return [message(request.id, bindings, status=status)]

    async with talking(answer, version) as (agent, _, _):
        with pytest.raises(BadAnswer, match="SNMP error"):
            await agent.get(SCALARS, 5)


@BOTH
async def test_one_broken_object_does_not_hide_the_others(version: Version) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        if SCALARS[1] in request.oids:
            return [message(request.id, [binding(name, NOTHING) for name in request.oids], status=GEN_ERR)]
        return table(VALUES)(request)

    async with talking(answer, version) as (agent, _, _):
        assert await agent.get(SCALARS, 5) == {SCALARS[0]: 0, SCALARS[2]: 2}


@BOTH
async def test_an_agent_with_little_room_is_asked_in_pieces(version: Version) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return [message(request.id, [], status=TOO_BIG)] if len(request.oids) > 1 else table(VALUES)(request)

    async with talking(answer, version) as (agent, _, _):
        assert len(await agent.get(SCALARS, 5)) == 3


@BOTH
async def test_objects_that_were_not_asked_for_do_not_count(version: Version) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return [message(request.id, [binding("1.3.6.1.4.1.1.0", number(1))])]

    async with talking(answer, version) as (agent, _, _):
        with pytest.raises(BadAnswer):
            await agent.get(SCALARS, 5)


async def test_a_great_many_objects_go_in_several_requests() -> None:
    many = [(f"1.3.6.1.4.1.1.{n}.0", number(n)) for n in range(100)]
    async with talking(table(many)) as (agent, fake, _):
        assert len(await agent.get([name for name, _ in many], 5)) == 100
        assert len(fake.requests) == 4


@BOTH
async def test_a_walk_that_turns_in_circles_is_stopped(version: Version) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return [message(request.id, [binding(f"{COLUMN}.{n}", number(n)) for n in (1, 2, 3)])]

    async with talking(answer, version) as (agent, fake, _):
        with pytest.raises(BadAnswer, match="in circles"):
            await agent.table([COLUMN], 5)
        assert len(fake.requests) == 2


@BOTH
@pytest.mark.parametrize("order", [("2", "1"), ("1", "1"), ("10", "9"), ("1.2", "1.1"), ("1.1", "1")])
async def test_a_walk_out_of_order_is_stopped(version: Version, order: tuple[str, str]) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return [message(request.id, [binding(f"{COLUMN}.{index}", number(1)) for index in order])]

    async with talking(answer, version) as (agent, _, _):
        with pytest.raises(BadAnswer, match="in circles"):
            await agent.table([COLUMN], 5)


@BOTH
async def test_a_walk_that_names_the_column_itself_is_stopped(version: Version) -> None:
    async with talking(lambda request: [message(request.id, [binding(COLUMN, number(1))])], version) as (agent, _, _):
        with pytest.raises(BadAnswer, match="in circles"):
            await agent.table([COLUMN], 5)


@pytest.mark.parametrize(
    ("version", "batch"), [("2c", 1000), pytest.param("3", 100, marks=pytest.mark.nightly)], ids=["2c", "3"]
)
async def test_a_walk_without_end_is_stopped(version: Version, batch: int) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        start = int(request.oids[0].removeprefix(COLUMN).removeprefix(".") or 0)
        names = (stem + ber.encode_arcs((start + n + 1,)) for n in range(batch))
        one = b"\x02\x01\x01"
        found = [bytes((0x30, len(name) + 5, 0x06, len(name))) + name + one for name in names]
        return [message(request.id, found)]

    stem = oid(COLUMN)[2:]
    async with talking(answer, version) as (agent, _, _):
        with pytest.raises(BadAnswer, match=f"more than {CELLS}"):
            await agent.table([COLUMN], 5)


@BOTH
async def test_rows_by_several_numbers(version: Version) -> None:
    names = ["1.2", "1.10", "2.1", "10.1"]
    async with talking(table([*((f"{COLUMN}.{name}", number(1)) for name in names), AFTER])) as (agent, _, _):
        assert list((await agent.table([COLUMN], 5))[COLUMN]) == names


OTHER, BEHIND = "1.3.6.1.2.1.2.2.1.7", ("1.3.6.1.2.1.2.2.1.8.1", number(1))


def breaking(after: int) -> Answer:
    """Nine rows in two columns, the first of which cannot be read any further after so many."""
    honest = table([*rows(9), *rows(9, column=OTHER), BEHIND])
    keys = [COLUMN, *(f"{COLUMN}.{n}" for n in range(1, 10))]

    def answer(request: Request) -> Sequence[bytes]:
        turns = max(1, request.repetitions)
        if any(name in keys and keys.index(name) + turns > after for name in request.oids):
            return [message(request.id, [binding(name, NOTHING) for name in request.oids], status=GEN_ERR)]
        return honest(request)

    return answer


@pytest.mark.parametrize("bulk", [True, False])
async def test_a_broken_row_costs_what_stands_behind_it_and_no_other_column(bulk: bool) -> None:
    async with talking(breaking(5)) as (agent, _, _):
        with pytest.raises(BadAnswer, match=r"broke off after 5 rows \(genErr\)") as raised:
            await agent.table([COLUMN, OTHER], 5, bulk=bulk)
        assert {column: len(found) for column, found in raised.value.columns.items()} == {COLUMN: 5, OTHER: 9}


async def test_a_column_that_cannot_be_read_at_all_is_empty() -> None:
    async with talking(breaking(0)) as (agent, _, _):
        found = await agent.table([COLUMN, OTHER], 5)
        assert {column: len(rows) for column, rows in found.items()} == {COLUMN: 0, OTHER: 9}
        with pytest.raises(BadAnswer, match="an SNMP error: genErr"):
            await agent.table([COLUMN], 5)


@BOTH
async def test_a_walk_that_falls_silent_keeps_what_it_has(version: Version) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        behind = [int(name.removeprefix(f"{OTHER}.")) for name in request.oids if name.startswith(f"{OTHER}.")]
        honest = table([*rows(9), *rows(90, column=OTHER), BEHIND])
        return [] if max(behind, default=0) >= 30 else honest(request)

    async with talking(answer, version) as (agent, _, _):
        with pytest.raises(Unreachable) as raised:
            await agent.table([COLUMN, OTHER], 0.1)
        kept = raised.value.columns
        assert kept[COLUMN].keys() == {str(n) for n in range(1, 10)}
        assert 30 <= len(kept[OTHER]) < 90


async def test_a_walk_that_breaks_off_is_a_bad_answer() -> None:
    """SNMPv3: the library hides error-status; a column without end that is shorter than others is doubtful."""

    def answer(request: Request) -> Sequence[bytes]:
        if request.oids[0] == COLUMN:
            return [message(request.id, [binding(*row) for row in rows(5)])]
        if request.oids[0].startswith(COLUMN):
            return [message(request.id, [binding(request.oids[0], NOTHING)], status=GEN_ERR)]
        return table([*rows(9, column=OTHER), BEHIND])(request)

    async with talking(answer, "3") as (agent, _, _):
        with pytest.raises(BadAnswer, match="broke off after 5 rows") as raised:
            await agent.table([COLUMN, OTHER], 5)
        assert {column: len(found) for column, found in raised.value.columns.items()} == {COLUMN: 5, OTHER: 9}


@BOTH
async def test_a_column_at_the_very_end_of_the_agent_is_whole(version: Version) -> None:
    async with talking(table(rows(3)), version) as (agent, _, _):
        assert len((await agent.table([COLUMN], 5))[COLUMN]) == 3


async def test_a_column_costs_one_request_once_its_length_is_known() -> None:
    async with talking(table([*rows(25), AFTER])) as (agent, fake, _):
        await agent.table([COLUMN], 5)
        fake.requests.clear()
        await agent.table([COLUMN], 5)
        assert [request.repetitions for request in fake.requests] == [26]


async def test_replies_longer_than_the_library_reads_come_in_smaller_pieces() -> None:
    long = rows(40, b"x" * 255)
    async with talking(table([*long, AFTER]), "3") as (agent, fake, _):
        column = (await agent.table([COLUMN], 5))[COLUMN]
        assert fake.requests[0].repetitions == MOST
        assert column == {str(n): b"x" * 255 for n in range(1, 41)}


async def test_an_answer_to_another_request_does_not_count() -> None:
    async with talking(lambda request: [message(request.id ^ 1, [binding(SCALARS[0], number(1))])]) as (agent, _, _):
        with pytest.raises(Unreachable):
            await agent.get(SCALARS, 0.1)


async def test_stray_answers_do_not_prolong_the_wait() -> None:
    async with talking(lambda _: []) as (agent, fake, _), asyncio.timeout(30):
        asking = asyncio.ensure_future(agent.get(SCALARS, 0.2))
        await fake.arrived.wait()
        while not asking.done():
            fake.send(message(1, [binding(SCALARS[0], number(1))]))
            await asyncio.sleep(0.02)
        with pytest.raises(Unreachable):
            await asking


async def test_a_late_answer_belongs_to_nobody() -> None:
    async with talking(lambda _: []) as (agent, fake, _):
        with pytest.raises(Unreachable):
            await agent.get(SCALARS, 0.05)
        late = message(fake.requests[0].id, [binding(SCALARS[0], number(111))])
        fake.answer = lambda request: [late, message(request.id, [binding(SCALARS[0], number(222))])]
        assert await agent.get(SCALARS, 5) == {SCALARS[0]: 222}


@BOTH
async def test_the_time_that_a_request_takes_is_its_own(version: Version) -> None:
    """Not that of the requests before it, for whose answers it has to wait."""

    def answer(request: Request) -> Sequence[bytes]:
        time.sleep(0.1)
        return table(VALUES)(request)

    async def asked(agent: SnmpSession) -> tuple[float, float]:
        began = time.perf_counter()
        await agent.get(SCALARS, 5)
        return agent.rtt, time.perf_counter() - began

    async with talking(answer, version) as (agent, _, _):
        await agent.get(SCALARS, 5)
        times = await asyncio.gather(*(asked(agent) for _ in range(3)))
    assert all(0.1 <= rtt < whole - 0.1 * waited for waited, (rtt, whole) in enumerate(times))


@BOTH
async def test_an_answer_said_twice_is_heard_once(version: Version) -> None:
    async with talking(lambda request: [*table(VALUES)(request)] * 2, version) as (agent, _, _):
        for _ in range(3):
            assert len(await agent.get(SCALARS, 5)) == 3


async def test_an_answer_from_another_community_does_not_count() -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return [message(request.id, [binding(SCALARS[0], number(1))], community=b"other")]

    async with talking(answer) as (agent, _, _):
        with pytest.raises(Unreachable):
            await agent.get(SCALARS, 0.1)


GARBAGE = {
    "text": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "zeros": bytes(100),
    "ones": b"\xff" * 100,
    "cut": b"\x30\x82\xff\xff\x02\x01\x01",
    "length of lengths": b"\x30\xff" + b"\xff" * 127,
    "nested": b"\x30\x80" * 500,
    "huge": b"\x30\x83\x01\x00\x00" + bytes(60_000),
}


@BOTH
@pytest.mark.parametrize("name", GARBAGE)
async def test_garbage_is_a_bad_answer_and_forgotten(name: str, version: Version) -> None:
    async with talking(lambda _: [GARBAGE[name]]) as (agent, fake, net):
        with pytest.raises(BadAnswer, match="not SNMP"):
            await agent.get(SCALARS, 0.05)
        assert net.counters["unreadable"] == 1
        fake.answer = table(VALUES)
        assert len(await agent.get(SCALARS, 5)) == 3


@BOTH
async def test_an_empty_binding_that_makes_the_library_panic_is_a_bad_answer(version: Version) -> None:
    async with talking(lambda request: [message(request.id, [b"\x30\x00"])], version) as (agent, fake, _):
        with pytest.raises(BadAnswer, match=r"not SNMP|cannot be read"):
            await agent.get(SCALARS, 2)
        fake.answer = table(VALUES)
        assert len(await agent.get(SCALARS, 5)) == 3


async def test_a_report_to_v2c_is_a_refused_credential() -> None:
    async with talking(lambda request: [message(request.id, [], pdu=REPORT)]) as (agent, _, _):
        with pytest.raises(AuthFailed):
            await agent.get(SCALARS, 2)


def damage(datagram: bytes, chance: random.Random, spare: int) -> bytes:
    """A few bytes changed, lost or added behind the first `spare`."""
    data = bytearray(datagram)
    for _ in range(chance.randint(1, 3)):
        if len(data) <= spare:
            break
        at = chance.randrange(spare, len(data))
        kind = chance.random()
        if kind < 0.6:
            data[at] = chance.choice([0, 0x05, 0x30, 0x80, 0x81, 0x84, 0xFF, chance.randrange(256)])
        elif kind < 0.8:
            del data[at : at + chance.randint(1, 4)]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 5))
    return bytes(data)


@pytest.mark.parametrize("seed", range(3))
async def test_damaged_answers_raise_nothing_but_poll_errors(seed: int) -> None:
    chance = random.Random(seed)
    honest = table([*VALUES, *rows(3), ("1.3.6.1.2.1.2.2.1.3.1", number(2**40, 0x46))])

    def answer(request: Request) -> Sequence[bytes]:
        [good] = honest(request)
        return [damage(good, chance, good.find(number(request.id)) + 6)]

    async with talking(answer) as (agent, fake, _):
        for turn in range(200):
            with suppress(CollectError):
                await (agent.table([COLUMN], 0.005) if turn % 2 else agent.get(SCALARS, 0.005))
        fake.answer = honest
        assert len(await agent.get(SCALARS, 5)) == 3


# --- the edge where errors are mapped ---------------------------------------------------------

MAPPED: dict[type[Exception], type[CollectError]] = {
    gufo.snmp.SnmpError: BadAnswer,
    gufo.snmp.SnmpAuthError: AuthFailed,
    gufo.snmp.SnmpDecodeError: BadAnswer,
    gufo.snmp.SnmpEncodeError: BadAnswer,
    gufo.snmp.NoSuchInstance: BadAnswer,
}


def test_every_exception_of_the_library_is_known() -> None:
    found = {
        value
        for module in (gufo.snmp, _fast)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseException)
    }
    assert found == MAPPED.keys()


@pytest.mark.parametrize(("raised", "expected"), MAPPED.items(), ids=lambda kind: str(kind.__name__))
def test_every_exception_of_the_library_is_mapped(raised: type[Exception], expected: type[CollectError]) -> None:
    assert isinstance(translate(raised("x"), [], "10.0.0.1"), expected)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError("connection refused"), Refused),
        (OSError("Connection refused (os error 111)"), Refused),
        (OSError("Network is unreachable (os error 101)"), Unreachable),
        (OSError("No route to host (os error 113)"), Unreachable),
        (OSError("Too many open files (os error 24)"), BadAnswer),
        (OSError("invalid address"), BadAnswer),
        (ValueError("invalid key"), BadAnswer),
        (NotImplementedError("not implemented"), BadAnswer),
        (RuntimeError("whatever"), BadAnswer),
    ],
    ids=str,
)
def test_the_other_errors(error: Exception, expected: type[CollectError]) -> None:
    assert type(translate(error, [], "10.0.0.1")) is expected


@pytest.mark.parametrize(
    ("address", "offender", "expected"),
    [
        ("10.0.0.1", "10.0.0.1", Refused),
        ("fd00:0::1", "fd00::1", Refused),
        ("10.0.0.1", "10.0.9.254", Unreachable),
        ("fd00::1", "fd00::fe", Unreachable),
        ("10.0.0.1", "", Unreachable),
    ],
)
def test_only_the_device_itself_can_refuse(address: str, offender: str, expected: type[CollectError]) -> None:
    found = translate(TimeoutError("connection refused"), [IcmpError(111, offender)], address)
    assert type(found) is expected
