"""What could wait until the morning, what was too much for one hour, and what would have been sent?"""

from dataclasses import replace
from datetime import date

import pytest

from netmon.decide.desk.clockwork import next_digest
from netmon.decide.telling import messages
from netmon.model import Clue, Incident
from netmon.people import Budget, Shadow
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.decide.desk.office import INVENTORY, NIGHT, ROSTER, ZONE, Office, incident, wall

MESSAGES = load_messages(ROOT / "alerts" / "messages")
ON_4G = incident(1, kind="redundancy_lost", root="a/1", affected=["a"], links=["a/1"])
POOR = incident(2, kind="degraded", root="d/1", affected=["d"])


def _lines(office: Office, n: int, language: str = "vi") -> list[str]:
    return messages.render(MESSAGES, INVENTORY, office.letters[n].event, language)[1].splitlines()


def test_what_can_wait_stands_in_the_bulletin_of_the_morning_as_it_is_by_then() -> None:
    office = Office()
    office.hear(POOR)
    office.hear(ON_4G)
    office.wait(7800)
    office.over(ON_4G)
    office.until(wall("2026-10-15 12:00"))
    assert office.told() == ["+19800 opened binh zalo"]
    assert _lines(office, 0) == [
        "[BẢN TIN] Bản tin 07:30, T4 14/10/2026",
        "- D, cáp quang: chất lượng kém từ 02:00, chưa hết",
        "- A: chạy 4G 02:00–04:10; hỏng kênh FTTH",
        f"#{office.letters[0].event.incident.id}. Báo để biết; không cần dậy.",
    ]
    assert _lines(office, 0, "en")[1:3] == [
        "- D, fibre: poor quality since 02:00, still so",
        "- A: on 4G 02:00–04:10; FTTH failed",
    ]
    assert office.case(1).over
    assert list(office.desk.incidents) == [2]


def test_what_stood_in_a_bulletin_has_its_end_in_the_next() -> None:
    office = Office(replace(ROSTER, digest_at=((7, 30), (3, 30))))
    office.hear(POOR)
    office.until(wall("2026-10-14 04:00"))
    office.hear(POOR, "escalated")
    office.until(wall("2026-10-14 17:00"))
    office.over(POOR)
    office.until(wall("2026-10-16 09:00"))
    assert [_lines(office, n)[1] for n in range(len(office.letters))] == [
        "- D, cáp quang: chất lượng kém từ 02:00, chưa hết",
        "- D, cáp quang: chất lượng kém từ 02:00, chưa hết",
        "- D, cáp quang: chất lượng kém 02:00 14/10–17:00 14/10, đã tốt lại",
    ]
    assert [letter.event.at for letter in office.letters] == [
        wall("2026-10-14 03:30"),
        wall("2026-10-14 07:30"),
        wall("2026-10-15 03:30"),
    ]


def test_whoever_reads_the_same_shares_a_bulletin_and_the_duty_is_that_of_the_morning() -> None:
    office = Office(replace(ROSTER, digest_to=("chief", "mail")), now=wall("2026-10-18 22:00"))
    office.hear(POOR)
    office.until(wall("2026-10-19 08:30"))
    assert [(one.to, one.by) for one in office.letters] == [("binh", "zalo"), ("chief", "zalo"), ("mail", "mail")]
    assert len({one.event.incident.id for one in office.letters}) == 1


def test_a_bulletin_that_does_not_arrive_is_tried_otherwise() -> None:
    office = Office(broken={"zalo"})
    office.hear(POOR)
    office.until(wall("2026-10-14 08:00"))
    assert office.told() == ["+19800 opened binh zalo", "+19800 opened binh mail"]


def test_a_change_is_listed_in_its_own_words_and_too_many_are_counted() -> None:
    office = Office()
    clue = Clue(NIGHT, "a-r", "config_unsaved", (("lines", "3"), ("detail", "secret")))
    for number in range(1, 51):
        one = incident(number, kind="change", root="a-r", evidence=(clue,))
        office.hear(replace(one, state="resolved", resolved_at=NIGHT))
    office.until(wall("2026-10-14 08:00"))
    lines = _lines(office, 0)
    assert lines[1] == "- cấu hình đang chạy chưa lưu, khác bản lưu 3 dòng: khởi động lại là mất"
    assert lines[-2] == "- và 10 việc khác, xem trên trang giám sát"
    assert len(lines) == 43
    assert "secret" not in "".join(lines)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-10-14 02:00", "2026-10-14 07:30"),
        ("2026-10-14 07:30", "2026-10-14 16:30"),
        ("2026-10-14 16:31", "2026-10-15 07:30"),
    ],
)
def test_what_comes_at_the_hour_itself_waits_for_the_next(since: str, due: str) -> None:
    roster = replace(ROSTER, digest_at=((16, 30), (7, 30)))
    assert next_digest(roster, wall(since), ZONE) == wall(due)
    assert next_digest(replace(roster, digest_at=()), wall("2026-10-14 02:00"), ZONE) == wall("2026-10-14 07:30")


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (incident(root="b", affected=["b", "c"]), "- B: mất liên lạc từ 02:00, chưa thông; 2 điểm"),
        (incident(kind="service", root="a-hop", affected=["a"]), "- A, Hop: không dùng được từ 02:00, chưa hết"),
        (incident(kind="blind", root="core-r"), "- Trạm giám sát mất mạng từ 02:00"),
        (incident(kind="threshold", root="a-r"), "- A, a-r: vượt ngưỡng từ 02:00, chưa hết"),
        (incident(kind="alert", root="a-r"), "- A, a-r: có cảnh báo từ 02:00, chưa hết"),
        (replace(incident(kind="peer", root="core-r"), seat="b"), "- netmon b: không lên tiếng từ 02:00, vẫn im"),
        (incident(kind="drill", root="core-r"), "- Diễn tập báo động từ 02:00"),
        (incident(kind="unseen", root="a-r"), "- a-r: chưa thấy trả lời từ 02:00"),
    ],
)
def test_each_kind_has_a_line(one: Incident, text: str) -> None:
    office = Office(replace(ROSTER, routes=(replace(ROSTER.routes[3], urgency="digest"),)))
    office.hear(one)
    office.until(wall("2026-10-14 08:00"))
    assert _lines(office, 0)[1] == text
    assert "digest_" not in "".join(_lines(office, 0, "en"))


