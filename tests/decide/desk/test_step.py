"""Who is told what, when, until somebody answers?"""

from tests.decide.desk.office import Office, incident


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
