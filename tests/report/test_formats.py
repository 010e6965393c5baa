"""Do all prints of a report show the same, the same each time, whatever stands in it?"""

import io
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pypdf
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmon.report.document import (
    Bars,
    Block,
    Break,
    Cell,
    Column,
    Day,
    Document,
    Facts,
    Heading,
    Lasted,
    Line,
    Measured,
    Moment,
    Share,
    Signatures,
    Table,
    Text,
    Tone,
)
from netmon.report.formats import csv as csv_format
from netmon.report.formats import docx as docx_format
from netmon.report.formats import html, pdf, xlsx
from netmon.report.formats import json as json_format
from netmon.report.formats._curve import HEIGHT, drawing
from netmon.report.formats._pen import Pen, cut, pen_of, plain
from netmon.settings.config import Language
from tests.conftest import ROOT
from tests.report.written import HOSTILE, NAMES, OCTOBER, Page, fields, printed, sample, squeezed

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def shown(document: Document) -> list[list[str]]:
    """What the cells of the first table and of its total are, written for people."""
    pen, table = pen_of(document), document.blocks[1]
    assert isinstance(table, Table)
    assert table.total is not None
    last = [pen.cell(cell) for cell in table.total]
    return [*([pen.cell(cell) for cell in row] for row in table.rows), [*last[:3], "", *last[4:]]]


@pytest.mark.parametrize(
    ("language", "cell", "text"),
    [
        ("vi", Share(0.9972), "99,720%"),
        ("vi", Share(0.99999999), "99,999%"),  # never a whole that was not reached
        ("vi", Share(1.0), "100,000%"),
        ("en", Share(-0.000129), "-0.012%"),
        ("vi", Share(math.nan), "–"),
        ("vi", Lasted(6480), "1 giờ 48 phút"),
        ("vi", Lasted(0), "0 giây"),
        ("vi", Lasted(-61), "-1 phút 1 giây"),
        ("vi", Lasted(2678083), "30 ngày 23:54:43"),
        ("vi", Lasted(2 * 86400 + 3 * 3600), "2 ngày 3 giờ"),
        ("vi", Lasted(4177 * 86400 + 5), "4.177 ngày 0:00:05"),
        ("en", Lasted(6485), "1 h 48 min 5 s"),
        ("vi", Moment(OCTOBER + 52 * 86400 + 76440), "21:14 CN 22/11/2026"),
        ("en", Moment(OCTOBER + 5), "00:00:05 Thu 01/10/2026"),
        ("en", Day(OCTOBER + 52 * 86400 + 76440), "22/11/2026"),
        ("vi", Measured(0.048, "seconds"), "48 ms"),
        ("vi", Measured(-27.5, "dbm"), "-27,5 dBm"),
        ("vi", Measured(0.97, "ratio"), "97%"),
        ("vi", Measured(1.5e9, "bytes"), "1,5 GB"),
        ("vi", 1234, "1.234"),
        ("en", 1234567.125, "1,234,567.125"),
        ("vi", None, "–"),
        ("vi", "Xã\nChâu \u202eQuế\x00\uffff", "Xã Châu Quế"),
    ],
)
def test_a_cell_is_written_as_people_here_write_it(language: Language, cell: Cell, text: str) -> None:
    assert Pen(language, ZONE).cell(cell) == text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_shows_every_cell(language: Language) -> None:
    document = sample(language)
    page = Page(html.render(document).decode())
    assert [row for row in page.rows if len(row) == 7][1:] == shown(document)
    assert ["Quang", "-27,5 dBm" if language == "vi" else "-27.5 dBm"] in page.rows


def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    text = html.render(sample()).decode()
    page = Page(text)
    assert not {"script", "link", "img", "iframe"} & page.names
    assert not {"src", "href", "onload"} & page.attributes
    assert "<script>" not in text
    assert "url(" not in text
    assert HOSTILE in [cell for row in page.rows for cell in row]


def test_a_page_breaks_only_words_that_no_column_is_wide_enough_for() -> None:
    """A heading or a date is not torn apart to spare a name a second line."""
    rows = [("Sở Nông nghiệp và Phát triển nông thôn", Day(OCTOBER)), ("x" * 99, None)]
    columns = [Column(key="a", head="Direction"), Column(key="b", head="Tính phạt")]
    text = html.render(replace(sample(), blocks=[Table(key="t", title="", columns=columns, rows=rows)])).decode()
    assert text.count('<td class="torn">') == 1
    assert f'<td class="torn">{"x" * 99}</td>' in text
    assert '<td class="short">01/10/2026</td>' in text


