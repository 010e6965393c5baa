"""Is the credential that a device accepts found, without haste, without a lock-out and at nobody's cost?"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import AuthFailed, BadAnswer, CollectError, SecretMissing, Unreachable
from netmon.model import Credential, Secret
from netmon.sim.virtual import run_virtual
from netmon.wire.net import SnmpValue
from netmon.wire.real import RealNet
from netmon.wire.snmp.credentials import RECHECK, REST, SYS_UPTIME, Choice
from tests.wire.fake_agent import COMMUNITY, binding, message, serving, table, text

NAME = "1.3.6.1.2.1.1.5.0"
ROWS = [(SYS_UPTIME, b"\x43\x01\x05"), (NAME, text(b"x"))]


def v2c(name: str, community: str, port: int = 161, fallback: Credential | None = None) -> Credential:
    return Credential(id=name, version="2c", port=port, community=Secret(community, "-"), fallback=fallback)


def v3(name: str, port: int = 161, fallback: Credential | None = None) -> Credential:
    return Credential(id=name, version="3", port=port, user="fake", fallback=fallback)


@asynccontextmanager
async def network() -> AsyncIterator[RealNet]:
    net = RealNet()
    try:
        yield net
    finally:
        await net.close()


# --- on real sockets ------------------------------------------------------------------------------


async def test_a_device_that_knows_only_the_old_community_is_polled_with_it() -> None:
    async with network() as net, serving(table(ROWS)) as fake:
        both = v2c("new", "fresh", fake.port, v2c("old", COMMUNITY.decode(), fake.port))
        session = net.snmp("127.0.0.1", both)
        assert net.using("127.0.0.1", both) == ""
        assert await session.get([NAME], 0.2) == {NAME: b"x"}
        assert net.using("127.0.0.1", both) == "old"
        asked = fake.datagrams
        assert await session.get([NAME], 0.2) == {NAME: b"x"}
        assert fake.datagrams == asked + 1


async def test_a_device_without_v3_is_polled_by_v2c() -> None:
    async with network() as net, serving(table(ROWS), user=False) as fake:
        both = v3("new", fake.port, v2c("old", COMMUNITY.decode(), fake.port))
        assert await net.snmp("127.0.0.1", both).get([NAME], 0.2) == {NAME: b"x"}
        assert net.using("127.0.0.1", both) == "old"


async def test_the_best_that_works_is_used() -> None:
    async with network() as net, serving(table(ROWS)) as fake:
        both = v3("new", fake.port, v2c("old", COMMUNITY.decode(), fake.port))
        for _ in range(3):
            assert await net.snmp("127.0.0.1", both).get([NAME], 5) == {NAME: b"x"}
        assert net.using("127.0.0.1", both) == "new"


async def test_a_table_comes_by_the_old_credential_too_and_keeps_its_part() -> None:
    column = "1.3.6.1.2.1.2.2.1.2"
    async with network() as net, serving(table([*ROWS, (f"{column}.1", text(b"a"))])) as fake:
        both = v2c("new", "fresh", fake.port, v2c("old", COMMUNITY.decode(), fake.port))
        assert await net.snmp("127.0.0.1", both).table([column], 0.2) == {column: {"1": b"a"}}
        fake.answer = lambda request: [message(request.id, [binding(f"{column}.{n}", text(b"a")) for n in (1, 1)])]
        with pytest.raises(BadAnswer, match="in circles") as raised:
            await net.snmp("127.0.0.1", both).table([column], 0.2)
        assert raised.value.columns == {column: {"1": b"a"}}


# --- by the clock ---------------------------------------------------------------------------------


class World:
    """A device that accepts some credentials and takes 10 ms to answer; everything it is asked, and when."""

    def __init__(self, *accepts: str) -> None:
        self.accepts = set(accepts)
        self.rejects: set[str] = set()
        self.asked: list[tuple[float, str, str]] = []

    def make(self, credential: Credential) -> "Asked":
        if credential.community is not None and not credential.community.is_set:
            raise SecretMissing("env:NEVER is not set")
        return Asked(self, credential.id)

    def choice(self, *names: str) -> Choice:
        credential: Credential | None = None
        for name in reversed(names):
            credential = v2c(name, name, fallback=credential)
        assert credential is not None
        return Choice("10.0.0.1", credential, self.make)


class Asked:
    rtt = 0.01

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        self.world.asked.append((asyncio.get_running_loop().time(), self.name, oids[0]))
        if self.name in self.world.rejects:
            raise AuthFailed("rejected")
        if self.name not in self.world.accepts:
            await asyncio.sleep(timeout)
            raise Unreachable("silent")
        await asyncio.sleep(0.01)
        return {oids[0]: self.name}

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        return {columns[0]: {"1": (await self.get(columns, timeout))[columns[0]]}}

    def close(self) -> None:
        pass


async def poll(choice: Choice) -> tuple[str, float]:
    """What answered, or the error's name; and how long it took."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        told = str((await choice.get([NAME], 2.0))[NAME])
    except CollectError as error:
        told = type(error).__name__
    return told, round(loop.time() - start, 3)


