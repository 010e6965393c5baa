"""How does a value become a line of the journal, and what does the sum of those lines say?

Bodies are JSON, written and read by pydantic's adapters on the plain dataclasses of netmon.model. Keys
that a newer version added are ignored and fields with a default may be missing, so an old log stays
readable.
"""

import dataclasses
import json
from collections.abc import Iterable
from typing import Literal

from pydantic import TypeAdapter

from netmon.model import (
    Entry,
    Fact,
    Incident,
    IncidentEvent,
    Mark,
    MarkKind,
    Notice,
    Pairs,
    Restored,
    Standing,
    Transition,
)
from netmon.people import Act, Case

KEEP_RESOLVED = 30 * 86400.0
"""Seconds for which a resolved incident is still part of what is restored."""

Body = Transition | IncidentEvent | Mark | Fact | Act | Case
BodyKind = Literal["transition", "incident", "mark", "fact", "act", "case"]
Facts = dict[tuple[str, str], dict[Pairs | None, Fact]]


class Codec:
    """The adapters, built once: building one costs a millisecond, using it some microseconds."""

    __slots__ = ("_act", "_case", "_event", "_fact", "_incident", "_mark", "_notice", "_standing", "_transition")

    def __init__(self) -> None:
        self._act, self._case = TypeAdapter(Act), TypeAdapter(Case)
        self._transition = TypeAdapter(Transition)
        self._event = TypeAdapter(IncidentEvent)
        self._fact = TypeAdapter(Fact)
        self._incident = TypeAdapter(Incident)
        self._mark = TypeAdapter(Mark)
        self._standing = TypeAdapter(Standing)
        self._notice = TypeAdapter(Notice)

    def pack(self, body: Body) -> tuple[BodyKind, str, str]:
        """(kind, key, JSON): what the entry is about, in columns that can be searched."""
        if isinstance(body, Transition):
            return "transition", body.id, self._transition.dump_json(body).decode()
        if isinstance(body, Mark):
            return "mark", body.id, self.pack_mark(body)
        if isinstance(body, Fact):
            return "fact", body.target, self.pack_fact(body)
        if isinstance(body, Act):
            return "act", body.verb, self.pack_act(body)
        if isinstance(body, Case):
            return "case", str(body.incident), self.pack_case(body)
        return "incident", str(body.incident.id), self._event.dump_json(body).decode()

    def unpack(self, kind: str, text: str | bytes) -> Body:
        """The body that `pack` wrote; ValueError if the text is none."""
        if kind == "transition":
            return self.unpack_transition(text)
        if kind == "fact":
            return self.unpack_fact(text)
        if kind == "act":
            return self.unpack_act(text)
        if kind == "case":
            return self.unpack_case(text)
        return self.unpack_mark(text) if kind == "mark" else self.unpack_event(text)

    def unpack_transition(self, text: str | bytes) -> Transition:
        """The transition that `pack` wrote."""
        return self._transition.validate_json(text)

    def unpack_event(self, text: str | bytes) -> IncidentEvent:
        """The news of an incident that `pack` wrote."""
        return self._event.validate_json(text)

    def pack_mark(self, mark: Mark) -> str:
        """A mark as JSON."""
        return self._mark.dump_json(mark).decode()

    def unpack_mark(self, text: str | bytes) -> Mark:
        """The mark that `pack_mark` wrote."""
        return self._mark.validate_json(text)

    def pack_fact(self, fact: Fact) -> str:
        """A fact as JSON."""
        return self._fact.dump_json(fact).decode()

    def unpack_fact(self, text: str | bytes) -> Fact:
        """The fact that `pack_fact` wrote."""
        return self._fact.validate_json(text)

    def pack_act(self, act: Act) -> str:
        """What somebody said, as JSON."""
        return self._act.dump_json(act).decode()

    def unpack_act(self, text: str | bytes) -> Act:
        """The act that `pack_act` wrote."""
        return self._act.validate_json(text)

    def pack_case(self, case: Case) -> str:
        """Where an incident stands with people, as JSON."""
        return self._case.dump_json(case).decode()

    def unpack_case(self, text: str | bytes) -> Case:
        """The case that `pack_case` wrote."""
        return self._case.validate_json(text)

    def pack_incident(self, incident: Incident) -> str:
        """An incident as JSON."""
        return self._incident.dump_json(incident).decode()

    def unpack_incident(self, text: str | bytes) -> Incident:
        """The incident that `pack_incident` wrote."""
        return self._incident.validate_json(text)

    def pack_standing(self, standing: Standing) -> str:
        """A standing as JSON."""
        return self._standing.dump_json(standing).decode()

    def unpack_standing(self, text: str | bytes) -> Standing:
        """The standing that `pack_standing` wrote."""
        return self._standing.validate_json(text)

    def pack_notice(self, notice: Notice) -> str:
        """A notice as JSON."""
        return self._notice.dump_json(notice).decode()

    def unpack_notice(self, text: str | bytes) -> Notice:
        """The notice that `pack_notice` wrote."""
        return self._notice.validate_json(text)


