"""For a terminal: tables as they are read there, at once."""

import io
from collections.abc import Iterator

from rich.box import SIMPLE
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Words

from netmon.report.document import (
    Bars,
    Block,
    Break,
    Document,
    Facts,
    Heading,
    Line,
    Measured,
    Signatures,
    Table,
    Text,
    Tone,
)
from netmon.report.formats._curve import summary
from netmon.report.formats._layout import last_row, limit_note, share_of_width
from netmon.report.formats._pen import Pen, pen_of, plain
from netmon.report.formats._words import words

SUFFIX = ".txt"
CONTENT_TYPE = "text/plain; charset=utf-8"

COLUMNS = 120
"""Characters of a line in a file."""
BAR = 30
_STYLES: dict[Tone, str] = {"": "", "good": "green", "warn": "yellow", "bad": "bold red", "dim": "dim"}


def render(document: Document) -> bytes:
    """The report as a file of lines."""
    out = io.StringIO()
    show(document, Console(file=out, width=COLUMNS, no_color=True, highlight=False))
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return ("\n".join(lines).strip("\n") + "\n").encode("utf-8", "replace")


def show(document: Document, console: Console) -> None:
    """Print it there, as wide as that is."""
    pen = pen_of(document)
    console.print(Words(plain(document.issuer), "dim"))
    console.print(Words(plain(document.title), "bold"))
    console.print(Words(plain(document.subtitle)))
    for block in document.blocks:
        for part in _parts(block, pen):
            console.print(part)


def _parts(block: Block, pen: Pen) -> Iterator[RenderableType]:
    match block:
        case Table():
            yield from _title(block.title)
            yield Words(plain(block.empty)) if not block.rows and block.empty else _table(block, pen)
        case Facts():
            yield from _title(block.title)
            yield _pairs([(label, pen.cell(value)) for _, label, value in block.rows])
        case Text():
            yield Padding(Words(plain(block.text), "dim" if block.small else ""), (1, 0, 0, 0))
        case Heading():
            yield from _title(block.text, "bold underline" if block.depth == 2 else "bold")
        case Bars():
            yield from _title(block.title, note=limit_note(block, pen))
            yield _bars(block, pen)
        case Line():
            yield from _title(block.title, note=limit_note(block, pen))
            yield _pairs([(label, pen.cell(value)) for _, label, value in summary(block, pen.language)])
        case Break():
            yield Words("")
        case Signatures():
            yield _signatures(block, pen)


def _title(text: str, style: str = "bold", note: str | None = None) -> Iterator[RenderableType]:
    if text:
        yield Padding(Words(plain(text) + (f" {note}" if note else ""), style), (1, 0, 0, 0))


def _table(table: Table, pen: Pen) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False, header_style="bold", show_footer=table.total is not None)
    total = ("",) * len(table.columns) if table.total is None else last_row(table, pen)
    for column, last in zip(table.columns, total, strict=True):
        footer = Words(last, "bold")
        grid.add_column(Words(plain(column.head)), footer, justify="right" if column.right else "left", overflow="fold")
    tones = dict(table.tones)
    for number, row in enumerate(table.rows):
        grid.add_row(*(Words(pen.cell(cell)) for cell in row), style=_STYLES[tones.get(number, "")])
    return grid


def _pairs(rows: list[tuple[str, str]]) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_header=False, padding=(0, 3, 0, 0))
    grid.add_column(overflow="fold", style="dim")
    grid.add_column(overflow="fold")
    for label, value in rows:
        grid.add_row(Words(plain(label)), Words(value))
    return grid


def _bars(bars: Bars, pen: Pen) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_header=False)
    for _ in range(2):
        grid.add_column(overflow="fold")
    grid.add_column(justify="right", overflow="fold")
    for label, value, tone in bars.rows:
        length = round(share_of_width(value, bars) * BAR / 100)
        shown = Words(pen.cell(Measured(value, bars.unit)))
        grid.add_row(Words(plain(label)), Words("█" * length, _STYLES[tone]), shown)
    return grid


def _signatures(block: Signatures, pen: Pen) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_header=False, expand=True)
    for _ in block.whose:
        grid.add_column(justify="center", overflow="fold")
    grid.add_row(*(Words(f"\n{plain(who)}\n{words(pen.language)['sign']}\n\n") for who in block.whose))
    return grid
