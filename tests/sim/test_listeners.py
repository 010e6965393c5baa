"""Do the services of a model answer on real sockets as the model says?"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from netmon.clock import SystemClock
from netmon.sim.listeners import Listeners
from netmon.sim.services import Offer

ADDRESS, MAIL, SILENCE = "127.77.9.1", "127.77.9.2", 0.3
GET = b"GET / HTTP/1.1\r\nHost: portal.vn\r\n\r\n"
OPTIONS = b"OPTIONS sip:b SIP/2.0\r\nVia: v\r\nFrom: f\r\nTo: t\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n"


@pytest.fixture
async def listeners(unused_tcp_port: int, unused_udp_port: int) -> AsyncIterator[Listeners]:
    opened = Listeners(
        [
            Offer("portal", "http", ADDRESS, unused_tcp_port, host="portal.vn", body="Trang chủ"),
            Offer("bridge", "sip", ADDRESS, unused_udp_port),
            Offer("mail", "smtp", MAIL, unused_tcp_port),
        ],
        SystemClock(),
    )
    await opened.refresh((), {})
    yield opened
    opened.close()


async def said(address: str, port: int, request: bytes) -> bytes:
    """What comes back on a connection within SILENCE."""
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(request)
        async with asyncio.timeout(SILENCE):
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


async def came(address: str, port: int, request: bytes) -> bytes:
    """The datagram that comes back within SILENCE."""
    loop = asyncio.get_running_loop()
    transport, answers = await loop.create_datagram_endpoint(Answers, remote_addr=(address, port))
    try:
        transport.sendto(request)
        async with asyncio.timeout(SILENCE):
            return await answers.came.get()
    except TimeoutError:
        return b""
    finally:
        transport.close()


async def test_they_answer_err_hang_end_and_are_mended(
    listeners: Listeners, unused_tcp_port: int, unused_udp_port: int
) -> None:
    assert (await said(ADDRESS, unused_tcp_port, GET)).startswith(b"HTTP/1.1 200")
    assert (await said(MAIL, unused_tcp_port, b"")).startswith(b"220 ")
    assert (await came(ADDRESS, unused_udp_port, OPTIONS)).startswith(b"SIP/2.0 200")
    listeners.services.as_told({"shut": ["mail", "bridge"], "hung": [], "status": {"portal": 502}})
    await listeners.refresh((), {})
    assert (await said(ADDRESS, unused_tcp_port, GET)).startswith(b"HTTP/1.1 502")
    with pytest.raises(ConnectionRefusedError):
        await said(MAIL, unused_tcp_port, b"")
    listeners.services.as_told({"shut": [], "hung": ["portal"], "status": {}})
    await listeners.refresh((), {})
    assert await said(ADDRESS, unused_tcp_port, GET) == b""
    assert (await said(MAIL, unused_tcp_port, b"")).startswith(b"220 ")


async def test_what_the_network_loses_is_not_answered(
    listeners: Listeners, unused_tcp_port: int, unused_udp_port: int
) -> None:
    await listeners.refresh((), {ADDRESS: 1.0})
    assert await came(ADDRESS, unused_udp_port, OPTIONS) == b""
    await listeners.refresh({ADDRESS}, {})
    assert await said(ADDRESS, unused_tcp_port, GET) == b""
    await listeners.refresh((), {})
    assert (await came(ADDRESS, unused_udp_port, OPTIONS)).startswith(b"SIP/2.0 200")
