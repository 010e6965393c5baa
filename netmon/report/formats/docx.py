"""For working on with the words: a text that an office opens, changes and sends on under its own letterhead."""

import io
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from netmon.report.document import Bars, Block, Break, Cell, Document, Facts, Heading, Line, Measured, Signatures, Table
from netmon.report.document import Text as Paragraph
from netmon.report.formats._curve import summary
from netmon.report.formats._layout import last_row, limit_note, sections, share_of_width
from netmon.report.formats._pen import Pen, pen_of, plain
from netmon.report.formats._words import words
from netmon.report.formats._zip import steady

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.table import Table as Grid

SUFFIX = ".docx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

LETTERS = "Times New Roman"
"""What the country's offices write in."""
BAR = 24
"""Signs that the longest bar has."""
CELL = "Cell"
"""The style of what stands in a table."""


def render(document: Document) -> bytes:
    """The text, A4; pages that a wide table needs lie on their side."""
    import docx

    pen, paper = pen_of(document), docx.Document()
    _prepare(paper, document)
    for number, section in enumerate(sections(document, pen)):
        _page(paper, number, section.wide)
        if number == 0:
            _letterhead(paper, document)
        for block in section.blocks:
            _put(paper, block, pen)
    out = io.BytesIO()
    paper.save(out)
    return steady(out.getvalue())


def _prepare(paper: "Paper", document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    about = paper.core_properties
    about.title, about.author, about.last_modified_by = plain(document.title)[:255], plain(document.issuer)[:255], ""
    about.comments, about.language = "", document.language
    for name, size in (("Normal", 11), ("Heading 1", 13), ("Heading 2", 12), ("List Bullet", 11)):
        style = paper.styles[name]
        style.font.name, style.font.size = LETTERS, Pt(size)
        style.font.color.rgb = RGBColor(0x1D, 0x3F, 0x66) if name.startswith("Heading") else RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    paper.styles["Normal"].paragraph_format.space_after = Pt(4)
    cell = paper.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style, cell.font.size, cell.paragraph_format.space_after = paper.styles["Normal"], Pt(9), Pt(1)


def _page(paper: "Paper", number: int, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.enum.text import WD_BREAK
    from docx.shared import Mm

    last = paper.sections[-1]
    lies = last.orientation == WD_ORIENT.LANDSCAPE
    if number and lies == wide:
        paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        return
    section = paper.add_section(WD_SECTION.NEW_PAGE) if number else last
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(22), Mm(16), Mm(18), Mm(18),
    )  # fmt: skip


def _letterhead(paper: "Paper", document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    word, grid = words(document.language), paper.add_table(1, 2)
    lines = (plain(document.issuer), "\n".join(text for text in (word["nation"], word["motto"]) if text))
    for cell, text in zip(grid.rows[0].cells, lines, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, size in ((plain(document.title).upper(), 15), (plain(document.subtitle), 11)):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(text)
        run.bold, run.font.size = size > 11, Pt(size)
        line.paragraph_format.space_before = Pt(10 if size > 11 else 0)


def _put(paper: "Paper", block: Block, pen: Pen) -> None:
    match block:
        case Table():
            _table(paper, block, pen)
        case Facts():
            _title(paper, block.title)
            _facts(paper, [(label, value) for _, label, value in block.rows], pen)
        case Paragraph():
            _text(paper, block)
        case Heading():
            paper.add_heading(plain(block.text), block.depth - 1)
        case Bars():
            _title(paper, block.title, limit_note(block, pen))
            rows = [(label, _bar(value, block), Measured(value, block.unit)) for label, value, _ in block.rows]
            _grid(paper, rows, frozenset({2}), pen)
        case Line():
            _title(paper, block.title, limit_note(block, pen))
            _facts(paper, [(label, value) for _, label, value in summary(block, pen.language)], pen)
        case Signatures():
            _signatures(paper, block, pen)
        case Break():
            raise TypeError("a break stands between sections, not in one")


def _text(paper: "Paper", block: Paragraph) -> None:
    from docx.shared import Pt

    run = paper.add_paragraph().add_run(plain(block.text))
    if block.small:
        run.font.size = Pt(9)


def _title(paper: "Paper", text: str, note: str | None = None) -> None:
    if not text:
        return
    line = paper.add_paragraph()
    line.paragraph_format.keep_with_next = True
    line.add_run(plain(text)).bold = True
    if note is not None:
        line.add_run(f" {note}")


def _bar(value: float, bars: Bars) -> str:
    return "█" * round(share_of_width(value, bars) * BAR / 100)


def _facts(paper: "Paper", rows: Sequence[tuple[str, Cell]], pen: Pen) -> None:
    _grid(paper, rows, frozenset(), pen)


def _table(paper: "Paper", table: Table, pen: Pen) -> None:
    _title(paper, table.title)
    if not table.rows and table.empty:
        _text(paper, Paragraph(table.empty))
        return
    right = frozenset(number for number, column in enumerate(table.columns) if column.right)
    rows: list[Sequence[Cell]] = [[column.head for column in table.columns], *table.rows]
    bold = {0} | {number + 1 for number, tone in table.tones if tone == "bad"}
    if table.total is not None:
        bold.add(len(rows))
        rows.append(last_row(table, pen))
    _repeat(_grid(paper, rows, right, pen, bold))


def _grid(
    paper: "Paper", rows: Sequence[Sequence[Cell]], right: frozenset[int], pen: Pen, bold: Collection[int] = ()
) -> "Grid":
    """A table of these cells; no row is torn apart by the end of a page. Rows are written as text and read at once:
    the library's own objects for each cell, run and size take ten times as long."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt

    grid: Grid = paper.add_table(0, max((len(row) for row in rows), default=1), "Table Grid")
    written = "".join(_row(row, right, pen, is_bold=number in bold) for number, row in enumerate(rows))
    grid._tbl.extend(list(parse_xml(f"<w:tbl {nsdecls('w')}>{written}</w:tbl>")))
    paper.add_paragraph().paragraph_format.space_after = Pt(0)
    return grid


def _row(row: Sequence[Cell], right: frozenset[int], pen: Pen, *, is_bold: bool) -> str:
    """A row as WordprocessingML (ECMA-376, 17.4.78)."""
    bold, side = "<w:rPr><w:b/></w:rPr>" if is_bold else "", '<w:jc w:val="right"/>'
    cells = "".join(
        f'<w:tc><w:p><w:pPr><w:pStyle w:val="{CELL}"/>{side if place in right else ""}</w:pPr>'
        f'<w:r>{bold}<w:t xml:space="preserve">{escape(pen.cell(cell))}</w:t></w:r></w:p></w:tc>'
        for place, cell in enumerate(row)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _repeat(grid: "Grid") -> None:
    """The first row again on each page."""
    from docx.oxml.ns import qn

    first = grid.rows[0]._tr
    first.get_or_add_trPr().append(first.makeelement(qn("w:tblHeader"), {}))


def _signatures(paper: "Paper", block: Signatures, pen: Pen) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    word = words(pen.language)
    place = paper.add_paragraph(word["place"])
    place.alignment, place.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.RIGHT, True
    grid = paper.add_table(1, max(1, len(block.whose)), "Table Grid")
    grid.rows[0].height = Mm(32)
    for where, who in zip(grid.rows[0].cells, block.whose, strict=False):
        line = where.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(plain(who)).bold = True
        line.add_run(f"\n{word['sign']}")
