"""What does somebody read who is woken at three at night?

Whole messages are compared: every word of them is a decision.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import jinja2
import pytest

from netmon.decide.telling.messages import FIRST_LINE, render, say, speaker
from netmon.decide.telling.reply import Reply
from netmon.decide.telling.words import clean
from netmon.model import Cause, Clue, Event, Incident, IncidentEvent, Kind, Link, Power
from netmon.settings.messages import Language, Messages, environment, load_messages
from tests.conftest import ROOT
from tests.decide.messages_province import (
    COMMUNES,
    at,
    blind,
    district_cut,
    fallback,
    half_blind,
    poor_adsl,
    province,
    storm,
)

MESSAGES = load_messages(ROOT / "alerts" / "messages")
INVENTORY = province()
KINDS: tuple[Kind, ...] = get_args(Kind)
EVENTS: tuple[Event, ...] = ("opened", "updated", "reminded", "escalated", "resolved")


def told(event: IncidentEvent, language: str = "vi") -> str:
    subject, text = render(MESSAGES, INVENTORY, event, language, pytest.fail)
    assert text.startswith(subject)
    return text


def lines(text: str) -> str:
    """A golden text, as it stands in the source."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def outage(root: str, *affected: str, evidence: tuple[Clue, ...] = (), links: tuple[str, ...] = ()) -> IncidentEvent:
    incident = Incident(
        id=5000, kind="outage", severity="critical", root=root, seat=root, state="open", cause="unknown",
        opened_at=at(21, 14), affected=affected, links=links, evidence=evidence,
    )  # fmt: skip
    return IncidentEvent(event="opened", at=at(21, 14, 10), incident=incident)


def over(event: IncidentEvent, hour: int, minute: int) -> IncidentEvent:
    then = at(hour, minute)
    return IncidentEvent(
        event="resolved", at=then + 3, incident=replace(event.incident, state="resolved", resolved_at=then)
    )


def district_back() -> IncidentEvent:
    event = over(district_cut(), 23, 2)
    uptime = Clue(at(23, 3), "van-yen-r1", "not_rebooted", (("device", "van-yen-r1"), ("uptime", "3456000")))
    incident = replace(
        event.incident, cause="fibre", still_down=("xuan-tam",), evidence=(*event.incident.evidence, uptime)
    )
    return replace(event, incident=incident)


def test_district_cut() -> None:
    assert told(district_cut()) == lines("""
        [MẤT] Huyện Văn Yên và 7 xã mất liên lạc từ 21:14
        Hỏng: cả 2 kênh YB-VY-01 (VNPT Yên Bái), YB-VY-02 (Viettel Yên Bái): cổng Gi0/0/4 của yb-core-1 tắt; \
cổng Gi0/0/4 của yb-core-2 tắt; van-yen-r1 không trả lời icmp, snmp suốt 12 s; chưa rõ mất điện hay đứt cáp.
        Ảnh hưởng: 7/9 xã: Mậu A, Lang Thíp, Lâm Giang, Xuân Tầm, Đông An và 2 xã khác. Có 4G: Châu Quế Hạ, An Thịnh.
        Gọi: 1) anh Quân (quản trị mạng) 0216 000 0101 (hỏi điện); 2) VNPT Yên Bái 0216 000 0001; \
3) Viettel Yên Bái 0216 000 0002; 4) Điện lực Văn Yên 0216 000 0102
        #4127, CN 22/11/2026. Chỉ nhắn lại khi thông hoặc khi rõ hỏng chỗ khác.
    """)
    assert told(district_cut(), "en") == lines("""
        [DOWN] Huyện Văn Yên and 7 communes lost since 21:14
        Broken: both lines YB-VY-01 (VNPT Yên Bái), YB-VY-02 (Viettel Yên Bái): port Gi0/0/4 of yb-core-1 is down; \
port Gi0/0/4 of yb-core-2 is down; no answer from van-yen-r1 to icmp, snmp for 12 s; power or cable, not known yet.
        Hurts: 7 of 9 communes: Mậu A, Lang Thíp, Lâm Giang, Xuân Tầm, Đông An and 2 more. \
With 4G: Châu Quế Hạ, An Thịnh.
        Call: 1) anh Quân (quản trị mạng) 0216 000 0101 (is the power on?); 2) VNPT Yên Bái 0216 000 0001; \
3) Viettel Yên Bái 0216 000 0002; 4) Điện lực Văn Yên 0216 000 0102
        #4127, Sun 22/11/2026. Next message when it is back, or if something else proves to be broken.
    """)


def test_fallback_to_4g() -> None:
    assert told(fallback()) == lines("""
        [DỰ PHÒNG] Xã Châu Quế Hạ: chạy 4G từ 02:31
        Hỏng: kênh chính YB-VY-CHAU-QUE-HA (FTTH, VNPT Yên Bái): đầu xa của kênh YB-VY-CHAU-QUE-HA (10.28.204.2) \
im lặng. Điểm vẫn trả lời nên tại chỗ còn điện.
        Ảnh hưởng: chưa gián đoạn. Còn 4G (Viettel Yên Bái); mất nốt là mất liên lạc.
        Gọi trong giờ làm việc: 1) VNPT Yên Bái 0216 000 0001; 2) chị Lan (đầu mối) 0216 000 0103
        #4128, CN 22/11/2026. Không cần dậy. Chỉ nhắn lại khi kênh thông.
    """)
    assert told(fallback(), "en") == lines("""
        [BACKUP] Xã Châu Quế Hạ: on 4G since 02:31
        Broken: main line YB-VY-CHAU-QUE-HA (FTTH, VNPT Yên Bái): far end of YB-VY-CHAU-QUE-HA (10.28.204.2) \
is silent. The site still answers, so it has power.
        Hurts: nobody yet. Left: 4G (Viettel Yên Bái); if that goes too, the site is lost.
        Call in office hours: 1) VNPT Yên Bái 0216 000 0001; 2) chị Lan (đầu mối) 0216 000 0103
        #4128, Sun 22/11/2026. No need to get up. Next message when the line is back.
    """)


