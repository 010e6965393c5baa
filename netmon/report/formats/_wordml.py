"""How does a table of a report become one of a text for an office?

Its columns are as wide as is said here, and every page of it looks the same: programs that find widths out for
themselves do not agree.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from netmon.report.document import Cell
from netmon.report.formats._pen import Pen

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.table import Table as Grid

CELL, SMALL, GAP = "Cell", "Small Cell", "Gap"
"""The styles of what stands in a table, and in one that is very wide; and of the nothing behind a table."""
CHARACTER = 88
"""The width of a letter in a table, in twentieths of a point."""
SMALLER = 7.5 / 9
"""The letters of a very wide table by those of others."""
TWIP = 635
"""A twentieth of a point in the units of a page."""
MARGIN = 70
"""Beside what stands in a cell, in twentieths of a point."""


def grid(
    paper: "Paper",
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    pen: Pen,
    *,
    right: Collection[int] = (),
    bold: Collection[int] = (),
    small: bool = False,
) -> "Grid":
    """A table of these cells, whose columns have these parts of the page; no row is torn apart by the end of a page.
    Rows are written as text and read at once: the library's own objects for each cell, run and size take ten times as
    long."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    made: Grid = paper.add_table(0, len(widths), "Table Grid")
    twips = [int(room(paper) * width) for width in widths]
    fix(made, twips)
    style = SMALL if small else CELL
    written = "".join(
        _row([(pen.cell(cell), place in right) for place, cell in enumerate(row)], twips, style, is_bold=number in bold)
        for number, row in enumerate(rows)
    )
    made._tbl.extend(list(parse_xml(f"<w:tbl {nsdecls('w')}>{written}</w:tbl>")))
    paper.add_paragraph(style=GAP)
    return made


def room(paper: "Paper") -> int:
    """How wide the text of a page is, in twentieths of a point."""
    section = paper.sections[-1]
    return round((section.page_width - section.left_margin - section.right_margin) / TWIP)  # type: ignore[operator]


def fix(grid: "Grid", twips: Sequence[int]) -> None:
    """Columns as wide as this, whatever stands in them: programs do not agree on what fits."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Twips

    grid.autofit = False
    sides = "".join(f'<w:{side} w:w="{MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    grid._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))
    for column, width in zip(grid.columns, twips, strict=True):
        column.width = Twips(width)
    for row in grid.rows:
        for cell, width in zip(row.cells, twips, strict=True):
            cell.width = Twips(width)


def _row(cells: Sequence[tuple[str, bool]], twips: Sequence[int], style: str, *, is_bold: bool) -> str:
    """A row as WordprocessingML (ECMA-376, 17.4.78): texts, and whether they stand to the right."""
    bold, side = "<w:rPr><w:b/></w:rPr>" if is_bold else "", '<w:jc w:val="right"/>'
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{side if right else ""}</w:pPr>'
        f'<w:r>{bold}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
        for (text, right), width in zip(cells, twips, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{written}</w:tr>"


def repeat(grid: "Grid") -> None:
    """The first row again on each page."""
    from docx.oxml.ns import qn

    first = grid.rows[0]._tr
    first.get_or_add_trPr().append(first.makeelement(qn("w:tblHeader"), {}))
