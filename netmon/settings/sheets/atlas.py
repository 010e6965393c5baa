"""Which places, areas, devices and carriers does the inventory know already, and by which names?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netmon.model import Inventory, Site
from netmon.settings.letters import fold, slug
from netmon.settings.names import RESERVED
from netmon.settings.report import did_you_mean
from netmon.settings.sheets.vocabulary import Vocabulary

_CHAPTER = re.compile(r"^\s*([IVXL]+|[A-H]|[0-9]{1,2})[.)/:-]\s*")


@dataclass(frozen=True, slots=True)
class Atlas:
    """The inventory by names. `hub` is the device that sites hang on which nothing else is said of ("" = none).

    `areas`, `kinds` and `carriers` are those in use; `districts` the sites between the communes and the site where
    netmon runs, by their bare names.
    """

    inventory: Inventory
    words: Vocabulary
    hub: str
    areas: frozenset[str]
    kinds: frozenset[str]
    carriers: frozenset[str]
    districts: Mapping[str, tuple[Site, ...]]

    def rank(self, level: str) -> int:
        """How far in a level is, from 0."""
        return self.inventory.levels.index(level)

    @property
    def innermost(self) -> str:
        """The level of the communes."""
        return self.inventory.levels[-1]

    @property
    def own_level(self) -> str:
        """The level of the site where netmon runs."""
        return self.inventory.sites[self.inventory.devices[self.inventory.vantage].site].level

    def level(self, text: str) -> str:
        """The level that a cell names; ValueError if this province has none such."""
        words, levels = f"{fold(text)} ", self.words.levels
        key = max((each for each in levels if words.startswith(f"{each} ")), key=len, default="")
        for each in (slug(text), levels.get(key, "")):
            if each in self.inventory.levels:
                return each
        known = ", ".join(self.inventory.levels)
        raise ValueError(f"{text!r} is no level of this province (its levels are {known})")

    def bare(self, name: str) -> str:
        """The name folded, without what kind of place it is."""
        return bare_name(name, self.words)

    def same_name(self, one: str, other: str) -> bool:
        """Whether two names differ in case and in what kind of place they say it is at most, and not in diacritics."""
        return self._spoken(one) == self._spoken(other)

    def _spoken(self, name: str) -> str:
        words, bare = name.casefold().split(), self.bare(name).split()
        return " ".join(words[-len(bare) :])

    def outer(self) -> Iterator[Site]:
        """The sites that others hang on: all but those of the innermost level."""
        return (site for site in self.inventory.sites.values() if site.level != self.innermost)

    def district(self, name: str) -> Site | None:
        """The site of the level above the communes that has this name, whatever it is called in full."""
        found = self.districts.get(self.bare(name), ())
        return found[0] if len(found) == 1 else None

    def area(self, text: str) -> str:
        """The id of the area that a cell, a heading or the name of a sheet means; one that is new if need be."""
        district, bare = self.district(text), self.bare(text)
        if district is not None and district.area:
            return district.area
        for key, name in self.inventory.areas.items():
            if self.bare(name) == bare:
                return key
        short = bare.replace(" ", "-")
        return next((each for each in (slug(text), f"kv-{short}", short) if each in self.areas), f"kv-{short}")

    def area_name(self, text: str) -> str:
        """What people call the area that a cell, a heading or the name of a sheet means: `KV Lục Yên`."""
        words = _CHAPTER.sub("", text).split()
        short = " ".join(words[-len(self.bare(" ".join(words)).split()) :])
        return f"KV {short.title() if short.isupper() else short}"

    def heading(self, text: str) -> str:
        """The name of the district that a heading inside a table is; empty if it is something else."""
        name = _CHAPTER.sub("", text)
        named = self.words.called(name).level not in ("", self.innermost, self.own_level)
        return name if named or self.district(name) is not None or fold(name).startswith(("kv ", "khu vuc ")) else ""

    def carrier(self, text: str) -> str:
        """The id of the carrier that a cell names; ValueError if it is none that is known."""
        carriers = self.inventory.carriers
        words = fold(text)
        for key, carrier in carriers.items():
            if words in (fold(key), fold(carrier.name)):
                return key
        if slug(text) in self.carriers:
            return slug(text)
        if found := self.words.carrier(text):
            return found
        known = [*carriers, *set(self.words.carriers.values())]
        hint = did_you_mean(slug(text), known) or "describe it under `carriers:` of the inventory"
        raise ValueError(f"{text!r} is no known carrier ({hint})")

    def kind(self, text: str) -> str:
        """The kind of line that a cell names: one in use or known, or its words as they are."""
        words = fold(text)
        if slug(text) in self.kinds:
            return slug(text)
        inside = [each for each in self.words.kinds if f" {each} " in f" {words} "]
        return self.words.kinds[max(inside, key=len)] if inside else slug(text)

    def role(self, text: str) -> str:
        """`primary` or `backup`; ValueError for anything else."""
        if fold(text) in self.words.roles:
            return self.words.roles[fold(text)]
        raise ValueError(f"{text!r} is no role of a line (chính or dự phòng)")

    def ids(self) -> Mapping[str, str]:
        """Every id in use, and what it stands for."""
        found = dict.fromkeys(RESERVED, "word")
        inventory = self.inventory
        found |= dict.fromkeys(filter(None, (site.area for site in inventory.sites.values())), "area")
        for what, keys in (
            ("site", inventory.sites),
            ("device", inventory.devices),
            ("link", inventory.links),
            ("service", inventory.services),
            ("carrier", inventory.carriers),
            ("node", inventory.nodes),
        ):
            found |= dict.fromkeys(keys, what)
        return found


def bare_name(name: str, words: Vocabulary) -> str:
    """The name folded, without what kind of place or area it is."""
    return words.called(name).bare.removeprefix("kv ").removeprefix("khu vuc ")


def make_atlas(inventory: Inventory, words: Vocabulary, hub: str = "") -> Atlas:
    """The inventory by names."""
    own = inventory.sites[inventory.devices[inventory.vantage].site].level
    between = inventory.levels[inventory.levels.index(own) + 1 : -1]
    districts: dict[str, tuple[Site, ...]] = {}
    for site in inventory.sites.values():
        if site.level in between:
            bare = bare_name(site.name, words)
            districts[bare] = (*districts.get(bare, ()), site)
    areas = {site.area for site in inventory.sites.values()} | {node.area for node in inventory.nodes.values()}
    links = inventory.links.values()
    return Atlas(
        inventory,
        words,
        hub,
        areas=frozenset(filter(None, areas)),
        kinds=frozenset(link.kind for link in links),
        carriers=frozenset(link.carrier for link in links if link.carrier),
        districts=districts,
    )
