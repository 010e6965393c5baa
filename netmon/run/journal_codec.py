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

from netmon.model import Entry, Incident, IncidentEvent, Notice, Restored, Standing, Transition

KEEP_RESOLVED = 30 * 86400.0
"""Seconds for which a resolved incident is still part of what is restored."""

BodyKind = Literal["transition", "incident"]


class Codec:
    """The adapters, built once: building one costs a millisecond, using it some microseconds."""

    __slots__ = ("_event", "_incident", "_notice", "_standing", "_transition")

    def __init__(self) -> None:
        self._transition = TypeAdapter(Transition)
        self._event = TypeAdapter(IncidentEvent)
        self._incident = TypeAdapter(Incident)
        self._standing = TypeAdapter(Standing)
        self._notice = TypeAdapter(Notice)

    def pack(self, body: Transition | IncidentEvent) -> tuple[BodyKind, str, str]:
        """(kind, key, JSON): what the entry is about, in columns that can be searched."""
        if isinstance(body, Transition):
            return "transition", body.id, self._transition.dump_json(body).decode()
        return "incident", str(body.incident.id), self._event.dump_json(body).decode()

    def unpack(self, kind: str, text: str) -> Transition | IncidentEvent:
        """The body that `pack` wrote; ValueError if the text is none."""
        if kind == "transition":
            return self._transition.validate_json(text)
        return self._event.validate_json(text)

    def pack_incident(self, incident: Incident) -> str:
        """An incident as JSON."""
        return self._incident.dump_json(incident).decode()

    def unpack_incident(self, text: str) -> Incident:
        """The incident that `pack_incident` wrote."""
        return self._incident.validate_json(text)

    def pack_standing(self, standing: Standing) -> str:
        """A standing as JSON."""
        return self._standing.dump_json(standing).decode()

    def unpack_standing(self, text: str) -> Standing:
        """The standing that `pack_standing` wrote."""
        return self._standing.validate_json(text)

    def pack_notice(self, notice: Notice) -> str:
        """A notice as JSON."""
        return self._notice.dump_json(notice).decode()

    def unpack_notice(self, text: str) -> Notice:
        """The notice that `pack_notice` wrote."""
        return self._notice.validate_json(text)


def pack_numbers(numbers: Iterable[float]) -> str:
    """A row of numbers as JSON; infinities are allowed, as Python's json writes them."""
    return json.dumps(list(numbers))


def unpack_numbers(text: str) -> tuple[float, ...]:
    """The numbers that `pack_numbers` wrote."""
    return tuple(float(number) for number in json.loads(text))


def fold(base: Restored, tail: Iterable[Entry]) -> Restored:
    """`base` with the later entries applied: the last word on each id counts."""
    standings: dict[str, Standing] = dict(base.standings)
    incidents: dict[int, Incident] = dict(base.incidents)
    seq = base.seq
    for entry in tail:
        seq = max(seq, entry.seq)
        if isinstance(entry.body, Transition):
            standings[entry.body.id] = entry.body.new
        else:
            incidents[entry.body.incident.id] = entry.body.incident
    return dataclasses.replace(base, seq=seq, standings=standings, incidents=dict(sorted(incidents.items())))


def is_old(incident: Incident, now: float) -> bool:
    """Whether the incident was resolved more than 30 days before `now`."""
    return incident.resolved_at is not None and incident.resolved_at < now - KEEP_RESOLVED
