"""What does a file of the spool hold, and what of it can still be read?

Batches one behind the other, each behind a head that says its number, its time, how many lines it has and how long it
is, with a checksum of its own; another one covers the payload. Nothing is ever written over. What was being written
when the program or the machine died is cut off when the file is read again, and what is damaged is skipped: the next
head is found by its mark.
"""

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

_MARK = b"nmB1"
_HEAD = Struct("<4sQdIII")
_SUM = Struct("<I")
HEAD = _HEAD.size + _SUM.size
LONGEST = 64 * 1024 * 1024
"""Octets of a payload: no head that says more is believed."""
SUFFIX, UNREADABLE = ".spool", ".unreadable"


class Head(NamedTuple):
    """Of one batch: its number, when its numbers were taken (s since the epoch), how many lines, how many octets, and
    their checksum."""

    number: int
    at: float
    lines: int
    length: int
    check: int


def written(number: int, at: float, lines: int, payload: bytes) -> bytes:
    """A batch as it stands in a file."""
    head = _HEAD.pack(_MARK, number, at, lines, len(payload), crc32(payload))
    return b"".join((head, _SUM.pack(crc32(head)), payload))


def _head(octets: bytes) -> Head | None:
    """What a head says, None if it is none."""
    if len(octets) < HEAD or octets[:4] != _MARK or _SUM.unpack_from(octets, _HEAD.size)[0] != crc32(octets[:-4]):
        return None
    _, number, at, lines, length, check = _HEAD.unpack_from(octets)
    return Head(number, at, lines, length, check) if length <= LONGEST else None


class Segment:
    """One file, and where in it each batch stands. `size`: octets that are good; `damaged`: lines that are lost, as far
    as their heads tell, and one for each place where they do not."""

    __slots__ = ("_at", "_lines", "_numbers", "_places", "_synced", "damaged", "path", "size")

    def __init__(self, path: Path) -> None:
        self.path, self.size, self.damaged, self._synced = path, 0, 0, 0
        self._numbers, self._at = array("Q"), array("d")
        self._lines, self._places = array("I"), array("Q")

    @property
    def first(self) -> int:
        """The number of its first batch."""
        return self._numbers[0]

    @property
    def last(self) -> int:
        """The number of its last batch."""
        return self._numbers[-1]

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: int) -> bool:
        place = bisect_left(self._numbers, number)
        return place < len(self._numbers) and self._numbers[place] == number

    def scan(self) -> None:
        """Find the batches of a file that was there before, and cut off what is not whole at its end. OSError."""
        with self.path.open("r+b") as file:
            end = os.fstat(file.fileno()).st_size
            place = 0
            while place < end:
                head = _head(os.pread(file.fileno(), HEAD, place))
                if head is None or (self._numbers and head.number <= self.last):
                    self.damaged += 1
                    place = _next(file.fileno(), place + 1, end)
                    continue
                if place + HEAD + head.length > end:
                    self.damaged += head.lines
                    found = _next(file.fileno(), place + 1, end)  # it is the length that is wrong, if one comes behind
                    if found == end:
                        break
                    place = found
                    continue
                self._note(head.number, head.at, head.lines, place)
                place += HEAD + head.length
                self.size = place
            if self.size < end:
                file.truncate(self.size)

    def append(self, number: int, at: float, lines: int, octets: bytes) -> None:
        """Write one batch, `octets` as `written` made them, whole or not at all. OSError if it cannot be."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                done = 0
                while done < len(octets):
                    done += os.pwrite(descriptor, octets[done:], self.size + done)
            except OSError:
                os.ftruncate(descriptor, self.size)
                raise
        finally:
            os.close(descriptor)
        self._note(number, at, lines, self.size)
        self.size += len(octets)

    def sync(self) -> None:
        """Have the disk keep what was written. OSError."""
        if self._synced == self.size:
            return
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        self._synced = self.size

    def read(self, number: int) -> bytes | None:
        """The payload of a batch; None if it is damaged. LookupError if it is not here."""
        place = self._places[self._find(number)]
        try:
            with self.path.open("rb") as file:
                file.seek(place)
                head = _head(file.read(HEAD))
                payload = b"" if head is None else file.read(head.length)
        except OSError:
            return None
        return payload if head is not None and head.number == number and crc32(payload) == head.check else None

    def about(self, number: int) -> tuple[float, int, int]:
        """When the numbers of a batch were taken, how many lines it has, and how many octets. LookupError if it is not
        here."""
        place = self._find(number)
        end = self._places[place + 1] if place + 1 < len(self._places) else self.size
        return self._at[place], self._lines[place], end - self._places[place] - HEAD

    def numbers(self) -> Iterator[int]:
        """Of all its batches, in order."""
        return iter(self._numbers)

    def _find(self, number: int) -> int:
        if number not in self:
            raise LookupError(number)
        return bisect_left(self._numbers, number)

    def _note(self, number: int, at: float, lines: int, place: int) -> None:
        self._numbers.append(number)
        self._at.append(at)
        self._lines.append(lines)
        self._places.append(place)


def shelved(folder: Path) -> tuple[list[Segment], int]:
    """The files of a folder in the order of their numbers, and how many lines of them are lost. A file that holds
    nothing, or only what the one before it holds, goes; one that may not be read is put aside, for somebody to mend."""
    found: list[Segment] = []
    damaged = 0
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        segment = Segment(path)
        try:
            segment.scan()
        except OSError:
            with suppress(OSError):
                path.rename(path.with_suffix(UNREADABLE))
            damaged += 1
            continue
        damaged += segment.damaged
        if len(segment) and (not found or segment.first > found[-1].last):
            found.append(segment)
        else:
            with suppress(OSError):
                path.unlink()
    return found, damaged


def _next(descriptor: int, place: int, end: int) -> int:
    """Where the next head stands, `end` if there is none."""
    step = 1024 * 1024
    while place < end:
        octets = os.pread(descriptor, step + HEAD, place)
        found = octets.find(_MARK)
        while found != -1 and found < step:
            if _head(os.pread(descriptor, HEAD, place + found)) is not None:
                return place + found
            found = octets.find(_MARK, found + 1)
        place += step
    return end
