"""How much of the time was a group up, down, under maintenance, off or unmeasured, and how often was it down?

Everything is whole seconds of intervals that the ledger keeps apart, each of which stands in exactly one group. So
whatever they are grouped by, the same seconds are added up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netmon.decide.ledger.book import Interval, Ledger
from netmon.decide.ledger.facts import ATTRIBUTIONS, Attribution, Subject
from netmon.decide.ledger.owners import Owner
from netmon.decide.ledger.totals import Total, total
from netmon.report.asked import Grouping
from netmon.report.sla.groups import Groups


class Piece(NamedTuple):
    """An interval of a line or site."""

    of: Subject
    name: str
    interval: Interval


class Outage(NamedTuple):
    """What one outage has in the period: the pieces in which it is down, in order. `begin` is the second at which it
    began, perhaps before the period."""

    name: str
    begin: int
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> int:
        """How long it was down in the period."""
        return sum(piece.interval.seconds for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Tally:
    """The seconds of a group: by column; of those down by attribution, those that a person ruled on apart from those
    that are merely proposed; and the lengths of the outages that began here, if they go on elsewhere too. `owners`:
    in whose hands it was, the first one first."""

    owners: tuple[Owner, ...]
    total: Total
    confirmed: Mapping[Attribution, int]
    proposed: Mapping[Attribution, int]
    lengths: Sequence[int]

    @property
    def net(self) -> float | None:
        """up / (up + down): after exclusions."""
        return self.total.availability

    @property
    def raw(self) -> float | None:
        """up / (up + down + maintenance + off), as a stopwatch beside the line would say; None: nothing measured."""
        seconds = self.total.seconds
        measured = seconds["up"] + seconds["down"] + seconds["maintenance"] + seconds["off"]
        return seconds["up"] / measured if measured else None

    @property
    def longest(self) -> int | None:
        """Seconds of the longest outage; None without any."""
        return max(self.lengths, default=None)

    @property
    def repair(self) -> int | None:
        """Mean time to repair: seconds down of an outage on the average, halves go up; None without any."""
        count = len(self.lengths)
        return (2 * sum(self.lengths) + count) // (2 * count) if count else None


def pieces(ledger: Ledger, of: Subject) -> list[Piece]:
    """All intervals of the lines or of the sites."""
    return [
        Piece(of, name, interval) for (kind, name), intervals in ledger.items() if kind == of for interval in intervals
    ]


def outages(of: Iterable[Piece]) -> list[Outage]:
    """The outages in these pieces, in the order in which they begin; of one second, by id."""
    found: dict[tuple[str, int], list[Piece]] = {}
    for piece in of:
        if piece.interval.outage is not None:
            found.setdefault((piece.name, piece.interval.outage), []).append(piece)
    made = [Outage(name, begin, tuple(parts)) for (name, begin), parts in found.items()]
    return sorted(made, key=lambda one: (one.pieces[0].interval.since, one.begin, one.name))


def tallies(of: Sequence[Piece], by: Grouping, groups: Groups) -> dict[str | None, Tally]:
    """The tally of each group, in the order of the inventory."""
    found: dict[str | None, list[Piece]] = {}
    for piece in of:
        found.setdefault(_key(piece, by, groups), []).append(piece)
    lengths: dict[str | None, list[int]] = {}
    for outage in outages(of):
        lengths.setdefault(_key(outage.pieces[0], by, groups), []).append(outage.seconds)
    return {key: _tally(found[key], lengths.get(key, ())) for key in groups.order(by, found)}


def whole(of: Sequence[Piece]) -> Tally:
    """The tally of all of it."""
    return _tally(of, [outage.seconds for outage in outages(of)])


def _key(piece: Piece, by: Grouping, groups: Groups) -> str | None:
    return groups.key(by, piece.of, piece.name, piece.interval.owner)


def _tally(of: Iterable[Piece], lengths: Sequence[int]) -> Tally:
    confirmed: dict[Attribution, int] = dict.fromkeys(ATTRIBUTIONS, 0)
    proposed: dict[Attribution, int] = dict.fromkeys(ATTRIBUTIONS, 0)
    intervals = [piece.interval for piece in of]
    for one in intervals:
        if one.attribution is not None:
            side = confirmed if one.rulings else proposed
            side[one.attribution] += one.seconds
    owners = tuple(dict.fromkeys(one.owner for one in intervals))
    return Tally(owners, total(intervals), confirmed, proposed, lengths)
