"""Months of a small province, written into a journal as the service writes it; and what reports of them say."""

import asyncio
import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import nan
from pathlib import Path
from typing import Literal

from netmon.decide.history import STEP, Curve
from netmon.decide.ledger.facts import Ruling, assets_of
from netmon.model import Cause, Entry, Incident, IncidentEvent, Inventory, Kind, Mark, Standing, State, Transition
from netmon.people import Act
from netmon.report import document
from netmon.report.asked import Asked
from netmon.report.document import Block, Cell, Document, Facts, Table
from netmon.report.sources import Sources
from netmon.run.journal import history as journal_history
from netmon.run.journal.seam import open_inline, rule
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from tests.conftest import ROOT
from tests.decide.desk.office import ZONE

CAUSES: tuple[Cause, ...] = ("power", "fibre", "carrier", "device", "unknown")
COMMUNES = ("mill", "ford", "hill", "lake", "moor")


def at(text: str) -> int:
    """Seconds since the epoch of a local time such as `2026-10-05 22:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


SEPTEMBER, OCTOBER, NOVEMBER = (at(f"2026-{month}-01") for month in ("09", "10", "11"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Something that broke, [since, until) (None: it is still so); and what people said of it, how many seconds later.

    The site or the line that is the root was down meanwhile; of a site, its first line too.
    """

    root: str
    since: int
    until: int | None
    kind: Kind = "outage"
    cause: Cause = "power"
    affected: tuple[str, ...] = ()
    taken: int | None = None
    ticket: str = ""
    false: bool = False


@cache
def province() -> Project:
    """The little province."""
    return load(ROOT / "tests" / "desk")


def sources(folder: Path, inventory: Inventory | None = None) -> Sources:
    """The little province, with its journal in this folder."""
    project = province()
    config = replace(project.config, data=folder)
    return Sources(replace(project, config=config, inventory=inventory or project.inventory))


def october(language: Language = "en", theirs: Path | None = None) -> Asked:
    """A report of October 2026."""
    return Asked(since=OCTOBER, until=NOVEMBER, month="2026-10", by="area", language=language, theirs=theirs)


def write(
    where: Sources, breaks: Iterable[Broken], marks: Sequence[Mark] = (), since: int = SEPTEMBER, until: int = NOVEMBER
) -> dict[int, Broken]:
    """Write the journal, in which all was up from `since` on; what broke, by the number of its incident."""
    return asyncio.run(_write(where, list(breaks), marks, since, until))


async def _write(
    where: Sources, breaks: list[Broken], marks: Sequence[Mark], since: int, until: int
) -> dict[int, Broken]:
    inventory, found = where.inventory, dict[int, Broken]()
    where.journal.parent.mkdir(parents=True, exist_ok=True)
    journal = open_inline(where.journal)
    await journal.note_assets(float(since), assets_of(inventory))
    told: list[tuple[float, int, Entry]] = []
    for of, names in (("site", inventory.sites), ("link", inventory.links)):
        told += [(since, 0, Entry(0, since, _step(of, name, since, State.UP))) for name in names]
    for number, one in enumerate(breaks, start=10_000):
        found[number] = one
        told += [(entry.at, number, entry) for entry in _told(one, number, inventory)]
    told += [(one.until or one.since, 0, Entry(0, one.until or one.since, one)) for one in marks]
    told.sort(key=lambda pair: pair[:2])
    await journal.write([entry._replace(seq=n) for n, (_, _, entry) in enumerate(told, start=1)])
    await journal.beat(float(until))
    await journal.close()
    return found


def _told(one: Broken, number: int, inventory: Inventory) -> Iterable[Entry]:
    """The entries of something that broke, its incident by the number that it is to have."""
    site = inventory.sites.get(one.root)
    line = () if site is None else site.uplinks[:1]
    incident = Incident(
        id=number, kind=one.kind, severity="critical", root=one.root, seat=one.root, state="open", cause=one.cause,
        opened_at=one.since, affected=one.affected, links=line,
    )  # fmt: skip
    lost: list[tuple[str, str]] = [("link", name) for name in line]
    if one.kind in ("outage", "redundancy_lost") and (site is not None or one.root in inventory.links):
        lost.append(("site" if site is not None else "link", one.root))
    yield Entry(0, one.since, IncidentEvent(event="opened", at=one.since, incident=incident))
    yield from (Entry(0, one.since, _step(of, name, one.since, State.DOWN)) for of, name in lost)
    said = [("ack", one.taken, ""), ("ticket", one.taken if one.ticket else None, one.ticket)]
    said.append(("false", 60 if one.false else None, "dust"))
    for verb, after, text in said:
        if after is not None:
            act = Act(verb=verb, who="an", at=one.since + after, incident=number, text=text)  # type: ignore[arg-type]
            yield Entry(0, one.since + after, act)
    if one.until is not None:
        over = replace(incident, state="resolved", resolved_at=one.until)
        yield Entry(0, one.until, IncidentEvent(event="resolved", at=one.until, incident=over))
        yield from (Entry(0, one.until, _step(of, name, one.until, State.UP)) for of, name in lost)