def test_poor_adsl() -> None:
    assert told(poor_adsl()) == lines("""
        [KÉM] Kênh YB-VY-LANG-THIP: mất gói 3,2% từ 09:05
        Đo 1 phút: mất gói 3,2% (ngưỡng 1%), trễ 148 ms (ngưỡng 80 ms).
        Ảnh hưởng: Xã Lang Thíp vẫn thông nhưng chậm, họp trực tuyến có thể giật. Điểm không có kênh khác.
        Gọi trong giờ làm việc: VNPT Yên Bái 0216 000 0001, báo "suy giảm chất lượng".
        #4129, CN 22/11/2026. Không cần dậy. Chỉ nhắn lại khi hết.
    """)
    assert told(poor_adsl(), "en") == lines("""
        [POOR] Line YB-VY-LANG-THIP: 3.2% loss since 09:05
        Measured over 1 min: 3.2% loss (limit 1%), 148 ms round trip (limit 80 ms).
        Hurts: Xã Lang Thíp is connected but slow; video calls may stutter. The site has no other line.
        Call in office hours: VNPT Yên Bái 0216 000 0001, report "degraded quality".
        #4129, Sun 22/11/2026. No need to get up. Next message when it is over.
    """)


def test_blind() -> None:
    assert told(blind()) == lines("""
        [MÙ] Trạm giám sát mất mạng 03:12, CHƯA PHẢI lỗi các xã
        Mất cùng lúc: 2/2 mốc kiểm tra (yb-core-1, yb-core-2).
        Ảnh hưởng: không biết trạng thái 11 điểm; thời gian này ghi "không đo được", không tính lỗi nhà mạng.
        Làm: gọi trực phòng máy 0216 000 0010; xem điện, dây và switch của yb-noc. CHƯA gọi nhà mạng.
        #4130, CN 22/11/2026. Chỉ nhắn lại khi trạm có mạng.
    """)
    assert told(blind(), "en") == lines("""
        [BLIND] The monitor lost its network 03:12, NOT the sites
        Lost at once: 2 of 2 reference points (yb-core-1, yb-core-2).
        Hurts: the state of 11 sites is unknown; this time is booked as "not measured", not as the carriers' fault.
        Do: call trực phòng máy 0216 000 0010; check power, cabling and switch of yb-noc. Do NOT call the carriers yet.
        #4130, Sun 22/11/2026. Next message when the monitor is back.
    """)


def test_resolved() -> None:
    assert told(district_back()) == lines("""
        [XONG] Huyện Văn Yên: thông lại 23:02, mất 1 giờ 48 phút
        Nguyên nhân: nghi đứt cáp; van-yen-r1 không khởi động lại (đã chạy 40 ngày) nên không phải mất điện.
        Đã lên 7/8 điểm. CÒN MẤT: Xã Xuân Tầm; đang kiểm tra, báo riêng nếu chưa lên.
        Kênh: YB-VY-01 (VNPT Yên Bái), YB-VY-02 (Viettel Yên Bái).
        #4127, CN 22/11/2026. Từ 21:14.
    """)
    assert told(district_back(), "en") == lines("""
        [OK] Huyện Văn Yên: back 23:02, lost for 1 h 48 min
        Cause: probably a cable cut; van-yen-r1 did not restart (up for 40 days), so its power stayed on.
        7 of 8 sites are back. STILL LOST: Xã Xuân Tầm; being checked, told apart if they stay away.
        Lines: YB-VY-01 (VNPT Yên Bái), YB-VY-02 (Viettel Yên Bái).
        #4127, Sun 22/11/2026. Since 21:14.
    """)
    assert told(over(fallback(), 4, 10)) == lines("""
        [XONG] Xã Châu Quế Hạ: có lại kênh chính 04:10
        Không gián đoạn; chạy dự phòng 1 giờ 39 phút.
        Kênh: YB-VY-CHAU-QUE-HA (FTTH, VNPT Yên Bái).
        #4128, CN 22/11/2026. Từ 02:31.
    """)
    assert told(over(blind(), 3, 40)) == lines("""
        [XONG] Trạm giám sát có mạng lại 03:40, mù 28 phút
        Thời gian này ghi "không đo được", không tính lỗi nhà mạng. Điểm nào còn hỏng sẽ báo riêng.
        #4130, CN 22/11/2026. Từ 03:12.
    """)


def test_an_area_is_called_by_its_own_name() -> None:
    named = replace(INVENTORY, areas={"kv-van-yen": "Vùng 3\nbắc"})
    subject, text = render(MESSAGES, named, storm(), "vi", pytest.fail)
    assert subject == "[MẤT] Vùng 3 bắc: 3 xã mất liên lạc từ 21:14"
    assert "nhiều điểm trong Vùng 3 bắc" in text
    assert "KV Văn Yên" not in text


def spread() -> IncidentEvent:
    """Four more communes of the area have fallen since."""
    event = storm()
    more = ("xuan-tam", "tan-hop", "phong-du", "mau-a")
    incident = replace(event.incident, affected=(*event.incident.affected, *more))
    return IncidentEvent(event="updated", at=at(22, 30), incident=incident)


