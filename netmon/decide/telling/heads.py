"""What is the first line of a message about?"""

from typing import NamedTuple

from netmon.decide.telling.words import Speaker, clean
from netmon.model import Clue, Incident, Inventory

LONGEST_CLUE = 200
"""Characters that one piece of evidence may have."""
LONGEST_LISTING = 500
"""The same in a list of changes or of incidents, whose lines name all the sites."""
OF_EVERYTHING = ("conference_ready", "inventory_drift", "noise_week", "own_backup_failed")
"""Changes of no one thing, whatever device they are booked on."""


class Head(NamedTuple):
    """What the first line is about, the site that this is at, and whether it is that site itself."""

    name: str
    site: str
    is_site: bool


def head_of(incident: Incident, inventory: Inventory, speaker: Speaker) -> Head:
    """A site by its name, a line by its circuit, a single change by what has changed."""
    root = incident.root
    if incident.kind == "change" and len(incident.evidence) == 1:
        return _news(incident.evidence[0], root, inventory, speaker)
    if root in inventory.sites:
        return Head(speaker.name(root), root, True)
    if link := inventory.links.get(root):
        if incident.kind == "redundancy_lost" or (incident.kind == "outage" and link.site in incident.affected):
            return Head(speaker.name(link.site), link.site, True)
        return Head(speaker.line(link, with_kind=False), link.site, False)
    if device := inventory.devices.get(root):
        if incident.kind == "outage" and device.site in incident.affected:
            return Head(speaker.name(device.site), device.site, True)
        return Head(speaker.name(root), device.site, False)
    service = inventory.services.get(root)
    return Head(speaker.name(root), service.site if service else "", False)


def _news(clue: Clue, root: str, inventory: Inventory, speaker: Speaker) -> Head:
    """Of a single change the change itself, and what it is about if it does not say so."""
    text, name = clean(speaker.say(clue), LONGEST_CLUE), speaker.name(root)
    about_all = clue.text in OF_EVERYTHING
    return Head(
        text if about_all or text.startswith(name) else f"{name}: {text}",
        "" if about_all else inventory.site_of(root) or "",
        False,
    )
