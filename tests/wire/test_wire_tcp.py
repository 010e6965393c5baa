"""What does a TCP handshake say?"""

import gc
import socket

import pytest

from netmon.errors import BadAnswer, Refused, Unreachable
from netmon.wire.tcp import connect
from tests.ports import free_port
from tests.wire.cage import NO_ROUTE, SILENT, UNREACHABLE, Caged, descriptors


async def test_an_open_port_gives_the_time_of_the_handshake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert 0 < await connect("127.0.0.1", server.getsockname()[1], 5) < 5


async def test_a_closed_port_is_a_refusal() -> None:
    port = free_port()
    with pytest.raises(Refused, match=f"port {port}"):
        await connect("127.0.0.1", port, 5)


async def test_a_silent_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, socket.socket() as filler:
        port = server.getsockname()[1]
        filler.connect(("127.0.0.1", port))  # the queue is full now, and further SYNs are dropped
        with pytest.raises(Unreachable, match="no answer"):
            await connect("127.0.0.1", port, 0.1)


@pytest.mark.parametrize("address", [SILENT, UNREACHABLE, NO_ROUTE])
def test_nobody_there(caged: Caged, address: str) -> None:
    assert caged("connect", address)["error"] == "Unreachable"


async def test_a_name_is_no_address() -> None:
    with pytest.raises(BadAnswer, match="not an IP address"):
        await connect("localhost", 80, 1)


async def test_no_socket_stays() -> None:
    gc.collect()  # or what earlier tests left to the collector would be missed afterwards
    before = descriptors()
    with socket.create_server(("127.0.0.1", 0)) as server:
        await connect("127.0.0.1", server.getsockname()[1], 5)
        server.accept()[0].close()
    assert descriptors() == before
