"""Which batches have not been acknowledged, and which were, a moment ago?

Numbers of batches in few spans, however many they are. A server says yes before its disk has it, so what it said yes to
within the last `AGAIN` seconds is remembered, and waits once more when the server may have been restarted.
"""

from bisect import bisect_right
from collections import deque
from typing import NamedTuple

AGAIN = 60.0
"""Seconds of acknowledged batches that are sent again."""
MOST_TIMES = 3
"""How often a batch is sent again at most: a server that fails each minute would else be sent the same for ever."""


class Span(NamedTuple):
    """Batches from `first` up to `end`, which is none of them; `times`: how often they were acknowledged before."""

    first: int
    end: int
    times: int = 0


class Taken(NamedTuple):
    """When a span was acknowledged (s), to whole seconds."""

    at: float
    span: Span


class Again(NamedTuple):
    """What becomes of what was taken last: the batches that wait `once` more, those that are `worn`, because they went
    often enough, and how many lines are in those that are `gone`."""

    once: list[int]
    worn: list[int]
    gone: int


class Waiting:
    """The spans that wait, in order and apart from one another, and those that were taken last; `gone`: the lines of
    those of the latter that nobody has any more, by batch."""

    __slots__ = ("gone", "spans", "taken")

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.taken: deque[Taken] = deque()
        self.gone: dict[int, int] = {}

    def add(self, first: int, end: int, times: int = 0) -> None:
        """These wait from now on; none of them did."""
        place = bisect_right(self.spans, (first,))
        self.spans.insert(place, Span(first, end, times))
        for left in (place, place - 1):
            if 0 <= left < len(self.spans) - 1:
                one, two = self.spans[left : left + 2]
                if one.end == two.first and one.times == two.times:
                    self.spans[left : left + 2] = [Span(one.first, two.end, one.times)]

    def at_or_behind(self, number: int) -> Span | None:
        """The first that waits and is not before this number, as the rest of its span."""
        place = bisect_right(self.spans, (number, float("inf")))
        if place and self.spans[place - 1].end > number:
            return self.spans[place - 1]._replace(first=number)
        return self.spans[place] if place < len(self.spans) else None

    def times(self, number: int) -> int | None:
        """How often a batch that waits was acknowledged before; None if it does not wait."""
        found = self.at_or_behind(number)
        return found.times if found is not None and found.first == number else None

    def remove(self, number: int) -> None:
        """It does not wait any more."""
        place = bisect_right(self.spans, (number, float("inf"))) - 1
        if place >= 0 and number < self.spans[place].end:
            first, end, times = self.spans[place]
            rest = (Span(first, number, times), Span(number + 1, end, times))
            self.spans[place : place + 1] = [each for each in rest if each.first < each.end]

    def take(self, number: int, now: float) -> None:
        """It was acknowledged at `now` (s)."""
        times = self.times(number)
        self.remove(number)
        at, times = float(int(now)), (times or 0) + 1
        last = self.taken[-1] if self.taken else None
        if last is not None and last.at == at and last.span.end == number and last.span.times == times:
            self.taken[-1] = Taken(at, last.span._replace(end=number + 1))
        else:
            self.taken.append(Taken(at, Span(number, number + 1, times)))
        while self.taken and not at - AGAIN - 1 <= self.taken[0].at <= at:  # a clock that was set back keeps nothing
            span = self.taken.popleft().span
            for old in range(span.first, span.end) if self.gone else ():
                self.gone.pop(old, None)

    def lose(self, number: int, lines: int) -> None:
        """It cannot be sent again. That is no loss yet, and none at all if it was not taken lately."""
        if any(each.span.first <= number < each.span.end for each in self.taken):
            self.gone[number] = lines

    def again(self) -> Again:
        """What was taken last waits once more, as far as it may and can."""
        spans = sorted(each.span for each in self.taken)
        found = Again([], [], sum(self.gone.values()))
        for span in spans:
            for number in range(span.first, span.end):
                if number in self.gone or self.times(number) is not None:
                    continue
                if span.times <= MOST_TIMES:
                    self.add(number, number + 1, span.times)
                (found.once if span.times <= MOST_TIMES else found.worn).append(number)
        self.taken.clear()
        self.gone = {}
        return found

    def keeps(self, first: int, end: int) -> bool:
        """Whether any of these still waits, or may have to be sent again."""
        found = self.at_or_behind(first)
        if found is not None and found.first < end:
            return True
        return any(each.span.first < end and first < each.span.end for each in self.taken)
