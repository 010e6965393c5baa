"""What stands in the report on availability, from the first page to the last sheet?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from netmon.decide.ledger.book import Ledger, book
from netmon.decide.ledger.facts import ATTRIBUTIONS, Facts
from netmon.decide.ledger.stretches import stretches
from netmon.model import Inventory
from netmon.people import Act
from netmon.report.asked import Asked
from netmon.report.document import Block, Break, Cell, Document, Heading, Lasted, Moment, Share, Table, Text
from netmon.report.document import Facts as Rows
from netmon.report.measured import unread
from netmon.report.pen import Pen, document
from netmon.report.sla.groups import Groups, groups
from netmon.report.sla.promises import carriers, changed, contracts, norms
from netmon.report.sla.sheets import Case, about, apart, ended, rented, sheet
from netmon.report.sla.tables import Figures, figures, label
from netmon.report.sla.tally import Outage, Piece, outages, pieces
from netmon.report.sla.terms import Account, accounts
from netmon.report.words.sla_notes import NOTES, STRUCTURES

LISTED = 500
"""Outages that the register lists one by one, the longest; the rest is added up in a last row."""
SHEETS = 200
"""Confirmation sheets behind a report, of the longest outages; the others' are printed by their incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the report says of the time between `asked.since` and `asked.until`. `acts`: what people said of the
    incidents; `today`: the day of the structure of today."""

    asked: Asked
    inventory: Inventory
    facts: Facts
    acts: Sequence[Act]
    today: date
    writes: Pen


class _Page:
    def __init__(self, of: Material) -> None:
        self.of, self.writes, self.asked = of, of.writes, of.asked
        self.ledger: Ledger = book(of.facts, of.asked.since, of.asked.until, ("site", "link"))
        self.lines: list[Piece] = pieces(self.ledger, "link")
        self.groups: Groups = groups(of.inventory, of.facts, of.asked.structure, of.writes.speaker, of.today)
        self.outages: list[Outage] = outages(self.lines)
        self.accounts: list[Account] = accounts(self.lines, of.inventory, of.facts.assets)
        self.acts: dict[int | None, list[Act]] = {}
        for act in of.acts:
            self.acts.setdefault(act.incident, []).append(act)
        self.lasting: set[tuple[str, int]] = self._lasting()

    def whole(self) -> list[Block]:
        """All of it."""
        asked, writes = self.asked, self.writes
        found = figures(self.lines, asked.by, self.groups, writes)
        blocks: list[Block] = [
            *unread(self.of.facts, asked.until, writes),
            self._summary(found),
            carriers(self.accounts, writes),
            Break(writes.say("part_availability")),
            found.availability("availability"),
        ]
        if asked.by in ("site", "area", "level"):
            sites = figures(pieces(self.ledger, "site"), asked.by, self.groups, writes)
            blocks += [sites.availability("sites"), sites.repairs("site_repairs")]
        blocks += [
            Break(writes.say("part_outages")),
            found.repairs("repairs"),
            found.faults("down_confirmed", confirmed=True),
            found.faults("down_proposed", confirmed=False),
            Break(writes.say("part_promises")),
            contracts(self.accounts, writes),
            *changed(self.accounts, writes),
            norms(self.accounts, writes),
            Break(writes.say("part_register")),
            self._register(),
            Break(writes.say("notes")),
            Heading(writes.say("notes")),
            *_notes(asked, writes),
        ]
        return [*blocks, *self.sheets(self.outages)]

    def sheets(self, of: Sequence[Outage]) -> list[Block]:
        """A sheet for each outage of a rented line, as far as there is room, in the order of time."""
        theirs = rented(of)
        if not theirs:
            return [Text(self.writes.say("no_sheet"))]
        longest = sorted(range(len(theirs)), key=lambda n: (-theirs[n][1].seconds, n))[:SHEETS]
        kept = [theirs[n] for n in sorted(longest)]
        blocks: list[Block] = []
        if len(kept) < len(theirs):
            blocks.append(Text(self.writes.say("sheets_cut", count=len(kept), all=self.writes.shown(len(theirs)))))
        for number, (carrier, outage) in enumerate(kept, 1):
            blocks += sheet(self._case(carrier, outage), number, len(kept), self.asked.since, self.writes)
        return blocks

    def _case(self, carrier: str, outage: Outage) -> Case:
        number = next((piece.interval.incident for piece in outage.pieces if piece.interval.incident is not None), None)
        incident = None if number is None else self.of.facts.incidents.get(number)
        return Case(
            outage=outage,
            carrier=carrier,
            over=None if self._goes_on(outage) else ended(self.ledger, outage),
            apart=apart(self.ledger, outage),
            incident=incident,
            acts=about(self.acts.get(number, ()), incident, carrier, self.writes),
        )

    def _goes_on(self, outage: Outage) -> bool:
        return (outage.name, outage.begin) in self.lasting and ended(self.ledger, outage) == self.asked.until

    def _lasting(self) -> set[tuple[str, int]]:
        """The outages, as (line, beginning), that lasted beyond the end of the period."""
        until = self.asked.until
        last = {one.name for one in self.outages if ended(self.ledger, one) == until}
        states = stretches(one for one in self.of.facts.transitions if one.of == "link" and one.id in last)
        return {(name, one.begin) for (_, name), some in states.items() for one in some if one.end > until}

    def _summary(self, found: Figures) -> Rows:
        """What a director reads, and often nothing else."""
        writes, all_ = self.writes, found.whole
        rented_lines = {piece.name for piece in self.lines if piece.interval.owner.carrier is not None}
        waiting = sum(any(not piece.interval.rulings for piece in one.pieces) for one in self.outages)
        bound = [one for one in self.accounts if one.basis == "contract"]
        period = sum(all_.total.seconds.values())
        rows: list[tuple[str, Cell]] = [
            ("lines", len({piece.name for piece in self.lines})),
            ("rented", len(rented_lines)),
            ("net", None if all_.net is None else Share(all_.net)),
            ("raw", None if all_.raw is None else Share(all_.raw)),
            ("unmeasured_share", Share(all_.total.seconds["unmeasured"] / period) if period else None),
            ("outages", len(self.outages)),
            ("waiting", waiting),
            ("down_total", Lasted(all_.total.seconds["down"])),
            *((f"down_{fault}", Lasted(all_.total.down[fault])) for fault in ATTRIBUTIONS),
            ("bound", len(bound)),
            ("broken", sum(bool(one.beyond) for one in bound)),
            ("due", Lasted(sum(one.due or 0 for one in bound))),
            ("pending", Lasted(sum(one.pending or 0 for one in bound))),
        ]
        return Rows(
            key="summary", title=writes.say("summary"), rows=[(key, writes.say(key), cell) for key, cell in rows]
        )

    def _register(self) -> Table:
        """Every outage, the first to begin first; the shortest of very many are only added up."""
        order = sorted(range(len(self.outages)), key=lambda n: (-self.outages[n].seconds, n))
        listed = [self.outages[n] for n in sorted(order[:LISTED])]
        rest = sum(self.outages[n].seconds for n in order[LISTED:])
        rows = [self._row(one) for one in listed]
        if len(order) > LISTED:
            others = self.writes.say("others", count=self.writes.shown(len(order) - LISTED))
            rows.append((others, None, Lasted(rest), "", "", "", "", "", ""))
        total = (self.writes.say("total"), None, Lasted(sum(one.seconds for one in self.outages)), *[""] * 6)
        return Table(
            key="register",
            title=self.writes.say("register"),
            columns=self.writes.columns(
                "begin", "end", "lasted>", "link", "name", "carrier", "fault", "who", "incident"
            ),
            rows=rows,
            total=total if rows else None,
            empty=self.writes.say("no_outage"),
        )

    def _row(self, outage: Outage) -> tuple[Cell, ...]:
        """One outage in the register."""
        writes, intervals = self.writes, [piece.interval for piece in outage.pieces]
        faults = dict.fromkeys((one.attribution, bool(one.rulings)) for one in intervals)
        told = [(writes.say(f"fault_{fault}"), ruled) for fault, ruled in faults]
        rulings = intervals[-1].rulings
        numbers = dict.fromkeys(one.incident for one in intervals if one.incident is not None)
        return (
            Moment(outage.begin),
            writes.say("goes_on") if self._goes_on(outage) else Moment(ended(self.ledger, outage)),
            Lasted(outage.seconds),
            outage.name,
            label("link", outage.name, writes),
            ", ".join(dict.fromkeys(label("carrier", one.owner.carrier, writes) for one in intervals)),
            ", ".join(text if ruled else writes.say("proposed", fault=text) for text, ruled in told),
            writes.person(rulings[-1].who) if rulings else "",
            ", ".join(f"#{number}" for number in numbers),
        )


def _notes(asked: Asked, writes: Pen) -> list[Block]:
    column = int(asked.language != "vi")
    structure = Text(STRUCTURES[asked.structure][column], small=True)
    return [*(Text(note[column], small=True) for note in NOTES), structure]


def written(of: Material) -> Document:
    """The whole report, or the sheets of the one incident that was asked for."""
    page, writes, asked = _Page(of), of.writes, of.asked
    if asked.id:
        mine = [one for one in page.outages if any(str(piece.interval.incident) == asked.id for piece in one.pieces)]
        told = unread(of.facts, asked.until, writes)
        made = document("sla-sheets", writes, asked, [*told, *page.sheets(mine)])
        return replace(made, id=f"sla-{asked.id}", title=writes.say("sheets_title", id=asked.id))
    structure = writes.say(asked.structure)
    grouped = writes.say("grouped", by=writes.say(f"by_{asked.by}"), structure=structure)
    made = document("sla", writes, asked, page.whole(), grouped=grouped)
    return replace(made, id=f"{made.id}-{asked.by}-{asked.structure}")
