"""Does the spreadsheet a province has become an inventory, time and again, and is each mistake told by its cell?"""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from openpyxl import load_workbook

from netmon.cli.export import export
from netmon.cli.import_ import import_
from netmon.errors import InputError
from netmon.settings.project import Project, load
from netmon.settings.sheets.plan import Asked, make_plan
from netmon.settings.sheets.reading import read_file
from netmon.settings.sheets.vocabulary import load_vocabulary
from tests.conftest import ROOT
from tests.settings.sheets.biff import xls
from tests.settings.sheets.workbook import SAME_NAME, abc, messy, saved, simple
from tests.settings.written import checked

BARE = ("netmon.yaml", "inventory/province.yaml", "inventory/core.yaml", "inventory/calendars/vn-2026.yaml")
HEAD = ["STT", "Tên điểm", "IP", "Nhà mạng", "Mã kênh", "Băng thông"]


def started(folder: Path) -> Path:
    """A project that has the data centre and nothing behind it."""
    for part in BARE:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, folder / part)
    return folder


def said(
    capsys: pytest.CaptureFixture[str], file: Path, project: Path, *, write: bool = True, **more: Any
) -> list[str]:
    """What an import prints, which must go well."""
    capsys.readouterr()
    import_(file, into=project, write=write, **more)
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], file: Path, project: Path, **more: Any) -> list[str]:
    """The errors of an import, but for the last line, which counts them; nothing may be written."""
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    capsys.readouterr()
    with pytest.raises(typer.Exit) as end:
        import_(file, into=project, write=True, **more)
    assert end.value.exit_code == 1
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == f"{file.name}: {len(lines) - 1} error{'' if len(lines) == 2 else 's'}; nothing was written"
    return lines[:-1]


@pytest.fixture(scope="module")
def sample() -> Project:
    return load(ROOT)


