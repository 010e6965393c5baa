"""Which site of the inventory is each place, what is a new one called, and where do its lines end?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from netmon.settings.letters import fold, slug
from netmon.settings.report import did_you_mean
from netmon.settings.sheets.atlas import Atlas
from netmon.settings.sheets.memory import Remembered
from netmon.settings.sheets.places import Place
from netmon.settings.sheets.rows import Faults

FIRST_ROUTER = "r1"


@dataclass(frozen=True, slots=True)
class Found:
    """Every place by the id of its site; `fresh` are the ids that are new."""

    places: Mapping[str, Place]
    fresh: frozenset[str]


def identify(places: list[Place], atlas: Atlas, memory: Mapping[str, Remembered], faults: Faults) -> Found:
    """Each place's site: by its id column, by how its row was known at the last import, by name and area, or else by
    address, so that a site keeps its id when its name is corrected. What is none of these gets an id of its own.
    """
    ids: dict[int, str] = {}
    claimed: set[str] = set()
    for n, key in _known(places, atlas, memory):
        if n not in ids and key not in claimed:
            ids[n] = key
            claimed.add(key)
    fresh = [n for n in range(len(places)) if n not in ids]
    taken = {*atlas.ids(), *memory, *(place.area for place in places)}
    bare = {n: slug(atlas.bare(place.name)) for n, place in enumerate(places)}
    ranks: dict[str, list[int]] = defaultdict(list)
    for n, place in enumerate(places):
        ranks[bare[n]].append(atlas.rank(place.level))
    for n in sorted(fresh, key=lambda n: (atlas.rank(places[n].level), n)):
        place = places[n]
        outermost = ranks[bare[n]].count(min(ranks[bare[n]])) == 1 and atlas.rank(place.level) == min(ranks[bare[n]])
        key = place.entry.fields.get("id", "") or _new_id(place, bare[n] or "diem", outermost, taken)
        if slug(key) != key or key in taken:
            hint = "is the id of something else" if key in taken else "is not an id: small letters, digits and hyphens"
            faults.add(place.entry.page, place.entry.cell("id"), f"{key!r} {hint}")
        ids[n] = key
        taken |= {key, f"{key}-{FIRST_ROUTER}"}
    return Found({ids[n]: place for n, place in enumerate(places)}, frozenset(ids[n] for n in fresh))


def _known(places: list[Place], atlas: Atlas, memory: Mapping[str, Remembered]) -> Iterator[tuple[int, str]]:
    """(place, site) pairs, the surest first."""
    sites = atlas.inventory.sites
    by_key = {remembered.key: key for key, remembered in memory.items()}
    named: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    full: dict[tuple[str, str, str], str] = {}
    for key, site in sites.items():
        named[atlas.bare(site.name), site.area, site.level].append(key)
        full[fold(site.name), site.area, site.level] = key
    gateways = {atlas.inventory.devices[s.gateway].address: key for key, s in sites.items() if s.gateway}
    for n, place in enumerate(places):
        key = place.entry.fields.get("id", "")
        if key in sites or key in memory:
            yield n, key
    rest = [(n, place) for n, place in enumerate(places) if "id" not in place.entry.fields]
    yield from ((n, by_key[place.key]) for n, place in rest if place.key in by_key)
    for n, place in rest:
        if same := full.get((fold(place.name), place.area, place.level)):
            yield n, same
    for n, place in rest:
        alike = named[atlas.bare(place.name), place.area, place.level]
        if len(alike) == 1:
            yield n, alike[0]
    for n, place in rest:
        there = gateways.get(place.fields.get("address") or None, "")
        if there and sites[there].level == place.level:
            yield n, there


def _new_id(place: Place, bare: str, alone: bool, taken: set[str]) -> str:
    """The name, if it is the only or the outermost place called so; with its district; with what kind of place it is;
    with a number.
    """
    district = place.area.removeprefix("kv-")
    candidates = [bare] if alone else []
    if district and district != bare:
        candidates.append(f"{bare}-{district}")
    candidates += [slug(place.name), f"{slug(place.name)}-{district}".rstrip("-")]
    numbered = (f"{candidates[0]}-{n}" for n in count(2))
    return next(key for key in chain(candidates, numbered) if not {key, f"{key}-{FIRST_ROUTER}"} & taken)


class Known(NamedTuple):
    """A site that lines may end at."""

    name: str
    level: str
    area: str


def ends(atlas: Atlas, found: Found) -> "Ends":
    """Where lines may end, once everything is known."""
    known = {key: Known(site.name, site.level, site.area) for key, site in atlas.inventory.sites.items()}
    known |= {key: Known(place.name, place.level, place.area) for key, place in found.places.items()}
    by_area: dict[str, list[str]] = defaultdict(list)
    by_name: dict[str, list[str]] = defaultdict(list)
    for key, one in known.items():
        if one.area and one.level != atlas.innermost:
            by_area[one.area].append(key)
        for name in {fold(one.name), atlas.bare(one.name)}:
            by_name[name].append(key)
    return Ends(atlas, found, known, by_area, by_name)


@dataclass(frozen=True, slots=True)
class Ends:
    """Where lines may end: devices and nodes by id, sites by id and by name."""

    atlas: Atlas
    found: Found
    known: Mapping[str, Known]
    by_area: Mapping[str, list[str]]
    by_name: Mapping[str, list[str]]

    def router(self, key: str) -> str:
        """The device that lines to a site end at; "" if it has none."""
        if key in self.atlas.inventory.sites and (gateway := self.atlas.inventory.sites[key].gateway):
            return gateway
        return f"{key}-{FIRST_ROUTER}" if key in self.found.places else ""

    def default(self, key: str, kind: str) -> str:
        """Where a line ends of which nothing is said: at the district's router, but for 4G and the like; else at the
        hub. Empty if the site itself has the hub.
        """
        place, hub = self.found.places[key], self.atlas.hub
        district = self._district(place)
        if district and district != key and kind not in self.atlas.words.direct:
            return self.router(district)
        own = hub in self.atlas.inventory.devices and self.atlas.inventory.devices[hub].site == key
        return "" if own else hub

    def _district(self, place: Place) -> str:
        rank, known = self.atlas.rank, self.known
        above = [key for key in self.by_area.get(place.area, ()) if rank(known[key].level) < rank(place.level)]
        return max(above, key=lambda key: rank(known[key].level), default="")

    def named(self, text: str, own: str) -> tuple[str, str]:
        """(device, node) that a cell names; one of them is empty. ValueError if it names none, or several."""
        inventory, words = self.atlas.inventory, slug(text)
        if words in inventory.devices or words.removesuffix(f"-{FIRST_ROUTER}") in self.found.fresh - {words}:
            return words, ""
        if words in inventory.nodes:
            return "", words
        nodes = [key for key, node in inventory.nodes.items() if fold(node.name) == fold(text)]
        if len(nodes) == 1:
            return "", nodes[0]
        sites = (
            [words] if words in self.known else self.by_name.get(fold(text)) or self.by_name.get(self.atlas.bare(text))
        )
        outermost = self._outermost([key for key in sites or () if key != own])
        if len(outermost) == 1 and self.router(outermost[0]):
            return self.router(outermost[0]), ""
        if outermost:
            raise ValueError(f"{text!r} may be {' or '.join(sorted(outermost))} (write the id)")
        hint = did_you_mean(words, [*inventory.devices, *inventory.nodes, *self.known])
        raise ValueError(f"{text!r} is no device, site or node of this inventory{f' ({hint})' if hint else ''}")

    def _outermost(self, keys: list[str]) -> list[str]:
        """Lines lead outward: of a district and a commune of one name the district is meant."""
        ranks = {key: self.atlas.rank(self.known[key].level) for key in keys}
        return [key for key, rank in ranks.items() if rank == min(ranks.values())]
