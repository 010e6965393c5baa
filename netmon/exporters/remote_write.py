"""How do the numbers reach a server that takes Prometheus' remote-write?

WriteRequest of remote-write 1.0 (prometheus.io/docs/specs/prw/remote_write_spec), a protocol buffer of three nested
messages, in snappy's block format. It is written by hand: a series costs one packing of its number, a fifth of what the
general library takes. What waits is deflated, to half of what snappy makes of it, and is made snappy when it is sent.
"""

import asyncio
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from struct import Struct, error
from typing import Annotated

from pydantic import Field

from netmon import __version__
from netmon.errors import Permanent
from netmon.model import Batch, Family, Secret
from netmon.reading.label_texts import Kept, pairs, remember
from netmon.units import Duration, Size
from netmon.wire.net import HttpReply, Net

MOST_LINES = 5_000
LARGEST = 1_000_000
"""Octets of a batch before it is compressed, at most; a series that is longer by itself goes alone."""
LEVEL = 3
"""Of deflate."""
_AT_ONCE = 500
_NAME = "__name__"
_DOUBLE = Struct("<d")
_ENDED = b"\x02\x00\x00\x00\x00\x00\xf0\x7f"
"""The NaN by which a series says that it has ended; in octets, because a processor may make another NaN of it."""

