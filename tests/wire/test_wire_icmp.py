"""Is everybody who answers a ping heard, and nobody else?"""

import asyncio
import gc
import os
from collections.abc import AsyncIterator

import pytest

from netmon.errors import NotPermitted
from netmon.wire.icmp import BURST, Pinger, Round, Version
from tests.conftest import missing, needs_ipv6
from tests.wire.cage import NO_ROUTE, SILENT, UNREACHABLE, Caged, descriptors, soon


@pytest.fixture
async def pinger() -> AsyncIterator[Pinger]:
    pinger = Pinger()
    try:
        await pinger.ping(["127.0.0.1"], 1)
    except NotPermitted as error:
        missing(str(error))
    yield pinger
    pinger.close()


async def test_a_thousand_at_once_are_all_heard(pinger: Pinger) -> None:
    addresses = [f"127.1.{i // 250}.{i % 250 + 1}" for i in range(1000)]
    times = await pinger.ping(addresses, 5)
    assert sum(time is not None for time in times) == 1000
    assert all(0 < time < 5 for time in times if time is not None)


async def test_an_address_may_stand_there_twice(pinger: Pinger) -> None:
    times = await pinger.ping(["127.0.0.1", "127.0.0.2", "127.0.0.1"], 5)
    assert len(times) == 3
    assert None not in times


async def test_calls_do_not_mix_up_their_answers(pinger: Pinger) -> None:
    both = await asyncio.gather(*(pinger.ping([f"127.0.{i}.1"] * 5, 5) for i in range(20)))
    assert all(len(times) == 5 and None not in times for times in both)


async def test_nobody_asked(pinger: Pinger) -> None:
    assert await pinger.ping([], 1) == []


async def test_both_versions_in_one_call(pinger: Pinger) -> None:
    needs_ipv6()
    first, second = await pinger.ping(["::1", "127.0.0.1"], 5)
    assert first is not None
    assert second is not None


async def test_a_name_is_no_address_and_spoils_nothing(pinger: Pinger) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    times = await pinger.ping(["127.0.0.1", "localhost", "no:address", "127.0.0.2"], 5)
    assert [time is not None for time in times] == [True, False, False, True]
    assert await pinger.ping(["localhost"], 5) == [None]
    assert loop.time() - began < 5, "what cannot be asked is not waited for"


async def test_close_gives_the_socket_back() -> None:
    before = descriptors()
    pinger = Pinger()
    try:
        await pinger.ping(["127.0.0.1"], 5)
    except NotPermitted as error:
        missing(str(error))
    assert descriptors() == before + 1
    pinger.close()
    assert descriptors() == before


def test_silence_is_none_and_ends_in_time(caged: Caged) -> None:
    said = soon(caged, "ping", SILENT, "127.0.0.1", SILENT, within=0.6)
    assert said["times"][0] is None
    assert said["times"][1] is not None
    assert said["times"][2] is None
    assert 0.3 <= said["took"] < 0.6


def test_no_route_is_none_without_waiting(caged: Caged) -> None:
    said = soon(caged, "ping", UNREACHABLE, NO_ROUTE, "127.0.0.1", within=0.3)
    assert said["times"][:2] == [None, None]
    assert said["times"][2] is not None
    assert said["took"] < 0.3


def test_no_right_to_ping_names_what_helps(caged_without_rights: Caged) -> None:
    said = caged_without_rights("ping", "127.0.0.1")
    assert said["error"] == "NotPermitted"
    assert "net.ipv4.ping_group_range" in said["text"]
    assert "CAP_NET_RAW" in said["text"]
    assert "\n" not in said["text"]


