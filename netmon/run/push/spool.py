"""What has not been acknowledged, and what becomes of it when the disk, too, has no room?

Batches lie in the order of their numbers in segment files, each of which is deleted when all of it was acknowledged
long enough ago. At the limit the oldest segment goes. What the disk does not take stays in memory, up to a smaller
limit, and goes to the disk as soon as that takes it. Whatever is thrown away is counted in lines, by reason. All calls
come from one thread; `state` may be read from any.
"""

import errno
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Literal, NamedTuple

from netmon.model import Batch
from netmon.run.push import position
from netmon.run.push.segment import written
from netmon.run.push.shelf import Shelf
from netmon.run.push.waiting import Waiting

MEMORY = 16_000_000
"""Octets that are kept in memory while the disk takes nothing."""
REASONS = ("spool_full", "disk_full", "damaged", "refused", "server_error", "not_a_number", "uncertain")
"""Why lines are lost: by age at the limit; the disk; a damaged file; the server does not want them, or fails at them;
not in the protocol; acknowledged, perhaps forgotten by the server, and not to be sent again: that is never too low."""
Reason = Literal["refused", "server_error"]
"""Of those, what the server says."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Item(NamedTuple):
    """A batch that waits; `times`: how often it was acknowledged before."""

    number: int
    lines: int
    times: int
    payload: bytes


class State(NamedTuple):
    """What waits: lines, octets, and when the oldest of it was taken (s since the epoch), None if nothing does."""

    lines: int = 0
    octets: int = 0
    oldest: float | None = None


class _Held(NamedTuple):
    at: float
    lines: int
    payload: bytes


class Spool:
    """The batches of one exporter in a folder of its own, `most` octets of it. `lost`: lines, by reason; `why`: what is
    wrong with the disk, "" if nothing is; `live`: the first batch of the latest moment."""

    def __init__(self, folder: Path, most: int, memory: int = MEMORY) -> None:
        self.lost = Counter(dict.fromkeys(REASONS, 0))
        self.why, self.live, self.state = "", 0, State()
        self._folder, self._memory, self._shelf = folder, memory, Shelf(folder, most)
        self._held: dict[int, _Held] = {}
        self._waiting, self._next = Waiting(), 1
        self._lines = self._octets = self._out = 0
        self._late: Counter[str] = Counter()

    def open(self) -> None:
        """Find what an earlier process left; what it sent last is to be sent again."""
        self.lost["damaged"] += self._shelf.open()
        self._restore(self._shelf.numbers)
        self.live = self._next
        self._tell()

    def _restore(self, numbers: list[int]) -> None:
        self._next = numbers[-1] + 1 if numbers else self._next
        begin = numbers[0] if numbers else self._next
        found = position.read(self._folder)
        known = begin
        if found is not None:
            self._waiting.spans = [
                span._replace(first=max(span.first, begin)) for span in found.waiting if span.end > begin
            ]
            recent = [
                each._replace(span=each.span._replace(first=max(each.span.first, begin)))
                for each in found.taken
                if each.span.end > begin
            ]
            self._waiting.taken.extend(recent)
            self._waiting.gone = found.gone
            self._once_more()
            known = max(begin, found.following)
        if known < self._next:
            self._waiting.add(known, self._next)
        self._next = max(self._next, known)
        for number in numbers:
            if self._waiting.times(number) is not None:
                self._count(number, 1)

    def begin(self) -> None:
        """What is added from now on is of another moment."""
        self.live = self._next

    def add(self, batch: Batch, at: float) -> None:
        """Keep a batch of what was `at` (s since the epoch)."""
        self.lost["not_a_number"] += batch.strange
        if not batch.lines:
            return
        self._held[self._next] = _Held(at, batch.lines, batch.payload)
        self._waiting.add(self._next, self._next + 1)
        self._lines, self._octets = self._lines + batch.lines, self._octets + len(batch.payload)
        self._next += 1
        self._store()

    def _store(self) -> None:
        """Bring to the disk what it takes; of the rest, keep as much as there may be in memory."""
        lost = "disk_full"
        try:
            for number, held in list(self._held.items()):
                self._write(number, held)
                del self._held[number]
            self.why = ""
        except OSError as error:
            self.why = f"{error.strerror or error}"
            lost = "disk_full" if error.errno in _NO_ROOM else "damaged"
        while sum(len(each.payload) for each in self._held.values()) > self._memory:
            self._forget(next(iter(self._held)), lost)
        self._tell()

    def _write(self, number: int, held: _Held) -> None:
        octets = written(number, held.at, held.lines, held.payload)
        if self._shelf.full():
            self._shelf.sweep(self._waiting.keeps)
        while (oldest := self._shelf.crowded(len(octets))) is not None:
            oldest.path.unlink(missing_ok=True)  # first: what cannot go is not lost
            for old in oldest.numbers():
                self._forget(old, "spool_full")
            self._shelf.clear()
        self._shelf.add(number, held.at, held.lines, octets)

    def waits(self, number: int) -> bool:
        """Whether it has not been acknowledged, and is not lost."""
        return self._waiting.times(number) is not None

    def pick(self, number: int = 0, but: Container[int] = ()) -> Item | None:
        """The oldest batch that waits, of those from this number on but for some; the one before has not arrived if
        none says so."""
        self._settle(self.lost)
        while (span := self._waiting.at_or_behind(number)) is not None:
            number = span.first
            if number in but:
                number += 1
                continue
            payload = self._payload(number)
            if payload is not None:
                self._out = number
                return Item(number, self._about(number)[1], span.times, payload)
            self._forget(number, "damaged")
        self._tell()
        return None

    def _settle(self, into: Counter[str]) -> None:  # count what had to go while it was under way
        into.update(self._late)
        self._late, self._out = Counter(), 0

    def done(self, number: int, now: float, refused: int = 0, reason: Reason = "refused") -> None:
        """It was acknowledged at `now` (s), but for so many lines that the server does not want or cannot take."""
        late = self._late.total() if number == self._out else 0
        if late:  # its file had to go, but the server has it, if it keeps it
            self.lost["uncertain" if self._late["uncertain"] else reason] += refused
            self._settle(Counter())
            self._waiting.take(number, now)
            self._waiting.lose(number, late - refused)
        times = self._waiting.times(number)
        if times is not None:
            self.lost["uncertain" if times else reason] += refused
            lines = self._count(number, -1)
            self._waiting.take(number, now)
            if self._held.pop(number, None) is not None:
                self._waiting.lose(number, lines)
        self._tidy()

    def drop(self, number: int, reason: Reason | None = "refused") -> None:
        """The server wants nothing of it, or cannot take it; None: because it has it."""
        self._forget(number, reason)
        self._tidy()

    def again(self, idle: bool = False) -> None:
        """The server may have forgotten what it acknowledged last: all that waits once more, or is counted if it does
        not. `idle`: all that speaks for it is a connection that nobody has used for long."""
        for number in self._once_more(idle):
            self._count(number, 1)
        self._tell()

    def _once_more(self, idle: bool = False) -> list[int]:
        once, worn, gone = self._waiting.again()
        self.lost["uncertain"] += gone + (0 if idle else sum(self._about(number)[1] for number in worn))
        there = [number for number in once if self._shelf.find(number) is not None]
        for number in set(once).difference(there):  # by an old position: its file has been done with since
            self._waiting.remove(number)
        return there

    def save(self) -> None:
        """Have the disk keep what was added, then write down how far things have come: never further than it has."""
        self._store()
        try:
            self._shelf.sync()
            position.save(self._folder, self._next, self._waiting)
        except OSError as error:
            self.why = f"{error.strerror or error}"

    def _tidy(self) -> None:
        try:
            self._shelf.tidy(self._waiting.keeps)
        except OSError as error:
            self.why = f"{error.strerror or error}"
        self._tell()

    def _forget(self, number: int, reason: str | None) -> None:
        """It is lost, or perhaps, if it was acknowledged before; None: it is not."""
        times = self._waiting.times(number)
        if times is not None:
            lines = self._count(number, -1)
            self._waiting.remove(number)
            lost = self._late if (number, reason) == (self._out, "spool_full") else self.lost
            if reason is not None:
                lost["uncertain" if times else reason] += lines
        else:
            self._waiting.lose(number, self._about(number)[1])
        self._held.pop(number, None)

    def _count(self, number: int, sign: int) -> int:
        _, lines, octets = self._about(number)
        self._lines, self._octets = self._lines + sign * lines, self._octets + sign * octets
        return lines

    def _about(self, number: int) -> tuple[float, int, int]:
        held, segment = self._held.get(number), self._shelf.find(number)
        if held is not None:
            return held.at, held.lines, len(held.payload)
        return (0.0, 0, 0) if segment is None else segment.about(number)

    def _payload(self, number: int) -> bytes | None:
        held, segment = self._held.get(number), self._shelf.find(number)
        if held is not None:
            return held.payload
        return None if segment is None else segment.read(number)

    def _tell(self) -> None:
        first = self._waiting.spans[0].first if self._waiting.spans else None
        self.state = State(self._lines, self._octets, None if first is None else self._about(first)[0])