def _step(of: str, name: str, at: float, state: State) -> Transition:
    of_what: Literal["site", "link"] = "site" if of == "site" else "link"
    return Transition(id=name, of=of_what, at=at, old=Standing(State.UNKNOWN, 0.0), new=Standing(state, at))


def use(where: Sources, curves: Sequence[Curve]) -> None:
    """Write how full lines were into a journal that is there, as the service does: five minutes by five minutes."""
    asyncio.run(_use(where, curves))


async def _use(where: Sources, curves: Sequence[Curve]) -> None:
    journal = open_inline(where.journal)
    first = min(one.begins for one in curves) // STEP
    last = max(one.begins // STEP + len(one.means) for one in curves)
    padded = [
        [nan] * (one.begins // STEP - first) + [*one.means] + [nan] * (last - one.begins // STEP - len(one.means))
        for one in curves
    ]
    keys = [(one.quantity, one.of, one.direction) for one in curves]
    fives = [(five, array("f", means)) for five, means in enumerate(zip(*padded, strict=True), start=first)]
    await journal.within(lambda database: journal_history.keep(database, journal_history.Fives(keys, fives)))
    await journal.close()


def note(where: Sources, at: float) -> None:
    """The inventory says what it says now, from then on."""
    asyncio.run(_note(where, at))


async def _note(where: Sources, at: float) -> None:
    journal = open_inline(where.journal)
    await journal.note_assets(at, assets_of(where.inventory))
    await journal.close()


def confirm(where: Sources, broken: Broken, fault: Literal["carrier", "unit", "force_majeure"]) -> None:
    """Somebody says whose fault an outage was."""
    of: Literal["site", "link"] = "site" if broken.root in where.inventory.sites else "link"
    moment = broken.since + 1
    rule(
        where.journal,
        Ruling(at=moment + 9.0, who="an", why="asked", of=of, id=broken.root, moment=moment, attribution=fault),
    )


def months(chance: random.Random, count: int = 60) -> list[Broken]:
    """So many things that broke from September to November, one after another at each site and line."""
    found: list[Broken] = []
    for root in (*COMMUNES, "mill/2"):
        now = SEPTEMBER + chance.randrange(86400)
        for _ in range(count // 6):
            begins = now + chance.randrange(600, 9 * 86400)
            ends = begins + chance.choice((30, 600, 7200, 90_000)) + chance.randrange(60)
            if ends >= NOVEMBER - 60:
                break
            line = root == "mill/2"
            found.append(
                Broken(
                    root=root,
                    since=begins,
                    until=ends,
                    kind="redundancy_lost" if line else "outage",
                    cause=chance.choice(CAUSES),
                    affected=("mill",) if line else (root,),
                    taken=chance.choice((None, 30, 600)),
                    ticket=chance.choice(("", "T-1")),
                    false=chance.random() < 0.1,
                )
            )
            now = ends
        if chance.random() < 0.5:
            found.append(Broken(root=root, since=now + 60, until=None, affected=(root,)))
    return found


def table(found: Document, key: str) -> Table:
    """One of its tables."""
    return next(block for block in found.blocks if isinstance(block, Table) and block.key == key)


def facts(found: Document, key: str = "sums") -> dict[str, Cell]:
    """Its labelled values, by key."""
    [block] = [block for block in found.blocks if isinstance(block, Facts) and block.key == key]
    return {key: cell for key, _, cell in block.rows}


def column(shown: Table, key: str) -> list[Cell]:
    """The cells of a column."""
    place = [one.key for one in shown.columns].index(key)
    return [row[place] for row in shown.rows]


def rows(shown: Table) -> list[dict[str, Cell]]:
    """The rows by the keys of their columns."""
    keys = [one.key for one in shown.columns]
    return [dict(zip(keys, row, strict=True)) for row in shown.rows]


def words(found: Document) -> Iterable[str]:
    """All that people read in it."""
    yield from (found.title, found.subtitle, found.issuer)
    for block in found.blocks:
        yield from _words(block)


def _words(block: Block) -> Iterable[str]:
    match block:
        case document.Table():
            yield from (block.title, block.empty, *(one.head for one in block.columns))
            yield from (cell for row in (*block.rows, block.total or ()) for cell in row if isinstance(cell, str))
        case document.Facts():
            yield from (
                block.title,
                *(part for _, label, cell in block.rows for part in (label, cell) if isinstance(part, str)),
            )
        case document.Text() | document.Heading():
            yield block.text
        case document.Bars():
            yield from (block.title, *(label for label, _, _ in block.rows))
        case document.Signatures():
            yield from block.whose
        case document.Break():
            yield block.sheet
        case document.Line():
            yield block.title
