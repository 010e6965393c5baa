"""What is there, what does the inventory leave open, and how good was each connection?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from netmon.decide.ledger.book import Ledger, book
from netmon.decide.ledger.totals import Total, total
from netmon.decide.telling.words import clean
from netmon.errors import NotRunning
from netmon.model import Inventory, Link, Site
from netmon.report.asked import Asked, Option
from netmon.report.document import Block, Break, Cell, Document, Share, Table, Text
from netmon.report.measured import share
from netmon.report.pen import Pen, document, pen
from netmon.report.sources import Sources
from netmon.report.words.inventory import WORDS

TAKES: frozenset[Option] = frozenset()
"""What else may be asked."""

MISSING = (
    "site_contact", "site_place", "site_power", "device_address", "link_carrier", "link_circuit", "link_bandwidth",
    "link_contract",
)  # fmt: skip


def write(asked: Asked, sources: Sources) -> Document:
    """Sites, lines and devices in numbers, what is missing, and a row for each connection. JournalError."""
    writes = pen(WORDS, asked, sources)
    missing = list(gaps(sources.inventory))
    blocks: list[Block] = [
        _sites(writes),
        _lines(writes),
        _devices(writes),
        _missing_sums(missing, writes),
        Break(writes.say("connections")),
        _connections(_quality(asked, sources), writes),
        Text(writes.say("how"), small=True),
        Break(writes.say("missing")),
        _missing(missing, writes),
    ]
    return document("inventory", writes, asked, blocks, grouped=writes.say("grouped"))


def gaps(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """(what, id) of each thing that the inventory does not say; the site above everything has no line to rent."""
    for site in inventory.sites.values():
        found = {"site_contact": site.contacts, "site_place": site.at, "site_power": site.power}
        yield from ((what, site.id) for what, said in found.items() if not said)
    yield from (("device_address", device.id) for device in inventory.devices.values() if not device.address)
    for link in inventory.links.values():
        promised = link.carrier is None or link.contract.availability is not None
        said = {"link_carrier": link.carrier, "link_circuit": link.circuit, "link_bandwidth": link.bandwidth}
        yield from ((what, link.id) for what, one in said.items() if not one)
        if not promised:
            yield "link_contract", link.id


def _quality(asked: Asked, sources: Sources) -> Mapping[str, Total]:
    """The totals of each site; without a journal there are none."""
    try:
        facts = sources.facts(asked.since, asked.until)
    except NotRunning:
        return {}
    ledger: Ledger = book(facts, asked.since, asked.until, ("site",))
    return {name: total(intervals) for (_, name), intervals in ledger.items()}


def _sites(writes: Pen) -> Table:
    counts = Counter((site.level, site.area) for site in writes.inventory.sites.values())
    order = list(writes.inventory.levels)
    rows = [
        (writes.level(level), writes.area(area) or writes.say("no_area"), counts[level, area])
        for level, area in sorted(counts, key=lambda one: (order.index(one[0]), one[1]))
    ]
    columns = writes.columns("level", "area", "sites>")
    last = (writes.say("total"), None, counts.total())
    return Table(key="sites", title=writes.say("sites"), columns=columns, rows=rows, total=last)


def _lines(writes: Pen) -> Table:
    groups: dict[tuple[str, str | None], list[Link]] = {}
    for link in writes.inventory.links.values():
        groups.setdefault((link.kind, link.carrier), []).append(link)
    ranked = sorted(groups.items(), key=lambda one: (one[0][0], one[0][1] is None, one[0][1] or ""))
    rows = [(writes.speaker.kind(links[0]), writes.carrier(key[1]), *_sum(links)) for key, links in ranked]
    return Table(
        key="lines",
        title=writes.say("lines"),
        columns=writes.columns("kind", "carrier", "count>", "bandwidth>", "contract>"),
        rows=rows,
        total=(writes.say("total"), None, *_sum(list(writes.inventory.links.values()))) if rows else None,
        empty=writes.say("nothing"),
    )


def _sum(links: Sequence[Link]) -> tuple[int, float | None, int]:
    """How many, how much bandwidth together in Mbit/s (None if it is known of none), how many with a promise."""
    bits = sum(link.bandwidth or 0 for link in links)
    return len(links), bits / 1e6 if bits else None, sum(link.contract.availability is not None for link in links)


def _devices(writes: Pen) -> Table:
    devices = writes.inventory.devices.values()
    counts = Counter(device.role for device in devices)
    reached = Counter(device.role for device in devices if device.address)
    rows = [
        (_role(role, writes), counts[role], reached[role])
        for role in sorted(counts, key=lambda one: (-counts[one], one))
    ]
    return Table(
        key="devices",
        title=writes.say("devices"),
        columns=writes.columns("role", "count>", "address>"),
        rows=rows,
        total=(writes.say("total"), counts.total(), reached.total()),
    )


def _role(role: str, writes: Pen) -> str:
    return writes.say(f"role_{role}") if writes.knows(f"role_{role}") else clean(role) or writes.say("no_role")


def _missing_sums(missing: Sequence[tuple[str, str]], writes: Pen) -> Table:
    counts = Counter(what for what, _ in missing)
    rows = [(writes.say(f"what_{what}"), counts[what]) for what in MISSING if counts[what]]
    return Table(
        key="missing_sums",
        title=writes.say("missing"),
        columns=writes.columns("what", "count>"),
        rows=rows,
        empty=writes.say("none_missing"),
    )


def _missing(missing: Sequence[tuple[str, str]], writes: Pen) -> Table:
    ranked = sorted(missing, key=lambda one: MISSING.index(one[0]))
    return Table(
        key="missing",
        title=writes.say("missing"),
        columns=writes.columns("what", "thing", "id"),
        rows=[(writes.say(f"what_{what}"), writes.thing(key), clean(key)) for what, key in ranked],
        empty=writes.say("none_missing"),
    )


def _connections(quality: Mapping[str, Total], writes: Pen) -> Table:
    keys = (
        "site", "level", "area", "since", "channels>", "backup>", "bandwidth>", "carriers", "availability>",
        "measured>", "contact",
    )  # fmt: skip
    rows = [_connection(site, quality.get(site.id), writes) for site in writes.inventory.sites.values() if site.uplinks]
    return Table(
        key="connections",
        title=writes.say("connections"),
        columns=writes.columns(*keys),
        rows=rows,
        empty=writes.say("nothing"),
    )


def _connection(site: Site, found: Total | None, writes: Pen) -> Sequence[Cell]:
    links = [writes.inventory.links[key] for key in site.uplinks]
    primary = [link for link in links if link.role == "primary"]
    bits = sum(link.bandwidth or 0 for link in primary)
    ratio = None if found is None else found.availability
    seen = None if found is None else share([found])
    return (
        writes.name(site.id),
        writes.level(site.level),
        writes.area(site.area),
        f"{site.valid.since:%d/%m/%Y}" if site.valid.since is not None else None,
        len(links),
        len(links) - len(primary),
        bits / 1e6 if bits else None,
        ", ".join(dict.fromkeys(writes.carrier(link.carrier) for link in links)),
        None if ratio is None else Share(ratio),
        None if seen is None else Share(seen),
        writes.contact(site.id),
    )
