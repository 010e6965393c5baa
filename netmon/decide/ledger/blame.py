"""Whose fault does an outage seem to be, as long as no person has said?

The incident that names the thing while it was down proposes: power, fibre or a carrier's fault, the unit's own
device. A cut line is its carrier's business if it is rented from one, else the unit's own. Where no incident says
anything it is unclear, and stays so until a person rules.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from netmon.decide.ledger.facts import Attribution, Subject
from netmon.decide.ledger.owners import History, Key, Owner
from netmon.decide.ledger.spans import FOREVER, second
from netmon.decide.ledger.stretches import Stretch
from netmon.model import Incident

EXPLAINING = {"site": ("outage",), "device": ("outage",), "link": ("outage", "redundancy_lost")}
"""The kinds of incident that say why a thing was down."""


class Proposal(NamedTuple):
    """What the evidence proposes, and by which incident."""

    attribution: Attribution
    incident: int | None


class Evidence:
    """The incidents by what they name, each with its first second and the one after its last, and the lines by which a
    cut is judged."""

    __slots__ = ("_carriers", "_histories", "_named")

    def __init__(self, incidents: Iterable[Incident], histories: Mapping[Key, History]) -> None:
        self._named: dict[str, list[tuple[int, int, Incident]]] = {}
        for incident in incidents:
            end = FOREVER if incident.resolved_at is None else second(incident.resolved_at)
            lasted = second(incident.opened_at), end, incident
            for name in {incident.root, incident.seat, *incident.links, *incident.affected}:
                self._named.setdefault(name, []).append(lasted)
        self._histories = histories
        lines = [history for (of, _), history in histories.items() if of == "link"]
        self._carriers = {owner.carrier for history in lines for owner in history.owners} - {None}

    def explains(self, of: Subject, name: str, stretch: Stretch) -> Incident | None:
        """The incident that names it best while it was down; of several, the one that covers more of that time."""
        candidates = {
            one.id: (one, min(end, stretch.end) - max(begin, stretch.begin))
            for key in (name, stretch.behind or name)
            for begin, end, one in self._named.get(key, ())
            if begin < stretch.end and stretch.begin < end  # one in hundreds
        }
        ranked = [
            (rank, seconds, -incident.id)
            for incident, seconds in candidates.values()
            if incident.kind in EXPLAINING[of] and seconds > 0 and (rank := _rank(incident, of, name, stretch.behind))
        ]
        return candidates[-max(ranked)[2]][0] if ranked else None

    def propose(self, of: Subject, name: str, stretch: Stretch, owner: Owner) -> Proposal:
        """The attribution of an outage, of a line for the time when `owner` had it."""
        incident = self.explains(of, name, stretch)
        if incident is None:
            return Proposal("unclear", None)
        match incident.cause:
            case "power":
                return Proposal("power", incident.id)
            case "device":
                return Proposal("unit", incident.id)
            case "fibre" | "carrier":
                rented = owner.carrier is not None if of == "link" else self._rented(incident, owner, stretch.begin)
                return Proposal("carrier" if rented else "unit", incident.id)
        return Proposal("unclear", incident.id)

    def _rented(self, incident: Incident, owner: Owner, moment: int) -> bool:
        """Was a line that this incident is about rented? If it names none: one of the site's own lines."""
        if incident.root in self._carriers:
            return True
        lines: list[Key] = [("link", name) for name in (*incident.links, incident.root, incident.seat)]
        about = [self._histories[key].at(moment) for key in lines if key in self._histories]
        if not about:
            owners = [history.at(moment) for (of, _), history in self._histories.items() if of == "link"]
            about = [line for line in owners if line.site == owner.site]
        return any(line.carrier is not None for line in about)


def _rank(incident: Incident, of: Subject, name: str, behind: str | None) -> int:
    """How directly it names the thing: as what broke, as what the thing is behind, as a line lost, as a site hurt."""
    if name in (incident.root, incident.seat):
        return 4
    if behind is not None and behind in (incident.root, incident.seat):
        return 3
    if of == "link" and name in incident.links:
        return 2
    return 1 if of == "site" and name in incident.affected else 0
