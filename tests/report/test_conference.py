"""What does a person read who wants to know whether a conference can begin?"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from netmon.decide.telling.messages import say, speaker
from netmon.model import Clue, Conference
from netmon.reading.voice import Quality
from netmon.report.conference import LISTED, page, rows
from netmon.run.conference import Heard, Look, Way, finding
from netmon.settings.config import Language
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.province import made

INVENTORY = made("""
vantage: noc
levels: [province, commune]
sites:
  centre:
    name: Trung tâm
    level: province
    devices: {core: {address: 10.0.0.1, role: router}, noc: {address: 10.0.0.2}}
  van-yen:
    name: Huyện Văn Yên
    level: commune
    devices: {vy-r: {address: 10.0.1.1, role: router}}
    uplinks: [{to: core}]
  mau-a:
    name: Xã Mậu A
    level: commune
    devices: {ma-r: {address: 10.0.2.1, role: router}}
    uplinks: [{to: core, circuit: YB-VY-MA}, {to: core, kind: 4g, role: backup}]
""").inventory
MESSAGES = load_messages(ROOT / "alerts" / "messages")
BEGINS = datetime(2026, 12, 2, 7, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).timestamp()
EVENT = Conference(name="Họp trực tuyến với Chính phủ", at=BEGINS, lasts=14400, bridges=())
GOOD, USABLE = Quality(0.0, 0.0042, 0.0004, 4.4), Quality(0.004, 0.160, 0.012, 4.1)
POOR = Quality(0.08, 0.140, 0.035, 2.94)
HEARD = (
    Heard("xt-room/bridge", "van-yen", "lost", Quality(1.0, None, None, 1.0), "10.1.1.1: none came back", "mau-a"),
    Heard("ma-room/bridge", "mau-a", "poor", POOR, "MOS 2.9 (…), wanted 3.6"),
    Heard("wrong", "van-yen", "unknown", None, "room.example: \x1b[31mno such name"),
    Heard("vy-room", "van-yen", "usable", USABLE),
    Heard("mcu/bridge", "centre", "good", GOOD),
)
LOOK = Look(event=EVENT, at=BEGINS - 3600, heard=HEARD, ways={"mau-a": Way(INVENTORY.links["mau-a/2"], True)})

VI = """\
Họp trực tuyến với Chính phủ, 07:30 T4 02/12/2026: 2/5 điểm cầu sẵn sàng \
(1 mất, 1 kém, 1 không đo được, 1 dùng được, 1 tốt)
- mất: Huyện Văn Yên (xt-room): do Xã Mậu A
- kém: Xã Mậu A (ma-room): MOS 2,9, mất gói 8%, trễ 140 ms, jitter 35 ms, 4G (dự phòng)
- không đo được: Huyện Văn Yên (wrong): room.example: [31mno such name
- dùng được: Huyện Văn Yên (vy-room): MOS 4,1, mất gói 0,4%, trễ 160 ms, jitter 12 ms"""
EN = """\
Họp trực tuyến với Chính phủ, 07:30 Wed 02/12/2026: 2 of 5 bridges ready \
(1 lost, 1 poor, 1 not measured, 1 usable, 1 good)
- lost: Huyện Văn Yên (xt-room): because of Xã Mậu A
- poor: Xã Mậu A (ma-room): MOS 2.9, loss 8%, delay 140 ms, jitter 35 ms, 4G (backup)
- not measured: Huyện Văn Yên (wrong): room.example: [31mno such name
- usable: Huyện Văn Yên (vy-room): MOS 4.1, loss 0.4%, delay 160 ms, jitter 12 ms"""


@pytest.mark.parametrize(("language", "text"), [("vi", VI), ("en", EN)])
def test_the_page(language: Language, text: str) -> None:
    assert page(LOOK, speaker(MESSAGES, INVENTORY, language), language) == text


def test_without_an_event_it_says_when_it_was_measured() -> None:
    look = Look(event=None, at=BEGINS, heard=HEARD[-1:], ways={})
    text = page(look, speaker(MESSAGES, INVENTORY, "vi"), "vi")
    assert text == "Các điểm cầu, 07:30 T4 02/12/2026: 1/1 điểm cầu sẵn sàng (1 tốt)"


def test_a_message_does_not_list_hundreds() -> None:
    look = Look(event=EVENT, at=BEGINS, heard=HEARD[:1] * 300, ways={})
    text = page(look, speaker(MESSAGES, INVENTORY, "vi"), "vi").splitlines()
    assert len(text) == LISTED + 2
    assert text[-1] == "và 275 điểm cầu khác"


def test_a_table_has_what_is_known_and_what_it_falls_short_of() -> None:
    found = {row.bridge: row for _, row in rows(LOOK, speaker(MESSAGES, INVENTORY, "en"), "en")}
    assert (found["xt-room"].loss, found["xt-room"].mos, found["xt-room"].delay) == ("100%", "", "")
    assert found["ma-room"].why == "3.6"
    assert found["mcu"].delay == "4.2 ms"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("vi", "2/5 điểm cầu sẵn sàng cho {event}; chưa sẵn sàng: Huyện Văn Yên, Xã Mậu A"),
        ("en", "2 of 5 bridges ready for {event}; not ready: Huyện Văn Yên, Xã Mậu A"),
    ],
)
def test_what_is_told_of_it(language: Language, expected: str) -> None:
    told = finding(INVENTORY, LOOK, EVENT, "", BEGINS - 3600)
    text = say(MESSAGES, INVENTORY, Clue(told.at, told.id, told.text, told.values), language)
    assert text == expected.format(event="Họp trực tuyến với Chính phủ, 07:30 02/12/2026")
