"""A spreadsheet as a province really has it: the sample's 111 places, with all that people do to a table."""

import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from netmon.model import Inventory, Site
from netmon.settings.sheets.text import ABC, ABC_FIRST

Row = Sequence[Any]
SAME_NAME = {"mau-dong": "Xã Tân Lập", "bao-dap": "Xã Tân Lập", "lam-thuong": "Xã Tân Lập"}
"""Three communes of one name, in three districts."""
CARRIERS = {"vnpt": "VNPT", "viettel": "Viettel"}
KINDS = {"fibre": "Cáp quang", "ftth": "FTTH", "4g": "4G", "adsl": "ADSL"}


def abc(text: str) -> str:
    """The text as it is typed with a TCVN3 keyboard."""
    return "".join(chr(ABC_FIRST + ABC.index(one)) if one in ABC else one for one in text)


def decomposed(text: str) -> str:
    """The text as some programs store it: letters and marks apart."""
    return unicodedata.normalize("NFD", text)


def saved(workbook: Workbook, path: Path) -> Path:
    """The workbook as a file."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def simple(path: Path, rows: Iterable[Row], name: str = "Văn Yên") -> Path:
    """One sheet of these rows."""
    workbook = Workbook()
    sheet = first(workbook)
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    return saved(workbook, path)


def first(workbook: Workbook) -> Worksheet:
    """The sheet that a new workbook has."""
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    return sheet


def messy(inventory: Inventory, path: Path) -> Path:
    """The province's places but for the data centre and the central site: a sheet for the province's agencies and one
    for each district, each with other captions in another row.
    """
    workbook = Workbook()
    cover = first(workbook)
    cover.title = "Bìa"
    cover["B3"] = "DANH SÁCH ĐIỂM KẾT NỐI MẠNG TRUYỀN SỐ LIỆU CHUYÊN DÙNG"
    agencies = [site for site in inventory.sites.values() if not site.area and site.id not in ("yb-core", "trung-uong")]
    _agencies(workbook.create_sheet("Khối tỉnh"), agencies, inventory)
    districts = [site for site in inventory.sites.values() if site.level == "district"]
    for n, district in enumerate(districts):
        communes = [site for site in inventory.sites.values() if site.area == district.area and site is not district]
        title = district.name.split(" ", 1 if district.name.startswith("Huyện") else 2)[-1]
        if n == 3:
            title = "TP Yên Bái"
        spell: Callable[[str], str] = abc if n == 1 else decomposed if n == 2 else str
        _district(workbook.create_sheet(spell(title) if n != 2 else title), [district, *communes], inventory, n, spell)
    old = workbook.create_sheet("Bản cũ")
    old.append(["Tên điểm", "Địa chỉ IP"])
    old.append(["Xã Không Còn", "10.99.9.9"])
    old.sheet_state = "hidden"
    return saved(workbook, path)


def name_of(site: Site) -> str:
    """What the table calls a site."""
    return SAME_NAME.get(site.id, site.name)


def lines_of(site: Site, inventory: Inventory) -> list[Any]:
    return [inventory.links[key] for key in site.uplinks]


def address_of(site: Site, inventory: Inventory) -> str:
    return inventory.devices[site.gateway or ""].address or ""


def _agencies(sheet: Any, sites: list[Site], inventory: Inventory) -> None:
    """Captions in rows 4 and 5: the lines' ones stand under merged captions, the others are merged over both rows."""
    sheet["A1"] = "UBND TỈNH YÊN BÁI"
    sheet.merge_cells("A1:D1")
    sheet["A2"] = "DANH SÁCH CÁC SỞ, BAN, NGÀNH"
    sheet.merge_cells("A2:J2")
    for column, caption in (("A", "STT"), ("B", "Tên đơn vị"), ("C", "IP LAN"), ("J", "Ghi chú")):
        sheet[f"{column}4"] = caption
        sheet.merge_cells(f"{column}4:{column}5")
    for left, right, caption in (("D", "F", "Kênh chính"), ("G", "I", "Kênh dự phòng")):
        sheet[f"{left}4"] = caption
        sheet.merge_cells(f"{left}4:{right}4")
    for n, caption in enumerate(["Nhà mạng", "Mã kênh", "Băng thông (Mbps)"] * 2):
        sheet.cell(5, 4 + n, caption)
    for n, site in enumerate(sites):
        row: list[Any] = [n + 1, f" {name_of(site)}  ", address_of(site, inventory)]
        for line in lines_of(site, inventory):
            row += [CARRIERS[line.carrier], line.circuit, (line.bandwidth or 0) / 1e6]
        sheet.append(row)
    sheet.append([])
    sheet.append(["", "Tổng cộng", len(sites)])
    sheet.append(["", "", "", "", "", "NGƯỜI LẬP BIỂU"])


