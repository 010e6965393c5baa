"""How available was each line, whose fault was the rest, and what does the carrier owe for it?"""

from dataclasses import replace

from netmon.decide.ledger.spans import second
from netmon.errors import InputError, Problem
from netmon.report.asked import Asked, Option
from netmon.report.document import Document
from netmon.report.pen import pen
from netmon.report.sla.page import Material, written
from netmon.report.sources import Sources
from netmon.report.words.sla import WORDS
from netmon.run.journal import told as journal_told

TAKES: frozenset[Option] = frozenset({"id"})
"""What else may be asked."""

AROUND = 3600
"""Seconds before and after an incident in which what it explains may begin and end."""


def write(asked: Asked, sources: Sources) -> Document:
    """The report of a period, or with `asked.id` the confirmation sheets of one incident. NotRunning, JournalError;
    InputError if there is no such incident."""
    if asked.id:
        asked = _around(asked, sources)
    facts = sources.facts(asked.since, asked.until)
    opened = [one.opened_at for one in facts.incidents.values() if one.opened_at < asked.until]
    acts = journal_told.said(sources.journal, min(opened)) if opened else ()
    return written(
        Material(
            asked=asked,
            inventory=sources.inventory,
            facts=facts,
            acts=acts,
            today=sources.today(asked.until),
            writes=pen(WORDS, asked, sources),
        )
    )


def _around(asked: Asked, sources: Sources) -> Asked:
    """The period of the incident, whichever was asked for."""
    known = sources.facts(0, 0).incidents  # all there are: with those of a period come all later ones
    incident = known.get(int(asked.id)) if asked.id.isdecimal() else None
    if incident is None:
        last = ", ".join(str(number) for number in sorted(known)[-5:]) or "none"
        raise InputError([Problem(asked.id, 0, 0, "no incident that the journal knows", f"the last are {last}")])
    since = second(incident.opened_at) - AROUND
    until = asked.until if incident.resolved_at is None else second(incident.resolved_at) + AROUND
    return replace(asked, id=str(incident.id), since=since, until=max(until, since + 1), month="")
