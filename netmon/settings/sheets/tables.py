"""How does an inventory look as a table of sites, a sheet for each area?"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from netmon.model import Link, Site
from netmon.settings.letters import fold
from netmon.settings.sheets.atlas import Atlas

SITE_COLUMNS = (
    "id", "name", "level", "area", "address", "device", "contact", "phone", "email", "supplier", "customer", "since",
    "latitude", "longitude",
)  # fmt: skip
LINE_COLUMNS = ("carrier", "circuit", "kind", "bandwidth", "role", "to", "wan")
Cell = str | float | date | None
_MEGA = 10**6
_LONGEST = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Listing:
    """One sheet. `groups` are the captions above the captions: (first column, last column, text), from 0."""

    name: str
    groups: tuple[tuple[int, int, str], ...]
    captions: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def listings(atlas: Atlas) -> list[Listing]:
    """The sheets, in the order of the inventory; sites of no area by their level."""
    sheets: dict[str, list[Site]] = defaultdict(list)
    for site in atlas.inventory.sites.values():
        titles = atlas.words.titles
        sheets[area_name(site.area, atlas) if site.area else titles.get(site.level, titles["other"])].append(site)
    taken: set[str] = set()
    found = []
    for title, sites in sheets.items():
        name = _sheet_name(title, taken)
        taken.add(name.casefold())
        found.append(_listing(name, sites, atlas))
    return found


def area_name(area: str, atlas: Atlas) -> str:
    """An area as people call it, such as `Văn Yên`, if an import would take that for this area; else its id."""
    name = atlas.inventory.areas.get(area, "")
    if name and not atlas.words.names_no_area(name) and atlas.area(name) == area:
        return name
    for site in atlas.outer():
        if site.area == area:
            words = site.name.split()
            short = " ".join(words[-len(atlas.bare(site.name).split()) :])
            if (
                fold(short) == atlas.bare(site.name)
                and not atlas.words.names_no_area(short)
                and atlas.area(short) == area
            ):
                return short
    return area


def _sheet_name(title: str, taken: set[str]) -> str:
    """At most 31 characters, without those that spreadsheet programs forbid, and unlike the others."""
    short = " ".join(title.translate(_FORBIDDEN).split())[:_LONGEST].strip("'") or "Khác"
    numbered = (f"{short[: _LONGEST - 3]} {n}" for n in range(2, 100))
    return next(each for each in (short, *numbered) if each.casefold() not in taken)


def _listing(name: str, sites: list[Site], atlas: Atlas) -> Listing:
    words = atlas.words
    lines = max(1, *(len(site.uplinks) for site in sites))
    captions = [words.label("columns", column) for column in SITE_COLUMNS]
    groups = []
    for n in range(lines):
        groups.append((len(captions), len(captions) + len(LINE_COLUMNS) - 1, f"Kênh {n + 1}"))
        labels = {column: words.label("columns", column) for column in LINE_COLUMNS}
        captions += [f"{text} (Mbps)" if column == "bandwidth" else text for column, text in labels.items()]
    rows = []
    for site in sites:
        row = _site(site, atlas)
        for key in site.uplinks:
            row += _line(atlas.inventory.links[key], atlas)
        rows.append(tuple(row + [None] * (len(captions) - len(row))))
    return Listing(name, tuple(groups), tuple(captions), tuple(rows))


def _site(site: Site, atlas: Atlas) -> list[Cell]:
    devices = atlas.inventory.devices
    router = devices.get(site.gateway or "")
    contact = site.contacts[0] if site.contacts else None
    latitude, longitude = site.at or (None, None)
    said: dict[str, Cell] = {
        "id": site.id,
        "name": site.name,
        "level": atlas.words.label("levels", site.level),
        "area": area_name(site.area, atlas) if site.area else None,
        "address": router.address if router else None,
        "device": router.name if router else None,
        "contact": contact.name if contact else None,
        "phone": contact.phone if contact else None,
        "email": contact.email if contact else None,
        "supplier": site.power.supplier if site.power else None,
        "customer": site.power.customer if site.power else None,
        "since": site.valid.since,
        "latitude": latitude,
        "longitude": longitude,
    }
    return [said[column] or None for column in SITE_COLUMNS]


def _line(link: Link, atlas: Atlas) -> list[Cell]:
    carrier = atlas.inventory.carriers.get(link.carrier or "")
    said: dict[str, Cell] = {
        "carrier": carrier.name if carrier else link.carrier,
        "circuit": link.circuit,
        "kind": atlas.words.label("kinds", link.kind),
        "bandwidth": link.bandwidth / _MEGA if link.bandwidth else None,
        "role": atlas.words.label("roles", link.role),
        "to": link.target,
        "wan": link.address,
    }
    return [said[column] or None for column in LINE_COLUMNS]
