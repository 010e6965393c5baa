"""Which ids are there, and what does each stand for?

Sites, devices, links, services, carriers, nodes and areas share one name space, because any of them can be
the root of an incident. Only an area may be named by many.
"""

from dataclasses import dataclass, field

from netmon.settings.report import Report
from netmon.settings.sheet import SECTIONS, section
from netmon.settings.tree import Leaf, Map, Seq, Spot, Tree

RESERVED = ("all",)
"""Words of the scenario language that an id must not be."""


@dataclass(frozen=True, slots=True)
class Name:
    """What an id stands for, and where it was given. `site` is the one a device or service belongs to."""

    what: str
    at: Spot
    site: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Every id by name, also those whose entry turns out wrong: a reference to it is not wrong twice.

    `sections` has the keys of each top-level section.
    """

    ids: dict[str, Name] = field(default_factory=dict)
    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, what: str) -> list[str]:
        """The ids of a kind."""
        return [key for key, name in self.ids.items() if name.what == what]

    def get(self, key: str, what: str) -> Name | None:
        """What the id stands for, if it is of that kind."""
        found = self.ids.get(key)
        return found if found is not None and found.what == what else None


def index(tree: Map, report: Report) -> Names:
    """Every id in the tree; one given twice is reported where it is given again."""
    names = Names(sections={what: tuple(section(tree, what).items) for what in SECTIONS})
    for what in ("carriers", "nodes", "sites", "areas"):
        for key, at in section(tree, what).keys.items():
            _note(names, key, Name(what[:-1], at), report)
    for site, entry in section(tree, "sites").items.items():
        for what in ("devices", "services"):
            for key, at in section(entry, what).keys.items():
                _note(names, key, Name(what[:-1], at, site), report)
        uplinks = entry.items.get("uplinks") if isinstance(entry, Map) else None
        for uplink in uplinks.items if isinstance(uplinks, Seq) else ():
            own = uplink.items.get("id") if isinstance(uplink, Map) else None
            if isinstance(own, Leaf) and isinstance(own.value, str):
                _note(names, own.value, Name("link", own.at, site), report)
    holders = [section(tree, "defaults")]
    for what in ("classes", "sites", "nodes"):
        holders += [entry for entry in section(tree, what).items.values() if isinstance(entry, Map)]
    for holder in holders:
        _area(names, holder.items.get("area"), report)
    return names


def _area(names: Names, area: Tree | None, report: Report) -> None:
    if not isinstance(area, Leaf) or not isinstance(area.value, str):
        return
    if names.get(area.value, "area") is None:
        _note(names, area.value, Name("area", area.at), report)


def _note(names: Names, key: str, name: Name, report: Report) -> None:
    if key in RESERVED:
        report.error(name.at, f"{key!r} is a word of the scenario language and cannot be an id")
    first = names.ids.setdefault(key, name)
    if first is not name:
        hint = f"in {first.at.file}:{first.at.line}"
        report.error(name.at, f"duplicate id {key!r}: already the name of a {first.what}", hint)
