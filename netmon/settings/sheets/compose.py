"""What does the spreadsheet say of each site, with what it leaves open filled in?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netmon.settings.sheets.atlas import Atlas
from netmon.settings.sheets.facts import LINES, Facts, put, put_line
from netmon.settings.sheets.places import Place
from netmon.settings.sheets.rows import Faults
from netmon.settings.sheets.sites import FIRST_ROUTER, Ends, Found

_FIELDS = ("at", "contact", "phone", "email", "supplier", "customer", "since", "address", "device")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A site as the spreadsheet wants it. `said` is what cells say; `filled` is that with what follows from them (the
    level by the name, the far end by the district): written where the site or the line is new.
    """

    id: str
    place: Place
    said: Facts
    filled: Facts


def compose(found: Found, ends: Ends, faults: Faults) -> list[Wanted]:
    """Every place as a site; far ends that do not exist and addresses that are taken go to `faults`."""
    _taken(found, ends.atlas, faults)
    return [_wanted(key, place, ends, faults, key in found.fresh) for key, place in found.places.items()]


def _wanted(key: str, place: Place, ends: Ends, faults: Faults, fresh: bool) -> Wanted:
    known = ends.atlas.inventory.sites.get(key)
    fields = dict(place.fields)
    if known is not None and "name" in fields and ends.atlas.same_name(fields["name"], known.name):
        fields["name"] = known.name
    said, filled = [], []
    # A new site needs a line, or no path leads to it.
    for n, line in enumerate(place.lines or ([{}] if fresh else [])):
        own, whole = _line(key, place, n, line, ends, faults)
        said.append(own)
        filled.append({name: whole[name] for name in LINES if name in whole})
    given = {"name": place.name, "level": place.level} | ({"area": place.area} if place.area else {}) | fields
    return Wanted(key, place, Facts(fields, tuple(said)), Facts(given, tuple(filled)))


def _line(
    key: str, place: Place, n: int, line: Mapping[str, str], ends: Ends, faults: Faults
) -> tuple[dict[str, str], dict[str, str]]:
    """What cells say of a line, and that with its far end and role."""
    own = dict(line)
    entry = place.entry
    if n < len(place.far) and place.far[n]:
        try:
            device, node = ends.named(place.far[n], key)
            own |= {"to": device} if device else {"via": node}
        except ValueError as error:
            faults.add(entry.page, entry.cell(f"to/{n}"), str(error))
            own["to"] = ""
    implied = {"to": ends.default(key, line.get("kind", ""))}
    if len(place.lines) > 1:
        implied["role"] = "backup" if n else "primary"
    whole = implied | own
    if "to" not in own and not whole["to"]:
        faults.add(entry.page, entry.cell("name"), "where do its lines end? Name a device with --to")
    return own, whole


def _taken(found: Found, atlas: Atlas, faults: Faults) -> None:
    """An address that the inventory has given to another device, unless that one gets another now."""
    inventory = atlas.inventory
    owners = {device.address: device for device in inventory.devices.values() if device.address}
    for key, place in found.places.items():
        owner = owners.get(place.fields.get("address", ""))
        if owner is None or (owner.site == key and inventory.sites[key].gateway == owner.id):
            continue
        moved = found.places.get(owner.site)
        leaves = moved is not None and inventory.sites[owner.site].gateway == owner.id
        if leaves and moved is not None and moved.fields.get("address", owner.address) != owner.address:
            continue
        text = f"{owner.address!r} is the address of the device {owner.id!r} of {inventory.sites[owner.site].name!r}"
        faults.add(place.entry.page, place.entry.cell("address"), text)


def fresh_site(wanted: Wanted, classes: Mapping[str, Any]) -> dict[str, Any]:
    """A new site as the inventory's YAML has it: its class if there is one for its level, a router, its lines."""
    fields, level = wanted.filled.fields, wanted.place.level
    site: dict[str, Any] = {"name": fields["name"]}
    class_ = next((key for key, each in classes.items() if key and each.get("level") == level), "")
    site |= {"class": class_} if class_ else {"level": level}
    site |= {"area": fields["area"]} if "area" in fields else {}
    device = f"{wanted.id}-{FIRST_ROUTER}"
    for name in _FIELDS:
        if name in fields:
            put(site, name, fields[name], device)
    site.setdefault("devices", {}).setdefault(device, {"role": "router"})
    for n, line in enumerate(wanted.filled.lines):
        for name, value in line.items():
            put_line(site, n, name, value)
    return site
