"""Where do a carrier's figures of a circuit and ours agree, and which of our outages make the difference?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from netmon.decide.ledger.book import Interval, Ledger
from netmon.decide.ledger.facts import Attribution
from netmon.decide.ledger.totals import Total, total
from netmon.report.theirs import CLOSE, Figure, key_of

LOOKED = 20
"""Outages of a circuit, the longest, among which those are looked for that make the difference."""
TOGETHER = 3
"""So many of them at most."""

Verdict = Literal["equal", "equal_carrier", "less", "more"]
"""The same; the same as what of ours is booked on the carrier; they say less was lost than we do, or more."""


class Outage(NamedTuple):
    """An outage of a circuit within the period: when it was, seconds down, whose fault, by which incident. `missing`:
    the difference is as large as this one, or this one and others, that they probably leave out."""

    since: int
    until: int
    seconds: int
    fault: Attribution
    confirmed: bool
    incident: int | None
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A circuit by both: their seconds lost, by how many more those are than ours, and our outages of it."""

    figure: Figure
    circuit: str
    links: tuple[str, ...]
    carrier: str | None
    total: Total
    theirs: float
    difference: float
    verdict: Verdict
    outages: tuple[Outage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Circuits of both, by what differs most; what only they have; what only we have of the same carriers, by circuit,
    with its lines."""

    both: tuple[Compared, ...]
    theirs: tuple[Figure, ...]
    ours: tuple[tuple[str, tuple[str, ...], Total], ...]


class _Circuit(NamedTuple):
    """A circuit by its number, with its lines and their intervals."""

    number: str
    links: tuple[str, ...]
    intervals: tuple[Interval, ...]


def compare(figures: Iterable[Figure], ledger: Ledger, seconds: int) -> Comparison:
    """Their figures beside a ledger of lines, of a period of so many seconds."""
    circuits = _circuits(ledger)
    both: list[Compared] = []
    only: list[Figure] = []
    for figure in figures:
        mine = circuits.get(key_of(figure.circuit))
        if mine is None:
            only.append(figure)
        else:
            both.append(_compared(figure, mine, seconds))
    seen = {key_of(one.figure.circuit) for one in both}
    carriers = {one.carrier for one in both}
    left = [
        (one.number, one.links, total(one.intervals))
        for key, one in sorted(circuits.items())
        if key not in seen and (not both or {each.owner.carrier for each in one.intervals} & carriers)
    ]
    both.sort(key=lambda one: (one.verdict in ("equal", "equal_carrier"), -abs(one.difference), one.circuit))
    return Comparison(both=tuple(both), theirs=tuple(only), ours=tuple(left))


def _circuits(ledger: Ledger) -> dict[str, _Circuit]:
    """By number, at the time of each interval; a line without one goes by its own id."""
    found: dict[str, _Circuit] = {}
    for (of, name), intervals in ledger.items():
        for one in intervals if of == "link" else ():
            number = one.owner.circuit or name
            known = found.get(key_of(number), _Circuit(number, (), ()))
            links = known.links if name in known.links else (*known.links, name)
            found[key_of(number)] = _Circuit(known.number, links, (*known.intervals, one))
    return found


def _compared(figure: Figure, mine: _Circuit, seconds: int) -> Compared:
    whole = total(mine.intervals)
    theirs = figure.down if figure.down is not None else (1 - (figure.availability or 0.0)) * seconds
    close = max(CLOSE, figure.grain * seconds)
    outages = _outages(mine.intervals)
    difference = theirs - whole.seconds["down"]
    verdict: Verdict = "less" if difference < 0 else "more"
    if abs(difference) <= close:
        verdict = "equal"
    elif abs(theirs - whole.down["carrier"]) <= close:
        verdict = "equal_carrier"
        outages = [one._replace(missing=one.fault != "carrier") for one in outages]
    elif difference < 0:
        outages = _marked(outages, -difference, close)
    return Compared(
        figure=figure,
        circuit=mine.number,
        links=mine.links,
        carrier=mine.intervals[-1].owner.carrier,
        total=whole,
        theirs=theirs,
        difference=difference,
        verdict=verdict,
        outages=tuple(outages),
    )


def _outages(intervals: Sequence[Interval]) -> list[Outage]:
    """What was down, by the outage that it is a part of."""
    parts: dict[int | None, list[Interval]] = {}
    for one in intervals:
        if one.column == "down":
            parts.setdefault(one.outage, []).append(one)
    found = [
        Outage(
            since=those[0].since,
            until=those[-1].until,
            seconds=sum(one.seconds for one in those),
            fault=those[-1].attribution or "unclear",
            confirmed=bool(those[-1].rulings),
            incident=those[-1].incident,
        )
        for those in parts.values()
    ]
    return sorted(found, key=lambda one: (one.since, one.until))


def _marked(outages: list[Outage], difference: float, close: float) -> list[Outage]:
    """The outages, with the fewest marked that add up to the difference; none if none do."""
    longest = sorted(outages, key=lambda one: (-one.seconds, one.since))[:LOOKED]
    for count in range(1, TOGETHER + 1):
        for some in combinations(longest, count):
            if abs(sum(one.seconds for one in some) - difference) <= close:
                return [one._replace(missing=one in some) for one in outages]
    return outages
