"""Is the webhook's body exactly what scripts rely on?"""

import json
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from netmon.decide.desk.plain import to_everybody
from netmon.decide.desk.state import Letter
from netmon.decide.notices import plan
from netmon.decide.telling.messages import speaker
from netmon.model import Channel
from netmon.run.compose import Composer
from netmon.settings.messages import Language, Messages, environment, load_messages
from tests.conftest import ROOT
from tests.decide.messages_province import district_cut, province

MESSAGES = load_messages(ROOT / "alerts" / "messages")


def test_the_body_of_a_webhook() -> None:
    [notice] = plan(to_everybody(district_cut(), ["hook"]), {}, Composer(MESSAGES, province(), "vi"))
    body = json.loads(notice.body)
    assert list(body) == ["id", "event", "at", "text", "incident"]
    assert body["id"] == notice.id == "4127/opened/hook/1"
    assert body["event"] == "opened"
    assert body["at"] == "2026-11-22T21:14:12.000+07:00"
    assert body["text"] == notice.text
    assert notice.text.startswith(notice.subject + "\n")
    incident = body["incident"]
    assert (incident["id"], incident["kind"], incident["root"], incident["state"]) == (
        4127,
        "outage",
        "van-yen",
        "open",
    )
    assert incident["opened_at"] == "2026-11-22T21:14:00.000+07:00"
    assert incident["resolved_at"] is None
    say = speaker(MESSAGES, province(), "vi").say
    assert incident["evidence"][0] == {
        "at": "2026-11-22T21:14:00.000+07:00",
        "source": "van-yen-r1",
        "text": say(district_cut().incident.evidence[0]),
    }
    assert "ạ" in notice.body, "readable without decoding"


def test_after_the_clock_was_set_back_nothing_lies_in_the_future() -> None:
    set_by = [0.0]
    compose = Composer(MESSAGES, province(), "vi", lambda: set_by[0])
    [before] = plan(to_everybody(district_cut(), ["hook"]), {}, compose)
    assert before == plan(to_everybody(district_cut(), ["hook"]), {}, Composer(MESSAGES, province(), "vi"))[0]
    set_by[0] = -86400.0 - 3600.0
    [notice] = plan(to_everybody(district_cut(), ["hook"]), {}, compose)
    body = json.loads(notice.body)
    assert notice.subject.endswith("từ 20:14")
    assert "T7 21/11/2026" in notice.text
    assert body["at"] == "2026-11-21T20:14:12.000+07:00"
    assert body["incident"]["opened_at"] == "2026-11-21T20:14:00.000+07:00"
    assert {each["at"] for each in body["incident"]["evidence"]} == {"2026-11-21T20:14:00.000+07:00"}
    assert "2026-11-22" not in notice.body
    assert notice.at == district_cut().at, "the axis of the program itself does not step"


def test_a_broken_template_is_logged_once() -> None:
    known = MESSAGES.languages["vi"]
    template = environment({"outage.j2": "{{ 1 // 0 }}"}).get_template("outage.j2")
    broken = Messages({"vi": Language(known.phrases, {**known.templates, "outage": template})})
    compose = Composer(broken, province(), "vi")
    with capture_logs() as logs:
        made = plan(to_everybody(district_cut(), ["noc", "sms"]), {}, compose)
    assert [line["why"] for line in logs] == ["vi/outage.j2: ZeroDivisionError: integer division or modulo by zero"]
    assert all("VNPT Yên Bái" in notice.text for notice in made)


def test_the_language_and_the_detail_of_whoever_reads_it() -> None:
    channels = {"zalo": Channel(detail="public", address="chat"), "post": Channel(address="email"), "sms": Channel()}
    compose = Composer(
        MESSAGES, province(), "vi", channels=channels, link=lambda number, who: f"https://x/{who}/{number}"
    )
    letter = Letter(district_cut(), to="binh", by="sms", then=300.0)
    by_sms = compose(letter, "1")
    assert by_sms.text.endswith('Nhận việc: nhắn "1 4127". Chưa ai nhận sau 5 phút: gọi người kế tiếp.')
    assert compose(letter._replace(to="sms"), "1").text.endswith("Chỉ nhắn lại khi thông hoặc khi rõ hỏng chỗ khác.")
    by_mail = compose(letter._replace(by="post", language="en"), "1")
    assert by_mail.subject.startswith("[DOWN] ")
    assert by_mail.text.endswith("the next one is called.\nhttps://x/binh/4127")
    assert "YB-VY-01" in by_mail.text
    shown = compose(letter._replace(by="zalo"), "1")
    assert "YB-VY-01" not in "".join(shown)
    assert shown.text.endswith("gọi người kế tiếp."), "where strangers read, one of them would click"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("tại 10.28.4.11, 21:14", "tại …, 21:14"),
        ("02:00:00:00:00:0a và 2026-11-22T21:14:12.000+07:00", "… và 2026-11-22T21:14:12.000+07:00"),
        ("fe80::1, 2001:db8:0:1:2:3:4:5 lúc 21:14:05", "…, … lúc 21:14:05"),
        ("mất 1.234 gói, 99,72%, bản 1.2.3", "mất 1.234 gói, 99,72%, bản 1.2.3"),
    ],
)
def test_the_last_net_catches_addresses_and_nothing_else(text: str, left: str) -> None:
    inventory = province()
    named = replace(inventory.sites["van-yen"], name=text)
    compose = Composer(
        MESSAGES,
        replace(inventory, sites={**inventory.sites, "van-yen": named}),
        "vi",
        channels={"zalo": Channel(detail="public")},
    )
    body = json.loads(compose(Letter(district_cut(), to="zalo", by="zalo"), "1").body)
    assert body["incident"]["name"] == left
    assert body["at"] == "2026-11-22T21:14:12.000+07:00"
