"""Does a POST arrive, and does any answer do harm?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from netmon.errors import Permanent, Retryable
from netmon.wire.http import LARGEST, Poster, accepted
from netmon.wire.net import HttpReply
from tests.ports import free_port

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
KEY = "key-of-the-hook"
"""Stands in many a hook's address."""

Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    poster = Poster()
    yield poster
    await poster.close()


async def test_body_headers_and_answer(serve: Serve, poster: Poster) -> None:
    seen: list[tuple[str, bytes, str | None]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, await request.read(), request.headers.get("X-Id")))
        return web.Response(status=202, body=b"taken")

    url = await serve(handler)
    assert await poster.post(url, "tin nhắn".encode(), {"X-Id": "1"}, 5) == HttpReply(202, b"taken")
    assert seen == [("POST", "tin nhắn".encode(), "1")]


@pytest.mark.parametrize("status", [200, 301, 400, 404, 429, 500, 503])
async def test_every_status_is_an_answer(serve: Serve, poster: Poster, status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"})

    assert (await poster.post(await serve(handler), b"", {}, 5)).status == status


async def test_no_more_than_the_start_of_an_endless_answer_is_read(serve: Serve, poster: Poster) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 8192)
        except ConnectionError:
            return response

    reply = await poster.post(await serve(handler), b"", {}, 5)
    assert reply.body == b"x" * LARGEST


@pytest.mark.parametrize(
    ("said", "anew"), [(b"", [False, False, True, False]), (b"Connection: close\r\n", [False, False, False, False])]
)
async def test_a_connection_that_goes_without_a_word_is_noticed(poster: Poster, said: bytes, anew: list[bool]) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for close in (b"", said):
            await reader.readuntil(b"\r\n\r\nbody")
            writer.write(b"HTTP/1.1 204 OK\r\n" + close + b"\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    found = []
    for _ in anew:
        found.append((await poster.post(url, b"body", {}, 5)).anew)
        await asyncio.sleep(0.05)
    server.close()
    assert found == anew


async def test_a_connection_that_was_dropped_here_has_not_gone_without_a_word(serve: Serve, poster: Poster) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * (2 * LARGEST))

    url = await serve(handler)
    assert [(await poster.post(url, b"", {}, 5)).anew for _ in range(3)] == [False, False, False]


async def test_cookies_are_not_kept(serve: Serve, poster: Poster) -> None:
    cookies: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "a=b"})

    url = (await serve(handler)).replace("127.0.0.1", "localhost")  # no cookies for addresses anyway
    for _ in range(2):
        await poster.post(url, b"", {}, 5)
    assert cookies == [None, None]


async def test_silence_is_worth_another_try(serve: Serve, poster: Poster) -> None:
    gone = asyncio.Event()

    async def handler(_: web.Request) -> web.Response:
        await gone.wait()
        return web.Response()

    url = await serve(handler)
    with pytest.raises(Retryable, match=r"no answer within 0\.1 s"):
        await poster.post(url, b"", {}, 0.1)
    gone.set()


async def test_a_closed_port_is_worth_another_try(poster: Poster) -> None:
    with pytest.raises(Retryable, match="no answer"):
        await poster.post(f"http://127.0.0.1:{free_port()}/", b"", {}, 5)


async def test_an_answer_that_is_not_http_is_worth_another_try(poster: Poster) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(shout, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Retryable) as caught:
            await poster.post(f"http://127.0.0.1:{port}/{KEY}", b"", {}, 5)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", KEY, f"ftp://127.0.0.1/{KEY}", "http://", f"http://127.0.0.1:99999/{KEY}", f"http://[x/{KEY}"]
)
async def test_what_is_no_url_never_works_and_is_not_told(poster: Poster, url: str) -> None:
    with pytest.raises(Permanent) as caught:
        await poster.post(url, b"", {}, 5)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None),
        (204, None),
        (301, Permanent),
        (404, Permanent),
        (408, Retryable),
        (429, Retryable),
        (500, Retryable),
    ],
)
def test_what_an_answer_means_for_a_message(status: int, error: type[Exception] | None) -> None:
    if error is None:
        accepted(status, "the hook")
    else:
        with pytest.raises(error, match=f"^the hook answered HTTP {status}$"):
            accepted(status, "the hook")


async def test_a_header_cannot_be_smuggled_in(serve: Serve, poster: Poster) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    with pytest.raises(Permanent):
        await poster.post(await serve(handler), b"", {"X-Id": "1\r\nX-Evil: 1"}, 5)
