"""What does an edit of the inventory make invisible?

A device, line or service that nothing asks any more cannot fail in a way that anybody is told of.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from netmon.decide.knowledge import Knowledge
from netmon.model import Inventory
from netmon.settings.checks import seen
from netmon.settings.diff import CALLED, Changes, Key, What

_LOST: Mapping[What, str] = {
    "device": "the device is no longer asked whether it is alive: its loss goes unnoticed",
    "link": "nothing sees the line any more, neither an address nor a port: its loss goes unnoticed",
    "service": "the service is no longer asked: its loss goes unnoticed",
}


def unheard(before: Knowledge, after: Knowledge, found: Changes) -> Iterator[tuple[str, str]]:
    """What was watched and is no longer, or more seldom: (id, what that means). Lines that only ports see count too."""
    old, new = before.inventory, after.inventory
    renamed = {address(new, key) for key in found.added} - {None}
    watched = _watched(new, after)
    for key, what in _watched(old, before).items():
        gone = key not in watched
        if gone and _exists(new, key):
            yield key, _LOST[what]
        elif gone and address(old, Key(what, key)) not in renamed:
            yield key, f"the {CALLED[what]} is removed: nobody is told of it any more"
        elif not gone and (slower := _slower(before, after, key)):
            yield key, f"{slower}: its loss is noticed later"
    for key, link in new.links.items():
        if key not in old.links and len(after.graph.lines[link.site]) > 1 and not seen(new, link):
            yield key, "the new line of a pair is seen by nothing: its loss goes unnoticed"


def _watched(inventory: Inventory, known: Knowledge) -> dict[str, What]:
    """Everything of which a loss is noticed: what is asked whether it is alive, and lines that ports alone see."""
    asked = {key for key, watch in known.watches.items() if watch.voices}
    found: dict[str, What] = {key: "device" for key in inventory.devices if key in asked}
    found |= {key: "link" for key, link in inventory.links.items() if key in asked or seen(inventory, link)}
    return found | {key: "service" for key in inventory.services if key in asked}


def _exists(inventory: Inventory, key: str) -> bool:
    return key in inventory.devices or key in inventory.links or key in inventory.services


def _slower(before: Knowledge, after: Knowledge, target: str) -> str:
    rounds = [_round(known, target) for known in (before, after)]
    return f"asked every {rounds[1]:g} s instead of {rounds[0]:g} s" if rounds[1] >= 2 * rounds[0] > 0 else ""


def _round(known: Knowledge, target: str) -> float:
    """Seconds between two questions whether it is alive; 0 if none is put to it."""
    inventory, watch = known.inventory, known.watches.get(target)
    if watch is None:
        return 0.0
    entry = inventory.devices.get(target) or inventory.links.get(target) or inventory.services[target]
    return min((entry.collect[name].every for name in watch.voices), default=0.0)


def address(inventory: Inventory, key: Key) -> str | None:
    """Of a device or a line that has one of its own."""
    section: Mapping[str, Any] = {"device": inventory.devices, "link": inventory.links}.get(key.what, {})
    return section[key.id].address if key.id in section else None
