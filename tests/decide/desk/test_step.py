"""Who is told what, when, until somebody answers?"""

from dataclasses import replace
from datetime import date

import pytest

from netmon.decide.desk import news
from netmon.model import Conference
from netmon.people import Case, Match, Person, Policy, Roster, Route, Step
from tests.decide.desk.office import CHANNELS, INVENTORY, PEOPLE, ROSTER, Office, incident, wall


def test_the_one_on_duty_is_told_and_then_the_others_until_all_rounds_are_over() -> None:
    office = Office()
    office.hear(incident())
    office.wait(10_000)
    assert office.told() == [
        "+0 opened binh sms",
        "+300 escalated lan sms",
        "+300 escalated chief sms",
        "+1200 reminded binh sms",
        "+1500 reminded lan sms",
        "+1500 reminded chief sms",
    ]


def test_who_takes_it_stops_it_for_everybody() -> None:
    office = Office()
    office.hear(incident())
    office.wait(310)
    office.say("ack", "lan", 1)
    office.wait(10_000)
    assert office.told() == ["+0 opened binh sms", "+300 escalated lan sms", "+300 escalated chief sms"]
    assert office.case().acked_by == "lan"
    office.hear(incident(), "updated")
    assert office.told(3) == ["+10310 updated lan sms"]
    office.over(incident())
    assert office.told(4) == ["+10310 resolved binh sms", "+10310 resolved lan sms", "+10310 resolved chief sms"]
    office.wait(1)
    assert office.case().over
    assert office.desk.incidents == {}


def test_what_rings_is_a_call_and_an_sms_and_its_end_is_no_call() -> None:
    office = Office()
    office.hear(incident(root="d", affected=["d", "b", "c"]))
    office.over(incident(root="d"))
    assert office.told() == ["+0 opened binh call", "+0 opened binh sms", "+0 resolved binh sms"]


def test_a_message_says_when_somebody_else_is_told() -> None:
    office = Office()
    office.hear(incident())
    office.wait(10_000)
    assert [letter.then for letter in office.letters] == [300.0, 900.0, 900.0, 300.0, None, None]
    assert [letter.why for letter in office.letters][::3] == ["route rest, step 1", "route rest, step 1, round 2"]


def test_who_gives_it_back_lets_the_next_be_told_at_once() -> None:
    office = Office()
    office.hear(incident())
    office.say("ack", "binh", 1)
    office.wait(1000)
    office.say("unack", "binh", 1)
    assert office.told(1) == ["+1000 escalated lan sms", "+1000 escalated chief sms"]
    office.say("ack", "lan", 1)
    office.wait(10_000)
    office.say("unack", "lan", 1)
    assert office.told(3) == ["+11000 reminded binh sms"]  # the second round


def test_who_gives_it_back_after_all_rounds_lets_it_begin_again() -> None:
    office = Office()
    office.hear(incident())
    office.wait(2000)
    office.say("ack", "lan", 1)
    office.say("unack", "lan", 1)
    assert office.told(6) == ["+2000 reminded binh sms"]


def test_a_false_alarm_wakes_nobody_any_more_and_a_note_changes_nothing() -> None:
    office = Office()
    office.hear(incident())
    office.say("note", "binh", 1, text="gọi rồi")
    office.say("called", "binh", 1, text="VNPT")
    assert office.case().due == office.begun + 300
    office.say("false", "binh", 1, text="thử thiết bị")
    office.wait(10_000)
    assert office.told() == ["+0 opened binh sms"]
    assert [act.verb for act in office.desk.said[1]] == ["note", "called", "false"]
    assert [act.number for act in office.desk.said[1]] == [
        entry.seq for entry in office.entries if entry.body in office.desk.said[1]
    ]


def test_what_has_become_worse_is_told_anew_and_what_has_not_to_those_who_know_it() -> None:
    office = Office()
    office.hear(incident(affected=["b"]))
    office.wait(60)
    office.hear(incident(affected=["b", "c"]), "updated")
    assert office.told(1) == ["+60 updated binh sms"]
    office.wait(240)
    office.hear(incident(root="d", affected=["d", "b", "c"]), "updated")
    office.wait(1)
    assert office.told(4) == ["+300 updated lan sms", "+300 updated chief sms", "+300 updated binh call"]
    office.wait(30)
    assert office.told(7) == ["+320 updated binh sms"]


def test_what_grows_without_a_word_is_told_anew_only_if_it_is_worse_for_that() -> None:
    many = Route(name="many", match=Match(affected=3), urgency="ring", policy="duty")
    office = Office(replace(ROSTER, routes=(many, *ROSTER.routes)))
    office.hear(incident(affected=["b"]))
    office.wait(60)
    assert list(news.grown(office.desk, [incident(affected=["b", "c"])], office.now)) == []
    [event] = news.grown(office.desk, [incident(affected=["b", "c", "a"])], office.now)
    office.step(event)
    assert list(news.grown(office.desk, [event.incident], office.now)) == []
    assert office.told(1) == ["+60 updated binh call", "+60 updated binh sms"]


def test_what_is_taken_and_becomes_worse_is_told_its_holder_alone() -> None:
    office = Office()
    office.hear(incident())
    office.say("ack", "binh", 1)
    office.hear(incident(root="d", affected=["d", "b", "c"]), "updated")
    office.wait(10_000)
    assert office.told(1) == ["+0 updated binh call", "+0 updated binh sms"]
    office.hear(incident(root="d", affected=["d", "b", "c"]), "updated")
    assert office.told(3) == ["+10000 updated binh sms"]
    office.say("unack", "binh", 1)
    assert office.told(4) == ["+10000 reminded binh call", "+10000 reminded binh sms"]


