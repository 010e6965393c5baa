"""What a report on availability has to say, counted second by second as the definitions in the guide have it.

Nothing of netmon/report/sla or of the ledger's code is used: the ledger's own oracle says what is true of one second of
one line, and here those seconds are counted one at a time. A month is counted in steps between which nothing changes.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from netmon.decide.ledger.facts import Asset, Facts, Subject
from netmon.model import Carrier, Contract, Device, Inventory, Link, Site, Valid
from tests.ledger_oracle import DEVICES, LINKS, SITES, Oracle, Said

TODAY = date(2026, 11, 1)
FAULTS = ("carrier", "unit", "power", "force_majeure", "unclear")


@dataclass(frozen=True)
class Second:
    """`weight` seconds from `at` on, of which the same is true."""

    line: str
    at: int
    weight: int
    said: Said


@dataclass(frozen=True)
class Counted:
    """A group: seconds by column; down by fault, confirmed and proposed; the lengths of outages that began in it."""

    columns: Counter[str]
    confirmed: Counter[str]
    proposed: Counter[str]
    lengths: list[int]


@dataclass(frozen=True)
class Owed:
    """A line of a carrier: what is promised, what was missed."""

    promised: float
    down: int
    allowed: int
    confirmed: int
    proposed: int

    @property
    def due(self) -> int:
        return max(0, self.confirmed - self.allowed)

    @property
    def pending(self) -> int:
        return max(0, self.confirmed + self.proposed - self.allowed) - self.due


@dataclass
class Brute:
    """A period of a history, in a province. `heirs`: what the sites of old are today, as the test made them; `of`:
    whether lines are counted, or sites."""

    facts: Facts
    inventory: Inventory
    heirs: dict[str, str]
    since: int
    until: int
    every_second: bool = True
    of: Subject = "link"

    @cached_property
    def sites(self) -> "Brute":
        """The same of its sites."""
        return replace(self, of="site")

    @cached_property
    def seconds(self) -> list[Second]:
        oracle = Oracle(self.facts)
        moments = list(range(self.since, self.until)) if self.every_second else oracle.moments(self.since, self.until)
        lines = sorted(name for of, name in oracle.subjects(self.since, self.until) if of == self.of)
        return [
            Second(line, at, end - at, oracle.say(self.of, line, at))
            for line in lines
            for at, end in zip(moments, [*moments[1:], self.until], strict=True)
        ]

    def group(self, one: Second, by: str, structure: str) -> str | None:
        site, carrier, _, _, area, level = one.said.owner
        site = one.line if self.of == "site" else site
        if structure == "today":
            line = self.inventory.links.get(one.line)
            site = line.site if line is not None else site
            while site in self.heirs:
                site = self.heirs[site]
            if site in self.inventory.sites:
                area, level = self.inventory.sites[site].area, self.inventory.sites[site].level
            carrier = Oracle(self.facts).owner(self.of, one.line, 10**14)[1]
        return {"link": one.line, "site": site, "carrier": carrier, "area": area, "level": level}[by]

    def counted(self, by: str, structure: str) -> dict[str | None, Counted]:
        found: dict[str | None, Counted] = {}
        outages: dict[tuple[str, int], list[Second]] = {}
        for one in self.seconds:
            key = self.group(one, by, structure)
            into = found.setdefault(key, Counted(Counter(), Counter(), Counter(), []))
            into.columns[one.said.column] += one.weight
            if one.said.outage is not None and one.said.attribution is not None:
                side = into.confirmed if one.said.rulings else into.proposed
                side[one.said.attribution] += one.weight
                outages.setdefault((one.line, one.said.outage), []).append(one)
        for seconds in outages.values():
            key = self.group(seconds[0], by, structure)
            found[key].lengths.append(sum(one.weight for one in seconds))
        return found

    def circuits(self) -> dict[str, Counter[str]]:
        """Seconds by circuit; a line without one under its own id."""
        found: dict[str, Counter[str]] = {}
        for one in self.seconds:
            found.setdefault(one.said.owner[2] or one.line, Counter())[one.said.column] += one.weight
        return found

    def owed(self) -> dict[tuple[str, str], Owed]:
        """By (line, carrier), where a contract says anything."""
        found: dict[tuple[str, str], Owed] = {}
        for line, carrier in {(one.line, one.said.owner[1]) for one in self.seconds}:
            promised = None if carrier is None else self.promised(line, carrier)
            if carrier is None or promised is None:
                continue
            theirs = [one for one in self.seconds if (one.line, one.said.owner[1]) == (line, carrier)]
            down = sum(one.weight for one in theirs if one.said.column == "down")
            measured = down + sum(one.weight for one in theirs if one.said.column == "up")
            missed = [one for one in theirs if one.said.attribution == "carrier"]
            exact = (1 - Decimal(str(promised))) * measured
            found[line, carrier] = Owed(
                promised,
                down,
                int(exact) + (exact != int(exact)),
                sum(one.weight for one in missed if one.said.rulings),
                sum(one.weight for one in missed if not one.said.rulings),
            )
        return found

    def promised(self, line: str, carrier: str) -> float | None:
        now = self.inventory.links.get(line)
        if now is not None and now.carrier == carrier:
            return now.contract.availability
        rows = [row for row in self.facts.assets if (row.id, row.carrier, row.gone) == (line, carrier, False)]
        return rows[-1].promised if rows else None


def worlds(seed: int) -> Iterator[tuple[Inventory, dict[str, str], tuple[Asset, ...]]]:
    """Provinces of today whose past is that of the ledger's oracle, with some of its sites merged into others."""
    chance = random.Random(seed)
    while True:
        gone = set(chance.sample(SITES, chance.randrange(3)))
        heirs = dict.fromkeys(gone, "xa-moi")
        kept = [site for site in SITES if site not in gone or chance.random() < 0.5]
        sites = {name: _site(name, name in gone, chance) for name in kept}
        former = tuple(f"Xã {site.replace('-', ' ').title()}" for site in gone if site not in kept)
        sites["xa-moi"] = replace(_site("xa-moi", False, chance), formerly=former)
        links = {
            name: Link(
                id=name,
                site=site,
                source="cqh-r1",
                target="vy-r1",
                kind=chance.choice(("ftth", "fibre")),
                carrier=chance.choice(("vnpt", "viettel", None)),
                contract=Contract(availability=chance.choice((None, 0.9, 0.95, 0.999, 0.1 + 0.2))),
            )
            for name, site in LINKS.items()
            if site in kept and chance.random() < 0.8
        }
        promises = tuple(
            Asset(of="link", id=name, site=site, promised=chance.choice((None, 0.5, 0.97)))
            for name, site in LINKS.items()
        )
        yield _inventory(sites, links), heirs, promises


