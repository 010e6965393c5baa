"""For working on with the words: a text that an office opens, changes and sends on under its own letterhead."""

import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from netmon.report.document import Bars, Block, Break, Cell, Document, Facts, Heading, Line, Measured, Signatures, Table
from netmon.report.document import Text as Paragraph
from netmon.report.formats._curve import summary
from netmon.report.formats._layout import is_dense, last_row, limit_note, parts, sections, share_of_width
from netmon.report.formats._pen import Pen, pen_of, plain
from netmon.report.formats._wordml import CELL, CHARACTER, GAP, SMALL, SMALLER, fix, grid, repeat, room
from netmon.report.formats._words import words
from netmon.report.formats._zip import steady
from netmon.settings.config import Language

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.oxml.xmlchemy import BaseOxmlElement

SUFFIX = ".docx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

LETTERS = "Times New Roman"
"""What the country's offices write in."""
BAR = 24
"""Signs that the longest bar has."""
HEIGHT = 7
"""Points between a table and what follows it."""
TONGUES: Mapping[Language, str] = MappingProxyType({"vi": "vi-VN", "en": "en-GB"})


def render(document: Document) -> bytes:
    """The text, A4; pages that a wide table needs lie on their side."""
    import docx

    pen, paper = pen_of(document), docx.Document()
    _prepare(paper, document)
    for number, section in enumerate(sections(document, pen)):
        last = _last(paper)
        turns = _page(paper, number, section.wide)
        if number == 0:
            _letterhead(paper, document)
            _footer(paper, document)
        for block in section.blocks:
            _put(paper, block, pen)
        if last is not None and not turns:
            _begin(last)
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
    for tongue in paper.styles.element.iter(qn("w:lang")):  # else it is all misspelt
        tongue.set(qn("w:val"), TONGUES[document.language])
    for name, points in ((CELL, 9.0), (SMALL, 9.0 * SMALLER), (GAP, 1.0)):
        cell = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style, cell.font.size, cell.paragraph_format.space_after = paper.styles["Normal"], Pt(points), Pt(1)
    paper.styles[GAP].paragraph_format.line_spacing = Pt(HEIGHT)


def _page(paper: "Paper", number: int, wide: bool) -> bool:
    """Pages that lie so from here on; whether they lay otherwise, so that another one begins here."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Mm

    last = paper.sections[-1]
    if number and (last.orientation == WD_ORIENT.LANDSCAPE) == wide:
        return False
    section = paper.add_section(WD_SECTION.NEW_PAGE) if number else last
    if number:
        paper.element.body[-2].style = GAP  # the paragraph that ends a section
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(22), Mm(16), Mm(18), Mm(18),
    )  # fmt: skip
    section.footer_distance = Mm(9)
    return True


def _last(paper: "Paper") -> "BaseOxmlElement | None":
    """What stands last so far, None = nothing. The gap behind a table goes: a page may have no room for it, and it
    would stand on one of its own."""
    from docx.oxml.ns import qn

    body: list[Any] = list(paper.element.body[-3:-1])
    if body and body[-1].tag == qn("w:p") and body[-1].style == GAP:
        paper.element.body.remove(body.pop())
    return body[-1] if body else None


def _begin(last: "BaseOxmlElement") -> None:
    """A page begins with what follows this: a break in a line of its own would leave that line above it."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    first: Any = last.getnext()
    if first is None or first.tag != qn("w:p"):
        first = parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{GAP}"/></w:pPr></w:p>')
        last.addnext(first)
    first.get_or_add_pPr().pageBreakBefore_val = True


def _footer(paper: "Paper", document: Document) -> None:
    """The report and the page, below each of them."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    line = paper.sections[0].footer.paragraphs[0]
    line.style, line.alignment = paper.styles[SMALL], WD_ALIGN_PARAGRAPH.RIGHT
    line.add_run(f"{plain(document.title)} – {words(document.language)['page']} ")
    for before, field in (("", "PAGE"), ("/", "NUMPAGES")):
        line.add_run(before)
        line._p.append(
            parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        )


def _letterhead(paper: "Paper", document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    word, head = words(document.language), paper.add_table(1, 2)
    fix(head, [room(paper) * part // 100 for part in (40, 60)])
    lines = (plain(document.issuer), "\n".join(text for text in (word["nation"], word["motto"]) if text))
    for cell, text in zip(head.rows[0].cells, lines, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.bold, run.font.size = True, Pt(10.5)
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
            grid(paper, rows, [0.4, 0.38, 0.22], pen, right=frozenset({2}))
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
    grid(paper, rows, [0.33, 0.67], pen)


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
    small = is_dense(table, pen)
    letters = int(room(paper) / (CHARACTER * (SMALLER if small else 1)))
    repeat(grid(paper, rows, parts(table, pen, letters), pen, right=right, bold=bold, small=small))


def _signatures(paper: "Paper", block: Signatures, pen: Pen) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    word = words(pen.language)
    place = paper.add_paragraph(word["place"])
    place.alignment, place.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.RIGHT, True
    boxes = paper.add_table(1, max(1, len(block.whose)), "Table Grid")
    boxes.rows[0].height = Mm(32)
    for where, who in zip(boxes.rows[0].cells, block.whose, strict=False):
        line = where.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(plain(who)).bold = True
        line.add_run(f"\n{word['sign']}")
