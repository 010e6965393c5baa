"""Which seconds of the period was each thing up, down, under maintenance, off or unmeasured, and through whom?

The intervals of a subject partition the period, to the second. Where several things are true of one second, it is
unmeasured if netmon was dead or the thing not in the inventory; else it is maintenance if work was planned and the
thing not up; else it is off if it was down while nobody was at work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from netmon.decide.ledger.blame import Evidence
from netmon.decide.ledger.facts import COLUMNS, SUBJECTS, Attribution, Column, Facts, Ruling, Subject
from netmon.decide.ledger.owners import NOBODY, History, Key, Owner, histories
from netmon.decide.ledger.spans import FOREVER, Piece, Span, clip, cut, paint, second, union
from netmon.decide.ledger.stretches import Stretch, stretches
from netmon.model import Mark

NOT_UP: Mapping[Column, Column] = {"down": "maintenance", "off": "maintenance", "unmeasured": "maintenance"}
DOWN: Mapping[Column, Column] = {"down": "off"}
ANYTHING: Mapping[Column, Column] = dict.fromkeys(COLUMNS, "unmeasured")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """[since, until) in seconds since the epoch, in one column and one hand.

    Only one that is down has the rest: the second `outage` at which the whole outage began, before the period too;
    what the evidence `proposed` by which `incident`; every ruling on this outage, the last one counting; and the
    attribution that follows.
    """

    since: int
    until: int
    column: Column
    owner: Owner
    outage: int | None = None
    attribution: Attribution | None = None
    proposed: Attribution | None = None
    incident: int | None = None
    rulings: tuple[Ruling, ...] = ()

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.until - self.since


Ledger = dict[Key, tuple[Interval, ...]]


class _Marks:
    """When each id was marked: the last row of a mark counts, and one that ends where it begins takes it back."""

    __slots__ = ("_spans",)

    def __init__(self, marks: Iterable[Mark]) -> None:
        last = {(mark.id, mark.mark, mark.since): mark for mark in marks}
        spans: dict[tuple[str, str], list[Span]] = {}
        for mark in last.values():
            until = FOREVER if mark.until is None else second(mark.until)
            spans.setdefault((mark.id, mark.mark), []).append((second(mark.since), until))
        self._spans = {key: union(found) for key, found in spans.items()}

    def of(self, name: str, mark: Literal["maintenance", "off"], history: History) -> list[Span]:
        """Its own, and those of the site that it belonged to at the time."""
        found = list(self._spans.get((name, mark), ()))
        for begin, end, owner in history.spans():
            found += clip(self._spans.get((owner.site, mark), ()), (begin, end))
        return union(found)


def book(facts: Facts, since: int, until: int, of: Sequence[Subject] = SUBJECTS) -> Ledger:
    """The intervals of every subject of these kinds that there was between these seconds, sorted by kind and id.

    ValueError if the period is empty.
    """
    if since >= until:
        raise ValueError("the period is empty")
    owners, states = histories(facts), stretches(facts.transitions)
    evidence, marks = Evidence(facts.incidents.values(), owners), _Marks(facts.marks)
    dead = union((second(begin), second(end)) for begin, end in facts.dead)
    rulings: dict[Key, list[Ruling]] = {}
    for ruling in facts.rulings:
        rulings.setdefault((ruling.of, ruling.id), []).append(ruling)
    ledger: Ledger = {}
    for key in sorted(states.keys() | owners.keys(), key=lambda key: (SUBJECTS.index(key[0]), key[1])):
        history, state = owners.get(key, NOBODY), states.get(key, [Stretch(-FOREVER, FOREVER, "unmeasured")])
        there = min(history.first, state[0].end) < until and not _covers(history.gone, (since, until))
        if key[0] in of and there:
            pieces = _pieces(key, state, history, marks, dead, (since, until))
            ledger[key] = tuple(_intervals(key, pieces, state, history, evidence, rulings.get(key, ())))
    return ledger


def _covers(spans: Iterable[Span], whole: Span) -> bool:
    return any(begin <= whole[0] and whole[1] <= end for begin, end in spans)


def _pieces(
    key: Key, state: Sequence[Stretch], history: History, marks: _Marks, dead: Sequence[Span], period: Span
) -> list[Piece]:
    """The period of one subject, cut wherever anything changes."""
    pieces = [
        Piece(max(one.begin, period[0]), min(one.end, period[1]), one.column, number)
        for number, one in enumerate(state)
        if one.begin < period[1] and period[0] < one.end
    ]
    pieces = paint(pieces, marks.of(key[1], "off", history), DOWN)
    pieces = paint(pieces, marks.of(key[1], "maintenance", history), NOT_UP)
    pieces = paint(pieces, union((*dead, *history.gone)), ANYTHING)
    return cut(pieces, history.begins)


def _intervals(
    key: Key,
    pieces: Iterable[Piece],
    state: Sequence[Stretch],
    history: History,
    evidence: Evidence,
    rulings: Sequence[Ruling],
) -> Iterable[Interval]:
    """The pieces with what is to be said of them; neighbours of which the same is said are one."""
    waiting: Interval | None = None
    for piece in pieces:
        new = _interval(key, piece, state[piece.stretch], history.at(piece.begin), evidence, rulings)
        if waiting is not None and _same(waiting, new):
            new = replace(waiting, until=new.until)
        elif waiting is not None:
            yield waiting
        waiting = new
    if waiting is not None:
        yield waiting


def _interval(
    key: Key, piece: Piece, stretch: Stretch, owner: Owner, evidence: Evidence, rulings: Sequence[Ruling]
) -> Interval:
    if piece.column != "down":
        return Interval(since=piece.begin, until=piece.end, column=piece.column, owner=owner)
    proposal = evidence.propose(*key, stretch, owner)
    about = tuple(ruling for ruling in rulings if stretch.begin <= ruling.moment < stretch.end)
    return Interval(
        since=piece.begin,
        until=piece.end,
        column="down",
        owner=owner,
        outage=stretch.begin,
        attribution=about[-1].attribution if about else proposal.attribution,
        proposed=proposal.attribution,
        incident=proposal.incident,
        rulings=about,
    )


def _same(one: Interval, other: Interval) -> bool:
    return (one.column, one.owner, one.outage) == (other.column, other.owner, other.outage)
