"""For a browser and its printer: one page that needs nothing from elsewhere, in the style of the country's offices."""

from pathlib import Path

import jinja2
from markupsafe import Markup

from netmon.report.document import Bars, Block, Document, Facts, Heading, Line, Measured, Signatures, Table, Text
from netmon.report.formats._curve import svg
from netmon.report.formats._layout import is_dense, is_short, last_row, limit_note, sections, share_of_width
from netmon.report.formats._pen import Pen, pen_of, plain
from netmon.report.formats._words import words

SUFFIX = ".html"
CONTENT_TYPE = "text/html; charset=utf-8"

LONGEST_WORD = 24
"""Characters of a word, from which on it is broken anywhere."""


def render(document: Document) -> bytes:
    """The page, UTF-8."""
    pen = pen_of(document, glue="\N{NO-BREAK SPACE}")
    source = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    template = _environment(pen).from_string(source)
    parts = sections(document, pen)
    return template.render(document=document, sections=parts, words=words(document.language)).encode()


def _environment(pen: Pen) -> jinja2.Environment:
    made = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(
        plain=plain,
        cell=pen.cell,
        kind=_kind,
        short=is_short,
        torn=_is_torn,
        last_row=lambda table: last_row(table, pen),
        dense=lambda table: is_dense(table, pen),
        share=share_of_width,
        note=lambda block: limit_note(block, pen),
        curve=lambda line: Markup(svg(line, pen)),  # noqa: S704 - numbers, and units that are escaped
    )
    made.globals.update(measured=Measured)
    return made


def _is_torn(text: str) -> bool:
    """Whether it has a word that no column is wide enough for; the others are broken between words only."""
    return max(map(len, text.split()), default=0) > LONGEST_WORD


def _kind(block: Block) -> str:
    match block:
        case Table():
            return "table"
        case Facts():
            return "facts"
        case Text():
            return "text"
        case Heading():
            return "heading"
        case Bars():
            return "bars"
        case Line():
            return "line"
        case Signatures():
            return "signatures"
    raise TypeError(f"{block} stands on no page")
