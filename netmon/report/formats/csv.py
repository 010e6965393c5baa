"""For a spreadsheet in this country, and for scripts: UTF-8 with a mark, `;` between the fields, a decimal comma.

One block after the other with an empty line between them, each under its title. Tables are headed by the keys of
their columns, which stay the same in every language. Shares are percentages, lengths `h:mm:ss`, the rest in base units.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from netmon.report.document import (
    Bars,
    Block,
    Break,
    Cell,
    Day,
    Document,
    Facts,
    Heading,
    Lasted,
    Line,
    Measured,
    Moment,
    Share,
    Table,
    Text,
)
from netmon.report.formats._pen import Pen, number_of, pen_of, plain

SUFFIX = ".csv"
CONTENT_TYPE = "text/csv; charset=utf-8"

FORMULA = ("=", "+", "-", "@")
"""How text begins that a spreadsheet would take for something to be worked out."""

Row = list[str]


def render(document: Document) -> bytes:
    """The report as one file of fields."""
    pen, out = pen_of(document), io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([[_text(document.title)], [_text(document.subtitle)], [_text(document.issuer)]])
    for block in document.blocks:
        rows = list(_rows(block, pen))
        if rows:
            writer.writerow([])
            writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(block: Block, pen: Pen) -> Iterator[Row]:
    match block:
        case Table():
            yield from _title(block.title)
            yield [_text(column.key) for column in block.columns]
            yield from ([_field(cell, pen) for cell in row] for row in block.rows)
            if block.total is not None:
                yield [_field(cell, pen) for cell in block.total]
        case Facts():
            yield from _title(block.title)
            yield from ([_text(label), _field(value, pen)] for _, label, value in block.rows)
        case Text() | Heading():
            yield [_text(block.text)]
        case Bars():
            values: Iterable[Row] = (
                [_text(label), _field(Measured(value, block.unit), pen)] for label, value, _ in block.rows
            )
            yield from _series(block, ["label", "value"], values, pen)
        case Line():
            values = (
                [_field(Moment(at), pen), _field(None if value is None else Measured(value, block.unit), pen)]
                for at, value in block.points
            )
            yield from _series(block, ["at", "value"], values, pen)
        case Break():
            yield from _title(block.sheet)


def _series(block: Bars | Line, head: Row, values: Iterable[Row], pen: Pen) -> Iterator[Row]:
    yield from _title(block.title)
    yield head
    yield from values
    if block.limit is not None:
        yield ["limit", _field(Measured(block.limit, block.unit), pen)]


def _title(text: str) -> list[Row]:
    return [[_text(text)]] if text else []


def _text(text: str) -> str:
    """One that is no formula: an apostrophe before it makes a spreadsheet show it and nothing else."""
    flat = plain(text)
    return f"'{flat}" if flat.startswith(FORMULA) else flat


def _field(cell: Cell, pen: Pen) -> str:
    if isinstance(cell, str):
        return _text(cell)
    value = number_of(cell)
    if value is None:
        return ""
    match cell:
        case Share():
            return f"{_decimal(f'{value * 100:.3f}', pen)}%"
        case Measured(unit="ratio"):
            return f"{_decimal(_shortest(value * 100), pen)}%"
        case Lasted():
            seconds, sign = abs(cell.seconds), "-" if cell.seconds < 0 else ""
            return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        case Moment():
            then = datetime.fromtimestamp(cell.at, pen.zone)
            return f"{pen.day(cell.at)} {then:%H:%M:%S}"
        case Day():
            return pen.day(cell.at)
        case int():
            return str(cell)
    return _decimal(_shortest(value), pen)


def _shortest(value: float) -> str:
    """To twelve digits that count, and without an exponent, which few spreadsheets of another language read."""
    text = f"{value:.12g}"
    return f"{value:.15f}".rstrip("0").rstrip(".") if "e" in text else text


def _decimal(text: str, pen: Pen) -> str:
    return text.replace(".", ",") if pen.language == "vi" else text
