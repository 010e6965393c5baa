"""Are the figures of the report on availability those that anybody gets who counts the seconds?"""

import random
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import COLUMNS, Facts
from netmon.decide.ledger.totals import totals
from netmon.decide.telling.messages import speaker
from netmon.model import Inventory
from netmon.report.asked import Asked, Grouping, Structure
from netmon.report.document import Cell, Document, Lasted, Share, Table
from netmon.report.pen import Pen
from netmon.report.sla.groups import groups
from netmon.report.sla.page import Material, written
from netmon.report.sla.tally import pieces, tallies
from netmon.report.words.sla import WORDS
from netmon.settings.reports import GROUPED
from tests.decide.told import MESSAGES
from tests.ledger_oracle import MONTH, START, history
from tests.report.oracle_sla import FAULTS, TODAY, Brute, promising, worlds

STRUCTURES: tuple[Structure, ...] = ("date", "today")
Settled = tuple[Brute, Callable[[Grouping, Structure], Document]]


def material(facts: Facts, inventory: Inventory, asked: Asked) -> Material:
    writes = Pen(WORDS, speaker(MESSAGES, inventory, asked.language), asked.language, {})
    return Material(asked=asked, inventory=inventory, facts=facts, acts=(), today=TODAY, writes=writes)


def settled(seed: int, length: int, span: int, busy: int, every_second: bool) -> Settled:
    """A random history in a random province: its oracle, and its reports."""
    inventory, heirs, promises = next(worlds(seed))
    facts = promising(history(random.Random(seed), length, busy), promises)
    brute = Brute(facts, inventory, heirs, START, START + span, every_second)

    def report(by: Grouping, structure: Structure) -> Document:
        asked = Asked(since=START, until=START + span, by=by, structure=structure)
        return written(material(facts, inventory, asked))

    return brute, report


def table(document: Document, key: str) -> Table:
    return next(block for block in document.blocks if isinstance(block, Table) and block.key == key)


def cells(found: Table) -> list[dict[str, Cell]]:
    return [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]


def seconds(cell: Cell) -> int:
    assert isinstance(cell, Lasted)
    return cell.seconds


def called(key: str | None, by: Grouping, inventory: Inventory) -> str | None:
    """What the report calls a group: of this province no area is called after a site, and every name is told apart."""
    if key is None:
        return "tự có"
    if key == "":
        return "Không thuộc khu vực nào" if by == "area" else "Không rõ"
    if by == "level":
        return {"commune": "xã"}.get(key, key)
    found = {"site": inventory.sites, "carrier": inventory.carriers}.get(by, {}).get(key)
    return found.name if found is not None else key  # type: ignore[attr-defined]


def check(brute: Brute, document: Document, by: Grouping, structure: Structure) -> None:
    """The tables of lines, and where sites are added up too, those of sites."""
    check_faults(brute, document, by, structure)
    check_times(brute, document, by, structure, ("availability", "repairs"))
    if by in ("site", "area", "level"):
        check_times(brute.sites, document, by, structure, ("sites", "site_repairs"))


def check_times(brute: Brute, document: Document, by: Grouping, structure: Structure, keys: tuple[str, str]) -> None:
    expected = {called(key, by, brute.inventory): one for key, one in brute.counted(by, structure).items()}
    lead = "link" if by == "link" else "name"
    found = {row[lead]: row for row in cells(table(document, keys[0]))}
    assert found.keys() == expected.keys()
    for key, row in found.items():
        columns = expected[key].columns  # type: ignore[index]
        assert {column: seconds(row[column]) for column in COLUMNS} == {column: columns[column] for column in COLUMNS}
        assert sum(columns.values()) > 0
        lost = columns["down"] + columns["maintenance"] + columns["off"]
        assert row["raw"] == (Share(columns["up"] / (columns["up"] + lost)) if columns["up"] + lost else None)
        measured = columns["up"] + columns["down"]
        assert row["net"] == (Share(columns["up"] / measured) if measured else None)
    repaired = {row[lead]: row for row in cells(table(document, keys[1]))}
    assert repaired.keys() == {key for key, one in expected.items() if one.columns["down"]}
    for key, row in repaired.items():
        lengths = expected[key].lengths  # type: ignore[index]
        assert row["outages"] == len(lengths)
        assert row["longest"] == (Lasted(max(lengths)) if lengths else None)
        if lengths:
            assert abs(seconds(row["repair"]) - sum(lengths) / len(lengths)) <= 0.5
        assert seconds(row["confirmed"]) + seconds(row["proposed"]) == seconds(row["down"])