def test_somebody_elses_alert_that_is_over_is_told_as_over() -> None:
    says = (("alertname", "HighCPU"), ("summary", "trên 90%"), ("description", "…"))
    one = incident(kind="alert", root="a-r", evidence=(Clue(NIGHT, "a-r", "alert", says),))
    office = Office(replace(ROSTER, routes=(replace(ROSTER.routes[3], urgency="digest"),)))
    office.hear(one)
    office.wait(600)
    office.over(one)
    office.until(wall("2026-10-14 08:00"))
    assert _lines(office, 0)[1] == "- A, a-r: có cảnh báo HighCPU 02:00–02:10, đã hết; trên 90%"


# --- the budget ----------------------------------------------------------------------------------


def test_who_has_had_enough_reads_the_rest_in_the_morning() -> None:
    policies = {"duty": replace(ROSTER.policies["duty"], steps=ROSTER.policies["duty"].steps[:1], repeat=0)}
    office = Office(replace(ROSTER, policies=policies, budget=Budget(pages=3, per=3600.0)))
    for number in range(1, 6):
        office.hear(incident(number))
        office.wait(300)
    assert office.told() == [f"+{at} opened binh sms" for at in (0, 300, 600, 900, 1200)]  # the first is never dropped
    office.hear(incident(1), "updated")
    office.over(incident(2))
    office.hear(incident(6, root="d"))
    office.hear(incident(5, root="d"), "updated")
    assert office.told(5) == ["+1500 opened binh call", "+1500 opened binh sms"]
    for number in range(1, 7):
        office.say("ack", "binh", number)
    office.wait(3601)
    office.hear(incident(3), "updated")
    assert office.told(7) == ["+1520 updated binh sms", "+5101 updated binh sms"]
    office.until(wall("2026-10-14 08:00"))
    assert [line[:20] for line in _lines(office, 9)[1:3]] == ["- B: mất liên lạc từ", "- B: mất liên lạc 02"]
    assert office.case(2).over


def test_a_page_that_took_two_channels_is_one_page_and_a_bulletin_is_none() -> None:
    office = Office(replace(ROSTER, budget=Budget(pages=3, per=3 * 86400.0)), broken={"sms"})
    office.hear(POOR)
    office.until(wall("2026-10-14 08:00"))
    office.hear(incident(3))
    office.hear(incident(3), "updated")
    office.wait(60)
    office.hear(incident(3), "updated")
    office.wait(60)
    assert [letter.event.event for letter in office.letters if letter.by == "zalo"] == [
        "opened",
        "opened",
        "updated",
        "updated",
    ]


# --- the first week ------------------------------------------------------------------------------

TRIED = replace(ROSTER, shadow=Shadow(to="chief", until=date(2026, 10, 15)))


def test_in_the_first_week_one_person_gets_everything_and_a_list_of_what_the_others_would_have() -> None:
    office = Office(TRIED)
    office.hear(incident(3, root="d"))
    office.hear(POOR)
    office.wait(910)
    office.over(incident(3, root="d"))
    office.until(wall("2026-10-14 08:00"))
    assert {letter.to for letter in office.letters} == {"chief"}
    assert office.told()[:3] == ["+0 opened chief sms", "+300 escalated chief sms", "+910 resolved chief sms"]
    assert _lines(office, 3)[1] == "- D, cáp quang: chất lượng kém từ 02:00, chưa hết"
    assert _lines(office, 4)[1:-1] == [
        "- 02:00 #3 D: lẽ ra báo binh (call, sms)",
        "- 02:05 #3 D: lẽ ra chuyển cấp cho lan (call, sms), chief (call, sms)",
        "- 02:15 #3 D: lẽ ra báo đã thông cho binh (sms), lan (sms), chief (sms)",
    ]


def test_after_the_first_week_what_is_open_is_told_for_real() -> None:
    office = Office(replace(TRIED, shadow=Shadow(to="chief", until=date(2026, 10, 15))), now=wall("2026-10-14 23:59"))
    office.hear(incident(3, root="d"))
    office.hear(incident(4, root="b"))
    office.until(wall("2026-10-15 00:01"))
    office.over(incident(4, root="b"))
    office.until(wall("2026-10-15 00:10"))
    assert office.told() == [
        "+0 opened chief sms",
        "+0 opened chief sms",
        "+300 opened binh call",
        "+300 opened binh sms",
        "+600 escalated lan call",
        "+600 escalated lan sms",
        "+600 escalated chief call",
        "+600 escalated chief sms",
    ]


def test_a_shadow_who_has_left_shadows_nobody() -> None:
    office = Office(replace(ROSTER, shadow=Shadow(to="guest")))
    office.hear(incident())
    assert office.told() == ["+0 opened binh sms"]
