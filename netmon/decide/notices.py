"""How does a letter become a notice, and under which id?"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from netmon.decide.desk.state import Letter
from netmon.model import Clue, Event, Notice

Told = Mapping[tuple[int, Event, str], int]
"""How many notices were written so far for each (incident, event, recipient)."""


class Wording(NamedTuple):
    """What a notice says: the first line, the whole text, and the same for machines (JSON)."""

    subject: str
    text: str
    body: str


class Composer(Protocol):
    """Puts a letter into words."""

    def __call__(self, letter: Letter, notice_id: str) -> Wording:
        """The words for the notice with this id."""
        ...


def told_of(notice: Notice) -> set[int]:
    """The incidents that somebody knows who has read this: one, or in a bulletin those that came all at once."""
    named = (text for clue in notice.incident.evidence for key, text in clue.values if _names_incidents(clue, key))
    return {notice.incident.id, *(int(one) for text in named for one in text.split(","))}


def _names_incidents(clue: Clue, key: str) -> bool:
    return key == "incident" and clue.text in ("crowd_line", "crowd_rest")


def event_of(notice_id: str) -> str:
    """The event that the notice with this id is about."""
    return notice_id.split("/", 2)[1]


def plan(letters: Sequence[Letter], already: Told, compose: Composer) -> list[Notice]:
    """One notice for each letter, in their order.

    The id is incident/event/recipient/n; n counts the notices of the same event and starts at 1, so that
    a second reminder has an id of its own and a receiver can tell it from a repeated delivery.
    """
    counts = dict(already)
    made: list[Notice] = []
    for letter in letters:
        event, to = letter.event, letter.to
        key = event.incident.id, event.event, to
        counts[key] = n = counts.get(key, 0) + 1
        notice_id = f"{event.incident.id}/{event.event}/{to}/{n}"
        subject, text, body = compose(letter, notice_id)
        made.append(
            Notice(
                id=notice_id,
                event=event.event,
                at=event.at,
                to=to,
                incident=event.incident,
                subject=subject,
                text=text,
                body=body,
                by=letter.by,
                address=letter.address,
                then=letter.then,
            )
        )
    return made
