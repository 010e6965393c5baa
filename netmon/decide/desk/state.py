"""What does the desk keep between two steps, what does it hear, and what can it order?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from netmon.model import Entry, Incident, IncidentEvent, Inventory
from netmon.people import Act, Case, Receipt, Roster


class Heard(NamedTuple):
    """What reached the desk since the last step: news of incidents, what people said, what became of deliveries."""

    news: Sequence[IncidentEvent] = ()
    acts: Sequence[Act] = ()
    receipts: Sequence[Receipt] = ()


class Letter(NamedTuple):
    """One message that has to go out: about `event`, `to` a person (or a channel that has an address of its own), `by`
    a channel, at `address` there ("" = the channel's own).

    `language` "" is the project's. `then`: seconds until somebody else is told if nobody acknowledges, None: nobody is.
    `why`: route and step, for those who ask. A letter of an event that is not in the journal (a digest) is about an
    incident that was made for it.
    """

    event: IncidentEvent
    to: str
    by: str
    address: str = ""
    language: str = ""
    then: float | None = None
    why: str = ""


@dataclass(slots=True)
class Orders:
    """What the desk wants: lines for the journal, letters, and when to be called again even if nothing happens."""

    entries: list[Entry] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    wake: float | None = None


@dataclass(slots=True)
class Desk:
    """The state between two steps. `incidents`: the open ones and those that somebody has yet to hear the end of.

    `acts`: silences and storms that are not over, and people who left, by their numbers.
    `ahead` is how far the wall clock is ahead of `now`, seconds.
    """

    roster: Roster
    inventory: Inventory
    incidents: dict[int, Incident] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    acts: dict[int, Act] = field(default_factory=dict)
    ahead: float = 0.0
