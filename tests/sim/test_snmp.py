"""Does the agent answer as RFC 3416 says, and does it survive whatever is sent to it?"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.sim.mib import AgentSpec, Mib, PortSpec
from netmon.sim.snmp import GET, GET_BULK, GET_NEXT, MAX_MESSAGE, RESPONSE, SET, Responder
from netmon.wire.snmp import ber

NOW = 1_790_000_000.0
UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
IF_NAME = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1)
HC_IN = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6)
LAST = (1, 3, 6, 1, 6, 3, 10, 2, 1, 4, 0)
SPEC = AgentSpec(
    device="a-r1",
    address="127.66.0.1",
    community="public",
    booted_at=NOW - 100,
    ports=tuple(PortSpec(f"Gi0/0/{n}", "x", 100_000_000, 0.2) for n in range(30)),
)

Value = tuple[int, bytes]


def ask(
    pdu: int, *oids: ber.Oid, first: int = 0, second: int = 0, community: str = "public", version: int = 1
) -> bytes:
    null = ber.wrap(ber.NULL, b"")
    bindings = b"".join(ber.wrap(ber.SEQUENCE, ber.encode_oid(oid) + null) for oid in oids)
    numbers = ber.encode_int(4711) + ber.encode_int(first) + ber.encode_int(second)
    message = ber.encode_int(version) + ber.wrap(ber.OCTET_STRING, community.encode())
    return ber.wrap(ber.SEQUENCE, message + ber.wrap(pdu, numbers + ber.wrap(ber.SEQUENCE, bindings)))


def told(answer: bytes | None) -> tuple[int, int, list[tuple[ber.Oid, Value]]]:
    """(error-status, error-index, bindings) of a well-formed response to request 4711."""
    assert answer is not None
    _, start, end = ber.read(answer, 0, len(answer), ber.SEQUENCE)
    assert end == len(answer)
    version, at = ber.read_int(answer, start, end)
    _, _, at = ber.read(answer, at, end, ber.OCTET_STRING)
    _, at, stop = ber.read(answer, at, end, RESPONSE)
    request, at = ber.read_int(answer, at, stop)
    status, at = ber.read_int(answer, at, stop)
    index, at = ber.read_int(answer, at, stop)
    _, at, stop = ber.read(answer, at, stop, ber.SEQUENCE)
    assert (version, request, stop) == (1, 4711, end)
    bindings = []
    while at < stop:
        _, inner, at = ber.read(answer, at, stop, ber.SEQUENCE)
        oid, inner = ber.read_oid(answer, inner, at)
        tag, value, last = ber.read(answer, inner, at)
        assert last == at
        bindings.append((oid, (tag, answer[value:last])))
    return status, index, bindings


@pytest.fixture
def agent() -> Responder:
    return Responder(Mib(SPEC))


def test_get_finds_and_misses(agent: Responder) -> None:
    status, index, bindings = told(agent.answer(ask(GET, NAME, (*NAME[:-1], 7), (*IF_NAME, 99), (1, 3, 6, 1, 9)), NOW))
    assert (status, index) == (0, 0)
    assert [value for _, value in bindings] == [
        (ber.OCTET_STRING, b"a-r1"),
        (ber.NO_SUCH_INSTANCE, b""),
        (ber.NO_SUCH_INSTANCE, b""),
        (ber.NO_SUCH_OBJECT, b""),
    ]


def test_uptime_moves_although_the_answer_is_planned_once(agent: Responder) -> None:
    question = ask(GET, UPTIME)
    ticks = [told(agent.answer(question, NOW + wait))[2][0][1] for wait in (0, 1, 2.5)]
    assert [(tag, int.from_bytes(content, "big")) for tag, content in ticks] == [
        (ber.TIME_TICKS, 10_000),
        (ber.TIME_TICKS, 10_100),
        (ber.TIME_TICKS, 10_250),
    ]


def test_plans_of_different_questions_are_kept_apart(agent: Responder) -> None:
    for _ in range(2):
        assert told(agent.answer(ask(GET, NAME), NOW))[2][0][0] == NAME
        assert told(agent.answer(ask(GET_NEXT, NAME), NOW))[2][0][0] > NAME
        assert told(agent.answer(ask(GET_BULK, NAME, first=0, second=3), NOW))[2][2][0] > NAME
        assert told(agent.answer(ask(GET_BULK, NAME, first=0, second=0), NOW))[2] == []


def test_next_walks_all_objects_in_order(agent: Responder) -> None:
    oid: ber.Oid = (1, 3)
    seen = []
    while True:
        _, _, [(found, (tag, _))] = told(agent.answer(ask(GET_NEXT, oid), NOW))
        if tag == ber.END_OF_MIB_VIEW:
            assert found == oid == LAST
            break
        assert found > oid
        seen.append(found)
        oid = found
    assert seen == list(Mib(SPEC).rows)


@pytest.mark.parametrize(
    ("once", "repetitions", "expected"),
    [
        (1, 2, [NAME, (*IF_NAME, 1), (*HC_IN, 1), (*IF_NAME, 2), (*HC_IN, 2)]),
        (0, 1, [NAME, (*IF_NAME, 1), (*HC_IN, 1)]),
        (3, 5, [NAME, (*IF_NAME, 1), (*HC_IN, 1)]),
        (9, 5, [NAME, (*IF_NAME, 1), (*HC_IN, 1)]),
        (1, 0, [NAME]),
        (1, -4, [NAME]),
        (-1, 1, [NAME, (*IF_NAME, 1), (*HC_IN, 1)]),
    ],
)
def test_bulk_repeats_what_it_should(agent: Responder, once: int, repetitions: int, expected: list[ber.Oid]) -> None:
    question = ask(GET_BULK, NAME[:-1], IF_NAME, HC_IN, first=once, second=repetitions)
    assert [oid for oid, _ in told(agent.answer(question, NOW))[2]] == expected


def test_bulk_stops_at_the_end_and_at_the_size_of_a_frame(agent: Responder) -> None:
    _, _, bindings = told(agent.answer(ask(GET_BULK, LAST[:-1], second=100), NOW))
    assert [tag for _, (tag, _) in bindings] == [ber.INTEGER, ber.END_OF_MIB_VIEW]
    answer = agent.answer(ask(GET_BULK, (1, 3), second=2**31 - 1), NOW)
    assert answer is not None
    assert MAX_MESSAGE - 100 < len(answer) <= MAX_MESSAGE


def test_too_big_and_not_writable(agent: Responder) -> None:
    assert told(agent.answer(ask(GET, *[(*IF_NAME, n) for n in range(1, 80)]), NOW)) == (1, 0, [])
    status, index, [(oid, _)] = told(agent.answer(ask(SET, NAME), NOW))
    assert (status, index, oid) == (17, 1, NAME)


@pytest.mark.parametrize(
    "question",
    [
        ask(GET, NAME, community="private"),
        ask(GET, NAME, community=""),
        ask(GET, NAME, version=0),
        ask(GET, NAME, version=3),
        ask(RESPONSE, NAME),
        ask(0xA7, NAME),
        ask(GET, NAME) + b"\0",
        ask(GET, NAME)[:-1],
        b"",
        b"\x30\x80\x00\x00",
    ],
)
def test_silence_where_a_real_agent_is_silent(agent: Responder, question: bytes) -> None:
    assert agent.answer(question, NOW) is None


def test_counters_move_like_traffic_and_stop_with_the_port() -> None:
    mib = Mib(SPEC)
    row = mib.rows[(*HC_IN, 2)]

    def octets(after: float) -> int:
        return int(row.at(NOW + after))

    rates = [(octets(n * 60 + 60) - octets(n * 60)) / 60 for n in range(1440)]
    assert 0 < min(rates) < max(rates) < 100e6 / 8
    mib.set_port("Gi0/0/0", False, NOW + 10)
    stopped = octets(10)
    assert stopped == octets(500)
    mib.set_port("Gi0/0/0", True, NOW + 500)
    assert stopped == octets(500) < octets(510)
    mib.reboot(NOW + 600)
    assert octets(600) == 0 < octets(610) < octets(700)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert Responder(Mib(SPEC)).answer(data, NOW) is None


QUESTIONS = [
    ask(GET, NAME, UPTIME),
    ask(GET_NEXT, IF_NAME, (1, 3)),
    ask(GET_BULK, NAME[:-1], IF_NAME, HC_IN, first=1, second=10),
    ask(SET, NAME),
    ask(GET),
]


def test_every_single_flipped_bit_and_every_cut() -> None:
    agent = Responder(Mib(SPEC))
    for question in QUESTIONS:
        for at in range(len(question)):
            agent.answer(question[:at], NOW)
            for bit in range(8):
                broken = bytearray(question)
                broken[at] ^= 1 << bit
                answer = agent.answer(bytes(broken), NOW)
                assert answer is None or len(answer) <= MAX_MESSAGE


def test_ten_thousand_mutations() -> None:
    agent, chance = Responder(Mib(SPEC)), random.Random(5)
    for _ in range(10_000):
        broken = bytearray(chance.choice(QUESTIONS))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(broken))
            match chance.randrange(3):
                case 0:
                    broken[at] = chance.choice((0, 1, 0x7F, 0x80, 0x81, 0x84, 0xFF, chance.randrange(256)))
                case 1:
                    del broken[at : at + chance.randint(1, 4)]
                case _:
                    broken[at:at] = chance.randbytes(chance.randint(1, 4))
            broken = broken or bytearray(b"\x30")
        answer = agent.answer(bytes(broken), NOW)
        assert answer is None or len(answer) <= MAX_MESSAGE


def test_a_datagram_of_the_largest_size() -> None:
    agent = Responder(Mib(SPEC))
    huge = ask(GET_BULK, *[(1, 3)] * 7000, second=2**31 - 1)
    assert len(huge) < 65_507
    answer = agent.answer(huge, NOW)
    assert answer is not None
    assert len(answer) <= MAX_MESSAGE
    assert told(agent.answer(ask(GET, *[(1, 3)] * 7000), NOW)) == (1, 0, [])
