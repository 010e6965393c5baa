"""What does one datagram come back with?"""

import asyncio
from pathlib import Path

import pytest

from netmon.errors import BadAnswer, NotServing, Refused, Unreachable
from netmon.wire.datagram import MOST, ask
from tests.conftest import needs_ipv6
from tests.ports import free_port
from tests.wire.cage import Caged, descriptors
from tests.wire.hostile import echo, flood, nothing, rubbish, udp


async def test_the_answer_and_how_long_it_took() -> None:
    async with udp(echo) as port:
        data, took = await ask("127.0.0.1", port, b"ping", 5, lambda data: data == b"ping")
        assert data == b"ping"
        assert 0 < took < 5


async def test_an_ipv6_address() -> None:
    needs_ipv6()
    async with udp(echo, "::1") as port:
        assert (await ask("::1", port, b"ping", 5, bool))[0] == b"ping"


async def test_silence_is_unreachable() -> None:
    async with udp(nothing) as port, asyncio.timeout(3):
        with pytest.raises(Unreachable, match=r"no answer within 0\.1 s"):
            await ask("127.0.0.1", port, b"ping", 0.1, bool)


async def test_a_closed_port_is_a_refusal() -> None:
    with pytest.raises(Refused, match="port closed"):
        await ask("127.0.0.1", free_port(), b"ping", 5, bool)


async def test_answers_to_something_else_are_passed_over() -> None:
    async with udp(lambda question: (b"old", b"", question)) as port:
        assert (await ask("127.0.0.1", port, b"ping", 5, lambda data: data == b"ping"))[0] == b"ping"


async def test_only_answers_to_something_else_are_no_service() -> None:
    async with udp(rubbish) as port:
        with pytest.raises(NotServing, match=r"answers within .* 2, none"):
            await ask("127.0.0.1", port, b"ping", 0.2, lambda data: data == b"ping")


async def test_a_flood_is_heard_out_only_so_long() -> None:
    heard: list[bytes] = []

    def refuse(data: bytes) -> bool:
        heard.append(data)
        return False

    async with udp(flood) as port, asyncio.timeout(5):
        with pytest.raises(NotServing, match=f"{MOST} answers"):
            await ask("127.0.0.1", port, b"ping", 5, refuse)
    assert len(heard) == MOST


async def test_a_stranger_is_not_heard() -> None:
    """Nobody but the address and port that was asked can answer."""
    loop = asyncio.get_running_loop()
    told: list[int] = []

    def by_another(question: bytes) -> tuple[bytes, ...]:
        told.append(len(question))
        return ()

    async with udp(by_another) as port:
        stranger, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
        asking = asyncio.ensure_future(ask("127.0.0.1", port, b"ping", 0.3, bool))
        await asyncio.sleep(0.05)
        for line in Path("/proc/self/net/udp").read_text().splitlines()[1:]:
            local, remote = line.split()[1:3]
            if int(remote.split(":")[1], 16) == port:
                stranger.sendto(b"pong", ("127.0.0.1", int(local.split(":")[1], 16)))
        with pytest.raises(Unreachable):
            await asking
        stranger.close()
    assert told == [4]


def test_nobody_there(caged: Caged) -> None:
    assert caged("datagram", "203.0.113.7")["error"] == "Unreachable"


async def test_a_name_is_no_address() -> None:
    with pytest.raises(BadAnswer, match="not an IP address"):
        await ask("localhost", 53, b"", 1, bool)


async def test_no_socket_stays() -> None:
    before = descriptors()
    async with udp(echo) as port:
        await ask("127.0.0.1", port, b"ping", 5, bool)
    assert descriptors() == before
