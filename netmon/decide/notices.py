"""Who is told about an incident event, and under which id?"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from netmon.model import Event, IncidentEvent, Notice

Told = Mapping[tuple[int, Event, str], int]
"""How many notices were written so far for each (incident, event, recipient)."""


class Wording(NamedTuple):
    """What a notice says: the first line, the whole text, and the same for machines (JSON)."""

    subject: str
    text: str
    body: str


class Composer(Protocol):
    """Puts an event into words."""

    def __call__(self, event: IncidentEvent, notice_id: str) -> Wording:
        """The words for the notice with this id."""
        ...


def plan(event: IncidentEvent, recipients: Sequence[str], already: Told, compose: Composer) -> list[Notice]:
    """One notice for each recipient, in their order.

    The id is incident/event/recipient/n; n counts the notices of the same event and starts at 1, so that
    a second reminder has an id of its own and a receiver can tell it from a repeated delivery. What is only noted is
    told nobody.
    """
    if event.event == "noted":
        return []
    return [_notice(event, to, already, compose) for to in recipients]


def _notice(event: IncidentEvent, to: str, already: Told, compose: Composer) -> Notice:
    incident = event.incident
    notice_id = f"{incident.id}/{event.event}/{to}/{already.get((incident.id, event.event, to), 0) + 1}"
    subject, text, body = compose(event, notice_id)
    return Notice(
        id=notice_id, event=event.event, at=event.at, to=to, incident=incident, subject=subject, text=text, body=body
    )
