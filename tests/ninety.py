"""What does the journal of a province look like after three months?

Written directly, as fast as the disk takes it, in the tables' own form: every state, mark, incident and message of a
season with its accidents, a night of storm, hours without netmon, what people said and confirmed, and what the
inventory said. The same arguments write the same journal.
"""

import json
import random
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import apsw

from netmon.decide.ledger.facts import ATTRIBUTIONS, Asset, Correction, Ruling, assets_of
from netmon.decide.rules.state import Row
from netmon.model import Entry, Fact, IncidentEvent, Inventory, Notice
from netmon.people import Act, Case
from netmon.run.journal.codec import Codec
from netmon.run.journal.seam import correct, rule
from netmon.run.journal.sql import Book
from tests import ninety_history
from tests.ninety_accidents import DAY, HOUR, SLEEPERS, Accidents, Event

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
END = datetime(2026, 12, 1, 0, 20, tzinfo=ZONE).timestamp()
"""The last heartbeat: October and November lie whole before it."""
HOURS = 7 * 24
"""Of means that quantiles are taken of."""
TEXT = (
    "[MẤT] {root} mất liên lạc từ 07:00\nHỏng: cả 2 kênh YB-VY-01 (VNPT Yên Bái), YB-VY-02 (Viettel Yên Bái): cổng"
    " Gi0/0/4 của yb-core-1 tắt; {root} không trả lời icmp, snmp suốt 10 s; chưa rõ mất điện hay đứt cáp.\nẢnh hưởng:"
    " 11/14 xã: Châu Quế Thượng, Lang Thíp, Lâm Giang, An Bình, Đông Cuông và 6 xã khác.\nGọi: 1) anh Quân (quản trị"
    " mạng) 0216 000 0101 (hỏi điện); 2) VNPT Yên Bái 0216 000 0001; 3) Viettel Yên Bái 0216 000 0002\n#{number}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """How much happens: days; outages and bad lines a day, and on the day of the storm besides."""

    days: int = 90
    outages: int = 28
    lines: int = 8
    storm: int = 300
    seed: int = 1
    until: float = END


class Lived(NamedTuple):
    """What was written: [since, until) in seconds since the epoch, how many incidents, and what was measured."""

    since: float
    until: float
    incidents: int
    history: ninety_history.History


def write(path: Path, inventory: Inventory, season: Season = Season()) -> Lived:
    """A journal of this season at `path`, closed and whole."""
    since = season.until - season.days * DAY
    accidents = _accidents(inventory, season, since)
    entries = _numbered([*accidents.events, *_facts(inventory, season, since)])
    codec, news = Codec(), [entry for entry in entries if isinstance(entry.body, IncidentEvent)]
    notices = [notice for entry in news for notice in _notices(entry, codec)]
    book = Book(path)
    _said(book, inventory, season, since)
    _lived(book, entries, notices, season, since)
    targets = (*inventory.devices, *inventory.links, *inventory.services)
    book.learn(season.until, dict.fromkeys(targets, (0.02, 1e-6, 3.0, 0.5, 120.0, 7.0)))
    book.roll(list(_means(inventory, season)), season.until - HOURS * HOUR)
    book.close()
    with closing(apsw.Connection(str(path))) as database:
        database.execute("UPDATE notices SET state = 'delivered', tries = 1, changed_at = at + 2")
        database.executemany("INSERT INTO dead (since, until) VALUES (?, ?)", _absences(season, since))
        history = ninety_history.write(database, inventory, since, season.until, season.seed)
    _opinions(path, entries)
    return Lived(since, season.until, accidents.incidents, history)


def _accidents(inventory: Inventory, season: Season, since: float) -> Accidents:
    """Everything that happens, in the order of its days; what would break what is broken does not happen."""
    chance = random.Random(season.seed)
    accidents = Accidents(inventory, chance)
    accidents.begin(since + 2.0)
    offices = [site.id for site in inventory.sites.values() if site.hours != "always"]
    leaves = [site.id for site in inventory.sites.values() if len(site.uplinks) == 1 and site.hours == "always"]
    sleepers = chance.sample(leaves, min(SLEEPERS, len(leaves)))
    for day in range(season.days):
        midnight = since + day * DAY
        plan = [(accidents.outage, chance.uniform(60.0, DAY)) for _ in range(season.outages)]
        plan += [(accidents.line, chance.uniform(60.0, DAY)) for _ in range(season.lines)]
        plan += [(accidents.device, chance.uniform(60.0, DAY)) for _ in range(4)]
        plan += [(accidents.flaps, chance.uniform(60.0, DAY)) for _ in range(2)]
        plan += [(accidents.planned, 22 * HOUR)] if day % 3 == 0 else []
        plan += [(accidents.blind, 4 * HOUR)] if day % 30 == 12 else []
        if day == season.days // 2:
            plan += [(accidents.outage, chance.uniform(14 * HOUR, 23 * HOUR)) for _ in range(season.storm)]
        for happens, at in sorted(plan, key=lambda one: one[1]):
            happens(midnight + at)
        for site in sleepers:
            if chance.random() < 0.6:
                accidents.asleep(site, midnight)
        for site in offices:
            accidents.rest(site, midnight)
    accidents.events = [event for event in accidents.events if event.at < season.until]
    return accidents


def _numbered(events: Iterable[Event]) -> list[Entry]:
    """The lines of the log in order; an incident bears the number of its first one."""
    ordered = sorted(events, key=lambda event: event.at)
    numbers: dict[int, int] = {}
    for seq, event in enumerate(ordered, 1):
        if isinstance(event.body, IncidentEvent) and event.of is not None:
            numbers.setdefault(event.of, seq)
    entries: list[Entry] = []
    for seq, event in enumerate(ordered, 1):
        match event.body:
            case IncidentEvent() as news:
                incident = replace(news.incident, id=numbers[news.incident.id])
                entries.append(Entry(seq, event.at, replace(news, incident=incident)))
            case Act() | Case() as said:
                assert said.incident is not None
                entries.append(Entry(seq, event.at, replace(said, incident=numbers[said.incident])))
            case other:
                entries.append(Entry(seq, event.at, other))
    return entries


def _notices(entry: Entry, codec: Codec) -> Iterable[Notice]:
    """What goes to each who is told, as long as real ones are."""
    assert isinstance(entry.body, IncidentEvent)
    event, incident = entry.body.event, entry.body.incident
    text = TEXT.format(root=incident.root, number=incident.id)
    body = json.dumps({"event": event, "text": text, "incident": codec.pack_incident(incident)})
    for to, by in (("binh", "sms"), ("lan", "zalo")):
        yield Notice(
            id=f"{incident.id}/{event}/{to}/1", event=event, at=entry.at, to=to, incident=incident,
            subject=text.split("\n", 1)[0], text=text, body=body, by=by, address="0912345678",
        )  # fmt: skip


def _said(book: Book, inventory: Inventory, season: Season, since: float) -> None:
    """What the inventory said: in the first half one line had another carrier, one another number, three communes were
    of another area; and one line was not there on the first days."""
    now = assets_of(inventory)
    lines = [asset for asset in now if asset.of == "link" and asset.carrier is not None][:3]
    then: dict[Asset, Asset] = {}
    if len(lines) == 3:
        then = {lines[0]: replace(lines[0], carrier="viettel" if lines[0].carrier != "viettel" else "vnpt")}
        then |= {lines[1]: replace(lines[1], circuit="YB-CU-01")}
    communes = [asset.id for asset in now if asset.of == "site" and asset.area][:3]
    then |= {asset: replace(then.get(asset, asset), area="kv-cu") for asset in now if asset.site in communes}
    book.note_assets(since, [then.get(asset, asset) for asset in now if asset not in lines[2:]])
    book.note_assets(since + season.days / 3 * DAY, [then.get(asset, asset) for asset in now])
    book.note_assets(since + season.days / 2 * DAY, now)


def _lived(book: Book, entries: Sequence[Entry], notices: Sequence[Notice], season: Season, since: float) -> None:
    """Day by day, and each week the log is folded; the last time twenty minutes before the end."""
    first = told = 0
    for day in range(season.days):
        night = since + (day + 1) * DAY - (1200.0 if day == season.days - 1 else 0.0)
        last = bisect_left(entries, night, key=lambda entry: entry.at)
        heard = bisect_left(notices, night, key=lambda notice: notice.at)
        book.write(entries[first:last], notices[told:heard])
        first, told = last, heard
        if day % 7 == 6 or day == season.days - 1:
            book.snapshot(night)
    book.write(entries[first:], notices[told:])
    book.beat(season.until)


def _absences(season: Season, since: float) -> list[tuple[float, float]]:
    """A restart each week, and each month most of an hour without power."""
    weeks = [since + day * DAY + 9 * HOUR for day in range(3, season.days, 7)]
    return [(at, at + (3000.0 if n % 4 == 1 else 20.0)) for n, at in enumerate(weeks)]


def _facts(inventory: Inventory, season: Season, since: float) -> Iterable[Event]:
    """What is known of each device's ports, and some changes a day."""
    chance, metric, devices = random.Random(season.seed), "netmon_if_info", list(inventory.devices)
    full = (("alias", ""), ("duplex", "full"))
    for device in devices:
        begun = Fact(target=device, metric=metric, news="begun", values=(("alias", "text"), ("duplex", "text")))
        yield Event(since + 5.0, begun)
        for n in range(10):
            yield Event(since + 5.0, Fact(target=device, metric=metric, news="known", key=_port(n), values=full))
    for n in range(season.days * 15):
        device, values = chance.choice(devices), (("alias", f"đi xã {n}"), ("duplex", "full"))
        fact = Fact(target=device, metric=metric, news="changed", key=_port(n % 10), values=values, old=full)
        yield Event(since + DAY / 15 * (n + 0.5), fact)


def _port(number: int) -> tuple[tuple[str, str], ...]:
    return (("if_name", f"Gi0/0/{number}"),)


def _means(inventory: Inventory, season: Season) -> Iterable[Row]:
    """A week of the use of each line whose ports are asked, both ways."""
    chance, hour = random.Random(season.seed), int(season.until // HOUR)
    for quantity, link, way in ninety_history.series(inventory):
        for n in range(HOURS if quantity == "use" else 0):
            means = tuple(chance.random() for _ in range(12))
            yield Row("netmon_link_use_ratio", (link, (way,)), hour - n, means)


def _opinions(path: Path, entries: Sequence[Entry]) -> None:
    """Each 25th outage of a line or site is confirmed by somebody, and one line's carrier is put right."""
    bodies = (entry.body for entry in entries)
    over = [one.incident for one in bodies if isinstance(one, IncidentEvent) and one.event == "resolved"]
    lines = [one for one in over if one.kind == "outage" and one.links]
    for n, one in enumerate(lines[::25]):
        whose, moment = ATTRIBUTIONS[n % len(ATTRIBUTIONS)], int(one.opened_at) + 30
        said = Ruling(
            at=one.opened_at + DAY, who="Lan", why=f"biên bản {n}", of="link", id=one.links[0], moment=moment,
            attribution=whose,
        )  # fmt: skip
        rule(path, said)
    if lines:
        at = int(lines[0].opened_at)
        put = Correction(
            at=at + DAY, who="Quân", why="hợp đồng 12", link=lines[0].links[0], field="circuit", since=at, value="YB-12"
        )
        correct(path, put)
