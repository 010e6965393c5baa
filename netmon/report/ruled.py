"""Whose fault was the outage of a site, if people have only said whose fault that of its line was?

The ledger asks a person about each thing apart, and it is the lines that people rule on: the carrier answers for those.
A report that is not about lines has to know of it, too, or it would blame a carrier that another one has cleared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from netmon.decide.ledger.book import Interval, Ledger
from netmon.model import Incident


def by_their_lines(ledger: Ledger, incidents: Mapping[int, Incident]) -> Ledger:
    """The ledger of sites and lines, in which a ruling on a line counts for its site, and for the sites that the same
    incident cut off behind that, as long as nobody ruled on them. Where lines were ruled on differently it does not."""
    said: dict[int, list[tuple[str, Interval]]] = {}
    for (of, name), intervals in ledger.items():
        for one in intervals if of == "link" else ():
            if one.rulings and one.incident is not None:
                said.setdefault(one.incident, []).append((name, one))
    if not said:
        return ledger
    return {
        (of, name): tuple(_ruled(name, one, said, incidents) for one in intervals) if of == "site" else intervals
        for (of, name), intervals in ledger.items()
    }


def _ruled(
    site: str, one: Interval, said: Mapping[int, Iterable[tuple[str, Interval]]], incidents: Mapping[int, Incident]
) -> Interval:
    incident = None if one.incident is None or one.rulings else incidents.get(one.incident)
    if incident is None:
        return one
    places = {site, incident.root, incident.seat}
    lines = [line for name, line in said.get(incident.id, ()) if places & {name, line.owner.site}]
    if len({line.attribution for line in lines}) != 1:
        return one
    return replace(one, attribution=lines[-1].attribution, rulings=lines[-1].rulings)
