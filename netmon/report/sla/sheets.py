"""What do the carrier and the operator put their names to, outage by outage?

One sheet for each outage of a rented line, and of each carrier that had the line in it: what was measured, what was
said between the two, whose fault it is by whom, and room for two signatures.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from netmon.decide.ledger.book import Interval, Ledger
from netmon.decide.ledger.facts import Ruling
from netmon.decide.telling.facts import ELSEWHERE
from netmon.decide.telling.words import clean
from netmon.model import Incident
from netmon.people import Act, Verb
from netmon.report.document import Block, Break, Cell, Facts, Heading, Lasted, Moment, Signatures, Text
from netmon.report.pen import Pen
from netmon.report.sla.tally import Outage
from netmon.report.tickets import carriers_of, names

LONGEST_SAID = 300
SAID = 20
"""Entries of each kind that a sheet has room for, the newest."""
CHECKED = 8
"""Pieces of evidence that a sheet has room for."""
OURS = frozenset({*ELSEWHERE, "learned", "look_says"})
"""Evidence that says nothing to a carrier."""
TO_FILL_IN = "…" * 38


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An outage while one carrier had the line. `over`: the second at which it ended, None = not in this period;
    `apart`: seconds between its beginning in the period and its end that do not count as down."""

    outage: Outage
    carrier: str
    over: int | None
    apart: int
    incident: Incident | None
    acts: Sequence[Act]

    @property
    def intervals(self) -> list[Interval]:
        """Its pieces, in order."""
        return [piece.interval for piece in self.outage.pieces]


def rented(outages: Sequence[Outage]) -> list[tuple[str, Outage]]:
    """(carrier, the part of the outage in which the carrier had the line), in order."""
    found: list[tuple[str, Outage]] = []
    for outage in outages:
        owners = dict.fromkeys(piece.interval.owner.carrier for piece in outage.pieces)
        for carrier in owners:
            if carrier is not None:
                part = tuple(piece for piece in outage.pieces if piece.interval.owner.carrier == carrier)
                found.append((carrier, outage._replace(pieces=part)))
    return found


def ended(ledger: Ledger, outage: Outage) -> int:
    """The second at which it was over in this period and these hands: not when planned work began, or the hours off,
    while it went on."""
    last, intervals = outage.pieces[-1].interval, ledger["link", outage.name]
    until = last.until
    # Of a line that flaps there are thousands of each: they are not looked through from the first one for every outage.
    for place in range(bisect_left(intervals, until, key=lambda one: one.since), len(intervals)):
        one = intervals[place]
        if one.owner.carrier != last.owner.carrier or one.column not in ("maintenance", "off"):
            break
        until = one.until
    return until


def apart(ledger: Ledger, outage: Outage) -> int:
    """Seconds of planned work, hours off and unmeasured time in the middle of an outage, or at its end."""
    since, until = outage.pieces[0].interval.since, ended(ledger, outage)
    between = (one for one in ledger["link", outage.name] if since <= one.since and one.until <= until)
    return sum(one.seconds for one in between if one.column != "down")


def sheet(case: Case, number: int, count: int, since: int, writes: Pen) -> list[Block]:
    """One page; in a workbook all of them stand below each other. `since`: the beginning of the period."""
    title = writes.say("sheet", n=number, count=count, line=writes.thing(case.outage.name))
    rows = [*_what(case, writes), *_when(case, since, writes), *_why(case, writes)]
    rows += [*_said(case, writes), *_whose(case, writes), ("opinion", f"{TO_FILL_IN} {TO_FILL_IN}")]
    return [
        Break(writes.say("part_sheets") if number == 1 else ""),
        Heading(title),
        Facts(key=f"sheet_{number}", rows=[(key, writes.say(key), cell) for key, cell in rows if cell != ""]),
        Text(writes.say("how_measured", zone=_zone(case, writes)), small=True),
        Signatures(
            (
                f"{writes.say('signs_carrier')}: {writes.carrier(case.carrier)}",
                f"{writes.say('signs_operator')}: {writes.issuer}",
            )
        ),
    ]


def _zone(case: Case, writes: Pen) -> str:
    """`UTC+7`: a sheet is read apart from the report, and by people with other clocks."""
    hours = (datetime.fromtimestamp(case.outage.begin, writes.zone).utcoffset() or timedelta()) / timedelta(hours=1)
    return f"UTC{hours:+g}"