def test_sheets_show_every_cell_with_heads_and_numbers_on_each() -> None:
    document = sample()
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(document))).pages
    texts = [squeezed(page.extract_text()) for page in pages]
    whole = "".join(texts)
    for row in shown(document):
        assert "".join(squeezed(cell) for cell in row) in whole
    tables = [text for text in texts if "YB-VY-" in text]
    assert len(tables) > 1
    assert all("Mãkênh" in text and "Sốlần" in text for text in tables)
    assert all(f"Trang{number}/{len(pages)}" in text for number, text in enumerate(texts, 1))
    assert "Không có ngoại lệ." in pages[len(tables)].extract_text()
    assert {round(float(max(page.mediabox[2:]))) for page in pages} == {842}  # A4, upright or on its side
    assert squeezed(HOSTILE) in whole


def test_no_sheet_ends_in_the_middle_of_a_row() -> None:
    long = replace(
        sample(), blocks=[Table(key="t", title="", columns=(Column(key="a", head="A"),), rows=[
            (f"[{n} " + "dài " * 120 + f"{n}]",) for n in range(40)
        ])]
    )  # fmt: skip
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(long))).pages]
    assert len(pages) > 2
    assert all(page.count(" dài ") and page.count("[") == page.count("]") for page in pages)


def test_lengths_of_time_stay_on_a_line_beside_long_names() -> None:
    """A row is as high as two lines only where a name is as long."""
    keys = ("circuit", "name", "times", "longest", "mean", "down", "confirmed", "proposed")
    columns = [Column(key=key, head=key, right=key not in keys[:2]) for key in keys]
    long, lasted = ("so-nong-nghiep-va-phat-trien-nong-thon/1", 25 * " Nông"), Lasted(16 * 3600 + 28 * 60 + 44)
    names = [long, *((f"xa-{n:02}/1", f"Xã Văn Yên: YB-{n:02}") for n in range(29))]
    rows = [(*name, 7, lasted, lasted, lasted, Lasted(0), lasted) for name in names]
    found = replace(sample(), blocks=[Table(key="t", title="Bảng", columns=columns, rows=rows)])
    [page] = pypdf.PdfReader(io.BytesIO(pdf.render(found))).pages
    lines = page.extract_text(extraction_mode="layout").splitlines()
    assert sum("16 giờ 28 phút 44 giây" in line.replace("\N{NO-BREAK SPACE}", " ") for line in lines) == 30


def test_a_workbook_holds_real_numbers_under_frozen_heads() -> None:
    document = sample()
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    # a break without a name is one on paper only, and a long table has a sheet to itself
    assert book.sheetnames == ["Tổng hợp", "Biểu đồ", "Tải"]
    first, table = book.worksheets[0], document.blocks[1]
    assert isinstance(table, Table)
    top = next(row for row in range(1, 20) if first.cell(row, 1).value == "Mã kênh")
    assert first.freeze_panes == f"A{top + 1}"
    for number, row in enumerate([*table.rows, table.total or ()], top + 1):
        for place, cell in enumerate(row, 1):
            read = first.cell(number, place)
            assert _same(read.value, cell), (cell, read.value)
    formats = [first.cell(top + 2, place).number_format for place in range(1, 8)]
    assert formats == ["General", "[h]:mm:ss", "0.000%", "hh:mm:ss dd/mm/yyyy", '0.0##" s"', "#,##0", "#,##0.0##"]
    assert float(first.column_dimensions["D"].width) >= len("00:00:00 01/10/2026")
    made = replace(document, blocks=[Facts(key="f", rows=[("d", "Ngày", Day(OCTOBER + 99))])])
    read = openpyxl.load_workbook(io.BytesIO(xlsx.render(made))).worksheets[0]["B5"]
    assert (read.value, read.number_format) == (datetime(2026, 10, 1), "dd/mm/yyyy")  # noqa: DTZ001
    assert first.auto_filter.ref == f"A{top}:G{top + 60}", "without what adds up"
    assert first.print_title_rows == f"${top}:${top}"
    assert [book["Tải"].freeze_panes, book["Tải"]["A303"].value] == ["A3", "Ngưỡng"]