_Labels = tuple[bytes, bytes]
"""Those that stand before `__name__` in the order of octets, and those behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteWrite:
    """Writes to VictoriaMetrics, Mimir, Thanos or a Prometheus, and keeps on disk what cannot be written yet."""

    url: Annotated[
        str,
        Field(description="Where to POST, such as http://127.0.0.1:8428/api/v1/write.", pattern=r"^https?://[^\s/]"),
    ]
    token: Annotated[Secret | None, Field(description="Sent as `Authorization: Bearer`.")] = None
    user: Annotated[str, Field(description="With `password`: HTTP Basic.")] = ""
    password: Annotated[Secret | None, Field(description="Password of `user`.")] = None
    in_order: Annotated[
        bool, Field(description="Oldest first, always: for a Prometheus, which takes nothing older than what it has.")
    ] = False
    every: Annotated[Duration, Field(description="How often the numbers are taken.", ge=1)] = 15.0
    spool: Annotated[Size, Field(description="What may wait on disk, at most.", ge=1_000_000)] = 2_000_000_000
    timeout: Annotated[Duration, Field(description="How long to wait for an answer.", gt=0)] = 30.0

    def __post_init__(self) -> None:
        if bool(self.user) != (self.password is not None):
            raise ValueError("`user` and `password` go together")
        if self.user and self.token is not None:
            raise ValueError("either `token`, or `user` and `password`")

    def encode(self, families: Iterable[Family], at: float, kept: Kept) -> Iterator[Batch]:
        """What the families say `at` (s since the epoch), each batch made when it is asked for.

        `kept` is filled here and handed in again: the labels of each label text, and which series there were. One that
        is there no more is said to end, by a number of its own. NaN and infinity are numbers here.
        """
        stamp = b"\x10" + _varint(round(at * 1000))  # Sample: value = 1, a double; timestamp = 2, milliseconds
        head = b"\x12" + _varint(9 + len(stamp)) + b"\x09"
        parts: list[bytes] = []
        size = lines = 0
        for called, labels, numbers in _chunks(families, kept):
            for part in _series(called, labels, numbers, head, stamp):
                if lines == MOST_LINES or (lines and size + len(part) > LARGEST):
                    yield _batch(parts)
                    parts, size, lines = [], 0, 0
                parts.append(part)
                size, lines = size + len(part), lines + 1
        if lines:
            yield _batch(parts)

    def halves(self, payload: bytes) -> tuple[Batch, ...]:
        """A batch as two; none if it cannot be divided."""
        parts = list(_parts(zlib.decompress(payload)))
        middle = len(parts) // 2
        return (_batch(parts[:middle]), _batch(parts[middle:])) if middle else ()

    async def deliver(self, payload: bytes, net: Net) -> HttpReply:
        """POST one batch. Raises Retryable when no answer came, Permanent if there is nothing to post to or with."""
        headers = {
            "Content-Encoding": "snappy",
            "Content-Type": "application/x-protobuf",
            "User-Agent": f"netmon/{__version__}",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        }
        try:
            if self.token is not None:
                headers["Authorization"] = f"Bearer {self.token.reveal()}"
            elif self.password is not None:
                pair = f"{self.user}:{self.password.reveal()}"
                headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        except LookupError as error:
            raise Permanent(str(error)) from None
        return await net.post(self.url, await asyncio.to_thread(snappy, payload), headers, self.timeout)


def _batch(parts: list[bytes]) -> Batch:
    return Batch(zlib.compress(b"".join(parts), LEVEL), len(parts))


def snappy(payload: bytes) -> bytes:
    """A batch as it goes over the wire."""
    from cramjam import snappy as library

    return bytes(library.compress_raw(zlib.decompress(payload)))


def _chunks(families: Iterable[Family], kept: Kept) -> Iterator[tuple[bytes, list[_Labels], Iterable[bytes]]]:
    """The name of a family, of some of its series the labels, and their numbers; last those that have ended since the
    last time."""
    told: dict[str, list[_Labels]] = {}
    for name, _, series in families:
        called, all_of_it, rest = _label(_NAME, name), told.setdefault(name, []), iter(series)
        while chunk := list(islice(rest, _AT_ONCE)):
            texts = [text for text, _ in chunk]
            known = remember(texts, kept.spelled, _labels)
            labels = [known[text] for text in texts]
            all_of_it += labels
            yield called, labels, [_double(value) for _, value in chunk]
    if not told:  # something is wrong with who tells: nothing has ended by that
        return
    for name, before in kept.told.items():
        now = told.get(name, [])
        if now != before:  # mostly they are the same objects in the same order
            there = set(now)
            yield _label(_NAME, name), [each for each in before if each not in there], repeat(_ENDED)
    kept.told.clear()  # what was told may be handed on while this goes on
    kept.told.update(told)


def _series(
    called: bytes, labels: list[_Labels], numbers: Iterable[bytes], head: bytes, stamp: bytes
) -> Iterator[bytes]:
    """Each as a field of WriteRequest: its labels by name in the order of octets, and one sample."""
    sample = len(head) + 8 + len(stamp) + len(called)
    for (before, behind), number in zip(labels, numbers, strict=False):
        length = _varint(sample + len(before) + len(behind))
        yield b"".join((b"\x0a", length, before, called, behind, head, number, stamp))


def _double(value: float) -> bytes:
    try:
        return _DOUBLE.pack(value)
    except error:  # an int beyond any float
        return _DOUBLE.pack(float("inf") if value > 0 else float("-inf"))


def _labels(text: str) -> _Labels:
    found = sorted(pairs(text))
    before = [_label(name, value) for name, value in found if name < _NAME]
    return b"".join(before), b"".join([_label(name, value) for name, value in found if name > _NAME])


def _label(name: str, value: str) -> bytes:
    """A Label as a field of TimeSeries: name = 1, value = 2."""
    said = value.encode("utf-8", "replace")
    body = b"".join((b"\x0a", _varint(len(name)), name.encode(), b"\x12", _varint(len(said)), said))
    return b"\x0a" + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    """Seven bits an octet, the lowest first, all but the last with the eighth bit set."""
    if number < 0x80:
        return bytes((number,))
    octets = bytearray()
    while number >= 0x80:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def _parts(request: bytes) -> Iterator[bytes]:
    """The series of a WriteRequest that this module wrote, each with its tag and length."""
    place = 0
    while place < len(request):
        start, length, shift = place, 0, 0
        while True:
            place += 1
            length |= (request[place] & 0x7F) << shift
            shift += 7
            if request[place] < 0x80:
                break
        place += 1 + length
        yield request[start:place]
