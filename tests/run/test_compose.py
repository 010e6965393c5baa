"""Is the webhook's body exactly what scripts rely on?"""

import json

from structlog.testing import capture_logs

from netmon.decide.desk.plain import to_everybody
from netmon.decide.notices import plan
from netmon.decide.telling.messages import speaker
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