def check_faults(brute: Brute, document: Document, by: Grouping, structure: Structure) -> None:
    expected = {called(key, by, brute.inventory): one for key, one in brute.counted(by, structure).items()}
    lead = "link" if by == "link" else "name"
    for side in ("confirmed", "proposed"):
        blamed = {row[lead]: row for row in cells(table(document, f"down_{side}"))}
        for key, one in expected.items():
            faults = one.confirmed if side == "confirmed" else one.proposed
            row = blamed.get(key, {})
            assert {fault: seconds(row.get(f"of_{fault}", Lasted(0))) for fault in FAULTS} == {
                fault: faults[fault] for fault in FAULTS
            }


def check_promises(brute: Brute, document: Document) -> None:
    names = {"VNPT Yên Bái": "vnpt", "Viettel": "viettel"}
    found = {(str(row["link"]), names[str(row["carrier"])]): row for row in cells(table(document, "contract"))}
    owed = brute.owed()
    assert found.keys() == owed.keys()
    for key, one in owed.items():
        row = found[key]
        assert row["promised"] == Share(one.promised)
        told = ("down", "allowed", "beyond", "theirs_confirmed", "theirs_proposed", "due", "pending")
        expected = (
            one.down,
            one.allowed,
            max(0, one.down - one.allowed),
            one.confirmed,
            one.proposed,
            one.due,
            one.pending,
        )
        assert tuple(seconds(row[column]) for column in told) == expected, key


def check_sums(document: Document) -> None:
    """What stands under a column of lengths or numbers is what the column adds up to."""
    for found in (block for block in document.blocks if isinstance(block, Table) and block.total is not None):
        for n, column in enumerate(found.columns):
            total = found.total[n] if found.total is not None else None
            parts = [row[n] for row in found.rows]
            if isinstance(total, Lasted) and column.key == "longest":
                assert total == max(part for part in parts if isinstance(part, Lasted))
            elif isinstance(total, Lasted) and column.key != "repair":
                assert total.seconds == sum(seconds(part) for part in parts), (found.key, column.key)
            elif isinstance(total, int):
                assert total == sum(part for part in parts if isinstance(part, int)), (found.key, column.key)


@pytest.mark.parametrize("seed", range(3))
def test_minutes_are_what_every_single_second_says(seed: int) -> None:
    brute, report = settled(seed, 100, 100, 4, every_second=True)
    for by in GROUPED["sla"]:
        for structure in STRUCTURES:
            document = report(by, structure)
            check(brute, document, by, structure)
            check_promises(brute, document)
            check_sums(document)


@pytest.mark.parametrize("seed", range(100, 106))
def test_a_month_is_what_its_seconds_say(seed: int) -> None:
    brute, report = settled(seed, MONTH, MONTH, 6, every_second=False)
    for by in GROUPED["sla"]:
        structure = STRUCTURES[seed % 2]
        document = report(by, structure)
        check(brute, document, by, structure)
        check_promises(brute, document)
        check_sums(document)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(2000, 2200))
def test_many_months_are_what_their_seconds_say(seed: int) -> None:
    test_a_month_is_what_its_seconds_say(seed)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), span=st.integers(1, 400))
@example(seed=2029, span=200)  # a line that the inventory never had, and that has a carrier all the same
def test_a_circuit_has_the_same_seconds_however_it_is_grouped(seed: int, span: int) -> None:
    inventory, _, promises = next(worlds(seed))
    facts = promising(history(random.Random(seed), 300, 4), promises)
    ledger = book(facts, START, START + span)
    every = pieces(ledger, "link")
    circuits = totals(ledger, "circuit")
    contracts = set()
    for structure in STRUCTURES:
        grouped = groups(inventory, facts, structure, speaker(MESSAGES, inventory, "vi"), TODAY)
        for by in GROUPED["sla"]:
            for circuit, expected in circuits.items():
                mine = [piece for piece in every if (piece.interval.owner.circuit or piece.name) == circuit]
                found = tallies(mine, by, grouped).values()
                for column in COLUMNS:
                    assert sum(one.total.seconds[column] for one in found) == expected.seconds[column]
                for fault, down in expected.down.items():
                    assert sum(one.confirmed[fault] + one.proposed[fault] for one in found) == down
            asked = Asked(since=START, until=START + span, by=by, structure=structure)
            document = written(material(facts, inventory, asked))
            contracts.add(str(table(document, "contract")) + str(table(document, "register")))
    assert len(contracts) == 1, "what is owed hangs on how it is grouped"


def test_every_second_of_every_line_is_in_the_total_once() -> None:
    brute, report = settled(3, 150, 150, 4, every_second=True)
    document = report("carrier", "date")
    total = table(document, "availability").total
    assert total is not None
    lines = {one.line for one in brute.seconds}
    assert sum(seconds(cell) for cell in total[1:6]) == 150 * len(lines)
    assert document == report("carrier", "date"), "twice the same"