def pack_numbers(numbers: Iterable[float]) -> str:
    """A row of numbers as JSON; infinities are allowed, as Python's json writes them."""
    return json.dumps(list(numbers))


def unpack_numbers(text: str | bytes) -> tuple[float, ...]:
    """The numbers that `pack_numbers` wrote."""
    return tuple(float(number) for number in json.loads(text))


def fold(base: Restored, tail: Iterable[Entry]) -> Restored:
    """`base` with the later entries applied: the last word on each id counts, and a mark that is over is gone."""
    standings: dict[str, Standing] = dict(base.standings)
    incidents: dict[int, Incident] = dict(base.incidents)
    marks: dict[tuple[str, MarkKind], Mark] = dict(base.marks)
    facts: Facts = {family: dict(rows) for family, rows in base.facts.items()}
    acts, cases = list(base.acts), dict(base.cases)
    seq = base.seq
    for entry in tail:
        seq = max(seq, entry.seq)
        match entry.body:
            case Transition() as transition:
                standings[transition.id] = transition.new
            case Mark() as mark:
                _apply(marks, mark)
            case IncidentEvent() as event:
                incidents[event.incident.id] = event.incident
            case Fact() as fact:
                learn(facts, fact)
            case Act() as act:
                acts.append(dataclasses.replace(act, number=entry.seq))
            case Case() as case:
                cases[case.incident] = case
    return dataclasses.replace(
        base,
        seq=seq,
        standings=standings,
        incidents=dict(sorted(incidents.items())),
        marks=marks,
        facts=facts,
        acts=tuple(acts),
        cases=cases,
    )


def matters(act: Act, now: float) -> bool:
    """Whether what somebody said may still have to be known: for 30 days, until its end, or for good of who left."""
    return act.verb == "leave" or act.at >= now - KEEP_RESOLVED or (act.until or 0.0) >= now


def learn(facts: Facts, fact: Fact) -> None:
    """Take in a fact: the last word on each row counts, and one that has gone is known no more."""
    family = (fact.target, fact.metric)
    if fact.news == "begun":
        facts[family] = {None: fact}
    elif fact.news == "gone":
        facts.get(family, {}).pop(fact.key, None)
    else:
        facts.setdefault(family, {})[fact.key] = fact


def _apply(marks: dict[tuple[str, MarkKind], Mark], mark: Mark) -> None:
    """A row that ends a mark ends the one that began when it says, not a later one."""
    key = (mark.id, mark.mark)
    if mark.until is None:
        marks[key] = mark
    elif key in marks and marks[key].since == mark.since:
        del marks[key]


def is_old(incident: Incident, now: float) -> bool:
    """Whether the incident was resolved more than 30 days before `now`."""
    return incident.resolved_at is not None and incident.resolved_at < now - KEEP_RESOLVED
