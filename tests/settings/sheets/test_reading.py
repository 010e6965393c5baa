"""Are all kinds of files read alike, and hostile ones refused in one line, at little cost?"""

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import PieChart, Reference

from netmon.errors import InputError
from netmon.settings.sheets.cells import MAX_ROWS, Broken, Merge, Raw, name_of, page
from netmon.settings.sheets.reading import read_file
from netmon.settings.sheets.workbooks import Unreadable, read_xls, read_xlsx
from tests.settings.sheets.biff import xls
from tests.settings.sheets.workbook import first, saved

OLD = xls("Văn Yên", [["Tên", None, "Ngày"], ["Xã A", 5, date(2024, 7, 1)]], [(0, 0, 0, 1)])


def new() -> bytes:
    buffer = io.BytesIO()
    workbook = Workbook()
    sheet = first(workbook)
    sheet.title = "Văn Yên"
    sheet.append(["Tên", None, "Ngày"])
    sheet.append(["Xã A", 5, date(2024, 7, 1)])
    sheet.merge_cells("A1:B1")
    workbook.save(buffer)
    return buffer.getvalue()


def test_the_same_cells_from_either_workbook() -> None:
    for sheets in (read_xls(OLD), read_xlsx(new())):
        assert [sheet.name for sheet in sheets] == ["Văn Yên"]
        rows = [[str(value).removesuffix(".0") for value in row] for row in sheets[0].rows]
        assert rows == [["Tên", "None", "Ngày"], ["Xã A", "5", "2024-07-01 00:00:00"]]
        assert sheets[0].merges == (Merge(0, 0, 0, 1),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_any_csv(encoding: str, separator: str, tmp_path: Path) -> None:
    # cp1258 has the marks of the tones as letters of their own.
    marks = "Xa\u0303 A" if encoding == "cp1258" else "Xã A"
    (tmp_path / "a.csv").write_bytes(f"Tên{separator}IP\r\n{marks}{separator}10.0.0.1\r\n".encode(encoding))
    assert page(read_file(tmp_path / "a.csv")[0]).rows == (("Tên", "IP"), ("Xã A", "10.0.0.1"))


def bomb(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(size))
    return buffer.getvalue()


def with_part(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as archive:
        for name in old.namelist():
            archive.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb": ("a.xlsx", lambda: bomb(50_000_000), "unpacks to 50 MB, more than the 20 MB that netmon reads"),
    "large": ("a.csv", lambda: b"x" * 20_000_001, "is larger than 20 MB"),
    "entities": (
        "a.xlsx",
        lambda: with_part(new(), "xl/workbook.xml", lambda xml: b'<!DOCTYPE x [<!ENTITY y "z">]>' + xml),
        "is not safe to read: xl/workbook.xml declares a document type",
    ),
    "new-called-old": ("a.xls", new, "is really a .xlsx file: give it that name"),
    "old-called-new": ("a.xlsx", lambda: OLD, "is really a .xls file: give it that name"),
    "text-called-new": ("a.xlsx", lambda: b"a;b\n", "is really a .csv file: give it that name"),
    "web-page": ("a.xls", lambda: b"\xef\xbb\xbf <HTML><table>", "is a web page called .xls: "),
    "locked": ("a.xlsx", lambda: OLD + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"),
    "program": ("a.csv", lambda: b"\x7fELF\0\0", "is not a spreadsheet: netmon reads .xlsx, .xls and .csv"),
    "other": ("a.pdf", lambda: b"%PDF", "is not a spreadsheet: netmon reads .xlsx, .xls and .csv"),
    "half": ("a.xlsx", lambda: new()[:2000], "is damaged: File is not a zip file"),
    "half-old": ("a.xls", lambda: OLD[:1500], "is damaged: "),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_one_line(what: str, tmp_path: Path) -> None:
    name, data, text = HOSTILE[what]
    (tmp_path / name).write_bytes(data())
    with pytest.raises(InputError) as error:
        read_file(tmp_path / name)
    assert len(error.value.problems) == 1
    assert str(error.value.problems[0]).startswith(f"{name}: {text}")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv: cannot be read: No such file or directory"):
        read_file(tmp_path / "a.csv")


def test_a_merge_over_everything_costs_nothing() -> None:
    whole = with_part(new(), SHEET, lambda xml: xml.replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"'))
    seen = page(read_xlsx(whole)[0])
    assert seen.rows == (("Tên",) * 3, ("Tên",) * 3)


def test_formatted_rows_without_end_are_no_rows() -> None:
    far = with_part(new(), SHEET, lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"/></sheetData>'))
    sheet = read_xlsx(far)[0]
    assert (len(sheet.rows), sheet.problem) == (2, "")


def test_too_many_rows_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n" * (MAX_ROWS + 1))
    assert read_file(tmp_path / "a.csv")[0].problem == f"has more than {MAX_ROWS} rows"


def test_formulas_give_their_value_or_say_that_they_have_none(tmp_path: Path) -> None:
    workbook = Workbook()
    first(workbook).append(["x", "=A1", "=A1", "#N/A"])
    data = saved(workbook, tmp_path / "a.xlsx").read_bytes()
    kept = with_part(data, SHEET, lambda xml: xml.replace(b"<f>A1</f><v />", b"<f>A1</f><v>7</v>", 1))
    row = read_xlsx(kept)[0].rows[0]
    assert row[:2] == ("x", 7)
    assert row[2] == Broken("a formula without a value: open the file in a spreadsheet program and save it")
    assert row[3] == Broken("the cell shows the error #N/A")


def test_a_sheet_that_is_a_chart_is_no_table(tmp_path: Path) -> None:
    workbook = Workbook()
    first(workbook).append([7])
    chart = PieChart()
    chart.add_data(Reference(first(workbook), min_col=1, min_row=1))
    workbook.create_chartsheet("Biểu đồ").add_chart(chart)
    assert [sheet.rows for sheet in read_file(saved(workbook, tmp_path / "a.xlsx"))] == [((7,),)]


def test_damage_anywhere_never_goes_further_than_the_file() -> None:
    """Bytes of both kinds of workbook changed at random: read, or refused."""
    parts = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
    for seed in range(60):
        chance = random.Random(seed)

        def spoil(data: bytes, chance: random.Random = chance) -> bytes:
            spoiled = bytearray(data)
            for _ in range(chance.randint(1, 5)):
                spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
            return bytes(spoiled)

        for read, data in ((read_xls, spoil(OLD)), (read_xlsx, with_part(new(), chance.choice(parts), spoil))):
            try:
                found = read(data)
            except Unreadable:
                continue
            assert all(isinstance(sheet, Raw) for sheet in found)


def test_names_of_cells() -> None:
    assert [name_of(*each) for each in ((16, 2), (0, 25), (0, 26), (9, 701), (9, 702))] == [
        "C17",
        "Z1",
        "AA1",
        "ZZ10",
        "AAA10",
    ]
