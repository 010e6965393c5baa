"""Is each packet of a train timed by the kernel, in order, and nothing left behind?"""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from netmon.wire.train import HEAD, TOKEN, Train, Trains, checksum, replied, request, stamped
from tests.conftest import needs_ipv6
from tests.wire.cage import Caged, cage, descriptors, soon


@pytest.fixture
async def trains() -> AsyncIterator[Trains]:
    trains = Trains()
    yield trains
    trains.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_every_packet_comes_back(trains: Trains, address: str) -> None:
    if address == "::1":
        needs_ipv6()
    times = await trains.run(address, 30, 0.002, 1.0)
    assert len(times) == 30
    assert all(rtt is not None and rtt > 0 for rtt in times)


async def test_a_train_has_a_packet_however_late_it_leaves(trains: Trains) -> None:
    assert len(await trains.run("127.0.0.1", 30, 0.002, 0.0)) >= 1


async def test_many_trains_do_not_mix_up_their_packets_and_share_a_socket(trains: Trains) -> None:
    before = descriptors()
    asked = [asyncio.create_task(trains.run(f"127.0.0.{n}", 10, 0.01, 1.0)) for n in range(1, 41)]
    asked += [asyncio.create_task(trains.run("127.0.0.1", 10, 0.01, 1.0))]
    await asyncio.sleep(0.02)
    assert descriptors() == before + 1
    assert all(None not in times and len(times) == 10 for times in await asyncio.gather(*asked))
    assert descriptors() == before


@pytest.fixture
async def stamping(trains: Trains) -> AsyncIterator[Trains]:
    """Trains, of which one is under way, so that the kernel stamps what arrives."""
    other = asyncio.create_task(trains.run("127.0.0.9", 1000, 0.02, 1.0))
    await asyncio.sleep(0.1)
    yield trains
    other.cancel()
    await asyncio.wait([other])


async def test_a_busy_loop_does_not_make_the_line_look_slow(stamping: Trains) -> None:
    """The reply is there at once and is read 50 ms later: the kernel knows better."""
    asked = asyncio.create_task(stamping.run("127.0.0.1", 20, 0.001, 1.0))
    for _ in range(4):
        await asyncio.sleep(0.002)
        time.sleep(0.05)
    times = [rtt for rtt in await asked if rtt is not None]
    assert len(times) == 20
    assert max(times) < 0.05 / 2


async def test_an_answer_that_is_read_too_late_was_in_time_by_the_kernel(stamping: Trains) -> None:
    asked = asyncio.create_task(stamping.run("127.0.0.1", 1, 0.001, 0.02))
    for _ in range(4):
        await asyncio.sleep(0)
    time.sleep(0.1)
    assert (await asked)[0] is not None


def test_silence_ends_the_train_early(caged: Caged) -> None:
    said = soon(caged, "train", "198.51.100.7", "1000", within=0.3 + 0.3)
    assert said["times"] == [None] * len(said["times"])
    assert 5 < len(said["times"]) < 100
    assert said["took"] < 0.3 + 0.3


@pytest.fixture(scope="module")
def open_to_all(netns: None) -> Iterator[Caged]:
    """A namespace of its own, for what is allowed there stays so."""
    with cage() as ask:
        yield ask


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_where_everybody_may_ping_no_privilege_is_used(open_to_all: Caged, address: str) -> None:
    said = open_to_all("plain_train", address, "20")
    assert said["raw"] is False
    assert len(said["times"]) == 20
    assert None not in said["times"]


def test_without_a_route_nothing_comes_back(caged: Caged) -> None:
    assert set(caged("train", "192.0.2.7", "10")["times"]) == {None}


def test_no_right_to_ping_names_what_helps(caged_without_rights: Caged) -> None:
    said = caged_without_rights("train", "127.0.0.1", "10")
    assert said["error"] == "NotPermitted"
    assert "net.ipv4.ping_group_range" in said["text"]


async def test_a_cancelled_train_leaves_nothing(trains: Trains) -> None:
    before = descriptors()
    asked = asyncio.create_task(trains.run("127.0.0.1", 1000, 0.01, 1.0))
    await asyncio.sleep(0.03)
    asked.cancel()
    await asyncio.wait([asked])
    assert asked.cancelled()
    assert descriptors() == before


# --- hostile and odd answers ------------------------------------------------------------------


def made(packets: int = 2) -> Train:
    train = Train("10.0.0.1")
    train.sent = [(1_000_000_000 * (n + 1), float(n)) for n in range(packets)]
    train.back = [None] * packets
    return train


def test_a_second_answer_and_one_to_nothing_do_nothing() -> None:
    train = made()
    train.arrived(1, 2_010_000_000, 5.0)
    train.arrived(1, 2_500_000_000, 5.0)
    train.arrived(2, 2_010_000_000, 5.0)
    train.arrived(2**32 - 1, 2_010_000_000, 5.0)
    assert train.back == [None, pytest.approx(0.01)]


def test_what_came_later_than_allowed_is_lost() -> None:
    train = made()
    train.arrived(0, 1_200_000_000, 5.0)
    train.arrived(1, 2_050_000_000, 5.0)
    assert train.times(0.1) == [None, pytest.approx(0.05)]


@pytest.mark.parametrize("stamp", [0, 900_000_000, 9_000_000_000])
def test_a_clock_that_was_set_meanwhile_is_not_believed(stamp: int) -> None:
    train = made()
    train.arrived(0, stamp, 0.03)
    assert train.back[0] == 0.03


def test_only_an_echo_reply_is_one() -> None:
    token = os.urandom(TOKEN)
    asked = request(4, token, 70_000)
    answer = bytes([0]) + asked[1:]
    header = bytes([0x46]) + bytes(23)  # an IP header with options, as raw sockets give it
    assert replied(answer, 4) == (token, 70_000)
    assert replied(header + answer, 4) == (token, 70_000)
    assert replied(bytes([129]) + request(6, token, 1)[1:], 6) == (token, 1)
    assert replied(asked, 4) == (b"", 0)
    for length in range(HEAD.size + TOKEN + 4):
        assert replied(answer[:length], 4) == (b"", 0)
    for rubbish in (b"", b"\x4f", b"\x45" + bytes(3), bytes([0x4F]) * 40):
        assert replied(rubbish, 4)[1] == 0


def test_the_checksum_is_that_of_rfc_1071() -> None:
    packet = request(4, os.urandom(TOKEN), 5)
    assert checksum(packet) == 0, "over a packet with its own checksum in it"
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2, "the RFC's own example"
    assert len(packet) + 20 == 64


def test_notes_without_a_time_say_nothing() -> None:
    assert stamped([]) == 0
    assert stamped([(socket.SOL_SOCKET, 35, b"short"), (0, 35, bytes(16))]) == 0
