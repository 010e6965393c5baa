"""Which files hold the batches, and which of them goes when there is no room?"""

from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

from netmon.run.push.segment import SUFFIX, Segment, shelved

SEGMENT = 16_000_000
"""Octets of a segment, at which the next one begins; an eighth of the limit if that is less."""

Keeps = Callable[[int, int], bool]
"""Whether any batch from this number on, up to that one, is still needed."""


class Shelf:
    """The segments of a folder in order, `most` octets of them."""

    __slots__ = ("_folder", "_most", "_portion", "_segments")

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most, self._portion = folder, most, min(SEGMENT, most // 8)
        self._segments: list[Segment] = []

    def open(self) -> int:
        """Find what is there; how many lines of it are lost."""
        self._segments, damaged = shelved(self._folder)
        return damaged

    @property
    def numbers(self) -> list[int]:
        """Of all batches, in order."""
        return [number for segment in self._segments for number in segment.numbers()]

    def find(self, number: int) -> Segment | None:
        """The file with this batch."""
        place = bisect_right(self._segments, number, key=lambda each: each.first) - 1
        found = self._segments[place] if place >= 0 else None
        return found if found is not None and number in found else None

    def crowded(self, octets: int) -> Segment | None:
        """The oldest file, if one of them has to go before there is room for so much."""
        if self._segments and sum(each.size for each in self._segments) + octets > self._most:
            return self._segments[0]
        return None

    def clear(self) -> None:
        """The oldest file goes. OSError."""
        self._segments[0].path.unlink(missing_ok=True)
        del self._segments[0]

    def full(self) -> bool:
        """Whether the next batch begins another file."""
        return bool(self._segments) and self._segments[-1].size >= self._portion

    def add(self, number: int, at: float, lines: int, octets: bytes) -> None:
        """Write a batch, `octets` as `written` made them. OSError."""
        if self._segments and not self.full():
            self._segments[-1].append(number, at, lines, octets)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        segment = Segment(self._folder / f"{number:020d}{SUFFIX}")
        segment.append(number, at, lines, octets)
        self._segments.append(segment)

    def sync(self) -> None:
        """Have the disk keep what was written. OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for segment in self._segments:
            segment.sync()

    def tidy(self, keeps: Keeps) -> None:
        """Away with the oldest files as long as nothing of them is needed. OSError."""
        while self._segments and not keeps(self._segments[0].first, self._segments[0].last + 1):
            self.clear()

    def sweep(self, keeps: Keeps) -> None:
        """While the past is made up for, what is newer has long been acknowledged: it must not take the past's room."""
        for segment in self._segments[1:]:
            if not keeps(segment.first, segment.last + 1):
                segment.path.unlink(missing_ok=True)
                self._segments.remove(segment)
