"""How is time cut into whole seconds, so that what adds up once adds up always?

Every boundary is rounded to a second before anything is counted; from there on all is integers. A span is
[begin, end), its ends may lie `FOREVER` away.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from netmon.decide.ledger.facts import Column

FOREVER = 2**62

Span = tuple[int, int]


class Piece(NamedTuple):
    """A span in one column, and the number of the stretch of state that it is a part of."""

    begin: int
    end: int
    column: Column
    stretch: int


def second(at: float) -> int:
    """The nearest whole second (halves go up); infinities become FOREVER."""
    return math.floor(at + 0.5) if math.isfinite(at) else int(math.copysign(FOREVER, at))


def union(spans: Iterable[Span]) -> list[Span]:
    """The same seconds in order, each once."""
    joined: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def clip(spans: Iterable[Span], within: Span) -> list[Span]:
    """What of the spans lies within this one."""
    cut = ((max(begin, within[0]), min(end, within[1])) for begin, end in spans)
    return [span for span in cut if span[0] < span[1]]


def paint(pieces: Sequence[Piece], spans: Sequence[Span], turns: Mapping[Column, Column]) -> list[Piece]:
    """The pieces with these spans (in order, disjoint) turned into another column, where `turns` names their own."""
    painted: list[Piece] = []
    first = 0
    for piece in pieces:
        while first < len(spans) and spans[first][1] <= piece.begin:
            first += 1
        column = turns.get(piece.column)
        at = piece.begin
        for n in range(first, len(spans) if column is not None else first):
            begin, end = max(at, spans[n][0]), min(piece.end, spans[n][1])
            if begin >= piece.end:
                break
            if at < begin:
                painted.append(piece._replace(begin=at, end=begin))
            painted.append(Piece(begin, end, column or piece.column, piece.stretch))
            at = end
        if at < piece.end:
            painted.append(piece._replace(begin=at))
    return painted


def cut(pieces: Iterable[Piece], moments: Sequence[int]) -> list[Piece]:
    """The pieces, none of which goes on across one of these moments (in order)."""
    found: list[Piece] = []
    for piece in pieces:
        inside = [moment for moment in moments if piece.begin < moment < piece.end]
        for begin, end in zip([piece.begin, *inside], [*inside, piece.end], strict=True):
            found.append(piece._replace(begin=begin, end=end))
    return found
