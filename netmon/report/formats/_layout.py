"""How is a report laid out on paper?"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from netmon.report.document import Bars, Block, Break, Document, Line, Measured, Table
from netmon.report.formats._pen import Pen
from netmon.report.formats._words import words

WIDE = 108
"""Characters of a row from which on a table is laid across the page."""
DENSE = 150
"""From here on its letters are smaller as well."""
LONGEST_CELL = 24
"""Characters that a cell counts for at most: longer text goes over several lines."""
FULL = 92
"""Characters of a row from which on nothing is left over on an upright page."""
NARROWEST = 8
SHORT = 18
"""Characters up to which a value is never broken."""
LONGEST_LINE = 60
"""Characters for which a column of long text is made wider."""
FITTING = (26, 20, 14)
"""Characters up to which a column has the width that it needs: the first that leaves the long ones enough."""
GAP, LEAST = 2, 14
"""Characters beside what stands in a column, and that a column of long text has at least, where no program helps."""
LEAVING, LEAVING_DENSE = 100, 138
"""Characters that these take at most, of the 160 of a page that lies on its side, or of its 190 smaller ones."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands between two page breaks; `wide`: on pages that lie on their side."""

    blocks: Sequence[Block]
    wide: bool


def sections(document: Document, pen: Pen) -> list[Section]:
    """The document, cut where a page begins; at least one."""
    parts: list[list[Block]] = [[]]
    for block in document.blocks:
        if isinstance(block, Break):
            parts.append([])
        else:
            parts[-1].append(block)
    return [Section(part, _is_wide(part, pen)) for part in parts if part] or [Section((), False)]


def _is_wide(blocks: Sequence[Block], pen: Pen) -> bool:
    return any(isinstance(block, Table) and sum(_longest(block, pen)) > WIDE for block in blocks)


def is_dense(table: Table, pen: Pen) -> bool:
    """Whether a table fits in small letters only."""
    return sum(_longest(table, pen)) > DENSE


def widths(table: Table, pen: Pen) -> list[int]:
    """For each column 0 = as wide as it needs, or its part of what is left. Short ones never break; where all fit, the
    last one of text has what is left over."""
    longest = _longest(table, pen, LONGEST_LINE)
    if sum(longest) > WIDE and max(longest) > FITTING[0]:
        room = LEAVING_DENSE if is_dense(table, pen) else LEAVING
        kept = next((most for most in FITTING if _kept(longest, most) <= room), FITTING[-1])
        return [0 if length <= kept else length for length in longest]
    if sum(longest) > (FULL if sum(longest) <= WIDE else DENSE * FULL // WIDE):
        return [0] * len(longest)
    left_over = max((number for number, column in enumerate(table.columns) if not column.right), default=0)
    return [int(number == left_over) for number in range(len(longest))]


def parts(table: Table, pen: Pen, letters: int) -> list[float]:
    """For each column its part of a page of so many letters, where a program does not find it out by itself. Short
    columns have what they need; long ones share the rest, and go over several lines."""
    longest = [length + GAP for length in _longest(table, pen, LONGEST_LINE)]
    most = next((one for one in FITTING if _kept(longest, one) + LEAST * _beyond(longest, one) <= letters), None)
    if sum(longest) <= letters or most is None:
        return [length / sum(longest) for length in longest]
    kept = _kept(longest, most)
    rest = sum(longest) - kept
    return [(length if length <= most else length * (letters - kept) / rest) / letters for length in longest]


def _beyond(longest: Sequence[int], most: int) -> int:
    return sum(length > most for length in longest)


def _kept(longest: Sequence[int], most: int) -> int:
    return sum(length for length in longest if length <= most)


def heads(table: Table, pen: Pen) -> list[list[str]]:
    """The lines of each column's heading: it does not make a column wider than what stands in it."""
    lengths = _longest(table, pen)
    return [
        textwrap.wrap(column.head, max(length - 2, NARROWEST), break_long_words=False, break_on_hyphens=False)
        for column, length in zip(table.columns, lengths, strict=True)
    ]


def _longest(table: Table, pen: Pen, most: int = LONGEST_CELL) -> list[int]:
    """Characters that each column would like to have, and two between them. A heading may break between words."""
    columns = [max((len(word) for word in column.head.split()), default=0) for column in table.columns]
    for line in (*table.rows, table.total or ()):
        for place, cell in enumerate(line):
            columns[place] = max(columns[place], len(pen.cell(cell)))
    return [min(length, most) + 2 for length in columns]


def last_row(table: Table, pen: Pen) -> list[str]:
    """What stands in the row that adds up: nothing where there is nothing to be added up."""
    columns = zip(table.columns, table.total or (), strict=True)
    return ["" if cell is None and not column.right else pen.cell(cell) for column, cell in columns]


def is_short(text: str) -> bool:
    """Whether it stays on one line wherever it stands."""
    return len(text) <= SHORT


def share_of_width(value: float, bars: Bars) -> float:
    """How much of the whole width a bar takes, in percent."""
    whole = max([bars.limit or 0.0, *(value for _, value, _ in bars.rows)])
    return round(100 * min(max(value / whole, 0.0), 1.0), 2) if whole > 0 else 0.0


def limit_note(block: Bars | Line, pen: Pen) -> str | None:
    """How the limit is drawn and what it is, beside the title; None if there is none."""
    if block.limit is None:
        return None
    sign = "│" if isinstance(block, Bars) else "- -"
    return f"({sign} {words(pen.language)['limit']}: {pen.cell(Measured(block.limit, block.unit))})"