def _what(case: Case, writes: Pen) -> Iterator[tuple[str, Cell]]:
    link = writes.inventory.links.get(case.outage.name)
    circuits = dict.fromkeys(one.owner.circuit for one in case.intervals if one.owner.circuit)
    sites = dict.fromkeys(one.owner.site for one in case.intervals if one.owner.site)
    above = dict.fromkeys(one.owner.parent for one in case.intervals if one.owner.parent)
    yield "carrier", writes.carrier(case.carrier)
    yield "circuit", clean(", ".join(circuits))
    yield "line", clean(case.outage.name)
    yield "kind", "" if link is None else writes.speaker.kind(link)
    yield "ends", " – ".join(", ".join(writes.name(one) for one in some) for some in (sites, above) if some)


def _when(case: Case, since: int, writes: Pen) -> Iterator[tuple[str, Cell]]:
    first, seconds = case.intervals[0].since, case.outage.seconds
    yield "begin", Moment(case.outage.begin)
    yield "since", Moment(first) if first != case.outage.begin else ""
    yield "end", writes.say("goes_on") if case.over is None else Moment(case.over)
    yield "down", Lasted(seconds)
    yield "minutes", round(seconds / 60, 2)
    yield "apart", Lasted(case.apart) if case.apart else ""


def _why(case: Case, writes: Pen) -> Iterator[tuple[str, Cell]]:
    if case.incident is None:
        return
    yield "incident", f"#{case.incident.id}"
    yield "cause", writes.speaker.phrases.get("causes", case.incident.cause)
    useful = [clue for clue in case.incident.evidence if clue.text not in OURS]
    mine = [clue for clue in useful if dict(clue.values).get("link", case.outage.name) == case.outage.name]
    mine.sort(key=lambda clue: writes.speaker.phrases.rank(clue.text))
    yield "evidence", "; ".join(list(dict.fromkeys(writes.speaker.say(clue) for clue in mine))[:CHECKED])


def _said(case: Case, writes: Pen) -> Iterator[tuple[str, Cell]]:
    """What people noted of calls, tickets, promises and answers, the oldest first."""
    acts = sorted(case.acts, key=lambda act: (act.at, act.number))
    verbs: tuple[Verb, ...] = ("called", "ticket", "promise", "note")
    for verb in verbs:
        told = [_act(act, writes) for act in acts if act.verb == verb]
        yield verb, "; ".join(told[-SAID:]) or (TO_FILL_IN if verb in ("called", "ticket") else "")


def _act(act: Act, writes: Pen) -> str:
    until = "" if act.until is None else when(act.until, writes)
    phrase = "said_promise" if until else "said"
    return writes.say(
        phrase, at=when(act.at, writes), who=writes.person(act.who), text=clean(act.text, LONGEST_SAID), until=until
    )


def _whose(case: Case, writes: Pen) -> Iterator[tuple[str, Cell]]:
    """What is proposed and by what; who has confirmed what; what was said before and counts no longer."""
    proposals = dict.fromkeys((one.proposed, one.incident) for one in case.intervals)
    yield (
        "proposed_by",
        "; ".join(
            writes.say("by_nothing" if number is None else "by_incident", fault=writes.say(f"fault_{fault}"), id=number)
            for fault, number in proposals
        ),
    )
    rulings = list(dict.fromkeys(ruling for one in case.intervals for ruling in one.rulings))
    yield "confirmed_by", _ruling(rulings[-1], writes) if rulings else TO_FILL_IN
    yield "earlier", "; ".join(_ruling(one, writes) for one in reversed(rulings[-1 - SAID : -1]))


def _ruling(ruling: Ruling, writes: Pen) -> str:
    return writes.say(
        "by_whom",
        fault=writes.say(f"fault_{ruling.attribution}"),
        who=writes.person(ruling.who),
        at=when(ruling.at, writes),
        why=clean(ruling.why, LONGEST_SAID),
    )


def about(acts: Sequence[Act], incident: Incident | None, carrier: str, writes: Pen) -> list[Act]:
    """Of what was said of the incident, what this carrier is concerned with: where lines of several carriers were lost,
    only what names it."""
    if incident is None:
        return []
    ours = list(acts)
    known = writes.inventory.carriers.get(carrier)
    if known is None or len(carriers_of(incident, writes.speaker)) < 2:
        return ours
    return [act for act in ours if names(act, known)]


def when(at: float, writes: Pen) -> str:
    """`21:14 CN 22/11/2026`."""
    return f"{datetime.fromtimestamp(at, writes.zone):%H:%M} {writes.speaker.date(at)}"
