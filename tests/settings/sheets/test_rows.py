"""Is a table understood with all that people do to it?"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from netmon.model import Inventory, Site
from netmon.settings.project import load
from netmon.settings.sheets import values
from netmon.settings.sheets.atlas import make_atlas
from netmon.settings.sheets.cells import Raw
from netmon.settings.sheets.plan import Asked, Plan, make_plan
from netmon.settings.sheets.vocabulary import Caption, Vocabulary, load_vocabulary
from tests.conftest import ROOT
from tests.settings.written import write

Rows = Sequence[Sequence[Any]]
PROVINCE = """
levels: [central, province, district, commune]
vantage: noc
carriers: {vnpt: {name: VNPT tỉnh}, viettel: {name: Viettel}}
nodes: {pop-mau-a: {name: POP Mậu A}}
sites:
  core:
    name: Trung tâm
    level: province
    devices: {core-1: {address: 10.0.0.1, role: router}, core-2: {address: 10.0.0.2, role: router}, noc: {}}
  van-yen:
    name: Huyện Văn Yên
    level: district
    area: kv-van-yen
    devices: {vy-r1: {address: 10.0.1.1, role: router}}
    uplinks: [{to: core-1}]
"""


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load_vocabulary()


Planner = Callable[..., tuple[Plan, Inventory]]


@pytest.fixture
def planned(tmp_path: Path, words: Vocabulary) -> Planner:
    """Import rows of one sheet; the plan, and the inventory that comes of it."""
    project = write(tmp_path / "project", {"province.yaml": PROVINCE})

    def plan(rows: Rows, name: str = "Văn Yên", text: str = PROVINCE) -> tuple[Plan, Inventory]:
        write(project, {"province.yaml": text})
        made = make_plan([Raw(name, tuple(map(tuple, rows)))], "a.xlsx", load(project), words, Asked())
        after = tmp_path / "after"
        shutil.copytree(project, after)
        return made, load(write(after, dict(made.files))).inventory

    return plan


def lines(inventory: Inventory, site: Site | str) -> list[tuple[str | None, str, str]]:
    """Carrier, far end and role of each line of a site."""
    keys = inventory.sites[site if isinstance(site, str) else site.id].uplinks
    return [(inventory.links[key].carrier, inventory.links[key].target, inventory.links[key].role) for key in keys]


def test_headings_inside_a_table_say_the_district(planned: Planner) -> None:
    _, inventory = planned(
        [
            ["STT", "Tên điểm", "IP"],
            ["I", "Huyện Văn Yên"],
            [1, "Xã An Bình", "10.1.0.1"],
            ["II", "HUYỆN LỤC YÊN"],
            [1, "Xã An Bình", "10.1.0.2"],
            ["STT", "Tên điểm", "IP"],
            ["(1)", "(2)", "(3)"],
            [None, "Tổng cộng", 2],
        ],
        "Danh sách",
    )
    assert {(site.id, site.area) for site in inventory.sites.values() if site.level == "commune"} == {
        ("an-binh-van-yen", "kv-van-yen"),
        ("an-binh-luc-yen", "kv-luc-yen"),
    }
    assert lines(inventory, "an-binh-van-yen") == [(None, "vy-r1", "primary")]
    assert lines(inventory, "an-binh-luc-yen") == [(None, "core-1", "primary")]


@pytest.mark.parametrize("second", ["Xã A", None], ids=["name-again", "no-name"])
def test_a_row_a_line(planned: Planner, second: str | None) -> None:
    _, inventory = planned(
        [
            ["Tên điểm", "IP", "Nhà mạng", "Mã kênh", "Loại kênh"],
            ["Xã A", "10.1.0.1", "VNPT", "K1", "FTTH"],
            [second, None, "Viettel", "K2", "4G"],
            ["Xã B", "10.1.0.2", "VNPT", "K3", "FTTH"],
        ]
    )
    assert lines(inventory, "a") == [("vnpt", "vy-r1", "primary"), ("viettel", "core-1", "backup")]
    assert lines(inventory, "b") == [("vnpt", "vy-r1", "primary")]


@pytest.mark.parametrize(
    ("far", "end", "via"),
    [
        ("core-2", "core-2", ()),
        ("Văn Yên", "vy-r1", ()),
        ("huyện văn yên", "vy-r1", ()),
        ("POP Mậu A", "vy-r1", ("pop-mau-a",)),
        ("Xã B", "b-r1", ()),
    ],
)
def test_the_far_end_of_a_line(planned: Planner, far: str, end: str, via: tuple[str, ...]) -> None:
    rows = [["Tên điểm", "IP", "Kết nối về"], ["Xã A", "10.1.0.1", far], ["Xã B", "10.1.0.2", None]]
    _, inventory = planned(rows)
    link = inventory.links["a/1"]
    assert (link.target, link.via) == (end, via)


def test_a_place_without_an_address_is_told(planned: Planner) -> None:
    plan, inventory = planned([["Tên điểm", "IP", "Nhà mạng"], ["Xã A", None, "VNPT"]])
    assert plan.unasked == ("a",)
    assert inventory.devices["a-r1"].address is None


def test_a_province_of_two_levels(planned: Planner) -> None:
    """The old district is an area, and its communes hang on the province."""
    flat = PROVINCE.replace("district, commune]", "commune]").replace("level: district", "level: commune")
    _, inventory = planned([["Tên điểm", "Khu vực", "IP"], ["Xã A", "Lục Yên", "10.1.0.1"]], "Sheet1", flat)
    assert (inventory.sites["a"].area, lines(inventory, "a")) == ("kv-luc-yen", [(None, "core-1", "primary")])


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Xã/Phường", "commune"),
        ("Cấp xã", "commune"),
        ("commune", "commune"),
        ("Sở (cấp tỉnh)", "province"),
        ("TW", "central"),
    ],
)
def test_levels(words: Vocabulary, tmp_path: Path, said: str, level: str) -> None:
    inventory = load(write(tmp_path, {"province.yaml": PROVINCE})).inventory
    assert make_atlas(inventory, words).level(said) == level


def test_what_netmon_does_not_know_is_said(planned: Planner) -> None:
    plan, _ = planned([["Tên điểm", "IP", "Số hộp", "Ghi chú", "Tên cơ quan"], ["Xã A", "10.1.0.1", 7, "x", "y"]])
    table = plan.sheets[0].table
    assert table is not None
    assert [(each.caption, each.why.split(" (")[0]) for each in table.passed] == [
        ("Số hộp", "an unknown caption"),
        ("Ghi chú", "of no use here"),
        ("Tên cơ quan", "a second column for name"),
    ]


@pytest.mark.parametrize(
    ("text", "above", "meant"),
    [
        ("Băng thông (Mbps)", "", Caption("bandwidth", None, "M")),
        ("BĂNG THÔNG [Gb/s]", "", Caption("bandwidth", None, "G")),
        ("Tên đơn vị, địa điểm lắp đặt", "", Caption("name")),
        ("Số điện thoại đầu mối", "", Caption("phone")),
        ("Nhà mạng", "Kênh dự phòng", Caption("carrier", 1)),
        ("Nhà mạng kênh chính", "", Caption("carrier", 0)),
        ("Mã kênh 2", "", Caption("circuit", 1)),
        ("Địa chỉ", "", Caption("other")),
        ("Địa chỉ IP", "", Caption("address")),
        ("Diện tích", "", Caption("")),
    ],
)
def test_captions(words: Vocabulary, text: str, above: str, meant: Caption) -> None:
    assert words.caption(text, above) == meant


@pytest.mark.parametrize(
    ("said", "unit", "rate"),
    [
        ("50M", "", "50M"),
        ("50 Mbps", "", "50M"),
        ("50Mb/s", "", "50M"),
        (50, "", "50M"),
        (50.0, "G", "50G"),
        ("2,5 Gbps", "", "2.5G"),
        (1000, "", "1G"),
        (512, "k", "512k"),
        ("100M/100M", "", "100M"),
        ("1536k", "", "1536k"),
    ],
)
def test_bandwidths(said: Any, unit: str, rate: str) -> None:
    assert values.bandwidth(said, unit) == rate


def test_numbers_that_people_meant_as_text() -> None:
    assert values.phone(912345678.0) == "0912345678"
    assert values.phone("0216 000") == "0216 000"
    assert values.line_of_text(12.0) == "12"
    assert values.names("VNPT/Viettel, FPT & CMC") == ["VNPT", "Viettel", "FPT", "CMC"]


def test_every_word_list_reads(words: Vocabulary) -> None:
    """Each line's captions count from one, and each kind that goes straight to the province is a kind."""
    assert set(words.lines.values()) == {0, 1, 2, 3}
    assert words.direct <= set(words.kinds.values())
    assert (ROOT / "netmon" / "settings" / "sheets" / "columns.yaml").exists()
