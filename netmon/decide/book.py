"""What is a problem, what is a return, and what does the book of incidents remember?"""

from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, Protocol

from netmon.model import Cause, Clue, Incident, Kind

Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong right now, as the verdict sees it; `since` is the first missed probe.

    Until `quiet_until` it is no news: planned, or nobody is at work there. `group`: many faults told as one. `wavers`:
    it may be about to end, and is not told before that is settled.
    """

    kind: Kind
    seat: str
    root: str
    severity: Literal["critical", "warning"]
    since: float
    confirm: float
    affected: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    quiet_until: float = 0.0
    group: bool = False
    wavers: bool = False

    def due(self) -> float:
        """When it is to be told, if it lasts."""
        return max(self.since, self.quiet_until) + self.confirm


class Return(NamedTuple):
    """The seat is back: since when, which affected sites are not yet, and whether more is still to come: other lines
    of it, or its uptime, which tells a power cut from a cut line."""

    at: float
    missing: tuple[str, ...]
    pending: bool = False


class Witness(Protocol):
    """What the book asks about the network beyond the list of problems."""

    def returned(self, incident: Incident) -> Return | None:
        """Whether the seat of this incident has positively come back."""
        ...

    def alive(self, seat: str) -> bool:
        """Whether it works, as far as anybody can tell."""
        ...

    def clues(self, problem: Problem, now: float) -> tuple[Clue, ...]:
        """The evidence for a problem."""
        ...

    def suspected(self, problem: Problem, evidence: Sequence[Clue]) -> Cause:
        """The likely cause, as far as the evidence goes."""
        ...

    def aftermath(self, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
        """What the return tells about the cause."""
        ...


@dataclass(slots=True)
class Case:
    """The history of one key: is the problem there now, when did that change, which incident tells it.

    `told` is how many sites people know to be hit; `over_at`: when they were told that it was over.
    """

    present: bool = False
    came_at: float = 0.0
    changes: deque[float] = field(default_factory=deque)
    incident: Incident | None = None
    back_at: float | None = None
    group: bool = False
    told: int = 0
    over_at: float | None = None


@dataclass(slots=True)
class Book:
    """All cases by (kind, seat)."""

    cases: dict[Key, Case] = field(default_factory=dict)

    def open(self) -> list[Incident]:
        """The open incidents, oldest first."""
        found = [case.incident for case in self.cases.values() if case.incident is not None]
        return sorted(found, key=lambda incident: incident.id)

    def hit(self, problems: Container[Key]) -> dict[str, str]:
        """Sites that are told to be hit by an outage that is a problem still, and its seat."""
        told = (one for one in self.open() if one.kind == "outage" and (one.kind, one.seat) in problems)
        return {site: incident.seat for incident in told for site in incident.affected}


def restore(incidents: Sequence[Incident], now: float, groups: Container[str] = ()) -> Book:
    """The book as the journal remembers it: what was open stays open, and what flapped may have flapped until now.

    `groups` are the ids of areas and carriers, about which a storm may go on.
    """
    book = Book()
    for incident in incidents:
        if incident.state == "open":
            book.cases[incident.kind, incident.seat] = Case(
                present=True,
                incident=replace(incident, told_at=min(incident.told_at, now)),
                changes=deque([now] if incident.flapping else []),
                group=incident.seat in groups,
                told=len(incident.affected),
            )
    return book
