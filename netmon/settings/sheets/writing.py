"""How do sheets become a workbook that people like to open?"""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from netmon.settings.sheets.tables import Listing

_WIDEST = 40


def write_xlsx(listings: Sequence[Listing], path: Path) -> None:
    """One workbook of these sheets: real numbers and dates, captions that stay in view. OSError if it cannot be."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for listing in listings:
        _fill(workbook.create_sheet(listing.name), listing)
    buffer = io.BytesIO()
    workbook.save(buffer)
    path.write_bytes(buffer.getvalue())


def _fill(sheet: Any, listing: Listing) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    grouped = {column for left, right, _ in listing.groups for column in range(left, right + 1)}
    for column, caption in enumerate(listing.captions):
        sheet.cell(2 if column in grouped else 1, column + 1, caption)
        if column not in grouped:
            sheet.merge_cells(start_row=1, end_row=2, start_column=column + 1, end_column=column + 1)
    for left, right, text in listing.groups:
        sheet.cell(1, left + 1, text)
        sheet.merge_cells(start_row=1, end_row=1, start_column=left + 1, end_column=right + 1)
    for row in sheet.iter_rows(min_row=1, max_row=2):
        for cell in row:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, values in enumerate(listing.rows, start=3):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with = is no formula
            elif isinstance(value, date):
                cell.number_format = "DD/MM/YYYY"
    for column, caption in enumerate(listing.captions):
        longest = max([len(caption), *(len(str(row[column] or "")) for row in listing.rows)])
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(longest, _WIDEST) + 2
    sheet.freeze_panes = "C3"