def test_a_workbook_prints_on_pages_that_can_be_read() -> None:
    """A long text goes over several lines of the sheet: beside it, it would make all of it smaller."""
    note, hours = "Dài " * 99, Bars(key="b", title="Mất", unit="seconds", rows=[("VNPT", 98_765.0, "")])
    sheet_of = Facts(key="f", rows=[("k", f"Dòng {'rất dài ' * 9}", "Phường " * 20)])
    made = replace(
        sample(lines=3), title="R&D", blocks=[hours, Text(note), Break("P"), sheet_of, Break(), sheet_of, Break("T"),
                                              Text(note)],
    )  # fmt: skip
    first, signed, text = openpyxl.load_workbook(io.BytesIO(xlsx.render(made)))
    assert _same(first["B7"].value, Lasted(98_765))
    assert "A9:B9" in first.merged_cells
    for sheet, row in ((first, 9), (signed, 1), (text, 1)):
        assert sheet.cell(row, 1).alignment.wrap_text
        assert float(sheet.row_dimensions[row].height) > 40
        assert sum(float(sheet.column_dimensions[name].width) for name in "AB") <= 120
        assert str(sheet.oddFooter) == "&L R&&D&RTrang &P/&N"
        assert sheet.page_setup.fitToHeight == 0
    assert [one.id for one in signed.row_breaks.brk] == [1], "each that is signed on a page of its own"


def test_a_curve_of_days_has_days_in_a_workbook() -> None:
    days = [(OCTOBER + n * 86400.0, n / 9) for n in range(3)]
    for points, format_ in ((days, "dd/mm/yyyy"), ([*days, (OCTOBER + 7.0, 1.0)], "hh:mm:ss dd/mm/yyyy")):
        made = replace(sample(), blocks=[Line(key="l", title="", unit="ratio", points=points)])
        assert openpyxl.load_workbook(io.BytesIO(xlsx.render(made))).worksheets[0]["A6"].number_format == format_


def test_a_curve_of_the_smallest_numbers_there_are_is_drawn() -> None:
    least = math.ulp(0.0)
    for points, limit in (([(0.0, least)], None), ([(0.0, 0.0), (9.0, None)], 2 * least)):
        found = drawing(Line(key="l", title="", unit="ratio", points=points, limit=limit), ZONE)
        assert [round(y) for y, _ in found.marks] == [HEIGHT, HEIGHT // 2, 0]


def test_a_sheet_to_sign_has_no_heads_that_stay_in_sight() -> None:
    facts = Facts(key="f", rows=[("k", f"Dòng {n}", n) for n in range(12)])
    blocks: list[Block] = [Break("Phiếu 1"), facts, Signatures(("Đơn vị", "Nhà mạng"))]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(replace(sample(), blocks=blocks))))
    assert book["Phiếu 1"].freeze_panes is None
    assert book["Phiếu 1"]["B12"].value == 11


def _same(read: Any, cell: Cell) -> bool:
    match cell:
        case Share():
            return bool(read == cut(cell))
        case Lasted():
            seconds = read.total_seconds() if hasattr(read, "total_seconds") else _of_day(read)
            return bool(round(seconds) == cell.seconds)
        case Moment():
            return bool(read == datetime.fromtimestamp(cell.at, ZONE).replace(tzinfo=None))
        case Measured():
            return bool(read == cell.value)
    return bool(read == cell)


def _of_day(read: Any) -> float:
    if isinstance(read, datetime):  # what a workbook keeps as a time of more than a day
        return (read - datetime(1899, 12, 30)).total_seconds()  # noqa: DTZ001
    return float(read.hour * 3600 + read.minute * 60 + read.second + read.microsecond / 1e6)


def test_fields_hold_the_same_numbers_under_keys() -> None:
    rows = fields(csv_format.render(sample()))
    top = rows.index(["circuit", "down", "share", "since", "rtt", "times", "mos"])
    assert rows[top + 2] == ["YB-VY-01", "0:01:01", "99,985%", "01/10/2026 01:00:07", "0,001", "417", "0,125"]
    assert rows[top + 4][-1] == ""
    assert rows[top + 61] == ["Tổng", "29:59:30", "99,999%", "", "", "1234567", ""]
    assert [f"'{HOSTILE}", "50%"] in rows  # a spreadsheet shows it and works nothing out
    assert ["Quang", "-27,5"] in rows
    english = fields(csv_format.render(sample("en")))
    assert english[english.index(rows[top]) + 2][2] == "99.985%"


