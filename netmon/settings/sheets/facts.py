"""What does the inventory say of a site, in the words a spreadsheet has for it?

Every value is text in one form, so that a cell, the inventory and what was imported before can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netmon.settings.sheets.values import rate

LINES = ("to", "via", "kind", "carrier", "circuit", "bandwidth", "role", "wan")
_LINE_KEYS = {"wan": "address"}
CONTACT_ROLE = "đầu mối"
SUPPLIER = "Điện lực"
"""Who sells electricity where only the customer's code is known: the name that all its branches share."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a site: field -> value, and the same for each of its lines."""

    fields: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Mapping[str, str], ...] = ()


def facts(site: Mapping[str, Any], classes: Mapping[str, Any]) -> Facts:
    """What a site's YAML says (as plain mappings), with what its class gives it."""
    whole = {**_mapping(classes.get(str(site.get("class", "")))), **site}
    device = _mapping(_mapping(site.get("devices")).get(gateway(site)))
    contact, power = (_first(whole.get("contacts")), _mapping(whole.get("power")))
    at = site.get("at")
    said = {
        "name": site.get("name"),
        "level": whole.get("level"),
        "area": whole.get("area"),
        "at": place(*at) if isinstance(at, list) and len(at) == 2 else None,
        "address": device.get("address"),
        "device": device.get("name"),
        "contact": contact.get("name"),
        "phone": contact.get("phone"),
        "email": contact.get("email"),
        "supplier": power.get("supplier"),
        "customer": power.get("customer"),
        "since": _mapping(site.get("valid")).get("from"),
    }
    uplinks = site.get("uplinks")
    lines = tuple(_line(_mapping(each)) for each in uplinks) if isinstance(uplinks, list) else ()
    return Facts(_told(said), lines)


def place(latitude: object, longitude: object) -> str:
    """Coordinates as one text."""
    return f"{float(str(latitude))}, {float(str(longitude))}"


def gateway(site: Mapping[str, Any]) -> str:
    """The id of the site's first router; empty if it has none."""
    devices = _mapping(site.get("devices"))
    return next((key for key, device in devices.items() if _mapping(device).get("role") == "router"), "")


def _line(uplink: Mapping[str, Any]) -> Mapping[str, str]:
    via = uplink.get("via")
    said = {key: uplink.get(_LINE_KEYS.get(key, key)) for key in LINES if key not in ("via", "bandwidth")}
    said["via"] = ", ".join(map(str, via)) if isinstance(via, list) else via
    said["bandwidth"] = rate(str(uplink["bandwidth"])) if uplink.get("bandwidth") else None
    return _told({"role": "primary"} | _told(said))


def _told(said: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in said.items() if value is not None and value != ""}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: object) -> Mapping[str, Any]:
    return _mapping(value[0]) if isinstance(value, list) and value else {}


def put(site: dict[str, Any], name: str, value: str, device: str) -> None:
    """Write one fact into a site (plain mappings). `device` is its gateway, which is made if it is not there."""
    if name in ("address", "device"):
        entry = site.setdefault("devices", {}).setdefault(device, {})
        entry["address" if name == "address" else "name"] = value
        entry.setdefault("role", "router")
    elif name in ("contact", "phone", "email"):
        contact = _grown(site, "contacts")
        if name != "contact" and not contact:
            contact |= {"name": CONTACT_ROLE}
        elif not contact:
            contact |= {"name": value, "role": CONTACT_ROLE}
        contact["name" if name == "contact" else name] = value
    elif name in ("supplier", "customer"):
        site.setdefault("power", {}).setdefault("supplier", SUPPLIER)
        site["power"][name] = value
    elif name == "since":
        site.setdefault("valid", {})["from"] = value
    else:
        site[name] = [float(part) for part in value.split(", ")] if name == "at" else value


def put_line(site: dict[str, Any], n: int, name: str, value: str) -> None:
    """Write one fact of the n-th line (from 0) into a site; a new line stands behind the others."""
    uplinks = site.setdefault("uplinks", [])
    while len(uplinks) <= n:
        uplinks.append({})
    uplinks[n][_LINE_KEYS.get(name, name)] = [value] if name == "via" else value


def _grown(site: dict[str, Any], key: str) -> dict[str, Any]:
    items = site.setdefault(key, [])
    if not items:
        items.append({})
    first: dict[str, Any] = items[0]
    return first