def test_a_storm_over_an_area() -> None:
    assert told(storm()) == lines("""
        [MẤT] KV Văn Yên: 3 xã mất liên lạc từ 21:14
        Hỏng: nhiều điểm trong KV Văn Yên, chưa thấy một chỗ hỏng chung: dong-an-ups chuyển sang chạy ắc quy; \
chưa rõ mất điện hay đứt cáp.
        Ảnh hưởng: 3/9 xã: Lang Thíp, Lâm Giang, Đông An.
        Gọi: VNPT Yên Bái 0216 000 0001
        #4131, CN 22/11/2026. Chỉ nhắn lại khi lan rộng nhiều hoặc khi hết.
    """)
    assert told(storm(), "en") == lines("""
        [DOWN] Văn Yên area: 3 communes lost since 21:14
        Broken: many sites in Văn Yên area, no common fault found: dong-an-ups went over to its battery; \
power or cable, not known yet.
        Hurts: 3 of 9 communes: Lang Thíp, Lâm Giang, Đông An.
        Call: VNPT Yên Bái 0216 000 0001
        #4131, Sun 22/11/2026. Next message if it spreads much further, or when it is over.
    """)


def test_a_storm_spreads_and_ends() -> None:
    text = told(spread()).splitlines()
    assert text[0] == "[MẤT] Cập nhật: KV Văn Yên: đã 7 xã mất liên lạc từ 21:14"
    assert text[2] == (
        "Ảnh hưởng: đến nay 7/9 xã: Lang Thíp, Lâm Giang, Đông An, Xuân Tầm, Tân Hợp và 2 xã khác. "
        "Mới thêm: Xuân Tầm, Tân Hợp, Phong Dụ Thượng, Mậu A."
    )
    text = told(spread(), "en").splitlines()
    assert text[0] == "[DOWN] Update: Văn Yên area: 7 communes hit since 21:14"
    assert text[2] == (
        "Hurts: so far 7 of 9 communes: Lang Thíp, Lâm Giang, Đông An, Xuân Tầm, Tân Hợp and 2 more. "
        "New: Xuân Tầm, Tân Hợp, Phong Dụ Thượng, Mậu A."
    )
    ended = over(spread(), 23, 31)
    ended = replace(ended, incident=replace(ended.incident, cause="power", links=("dong-an/1",)))
    assert told(ended) == lines("""
        [XONG] KV Văn Yên: thông lại 23:31, kéo dài 2 giờ 17 phút
        Nguyên nhân: nghi mất điện; dong-an-ups chuyển sang chạy ắc quy.
        Tổng cộng 7 xã từng mất liên lạc, đã lên đủ.
        Kênh: YB-VY-DONG-AN (FTTH, VNPT Yên Bái).
        #4131, CN 22/11/2026. Từ 21:14.
    """)
    behind = replace(ended, incident=replace(ended.incident, still_down=("xuan-tam",)))
    assert "đã lên 6. CÒN MẤT: Xã Xuân Tầm; đang kiểm tra, báo riêng nếu chưa lên." in told(behind)
    assert told(behind, "en") == lines("""
        [OK] Văn Yên area: back 23:31, lasted 2 h 17 min
        Cause: probably a power cut; dong-an-ups went over to its battery.
        7 communes hit in all, 6 back. STILL LOST: Xã Xuân Tầm; being checked, told apart if they stay away.
        Lines: YB-VY-DONG-AN (FTTH, VNPT Yên Bái).
        #4131, Sun 22/11/2026. Since 21:14.
    """)


def test_new_are_those_since_the_last_count() -> None:
    event = spread()
    later = Clue(at(22, 0), "kv-van-yen", "group", (("count", "5"), ("area", "kv-van-yen")))
    counted = replace(event.incident, evidence=(*event.incident.evidence, later))
    assert "Mới thêm: Phong Dụ Thượng, Mậu A." in told(replace(event, incident=counted))
    uncounted = replace(event.incident, evidence=())
    assert "Mới thêm" not in told(replace(event, incident=uncounted))


def test_a_carrier_lost_at_the_centre() -> None:
    assert told(half_blind()) == lines("""
        [MẤT] Viettel Yên Bái: mất 2 kênh trung tâm từ 13:05
        Hỏng: cả 2 kênh của Viettel Yên Bái về trung tâm: cổng Gi0/0/4 của yb-core-2 tắt; nghi lỗi nhà mạng.
        Ảnh hưởng: chưa điểm nào mất liên lạc, các điểm chạy kênh khác.
        Gọi: Viettel Yên Bái 0216 000 0002
        #4132, CN 22/11/2026. Chỉ nhắn lại khi thông hoặc khi rõ hỏng chỗ khác.
    """)
    event = half_blind()
    hit = replace(event, incident=replace(event.incident, affected=("chau-que-ha", "an-thinh")))
    assert told(hit, "en") == lines("""
        [DOWN] Viettel Yên Bái: 2 communes lost since 13:05
        Broken: both lines of Viettel Yên Bái to the centre: port Gi0/0/4 of yb-core-2 is down; probably the carrier.
        Hurts: 2 of 9 communes: Châu Quế Hạ, An Thịnh. With VNPT Yên Bái: Huyện Văn Yên.
        Call: 1) Viettel Yên Bái 0216 000 0002; 2) chị Lan (đầu mối, Xã Châu Quế Hạ) 0216 000 0103 (is the power on?)
        #4132, Sun 22/11/2026. Next message when it is back, or if something else proves to be broken.
    """)
    assert told(over(hit, 14, 0)).splitlines()[:3] == [
        "[XONG] Viettel Yên Bái: thông lại 14:00, mất 55 phút",
        "Nguyên nhân: nghi lỗi nhà mạng.",
        "Đã lên đủ 2/2 xã.",
    ]


