"""Is what people answer understood, however they spell it, and is nothing guessed?"""

from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.decide.desk.answers import answer
from netmon.decide.desk.objections import Objection
from netmon.decide.desk.replies import Around, Statement, Unclear, moment, read
from netmon.people import Verb

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WALL = datetime(2026, 11, 22, 21, 14, tzinfo=ZONE).timestamp()
ONE = Around(known=(4100, 4127), own=(4127,), wall=WALL, zone=ZONE)
"""4127 is open, and told; 4100 is over."""
TWO = Around(known=(4127, 4128, 14127), own=(4127, 4128), wall=WALL, zone=ZONE)
NONE = Around(known=(4100,), own=(), wall=WALL, zone=ZONE)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("why", [*get_args(Objection), *get_args(Unclear), "late"])
def test_there_is_a_sentence_for_everything_that_may_be_in_the_way(language: str, why: str) -> None:
    assert why == "" or answer(language, why, {})


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


ACKS = [
    "1 4127", "1  4127", " 1 4127 ", "1 #4127", "1#4127", "1-4127", "1.4127", "1: 4127", "14127", "1, 4127", "1\t4127",
    '"1 4127"', "“1 4127”", "1 4127.", "1 4127!", "１ ４１２７", "1\n", "1", "1.", "4127", "#4127", "# 4127", "ok 4127",
    "OK", "ok", "Ok.", "Nhận 4127", "nhan 4127", "NHẬN VIỆC 4127", "Nhận việc #4127", "da nhan 4127", "Đã nhận 4127.",
    "nhận", "ack 4127", "ACK #4127", "nha\u0323\u0302n 4127", "1 4127\n-- \nAnh Bình\n0912 345 678", "\n\n1 4127",
    "1 4127 4127",
]  # fmt: skip


@pytest.mark.parametrize("text", ACKS)
def test_i_take_it(text: str) -> None:
    assert read(text, ONE) == (Statement("ack", 4127),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 4127", Statement("unack", 4127)),
        ("04127", Statement("unack", 4127)),
        ("0", Statement("unack", 4127)),
        ("trả lại 4127", Statement("unack", 4127)),
        ("Không nhận 4127", Statement("unack", 4127)),
        ("1 4127 đang xuống xã", Statement("ack", 4127, "đang xuống xã")),
        ("1 đang xử lý", Statement("ack", 4127, "đang xử lý")),
        ("phieu 4127 VNPT-123", Statement("ticket", 4127, "VNPT-123")),
        ("Phiếu 4127 VNPT-123", Statement("ticket", 4127, "VNPT-123")),
        ("phiếu #4127: 987654", Statement("ticket", 4127, "987654")),
        ("số phiếu 4127 SC/2026/77", Statement("ticket", 4127, "SC/2026/77")),
        ("phieu 987654", Statement("ticket", 4127, "987654")),
        ("phieu VNPT-123", Statement("ticket", 4127, "VNPT-123")),
        ("phieu 4100 VNPT-9", Statement("ticket", 4100, "VNPT-9")),
        ("ticket 4127 A1", Statement("ticket", 4127, "A1")),
        ("goi 4127 VNPT", Statement("called", 4127, "VNPT")),
        ("Gọi 4127 VNPT Văn Yên", Statement("called", 4127, "VNPT Văn Yên")),
        ("đã gọi điện lực", Statement("called", 4127, "điện lực")),
        ("hen 4127 23h30", Statement("promise", 4127, "", at("2026-11-22T23:30"))),
        ("Hẹn 4127 23:30 VNPT", Statement("promise", 4127, "VNPT", at("2026-11-22T23:30"))),
        ("hẹn 4127 8h mai", Statement("promise", 4127, "", at("2026-11-23T08:00"))),
        ("hẹn 8h sáng mai anh Tú VNPT", Statement("promise", 4127, "anh Tú VNPT", at("2026-11-23T08:00"))),
        ("hen 4127 2h", Statement("promise", 4127, "", at("2026-11-23T02:00"))),
        ("hen 4127 8g30 25/11", Statement("promise", 4127, "", at("2026-11-25T08:30"))),
        ("hen 4127 08:30 ngày 25/11/2026", Statement("promise", 4127, "", at("2026-11-25T08:30"))),
        ("hen 4127 7 giờ 3/1", Statement("promise", 4127, "", at("2027-01-03T07:00"))),
        ("ghi 4127 mất điện cả xã", Statement("note", 4127, "mất điện cả xã")),
        ("ghi chú 4127: cột đổ", Statement("note", 4127, "cột đổ")),
        ("ghi 100 hộ mất điện", Statement("note", 4127, "100 hộ mất điện")),
        ("Ghi mất điện", Statement("note", 4127, "mất điện")),
        ("sai 4127 đang thử máy nổ", Statement("false", 4127, "đang thử máy nổ")),
        ("báo nhầm 4127: rút dây", Statement("false", 4127, "rút dây")),
    ],
)
def test_and_the_rest(text: str, said: Statement) -> None:
    assert read(text, ONE) == (said,)


