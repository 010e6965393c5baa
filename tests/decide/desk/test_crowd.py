"""Is somebody told of everything, and of no more than can be read, when too much happens at once?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.desk import crowd
from netmon.decide.desk.explain import explain
from netmon.decide.desk.state import Desk, Letter
from netmon.decide.desk.step import start
from netmon.decide.notices import told_of
from netmon.decide.telling import messages
from netmon.decide.telling.reply import Reply
from netmon.model import Clue, Incident, Notice, Restored
from netmon.people import Budget, Case, Gathered, Policy, Step
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.decide.desk.office import INVENTORY, NIGHT, ROSTER, Office, calls, incident

ONCE = Policy(id="duty", steps=(Step(tell=("binh",)),))
MESSAGES = load_messages(ROOT / "alerts" / "messages")
ALONE = replace(ROSTER, policies={"duty": ONCE})
"""Nobody is told next, so that only what happens is seen."""


def lines(letter: Letter, language: str = "vi") -> list[str]:
    return messages.render(MESSAGES, INVENTORY, letter.event, language, reply=Reply(asked=True))[1].splitlines()


def named(letter: Letter) -> set[int]:
    """The incidents that a letter tells of."""
    event = letter.event
    return told_of(
        Notice(id="", event=event.event, at=event.at, to=letter.to, incident=event.incident, subject="", text="")
    )


def is_bulletin(letter: Letter) -> bool:
    return letter.event.incident.kind == "digest" and letter.why != "bulletin"


# --- what goes when ------------------------------------------------------------------------------


def test_two_go_at_once_the_rest_together_and_then_again_when_there_is_room() -> None:
    office = Office(ALONE)
    for n in range(1, 6):
        office.hear(incident(n, root="abcdx"[n - 1] if n != 4 else "b"))
        office.wait(2)
    office.wait(100)
    office.hear(incident(6, at=office.now))
    office.hear(incident(7, at=office.now))
    office.over(incident(7, at=office.now))
    office.wait(1000)
    assert office.told() == [
        "+0 opened binh sms",
        "+2 opened binh sms",
        "+24 opened binh sms",
        "+600 opened binh sms",
    ]
    assert lines(office.letters[2]) == [
        "[BẢN TIN] 3 sự cố từ 02:00; 3 mới",
        "- [MẤT] C từ 02:00 #3",
        "- [MẤT] B từ 02:00 #4",
        "- [MẤT] X từ 02:00 #5",
        'T4 14/10/2026. Nhận việc: nhắn "1 3".',
    ]
    assert lines(office.letters[3], "en") == [
        "[DIGEST] 2 incidents since 02:01; 2 new; 1 over",
        "- [DOWN] B since 02:01 #6",
        "- [OK] B 02:01–02:01 #7",
        'Wed 14/10/2026. To take it: reply "1 6".',
    ]


def test_one_alone_keeps_its_own_words_and_its_end_is_told() -> None:
    office = Office(ALONE)
    office.hear(incident(1))
    office.hear(incident(2))
    office.hear(incident(3))
    office.wait(60)
    office.over(incident(3))
    office.wait(600)
    assert office.rows() == [
        (0, 1, "opened", "binh", "sms"),
        (0, 2, "opened", "binh", "sms"),
        (20, 3, "opened", "binh", "sms"),
        (600, 3, "resolved", "binh", "sms"),
    ]


def test_what_is_over_before_it_could_be_told_is_told_as_over() -> None:
    office = Office(ALONE)
    for n in (1, 2, 3):
        office.hear(incident(n))
    office.over(incident(3))
    office.wait(1000)
    assert [min(named(letter)) for letter in office.letters] == [1, 2, 3]
    assert lines(office.letters[2])[1:] == ["- [XONG] B 02:00–02:00 #3", "T4 14/10/2026."]
    assert 3 not in office.desk.incidents


def test_what_waits_already_is_told_once_although_there_is_room_again() -> None:
    office = Office(ALONE)
    for n in (1, 2):
        office.hear(incident(n))
    office.wait(590)
    office.hear(incident(3))
    office.wait(11)
    office.hear(incident(3, affected=["b", "c"]), "updated")
    office.wait(100)
    assert office.rows(2) == [(610, 3, "opened", "binh", "sms")]


def test_it_waits_ten_minutes_at_most_however_often_the_core_rings() -> None:
    office = Office(ALONE)
    for n in range(1, 5):
        office.hear(incident(n, root="core"))
    office.hear(incident(9))
    for n in range(10, 19):
        office.wait(65)
        office.hear(incident(n, root="core"))
    office.wait(20)
    assert [row[0] for row in office.rows() if row[1] == 9] == [600]


def test_more_than_a_dozen_are_named_in_one_line_the_most_urgent_first() -> None:
    office = Office(ALONE)
    for n in range(1, 16):
        office.hear(incident(n, affected=["b"] * n))
    office.hear(incident(16, root="d", affected=["d"]))
    office.wait(30)
    text = lines(office.letters[-1])
    assert text[0] == "[BẢN TIN] 14 sự cố từ 02:00; 14 mới; 1 khẩn"
    assert text[1:3] == ["- [MẤT] D từ 02:00 #16", "- [MẤT] B từ 02:00, 15 điểm #15"]
    assert text[13] == "- và 2 sự cố khác: B"
    assert named(office.letters[-1]) >= set(range(3, 17))


def test_rules_alerts_and_changes_have_their_own_words() -> None:
    crossed = Clue(NIGHT, "a", "crossed", (("metric", "netmon_cpu_ratio"), ("value", "0.97"), ("unit", "ratio")))
    said = Clue(NIGHT, "a", "alert", (("alertname", "Nóng"),))
    changed = Clue(NIGHT, "a", "config_unsaved", (("lines", "3"),))
    office = Office(replace(ALONE, routes=ROSTER.routes[3:]))
    for n in (1, 2):
        office.hear(incident(n))
    office.hear(incident(3, kind="threshold", root="d-r", evidence=(crossed,)))
    office.hear(incident(4, kind="alert", root="d-r", evidence=(said,)))
    change = incident(5, kind="change", root="d-r", evidence=(changed,))
    office.hear(replace(change, state="resolved", resolved_at=office.now))
    office.wait(30)
    assert lines(office.letters[-1])[1:4] == [
        "- [KÉM] D, d-r: CPU 97% từ 02:00 #3",
        "- [CẢNH BÁO] D, d-r: Nóng từ 02:00 #4",
        "- cấu hình đang chạy chưa lưu, khác bản lưu 3 dòng: khởi động lại là mất",
    ]


# --- calls ---------------------------------------------------------------------------------------


def test_who_has_just_been_called_is_awake() -> None:
    office = Office(ALONE)
    for n in (1, 2):
        office.hear(incident(n, root="d"))
        office.wait(100)
    office.hear(incident(3, root="d"))
    office.wait(99)
    assert office.told() == [
        "+0 opened binh call",
        "+0 opened binh sms",
        "+100 opened binh sms",
        "+220 opened binh sms",
    ]
    office.wait(500)
    assert len(office.letters) == 4, "told, and nobody is called for it later"


def test_what_rings_and_has_to_wait_is_one_call_when_the_person_may_be_asleep() -> None:
    office = Office(ALONE)
    office.hear(incident(1, root="d"))
    for n in (2, 3, 4):
        office.hear(incident(n))
    office.wait(100)
    office.hear(incident(5, root="d"))
    office.hear(incident(6, root="d"))
    office.wait(590)
    assert office.rows()[3:] == [
        (20, office.letters[3].event.incident.id, "opened", "binh", "sms"),
        (300, 5, "opened", "binh", "call"),
        (600, office.letters[-1].event.incident.id, "opened", "binh", "sms"),
    ]
    assert named(office.letters[-1]) >= {5, 6}


def test_a_call_that_is_needed_no_more_is_not_made() -> None:
    office = Office(ALONE)
    office.hear(incident(1, root="d"))
    for n in (2, 3, 4, 5):
        office.hear(incident(n, root="d"))
    office.say("ack", "binh", 4)
    office.over(incident(5, root="d"))
    office.hear(incident(6))
    office.wait(30)
    since = len(office.letters)
    office.hear(incident(7, root="d"))
    office.say("ack", "binh", 7)
    office.hear(incident(8, root="d"))
    office.over(incident(8, root="d"))
    office.wait(400)
    assert office.told(since) == []
    office.wait(200)
    assert office.told(since) == ["+600 opened binh sms"]


def test_who_has_taken_it_is_called_if_it_becomes_worse() -> None:
    office = Office()
    for n in (1, 2):
        office.hear(incident(n))
    office.wait(299)
    office.say("ack", "binh", 1)
    office.hear(incident(1, root="d"), "updated")
    assert office.told(2) == ["+299 updated binh call"]
    office.wait(40)
    assert office.rows(3)[-1] == (319, 1, "updated", "binh", "sms")


def test_who_takes_it_need_not_be_reminded_of_it() -> None:
    office = Office()
    for n in (1, 2, 3):
        office.hear(incident(n))
    office.wait(1205)
    assert [(each.to, each.event) for each in office.case(3).gathered] == [("binh", "reminded")]
    office.say("ack", "binh", 3)
    office.wait(90)
    assert [row for row in office.rows() if row[1] == 3 and row[3] == "binh"] == [(20, 3, "opened", "binh", "sms")]


@pytest.mark.parametrize(("kind", "root"), [("outage", "core"), ("blind", "core-r")])
def test_the_core_and_netmons_own_blindness_ring_at_once(kind: Any, root: str) -> None:
    routes = (replace(ROSTER.routes[1], match=replace(ROSTER.routes[1].match, kinds=("outage", "blind"))),)
    office = Office(replace(ALONE, routes=(*routes, *ROSTER.routes[3:])))
    office.hear(incident(1, root="d"))
    for n in (2, 3, 4):
        office.hear(incident(n))
    office.wait(30)
    since = len(office.letters)
    office.hear(incident(5, kind=kind, root=root, affected=["core"]))
    assert office.told(since) == ["+30 opened binh call", "+30 opened binh sms"]


# --- taken, silenced, shadowed -------------------------------------------------------------------


def test_what_somebody_takes_is_told_nobody_else_and_neither_is_its_end() -> None:
    office = Office()
    for n in (1, 2, 3):
        office.hear(incident(n))
    office.wait(305)
    since = len(office.letters)
    assert [each.to for each in office.case(3).gathered] == ["lan", "chief"]
    office.say("ack", "binh", 3)
    office.wait(100)
    assert len(office.letters) == since
    office.over(incident(3))
    office.wait(600)
    assert {(letter.to, letter.event.event) for letter in office.letters if 3 in named(letter)} == {
        ("binh", "opened"),
        ("binh", "resolved"),
    }


def test_what_is_silenced_before_it_is_told_is_new_when_the_silence_ends() -> None:
    office = Office(ALONE)
    for n in (1, 2):
        office.hear(incident(n, root="x"))
    office.hear(incident(3))
    office.say("silence", "lan", what=("b",), until=office.now + 1000, text="thử")
    office.wait(900)
    assert (len(office.letters), office.case(3).told) == (2, ())
    office.wait(200)
    assert office.rows(2) == [(1000, 3, "opened", "binh", "sms")]


def test_a_log_gets_everything_at_once() -> None:
    office = Office(replace(ALONE, policies={"duty": replace(ONCE, steps=(Step(tell=("console",)),))}))
    for n in range(1, 6):
        office.hear(incident(n))
    assert office.told() == ["+0 opened console console"] * 5


def test_if_the_person_has_left_meanwhile_somebody_else_reads_it() -> None:
    office = Office(replace(ALONE, policies={"duty": replace(ONCE, steps=(Step(tell=("truc",)),))}))
    for n in (1, 2, 3):
        office.hear(incident(n))
    office.say("leave", "chief", text="binh")
    office.wait(30)
    assert office.told(2) == ["+20 opened lan sms"]


# --- restarts, other questions -------------------------------------------------------------------


def test_a_restart_forgets_neither_what_waits_nor_what_was_sent() -> None:
    office = Office(ALONE)
    for n in (1, 2, 3, 4):
        office.hear(incident(n, root="d"))
    office.wait(10)
    office.restart(dead=5)
    office.wait(10)
    assert office.rows()[3:] == [(20, office.letters[-1].event.incident.id, "opened", "binh", "sms")]
    assert named(office.letters[-1]) >= {3, 4}
    office.restart(dead=5)
    office.hear(incident(5, root="d"))
    office.wait(200)
    assert len(office.letters) == 4, "three texts and a call were sent before"
    office.wait(600)
    assert office.told(4) == ["+300 opened binh call", "+600 opened binh sms"]


def test_of_two_who_read_at_the_same_moment_the_first_by_id_is_told_first() -> None:
    """Before a restart and after it, whoever was gathered for earlier, and in whatever order sets are gone through."""
    office = Office()
    for n in (1, 2, 3):
        office.hear(incident(n))
    office.wait(330)
    assert office.rows()[-2:] == [(320, 3, "escalated", "chief", "sms"), (320, 3, "escalated", "lan", "sms")]


def test_what_waits_is_explained() -> None:
    office = Office(ALONE)
    for n in (1, 2, 3, 4):
        office.hear(incident(n))
    found = explain(office.desk, incident(3), office.now)
    assert [(page.at - NIGHT, page.event, page.who, page.by) for page in found] == [(20, "opened", "binh", "sms")]


def test_a_step_costs_the_same_however_many_wait() -> None:
    """11,000 of a storm, all gathered for one person who is awake: what is counted are calls of functions."""
    costs = []
    for many in (10, 11_000):
        waits = Gathered("binh", "opened", "ring", NIGHT)
        cases = {n: Case(incident=n, route="big", urgency="ring", gathered=(waits,)) for n in range(1, many)}
        restored = Restored(incidents={n: incident(n, root="d") for n in cases}, cases=cases)
        desk: Desk = start(ROSTER, INVENTORY, restored)
        crowd.sent(desk, cases[1], "binh", ("call",), NIGHT)
        desk.lately["binh"].about = 0
        calls(desk, NIGHT)
        costs.append(calls(desk, NIGHT + 1))
    assert costs[0] == costs[1]


# --- whatever happens ----------------------------------------------------------------------------

DEEDS = ("open", "rise", "ring", "core", "grow", "over", "ack", "blink", "wait", "long", "restart")
STORIES = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 7)), min_size=4, max_size=40)


@settings(max_examples=60)
@given(STORIES, st.sampled_from([None, "sms", "call"]))
def test_whatever_happens(story: list[tuple[str, int]], broken: str | None) -> None:
    """At most three texts in any ten minutes, what has to be told is told within them, and nobody reads twice that
    something is over."""
    office = Office(replace(ROSTER, budget=Budget(pages=1000)), broken={broken} if broken else set())
    taken, opened = set[int](), dict[int, Incident]()
    for what, n in story:
        office.wait(0.25)
        _do(office, opened, taken, what, n)
        assert all(office.now - at <= crowd.WINDOW for those in office.desk.gathered.values() for at in those.values())
    office.wait(700)
    for who in ("binh", "lan", "chief"):
        mine = [letter for letter in office.letters if letter.to == who and not _again(letter)]
        texts = sorted({(one.event.at, one.event.incident.id) for one in mine if one.by != "call" and _counts(one)})
        for first, fourth in zip(texts, texts[3:], strict=False):
            assert fourth[0] - first[0] >= crowd.WINDOW, f"{who} had four texts: {texts}"
        ends = [number for letter in mine for number in _ended(letter)]
        assert len(ends) == len(set(ends)), f"{who} read twice that something is over"
    known = {number for letter in office.letters for number in named(letter)}
    assert known >= opened.keys() - taken, "never told"


def _do(office: Office, opened: dict[int, Incident], taken: set[int], what: str, n: int) -> None:
    roots = {"open": "b", "rise": "b", "ring": "d", "core": "core"}
    if what in roots:
        number = len(opened) + 1
        opened[number] = incident(number, root=roots[what], at=office.now)
        office.hear(opened[number])
    elif what in ("grow", "over") and (one := office.desk.incidents.get(n)) is not None and one.state == "open":
        if what == "grow":
            office.hear(replace(one, root="d", affected=("b", "d")), "updated")
        else:
            office.over(one)
    elif what == "ack" and n in office.desk.cases:
        taken.add(n)
        office.say("ack", "lan", n)
    elif what in ("blink", "wait", "long"):
        office.wait({"blink": 1.0, "wait": 30.0 * n, "long": 130.0 * n}[what])
    elif what == "restart":
        office.step()
        office.restart(dead=5.0 * n)


def _again(letter: Letter) -> bool:
    """The same once more, by another channel."""
    return letter.why.startswith("not delivered")


def _counts(letter: Letter) -> bool:
    """All but what always rings."""
    event = letter.event
    return is_bulletin(letter) or event.event == "resolved" or not crowd.always(INVENTORY, event.incident)


def _ended(letter: Letter) -> Iterator[int]:
    if letter.event.event == "resolved":
        yield letter.event.incident.id
    for clue in letter.event.incident.evidence if is_bulletin(letter) else ():
        values = dict(clue.values)
        if values.get("kind") == "resolved":
            yield int(values["incident"])
