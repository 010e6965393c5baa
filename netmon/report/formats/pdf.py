"""For signing and filing: A4 sheets, the same bytes on every machine.

Everything goes to the typesetter as data, so that nothing that people or devices wrote is ever taken for markup; its
letters come with it, and it is given no folder and no network to read from.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netmon.errors import NetmonError
from netmon.report.document import Bars, Block, Document, Facts, Heading, Line, Measured, Signatures, Table, Text
from netmon.report.formats._curve import svg
from netmon.report.formats._layout import (
    SHORT,
    Section,
    heads,
    is_dense,
    last_row,
    limit_note,
    sections,
    share_of_width,
    widths,
)
from netmon.report.formats._pen import Pen, pen_of, plain
from netmon.report.formats._words import words

SUFFIX = ".pdf"
CONTENT_TYPE = "application/pdf"

UNBROKEN = 22
"""Characters after which a word may be broken where it stands."""
_TOO_LONG = re.compile(rf"[^-/ ]{{{UNBROKEN + 1},}}")
"""What has no place of its own where a line may end."""


def render(document: Document) -> bytes:
    """The sheets."""
    import typst

    pen = pen_of(document, glue="\N{NO-BREAK SPACE}")
    report = {
        "title": _text(document.title),
        "subtitle": _text(document.subtitle),
        "issuer": _text(document.issuer),
        "language": document.language,
        "short": SHORT,
        "nothing": pen.cell(None),
        "words": dict(words(document.language)),
        "sections": [_section(section, pen) for section in sections(document, pen)],
    }
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    source = Path(__file__).with_name("sheets.typ").read_bytes()
    try:
        inputs = {"report": json.dumps(report)}
        # without tags for screen readers, which make a report with many sheets four times as large a mail
        written = typst.compile(source, font_paths=fonts, sys_inputs=inputs, pdf_tags=False)
    except typst.TypstError as error:
        raise NetmonError(f"the report could not be set: {error}") from error
    if not isinstance(written, bytes):
        raise NetmonError("the report could not be set: no sheets")
    return written


def _section(section: Section, pen: Pen) -> Mapping[str, Any]:
    return {"wide": section.wide, "blocks": [_block(block, pen) for block in section.blocks]}


def _block(block: Block, pen: Pen) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block, pen)
        case Facts():
            rows = [(_text(label), _text(pen.cell(value))) for _, label, value in block.rows]
            return {"type": "facts", "title": _text(block.title), "rows": rows}
        case Text():
            return {"type": "text", "text": _text(block.text), "small": block.small}
        case Heading():
            return {"type": "heading", "text": _text(block.text), "depth": block.depth}
        case Bars():
            return _bars(block, pen)
        case Line():
            note = limit_note(block, pen)
            return {"type": "line", "title": _text(block.title), "note": note, "drawing": svg(block, pen)}
        case Signatures():
            return {"type": "signatures", "whose": [_text(who) for who in block.whose]}
    raise TypeError(f"{block} stands on no sheet")


def _table(table: Table, pen: Pen) -> dict[str, Any]:
    return {
        "type": "table",
        "title": _text(table.title),
        "heads": ["\n".join(_text(line) for line in lines) for lines in heads(table, pen)],
        "right": [column.right for column in table.columns],
        "widths": widths(table, pen),
        "rows": [[_text(pen.cell(cell)) for cell in row] for row in table.rows],
        "total": None if table.total is None else [_text(shown) for shown in last_row(table, pen)],
        "tones": {str(number): tone for number, tone in table.tones},
        "empty": _text(table.empty),
        "dense": is_dense(table, pen),
    }


def _bars(bars: Bars, pen: Pen) -> dict[str, Any]:
    rows = [
        (_text(label), pen.cell(Measured(value, bars.unit)), share_of_width(value, bars), tone)
        for label, value, tone in bars.rows
    ]
    limit = None if bars.limit is None else share_of_width(bars.limit, bars)
    return {"type": "bars", "title": _text(bars.title), "note": limit_note(bars, pen), "rows": rows, "limit": limit}


def _text(text: str) -> str:
    """As it is read; a word longer than a column has places where it may be broken."""
    return _TOO_LONG.sub(_breakable, plain(text))


def _breakable(found: re.Match[str]) -> str:
    word = found[0]
    return "\N{ZERO WIDTH SPACE}".join(word[at : at + UNBROKEN] for at in range(0, len(word), UNBROKEN))
