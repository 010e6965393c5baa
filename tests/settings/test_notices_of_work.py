"""Is a carrier's letter read as it was meant, however it was written? All letters are made up."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from netmon.model import Inventory, Power
from netmon.settings.notices_of_work import Letter, Near, read
from netmon.settings.times_of_work import LONGEST, ONE_DAY, SEVERAL
from tests.decide.messages_province import province

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=ZONE)
NIGHT = ("2026-10-12 23:00", "2026-10-13 05:00")
MORNING = ("2026-10-13 00:00", "2026-10-13 04:00")


def inventory() -> Inventory:
    """Văn Yên; the 4G line has an id as MPLS circuits have them, two communes are known to the electricity supplier."""
    found = province()
    links = {**found.links, "an-thinh/2": replace(found.links["an-thinh/2"], circuit="YBI/MPLS/00421")}
    for number in range(3, 6):
        links[f"x/{number}"] = replace(links["van-yen/1"], id=f"x/{number}", circuit=f"YB-VY-0{number}")
    sites = dict(found.sites)
    for key, code in (("lang-thip", "PA 0407 0012345"), ("lam-giang", "PA04070012399")):
        sites[key] = replace(sites[key], power=Power(supplier="Điện lực Văn Yên", customer=code))
    return replace(found, links=links, sites=sites)


INVENTORY = inventory()


def letter(text: str, now: datetime = NOW) -> Letter:
    return read(text, INVENTORY, now)


def times(found: Letter) -> list[tuple[str, str]]:
    return [(f"{span.since:%Y-%m-%d %H:%M}", f"{span.until:%Y-%m-%d %H:%M}") for span in found.spans]


@pytest.mark.parametrize(
    "text",
    [
        "23h00 12/10 – 05h00 13/10",
        "23:00 12/10 - 05:00 13/10/2026",
        "Từ 23h ngày 12/10 đến 5h ngày 13/10/2026",
        "từ 23 giờ 00 phút ngày 12 tháng 10 năm 2026 đến 05 giờ 00 phút ngày 13 tháng 10 năm 2026",
        "từ 23g00 ngày 12/10/2026 tới 05g00 ngày 13/10/2026",
        "23h00 ngày 12 đến 05h00 ngày 13/10/2026",
        "23h00' (thứ Hai, 12/10/2026) -> 05h00' (thứ Ba, 13/10/2026)",
        "12/10/2026 23:00 ~ 13/10/2026 05:00",
        "2026-10-12 23:00 to 2026-10-13 05:00",
        "2026-10-12 23:00:00 – 2026-10-13 05:00:00 (GMT+7)",
        "from 11:00 PM 12 Oct 2026 to 5:00 AM 13 October 2026",
        "Thời gian bắt đầu: 23h00 12/10/2026\nThời gian dự kiến kết thúc: 05h00 13/10/2026",
        "Bắt đầu lúc 23h00, 12-10-2026; kết thúc lúc 05h00, 13-10-2026",
        "Ngày 12/10: từ 23h00 đến 05h00",
        "từ 23h00 đến 05h00 đêm 12/10",
        "từ 23h đêm 12/10 đến 5h sáng hôm sau",
        "đêm 12 rạng sáng 13/10/2026, từ 23h00 đến 05h00",
        "23h00 – 05h00 đêm 12 rạng ngày 13/10",
        "Thời gian: 23h00 tối 12/10 đến hết 05h00 sáng 13/10",
        "Ngày 12/10/2026 VNPT sẽ bảo dưỡng tuyến cáp.\nThời gian tác động: 23h00 - 05h00",
    ],
)
def test_one_night_in_the_words_of_many(text: str) -> None:
    found = letter(text)
    assert times(found) == [NIGHT]
    assert [span.doubt for span in found.spans] == [""]


@pytest.mark.parametrize(
    "text",
    [
        "00h00 - 04h00 ngày 13/10/2026",
        "từ 0h đến 4h ngày 13/10",
        "ngày 13/10: 0h-4h",
        "0:00–4:00 13/10/26",
        "13 tháng 10, 0 giờ đến 4 giờ",
        "từ 24h00 ngày 12/10 đến 04h00 ngày 13/10",
        "00h00' ÷ 04h00' ngày 13.10.2026",
    ],
)
def test_within_one_day(text: str) -> None:
    assert times(letter(text)) == [MORNING]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đợt 1: 23h00 12/10 – 05h00 13/10; đợt 2: 23h00 14/10 – 05h00 15/10",
         [NIGHT, ("2026-10-14 23:00", "2026-10-15 05:00")]),
        ("0h-4h 13/10; 0h-4h 14/10", [MORNING, ("2026-10-14 00:00", "2026-10-14 04:00")]),
        ("13/10 0h-4h; 14/10 0h-4h", [MORNING, ("2026-10-14 00:00", "2026-10-14 04:00")]),
        ("ngày 13/10: từ 0h đến 4h và từ 13h30 đến 14h", [MORNING, ("2026-10-13 13:30", "2026-10-13 14:00")]),
        ("8h-11h30 ngày 13/10. 8h-11h30 ngày 13/10", [("2026-10-13 08:00", "2026-10-13 11:30")]),
    ],
)  # fmt: skip
def test_several_times(text: str, expected: list[tuple[str, str]]) -> None:
    assert times(letter(text)) == expected


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("23h00 31/12 – 05h00 01/01/2027", NOW, ("2026-12-31 23:00", "2027-01-01 05:00")),
        ("23h00 31/12 – 05h00 01/01", NOW, ("2026-12-31 23:00", "2027-01-01 05:00")),
        ("23h00 31/12/2026 – 05h00 01/01", NOW, ("2026-12-31 23:00", "2027-01-01 05:00")),
        ("0h-4h 05/01", datetime(2026, 12, 20, tzinfo=ZONE), ("2027-01-05 00:00", "2027-01-05 04:00")),
        ("0h-4h 03/10", NOW, ("2026-10-03 00:00", "2026-10-03 04:00")),  # some days ago: it is over, that is said
        ("0h-4h 12/08", NOW, ("2027-08-12 00:00", "2027-08-12 04:00")),
        ("Số 12/TB-VNPT ngày 05/08/2026: 0h-4h 12/08", NOW, ("2026-08-12 00:00", "2026-08-12 04:00")),
    ],
)
def test_a_year_that_is_not_written(text: str, now: datetime, expected: tuple[str, str]) -> None:
    assert times(letter(text, now)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected", "doubt"),
    [
        ("từ 23h00 đến 05h00 ngày 13/10", ("2026-10-13 23:00", "2026-10-14 05:00"), ONE_DAY),
        ("các ngày 12, 13/10: 0h-4h", MORNING, SEVERAL),
        ("0h - 4h ngày 12 và 13/10", None, ""),
        ("từ ngày 12/10 đến ngày 15/10, 0h - 4h", ("2026-10-15 00:00", "2026-10-15 04:00"), SEVERAL),
    ],
)
def test_what_can_be_read_in_two_ways_is_said(text: str, expected: tuple[str, str] | None, doubt: str) -> None:
    found = letter(text)
    assert times(found) == ([] if expected is None else [expected])
    assert [span.doubt for span in found.spans] == ([] if expected is None else [doubt])


@pytest.mark.parametrize(
    "text",
    [
        "", "không có gì", "12/10/2026", "23h00 đến 05h00", "23h00 12/10", "25h00 - 27h00 ngày 12/10",
        "0h-4h ngày 30/02", "từ 0h 12/10 đến 4h 12/12", "Điện thoại 0216 000 0001 - 0216 000 0002 ngày 12/10",
        "05h00 13/10/2026 - 23h00 12/10/2026", "1:2:3:4:5 - 9/9/9/9", "\x00\ud800",
    ],
)  # fmt: skip
def test_no_time_at_all(text: str) -> None:
    assert letter(text).spans == ()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("kênh YB-VY-01", ["van-yen/1"]),
        ("kênh yb-vy-01, YB VY 02", ["van-yen/1", "van-yen/2"]),
        ("YB_VY_01/YBVY02", ["van-yen/1", "van-yen/2"]),
        ("YB–VY–01 và YB.VY.02", ["van-yen/1", "van-yen/2"]),
        ("mã kênh: YB-VY-01, 02 và 03", ["van-yen/1", "van-yen/2", "x/3"]),
        ("YB-VY-01/02/05", ["van-yen/1", "van-yen/2", "x/5"]),
        ("1. YB-VY-01\n2. YB-VY-02\n", ["van-yen/1", "van-yen/2"]),
        ("| STT | Mã kênh |\n| 1 | YBI/MPLS/00421 |", ["an-thinh/2"]),
        ("YBI MPLS 00421", ["an-thinh/2"]),
        ("kênh YB-VY-01 từ 02h00 đến 03h00 ngày 04/10", ["van-yen/1"]),
        ("YB-VY-01, 02 điểm", ["van-yen/1", "van-yen/2"]),
        ("YB-VY-01 YB-VY-01", ["van-yen/1"]),
    ],
)
def test_circuits_in_any_form(text: str, links: list[str]) -> None:
    found = letter(text)
    assert found.links == tuple(links)
    assert found.strange == ()
    assert found.circuits == tuple(INVENTORY.links[key].circuit for key in links)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("YB-VY-1", Near("YB-VY-1", "YB-VY-01")),
        ("YB-VY-001", Near("YB-VY-001", "YB-VY-01")),
        ("yb vy 1", Near("YB VY 1", "YB-VY-01")),
        ("YB-VX-01", Near("YB-VX-01", "YB-VY-01")),
        ("YBI/MPLS/421", Near("YBI/MPLS/421", "YBI/MPLS/00421")),
        ("LCI-BH-0042", Near("LCI-BH-0042", "")),
        ("yb-vy-09", Near("YB-VY-09", "")),  # one digit off several
    ],
)
def test_circuits_that_are_none_of_ours(text: str, strange: Near) -> None:
    found = letter(f"Các kênh: {text}")
    assert found.links == ()
    assert found.strange == (strange,)
    assert found.circuits == (strange.said,)


@pytest.mark.parametrize("text", ["STM-1", "Quyết định 12/QĐ-UBND", "MPLS-VPN", "tuyến 24FO", "Covid-19", "km 12+500"])
def test_what_is_no_circuit(text: str) -> None:
    assert letter(text).strange == ()


@pytest.mark.parametrize(
    ("text", "number", "day"),
    [
        ("Số: 245/TB-VNPT", "245/TB-VNPT", None),
        ("Thông báo số 245/TB-VNPT ngày 05/10/2026 về việc bảo dưỡng", "245/TB-VNPT", date(2026, 10, 5)),
        ("Căn cứ công văn số 1234/VNPT-YB-KTM, ngày 5 tháng 10 năm 2026", "1234/VNPT-YB-KTM", date(2026, 10, 5)),
        ("Số: 88/VTYB-KT\nYên Bái, ngày 05 tháng 10 năm 2026", "88/VTYB-KT", date(2026, 10, 5)),
        ("Ref: CR-2026-1012", "CR-2026-1012", None),
        ("Ticket #INC0012345", "INC0012345", None),
        ("Kính gửi quý khách, điện thoại số 0216 000 0001, tổng số 3 kênh", "", None),
    ],
)
def test_the_number_and_the_day_of_the_letter(text: str, number: str, day: date | None) -> None:
    found = letter(text)
    assert (found.number, found.day) == (number, day)
    assert (found.strange, found.spans) == ((), ())


def test_a_whole_letter() -> None:
    text = """
