"""What may strangers read of an incident?

Which place is hurt, since when, and how badly. Not what the network is made of: addresses, models, circuits, ports,
configuration, and who can be called there stay out. That is decided before a word is written: the inventory is made
to know less, and of the evidence only ids that it has a public name for, words of the phrase book and figures are
left. Free text has no place, whatever brought it.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from netmon.decide.telling.words import Speaker
from netmon.model import Clue, Device, Incident, IncidentEvent, Inventory, Link, Site
from netmon.settings.message_facts import Facts
from netmon.settings.phrases import OPTIONAL, PLACEHOLDER, Phrases

ROLES = frozenset({
    "router", "switch", "firewall", "gateway", "server", "camera", "nvr", "mcu", "phone", "printer", "sensor", "ups",
    "modem", "ont", "olt", "onu", "ap",
})  # fmt: skip
"""Roles that are words; any other may be the name of a model."""
FIGURES = frozenset({"number", "seconds", "duration", "percent", "ms", "date", "time", "measure"})
BOOKS: Mapping[str, str] = {"cause": "causes", "kind": "kinds", "metric": "metrics", "tag": "tags"}
"""Formats of words: the section of the phrase book in which they must stand."""
COUNTS = frozenset(
    {"count", "total", "ready", "lost", "backup", "added", "removed", "lines", "new", "ring", "over", "incident"}
)
"""Values without a format that are numbers of things."""
UNITS = frozenset(
    {"ratio", "seconds", "celsius", "dbm", "db", "bytes", "bps", "volts", "amperes", "watts", "rpm", "hertz"}
)


@dataclass(frozen=True, slots=True)
class Shield:
    """An inventory that only knows what strangers may, `known` ids with a name in it, and the phrases it is for."""

    inventory: Inventory
    known: frozenset[str]
    phrases: Phrases


def shield(speaker: Speaker) -> Shield:
    """What is left of the speaker's inventory, in the speaker's language."""
    whole, other = speaker.inventory, speaker.word("device")
    kinds = {kind: speaker.phrases.get("kinds", kind) for kind in {one.kind for one in whole.links.values()}}
    public = replace(
        whole,
        sites={key: _site(one) for key, one in whole.sites.items()},
        devices={key: _device(one, other) for key, one in whole.devices.items()},
        links={key: _link(one, kinds[one.kind], speaker) for key, one in whole.links.items()},
        services={key: replace(one, address=None, collect={}) for key, one in whole.services.items()},
        carriers={key: replace(one, email="") for key, one in whole.carriers.items()},
        credentials={},
    )
    tables = (public.sites, public.devices, public.links, public.services, public.carriers, public.nodes)
    known = {key for table in tables for key in table} | {site.area for site in public.sites.values()}
    return Shield(public, frozenset(known), speaker.phrases)


def _site(site: Site) -> Site:
    if not site.contacts and site.power is None:
        return site
    power = None if site.power is None else replace(site.power, customer="")
    return replace(site, contacts=(), power=power)


def _device(device: Device, other: str) -> Device:
    """Called by its role; new and not `replace`d, which takes a second for the devices of a whole country."""
    return Device(
        id=device.id,
        site=device.site,
        role="",
        name=device.role if device.role in ROLES else other,
        behind=device.behind,
        credential="",
    )


def _link(link: Link, kind: str, speaker: Speaker) -> Link:
    """Called by its kind; where that is no word, by its carrier, or by its site."""
    return Link(
        id=link.id,
        site=link.site,
        source=link.source,
        target=link.target,
        via=link.via,
        kind=link.kind if kind else "",
        carrier=link.carrier,
        circuit=kind or speaker.name(link.carrier or link.site),
        role=link.role,
        contract=link.contract,
    )


def public_event(event: IncidentEvent, shield: Shield) -> IncidentEvent:
    """The event of an incident that says no more than the shield lets through; a seat may be a rule with values of its
    labels, or another netmon."""
    incident = event.incident
    evidence = tuple(kept for clue in incident.evidence if (kept := _clue(clue, shield)) is not None)
    return replace(
        event,
        incident=replace(
            incident,
            root=incident.root if incident.root in shield.known else "…",
            seat="…",
            affected=_those(incident.affected, shield.inventory.sites),
            links=_those(incident.links, shield.inventory.links),
            still_down=_those(incident.still_down, shield.inventory.sites),
            evidence=evidence,
        ),
    )


def _those(ids: tuple[str, ...], known: Container[str]) -> tuple[str, ...]:
    return tuple(key for key in ids if key in known)


def _clue(clue: Clue, shield: Shield) -> Clue | None:
    """The clue with what may be read of it; None if its phrase cannot do without the rest."""
    phrase = shield.phrases.get("clues", clue.text)
    values = dict(clue.values)
    forms: dict[str, set[str]] = {}
    for found in PLACEHOLDER.finditer(phrase):
        forms.setdefault(found[1], set()).add(found[2] or "")
    kept = {key: text for key, wanted in forms.items() if (text := _value(key, wanted, values.get(key, ""), shield))}
    needed = {found[1] for found in PLACEHOLDER.finditer(OPTIONAL.sub("", phrase))}
    if not phrase or not needed <= kept.keys():
        return None
    if values.get("unit") in UNITS:
        kept["unit"] = values["unit"]
    return Clue(clue.at, "", clue.text, tuple(kept.items()))


def _value(key: str, forms: set[str], text: str, shield: Shield) -> str:
    """What is left of a value that is written in these forms: all of it, some of its ids, or nothing."""
    if forms <= {"name", "names", "sites"}:
        return ",".join(one for each in text.split(",") if (one := each.strip()) in shield.known)
    if forms <= FIGURES or (forms == {""} and key in COUNTS):
        return text if _is_figure(text) else ""
    book = BOOKS.get(next(iter(forms)), "") if len(forms) == 1 else ""
    return text if book and shield.phrases.get(book, text) else ""


def _is_figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def public_facts(facts: Facts, incident: Incident, speaker: Speaker) -> Facts:
    """Without the anchors, which are all called the same; and a line together with the site that it belongs to."""
    name, site = facts.happened.name, facts.happened.site
    link = speaker.inventory.links.get(incident.root)
    if link is not None and site and site not in name:
        name = f"{speaker.line_label(link)} {site}"
    return replace(
        facts,
        happened=replace(facts.happened, name=name),
        hurt=replace(facts.hurt, anchors=""),
    )


def public_root(incident: Incident, shield: Shield) -> str:
    """The id that strangers may read: of a device or a line, that of its site."""
    found = shield.inventory.devices.get(incident.root) or shield.inventory.links.get(incident.root)
    return found.site if found else incident.root