def test_many_customers_of_one_carrier() -> None:
    sites = tuple(COMMUNES)[2:8]
    clue = Clue(at(21, 15), "vnpt", "group", (("count", "6"), ("area", "vnpt")))
    text = told(outage("vnpt", *sites, evidence=(clue,), links=tuple(f"{key}/1" for key in sites))).splitlines()
    assert text[0] == "[MẤT] VNPT Yên Bái: 6 xã mất liên lạc từ 21:14"
    assert text[1] == "Hỏng: nhiều kênh của VNPT Yên Bái, chưa thấy một chỗ hỏng chung; chưa rõ nguyên nhân."
    assert text[4].endswith("Chỉ nhắn lại khi lan rộng nhiều hoặc khi hết.")


def test_a_place_that_cannot_be_measured() -> None:
    clue = Clue(at(21, 14), "pop-lam-giang", "inferred", (("node", "pop-lam-giang"), ("count", "2")))
    event = outage("pop-lam-giang", "lam-giang", "tan-hop", evidence=(clue,), links=("lam-giang/1", "tan-hop/1"))
    assert told(event) == lines("""
        [MẤT] Trạm VNPT Lâm Giang: 2 xã mất liên lạc từ 21:14
        Hỏng: Trạm VNPT Lâm Giang, suy ra từ 2 điểm phía sau vì không đo được trực tiếp; chưa rõ mất điện hay đứt cáp.
        Ảnh hưởng: 2 xã: Lâm Giang, Tân Hợp.
        Gọi: VNPT Yên Bái 0216 000 0001
        #5000, CN 22/11/2026. Chỉ nhắn lại khi thông hoặc khi rõ hỏng chỗ khác.
    """)
    assert told(event, "en").splitlines()[1] == (
        "Broken: Trạm VNPT Lâm Giang, inferred from 2 communes behind it since it cannot be measured; "
        "power or cable, not known yet."
    )
    assert told(over(event, 22, 14)).splitlines()[:2] == [
        "[XONG] Trạm VNPT Lâm Giang: thông lại 22:14, mất 1 giờ",
        "Đã lên đủ 2/2 xã.",
    ]


def test_an_area_of_another_name_goes_by_its_id() -> None:
    words = speaker(MESSAGES, INVENTORY, "vi")
    assert words.name("kv-van-yen") == "KV Văn Yên"
    sites = {key: replace(site, area="kv-song-hong") for key, site in INVENTORY.sites.items()}
    assert speaker(MESSAGES, replace(INVENTORY, sites=sites), "vi").name("kv-song-hong") == "kv-song-hong"


def test_who_feeds_most_of_the_sites_hit_is_called() -> None:
    event = storm()
    fed = {"lang-thip": "Điện lực Văn Yên", "lam-giang": "Điện lực Văn Yên", "dong-an": "Điện lực khác"}
    sites = {
        key: replace(site, power=Power(supplier=fed[key], phone="0216 000 0102")) if key in fed else site
        for key, site in INVENTORY.sites.items()
    }
    _, text = render(MESSAGES, replace(INVENTORY, sites=sites), event, "vi", pytest.fail)
    assert "Gọi: 1) VNPT Yên Bái 0216 000 0001; 2) Điện lực Văn Yên 0216 000 0102" in text


