"""What do a status and an incident look like to a script?

The JSON of `status --json`, `incidents --json`, the HTTP interface and the webhook is made here and nowhere
else. People and scripts rely on the keys: they may be added to, never renamed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Any

from netmon.clock import rfc3339
from netmon.decide import crossings
from netmon.model import Clue, Incident, Inventory, Mark, MarkKind, Standing, State
from netmon.people import Act, Case

Marks = Mapping[tuple[str, MarkKind], Mark]
"""What stands beside the states: the latest mark by id and kind. One with `until` is over."""


def status(
    inventory: Inventory, standings: Mapping[str, Standing], zone: tzinfo, marks: Marks | None = None
) -> dict[str, Any]:
    """`{"sites": {id: {"state", "since", "behind", "marks"}}, "devices": …, "links": …, "services": …}`, by id.

    Every id of the inventory is there; one that was never measured is unknown since null. `since` is RFC 3339
    in `zone`; `behind` is the root of the incident that explains the state, or null; `marks` are the kinds of
    marks that have begun and are not over, sorted.
    """
    beside: dict[str, list[str]] = {}
    for key, kind in sorted(key for key, mark in (marks or {}).items() if mark.until is None):
        beside.setdefault(key, []).append(kind)

    def fold(ids: Iterable[str]) -> dict[str, Any]:
        return {known: _standing(standings.get(known), zone, beside.get(known, [])) for known in sorted(ids)}

    return {
        "sites": fold(inventory.sites),
        "devices": fold(inventory.devices),
        "links": fold(inventory.links),
        "services": fold(inventory.services),
    }


def polls(slowest: Iterable[tuple[str, str, float]] = (), backed_off: int = 0) -> dict[str, Any]:
    """`{"slowest": [{"id", "collector", "seconds"}], "backed_off"}`: the polls that took longest the last time, and how
    many tables are asked for more seldom because their agent is silent."""
    return {
        "slowest": [{"id": key, "collector": name, "seconds": round(took, 3)} for key, name, took in slowest],
        "backed_off": backed_off,
    }


def _standing(standing: Standing | None, zone: tzinfo, marks: list[str]) -> dict[str, Any]:
    if standing is None:
        return {"state": State.UNKNOWN.value, "since": None, "behind": None, "marks": marks}
    since = rfc3339(standing.since, zone)
    return {"state": standing.state.value, "since": since, "behind": standing.behind, "marks": marks}


def incident(inventory: Inventory, incident: Incident, zone: tzinfo, say: Callable[[Clue], str]) -> dict[str, Any]:
    """One incident as JSON-ready values: times RFC 3339 in `zone`, ids sorted, evidence in the order of time.

    `say` puts a clue into words. `root_of` tells what the root's id names, `name` how people call it; `site` is where
    it is and `level` that site's, null if it is at none.
    """
    root_of, name = _named(inventory, incident)
    site = inventory.site_of(incident.root)
    return {
        "id": incident.id,
        "kind": incident.kind,
        "rule": crossings.by_rule(incident.seat) if incident.kind == crossings.KIND else "",
        "severity": incident.severity,
        "root": incident.root,
        "root_of": root_of,
        "name": name,
        "site": site,
        "level": None if site is None else inventory.sites[site].level,
        "state": incident.state,
        "cause": incident.cause,
        "opened_at": rfc3339(incident.opened_at, zone),
        "resolved_at": None if incident.resolved_at is None else rfc3339(incident.resolved_at, zone),
        "affected": sorted(incident.affected),
        "links": sorted(incident.links),
        "still_down": sorted(incident.still_down),
        "flapping": incident.flapping,
        "evidence": [
            {"at": rfc3339(clue.at, zone), "source": clue.source, "text": say(clue), **_detail(clue)}
            for clue in sorted(incident.evidence, key=lambda clue: clue.at)
        ],
    }


def handling(case: Case | None, said: Iterable[Act], zone: tzinfo) -> dict[str, Any]:
    """What people do about an incident, beside what `incident` tells of it: who has taken it and when, null = nobody
    has; the number of the silence or storm that hides it, null = none does; and all that was said of it, `{"at", "who",
    "verb", "text", "by", "until"}`, the oldest first."""
    return {
        "acked_by": None if case is None or not case.acked_by else case.acked_by,
        "acked_at": None if case is None or case.acked_at is None else rfc3339(case.acked_at, zone),
        "silenced": None if case is None or case.silenced <= 0 else case.silenced,
        "acts": [
            {
                "at": rfc3339(act.at, zone),
                "who": act.who,
                "verb": act.verb,
                "text": act.text,
                "by": act.by,
                "until": None if act.until is None else rfc3339(act.until, zone),
            }
            for act in sorted(said, key=lambda act: (act.at, act.number))
        ],
    }


def _detail(clue: Clue) -> dict[str, str]:
    """The lines to read that come with a piece of evidence, if there are any."""
    return {key: value for key, value in clue.values if key == "detail"}


def _named(inventory: Inventory, incident: Incident) -> tuple[str | None, str]:
    """What kind of thing the root is and what people call it; (None, the id) once it left the inventory, and for
    another netmon, which never was in it."""
    root = incident.root
    if incident.kind == "peer":
        return None, incident.seat
    if incident.kind == "blind" and root == inventory.vantage:
        return "vantage", root
    if site := inventory.sites.get(root):
        return "site", site.name
    if device := inventory.devices.get(root):
        return "device", device.name or root
    if link := inventory.links.get(root):
        return "link", link.circuit or root
    if service := inventory.services.get(root):
        return "service", service.name
    if carrier := inventory.carriers.get(root):
        return "carrier", carrier.name
    if node := inventory.nodes.get(root):
        return "node", node.name
    if any(site.area == root for site in inventory.sites.values()):
        return "area", root
    return None, root
