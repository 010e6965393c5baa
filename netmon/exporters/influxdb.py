"""How do the numbers reach an InfluxDB?

As lines of its protocol (docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol): the family is the
measurement, the labels are tags, the number is the field `value`, a float. A line costs a look-up of its tags and one
format of its number; the client's own points take twenty times as long.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from sys import float_info
from typing import Annotated

from pydantic import Field

from netmon.errors import Permanent
from netmon.model import Batch, Family, Secret
from netmon.reading.label_texts import Kept, pairs, remember
from netmon.units import Duration, Size
from netmon.wire.net import Bucket, HttpReply, Net

MOST_LINES = 5_000
LARGEST = 1_000_000
"""Octets of a batch before it is compressed, at most; a line that is longer by itself goes alone."""
LEVEL = 3
"""Of gzip: as fast as 1, and a tenth smaller; 9 takes six times as long for another seventh."""
_AT_ONCE = 500

_SPECIAL = re.compile(r"[,= ]")
_LINE_END = re.compile(r"\r\n|[\n\r]")
_AMBIGUOUS = re.compile(r"\\(?=[\\,= ]|\Z)")
"""Backslashes that one server takes for an escape and another for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxDb:
    """Writes to InfluxDB 1.8, 2 or 3, or to VictoriaMetrics, and keeps on disk what cannot be written yet.

    Whatever the server, a tag reads the same: line ends in a name become `␤`, and a backslash that stands at the end,
    or before a comma, blank, equals sign or another backslash, becomes `＼`. NaN and infinity have no line.
    """

    url: Annotated[str, Field(description="Its address, such as http://127.0.0.1:8086.", pattern=r"^https?://[^\s/]")]
    org: Annotated[str, Field(description="The organization.")] = ""
    bucket: Annotated[str, Field(description="The bucket; in InfluxDB 1.8 DATABASE/POLICY.", min_length=1)] = "netmon"
    token: Annotated[Secret | None, Field(description="Token that may write there.")] = None
    every: Annotated[Duration, Field(description="How often the numbers are taken.", ge=1)] = 15.0
    spool: Annotated[Size, Field(description="What may wait on disk, at most.", ge=1_000_000)] = 2_000_000_000
    timeout: Annotated[Duration, Field(description="How long to wait for an answer.", gt=0)] = 30.0

    @property
    def in_order(self) -> bool:
        """Whether the server takes nothing that is older than what it has: InfluxDB takes all."""
        return False

    def encode(self, families: Iterable[Family], at: float, kept: Kept) -> Iterator[Batch]:
        """What the families say `at` (s since the epoch), each batch made when it is asked for.

        `kept` is filled here and handed in again: the tags of each label text. Strange are NaN and infinity.
        """
        end = f" {round(at * 1000)}\n"
        blocks: list[bytes] = []
        size = lines = strange = 0
        for name, _, series in families:
            rest = iter(series)
            while chunk := list(islice(rest, _AT_ONCE)):
                known = _finite(chunk)
                strange += len(chunk) - len(known)
                tags = remember([text for text, _ in known], kept.spelled, _tags)
                for block, count in _blocks([f"{name}{tags[text]} value={+value}{end}" for text, value in known]):
                    if lines and (lines + count > MOST_LINES or size + len(block) > LARGEST):
                        yield _batch(blocks, lines, strange)
                        blocks, size, lines, strange = [], 0, 0, 0
                    blocks.append(block)
                    size, lines = size + len(block), lines + count
        if lines or strange:
            yield _batch(blocks, lines, strange)

    def halves(self, payload: bytes) -> tuple[Batch, ...]:
        """A batch as two; none if it cannot be divided."""
        lines = gzip.decompress(payload).splitlines(keepends=True)
        middle = len(lines) // 2
        return tuple(_batch([*each], len(each), 0) for each in (lines[:middle], lines[middle:])) if middle else ()

    async def deliver(self, payload: bytes, net: Net) -> HttpReply:
        """POST one batch. Raises Retryable when no answer came, Permanent if there is nothing to post to or with."""
        try:
            token = "" if self.token is None else self.token.reveal()
        except LookupError as error:
            raise Permanent(str(error)) from None
        return await net.influx(Bucket(self.url, self.org, self.bucket, token), payload, self.timeout)


def _batch(blocks: list[bytes], lines: int, strange: int) -> Batch:
    return Batch(gzip.compress(b"".join(blocks), LEVEL, mtime=0), lines, strange)


def _finite(chunk: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The numbers that a line can say."""
    try:
        if isfinite(sum([value for _, value in chunk])):  # one look instead of one at each
            return chunk
    except OverflowError:
        pass
    return [each for each in chunk if abs(each[1]) <= float_info.max]


def _tags(text: str) -> str:
    return "".join([f",{name}={said(value)}" for name, value in pairs(text)])


def said(value: str) -> str:
    """A label value as a tag: what no server may misread, with line ends and some backslashes replaced."""
    if "\\" in value:
        value = _AMBIGUOUS.sub("＼", value)
    return _SPECIAL.sub(r"\\\g<0>", _LINE_END.sub("␤", value))


def _blocks(lines: list[str]) -> Iterator[tuple[bytes, int]]:
    """These lines in one piece, or in several where their labels are very long; and how many are in each."""
    block = "".join(lines).encode("utf-8", "replace")
    if len(block) <= LARGEST or len(lines) == 1:
        yield block, len(lines)
        return
    middle = len(lines) // 2
    yield from _blocks(lines[:middle])
    yield from _blocks(lines[middle:])
