"""Does the server live in the program's loop as a guest: no signals, bounded, gone when told?"""

import asyncio
import contextlib
import os
import signal
import socket

import aiohttp
import pytest

from netmon.web.app import build
from netmon.web.server import bind, host_and_port, serve, url
from tests.ports import free_port
from tests.web.shown import Shown, running


async def test_the_signal_handlers_stay_the_programs_own() -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, asked.set)
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        async with (
            running(build(Shown())) as port,
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/-/ready") as reply,
        ):
            assert reply.status == 200
            assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
            os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(30):
                await asked.wait()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def test_an_answer_under_way_is_finished_when_told_to_stop() -> None:
    started = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(scope: object, receive: object, send: object) -> None:
        started.set()
        await go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"done"})  # type: ignore[operator]

    listener = bind("127.0.0.1:0")
    port = listener.getsockname()[1]
    server = asyncio.create_task(serve(slow, listener))
    async with aiohttp.ClientSession() as session:
        asked = asyncio.create_task(session.get(f"http://127.0.0.1:{port}/"))
        await started.wait()
        server.cancel()
        asyncio.get_running_loop().call_later(0.2, go_on.set)
        reply = await asked
        assert await reply.read() == b"done"
    with contextlib.suppress(asyncio.CancelledError):
        await server
    assert server.cancelled()


async def test_an_answer_that_never_ends_does_not_hold_up_the_stop() -> None:
    started = asyncio.Event()

    async def stuck(scope: object, receive: object, send: object) -> None:
        started.set()
        await asyncio.Event().wait()

    listener = bind("127.0.0.1:0")
    port = listener.getsockname()[1]
    server = asyncio.create_task(serve(stuck, listener))
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await started.wait()
    server.cancel()
    done, _ = await asyncio.wait([server], timeout=30)
    assert done
    writer.close()
    await asyncio.sleep(0)


async def test_after_the_stop_nobody_listens_and_the_port_can_be_taken_again() -> None:
    port = free_port()
    server = asyncio.create_task(serve(build(Shown()), bind(f"127.0.0.1:{port}")))
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/-/ready"):
        pass
    server.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await server
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    bind(f"127.0.0.1:{port}").close()


async def test_idle_connections_do_not_hold_up_the_stop() -> None:
    async with contextlib.AsyncExitStack() as stack:
        listener = bind("127.0.0.1:0")
        port = listener.getsockname()[1]
        server = asyncio.create_task(serve(build(Shown()), listener))
        writers = [(await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(3)]
        for writer in writers:
            stack.callback(writer.close)
        writers[0].write(b"GET /metr")
        await writers[0].drain()
        server.cancel()
        done, _ = await asyncio.wait([server], timeout=8)  # less than the ten seconds that an idle one is kept
        assert done


async def test_a_request_head_without_end_is_cut_off() -> None:
    async with running(build(Shown())) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 1_000_000)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await reader.read()
        assert not answer.startswith(b"HTTP/1.1 200")
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/-/ready") as reply:
            assert reply.status == 200


async def test_requests_that_never_come_shut_nobody_out() -> None:
    """As many as there are places, and more: half a head, nothing, and half a head behind an answer."""
    async with running(build(Shown()), look=0.1) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(80)]
        for number, (_, writer) in enumerate(held):
            writer.write(
                (b"GET /-/ready HTTP/1.1\r\nHost: x\r\n", b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET")[number % 3]
            )
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            status = 503
            while status == 503:
                async with session.get(f"http://127.0.0.1:{port}/-/ready") as reply:
                    status = reply.status
                await asyncio.sleep(0.02)
        assert status == 200
        for _, writer in held:
            writer.close()


async def test_rubbish_is_answered_with_400() -> None:
    async with running(build(Shown())) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01\x02\x00 rubbish\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        await writer.wait_closed()


def test_a_port_that_is_taken_says_so_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        bind(f"127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("listen", ["9680", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000", ""])
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        bind(listen)


@pytest.mark.parametrize(
    ("listen", "found"),
    [
        ("127.0.0.1:9680", "http://127.0.0.1:9680"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:80", "http://[::1]:80"),
        ("[fd00::1]:80", "http://[fd00::1]:80"),
        ("netmon.example.vn:80", "http://netmon.example.vn:80"),
    ],
)
def test_a_client_finds_what_listens(listen: str, found: str) -> None:
    assert url(listen) == found
    assert host_and_port(listen)[1] in (80, 9680)
