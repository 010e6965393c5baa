"""Does a table come whole, in few requests, from agents that have little room and odd habits?"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest

from netmon.errors import BadAnswer, Unreachable
from netmon.model import Credential, Secret
from netmon.wire.net import SnmpSession
from netmon.wire.real import RealNet
from netmon.wire.snmp.memory import DOUBTS, FRAME, Memory
from tests.wire.fake_agent import (
    COMMUNITY,
    GEN_ERR,
    GET_BULK,
    TOO_BIG,
    Answer,
    FakeAgent,
    Request,
    binding,
    message,
    number,
    serving,
    table,
    text,
)

ENTRY = "1.3.6.1.2.1.2.2.1"
COLUMNS = tuple(f"{ENTRY}.{n}" for n in range(2, 8))
NO_SUCH_NAME = 2


@asynccontextmanager
async def talking(answer: Answer) -> AsyncIterator[tuple[SnmpSession, FakeAgent, RealNet]]:
    net = RealNet()
    async with serving(answer) as fake:
        credential = Credential(id="c", version="2c", port=fake.port, community=Secret(COMMUNITY.decode(), "-"))
        try:
            yield net.snmp("127.0.0.1", credential), fake, net
        finally:
            await net.close()


def cells(rows: Mapping[str, Sequence[int]]) -> list[tuple[str, bytes]]:
    """Column -> the rows that it has; behind them stands a column that is not asked for."""
    found = [(f"{column}.{row}", number(row)) for column, has in rows.items() for row in has]
    return [*found, (f"{ENTRY}.99.1", number(0))]


FULL: Mapping[str, Sequence[int]] = {column: range(1, 26) for column in COLUMNS}
SPARSE: Mapping[str, Sequence[int]] = {
    COLUMNS[0]: range(1, 31),
    COLUMNS[1]: (2, 29),
    COLUMNS[2]: (),
    COLUMNS[3]: range(20, 60),
    COLUMNS[4]: (1,),
    COLUMNS[5]: (200, 70_000, 2**31),
}


def expected(rows: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    return {column: {str(row): row for row in has} for column, has in rows.items()}


@pytest.mark.parametrize("bulk", [True, False])
@pytest.mark.parametrize("rows", [FULL, SPARSE], ids=["full", "sparse"])
async def test_columns_need_not_have_the_same_rows(rows: Mapping[str, Sequence[int]], bulk: bool) -> None:
    async with talking(table(cells(rows))) as (agent, fake, _):
        assert await agent.table(COLUMNS, 5, bulk=bulk) == expected(rows)
        assert {request.pdu == GET_BULK for request in fake.requests} == {bulk}


async def test_all_columns_go_in_one_request_and_ended_ones_are_left_out() -> None:
    async with talking(table(cells(SPARSE))) as (agent, fake, _):
        await agent.table(COLUMNS, 5)
        asked = [len(request.oids) for request in fake.requests]
        assert asked[0] == len(COLUMNS)
        assert asked == sorted(asked, reverse=True)
        assert asked[-1] < len(COLUMNS)


async def test_answers_fit_a_frame_once_the_rows_are_known() -> None:
    wide = [(f"{column}.{row}", text(b"x" * 90)) for column in COLUMNS for row in range(1, 40)]
    sizes: list[int] = []

    def answer(request: Request) -> Sequence[bytes]:
        [reply] = table([*wide, (f"{ENTRY}.99.1", number(0))])(request)
        sizes.append(len(reply))
        return [reply]

    async with talking(answer) as (agent, _, _):
        await agent.table(COLUMNS, 5)
        sizes.clear()
        assert all(len(column) == 39 for column in (await agent.table(COLUMNS, 5)).values())
        assert max(sizes) < 1500
        assert len(sizes) < 30


def limited(honest: Answer, octets: int, way: str) -> tuple[Answer, list[str]]:
    """An agent with so much room, which finds more too big, cuts it off, sends fewer bindings, or says nothing."""
    said: list[str] = []

    def answer(request: Request) -> Sequence[bytes]:
        [reply] = honest(request)
        if len(reply) <= octets:
            return [reply]
        said.append(way)
        if way == "too big":
            return [message(request.id, [], status=TOO_BIG)]
        return [reply[:octets]] if way == "cut" else []

    return answer, said


@pytest.mark.parametrize("way", ["too big", "cut"])
@pytest.mark.parametrize("octets", [60, 120, 484, 900])
async def test_an_agent_with_little_room_is_asked_for_less_and_that_is_remembered(way: str, octets: int) -> None:
    answer, said = limited(table(cells(FULL)), octets, way)
    async with talking(answer) as (agent, _, _):
        assert await agent.table(COLUMNS, 5) == expected(FULL)
        first = len(said)
        said.clear()
        assert await agent.table(COLUMNS, 5) == expected(FULL)
        assert first > 0
        assert len(said) <= max(first, 25)


async def test_an_agent_that_sends_few_bindings_is_asked_again() -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return table(cells(SPARSE))(Request(request.pdu, request.id, request.oids[:2], 1))

    async with talking(answer) as (agent, _, _):
        assert (await agent.table(COLUMNS[:2], 5)) == expected({name: SPARSE[name] for name in COLUMNS[:2]})
        assert await agent.table(COLUMNS, 5) == expected(SPARSE)


async def test_a_big_request_that_gets_lost_half_way_is_asked_again_smaller() -> None:
    lost = 0

    def answer(request: Request) -> Sequence[bytes]:
        nonlocal lost
        if request.oids[0] != COLUMNS[0] and not lost:
            lost = len(request.oids) * request.repetitions
            return []
        return table(cells(FULL))(request)

    async with talking(answer) as (agent, fake, net):
        assert await agent.table(COLUMNS, 0.1) == expected(FULL)
        assert net.counters["retries"] == net.counters["timeouts"] == 1
        again = fake.requests[2]
        assert len(again.oids) * again.repetitions <= lost / 2


async def test_an_agent_that_knows_the_end_as_an_error() -> None:
    """As SNMPv1 has it (RFC 1157): behind the last object stands noSuchName."""

    def answer(request: Request) -> Sequence[bytes]:
        honest = table([(f"{COLUMNS[0]}.{n}", number(n)) for n in (1, 2, 3)])
        if f"{COLUMNS[0]}.3" in request.oids:
            return [message(request.id, [binding(request.oids[0], number(0))], status=NO_SUCH_NAME)]
        return honest(request)

    async with talking(answer) as (agent, _, _):
        assert await agent.table(COLUMNS[:1], 5, bulk=False) == {COLUMNS[0]: {"1": 1, "2": 2, "3": 3}}


async def test_scalars_of_an_agent_that_knows_missing_ones_as_an_error() -> None:
    names = [f"1.3.6.1.2.1.1.{n}.0" for n in range(1, 9)]
    has = {name: number(n) for n, name in enumerate(names) if n % 3}

    def answer(request: Request) -> Sequence[bytes]:
        if all(name in has for name in request.oids):
            return [message(request.id, [binding(name, has[name]) for name in request.oids])]
        return [message(request.id, [], status=NO_SUCH_NAME)]

    async with talking(answer) as (agent, _, _):
        assert (await agent.get(names, 5)).keys() == has.keys()


async def test_an_agent_that_answers_nothing_at_all_is_given_up() -> None:
    for reply in ([], [b"\x30\x00"], [binding(COLUMNS[0], number(1))[:6]]):
        async with talking(lambda request, reply=reply: [message(request.id, reply)]) as (agent, fake, _):  # type: ignore[misc]
            with pytest.raises(BadAnswer):
                await agent.table(COLUMNS, 5)
            assert len(fake.requests) < 60


async def test_an_agent_without_getbulk_is_given_up_soon() -> None:
    async with talking(lambda request: [message(request.id, [], status=GEN_ERR)]) as (agent, fake, _):
        with pytest.raises(BadAnswer, match="an SNMP error: genErr"):
            await agent.table(COLUMNS, 5)
        assert len(fake.requests) < 30


# --- scalars beside a table -----------------------------------------------------------------------

AGE, BOOTS, LACKING = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.10.2.1.2.0", "1.3.6.1.4.1.9.1.0"
SCALARS = {AGE: {"": 77}, BOOTS: {"": 5}}


def with_scalars(rows: Mapping[str, Sequence[int]]) -> Answer:
    return table([(AGE, number(77, 0x43)), *cells(rows), (BOOTS, number(5))])


async def test_scalars_come_with_the_first_answer_of_a_table_that_is_known() -> None:
    async with talking(with_scalars(FULL)) as (agent, fake, _):
        for _ in range(2):
            fake.requests.clear()
            assert await agent.table(COLUMNS, 5, scalars=(AGE, LACKING, BOOTS)) == expected(FULL) | SCALARS
        assert [request.once for request in fake.requests] == [3] + [0] * (len(fake.requests) - 1)
        assert {request.pdu for request in fake.requests} == {GET_BULK}


async def test_an_agent_that_takes_scalars_for_columns_loses_nothing() -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return with_scalars(FULL)(request._replace(once=0))

    async with talking(answer) as (agent, fake, _):
        for _ in range(3):
            fake.requests.clear()
            assert await agent.table(COLUMNS, 5, scalars=(AGE, BOOTS)) == expected(FULL) | SCALARS
        assert not any(request.once for request in fake.requests)


@pytest.mark.parametrize("status", [TOO_BIG, NO_SUCH_NAME, GEN_ERR])
async def test_an_agent_that_refuses_scalars_beside_rows_is_asked_for_them_apart(status: int) -> None:
    def answer(request: Request) -> Sequence[bytes]:
        return [message(request.id, [], status=status)] if request.once else with_scalars(FULL)(request)

    async with talking(answer) as (agent, fake, _):
        for _ in range(3):
            fake.requests.clear()
            assert await agent.table(COLUMNS, 5, scalars=(AGE, BOOTS)) == expected(FULL) | SCALARS
        assert not any(request.once for request in fake.requests)


async def test_a_walk_that_breaks_off_has_the_scalars() -> None:
    mute = False

    def answer(request: Request) -> Sequence[bytes]:
        return [] if mute and COLUMNS[0] not in request.oids else with_scalars(FULL)(request)

    async with talking(answer) as (agent, _, _):
        await agent.table(COLUMNS, 5)
        mute = True
        with pytest.raises(Unreachable) as caught:
            await agent.table(COLUMNS, 0.05, scalars=(AGE, BOOTS))
        assert {oid: caught.value.columns[oid] for oid in SCALARS} == SCALARS
        assert caught.value.columns[COLUMNS[0]]


# --- what is remembered ---------------------------------------------------------------------------


def test_what_was_too_much_is_halved_and_comes_back_slowly() -> None:
    memory = Memory()
    memory.shrink(1000.0)
    assert memory.room == 500
    grown = 0
    while memory.room < FRAME:
        memory.answered(20)
        grown += 1
    assert 20 < grown < 200


def test_only_big_requests_that_stay_unanswered_beside_small_ones_that_do_not_are_too_big() -> None:
    memory = Memory()
    for _ in range(DOUBTS):
        memory.unanswered(60)
        memory.answered(6)
    assert memory.room == FRAME / 2
    memory = Memory()
    for _ in range(50):  # dead, or a packet lost now and then
        memory.unanswered(6)
        memory.unanswered(60)
        memory.answered(60)
    assert memory.room == FRAME


def test_the_shapes_of_tables_are_bounded() -> None:
    memory = Memory()
    for n in range(1000):
        memory.learn((str(n),), memory.shape(()))
    assert len(memory.shapes) <= 64
