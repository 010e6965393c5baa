"""For working on with the numbers: shares, lengths and times are real ones, and no text becomes a formula."""

import io
import itertools
import math
import textwrap
from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from netmon.report.document import Cell, Day, Document, Lasted, Measured, Moment, Share
from netmon.report.formats._grid import Role, Row, Sheet, sheets
from netmon.report.formats._pen import Pen, number_of, pen_of, plain
from netmon.report.formats._words import words
from netmon.report.formats._zip import steady

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Place
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

SUFFIX = ".xlsx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

DAY = 86400
LETTERS = "Calibri"
"""What a workbook is written in where nothing is said; bold letters have to say it."""
SIZE, SIZES = 11, MappingProxyType({"title": 14, "part": 12, "small": 9})
"""Of letters, in points; by role where it is another one."""
LINE, BROAD = 1.4, 1.15
"""The height of a line by that of its letters; how much wider than the digits of a column text may be."""
HIGHEST = 10
"""Rows from the top in which a heading may stand to stay in sight; below them it would take the screen."""
NARROWEST, WIDEST, WIDEST_OF_TWO = 9, 36, 60
"""Characters that a column has at least and at most, and where there are only a label and a value."""
HEAD_LINES = 3
PAGE = 100
"""Characters of a row from which on a sheet is laid on its side; and of a sheet of text."""
LONGEST_FOOTER = 100
"""Of a report's name below each page: a footer of more than 255 characters makes a file unreadable."""
_MEASURES = {
    "ratio": "0.0##%", "seconds": '0.0##" s"', "celsius": '0.0#" °C"', "dbm": '0.0#" dBm"', "db": '0.0#" dB"',
    "volts": '0.0##" V"', "amperes": '0.0##" A"', "watts": '0.0##" W"',
    "bytes": '[>=1000000000]0.0##,,," GB";[>=1000000]0.0##,," MB";#,##0" B"',
}  # fmt: skip
"""By unit; the value in the cell is always in the base unit, so that a column can be added up."""


def render(document: Document) -> bytes:
    """The workbook: a sheet for the beginning, and one for each break that has a name."""
    import openpyxl

    pen, book = pen_of(document), openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets(document):
        _fill(book.create_sheet(sheet.name), sheet, pen, plain(document.title))
    properties = book.properties
    properties.creator, properties.title = plain(document.issuer), plain(document.title)
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def _fill(page: "Worksheet", sheet: Sheet, pen: Pen, title: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.pagebreak import Break

    widths = _widths(sheet, pen)
    for number, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row.cells, 1):
            where = page.cell(number, place)
            _put(where, cell, pen)
            _dress(where, row, place, widths[place - 1])
        lines = _spread(page, number, row, widths) if len(row.cells) == 1 else _lines(row, widths)
        if lines > 1:
            page.row_dimensions[number].height = lines * SIZES.get(row.role, SIZE) * LINE
    for number in sheet.pages:
        page.row_breaks.append(Break(id=number))
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    heads = sheet.heads()
    if len(heads) == 1 and heads[0] <= HIGHEST:
        head, across = heads[0], get_column_letter(len(sheet.rows[heads[0] - 1].cells))
        page.freeze_panes = f"A{head + 1}"
        page.print_title_rows = f"{head}:{head}"
        below = itertools.takewhile(lambda row: row.role == "row" and row.cells, sheet.rows[head:])
        page.auto_filter.ref = f"A{head}:{across}{head + len(list(below))}"
    _on_paper(page, sum(widths), title, words(pen.language)["page"])


def _widths(sheet: Sheet, pen: Pen) -> list[int]:
    """Characters of each column; what is longer goes over several lines. A sheet of text has one column."""
    widths: dict[int, int] = {}
    for row in sheet.rows:
        for place, cell in enumerate(row.cells if len(row.cells) > 1 else ()):
            widths[place] = max(widths.get(place, NARROWEST), _length(cell, row.role, pen) + 3)
    widest = WIDEST if len(widths) > 2 else WIDEST_OF_TWO
    return [min(widths[place], widest) for place in range(len(widths))] or [PAGE]