def test_programs_get_the_values_themselves() -> None:
    value = json.loads(json_format.render(sample()))
    table = next(block for block in value["blocks"] if block["type"] == "table")
    assert table["rows"][3] == {
        "circuit": "YB-VY-03",
        "down": 183,
        "share": 1 - 3 / 7000,
        "since": "2026-10-01T03:00:21+07:00",
        "rtt": 0.003,
        "times": 1251,
        "mos": None,
    }
    assert table["total"]["share"] == 0.99999999
    line = next(block for block in value["blocks"] if block["type"] == "line")
    assert line["points"][50] == ["2026-10-05T04:00:00+07:00", None]


def test_a_text_for_an_office_shows_every_cell() -> None:
    document = sample()
    paper = docx.Document(io.BytesIO(docx_format.render(document)))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    found = next(table for table in tables if table[0][0] == "Mã kênh")
    assert found[1:] == shown(document)
    assert ["Tổng", "1 giờ 48 phút"] in [row for table in tables for row in table]
    assert [section.orientation for section in paper.sections] == [0]
    assert paper.core_properties.title == "Báo cáo mẫu"
    grid = next(table for table in paper.tables if table.cell(0, 0).text == "Mã kênh")
    looks = [
        (cell.paragraphs[0].alignment, cell.paragraphs[0].runs[0].bold, cell.paragraphs[0].style.font.size)
        for cell in (grid.cell(0, 1), grid.cell(1, 0), grid.cell(1, 1), grid.cell(61, 1))
    ]
    right, small = WD_ALIGN_PARAGRAPH.RIGHT, Pt(9)
    assert looks == [(right, True, small), (None, None, small), (right, None, small), (right, True, small)]
    columns = [column.width or 0 for column in grid.columns]
    assert Mm(171) < sum(columns) <= Mm(172)
    assert columns[3] == max(columns) > 2 * columns[6], "as wide as what stands in them"


def test_a_text_for_an_office_has_pages_with_numbers_and_none_that_is_empty() -> None:
    """What stands behind a table, or a break in a line of its own, might be all that there is on a page."""
    table, broad = sample(lines=3).blocks[1], [Column(key=key, head=key * 30) for key in "klmno"]
    wide = Table(key="w", title="Rộng", columns=broad, rows=[tuple("vwxyz")])
    assert isinstance(table, Table)
    bare = replace(table, title="")
    made = replace(sample(), blocks=[table, Break(), table, Break("B"), bare, Break(), wide, Break(), bare])
    paper = docx.Document(io.BytesIO(docx_format.render(made)))
    assert [section.orientation for section in paper.sections] == [0, 1, 0]
    body = list(paper.element.body)
    turns = [n for n, one in enumerate(body) if one.xpath("self::w:p[.//w:pageBreakBefore or .//w:sectPr]")]
    assert len(turns) == 4
    assert all(body[n - 1].xpath("boolean(self::w:tbl)") for n in turns)
    assert not paper.element.xpath("//w:br[@w:type='page']")
    last = paper.sections[-1].footer.paragraphs[0]._p
    assert last.xpath("string()") == "Báo cáo mẫu – Trang 1/1"
    assert last.xpath(".//w:fldSimple/@w:instr") == ["PAGE", "NUMPAGES"]
    assert set(paper.styles.element.xpath("//w:lang/@w:val")) == {"vi-VN"}


def test_the_same_report_is_the_same_bytes() -> None:
    once = printed(sample(lines=5))
    assert printed(sample(lines=5)) == once
    code = "import json; from tests.report.written import printed, sample; print(json.dumps(printed(sample(lines=5))))"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    around = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "America/Lima", "PYTHONPATH": path}
    other = subprocess.run([sys.executable, "-c", code], env=around, capture_output=True, check=True, cwd=ROOT)
    assert json.loads(other.stdout) == once


def _sorted(points: list[tuple[float, float | None]]) -> list[tuple[float, float | None]]:
    return sorted(points, key=lambda point: point[0])


texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0", "#N/A", HOSTILE, "]]>", "#let x = 1", "$x$",
                     "{{ 7*7 }}", "a;b\"c'd", "\ud800", "\x1b[31m", "x" * 300, "\u202eabc", "[A]*?/\\:", "\ufffe"]),
)  # fmt: skip
ratios = st.floats(-1, 2)
cells: st.SearchStrategy[Cell] = st.one_of(
    texts,
    st.integers(-(10**12), 10**12),
    st.floats(-1e12, 1e12),
    st.just(math.nan),
    ratios.map(Share),
    st.integers(-(10**6), 10**9).map(Lasted),
    st.integers(0, 4 * 10**9).map(lambda at: Moment(float(at))),
    st.integers(0, 4 * 10**9).map(lambda at: Day(float(at))),
    st.builds(Measured, st.floats(-1e6, 1e12), st.sampled_from(["ratio", "seconds", "bytes", "dbm", "number", "<u>"])),
    st.none(),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 9))
    rows = st.lists(st.tuples(*[cells] * count), max_size=3)
    columns = [Column(key=f"k{n}", head=draw(texts), right=draw(st.booleans())) for n in range(count)]
    found = draw(rows)
    tones: list[tuple[int, Tone]] = [(0, "warn")] if found else []
    total = draw(st.none() | st.tuples(*[cells] * count))
    return Table(key="t", title=draw(texts), columns=columns, rows=found, total=total, tones=tones, empty=draw(texts))


tones = st.sampled_from(["", "good", "warn", "bad", "dim"])
values = st.floats(0, 1e9)
blocks: st.SearchStrategy[Block] = st.one_of(
    tables(),
    st.builds(Facts, key=st.just("f"), title=texts, rows=st.lists(st.tuples(st.just("k"), texts, cells), max_size=3)),
    st.builds(Text, texts, st.booleans()),
    st.builds(Heading, texts, st.sampled_from([2, 3])),
    st.builds(
        Bars, key=st.just("b"), title=texts, unit=st.sampled_from(["ratio", "bytes"]), limit=st.none() | values,
        rows=st.lists(st.tuples(texts, values, tones), max_size=3),
    ),
    st.builds(
        Line, key=st.just("l"), title=texts, unit=st.sampled_from(["seconds", "<u>"]), limit=st.none() | values,
        points=st.lists(st.tuples(st.floats(1e9, 2e9), st.none() | values | st.just(math.nan)), max_size=9)
        .map(_sorted),
    ),
    st.builds(Break, texts),
    st.builds(Signatures, st.lists(texts, max_size=3).map(tuple)),
)  # fmt: skip
documents = st.builds(
    Document,
    id=st.just("x"),
    title=texts,
    subtitle=texts,
    issuer=texts,
    language=st.sampled_from(["vi", "en"]),
    zone=st.just("Asia/Ho_Chi_Minh"),
    blocks=st.lists(blocks, max_size=4),
)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(documents)
def test_whatever_somebody_calls_things_it_stays_text(document: Document) -> None:
    written = {name: import_module(f"netmon.report.formats.{name}").render(document) for name in NAMES}
    first = next((block for block in document.blocks if isinstance(block, Table)), None)
    book = openpyxl.load_workbook(io.BytesIO(written["xlsx"]))
    places = [place for sheet in book for row in sheet.iter_rows() for place in row]
    assert {place.data_type for place in places} <= {"s", "n", "d"}  # no formulas, no errors
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert not any(field.startswith(csv_format.FORMULA) and not _numeric(field) for row in fields(written["csv"])
                   for field in row)  # fmt: skip
    assert pypdf.PdfReader(io.BytesIO(written["pdf"])).pages
    page = Page(written["html"].decode())
    assert "script" not in page.names
    paper = docx.Document(io.BytesIO(written["docx"]))
    if first is not None and first.rows:
        pen = pen_of(document)
        expected = [[pen.cell(cell) for cell in row] for row in first.rows]
        assert expected == _among(page.rows, expected)
        read = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
        assert expected == _among(read, expected)
        strings = {place.value for place in places}
        assert {plain(cell) for row in first.rows for cell in row if isinstance(cell, str) and plain(cell)} <= strings
    assert json.loads(written["json"])["title"] == document.title.encode("utf-8", "replace").decode()


def _numeric(field: str) -> bool:
    return not set(field) - set("-0123456789,.:%")


def _among(rows: list[list[str]], wanted: list[list[str]]) -> list[list[str]]:
    """`wanted` where it stands among the rows; nothing if it does not."""
    starts = (n for n in range(len(rows)) if rows[n : n + len(wanted)] == wanted)
    return rows[(start := next(starts, len(rows))) : start + len(wanted)]
