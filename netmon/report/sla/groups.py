"""Under which line, site, carrier, area or level does a second of a line stand?

By the structure of the date it stands where the ledger has it in that second. By the structure of today it stands
where its line or site belongs now: what a site had before it was merged stands under the site that took its place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from netmon.decide.ledger.facts import Facts, Subject
from netmon.decide.ledger.owners import Owner, histories
from netmon.decide.telling.words import Speaker
from netmon.model import Inventory
from netmon.report.asked import Grouping, Structure
from netmon.settings.letters import slug


@dataclass(frozen=True, slots=True)
class Groups:
    """`heirs`: the site of today by the id of one that it took the place of. `carriers`: by line the last one of its
    history, corrections included."""

    inventory: Inventory
    structure: Structure
    heirs: Mapping[str, str]
    carriers: Mapping[str, str | None]

    def key(self, by: Grouping, of: Subject, name: str, owner: Owner) -> str | None:
        """The group of a second in which `owner` had this line or site; None: the network's own lines."""
        if by == "link":
            return name
        if of == "site":
            owner = owner._replace(site=name)
        place = owner if self.structure == "date" else self._today(of, name, owner)
        match by:
            case "site":
                return place.site
            case "carrier":
                return place.carrier
            case "area":
                return place.area
            case "level":
                return place.level

    def order(self, by: Grouping, keys: Iterable[str | None]) -> list[str | None]:
        """As the inventory lists them; then what it does not know, by id; the network's own last."""
        places = {key: n for n, key in enumerate(self._listed(by))}
        return sorted(keys, key=lambda key: (key is None, places.get(key or "", len(places)), key or ""))

    def _listed(self, by: Grouping) -> Iterable[str]:
        inventory = self.inventory
        match by:
            case "link":
                return inventory.links
            case "site":
                return inventory.sites
            case "carrier":
                return inventory.carriers
            case "area":
                return dict.fromkeys(site.area for site in inventory.sites.values() if site.area)
            case "level":
                return inventory.levels

    def _today(self, of: Subject, name: str, owner: Owner) -> Owner:
        line = self.inventory.links.get(name) if of == "link" else None
        key = owner.site if line is None else line.site
        key = self.heirs.get(key, key)
        site = self.inventory.sites.get(key)
        carrier = self.carriers.get(name, owner.carrier) if of == "link" else None
        if site is None:
            return owner._replace(site=key, carrier=carrier)
        return owner._replace(site=key, carrier=carrier, area=site.area, level=site.level)


def groups(inventory: Inventory, facts: Facts, structure: Structure, speaker: Speaker, today: date) -> Groups:
    """What is grouped by this structure. `today`: the day up to which a successor may have taken its place."""
    prefixes = [
        prefix for level in inventory.levels for prefix in speaker.phrases.get("prefixes", level).split("|") if prefix
    ]
    last = {name: history.owners[-1].carrier for (of, name), history in histories(facts).items() if of == "link"}
    return Groups(inventory, structure, heirs(inventory, today, prefixes), last)


def heirs(inventory: Inventory, today: date, prefixes: Iterable[str] = ()) -> dict[str, str]:
    """By each site that another one took the place of, the last of those that followed it.

    `successor` says so where the old site still stands in the inventory. Where it does not, a site whose former names
    (`formerly`) give its id, with or without `Xã` and the like, is its heir, unless several claim it.
    """
    next_ = {
        site.id: site.successor
        for site in inventory.sites.values()
        if site.successor is not None and (site.valid.until is None or site.valid.until <= today)
    }
    claims: dict[str, set[str]] = {}
    for site in inventory.sites.values():
        for name in site.formerly:
            for id_ in _ids(name, prefixes) - inventory.sites.keys():
                claims.setdefault(id_, set()).add(site.id)
    next_ |= {id_: next(iter(sites)) for id_, sites in claims.items() if len(sites) == 1}
    return {id_: _last(id_, next_) for id_ in next_}


def _ids(name: str, prefixes: Iterable[str]) -> set[str]:
    """What a site of this name may have as its id: the name itself, or made of it."""
    whole = slug(name)
    return {name, whole, *(whole.removeprefix(f"{slug(prefix)}-") for prefix in prefixes)} - {""}


def _last(id_: str, next_: Mapping[str, str]) -> str:
    """The end of the chain; of a circle, the last one before it closes."""
    seen = [id_]
    while seen[-1] in next_ and next_[seen[-1]] not in seen:
        seen.append(next_[seen[-1]])
    return seen[-1]
