"""Whose fault was each incident, by the ledger, and whose lines did it take?

An incident is the fault of whoever the ledger books most of its seconds on: those of its root where the root was
down, else those of everything that it explains.
"""

from collections.abc import Mapping
from typing import NamedTuple

from netmon.decide.ledger.book import Interval, Ledger
from netmon.decide.ledger.facts import ATTRIBUTIONS, Attribution
from netmon.decide.ledger.owners import History, Key
from netmon.decide.ledger.spans import second
from netmon.model import Incident, Inventory, Kind

BREAKS: frozenset[Kind] = frozenset({"outage", "redundancy_lost", "degraded"})
"""What a carrier can be the reason of."""


class Fault(NamedTuple):
    """Whose fault, whether a person said so, and how many seconds of the period were booked on all that was down."""

    attribution: Attribution
    confirmed: bool
    seconds: int


def faults(ledger: Ledger, incidents: Mapping[int, Incident]) -> dict[int, Fault]:
    """By the number of the incident; what the ledger does not name has none."""
    found: dict[int, list[tuple[str, Interval]]] = {}
    for (_, name), intervals in ledger.items():
        for one in intervals:
            if one.incident is not None and one.attribution is not None:
                found.setdefault(one.incident, []).append((name, one))
    return {number: _fault(incidents[number], those) for number, those in found.items() if number in incidents}


def _fault(incident: Incident, those: list[tuple[str, Interval]]) -> Fault:
    own = [one for name, one in those if name in (incident.root, incident.seat)]
    seconds: dict[Attribution, int] = dict.fromkeys(ATTRIBUTIONS, 0)
    counted = own or [one for _, one in those]
    for one in counted:
        if one.attribution is not None:
            seconds[one.attribution] += one.seconds
    worst = max(ATTRIBUTIONS, key=lambda each: seconds[each])
    confirmed = any(one.rulings and one.attribution == worst for one in counted)
    return Fault(worst, confirmed, sum(one.seconds for _, one in those))


def carriers(incident: Incident, inventory: Inventory, owners: Mapping[Key, History]) -> tuple[str, ...]:
    """The carriers whose lines it took, by what they were at the time; nobody's, if it broke no line."""
    if incident.kind not in BREAKS:
        return ()
    moment, found = second(incident.opened_at), dict[str, None]()
    for name in (*incident.links, incident.root, incident.seat):
        line, node = owners.get(("link", name)), inventory.nodes.get(name)
        carrier = line.at(moment).carrier if line is not None else node.carrier if node is not None else None
        carrier = name if name in inventory.carriers else carrier
        if carrier is not None:
            found[carrier] = None
    return tuple(found)