CAPTIONS = (
    [
        "STT",
        "Đơn vị",
        "Cấp",
        "Địa chỉ IP",
        "Nhà cung cấp",
        "Mã kênh",
        "Băng thông",
        "Loại kênh",
        "Đầu mối",
        "Điện thoại",
    ],
    [
        "TT",
        "Tên điểm",
        "Cấp hành chính",
        "IP router",
        "Nhà mạng",
        "Số hiệu kênh",
        "Tốc độ",
        "Loại đường truyền",
        "Cán bộ phụ trách",
        "SĐT",
    ],
)
MORE = ["Ngày hòa mạng", "Mã KH điện lực", "Vĩ độ", "Kinh độ", "Thiết bị", "Ghi chú"]
RATES = ("{:g}M", "{:g} Mbps", "{:g}Mb/s", "{:g}")


def _district(sheet: Any, sites: list[Site], inventory: Inventory, n: int, spell: Callable[[str], str]) -> None:
    """Captions in row 1 to 6; each district writes rates, addresses and two carriers in its own way."""
    head = 1 + n % 6
    if head > 1:
        sheet.cell(1, 1, spell("Biểu số 2: các xã, phường, thị trấn"))
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=12)
    for column, caption in enumerate([*CAPTIONS[n % 2], *MORE], start=1):
        sheet.cell(head, column, spell(caption))
    row = head
    for number, site in enumerate(sites, start=1):
        row += 1
        lines = lines_of(site, inventory)
        both = [f" {['+', ';', 'và', chr(10)][n % 4]} ".join(each) for each in _both(lines, n)]
        contact = site.contacts[0] if site.contacts else None
        said: list[Any] = [
            number,
            name_of(site),
            {"district": "Huyện", "commune": "Xã"}[site.level],
            _address(site, inventory, n),
            *both,
        ]
        said += [contact.name if contact else None, contact.phone if contact else None]
        said += [date(2019, 7, 1) if n % 2 else "01/07/2019", site.power.customer if site.power else None]
        said += [site.at[0], f"{site.at[1]}".replace(".", ",")] if site.at else [None, None]
        said += ["Cisco ISR 1111" if number % 3 else None, "đã kiểm tra"]
        for column, value in enumerate(said, start=1):
            sheet.cell(row, column, spell(value) if isinstance(value, str) else value)
    if n == 0:
        # A row a line: the name, the address and the number are merged over both.
        _split(sheet, head + 1)


def _both(lines: list[Any], n: int) -> list[list[str]]:
    rates = [RATES[n % 4].format((line.bandwidth or 0) / 1e6) for line in lines]
    return [
        [CARRIERS[line.carrier] for line in lines],
        [line.circuit for line in lines if line.circuit],
        rates,
        [KINDS[line.kind] for line in lines],
    ]


def _address(site: Site, inventory: Inventory, n: int) -> str:
    return address_of(site, inventory) + ("", "/24 ", " ")[n % 3]


def _split(sheet: Any, row: int) -> None:
    """The two lines of the first site in two rows, under cells merged over both."""
    sheet.insert_rows(row + 1)
    for column in range(1, len(CAPTIONS[0]) + len(MORE) + 1):
        value = sheet.cell(row, column).value
        if 5 <= column <= 8:
            for below, part in enumerate(str(value).split(" + ")):
                sheet.cell(row + below, column, part)
        else:
            sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
