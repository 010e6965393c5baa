"""Whom should the person on duty call, in which order?

The people on the spot first: they know whether the power is out. Then whoever the cause points to. Where many
places are hit, one of them has to speak for all.
"""

from collections import Counter
from collections.abc import Sequence

from netmon.decide.telling.words import Speaker, clean
from netmon.model import Contact, Incident, Inventory, Link
from netmon.settings.message_facts import Call

CONTACTS = 2
MOST = 4


def whom_to_call(
    incident: Incident, site: str, lines: Sequence[Link], inventory: Inventory, speaker: Speaker
) -> tuple[Call, ...]:
    """At most four, each with a number (or an address to write to)."""
    place = inventory.sites.get(site)
    if place is None:
        people, power = _witness(incident, inventory, speaker), _supplier(incident, inventory)
    else:
        people = [_person(contact) for contact in place.contacts[:CONTACTS]]
        power = [_power(place.power.supplier, place.power.phone)] if place.power else []
    carriers = [_carrier(key, inventory, speaker) for key in _carriers(incident, lines, inventory)]
    if incident.kind in ("blind", "service", "threshold", "change"):
        calls = people
    elif incident.kind in ("redundancy_lost", "degraded"):
        calls = carriers + (people if incident.kind == "redundancy_lost" else [])
    elif incident.kind == "unseen":
        calls = []
    elif incident.root in inventory.carriers:
        calls = carriers + _asked(people, speaker)
    elif incident.cause == "power":
        calls = _asked(people, speaker) + power
    elif incident.cause == "device":
        calls = people
    elif incident.cause in ("fibre", "carrier"):
        calls = people + carriers
    else:
        calls = _asked(people, speaker) + carriers + power
    return tuple(call for call in calls if call.phone)[:MOST]


def _asked(people: Sequence[Call], speaker: Speaker) -> list[Call]:
    return [Call(who=one.who, phone=one.phone, ask=speaker.word("ask_power")) for one in people]


def _witness(incident: Incident, inventory: Inventory, speaker: Speaker) -> list[Call]:
    """Of the sites hit, the first where there is somebody to call."""
    hit = (inventory.sites[key] for key in incident.affected if key in inventory.sites)
    found = ((site, contact) for site in hit for contact in site.contacts if contact.phone or contact.email)
    for site, contact in found:
        at = ", ".join(part for part in (clean(contact.role), speaker.name(site.id)) if part)
        return [Call(who=f"{clean(contact.name)} ({at})", phone=clean(contact.phone or contact.email))]
    return []


def _supplier(incident: Incident, inventory: Inventory) -> list[Call]:
    """Who feeds most of the sites hit."""
    hit = (inventory.sites[key].power for key in incident.affected if key in inventory.sites)
    fed = Counter((power.supplier, power.phone) for power in hit if power is not None and power.phone)
    return [_power(*supplier) for supplier, _ in fed.most_common(1)]


def _person(contact: Contact) -> Call:
    role = f" ({clean(contact.role)})" if contact.role else ""
    return Call(who=clean(contact.name) + role, phone=clean(contact.phone or contact.email))


def _power(supplier: str, phone: str) -> Call:
    return Call(who=clean(supplier), phone=clean(phone))


def _carrier(key: str, inventory: Inventory, speaker: Speaker) -> Call:
    carrier = inventory.carriers[key]
    return Call(who=speaker.name(key), phone=clean(carrier.phone or carrier.email))


def _carriers(incident: Incident, lines: Sequence[Link], inventory: Inventory) -> list[str]:
    """Of the lost lines, of a line or place that is itself the root, or the root itself."""
    keys = [line.carrier for line in lines]
    if link := inventory.links.get(incident.root):
        keys.append(link.carrier)
    if node := inventory.nodes.get(incident.root):
        keys.append(node.carrier)
    keys.append(incident.root)
    return [key for key in dict.fromkeys(keys) if key is not None and key in inventory.carriers]