CAUSES: dict[Cause, tuple[str, str]] = {
    "power": ("nghi mất điện", "probably a power cut"),
    "fibre": ("nghi đứt cáp", "probably a cable cut"),
    "carrier": ("nghi lỗi nhà mạng", "probably the carrier"),
    "device": ("nghi hỏng thiết bị", "probably the device"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_reads_right_when_it_opens_and_when_it_is_over(cause: Cause) -> None:
    vi, en = CAUSES[cause]
    event = replace(district_cut(), incident=replace(district_cut().incident, cause=cause, evidence=()))
    names = "YB-VY-01 (VNPT Yên Bái), YB-VY-02 (Viettel Yên Bái)"
    assert told(event).splitlines()[1] == f"Hỏng: cả 2 kênh {names}; {vi}."
    assert told(event, "en").splitlines()[1] == f"Broken: both lines {names}; {en}."
    assert told(over(event, 23, 2)).splitlines()[1] == f"Nguyên nhân: {vi}."
    assert told(over(event, 23, 2), "en").splitlines()[1] == f"Cause: {en}."


def test_power_evidence_still_stands_when_all_is_over() -> None:
    gasp = Clue(at(21, 14), "van-yen-r1", "dying_gasp", (("device", "van-yen-r1"),))
    late = Clue(at(21, 14), "yb-core-1", "behind_ok", (("target", "yb-core-1"),))
    event = outage("van-yen", "van-yen", evidence=(gasp, late))
    event = replace(event, incident=replace(event.incident, cause="power"))
    assert told(event).splitlines()[1] == (
        "Hỏng: Huyện Văn Yên: van-yen-r1 kịp báo mất nguồn trước khi tắt; "
        "yb-core-1 ngay trước đó vẫn trả lời; nghi mất điện."
    )
    assert told(over(event, 22, 0)).splitlines()[1] == (
        "Nguyên nhân: nghi mất điện; van-yen-r1 kịp báo mất nguồn trước khi tắt."
    )


def test_of_a_change_people_are_asked_who_know_the_place_and_not_about_the_power() -> None:
    event = outage("van-yen-r1", "van-yen")
    seen = Clue(at(21, 14), "van-yen-r1", "config_unsaved", (("lines", "3"),))
    event = replace(event, incident=replace(event.incident, kind="change", state="resolved", evidence=(seen,)))
    said = next(line for line in told(event).splitlines() if line.startswith("Hỏi:"))
    assert "anh Quân" in said
    assert "hỏi điện" not in said
    assert "Điện lực" not in said


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("make", [storm, spread, half_blind, district_cut, fallback, poor_adsl, blind])
def test_the_first_line_fits_half_an_sms(make: Callable[[], IncidentEvent], language: str) -> None:
    for event in (make(), replace(make(), event="updated"), replace(make(), event="reminded"), over(make(), 23, 30)):
        assert len(told(event, language).splitlines()[0]) <= FIRST_LINE


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "root", ["van-yen", "van-yen/1", "cqh-cam1", "cqh-onestop", "vnpt", "gone", "pop-lam-giang", "kv-van-yen"]
)
def test_every_kind_and_event_of_anything_can_be_told(kind: Kind, event: Event, language: str, root: str) -> None:
    bare = outage(root).incident
    resolved_at = at(22, 0) if event == "resolved" else None
    incident = replace(bare, kind=kind, resolved_at=resolved_at, state="resolved" if resolved_at else "open")
    text = told(IncidentEvent(event=event, at=at(22, 0), incident=incident), language)
    assert 2 <= len(text.splitlines()) <= 5
    assert "#5000" in text.splitlines()[-1]
    assert "chết" not in text.lower()
    assert "None" not in text
    assert "()" not in text
    assert not [line for line in text.splitlines() if line.endswith((": ", ":", ", ", ":."))]


def test_one_thing_lost_is_called_by_its_name() -> None:
    alone = told(outage("lang-thip/1", "lang-thip", links=("lang-thip/1",)))
    assert alone.startswith(
        "[MẤT] Xã Lang Thíp mất liên lạc từ 21:14\nHỏng: kênh YB-VY-LANG-THIP (ADSL, VNPT Yên Bái);"
    )
    camera = told(replace(outage("cqh-cam1"), incident=replace(outage("cqh-cam1").incident, severity="warning")), "en")
    assert camera.startswith("[DOWN] cqh-cam1 (camera, Xã Châu Quế Hạ) lost since 21:14")
    assert "Hurts: this device only; Xã Châu Quế Hạ is still connected." in camera
    assert "No need to get up." in camera


def test_who_is_called_follows_the_cause() -> None:
    cut = district_cut()
    calls = {
        cause: told(replace(cut, incident=replace(cut.incident, cause=cause)), "en").splitlines()[3]
        for cause in ("power", "fibre", "device")
    }
    assert calls["power"] == (
        "Call: 1) anh Quân (quản trị mạng) 0216 000 0101 (is the power on?); 2) Điện lực Văn Yên 0216 000 0102"
    )
    assert "Điện lực" not in calls["fibre"]
    assert "3) Viettel" in calls["fibre"]
    assert calls["device"] == "Call: anh Quân (quản trị mạng) 0216 000 0101"


def test_a_repeat_says_so_and_dates_what_began_yesterday() -> None:
    late = replace(fallback(), event="reminded", at=at(6, 0, day=23))
    assert told(late).splitlines()[0] == "[DỰ PHÒNG] Nhắc lại: Xã Châu Quế Hạ: chạy 4G từ 02:31 22/11"
    assert "T2 23/11/2026" in told(late)


def test_a_long_list_is_counted() -> None:
    text = told(outage("vnpt", *COMMUNES))
    assert "9 xã: Châu Quế Hạ, An Thịnh, Mậu A, Lang Thíp, Lâm Giang và 4 xã khác." in text


def named(name: str) -> str:
    sites = {**INVENTORY.sites, "van-yen": replace(INVENTORY.sites["van-yen"], name=name)}
    return render(MESSAGES, replace(INVENTORY, sites=sites), district_cut(), "vi", pytest.fail)[1]


def test_a_long_name_is_shortened_in_the_first_line_only() -> None:
    assert named("Trung tâm dữ liệu Thành phố Yên Bái").splitlines()[0] == (
        "[MẤT] TTDL TP. Yên Bái và 7 xã mất liên lạc từ 21:14"
    )
    assert named("Sở Lao động và Xã hội tỉnh Yên Bái").splitlines()[0] == (
        "[MẤT] Sở Lao động và Xã hội… và 7 xã mất liên lạc từ 21:14"
    ), "society is no commune"
    first = named("Sở Nông nghiệp và Phát triển nông thôn vùng cao tỉnh").splitlines()[0]
    assert first == "[MẤT] Sở Nông nghiệp và Phát… và 7 xã mất liên lạc từ 21:14"
    assert len(first) <= FIRST_LINE


def service(name: str, site: str, language: str = "vi") -> str:
    """The first line about a service of this name at a site of that name."""
    sites = {**INVENTORY.sites, "chau-que-ha": replace(INVENTORY.sites["chau-que-ha"], name=site)}
    services = {**INVENTORY.services, "cqh-onestop": replace(INVENTORY.services["cqh-onestop"], name=name)}
    bare = outage("cqh-onestop").incident
    event = IncidentEvent(event="opened", at=at(21, 15), incident=replace(bare, kind="service"))
    inventory = replace(INVENTORY, sites=sites, services=services)
    return render(MESSAGES, inventory, event, language, pytest.fail)[0]


def test_a_service_keeps_its_name_and_gives_up_its_site() -> None:
    assert service("camera Một cửa", "Xã Tân Lập") == ("[MẤT] camera Một cửa (Xã Tân Lập): không dùng được từ 21:14")
    assert service("camera Một cửa", "Thị xã Nghĩa Lộ") == ("[MẤT] camera Một cửa (Nghĩa Lộ): không dùng được từ 21:14")
    assert service("camera Một cửa", "Thị xã Lạc Sơn", "en") == (
        "[DOWN] camera Một cửa (TX. Lạc Sơn): not working since 21:14"
    )
    assert service("Cổng thông tin điện tử tỉnh", "Trung tâm dữ liệu tỉnh") == (
        "[MẤT] Cổng thông tin điện tử tỉnh: không dùng được từ 21:14"
    )
    assert service("Cổng thông tin điện tử tỉnh", "Trung tâm dữ liệu tỉnh", "en") == (
        "[DOWN] Cổng thông tin điện tử tỉnh: not working since 21:14"
    )


def change(root: str, *clues: Clue, language: str = "vi") -> list[str]:
    bare = outage(root, evidence=clues).incident
    event = IncidentEvent(event="opened", at=at(21, 15), incident=replace(bare, kind="change", severity="warning"))
    return told(event, language).splitlines()


def test_a_single_change_leads_with_what_has_changed() -> None:
    stranger = Clue(0.0, "cqh-cam1", "lan_host_new", (("mac", "02:00:00:00:00:01"), ("address", "10.28.4.99")))
    assert change("cqh-cam1", stranger) == [
        "[ĐỔI] cqh-cam1: thiết bị lạ 02:00:00:00:00:01 (10.28.4.99)",
        "Tại Xã Châu Quế Hạ.",
        "Hỏi: chị Lan (đầu mối) 0216 000 0103",
        "#5000, 21:14, CN 22/11/2026. Báo để biết; không nhắn lại.",
    ]
    values = (("event", "Họp trực tuyến với Chính phủ"), ("begins", "07:30 02/12/2026"), ("ready", "3"), ("total", "5"))
    look = Clue(0.0, "cqh-cam1", "conference_ready", (*values, ("missing", "van-yen")))
    assert change("cqh-cam1", look) == [
        "[ĐỔI] 3/5 điểm cầu sẵn sàng cho Họp trực tuyến với Chính…",
        "3/5 điểm cầu sẵn sàng cho Họp trực tuyến với Chính phủ, 07:30 02/12/2026; chưa sẵn sàng: Huyện Văn Yên.",
        "#5000, 21:14, CN 22/11/2026. Báo để biết; không nhắn lại.",
    ], "of no device"
    assert change("cqh-cam1", stranger, stranger)[0] == "[ĐỔI] cqh-cam1 (Xã Châu Quế Hạ): có thay đổi lúc 21:14"


def test_evidence_is_counted_as_the_language_counts() -> None:
    for count, expected in (("1", "in 1 place the devices"), ("3", "in 3 places the devices")):
        drift = Clue(0.0, "cqh-r1", "inventory_drift", (("count", count),))
        assert say(MESSAGES, INVENTORY, drift, "en") == f"{expected} contradict the inventory"
        assert change("cqh-r1", drift, language="en")[0] == f"[CHANGE] {expected} contradict the inventory"


def test_services_that_never_worked_are_counted() -> None:
    never = [
        Clue(0.0, key, "never_served", (("service", key), ("asked", "http"), ("text", "no answer"))) for key in "abcde"
    ]
    bare = replace(outage("gone").incident, kind="unseen", evidence=tuple(never), severity="warning")
    text = told(IncidentEvent(event="opened", at=at(22, 0), incident=bare)).splitlines()
    assert text[1].endswith("c chưa dùng được lần nào (http: no answer); và 2 dịch vụ khác.")
    assert text[2].startswith("Làm: xem lại địa chỉ, cổng và điều kiện kiểm tra của dịch vụ.")


def test_hostile_names_and_values_cannot_forge_a_message() -> None:
    nasty = "x\n[XONG] all well\x1b[31m\u202e\u2028{{ 7 * 7 }}{name}"
    clue = Clue(0.0, "a", "port_down", (("device", nasty), ("port", nasty)))
    text = told(outage("van-yen", "van-yen", evidence=(clue,)))
    assert len(text.splitlines()) == 5
    assert not set(text) & set("\x1b\u202e\u2028")
    assert "{{ 7 * 7 }}{name}" in text, "shown as it came, not evaluated"
    assert len(clean("y" * 5000)) == 120


def test_a_broken_template_still_tells_the_facts() -> None:
    known = MESSAGES.languages["vi"]
    for source in ("{{ 1 // 0 }}", "", "{{ ''.__class__.__mro__ }}", "{{ name.no.such() }}"):
        template = environment({"outage.j2": source}).get_template("outage.j2")
        broken = Messages({"vi": Language(known.phrases, {**known.templates, "outage": template})})
        complaints: list[str] = []
        subject, text = render(broken, INVENTORY, district_cut(), "vi", complaints.append)
        assert subject == "[MẤT] Huyện Văn Yên: opened, 21:14"
        assert "cổng Gi0/0/4 của yb-core-1 tắt" in text
        assert "VNPT Yên Bái 0216 000 0001" in text
        assert len(complaints) == 1


def test_an_unknown_language_still_tells_the_facts() -> None:
    complaints: list[str] = []
    subject, text = render(MESSAGES, INVENTORY, district_cut(), "fr", complaints.append)
    assert subject == "[outage] Huyện Văn Yên: opened, 21:14"
    assert "silent: target=van-yen-r1" in text
    assert complaints == ["no message outage in language 'fr'"]


@pytest.mark.parametrize(
    ("key", "values", "vi", "en"),
    [
        ("silent", {"target": "van-yen-r1", "seconds": "4.5", "asked": "icmp, snmp"},
         "van-yen-r1 không trả lời icmp, snmp suốt 4,5 s", "no answer from van-yen-r1 to icmp, snmp for 4.5 s"),
        ("silent", {"target": "van-yen-r1", "seconds": "", "asked": ""},
         "van-yen-r1 không trả lời", "no answer from van-yen-r1"),
        ("loss", {"link": "van-yen/1", "loss": "0.0320", "limit": "0.0010", "window": "900"},
         "mất gói 3,2% (mức 0,1%) trong 15 phút", "3.2% loss (limit 0.1%) over 15 min"),
        ("rtt", {"link": "van-yen/1", "rtt": "0.0042", "limit": "0.02", "window": "60"},
         "trễ 4,2 ms (mức 20 ms) trong 1 phút", "4.2 ms round trip (limit 20 ms) over 1 min"),
        ("rebooted", {"device": "van-yen-r1", "uptime": "95"},
         "van-yen-r1 đã khởi động lại (mới chạy 1 phút 35 giây) nên là mất điện",
         "van-yen-r1 restarted (1 min 35 s ago), so its power was out"),
        ("anchors_silent", {"anchors": "yb-core-1, yb-core-2"},
         "yb-core-1, yb-core-2 cùng im lặng", "yb-core-1, yb-core-2 all silent"),
        ("never_seen", {"targets": "a, b", "count": "2"},
         "2 thiết bị chưa trả lời lần nào: a, b", "2 devices have never answered: a, b"),
        ("inferred", {"node": "pop-lam-giang", "count": "3"},
         "Trạm VNPT Lâm Giang không đo được trực tiếp, suy ra từ 3 điểm phía sau",
         "Trạm VNPT Lâm Giang cannot be measured, inferred from the silence behind it (3)"),
        ("on_battery", {"device": "cqh-cam1"}, "cqh-cam1 chuyển sang chạy ắc quy", "cqh-cam1 went over to its battery"),
        ("dying_gasp", {"device": "van-yen-r1"},
         "van-yen-r1 kịp báo mất nguồn trước khi tắt", "van-yen-r1 reported losing power as it went off"),
        ("trap_link_down", {"device": "yb-core-1", "port": "Gi0/1"},
         "yb-core-1 tự báo cổng Gi0/1 tắt", "yb-core-1 reported its port Gi0/1 down"),
        ("trap_bgp_down", {"device": "yb-core-1"},
         "yb-core-1 tự báo mất láng giềng BGP", "yb-core-1 reported a BGP neighbour lost"),
        ("ports_up", {"device": "yb-core-1", "port": "Gi0/1"},
         "cổng Gi0/1 phía yb-core-1 vẫn lên", "port Gi0/1 on yb-core-1 stays up"),
        ("group", {"count": "5", "area": "kv-van-yen"},
         "5 điểm của KV Văn Yên mất trong cùng một đợt", "5 sites of Văn Yên area lost in one go"),
        ("group", {"count": "6", "area": "vnpt"},
         "6 điểm của VNPT Yên Bái mất trong cùng một đợt", "6 sites of VNPT Yên Bái lost in one go"),
        ("carrier_lines", {"carrier": "vnpt", "count": "3"},
         "mất cả 3 kênh của VNPT Yên Bái về trung tâm", "all 3 lines of VNPT Yên Bái to the centre lost"),
        ("learned", {"threshold": "30"}, "bình thường cũng hay ngắt tới 30 s", "it is often silent for up to 30 s"),
        ("redundant_left", {"link": "chau-que-ha/2, van-yen/1"}, "còn 4G, YB-VY-01", "4G, YB-VY-01 still carries"),
        ("behind_ok", {"target": "yb-core-1"},
         "yb-core-1 ngay trước đó vẫn trả lời", "yb-core-1 just before it still answers"),
        ("line_silent", {"link": "van-yen/1", "address": "10.0.0.1"},
         "đầu xa của kênh YB-VY-01 (10.0.0.1) im lặng", "far end of YB-VY-01 (10.0.0.1) is silent"),
        ("path_now", {"target": "van-yen/1", "path": "yb-core-1 > *", "end": "yb-core-1"},
         "đường đi tới YB-VY-01: yb-core-1 > *, dừng ở yb-core-1", "way to YB-VY-01: yb-core-1 > *, ends at yb-core-1"),
        ("path_usual", {"target": "van-yen/1", "path": "yb-core-1 > 10.0.0.1"},
         "bình thường đi: yb-core-1 > 10.0.0.1", "usual way: yb-core-1 > 10.0.0.1"),
        ("lan_host_new", {"mac": "00:16:3e:00:00:01", "address": "10.0.0.7", "port": "Gi0/1", "vlan": ""},
         "thiết bị lạ 00:16:3e:00:00:01 (10.0.0.7) ở cổng Gi0/1",
         "unknown device 00:16:3e:00:00:01 (10.0.0.7) at port Gi0/1"),
        ("lan_host_changed", {"mac": "00:16:3e:00:00:01", "address": "10.0.0.7", "port": "Gi0/2", "old_port": "Gi0/1"},
         "thiết bị 00:16:3e:00:00:01 đổi cổng Gi0/1 sang Gi0/2",
         "device 00:16:3e:00:00:01 moved from port Gi0/1 to Gi0/2"),
        ("lan_host_gone", {"mac": "00:16:3e:00:00:01", "address": ""},
         "không còn thấy thiết bị 00:16:3e:00:00:01", "device 00:16:3e:00:00:01 is gone"),
        ("neighbour_changed", {"if_name": "Gi0/1", "neighbour": "sw-2", "remote_port": "1", "old_neighbour": "sw-1"},
         "cổng Gi0/1 nay nối với sw-2 (cổng 1), trước là sw-1", "port Gi0/1 now leads to sw-2 (port 1), it was sw-1"),
        ("neighbour_changed", {"if_name": "Gi0/1", "neighbour": "sw-2", "remote_port": "1", "old_remote_port": "24"},
         "cổng Gi0/1 nay nối với sw-2 (cổng 1), trước là cổng 24",
         "port Gi0/1 now leads to sw-2 (port 1), it was port 24"),
        ("neighbour_new", {"if_name": "Gi0/1", "neighbour": "sw-2", "remote_port": ""},
         "cổng Gi0/1 nay nối với sw-2", "port Gi0/1 now leads to sw-2"),
        ("neighbour_gone", {"if_name": "Gi0/1", "neighbour": "sw-2", "remote_port": "1"},
         "cổng Gi0/1 không còn nối với sw-2 (cổng 1)", "port Gi0/1 no longer leads to sw-2 (port 1)"),
        ("path_changed", {"path": "10.0.0.1 > 10.0.0.9", "old_path": "10.0.0.2 > 10.0.0.9"},
         "đường đi nay là 10.0.0.1 > 10.0.0.9, trước đây là 10.0.0.2 > 10.0.0.9",
         "the way is now 10.0.0.1 > 10.0.0.9, and was 10.0.0.2 > 10.0.0.9"),
        ("something_new", {"value": "93.5"}, "something_new: value=93.5", "something_new: value=93.5"),
    ],
)  # fmt: skip
def test_evidence_in_words(key: str, values: dict[str, str], vi: str, en: str) -> None:
    clue = Clue(0.0, "x", key, tuple(values.items()))
    assert say(MESSAGES, INVENTORY, clue, "vi") == vi
    assert say(MESSAGES, INVENTORY, clue, "en") == en


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0.2, "0 giây", "0 s"),
        (59.4, "59 giây", "59 s"),
        (125, "2 phút 5 giây", "2 min 5 s"),
        (3599.9, "1 giờ", "1 h"),
        (6480, "1 giờ 48 phút", "1 h 48 min"),
        (86400 + 3600 * 2 + 59, "1 ngày 2 giờ", "1 day 2 h"),
        (86400 * 40 + 60, "40 ngày", "40 days"),
        (-5, "0 giây", "0 s"),
    ],
)
def test_durations(seconds: float, vi: str, en: str) -> None:
    assert speaker(MESSAGES, INVENTORY, "vi").duration(seconds) == vi
    assert speaker(MESSAGES, INVENTORY, "en").duration(seconds) == en


