"""Servers that answer badly, on loopback, one behaviour each; for the tests of everything that asks a service.

`async with tcp(drip(b"HTTP/1.1 200 OK")) as port:` serves until the block ends, and leaves nothing behind. With
`tls=` the same happens after a good handshake. `BAD` are those that no client of any protocol can be happy with.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

GARBAGE = bytes(range(256)) * 4


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything and says nothing."""
    while await reader.read(65536):
        pass
    await asyncio.Event().wait()


async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closes at once."""


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads the question and answers with a TCP reset."""
    await reader.read(1)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def says(*parts: bytes, then: Behaviour = closes) -> Behaviour:
    """Reads what comes, says this, then goes on as `then`."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        for part in parts:
            writer.write(part)
            await writer.drain()
        await then(reader, writer)

    return behave


def greets(*parts: bytes, then: Behaviour = closes) -> Behaviour:
    """As `says`, without waiting for a question."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(parts))
        await writer.drain()
        await then(reader, writer)

    return behave


def drip(text: bytes, every: float = 0.02) -> Behaviour:
    """Slow loris: this, then the letter x for ever, octet by octet."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for octet in text:
            writer.write(bytes([octet]))
            await writer.drain()
            await asyncio.sleep(every)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(every)

    return behave


def endless(start: bytes = b"", chunk: bytes = b"x" * 65536) -> Behaviour:
    """Reads the question, says this, then the same chunk for ever, as fast as it is taken."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(start)
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)

    return behave


BAD: Mapping[str, Behaviour] = {
    "silent": silent,
    "closes": closes,
    "resets": resets,
    "garbage": says(GARBAGE),
    "garbage at once": greets(GARBAGE),
    "garbage, then silence": says(GARBAGE, then=silent),
    "drip": drip(b""),
    "endless": endless(),
    "endless lines": endless(chunk=b"x\r\n" * 20000),
    "zeros": endless(chunk=bytes(65536)),
}


@asynccontextmanager
async def tcp(behaviour: Behaviour, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """The port of a server that treats everyone so."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            with suppress(OSError):
                await behaviour(reader, writer)
                if writer.can_write_eof() and not writer.transport.is_closing():
                    writer.write_eof()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            serving.discard(task)
            writer.close()
            with suppress(OSError, TimeoutError):  # Python 3.11 waits for ever after start_tls
                await asyncio.wait_for(writer.wait_closed(), 0.5)

    server = await asyncio.start_server(serve, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        if serving:
            await asyncio.wait(set(serving))


Answering = Callable[[bytes], Iterable[bytes]]
"""What a UDP server sends back for one datagram."""


def nothing(_: bytes) -> Iterable[bytes]:
    """Hears the question and says nothing."""
    return ()


def echo(question: bytes) -> Iterable[bytes]:
    """Sends the question back."""
    return (question,)


def rubbish(_: bytes) -> Iterable[bytes]:
    """Datagrams of no meaning."""
    return (GARBAGE, bytes(48))


def flood(_: bytes) -> Iterable[bytes]:
    """Far more of them than anybody asked for."""
    return (b"%d" % n for n in range(300))


class _Answerer(asyncio.DatagramProtocol):
    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        for answer in self.answering(data):
            self.transport.sendto(answer, addr)


@asynccontextmanager
async def udp(answering: Answering, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """The port of a UDP server that answers so."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Answerer(answering), local_addr=(host, 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)
