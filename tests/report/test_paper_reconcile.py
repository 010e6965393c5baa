"""Do a carrier's figures, however they are written, stand beside ours, and is the difference explained?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from netmon.errors import InputError
from netmon.report import theirs_cells
from netmon.report.document import Lasted, Moment, Share
from netmon.report.papers import reconcile
from tests.report.months import (
    NOVEMBER,
    OCTOBER,
    Broken,
    column,
    confirm,
    facts,
    october,
    rows,
    sources,
    table,
    write,
)

HEAD = ("TT", "Mã kênh", "Thời gian gián đoạn (phút)", "Độ khả dụng (%)", "Ghi chú")
MONTH = NOVEMBER - OCTOBER


def sheet(path: Path, lines: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, name: str = "Tháng 10") -> Path:
    """A workbook as carriers send them: with the name of the office above the captions."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = name
    page.append(["VIỄN THÔNG TỈNH"])
    page.append([])
    page.append(list(head))
    for line in lines:
        page.append(list(line))
    book.save(path)
    return path


def outage(root: str, day: int, minutes: int, **said: Any) -> Broken:
    since = OCTOBER + day * 86400
    return Broken(root=root, since=since, until=since + minutes * 60, affected=(root,), **said)


def test_each_circuit_is_the_same_or_differs_by_the_outages_named(folder: Path) -> None:
    where = sources(folder / "var")
    ours = [outage("ford", 2, 100), outage("ford", 5, 30), outage("ford", 9, 7)]
    ours += [outage("hill", 3, 60), outage("lake", 4, 90, cause="fibre"), outage("lake", 8, 45, cause="power")]
    write(where, ours)
    confirm(where, ours[0], "carrier")
    file = sheet(
        folder / "t.xlsx",
        [
            (1, "FORD-1", 107, None, ""),
            (2, "hill_1", 60, 0.9987, "as agreed"),
            (3, "LAKE-1", 90, None, ""),
            (4, "MILL-1", 12, None, ""),
            (5, "FROD-1", 3, None, ""),
            (None, "Tổng cộng", 272, None, ""),
        ],
    )
    found = reconcile.write(october(theirs=file), where)
    shown = {str(row["circuit"]): row for row in rows(table(found, "circuits"))}
    assert list(shown) == ["FORD-1", "MILL-1", "LAKE-1", "HILL-1"], "what differs most comes first"
    assert (shown["FORD-1"]["ours"], shown["FORD-1"]["difference"]) == (Lasted(137 * 60), -30.0)
    assert [shown[key]["verdict"] for key in shown] == [
        "They count less", "They count more", "The same as what is their fault", "The same",
    ]  # fmt: skip
    assert shown["MILL-1"]["difference"] == 12.0
    assert shown["HILL-1"]["our_share"] == Share(1 - 3600 / MONTH)
    missing = [(row["circuit"], row["lasted"]) for row in rows(table(found, "outages")) if row["missing"]]
    assert missing == [("FORD-1", Lasted(1800)), ("LAKE-1", Lasted(45 * 60))]
    [unknown] = rows(table(found, "only_theirs"))
    assert (unknown["circuit"], unknown["meant"]) == ("FROD-1", ""), "the one like it is theirs already"
    assert column(table(found, "only_ours"), "circuit") == ["TOWN-1"], "of the same carrier; MOOR-1 is another's"
    assert facts(found) == {
        "rows": 5, "equal": 1, "equal_carrier": 1, "less": 1, "more": 1, "only_theirs": 1, "only_ours": 1, "wrong": 0,
        "their_sum": Lasted(269 * 60), "our_sum": Lasted((137 + 60 + 135) * 60),
    }  # fmt: skip


def test_the_fewest_outages_that_make_the_difference(folder: Path) -> None:
    where = sources(folder / "var")
    write(where, [outage("ford", day, 10 * 2**day) for day in range(6)])
    file = sheet(folder / "t.xlsx", [(1, "FORD-1", 630 - 20 - 80, None, "")])
    found = rows(table(reconcile.write(october(theirs=file), where), "outages"))
    assert [row["lasted"] for row in found if row["missing"]] == [Lasted(1200), Lasted(4800)]
    assert [row["from"] for row in found] == [Moment(OCTOBER + day * 86400) for day in range(6)]