def _site(name: str, merged: bool, chance: random.Random) -> Site:
    return Site(
        id=name,
        name=f"Xã {name} “{name[:2]}”",
        level=chance.choice(("commune", "ward")),
        gateway=None,
        area=chance.choice(("", "kv-a", "kv-b", "kv-c")),
        successor="xa-moi" if merged else None,
        valid=Valid(until=chance.choice((None, date(2026, 7, 1), TODAY))),
    )


def _inventory(sites: dict[str, Site], links: dict[str, Link]) -> Inventory:
    return Inventory(
        province="yen-bai",
        levels=("commune", "ward"),
        vantage="cqh-r1",
        anchors=(),
        timezone="Asia/Ho_Chi_Minh",
        sites=sites,
        devices={name: Device(id=name, site=site, role="router") for name, site in DEVICES.items()},
        links=links,
        nodes={},
        services={},
        carriers={"vnpt": Carrier(id="vnpt", name="VNPT Yên Bái"), "viettel": Carrier(id="viettel", name="Viettel")},
        credentials={},
        calendars={},
    )


def promising(facts: Facts, promises: tuple[Asset, ...]) -> Facts:
    """The history, its lines with these promises."""
    by = {row.id: row.promised for row in promises}
    rows = [replace(row, promised=by.get(row.id)) if row.of == "link" else row for row in facts.assets]
    return replace(facts, assets=rows)