@pytest.fixture(scope="module")
def province(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The messy spreadsheet, and a project it was imported into; neither may be changed."""
    folder = tmp_path_factory.mktemp("province")
    file = messy(sample.inventory, folder / "mạng.xlsx")
    project = started(folder / "project")
    import_(file, into=project, write=True)
    return file, project


@pytest.fixture
def imported(province: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Copies of the same, to be changed."""
    shutil.copy(province[0], tmp_path / "mạng.xlsx")
    shutil.copytree(province[1], tmp_path / "project")
    return tmp_path / "mạng.xlsx", tmp_path / "project"


def test_a_messy_spreadsheet_of_111_sites(
    province: tuple[Path, Path], sample: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    _, project = province
    code, lines = checked(project, capsys)
    assert (code, lines[-1]) == (0, "113 sites, 121 devices, 141 links")
    found = load(project).inventory
    ours = sample.inventory
    by_address = {device.address: found.sites[device.site] for device in found.devices.values()}
    for site in ours.sites.values():
        twin = by_address[ours.devices[site.gateway or ""].address]
        assert (twin.name, twin.level) == (SAME_NAME.get(site.id, site.name), site.level)
        assert len(twin.uplinks) == len(site.uplinks)
        for one, other in zip(twin.uplinks, site.uplinks, strict=True):
            line, true = found.links[one], ours.links[other]
            assert (line.carrier, line.circuit, line.bandwidth) == (true.carrier, true.circuit, true.bandwidth)
            assert line.role == true.role
        if site.area:
            ours_to = ours.sites[ours.devices[ours.links[site.uplinks[0]].target].site].name
            assert found.sites[found.devices[found.links[twin.uplinks[0]].target].site].name == ours_to
            assert twin.at == site.at
            assert twin.valid.since == date(2019, 7, 1)
    assert {site.id for site in found.sites.values() if site.name == "Xã Tân Lập"} == {
        "tan-lap-luc-yen",
        "tan-lap-tran-yen",
        "tan-lap-van-yen",
    }
    assert {"dong-cuong", "mu-cang-chai", "yen-binh", "thi-tran-yen-binh"} <= set(found.sites)
    assert "khong-con" not in found.sites


def test_the_mapping_is_shown_and_nothing_written_unless_told(
    province: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = started(tmp_path / "new")
    lines = said(capsys, province[0], project, write=False)
    assert lines[:2] == ["sheet 'Bìa': not read (no captions that are known)", "sheet 'Bản cũ': not read (hidden)"]
    assert "  G  Nhà mạng           -> carrier of line 2    Viettel" in lines
    assert any("Mù Cang Chải (captions in row 2, 7 places, typed in TCVN3)" in line for line in lines)
    assert (
        "sheet 'Khối tỉnh': rows that are no site: B31 'Tổng cộng' (no site), F32 'NGƯỜI LẬP BIỂU' (no site)" in lines
    )
    assert lines[-1].startswith("111 new, 0 changed, 0 unchanged, 0 in conflict. Nothing was written")
    assert not (project / "inventory" / "imported").exists()


def test_a_second_import_changes_nothing(imported: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, project = imported
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert said(capsys, file, project)[-1] == (
        "0 new, 0 changed, 111 unchanged, 0 in conflict. Nothing to change in the inventory."
    )
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def edited(path: Path, *changes: tuple[str, str]) -> str:
    """A file with hand edits; what is replaced must be there once."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return text


def test_what_was_edited_by_hand_stays(imported: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, project = imported
    path = project / "inventory" / "imported" / "kv-van-yen.yaml"
    by_hand = edited(
        path,
        ("    name: Xã An Bình\n", "    name: Xã An Bình   # sửa tay, giữ nguyên\n"),
        ("address: 10.28.4.16,", "address: 10.28.4.216,"),
        ("circuit: YB-VY-LT, bandwidth: 8M", "circuit: YB-VY-LT, bandwidth: 20M"),
        ("{na-hau-r1: {address: 10.28.4.24, role: router}}", "{nh-r1: {address: 10.28.4.24, role: router}}"),
        ("  mo-vang:\n", "  # một dòng ghi chú\n  mo-vang:\n"),
        ("    devices: {mau-a-r1", "    hours: office\n    devices: {mau-a-r1"),
    )
    workbook = load_workbook(file)
    sheet = workbook["Văn Yên"]
    rows = {sheet.cell(row, 2).value: row for row in range(3, sheet.max_row + 1)}
    sheet.cell(rows["Xã Lang Thíp"], 7, "10 Mbps")  # edited by hand too: a conflict
    sheet.cell(rows["Xã Mỏ Vàng"], 5, "VNPT")
    sheet.cell(rows["Xã Mỏ Vàng"], 2, "Xã Mỏ Vàng (sáp nhập)")  # known by its address
    sheet.cell(rows["Xã Nà Hẩu"], 5, "VNPT ; Viettel")  # a second line
    sheet.cell(rows["Xã Nà Hẩu"], 9, "anh Giàng")
    sheet.append([99, "Xã Mới", "Xã", "10.28.4.99", "Viettel", "YB-VY-MOI", "50M"])
    sheet.delete_rows(rows["Xã Phong Dụ Hạ"])
    saved(workbook, file)
    lines = said(capsys, file, project)
    assert lines[lines.index("") + 1 :] == [
        "new in inventory/imported/kv-van-yen.yaml:",
        "  moi  Xã Mới",
        "new lines of which nothing else tells end at yb-core-1 (another device: --to)",
        "changed    mo-vang  name: 'Xã Mỏ Vàng' -> 'Xã Mỏ Vàng (sáp nhập)'",
        "changed    mo-vang  carrier of line 1: 'viettel' -> 'vnpt'",
        "changed    na-hau  contact: nothing -> 'anh Giàng'",
        "changed    na-hau  carrier of line 2: nothing -> 'viettel'",
        "conflict   lang-thip  bandwidth of line 1: '20M' by hand stays; the spreadsheet says '10M'",
        "vanished   phong-du-ha: no longer in the spreadsheet; it stays in the inventory",
        "1 new, 2 changed, 107 unchanged, 1 in conflict, 1 vanished. Written: inventory/imported/kv-van-yen.yaml.",
    ]
    now = path.read_text(encoding="utf-8")
    expected = by_hand.replace("    name: Xã Mỏ Vàng\n", "    name: Xã Mỏ Vàng (sáp nhập)\n")
    expected = expected.replace("carrier: viettel, circuit: YB-VY-MV", "carrier: vnpt, circuit: YB-VY-MV")
    head, _, tail = expected.partition("  na-hau:\n")
    tail = tail.replace("    valid:", "    contacts: [{name: anh Giàng, role: đầu mối}]\n    valid:", 1)
    line = "{to: van-yen-r1, kind: adsl, carrier: vnpt, circuit: YB-VY-NH, bandwidth: 8M}"
    tail = tail.replace(line, line + ",\n              {to: van-yen-r1, carrier: viettel, role: backup}")
    new = (
        "\n  moi:\n    name: Xã Mới\n    class: commune\n    area: kv-van-yen\n"
        "    devices: {moi-r1: {address: 10.28.4.99, role: router}}\n"
        "    uplinks: [{to: van-yen-r1, carrier: viettel, circuit: YB-VY-MOI, bandwidth: 50M}]\n"
    )
    assert now == f"{head}  na-hau:\n{tail}{new}"
    assert checked(project, capsys)[0] == 0
    again = said(capsys, file, project)
    assert again[-1].startswith("0 new, 0 changed, 110 unchanged, 1 in conflict, 1 vanished. Nothing to change")
    assert path.read_text(encoding="utf-8") == now


def test_what_was_taken_out_by_hand_stays_out(imported: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, project = imported
    path = project / "inventory" / "imported" / "khoi-tinh.yaml"
    text = path.read_text(encoding="utf-8")
    first, last = text.index("  so-y-te:"), text.index("  thanh-tra-tinh:")
    path.write_text(text[:first] + text[last:], encoding="utf-8")
    lines = said(capsys, file, project)
    assert "removed    so-y-te: taken out of the inventory by hand; not written again" in lines
    assert path.read_text(encoding="utf-8") == text[:first] + text[last:]


def test_out_and_in_again_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ra.xlsx"
    export("xlsx", ROOT, out)
    assert capsys.readouterr().out == f"{out}: 113 sites in 11 sheets\n"
    lines = said(capsys, out, ROOT, write=False)
    assert lines[-1].startswith("0 new, 0 changed, 113 unchanged, 0 in conflict. Nothing to change in the inventory.")
    workbook = load_workbook(out)
    sheet = workbook["Văn Yên"]
    row = {sheet.cell(1, n).value or sheet.cell(2, n).value: sheet.cell(3, n) for n in range(1, sheet.max_column + 1)}
    assert (row["Tên điểm"].value, row["Vĩ độ"].value, row["Mã điểm"].value) == ("Huyện Văn Yên", 21.883, "van-yen")
    assert sheet["R3"].value == 200
    assert sheet["R2"].value == "Băng thông (Mbps)"


def test_what_is_exported_are_real_dates_and_never_formulas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = started(tmp_path / "project")
    file = tmp_path / "a.csv"
    file.write_text("Tên điểm;Khu vực;IP;Ngày hòa mạng\n=1+1 & Co;Văn Yên;10.1.2.3;01/07/2024\n", encoding="utf-8")
    said(capsys, file, project)
    export("xlsx", project, tmp_path / "ra.xlsx")
    sheet = load_workbook(tmp_path / "ra.xlsx")["KV Văn Yên"]
    assert (str(sheet["L3"].value), sheet["L3"].number_format) == ("2024-07-01 00:00:00", "DD/MM/YYYY")
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=1+1 & Co", "s")


def test_an_old_workbook_and_tables_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same table as .xls, as CSV of Excel, and as CSV in TCVN3; the second and third find nothing to change."""
    project = started(tmp_path / "project")
    rows: list[list[str | float | None]] = [
        ["DANH SÁCH", None, None, None, None, None],
        [*HEAD],
        [1, "Sở Y tế", "10.28.20.21 ", "VNPT", "YB-SYT", 100],
    ]
    old = tmp_path / "cũ.xls"
    old.write_bytes(xls("Sở ngành", rows, [(0, 0, 0, 5)]))
    assert (
        said(capsys, old, project)[-1]
        == "1 new, 0 changed, 0 unchanged, 0 in conflict. Written: inventory/imported/so-nganh.yaml."
    )
    text = "\r\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)
    table = tmp_path / "bảng.csv"
    table.write_bytes(text.encode("utf-8-sig"))
    assert said(capsys, table, project)[-1].startswith("0 new, 0 changed, 1 unchanged, 0 in conflict.")
    table.write_bytes(abc(text).encode("latin-1"))
    assert said(capsys, table, project)[-1].startswith("0 new, 0 changed, 1 unchanged, 0 in conflict.")


def row(
    name: str = "Xã A",
    address: Any = "10.28.4.11",
    carrier: Any = "VNPT",
    circuit: Any = "K1",
    rate: Any = "50M",
    *more: Any,
) -> list[Any]:
    return [1, name, address, carrier, circuit, rate, *more]


CELL = "mạng.xlsx!Văn Yên!"
BROKEN: dict[str, tuple[list[list[Any]], list[str]]] = {
    "octet": (
        [HEAD, row(address="10.28.4.300")],
        [f"{CELL}C2: '10.28.4.300' is not an address (300 is more than 255)"],
    ),
    "network": (
        [HEAD, row(address="10.28.4.0/24")],
        [f"{CELL}C2: '10.28.4.0/24' is not the address of one host (but of its network, or of all in it)"],
    ),
    "number": (
        [HEAD, row(address=10.284)],
        [f"{CELL}C2: '10.284' is not an address (a number: format the column as text)"],
    ),
    "two-addresses": (
        [HEAD, row(address="10.28.4.11, 10.28.4.12")],
        [f"{CELL}C2: '10.28.4.11, 10.28.4.12' is more than one address (give that of the router)"],
    ),
    "same-address": (
        [HEAD, row("Xã A"), row("Xã B")],
        [f"{CELL}C3: '10.28.4.11' is the address of 'Xã A' already (Văn Yên!C2)"],
    ),
    "taken-address": (
        [HEAD, row(address="10.28.0.1")],
        [f"{CELL}C2: '10.28.0.1' is the address of the device 'yb-core-1' of 'Trung tâm dữ liệu tỉnh'"],
    ),
    "carrier": ([HEAD, row(carrier="Vietel")], [f"{CELL}D2: 'Vietel' is no known carrier (did you mean 'viettel'?)"]),
    "bandwidth": (
        [HEAD, row(rate="nhanh")],
        [f"{CELL}F2: 'nhanh' is not a bandwidth (such as 50M, 50 Mbps or 1 Gb/s)"],
    ),
    "bandwidths": ([HEAD, row(rate="50M + 20M")], [f"{CELL}F2: 2 values for 1 carrier in D2"]),
    "date": (
        [[*HEAD, "Ngày hòa mạng"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", "31/02/2024")],
        [f"{CELL}G2: '31/02/2024' is not a date (day is out of range for month)"],
    ),
    "american-date": (
        [[*HEAD, "Ngày hòa mạng"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", "7/2024")],
        [f"{CELL}G2: '7/2024' is not a date (such as 01/07/2025, the day first)"],
    ),
    "far-end": (
        [[*HEAD, "Kết nối về"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", "yb-core-3")],
        [f"{CELL}G2: 'yb-core-3' is no device, site or node of this inventory (did you mean 'yb-core-2'?)"],
    ),
    "nameless": ([HEAD, row(), row(None, "10.28.4.12")], [f"{CELL}B3: no name, but an address beside it"]),  # type: ignore[arg-type]
    "level": (
        [[*HEAD, "Cấp"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", "Ấp")],
        [f"{CELL}G2: 'Ấp' is no level of this province (its levels are central, province, district, commune)"],
    ),
    "formula": (
        [HEAD, row(address="=C9")],
        [f"{CELL}C2: a formula without a value: open the file in a spreadsheet program and save it"],
    ),
    "error-value": ([HEAD, row(address="#REF!")], [f"{CELL}C2: the cell shows the error #REF!"]),
    "coordinates": (
        [[*HEAD, "Vĩ độ", "Kinh độ"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", 104.5, 21.8)],
        [f"{CELL}G2: '104.5' is more than 90 degrees (are latitude and longitude the wrong way round?)"],
    ),
    "latitude-alone": (
        [[*HEAD, "Vĩ độ", "Kinh độ"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", 21.8)],
        [f"{CELL}G2: a latitude without a longitude"],
    ),
    "twice": (
        [HEAD, row(), row("xã  a", "10.28.4.12")],
        [f"{CELL}B3: 'xã a' stands in Văn Yên!B2 already (the district tells places of one name apart)"],
    ),
    "id": (
        [
            [*HEAD, "Mã điểm"],
            row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", "Xã A"),
            row("Xã B", "10.28.4.12", "VNPT", "K2", "50M", "vnpt"),
        ],
        [
            f"{CELL}G2: 'Xã A' is not an id: small letters, digits and hyphens",
            f"{CELL}G3: 'vnpt' is the id of something else",
        ],
    ),
    "all-at-once": (
        [["BẢNG"], [], HEAD, row(address="10.28.4.256"), row("Xã B", "x", "FTP", "K2", "?")],
        [
            f"{CELL}C4: '10.28.4.256' is not an address (256 is more than 255)",
            f"{CELL}C5: 'x' is not an address (such as 10.28.4.11 or 10.28.4.11/24)",
            f"{CELL}D5: 'FTP' is no known carrier (did you mean 'fpt'?)",
            f"{CELL}F5: '?' is not a bandwidth (such as 50M, 50 Mbps or 1 Gb/s)",
        ],
    ),
    "no-captions": (
        [["a", "b"], ["c", "d"]],
        [
            (
                "mạng.xlsx: no sheet has captions in its first rows that netmon knows: "
                "a name, and one thing more such as the address"
            )
        ],
    ),
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return load(started(tmp_path_factory.mktemp("bare")))


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_told_by_its_cell(what: str, bare: Project, tmp_path: Path) -> None:
    rows, expected = BROKEN[what]
    file = simple(tmp_path / "mạng.xlsx", rows)
    with pytest.raises(InputError) as error:
        make_plan(read_file(file), file.name, bare, load_vocabulary(), Asked())
    assert [str(problem) for problem in error.value.problems] == expected


def test_all_mistakes_are_told_at_once_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, expected = BROKEN["all-at-once"]
    assert refused(capsys, simple(tmp_path / "mạng.xlsx", rows), started(tmp_path / "project")) == expected


def test_what_the_operator_says_of_a_column_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = started(tmp_path / "project")
    file = simple(tmp_path / "a.xlsx", [["Tên điểm", "Số hộp"], ["Sở Y tế", "10.28.20.21"]], "Sở ngành")
    assert len(refused(capsys, file, project)) == 1
    said(capsys, file, project, column=["số hộp=address"], to="yb-core-2")
    inventory = load(project).inventory
    assert inventory.devices["so-y-te-r1"].address == "10.28.20.21"
    assert inventory.links["so-y-te/1"].target == "yb-core-2"
    with pytest.raises(typer.BadParameter):
        import_(file, into=project, column=["Số hộp=adress"])
    assert refused(capsys, file, project, to="yb-core-9") == [
        "--to: 'yb-core-9' is no device of this inventory (did you mean 'yb-core-2'?)"
    ]


def test_an_area_that_no_site_is_called_after_keeps_the_name_it_has_in_the_spreadsheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a province of two levels nothing else says it."""
    project = started(tmp_path / "project")
    head = ["Tên điểm", "Khu vực", "IP", "Nhà mạng", "Mã kênh"]
    rows = [["Xã A", "HUYỆN VĂN YÊN", "10.28.4.11", "VNPT", "K1"], ["Xã B", "Lục Yên", "10.28.5.11", "VNPT", "K2"]]
    first = simple(tmp_path / "a.xlsx", [head, *rows, ["Huyện Lục Yên", "Lục Yên", "10.28.5.1", "VNPT", "K3"]])
    said(capsys, first, project)
    assert load(project).inventory.areas == {"kv-van-yen": "KV Văn Yên"}, "Lục Yên has a site of its own"
    renamed = project / "inventory" / "imported" / "kv-van-yen.yaml"
    renamed.write_text(renamed.read_text(encoding="utf-8").replace("KV Văn Yên", "Vùng 3"), encoding="utf-8")
    more = [["Xã C", "Vùng 3", "10.28.4.12", "VNPT", "K4"], ["Xã D", "Mù Cang Chải", "10.28.6.1", "VNPT", "K5"]]
    assert said(capsys, simple(tmp_path / "b.xlsx", [head, *more]), project)[-1].startswith("2 new, 0 changed")
    inventory = load(project).inventory
    assert inventory.areas == {"kv-van-yen": "Vùng 3", "kv-mu-cang-chai": "KV Mù Cang Chải"}
    assert inventory.sites["c"].area == "kv-van-yen"
    export("xlsx", project, tmp_path / "ra.xlsx")
    assert "Vùng 3" in load_workbook(tmp_path / "ra.xlsx").sheetnames
    assert said(capsys, tmp_path / "ra.xlsx", project, write=False)[-1].startswith("0 new, 0 changed")


def test_a_project_that_is_wrong_before_is_not_put_down_to_the_spreadsheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = started(tmp_path / "project")
    (project / "netmon.yaml").write_text("lissen: x\n", encoding="utf-8")
    with pytest.raises(typer.Exit):
        import_(simple(tmp_path / "a.xlsx", [HEAD, row("Xã A", "10.28.4.11", "VNPT", "K1", "50M")]), into=project)
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"{project}, before anything is imported: 1 error; nothing was written"
    )


def test_an_inventory_that_check_would_refuse_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each cell makes sense, and the whole does not: the line's end is the address of a device elsewhere."""
    project = started(tmp_path / "project")
    file = simple(tmp_path / "a.xlsx", [[*HEAD, "IP WAN"], row("Xã A", "10.28.4.11", "VNPT", "K1", "50M", "10.1.0.1")])
    assert refused(capsys, file, project)[-1].startswith(
        "inventory/imported/kv-van-yen.yaml:9:84: after this import: duplicate address 10.1.0.1: already that of"
    )


def test_export_names_its_file_by_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must end in"):
        export("xlsx", ROOT, tmp_path / "ra.xls")
    with pytest.raises(InputError, match="cannot be written"):
        export("xlsx", ROOT, tmp_path / "none" / "ra.xlsx")
