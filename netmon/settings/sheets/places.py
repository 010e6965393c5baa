"""Which place of the province is each row, and which rows are about one place?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netmon.settings.letters import fold
from netmon.settings.sheets.atlas import Atlas
from netmon.settings.sheets.facts import place
from netmon.settings.sheets.rows import Entry, Faults, joined

_SAME = ("contact", "phone", "email", "supplier", "customer", "since", "device", "id")
_LINE_SAME = ("circuit", "bandwidth", "wan")


@dataclass(frozen=True, slots=True)
class Place:
    """One place as the spreadsheet has it. `fields` and `lines` are what cells say; `level` and `area` what follows
    from the sheet and the name where no cell says it, `region` is what the spreadsheet calls that area. `far` are the
    far ends of its lines, as they are written.
    """

    entry: Entry
    name: str
    level: str
    area: str
    region: str
    fields: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...]
    far: tuple[str, ...]

    @property
    def key(self) -> str:
        """How the row is known again at the next import."""
        return f"{self.area}/{fold(self.name)}"


def find_places(entries: Iterable[Entry], atlas: Atlas, faults: Faults) -> list[Place]:
    """The places in the order of their rows; what makes no sense goes to `faults`."""
    found: dict[str, Place] = {}
    for entry in entries:
        one = _place(entry, atlas, faults)
        if one is None:
            continue
        first = found.setdefault(one.key, one)
        if first is one:
            continue
        if _is_another_line(first, one):
            found[one.key] = _with_lines_of(first, one, atlas, faults)
        else:
            hint = "the district tells places of one name apart"
            text = f"{one.name!r} stands in {first.entry.where('name')} already ({hint})"
            faults.add(entry.page, entry.cell("name"), text)
    return list(found.values())


def _is_another_line(first: Place, one: Place) -> bool:
    """A row a line is common: the same place and address, and another circuit or carrier."""
    alike = one.fields.get("address", "") in ("", first.fields.get("address", ""))
    fresh = bool(one.lines) and all(
        line not in first.lines and ("carrier" in line or "circuit" in line) for line in one.lines
    )
    return alike and fresh


def _with_lines_of(first: Place, one: Place, atlas: Atlas, faults: Faults) -> Place:
    both = _place(joined(first.entry, one.entry), atlas, faults)
    return both or first


def _place(entry: Entry, atlas: Atlas, faults: Faults) -> Place | None:
    said = entry.fields
    name = said.get("name") or _known_name(said.get("id", ""), atlas)
    if not fold(name):
        text = f"{name!r} is no name" if name else "no name"
        faults.add(entry.page, entry.cell("name"), text)
        return None
    fields = {key: said[key] for key in ("name", "address", *_SAME) if key in said and key != "id"}
    region = _region(entry, atlas)
    area = atlas.area(region) if region else ""
    level = _level(entry, name, area, atlas, faults)
    if "level" in said:
        fields["level"] = level
    if not level or atlas.rank(level) <= atlas.rank(atlas.own_level):
        area = area if "area" in said else ""
    if area:
        fields["area"] = area
    _coordinates(entry, fields, faults)
    lines, far = [], []
    for n, line in enumerate(entry.lines):
        lines.append(_line(entry, n, line, atlas, faults))
        far.append(line.get("to", ""))
    return Place(entry, name, level or atlas.innermost, area, region, fields, tuple(lines), tuple(far))


def _known_name(key: str, atlas: Atlas) -> str:
    return atlas.inventory.sites[key].name if key in atlas.inventory.sites else ""


def _region(entry: Entry, atlas: Atlas) -> str:
    """The area in the words of its own column, else of the heading above it, else of the name of the sheet."""
    heading = "" if "area" in entry.fields else atlas.heading(entry.heading)
    said = heading or entry.fields.get("area", entry.page)
    return said if heading or not atlas.words.names_no_area(said) else ""


def _level(entry: Entry, name: str, area: str, atlas: Atlas, faults: Faults) -> str:
    """By its own column, else by the name; else a commune if it is in an area, otherwise where netmon runs."""
    if "level" in entry.fields:
        try:
            return atlas.level(entry.fields["level"])
        except ValueError as error:
            faults.add(entry.page, entry.cell("level"), str(error))
            return ""
    named = atlas.words.called(name).level
    if named in atlas.inventory.levels:
        return named
    if named:
        faults.add(entry.page, entry.cell("name"), f"{name!r}: this province has no level {named!r}")
        return ""
    return atlas.innermost if area else atlas.own_level


def _coordinates(entry: Entry, fields: dict[str, str], faults: Faults) -> None:
    given = [key for key in ("latitude", "longitude") if key in entry.fields]
    if len(given) == 2:
        fields["at"] = place(entry.fields["latitude"], entry.fields["longitude"])
    elif given and not any(key in entry.cells for key in {"latitude", "longitude"} - set(given)):
        other = "longitude" if given == ["latitude"] else "latitude"
        faults.add(entry.page, entry.cell(given[0]), f"a {given[0]} without a {other}")


def _line(entry: Entry, n: int, said: Mapping[str, str], atlas: Atlas, faults: Faults) -> Mapping[str, str]:
    line = {key: said[key] for key in _LINE_SAME if key in said}
    for key, read in (("carrier", atlas.carrier), ("kind", atlas.kind), ("role", atlas.role)):
        if key in said:
            try:
                line[key] = read(said[key])
            except ValueError as error:
                faults.add(entry.page, entry.cell(f"{key}/{n}"), str(error))
    return line


def duplicates(places: Iterable[Place], faults: Faults) -> None:
    """One address, one place."""
    first: dict[str, Place] = {}
    for one in places:
        address = one.fields.get("address", "")
        other = first.setdefault(address, one) if address else one
        if other is not one:
            text = f"{address!r} is the address of {other.name!r} already ({other.entry.where('address')})"
            faults.add(one.entry.page, one.entry.cell("address"), text)
