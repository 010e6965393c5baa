"""Do the services of a model answer on real sockets as the model says?"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from netmon.clock import SystemClock
from netmon.sim.listeners import Listeners
from netmon.sim.services import Offer
from tests.ports import free_port

ADDRESS, MAIL = "127.77.9.1", "127.77.9.2"
ANSWERS, SILENCE = 30.0, 0.3
"""How long an answer may take, and how long there has to be none."""
GET = b"GET / HTTP/1.1\r\nHost: portal.vn\r\n\r\n"
OPTIONS = b"OPTIONS sip:b SIP/2.0\r\nVia: v\r\nFrom: f\r\nTo: t\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n"


@pytest.fixture
def tcp() -> int:
    return free_port()


@pytest.fixture
def udp() -> int:
    return free_port()


@pytest.fixture
async def listeners(tcp: int, udp: int) -> AsyncIterator[Listeners]:
    opened = Listeners(
        [
            Offer("portal", "http", ADDRESS, tcp, host="portal.vn", body="Trang chủ"),
            Offer("bridge", "sip", ADDRESS, udp),
            Offer("mail", "smtp", MAIL, tcp),
        ],
        SystemClock(),
    )
    await opened.refresh((), {})
    yield opened
    opened.close()


async def said(address: str, port: int, request: bytes, within: float = ANSWERS) -> bytes:
    """What comes back on a connection meanwhile."""
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(request)
        async with asyncio.timeout(within):
            return await reader.read(4096)
    except TimeoutError:
        return b""
    finally:
        writer.close()


class Answers(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.came.put_nowait(data)


async def came(address: str, port: int, request: bytes, within: float = ANSWERS) -> bytes:
    """The datagram that comes back meanwhile."""
    loop = asyncio.get_running_loop()
    transport, answers = await loop.create_datagram_endpoint(Answers, remote_addr=(address, port))
    try:
        transport.sendto(request)
        async with asyncio.timeout(within):
            return await answers.came.get()
    except TimeoutError:
        return b""
    finally:
        transport.close()


async def test_they_answer_err_hang_end_and_are_mended(listeners: Listeners, tcp: int, udp: int) -> None:
    assert (await said(ADDRESS, tcp, GET)).startswith(b"HTTP/1.1 200")
    assert (await said(MAIL, tcp, b"")).startswith(b"220 ")
    assert (await came(ADDRESS, udp, OPTIONS)).startswith(b"SIP/2.0 200")
    listeners.services.as_told({"shut": ["mail", "bridge"], "hung": [], "status": {"portal": 502}})
    await listeners.refresh((), {})
    assert (await said(ADDRESS, tcp, GET)).startswith(b"HTTP/1.1 502")
    with pytest.raises(ConnectionRefusedError):
        await said(MAIL, tcp, b"")
    listeners.services.as_told({"shut": [], "hung": ["portal"], "status": {}})
    await listeners.refresh((), {})
    assert await said(ADDRESS, tcp, GET, SILENCE) == b""
    assert (await said(MAIL, tcp, b"")).startswith(b"220 ")


async def test_what_the_network_loses_is_not_answered(listeners: Listeners, tcp: int, udp: int) -> None:
    await listeners.refresh((), {ADDRESS: 1.0})
    assert await came(ADDRESS, udp, OPTIONS, SILENCE) == b""
    await listeners.refresh({ADDRESS}, {})
    assert await said(ADDRESS, tcp, GET, SILENCE) == b""
    await listeners.refresh((), {})
    assert (await came(ADDRESS, udp, OPTIONS)).startswith(b"SIP/2.0 200")
