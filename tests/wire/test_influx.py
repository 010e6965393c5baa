"""What does the writer make of servers that say odd things, or nothing?"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from netmon.errors import Permanent, Retryable
from netmon.wire.http import LARGEST
from netmon.wire.influx import MOST, Influx
from netmon.wire.net import Bucket, HttpReply

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LINES = gzip.compress(b"m value=1 1\n")


@asynccontextmanager
async def serving(talk: Talk) -> AsyncIterator[Bucket]:
    """A server that talks so, on a free port."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Bucket(f"http://127.0.0.1:{port}", "tỉnh", "net mon", "s3cret")
    finally:
        server.close()


def saying(answer: bytes, heard: list[bytes] | None = None) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(len(LINES))
        if heard is not None:
            heard.append(head + body)
        writer.write(answer)
        await writer.drain()

    return talk


async def written(talk: Talk, timeout: float = 5.0) -> HttpReply:
    influx = Influx()
    try:
        async with serving(talk) as place:
            return await influx.write(place, LINES, timeout)
    finally:
        influx.close()


async def test_what_is_sent() -> None:
    heard: list[bytes] = []
    assert await written(saying(b"HTTP/1.1 204 No Content\r\n\r\n", heard)) == HttpReply(204, b"")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line == "POST /api/v2/write?org=t%E1%BB%89nh&bucket=net+mon&precision=ms HTTP/1.1"
    assert {"Authorization: Token s3cret", "Content-Encoding: gzip"} <= set(headers)
    assert body == LINES


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno", HttpReply(400, b"no")),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", HttpReply(503, b"", 7.0)),
        (b"HTTP/1.1 429 Busy\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", HttpReply(429, b"")),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", HttpReply(302, b"")),
        (b"HTTP/1.1 401 No\r\nContent-Length: 4\r\n\r\n\xff\xfe{}", HttpReply(401, "\ufffd\ufffd{}".encode())),
        (b"HTTP/1.1 500 No\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno", HttpReply(500, b"no")),
    ],
)
async def test_every_status_is_an_answer(answer: bytes, expected: HttpReply) -> None:
    assert await written(saying(answer)) == expected


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 xyz A\r\n\r\n"])
async def test_nonsense_is_no_answer_and_no_secret_is_told(answer: bytes) -> None:
    with pytest.raises(Retryable, match="no answer") as raised:
        await written(saying(answer))
    assert "s3cret" not in str(raised.value)


async def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 No\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    reply = await written(talk)
    assert (reply.status, len(reply.body)) == (500, LARGEST)


@pytest.mark.parametrize(
    ("said", "anew"), [(b"", [False, False, True, False]), (b"Connection: close\r\n", [False, False, False, False])]
)
async def test_a_connection_that_goes_without_a_word_is_noticed(said: bytes, anew: list[bool]) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for close in (b"", said):
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(LINES))
            writer.write(b"HTTP/1.1 204 OK\r\n" + close + b"\r\n")
            await writer.drain()

    influx = Influx()
    async with serving(talk) as place:
        found = []
        for _ in anew:
            found.append((await influx.write(place, LINES, 5)).anew)
            await asyncio.sleep(0.05)
    influx.close()
    assert found == anew


async def test_whoever_hangs_is_left_behind_and_not_too_often() -> None:
    free = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not free.is_set():  # a letter now and then: no time-out between two reads ever ends this
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.02)

    influx = Influx()
    async with serving(talk) as place:
        for _ in range(MOST):
            with pytest.raises(Retryable, match=r"no answer within 0\.4 s"):  # twenty letters
                await influx.write(place, LINES, 0.4)
        with pytest.raises(Retryable, match="still under way"):
            await influx.write(place, LINES, 0.05)
        free.set()
        for _ in range(1500):
            await asyncio.sleep(0.02)
            try:
                await influx.write(place, LINES, 0.05)
            except Retryable as error:
                if "still under way" not in str(error):
                    break
        else:
            raise AssertionError("threads are left")
    influx.close()


@pytest.mark.parametrize("token", ["s3cret\n", "s3cret\nX: y", "s3cret€"])
async def test_a_token_that_cannot_be_sent_is_not_told_either(token: str) -> None:
    with pytest.raises(Permanent, match="no token") as raised:
        await Influx().write(Bucket("http://127.0.0.1:1", "", "b", token), LINES, 5)
    assert "s3cret" not in str(raised.value)


async def test_what_is_no_url() -> None:
    with pytest.raises(Permanent, match="not a URL"):
        await Influx().write(Bucket("http:///x", "", "b", ""), LINES, 1)


async def test_nobody_there() -> None:
    with pytest.raises(Retryable, match="no answer"):
        await Influx().write(Bucket("http://127.0.0.1:1", "", "b", ""), LINES, 1)
