"""How does a conversation over TCP go, with TLS or without?

Nothing is buffered but one record of TLS: what the other side sends too much of waits in the kernel, and then with
the sender. Old versions and weak ciphers are spoken too: this looks at servers and trusts them with nothing.
"""

import asyncio
import socket
import ssl
import sys
import time
from contextlib import suppress
from functools import cache
from typing import cast

from netmon.errors import CollectError, NotServing, Unreachable
from netmon.wire.failures import judge
from netmon.wire.net import Stream, TlsSeen
from netmon.wire.tcp import open_socket
from netmon.wire.text import clean

CHUNK = 16 * 1024
"""Octets that are taken from a socket at once: no less than one record of TLS (RFC 8446, 5.1)."""

LEGACY_SERVER_CONNECT = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT of <openssl/ssl.h>, which the ssl module names from Python 3.12 on."""

HANDSHAKE = frozenset({0x15, 0x16})
"""First octets of what a TLS server may say first: an alert, a handshake record."""


async def connect(address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
    """See Net.stream."""
    loop = asyncio.get_running_loop()
    asked = loop.time()
    sock = await open_socket(address, port, timeout)
    stream = Connection(sock, f"{address} TCP port {port}", loop.time() - asked)
    if tls is not None:
        try:
            await stream.secure(tls, max(asked + timeout - loop.time(), 0))
        except BaseException:
            await stream.close()
            raise
    return stream


@cache
def looking() -> ssl.SSLContext:
    """A context that shakes hands with every server there is. Whether to trust it is found out afterwards."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= LEGACY_SERVER_CONNECT
    return context


class Connection:
    """A connected socket, with TLS on it or not yet (netmon.wire.net.Stream)."""

    __slots__ = ("_in", "_out", "_sock", "_tls", "_where", "connected", "tls")

    def __init__(self, sock: socket.socket, where: str, connected: float) -> None:
        self.connected = connected
        self.tls: TlsSeen | None = None
        self._sock = sock
        self._where = where
        self._tls: ssl.SSLObject | None = None
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()

    async def write(self, data: bytes, timeout: float) -> None:
        """See Stream.write."""
        async with bounded(self._where, timeout, "takes no data"):
            if self._tls is not None:
                self._tls.write(data)
                data = self._out.read()
            await asyncio.get_running_loop().sock_sendall(self._sock, data)

    async def read(self, most: int, timeout: float) -> bytes:
        """See Stream.read."""
        async with bounded(self._where, timeout, "no answer"):
            if self._tls is None:
                return await self._receive(min(most, CHUNK))
            while True:
                try:
                    return self._tls.read(min(most, CHUNK))
                except ssl.SSLWantReadError:
                    await self._exchange()
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return b""

    async def secure(self, name: str, timeout: float) -> TlsSeen:
        """See Stream.secure."""
        self._tls = looking().wrap_bio(self._in, self._out, server_hostname=name or None)
        loop = asyncio.get_running_loop()
        start = loop.time()
        first = bytearray()
        async with bounded(self._where, timeout, "no TLS handshake", failure=NotServing):
            while True:
                try:
                    self._tls.do_handshake()
                    await self._flush()
                    break
                except ssl.SSLWantReadError:
                    await self._exchange(first)
                except ssl.SSLError as error:
                    with suppress(OSError):
                        await self._flush()  # the alert that says why
                    raise NotServing(f"{self._where}: {broken(error, bytes(first))}") from None
        took = loop.time() - start
        from netmon.wire.trust import seen  # its libraries are large, and many a service asks nobody by TLS

        self.tls = seen(took, self._tls.version() or "", chain_of(self._tls), name, time.time())
        return self.tls

    async def close(self) -> None:
        """See Stream.close."""
        if self._tls is not None and self.tls is not None:
            with suppress(ssl.SSLError, OSError):
                self._tls.unwrap()
            with suppress(OSError):
                self._sock.send(self._out.read())
        self._sock.close()

    async def _exchange(self, first: bytearray | None = None) -> None:
        """Send what TLS has to say, and hand it the next octets; `first` keeps the first 64 that ever came."""
        await self._flush()
        data = await self._receive(CHUNK)
        if first is not None and len(first) < 64:
            first += data[:64]
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()

    async def _flush(self) -> None:
        if self._out.pending:
            await asyncio.get_running_loop().sock_sendall(self._sock, self._out.read())

    async def _receive(self, most: int) -> bytes:
        await asyncio.sleep(0)  # whoever sends faster than we read must not keep the loop to himself
        return await asyncio.get_running_loop().sock_recv(self._sock, most)


class bounded:  # noqa: N801 - reads as the phrase it is
    """A `with` that lasts at most `timeout` seconds; what goes wrong in it becomes an error of netmon.errors."""

    __slots__ = ("_failure", "_limit", "_missing", "_timeout", "_where")

    def __init__(self, where: str, timeout: float, missing: str, failure: type[CollectError] = Unreachable) -> None:
        self._where = where
        self._timeout = timeout
        self._missing = missing
        self._failure = failure
        self._limit = asyncio.timeout(timeout)

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            await self._limit.__aexit__(kind, error, None)
        except TimeoutError:
            raise self._failure(f"{self._where}: {self._missing} within {self._timeout:.3g} s") from None
        if isinstance(error, ssl.SSLError):
            raise NotServing(f"{self._where}: {broken(error, b'')}") from None
        if isinstance(error, OSError):
            raise judge(error, self._where) from None


def broken(error: ssl.SSLError, first: bytes) -> str:
    """Why there is no TLS, in words. `first`: the first octets that came."""
    if first and first[0] not in HANDSHAKE:
        return f"speaks no TLS, its answer begins with {clean(first, 40)!r}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "closed the connection during the TLS handshake"
    return f"TLS failed: {(error.reason or 'unknown reason').lower().replace('_', ' ')}"


def chain_of(tls: ssl.SSLObject) -> list[bytes]:
    """The certificates as the server sent them, DER, its own first."""
    if sys.version_info >= (3, 13):
        return list(tls.get_unverified_chain())
    # the same method of the same object, not yet public: without it the intermediate certificates cannot be seen
    inner = tls._sslobj  # type: ignore[attr-defined,unused-ignore]
    return [ssl.PEM_cert_to_DER_cert(cast("str", each.public_bytes())) for each in inner.get_unverified_chain() or ()]