def test_a_name_that_nobody_knows_may_take_it_and_then_all_who_know_it_hear_more() -> None:
    office = Office()
    office.hear(incident())
    office.say("ack", "khách", 1)
    office.wait(1000)
    office.hear(incident(), "updated")
    assert office.told(1) == ["+1000 updated binh sms"]


def test_a_change_is_told_once_and_needs_nobody_to_take_it() -> None:
    office = Office(now=wall("2026-10-14 09:00"))
    change = replace(incident(kind="change"), state="resolved", resolved_at=office.now)
    office.hear(change)
    office.wait(10_000)
    assert office.told() == ["+0 opened binh sms"]
    assert office.letters[0].then is None
    assert office.case().over


def test_what_is_only_written_down_or_noted_is_told_nobody() -> None:
    office = Office()
    office.hear(incident(kind="unseen"))
    office.hear(incident(2), "noted")
    office.over(incident(kind="unseen"))
    office.wait(100_000)
    assert office.letters == []
    assert office.case().over


def test_several_routes_climb_side_by_side_and_nobody_hears_twice() -> None:
    boss = Policy(id="boss", steps=(Step(tell=("chief", "binh"), wait=60.0), Step(tell=("mail",))))
    routes = (
        Route(name="a", policy="duty", further=True),
        Route(name="b", urgency="ring", policy="boss", further=True),
        Route(name="c", urgency="digest", policy="duty"),
    )
    office = Office(replace(ROSTER, routes=routes, policies={**ROSTER.policies, "boss": boss}))
    office.hear(incident())
    office.wait(400)
    assert office.told() == [
        "+0 opened chief call",
        "+0 opened chief sms",
        "+0 opened binh call",
        "+0 opened binh sms",
        "+60 escalated mail mail",
        "+300 escalated lan sms",
        "+300 reminded chief sms",
    ]
    office.say("ack", "chief", 1)
    office.until(wall("2026-10-14 08:00"))
    assert office.told(7) == ["+19800 opened binh zalo"]


def test_the_handover_of_the_duty_counts_when_the_step_is_taken() -> None:
    office = Office(now=wall("2026-10-19 07:58"))
    office.hear(incident(at=wall("2026-10-19 07:58")))
    office.wait(1200)
    assert [(letter.to, letter.event.event) for letter in office.letters] == [
        ("binh", "opened"),
        ("lan", "escalated"),
        ("chief", "escalated"),
        ("lan", "reminded"),
    ]


@pytest.mark.parametrize(
    ("people", "to"),
    [
        ({}, set(CHANNELS)),
        ({"binh": Person(id="binh", name="Bình")}, set(CHANNELS)),
        ({"hung": PEOPLE["hung"]}, {"hung"}),
        ({"chief": PEOPLE["chief"], "hung": replace(PEOPLE["hung"], until=date(2026, 10, 14))}, {"chief"}),
        ({"guest": PEOPLE["chief"]}, {"guest"}),
    ],
)
def test_somebody_is_told_whoever_has_left(people: dict[str, Person], to: set[str]) -> None:
    office = Office(replace(ROSTER, people=people))
    office.hear(incident())
    assert {letter.to for letter in office.letters} == to


def test_a_person_who_leaves_is_told_nothing_from_then_on() -> None:
    office = Office()
    office.hear(incident())
    office.say("leave", "chief", text="binh")
    office.say("leave", "chief", text="lan")
    for number in [*office.desk.acts]:  # only silences and storms can be taken back
        office.say("unsilence", "binh", about=number)
    office.wait(301)
    office.over(incident())
    office.hear(incident(2))
    assert office.told(1) == ["+300 escalated chief sms", "+301 resolved chief sms", "+301 opened hung sms"]


def test_what_no_route_wants_is_told_everybody_of_the_first_policy() -> None:
    office = Office(replace(ROSTER, routes=ROSTER.routes[:1]))
    office.hear(incident())
    office.wait(10_000)
    assert office.told() == ["+0 opened binh sms", "+0 opened lan sms", "+0 opened chief sms"]
    assert office.letters[0].why.startswith("no route matches")


def test_without_routes_everything_goes_to_every_channel() -> None:
    office = Office(Roster(channels=("a", "b")))
    office.hear(incident())
    office.hear(incident(), "noted")
    office.wait(10_000)
    office.over(incident())
    assert office.told() == ["+0 opened a a", "+0 opened b b", "+10000 resolved a a", "+10000 resolved b b"]
    assert [entry.body for entry in office.entries if isinstance(entry.body, Case)] == []


def test_a_conference_that_draws_near_makes_what_is_open_ring() -> None:
    held = Conference(name="Hội nghị", at=wall("2026-10-14 08:30"), lasts=3600.0, bridges=("a-hop",))
    office = Office(inventory=replace(INVENTORY, events=(held,)))
    office.hear(incident(1, kind="redundancy_lost", root="a/1", affected=["a"], links=["a/1"]))
    office.hear(incident(2, kind="redundancy_lost", root="d/1", affected=["d"], links=["d/1"]))
    office.hear(incident(3, root="a"))
    office.say("ack", "binh", 3)
    office.until(wall("2026-10-14 07:31"))
    assert [(one.event.incident.kind, one.event.event, one.by) for one in office.letters[1:]] == [
        ("redundancy_lost", "escalated", "call"),
        ("redundancy_lost", "escalated", "sms"),
        ("digest", "opened", "zalo"),
    ]