def _length(cell: Cell, role: Role, pen: Pen) -> int:
    """Characters of a cell as a workbook shows it; a heading goes over up to three lines."""
    match cell:
        case str() if role == "head":
            return max(max((len(word) for word in cell.split()), default=0), math.ceil(len(cell) / HEAD_LINES))
        case Lasted():
            return len(f"{abs(cell.seconds) // 3600}:00:00")
        case Moment():
            return len("00:00:00 00/00/0000")
    return len(pen.cell(cell))


def _lines(row: Row, widths: Sequence[int]) -> int:
    """How many lines a row of a table needs. Not every program finds that out by itself."""
    texts = [(plain(cell), width) for cell, width in zip(row.cells, widths, strict=False) if isinstance(cell, str)]
    bold = 1 if row.role == "head" else 0
    return max((len(textwrap.wrap(text, max(width - 1 - bold, 1))) for text, width in texts), default=1)


def _spread(page: "Worksheet", number: int, row: Row, widths: Sequence[int]) -> int:
    """Text of its own goes across the whole sheet, over as many lines as it needs: what runs out of a sheet makes all
    of it smaller on paper. How many lines."""
    from openpyxl.styles import Alignment

    size = SIZES.get(row.role, SIZE)
    text, room = page.cell(number, 1).value, sum(widths) * SIZE / size
    if not isinstance(text, str) or len(text) <= widths[0] * SIZE / size:
        return 1
    if len(widths) > 1:
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(widths))
    page.cell(number, 1).alignment = Alignment(vertical="top", wrap_text=True)
    return math.ceil(len(text) * BROAD / room)


def _on_paper(page: "Worksheet", width: int, title: str, word: str) -> None:
    """A4, as wide as a sheet, with the report and the page below."""
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.orientation = "landscape" if width > PAGE else "portrait"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.7, right=0.5, top=0.6, bottom=0.7, header=0.3, footer=0.3)
    footer = HeaderFooterItem()
    footer.left.text = " " + title[:LONGEST_FOOTER].replace("&", "&&")  # a number at its beginning is a size
    footer.right.text = f"{word} &P/&N"
    page.HeaderFooter.oddFooter = footer


def _put(where: "Place | MergedCell", cell: Cell, pen: Pen) -> None:
    value = number_of(cell)
    if isinstance(cell, str):
        if text := plain(cell):
            where.value, where.data_type = text, "s"  # whatever it begins with: `=…` is text here, and so is `#N/A`
        return
    if value is None:
        return
    match cell:
        case Share():
            where.value, where.number_format = value, "0.000%"
        case Lasted():
            where.value, where.number_format = cell.seconds / DAY, "[h]:mm:ss"
        case Moment():
            at = datetime.fromtimestamp(cell.at, pen.zone).replace(tzinfo=None, microsecond=0)
            where.value, where.number_format = at, "hh:mm:ss dd/mm/yyyy"
        case Day():
            where.value, where.number_format = datetime.fromtimestamp(cell.at, pen.zone).date(), "dd/mm/yyyy"
        case Measured():
            where.value, where.number_format = value, _MEASURES.get(cell.unit, _plain(value))
        case int():
            where.value, where.number_format = cell, "#,##0"
        case _:
            where.value, where.number_format = value, _plain(value)


def _plain(value: float) -> str:
    """A format that has no `.` behind a whole number."""
    return "#,##0" if value == int(value) else "#,##0.0##"


def _dress(where: "Place | MergedCell", row: Row, place: int, width: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    role: Role = row.role
    if role in ("title", "part", "head", "total") or row.tone == "bad":
        where.font = Font(name=LETTERS, bold=True, size=SIZES.get(role, SIZE))
    elif row.tone == "dim" or role == "small":
        where.font = Font(name=LETTERS, color="FF666666", size=SIZES.get(role, SIZE))
    if role == "head":
        where.fill = PatternFill("solid", fgColor="FFEEF2F6")
        where.border = Border(top=Side("medium"), bottom=Side("medium"))
    if role == "total":
        where.border = Border(top=Side("medium"), bottom=Side("medium"))
    if len(row.cells) > 1:
        right = place - 1 in row.right
        is_long = isinstance(where.value, str) and len(where.value) > width - 1
        where.alignment = Alignment(
            horizontal="right" if right else "left",
            vertical="bottom" if role == "head" else "top",
            indent=int(right or place - 2 in row.right),  # numbers and the text beside them do not touch
            wrap_text=role == "head" or is_long,
        )