def test_an_availability_is_as_exact_as_it_is_written(folder: Path) -> None:
    where = sources(folder / "var")
    write(where, [outage("ford", 1, 100), outage("hill", 1, 100)])
    share = 1 - 6000 / MONTH  # 99.776 %
    head = ("Mã kênh", "Độ khả dụng")
    file = sheet(folder / "t.xlsx", [("FORD-1", "99,78%"), ("HILL-1", "99,7800%")], head)
    shown = {
        row["circuit"]: row["verdict"] for row in rows(table(reconcile.write(october(theirs=file), where), "circuits"))
    }
    assert shown == {"FORD-1": "The same", "HILL-1": "They count less"}
    file = sheet(folder / "u.xlsx", [("FORD-1", share), ("HILL-1", 1)], head)
    shown = {
        row["circuit"]: row["verdict"] for row in rows(table(reconcile.write(october(theirs=file), where), "circuits"))
    }
    assert shown == {"FORD-1": "The same", "HILL-1": "The same as what is their fault"}, "numbers up to 1 are shares"


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [
        (108, 60, 6480), (1.5, 3600, 5400), ("108", 60, 6480), ("108,5", 60, 6510), ("1.234", 60, 74040),
        ("1:48:00", 60, 6480), ("1:48", 60, 6480), ("1 day, 2:00:00", 60, 93600), ("1 giờ 48 phút", 60, 6480),
        ("108 phút", 3600, 6480), ("1h48", 60, 6480), ("2 ngày 3 giờ", 60, 183600), ("90 giây", 60, 90), (0, 60, 0),
        ("1.234 phút", 3600, 74040), ("2.500,5 giây", 60, 2500.5), ("12.5 phút", 60, 750), ("0.125", 3600, 450),
    ],
)  # fmt: skip
def test_lengths_of_time_as_people_write_them(cell: str | float, unit: int, seconds: float) -> None:
    assert theirs_cells.seconds(cell, unit) == seconds


@pytest.mark.parametrize("cell", ["-5", "−5 phút", "- 1:48:00"])
def test_no_length_of_time_is_negative(cell: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        theirs_cells.seconds(cell, 60)


@pytest.mark.parametrize(
    ("cell", "percent", "ratio"),
    [
        ("99,72%", False, 0.9972),
        ("99.72", False, 0.9972),
        (99.72, True, 0.9972),
        (0.9972, False, 0.9972),
        (1, False, 1.0),
    ],
)
def test_availabilities_as_people_write_them(cell: str | float, percent: bool, ratio: float) -> None:
    found = theirs_cells.ratio(cell, percent=percent)
    assert found is not None
    assert found[0] == pytest.approx(ratio, abs=1e-12)
    assert found[1] == pytest.approx(0 if ratio == 1 else 0.5e-4)


def test_cells_that_say_nothing_are_named_and_the_rest_is_compared(folder: Path) -> None:
    where = sources(folder / "var")
    write(where, [])
    file = sheet(
        folder / "t.xlsx",
        [
            ("(1)", "(2)", "(3)", "(4)", "(5)"),
            (1, "FORD-1", "không có", "100,5%", ""),
            (2, "HILL-1", -5, None, ""),
            (3, None, 7, None, ""),
            (4, "LAKE-1", 0, None, ""),
            (5, "lake 1", 3, None, ""),
            (6, "MOOR-1", None, None, ""),
            (7, "MILL-1", "=A1", None, ""),
            HEAD,
        ],
    )
    found = reconcile.write(october(theirs=file), where)
    assert [(row["where"], row["text"], row["why"]) for row in rows(table(found, "wrong"))] == [
        ("Tháng 10!C5", "không có", "is no length of time (such as 108, 1:48:00, 1 giờ 48 phút)"),
        ("Tháng 10!D5", "100,5%", "is more than 100%"),
        ("Tháng 10!C6", "-5", "is less than 0"),
        ("Tháng 10!B7", "", "figures without a circuit"),
        ("Tháng 10!B10", "MOOR-1", "a circuit without figures"),
        (
            "Tháng 10!C11",
            "",
            "cannot be used: a formula without a value: open the file in a spreadsheet program and save it",
        ),
        ("Tháng 10!B9", "lake 1", "the circuit is in Tháng 10!B8 already"),
    ]
    assert column(table(found, "circuits"), "circuit") == ["LAKE-1"]


def test_csv_in_hours(folder: Path) -> None:
    where = sources(folder / "var")
    write(where, [outage("ford", 1, 90)])
    file = folder / "vnpt.csv"
    file.write_bytes(
        "Số hiệu kênh;Số lần gián đoạn;Tổng thời gian mất liên lạc (giờ)\nFORD-1;1;1,5\n".encode("utf-8-sig")
    )
    [row] = rows(table(reconcile.write(october(theirs=file), where), "circuits"))
    assert (row["theirs"], row["verdict"]) == (Lasted(5400), "The same")


def test_a_file_without_such_a_table_is_an_error(folder: Path) -> None:
    where = sources(folder / "var")
    write(where, [])
    with pytest.raises(InputError, match="--theirs"):
        reconcile.write(october(), where)
    for name, text in (("a.csv", "Mã kênh;Ghi chú\nFORD-1;x\n"), ("b.csv", ""), ("c.xlsx", "no workbook")):
        (folder / name).write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=name):
            reconcile.write(october(theirs=folder / name), where)


def test_nothing_of_the_period_is_left_out(folder: Path) -> None:
    """Ours, by its columns, is the whole period for each circuit."""
    where = sources(folder / "var")
    write(where, [outage("ford", 2, 100)])
    file = sheet(folder / "t.xlsx", [(1, "FORD-1", 100, None, "")])
    [row] = rows(table(reconcile.write(october(theirs=file), where), "circuits"))
    ours, share = row["ours"], row["our_share"]
    assert isinstance(ours, Lasted)
    assert isinstance(share, Share)
    assert share.ratio == (MONTH - ours.seconds) / MONTH
    assert (row["left_out"], row["unmeasured"]) == (Lasted(0), Lasted(0))