TẬP ĐOÀN BƯU CHÍNH VIỄN THÔNG VIỆT NAM
VNPT YÊN BÁI
Số: 245/TB-VNPT-YB                      Yên Bái, ngày 05 tháng 10 năm 2026

THÔNG BÁO
V/v bảo dưỡng, nâng cấp thiết bị truyền dẫn

Kính gửi: Sở Khoa học và Công nghệ tỉnh Yên Bái

VNPT Yên Bái trân trọng thông báo kế hoạch bảo dưỡng tuyến cáp quang 24FO Yên Bái – Mậu A như sau:
- Thời gian: từ 23h00 ngày 12/10/2026 đến 05h00 ngày 13/10/2026.
- Ảnh hưởng: mất liên lạc các kênh YB-VY-01, YB-VY-LANG-THIP và YB-VY-9 trong khoảng 02 giờ.
- Đầu mối: anh Tuấn, ĐT 0216 000 0009.
Trân trọng!
"""
    found = letter(text)
    assert found == Letter(
        number="245/TB-VNPT-YB",
        day=date(2026, 10, 5),
        sender="VNPT Yên Bái",
        links=("van-yen/1", "lang-thip/1"),
        circuits=("YB-VY-01", "YB-VY-LANG-THIP", "YB-VY-9"),
        strange=(Near("YB-VY-9", ""),),
        spans=found.spans,
    )
    assert times(found) == [NIGHT]


def test_a_power_cut() -> None:
    found = letter("Điện lực Văn Yên: ngừng cấp điện mã KH PA04070012345, pa 0407.0012399 từ 7h00 đến 11h30 ngày 13/10")
    assert found.customers == ("PA04070012345", "PA04070012399")
    assert times(found) == [("2026-10-13 07:00", "2026-10-13 11:30")]
    assert (found.links, found.strange) == ((), ())


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("kênh YB-VY-02", "Viettel Yên Bái"),
        ("Viettel Yên Bái thông báo", "Viettel Yên Bái"),
        ("VNPT Yên Bái gửi: Viettel Yên Bái", ""),
        ("vnpt báo: kênh YB-VY-02", "Viettel Yên Bái"),
    ],
)
def test_who_sent_it(text: str, sender: str) -> None:
    assert letter(text).sender == sender


def test_a_very_long_letter_is_read_soon() -> None:
    assert len(letter("YB-VY-01 23h00 12/10 – 05h00 13/10 " * 20_000).spans) == 1


@given(strategies.text("0123456789/hg:-–. ,\n()&ngàyđếntừYBVm'", max_size=80))
def test_anything_can_be_read_and_what_is_found_makes_sense(text: str) -> None:
    found = letter(f"YB-VY-01 {text}")
    for span in found.spans:
        assert span.since < span.until
        assert span.until - span.since <= LONGEST
    assert set(found.links) <= INVENTORY.links.keys()
    assert len(found.circuits) == len(set(found.circuits))