def test_acknowledgement_is_said_to_whoever_may_give_it() -> None:
    def last(event: IncidentEvent, language: str, **answer: object) -> str:
        reply = Reply(asked=True)._replace(**answer)  # type: ignore[arg-type]
        return render(MESSAGES, INVENTORY, event, language, pytest.fail, reply=reply)[1].partition("\n#")[2]

    again = replace(district_cut(), event="updated")
    assert last(district_cut(), "vi", then=300.0) == (
        '4127, CN 22/11/2026. Nhận việc: nhắn "1 4127". Chưa ai nhận sau 5 phút: gọi người kế tiếp.'
    )
    assert last(district_cut(), "en", then=300.0) == (
        '4127, Sun 22/11/2026. To take it: reply "1 4127". Nobody takes it within 5 min: the next one is called.'
    )
    assert last(district_cut(), "vi") == (
        '4127, CN 22/11/2026. Nhận việc: nhắn "1 4127". Chỉ nhắn lại khi thông hoặc khi rõ hỏng chỗ khác.'
    )
    assert last(again, "vi") == "4127, CN 22/11/2026. Chỉ nhắn lại khi thông hoặc khi rõ hỏng chỗ khác."
    assert last(district_cut(), "vi", link="https://noc.example.vn/a/x", then=90.0) == (
        '4127, CN 22/11/2026. Nhận việc: nhắn "1 4127" hoặc mở liên kết ở cuối tin. '
        "Chưa ai nhận sau 1 phút 30 giây: gọi người kế tiếp.\nhttps://noc.example.vn/a/x"
    )
    assert last(district_back(), "vi", link="https://noc.example.vn/a/x") == (
        '4127, CN 22/11/2026. Từ 21:14. Ghi số phiếu nhà mạng: nhắn "phieu 4127 <số>".'
    )
    assert last(over(blind(), 3, 40), "vi") == "4130, CN 22/11/2026. Từ 03:12."
    assert "Không cần dậy" not in last(fallback(), "vi", then=300.0), "whoever is asked to answer has got up"


def test_a_line_without_a_circuit_is_called_by_its_kind() -> None:
    words = speaker(MESSAGES, INVENTORY, "vi")
    assert words.line(Link(id="a/1", site="a", source="x", target="y", kind="4g"), with_kind=True) == "4G"
    assert words.line(Link(id="a/1", site="a", source="x", target="y"), with_kind=True) == "a/1"


def test_templates_are_sandboxed() -> None:
    with pytest.raises(jinja2.exceptions.SecurityError):
        environment({"x": "{{ ''.__class__.__mro__() }}"}).get_template("x").render()
