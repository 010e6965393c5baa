"""How does a conversation with a service stay within its time and its size?

One deadline bounds all of it, from looking up the name to the last line, so that a service that sends an octet now
and then gets no more time than one that is silent. What is kept of its words is bounded too. Once a connection
stands, silence and a reset are the service's fault and no longer the way's: they raise NotServing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from netmon.errors import NotServing, Refused, Unreachable
from netmon.wire.names import located
from netmon.wire.net import Net, Stream, TlsSeen
from netmon.wire.text import clean

T = TypeVar("T")

LONGEST_LINE = 4096
LONGEST_HEAD = 16 * 1024
"""Octets of one line, and of a head with all its fields; RFC 5321 allows 512 in a line, the others leave it open."""

_AT_ONCE = 4096
_SHOWN = 60
_NOTHING = 0.001


def quoted(said: bytes | bytearray) -> str:
    """The beginning of what a stranger said, as people may read it in a terminal or a message."""
    return f"'{clean(bytes(said[: 4 * _SHOWN]), _SHOWN)}'"


@dataclass(frozen=True, slots=True)
class Limit:
    """When a conversation has to be over: `ends` on the loop's clock, `seconds` after its begin."""

    ends: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> "Limit":
        """So many seconds from now."""
        return cls(asyncio.get_running_loop().time() + seconds, seconds)

    def left(self) -> float:
        """Seconds until then, to the millisecond, never less than 0."""
        return max(round(self.ends - asyncio.get_running_loop().time(), 3), 0.0)

    def is_over(self) -> bool:
        """Whether nothing is left of it that anything could be done in."""
        return self.left() <= _NOTHING


@dataclass(slots=True)
class Dialogue:
    """A conversation over TCP. `what` in each call names what is waited for, as errors tell it (`a greeting`).

    Each call raises NotServing on silence until the limit, a closed connection or too many words.
    """

    stream: Stream
    limit: Limit
    kept: bytearray = field(default_factory=bytearray)

    async def say(self, words: bytes, what: str) -> None:
        """Send all of it; `what` is the answer that it is to bring."""
        try:
            await self.stream.write(words, self.limit.left())
        except (Unreachable, Refused) as error:
            raise self._broken(error, what) from None

    async def more(self, what: str, most: int) -> None:
        """Keep some more of what the other side says, unless more than `most` octets are kept already."""
        if len(self.kept) > most:
            raise NotServing(f"more than {most} octets without {what}: {quoted(self.kept)}")
        said = await self.next(what)
        if not said:
            raise NotServing(f"closed the connection before {what}{self._said()}")
        self.kept += said

    async def next(self, what: str, at_once: int = _AT_ONCE) -> bytes:
        """What comes next, which is not kept; b"" where the other side has closed the connection."""
        if self.limit.is_over():
            raise self._silent(what)
        try:
            return await self.stream.read(at_once, self.limit.left())
        except (Unreachable, Refused) as error:
            raise self._broken(error, what) from None

    async def line(self, what: str) -> bytes:
        """The next line, without its end."""
        while (end := self.kept.find(b"\n")) < 0:
            await self.more(what, LONGEST_LINE)
        line = bytes(self.kept[:end]).rstrip(b"\r")
        del self.kept[: end + 1]
        return line

    async def head(self, what: str) -> bytes:
        """Everything up to the next empty line; empty lines before it are skipped (RFC 3261, 7.5)."""
        while True:
            while self.kept.startswith((b"\r", b"\n")):
                del self.kept[:1]
            ends = [(at, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := self.kept.find(mark)) >= 0]
            if ends:
                at, length = min(ends)
                head = bytes(self.kept[:at])
                del self.kept[: at + length]
                return head
            await self.more(what, LONGEST_HEAD)

    async def exactly(self, count: int, what: str) -> bytes:
        """So many octets."""
        while len(self.kept) < count:
            await self.more(what, count)
        said = bytes(self.kept[:count])
        del self.kept[:count]
        return said

    async def secure(self, name: str) -> TlsSeen:
        """Speak TLS from now on, with the server called `name`."""
        if self.kept:  # words from before the handshake must not count as said under TLS (CVE-2011-0411)
            raise NotServing(f"speaks before TLS has begun: {quoted(self.kept)}")
        try:
            return await self.stream.secure(name, self.limit.left())
        except (Unreachable, Refused) as error:
            raise self._broken(error, "a TLS handshake") from None

    def _broken(self, error: Unreachable | Refused, what: str) -> NotServing:
        if isinstance(error, Unreachable):
            return self._silent(what)
        return NotServing(f"reset the connection instead of {what}{self._said()}")

    def _silent(self, what: str) -> NotServing:
        return NotServing(f"connected, but without {what} within {self.limit.seconds:g} s{self._said()}")

    def _said(self) -> str:
        return f", only {quoted(self.kept)}" if self.kept else ""


@asynccontextmanager
async def opened(net: Net, address: str, port: int, limit: Limit, tls: str | None = None) -> AsyncIterator[Dialogue]:
    """A conversation with the service on this port, closed at the end. Raises as Net.stream and Net.resolve."""
    stream = await net.stream(await located(net, address, limit.left()), port, limit.left(), tls)
    try:
        yield Dialogue(stream, limit)
    finally:
        await stream.close()


async def exchange(
    net: Net, address: str, port: int, question: bytes, limit: Limit, read: Callable[[bytes], T | None], what: str
) -> tuple[T, float]:
    """One datagram each way: the first answer out of which `read` makes something, and seconds until it came.

    `what` names the protocol. Raises Unreachable, Refused, or NotServing if only something else answered.
    """
    made: list[T] = []
    strange = b""

    def accept(answer: bytes) -> bool:
        nonlocal strange
        found = read(answer)
        if found is None:
            strange = strange or answer[: 4 * _SHOWN]
            return False
        made.append(found)
        return True

    try:
        _, seconds = await net.datagram(await located(net, address, limit.left()), port, question, limit.left(), accept)
    except (Unreachable, NotServing):
        if not strange:
            raise
    else:
        return made[-1], seconds
    raise NotServing(f"answers, but not with {what}: {quoted(strange)}")
