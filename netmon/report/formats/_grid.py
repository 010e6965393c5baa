"""How does a report look as sheets of rows and columns?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from netmon.report.document import (
    Bars,
    Block,
    Break,
    Cell,
    Document,
    Facts,
    Heading,
    Line,
    Measured,
    Moment,
    Signatures,
    Table,
    Text,
    Tone,
)
from netmon.report.formats._pen import plain
from netmon.report.formats._words import words
from netmon.settings.config import Language

Role = Literal["title", "part", "text", "small", "head", "row", "total"]
"""What a row is, from which its looks follow."""

LONGEST_NAME = 31
"""Characters that the name of a sheet may have."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from the left; `right`: the places of those that stand to the right."""

    cells: Sequence[Cell]
    role: Role = "row"
    tone: Tone = ""
    right: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sheet:
    """A sheet with its name, which no other has."""

    name: str
    rows: list[Row] = field(default_factory=list)


def sheets(document: Document) -> list[Sheet]:
    """The report as sheets, the first one called as an overview is: titles are too long for that. A break without a
    name is one on paper only."""
    first = [Row((document.title,), "title"), Row((document.subtitle,), "text"), Row((document.issuer,), "text")]
    found = [Sheet(words(document.language)["first"], first)]
    for block in document.blocks:
        if isinstance(block, Break) and block.sheet:
            found.append(Sheet(_name(block.sheet, [sheet.name for sheet in found])))
            continue
        rows = list(_rows(block, document.language))
        if rows and found[-1].rows:
            found[-1].rows.append(Row(()))
        found[-1].rows += rows
    return found


def _name(wanted: str, taken: Sequence[str]) -> str:
    """A name that a workbook allows; with a number where there is another one like it."""
    base = plain(wanted).translate(_FORBIDDEN).strip().strip("'")[:LONGEST_NAME].strip() or "1"
    used, number, name = {one.casefold() for one in taken}, 2, base
    while name.casefold() in used or name.casefold() == "history":  # a name that is reserved
        tail = f" ({number})"
        name, number = base[: LONGEST_NAME - len(tail)] + tail, number + 1
    return name


def _rows(block: Block, language: Language) -> Iterator[Row]:
    match block:
        case Table():
            yield from _table(block)
        case Facts():
            yield from _title(block.title)
            yield from (Row((label, value)) for _, label, value in block.rows)
        case Text():
            yield Row((block.text,), "small" if block.small else "text")
        case Heading():
            yield Row((block.text,), "part")
        case Bars():
            pairs = [(label, value, tone) for label, value, tone in block.rows]
            yield from _head(block, "what", language)
            yield from (Row((label, Measured(value, block.unit)), tone=tone) for label, value, tone in pairs)
            yield from _limit(block, language)
        case Line():
            yield from _head(block, "time", language)
            for at, value in block.points:
                yield Row((Moment(at), None if value is None else Measured(value, block.unit)))
            yield from _limit(block, language)
        case Signatures():
            yield Row(block.whose, "part")


def _table(table: Table) -> Iterator[Row]:
    right = frozenset(number for number, column in enumerate(table.columns) if column.right)
    tones = dict(table.tones)
    yield from _title(table.title)
    yield Row([column.head for column in table.columns], "head", right=right)
    for number, row in enumerate(table.rows):
        yield Row(row, tone=tones.get(number, ""), right=right)
    if not table.rows and table.empty:
        yield Row((table.empty,), "text")
    if table.total is not None:
        yield Row(table.total, "total", right=right)


def _head(block: Bars | Line, first: str, language: Language) -> Iterator[Row]:
    word = words(language)
    yield from _title(block.title)
    yield Row((word[first], word["value"]), "head", right=frozenset({1}))


def _limit(block: Bars | Line, language: Language) -> Iterator[Row]:
    if block.limit is not None:
        yield Row((words(language)["limit"], Measured(block.limit, block.unit)), "total", right=frozenset({1}))


def _title(text: str) -> Iterator[Row]:
    if text:
        yield Row((text,), "part")