def test_a_dead_device_takes_no_longer_and_others_are_tried_seldom() -> None:
    async def hours() -> None:
        world = World()
        choice = world.choice("new", "old", "older")
        for _ in range(120):
            assert await poll(choice) == ("Unreachable", 2.0)
            await asyncio.sleep(28)
        trials = [(at, name) for at, name, oid in world.asked if oid == SYS_UPTIME]
        assert [name for _, name in trials] == ["old", "older"] * (len(trials) // 2)
        rounds = [at for at, name in trials if name == "older"]
        assert 9 <= len(rounds) <= 12
        assert all(later - sooner >= REST for sooner, later in pairwise(rounds))

    run_virtual(hours())


def test_a_device_that_returns_is_heard_at_once_by_what_it_accepted_last() -> None:
    async def hours() -> None:
        world = World("old")
        choice = world.choice("new", "old")
        assert await poll(choice) == ("old", 2.01)  # the first time, silence has to be waited for
        for _ in range(5):
            assert await poll(choice) == ("old", 0.01)
        world.accepts.clear()
        for _ in range(40):
            assert await poll(choice) == ("Unreachable", 2.0)
            await asyncio.sleep(28)
        world.accepts.add("old")
        assert await poll(choice) == ("old", 0.01)

    run_virtual(hours())


def test_the_new_credential_is_found_without_costing_a_poll() -> None:
    async def hours() -> None:
        world = World("old")
        choice = world.choice("new", "old")
        await poll(choice)
        for _ in range(40):
            assert await poll(choice) == ("old", 0.01)
            await asyncio.sleep(30)
        trials = [at for at, name, oid in world.asked if (name, oid) == ("new", SYS_UPTIME)]
        assert 1 <= len(trials) <= 1 + 40 * 30 / RECHECK
        world.accepts.add("new")
        seen = set()
        for _ in range(int(RECHECK / 30) + 2):
            told, took = await poll(choice)
            assert took == 0.01
            seen.add(told)
            await asyncio.sleep(30)
        assert seen == {"old", "new"}
        assert choice.using == "new"
        world.accepts.remove("old")
        asked = len(world.asked)
        assert await poll(choice) == ("new", 0.01)
        assert len(world.asked) == asked + 1

    run_virtual(hours())


def test_a_round_that_was_broken_off_does_not_end_the_search_for_a_better_one() -> None:
    """The best was tried in vain during a silence that passed; later it is tried again beside what works."""

    async def hours() -> None:
        world = World("old")
        choice = world.choice("new", "old", "older")
        assert await poll(choice) == ("old", 2.01)
        await asyncio.sleep(RECHECK)
        world.accepts.clear()
        assert await poll(choice) == ("Unreachable", 2.0)
        world.accepts |= {"old", "older"}
        for _ in range(60):
            assert (await poll(choice))[0] == "old"
            await asyncio.sleep(30)
        world.accepts.add("new")
        for _ in range(60):
            await poll(choice)
            await asyncio.sleep(30)
        assert choice.using == "new"

    run_virtual(hours())


def test_at_most_one_other_credential_for_each_poll() -> None:
    async def hours() -> None:
        world = World("oldest")
        world.rejects = {"new", "old", "older"}
        choice = world.choice("new", "old", "older", "oldest")
        told = []
        for _ in range(4):
            before = len(world.asked)
            told.append((await poll(choice))[0])
            assert len({name for _, name, _ in world.asked[before:]}) <= 2
        assert told == ["AuthFailed", "AuthFailed", "oldest", "oldest"]

    run_virtual(hours())


@pytest.mark.parametrize(
    ("rejects", "error", "text"),
    [
        ("new", AuthFailed, "rejected (credential new, old: no answer)"),
        ("old", Unreachable, "silent (credential new, old: rejected)"),
    ],
)
def test_a_refusal_is_told_from_silence(rejects: str, error: type[CollectError], text: str) -> None:
    async def hours() -> None:
        world = World()
        world.rejects = {rejects}
        choice = world.choice("new", "old")
        for _ in range(3):  # the same text each time, so that it is logged once
            with pytest.raises(error) as raised:
                await choice.get([NAME], 2.0)
            assert str(raised.value) == text

    run_virtual(hours())


def test_what_never_worked_is_not_in_use() -> None:
    async def hours() -> None:
        choice = World().choice("new", "old")
        await poll(choice)
        assert choice.using == ""

    run_virtual(hours())


def test_a_fallback_without_its_secret_does_no_harm() -> None:
    async def hours() -> None:
        world = World("new")
        fallback = replace(v2c("old", "x"), community=Secret(None, "env:NEVER"))
        choice = Choice("10.0.0.1", replace(v2c("new", "y"), fallback=fallback), world.make)
        assert await poll(choice) == ("new", 0.01)
        world.accepts.clear()
        for _ in range(3):
            assert await poll(choice) == ("Unreachable", 2.0)

    run_virtual(hours())


NAMES = ("new", "old", "oldest")


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sets(st.sampled_from(NAMES)), st.sampled_from([1.0, 30.0, 400.0])), max_size=12))
def test_whatever_a_device_accepts_from_poll_to_poll_it_answers_or_is_told_so(
    polls: list[tuple[set[str], float]],
) -> None:
    """Never anything but an answer by a credential that it accepts, or an error that says why."""

    async def hours() -> None:
        world = World()
        choice = world.choice(*NAMES)
        for accepts, pause in polls:
            world.accepts = accepts
            told, took = await poll(choice)
            assert told in accepts or told == "Unreachable"
            assert took <= 2.02
            await asyncio.sleep(pause)
        choice.close()

    run_virtual(hours())