@pytest.mark.parametrize(
    ("text", "verb"),
    [("1 4127 4128", "ack"), ("1 4127, 4128", "ack"), ("nhận 4127 và 4128", "ack"), ("0 #4127 #4128", "unack")],
)
def test_several_at_once(text: str, verb: Verb) -> None:
    assert read(text, TWO) == (Statement(verb, 4127), Statement(verb, 4128))


def test_one_ticket_for_two() -> None:
    assert read("phieu 4127 4128 VNPT-1", TWO) == (
        Statement("ticket", 4127, "VNPT-1"),
        Statement("ticket", 4128, "VNPT-1"),
    )


def test_who_takes_one_of_two_means_the_one_that_nobody_has_taken() -> None:
    assert read("1", TWO._replace(untaken=(4128,))) == (Statement("ack", 4128),)
    assert read("0", TWO._replace(untaken=(4128,))) == "which"


@pytest.mark.parametrize(
    ("text", "around", "why"),
    [
        ("", ONE, "what"),
        ("   \n", ONE, "what"),
        ("Cảm ơn", ONE, "what"),
        ("nhắn tin cho VNPT rồi", ONE, "what"),
        ("nhận được rồi", ONE, "what"),
        ("ok em gọi 4128", TWO, "what"),
        ("1h30 em tới", ONE, "what"),
        ("14127 x", ONE, "what"),
        ("oke", ONE, "what"),
        ("nhận1", ONE, "what"),
        ("Viettel: ban da su dung 80% data", ONE, "what"),
        ("1", TWO, "which"),
        ("phieu VNPT-1", TWO, "which"),
        ("14127", TWO, "which"),
        ("1", NONE, "none"),
        ("ghi mất điện", NONE, "none"),
        ("1 4217", ONE, "unknown"),
        ("1 4127 4217", ONE, "unknown"),
        ("4217", ONE, "unknown"),
        ("14217", ONE, "unknown"),
        ("ghi 4217 mất điện", ONE, "unknown"),
        ("phieu 4217 VNPT-1", ONE, "unknown"),
        ("phieu #7 VNPT-1", ONE, "unknown"),
        ("hen 4127", ONE, "when"),
        ("hen 4127 mai", ONE, "when"),
        ("hen 4127 25h", ONE, "when"),
        ("hen 4127 8h 31/2", ONE, "when"),
        ("hen 4127 0h 1/1/0001", ONE, "when"),
        ("hen 4127 8h 13/10/9999", ONE, "when"),
        ("hen 4127 0h30 1/1/0001", ONE, "when"),
        ("hen 4127 23h30 31/12/9999", ONE, "when"),
        ("hen 4127 8h 25/11/2206", ONE, "when"),
        ("phieu 4127", ONE, "text"),
        ("ghi", ONE, "text"),
        ("sai 4127", ONE, "text"),
        ("sai", ONE, "text"),
    ],
)
def test_what_may_mean_something_else_is_asked_back(text: str, around: Around, why: str) -> None:
    assert read(text, around) == why


@given(st.text(max_size=80))
def test_nothing_that_is_sent_is_too_much(text: str) -> None:
    said = read(text, ONE)
    assert isinstance(said, str) or all(one.incident in ONE.known for one in said)


@given(st.text(alphabet="0123456789:hg/mai ngàygiờ", max_size=20))
def test_a_time_is_never_of_another_century(text: str) -> None:
    until, _ = moment(text, WALL, ZONE)
    assert until is None or datetime.fromtimestamp(until, ZONE).year < 10_000


def test_a_day_that_next_year_does_not_have_is_no_day() -> None:
    assert moment("8h 29/2", datetime(2028, 12, 1, tzinfo=ZONE).timestamp(), ZONE) == (None, "8h 29/2")
