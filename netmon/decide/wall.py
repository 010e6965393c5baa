"""What does a room see from five metres: how many sites are without a line, what broke, and where?

For a page that anybody may look at: sites, areas and carriers by their names, lines and devices by what they are and
where. No circuit, address, model, telephone number or free text is in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from netmon.clock import rfc3339
from netmon.decide.shapes import Marks
from netmon.decide.standing import LOST
from netmon.decide.telling.messages import brief
from netmon.decide.telling.public import ROLES
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Incident, MarkKind, Site, Standing, State

MOST = 6
"""Incidents that are shown; of the others only their number is."""
LONGEST = 60
"""Characters of a name."""

Shows = Literal["down", "cut", "poor", "backup", "unknown", "planned", "off", "up"]
"""What a site shows, the worst first: it is down itself, or behind something that is; something of it is bad, or one of
its lines has gone while another bears it; netmon cannot tell; work is planned; nobody is at work; all is well."""
WORST_FIRST: Mapping[Shows, int] = {
    "down": 0, "cut": 1, "poor": 2, "backup": 3, "unknown": 4, "planned": 5, "off": 6, "up": 7,
}  # fmt: skip


class Open(NamedTuple):
    """An open incident, what the one is called who has taken it ("" = nobody has), and whether it is kept quiet."""

    incident: Incident
    by: str = ""
    hushed: bool = False


class Room(NamedTuple):
    """An area as people call it, and (id, name) of its sites: without what all names begin with."""

    name: str
    sites: tuple[tuple[str, str], ...]


def wall(
    speaker: Speaker, rooms: Iterable[Room], standings: Mapping[str, Standing], marks: Marks, opened: Iterable[Open]
) -> dict[str, Any]:
    """`{"counts": {what it shows: sites}, "blind", "incidents": […], "more", "areas": [{"name", "sites": […]}]}`.

    A site is `{"name", "shows"}`, the worst first; areas stand in the order of `rooms`, which are the speaker's own.
    `blind` is since when, or null. An incident is `{"id", "tag", "shows", "severity", "name", "opened_at", "sites",
    "cause", "by", "hushed"}`; `more` of them are open and not in the list. Times are RFC 3339 in the speaker's zone,
    names in its language.
    """
    opened = sorted(opened, key=_urgent)
    line_lost = {
        link.site for key, link in speaker.inventory.links.items() if key in standings and standings[key].state in LOST
    }
    beside = frozenset(key for key, mark in marks.items() if mark.until is None)
    sites = speaker.inventory.sites
    shows = {key: _shows(key, standings.get(key), beside, line_lost) for key in sites}
    blind = [one.incident.opened_at for one in opened if one.incident.kind == "blind"]
    shown = list(shows.values())
    return {
        "counts": {what: shown.count(what) for what in WORST_FIRST},
        "blind": rfc3339(min(blind), speaker.zone) if blind else None,
        "incidents": [_incident(speaker, one) for one in opened[:MOST]],
        "more": max(len(opened) - MOST, 0),
        "areas": [_area(room, shows) for room in rooms],
    }


def _urgent(one: Open) -> tuple[bool, bool, bool, int, float]:
    """Blindness first, for it explains the rest; what is kept quiet last; then the worst, and the newest of those."""
    incident = one.incident
    warning = incident.severity != "critical"
    return incident.kind != "blind", one.hushed, warning, -len(incident.affected), -incident.opened_at


def _shows(
    key: str, standing: Standing | None, beside: Collection[tuple[str, MarkKind]], line_lost: Collection[str]
) -> Shows:
    state = State.UNKNOWN if standing is None else standing.state
    if state not in (State.UP, State.DEGRADED) and (key, "off") in beside:
        return "off"
    if state in (*LOST, State.DEGRADED) and (key, "maintenance") in beside:
        return "planned"
    if state in LOST:
        return "down" if state is State.DOWN else "cut"
    if state is State.UNKNOWN:
        return "unknown"
    if state is State.UP:
        return "up"
    return "backup" if key in line_lost else "poor"


def _incident(speaker: Speaker, one: Open) -> dict[str, Any]:
    incident, phrases = one.incident, speaker.phrases
    return {
        "id": incident.id,
        "tag": phrases.get("tags", incident.kind).strip("[]"),
        "shows": _means(incident),
        "severity": incident.severity,
        "name": _root(speaker, incident),
        "opened_at": rfc3339(incident.opened_at, speaker.zone),
        "sites": len(incident.affected),
        "cause": "" if incident.cause == "unknown" else phrases.get("causes", incident.cause),
        "by": clean(one.by, LONGEST),
        "hushed": one.hushed,
    }


def _means(incident: Incident) -> Shows:
    """The sign of a site that is hurt in this way."""
    if incident.kind in ("blind", "unseen", "peer"):
        return "unknown"
    if incident.kind == "redundancy_lost":
        return "backup"
    return "down" if incident.kind == "outage" and incident.severity == "critical" else "poor"


def _root(speaker: Speaker, incident: Incident) -> str:
    """What broke, as strangers may read it; "" where the tag says all."""
    inventory, root = speaker.inventory, incident.root
    if incident.kind in ("blind", "peer", "drill"):
        return ""
    if link := inventory.links.get(root):
        what = speaker.phrases.get("kinds", link.kind) or (speaker.name(link.carrier) if link.carrier else "")
        return _at(speaker, link.site, what)
    if device := inventory.devices.get(root):
        return _at(speaker, device.site, device.role if device.role in ROLES else speaker.word("device"))
    if service := inventory.services.get(root):
        return _at(speaker, service.site, clean(service.name, LONGEST))
    for table in (inventory.sites, inventory.carriers, inventory.nodes):
        if found := table.get(root):
            return clean(found.name, LONGEST)
    return clean(speaker.area(root), LONGEST) if any(one.area == root for one in inventory.sites.values()) else ""


def _at(speaker: Speaker, site: str, what: str) -> str:
    name = clean(brief(speaker.name(site), speaker.phrases), LONGEST)
    return f"{name} · {what}" if what and what != name else name


def _area(room: Room, shows: Mapping[str, Shows]) -> dict[str, Any]:
    ranked = sorted(room.sites, key=lambda site: WORST_FIRST[shows[site[0]]])
    return {"name": room.name, "sites": [{"name": name, "shows": shows[key]} for key, name in ranked]}


def rooms(speaker: Speaker) -> tuple[Room, ...]:
    """The areas in the order of the inventory; sites of no area stand together by their level. Changes with the
    inventory alone."""
    groups: dict[tuple[str, str], list[Site]] = {}
    for site in speaker.inventory.sites.values():
        groups.setdefault((site.area, "" if site.area else site.level), []).append(site)
    return tuple(_room(speaker, area, level, sites) for (area, level), sites in groups.items())


def _room(speaker: Speaker, area: str, level: str, sites: Sequence[Site]) -> Room:
    inside = replace(speaker, inventory=replace(speaker.inventory, sites={site.id: site for site in sites}))
    name = inside.area(area) if area else _level(speaker, level, len(sites))
    names = _names(inside, sites)
    return Room(clean(name, LONGEST), tuple((site.id, names[site.id]) for site in sites))


def _level(speaker: Speaker, level: str, count: int) -> str:
    word = speaker.counted(speaker.phrases.get("levels", level) or level, count)
    return word[:1].upper() + word[1:]


def _names(speaker: Speaker, sites: Sequence[Site]) -> dict[str, str]:
    """By id. The one district among communes keeps its title, they need none."""
    found: dict[str, str] = {}
    for level in {site.level for site in sites}:
        ids = [site.id for site in sites if site.level == level]
        named = zip(ids, speaker.bare(ids), strict=True)
        found |= {key: clean(brief(name, speaker.phrases), LONGEST) for key, name in named}
    return found
