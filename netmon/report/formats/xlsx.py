"""For working on with the numbers: shares, lengths and times are real ones, and no text becomes a formula."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from netmon.report.document import Cell, Document, Lasted, Measured, Moment, Share
from netmon.report.formats._grid import Role, Row, Sheet, sheets
from netmon.report.formats._pen import Pen, number_of, pen_of, plain
from netmon.report.formats._zip import steady

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Place
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

SUFFIX = ".xlsx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

DAY = 86400
HIGHEST = 10
"""Rows from the top in which a heading may stand to stay in sight; below them it would take the screen."""
NARROWEST, WIDEST = 8, 60
"""Characters that a column has at least and at most."""
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
        _fill(book.create_sheet(sheet.name), sheet, pen)
    properties = book.properties
    properties.creator, properties.title = plain(document.issuer), plain(document.title)
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def _fill(page: "Worksheet", sheet: Sheet, pen: Pen) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    widths: dict[int, int] = {}
    for number, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row.cells, 1):
            where = page.cell(number, place)
            _put(where, cell, pen)
            _dress(where, row, place)
            if len(row.cells) > 1:
                widths[place] = max(widths.get(place, NARROWEST), len(pen.cell(cell)) + 2)
    for place, width in widths.items():
        page.column_dimensions[get_column_letter(place)].width = min(width, WIDEST)
    heads = [number for number, row in enumerate(sheet.rows, 1) if row.role == "head"]
    if len(heads) == 1 and heads[0] <= HIGHEST:
        page.freeze_panes = f"A{heads[0] + 1}"
        page.print_title_rows = f"{heads[0]}:{heads[0]}"
    page.page_setup.orientation = "landscape" if len(widths) > 6 else "portrait"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


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
        case Measured():
            where.value, where.number_format = value, _MEASURES.get(cell.unit, "#,##0.###")
        case int():
            where.value, where.number_format = cell, "#,##0"
        case _:
            where.value, where.number_format = value, "#,##0.0##"


def _dress(where: "Place | MergedCell", row: Row, place: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    role: Role = row.role
    if role in ("title", "part", "head", "total") or row.tone == "bad":
        where.font = Font(bold=True, size=14 if role == "title" else 12 if role == "part" else 11)
    elif row.tone == "dim" or role == "small":
        where.font = Font(color="FF666666", size=9 if role == "small" else 11)
    if role == "head":
        where.fill = PatternFill("solid", fgColor="FFEEF2F6")
        where.border = Border(top=Side("medium"), bottom=Side("medium"))
    if role == "total":
        where.border = Border(top=Side("medium"), bottom=Side("medium"))
    side = "right" if place - 1 in row.right else "left"
    if len(row.cells) > 1:
        where.alignment = Alignment(horizontal=side, vertical="top", wrap_text=role == "head")