class Wrapper:
    """The compiled half, made of a pipe: `send` fails as often as told, `replies` is what `recv` has."""

    def __init__(self, refuse: list[str] | None = None) -> None:
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self.refuse = refuse or []
        self.sent: list[str] = []
        self.replies: dict[int, float] = {}

    def send(self, addr: str, size: int) -> int:
        if self.refuse:
            raise OSError(self.refuse.pop())
        self.sent.append(addr)
        return len(self.sent)

    def recv(self) -> dict[int, float] | None:
        while True:
            try:
                os.read(self.read, 100)
            except BlockingIOError:
                break
        replies, self.replies = self.replies, {}
        return replies or None

    def reply(self, key: int, nanoseconds: float) -> None:
        self.replies[key] = nanoseconds
        os.write(self.write, b"!")

    def close(self) -> None:
        os.close(self.read)
        os.close(self.write)

    def get_fd(self) -> int:
        return self.read

    def bind(self, addr: str) -> None: ...
    def set_ttl(self, ttl: int) -> None: ...
    def set_unicast_hops(self, ttl: int) -> None: ...
    def set_tos(self, tos: int) -> None: ...
    def set_tclass(self, tclass: int) -> None: ...
    def set_send_buffer_size(self, size: int) -> None: ...
    def set_recv_buffer_size(self, size: int) -> None: ...
    def clean_ip(self, addr: str) -> str:
        return addr


@pytest.fixture
async def wrapper() -> AsyncIterator[Wrapper]:
    wrapper = Wrapper()
    yield wrapper
    wrapper.close()


def over(wrapper: Wrapper) -> Pinger:
    def opened(_: Version) -> Wrapper:
        return wrapper

    return Pinger(opened)


async def test_a_full_send_queue_is_tried_again(wrapper: Wrapper) -> None:
    wrapper.refuse = ["No buffer space available (os error 105)"] * 3
    pinger = over(wrapper)
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"], 5))
    while not wrapper.sent:
        await asyncio.sleep(0)
    wrapper.reply(1, 7e6)
    assert await asking == [0.007]
    pinger.close()


async def test_what_the_library_calls_expired_is_no_answer(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"], 0.05))
    await asyncio.sleep(0)
    wrapper.reply(1, 0)
    assert await asking == [None]
    pinger.close()


async def test_a_late_answer_is_dropped(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    assert await pinger.ping(["10.0.0.1"], 0.01) == [None]
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"], 0.05))
    await asyncio.sleep(0)
    wrapper.reply(1, 5e6)  # of the first request
    assert await asking == [None]
    pinger.close()


async def test_an_answer_that_waits_while_the_loop_is_busy_counts(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"], 0.01))
    await asyncio.sleep(0)
    wrapper.replies[1] = 5e6  # there, but the loop has not been told
    assert await asking == [0.005]
    pinger.close()


async def test_replies_are_taken_in_while_a_large_slice_is_sent(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    wrapper.replies = dict.fromkeys(range(1, BURST + 1), 1e6)
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"] * (BURST + 1), 0.05))
    await asyncio.sleep(0)
    assert wrapper.replies == {}
    assert await asking == [0.001] * BURST + [None]
    pinger.close()


async def test_a_cancelled_call_leaves_nothing_behind(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"], 60))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    wrapper.reply(1, 5e6)
    assert await pinger.ping(["10.0.0.2"], 0.01) == [None]
    assert len(asyncio.all_tasks()) == 1
    pinger.close()


async def test_unanswered_requests_do_not_pile_up(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    for _ in range(3):
        await pinger.ping(["10.0.0.1"], 0.001)
    gc.collect()
    assert not [found for found in gc.get_objects() if isinstance(found, Round)]
    pinger.close()


async def test_close_lets_go_of_the_loop(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    await pinger.ping(["10.0.0.1"], 0.001)
    pinger.close()
    assert not asyncio.get_running_loop().remove_reader(wrapper.read)


async def test_closing_under_a_waiting_call_ends_in_silence(wrapper: Wrapper) -> None:
    pinger = over(wrapper)
    asking = asyncio.ensure_future(pinger.ping(["10.0.0.1"], 0.02))
    await asyncio.sleep(0)
    pinger.close()
    assert await asking == [None]
