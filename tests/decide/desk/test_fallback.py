"""What if a letter does not arrive?"""

from dataclasses import replace

from netmon.people import Channels, Policy, Receipt, Route, Step
from tests.decide.desk.office import NIGHT, PEOPLE, ROSTER, Office, incident


def test_what_fails_for_good_is_tried_otherwise_at_once() -> None:
    office = Office(broken={"sms"})
    office.hear(incident())
    office.wait(10)
    assert office.told() == ["+0 opened binh sms", "+0 opened binh zalo"]
    office.broken.add("zalo")
    office.over(incident())
    office.wait(10)
    assert office.told(2) == ["+10 resolved binh zalo", "+10 resolved binh sms", "+10 resolved binh mail"]


def test_what_has_not_arrived_in_time_is_tried_otherwise_and_all_within_a_minute() -> None:
    office = Office(slow={"sms", "zalo"})
    office.hear(incident())
    office.wait(200)
    assert office.told() == ["+0 opened binh sms", "+30 opened binh zalo", "+60 opened binh mail"]
    assert [letter.why for letter in office.letters[1:]] == ["not delivered by sms", "not delivered by zalo"]
    assert [letter.then for letter in office.letters] == [300.0, 270.0, 240.0]


def test_a_channel_that_fails_and_goes_on_trying_has_its_time() -> None:
    office = Office(slow={"sms"})
    office.hear(incident())
    office.step(receipts=[Receipt("1/opened/binh/1", 1, "binh", "sms", NIGHT, delivered=False, final=False)])
    office.wait(10)
    office.step(receipts=[Receipt("1/opened/binh/1", 1, "binh", "sms", NIGHT, delivered=True, final=True)])
    office.wait(100)
    assert office.told() == ["+0 opened binh sms"]


def test_after_a_restart_the_next_step_takes_the_place_of_what_has_not_arrived() -> None:
    duty = Policy(id="duty", steps=(Step(tell=("truc",), wait=601.0),) * 3)
    office = Office(replace(ROSTER, policies={"duty": duty}), slow={"sms"})
    office.hear(incident())
    office.wait(602)
    assert office.told(2) == ["+601 reminded binh sms"]
    office.restart(dead=700)
    office.wait(100)
    assert office.told(3) == ["+1302 reminded binh sms", "+1332 reminded binh zalo"]


def test_a_text_does_not_take_the_place_of_a_call_that_nobody_has_answered_yet() -> None:
    steps = Step(tell=("truc",), wait=300.0), Step(tell=("truc",), wait=310.0)
    policies = {f"duty-{n}": Policy(id=f"duty-{n}", steps=(step,) * 2) for n, step in enumerate(steps)}
    loud = Route(name="loud", urgency="ring", policy="duty-0", further=True)
    routes = loud, Route(name="too", policy="duty-1")
    office = Office(replace(ROSTER, policies=policies, routes=routes, fallback=90.0))
    office.hear(incident())
    office.wait(299)
    office.slow.add("call")
    office.wait(101)
    assert office.told(2) == [
        "+300 reminded binh call",
        "+300 reminded binh sms",
        "+330 reminded binh sms",
        "+390 reminded binh zalo",
    ]


def test_what_arrives_after_all_is_told_to_its_end() -> None:
    people = {**PEOPLE, "binh": replace(PEOPLE["binh"], reach={"sms": "1"})}
    office = Office(slow={"sms"}, roster=replace(ROSTER, people=people))
    office.hear(incident())
    failing = Receipt("1/opened/binh/1", 1, "binh", "sms", NIGHT, delivered=False, final=True, why="it fails")
    office.step(receipts=[failing])
    assert ("binh", "sms") not in office.case().told
    office.step(receipts=[failing._replace(delivered=True, why="")])
    assert ("binh", "sms") in office.case().told
    office.over(incident())
    assert "+0 resolved binh sms" in office.told()


def test_two_channels_that_fail_are_replaced_by_one() -> None:
    office = Office(broken={"call", "sms"})
    office.hear(incident(root="d"))
    office.wait(10)
    assert office.told() == ["+0 opened binh call", "+0 opened binh sms", "+0 opened binh zalo"]
    assert office.case().told == (("binh", "zalo"),)


def test_a_call_that_nobody_answers_is_no_delivery() -> None:
    office = Office(slow={"call"})
    office.hear(incident(root="d"))
    office.wait(40)
    assert office.told(2) == ["+30 opened binh zalo"]


def test_a_receipt_of_something_else_is_no_delivery() -> None:
    office = Office(slow={"sms"})
    office.hear(incident())
    others = (
        Receipt("1/updated/binh/1", 1, "binh", "sms", NIGHT, delivered=True, final=True),
        Receipt("1/opened/lan/1", 1, "lan", "sms", NIGHT, delivered=True, final=True),
        Receipt("7/opened/binh/1", 7, "binh", "sms", NIGHT, delivered=True, final=True),
    )
    office.step(receipts=others)
    office.wait(40)
    assert office.told(1) == ["+30 opened binh zalo"]


def test_nobody_is_told_otherwise_of_what_is_over_or_taken() -> None:
    office = Office(slow={"sms"})
    office.hear(incident())
    office.hear(incident(2))
    office.wait(20)
    office.over(incident())
    office.say("ack", "lan", 2)
    office.wait(200)
    assert office.told(2) == ["+40 resolved binh sms", "+70 resolved binh zalo"]
    assert (office.case(2).due, office.case(2).trying) == (None, ())


def test_if_nobody_can_be_told_the_next_ones_are_at_once() -> None:
    office = Office(broken={"sms", "zalo", "mail"}, roster=replace(ROSTER, reach={}))
    office.desk.roster = replace(
        ROSTER,
        people={**PEOPLE, "binh": replace(PEOPLE["binh"], reach={"sms": "1"})},
        reach={"text": Channels(by=("sms",))},
    )
    office.hear(incident())
    office.wait(10)
    assert office.told() == ["+0 opened binh sms", "+0 escalated lan sms", "+0 escalated chief sms"]


def test_the_end_does_not_go_by_what_has_not_arrived_yet() -> None:
    both = {**ROSTER.reach, "text": Channels(by=("zalo", "sms"), otherwise=("mail",))}
    office = Office(replace(ROSTER, reach=both), slow={"zalo"})
    office.hear(incident())
    office.wait(10)
    office.over(incident())
    assert office.told(2) == ["+10 resolved binh sms"]


def test_who_heard_of_it_hears_its_end_even_if_a_letter_in_between_failed() -> None:
    only_sms = replace(PEOPLE["binh"], reach={"sms": "1"})
    office = Office(replace(ROSTER, people={**PEOPLE, "binh": only_sms}))
    office.hear(incident())
    office.wait(200)
    office.broken.add("sms")
    office.hear(incident(), "updated")
    office.say("ack", "binh", 1)
    office.wait(450)
    office.over(incident())
    assert office.told(2) == ["+650 resolved binh sms"]


def test_if_all_channels_fail_the_next_round_comes_in_its_time() -> None:
    steps = (Step(tell=("mail",), wait=60.0), Step(tell=("nobody",)))
    policies = {"duty": Policy(id="duty", steps=steps, repeat=2, every=600.0)}
    office = Office(replace(ROSTER, policies=policies), broken={"mail"})
    office.hear(incident())
    office.wait(10_000)
    assert office.told() == ["+0 opened mail mail", "+600 escalated mail mail", "+1200 escalated mail mail"]


def test_channels_that_the_roster_lost_meanwhile_are_not_tried() -> None:
    office = Office(slow={"sms"})
    office.hear(incident())
    office.desk.roster = replace(ROSTER, channels=("sms", "mail"))
    office.wait(40)
    assert office.told(1) == ["+30 opened binh mail"]


def test_the_end_is_told_by_what_reached_them() -> None:
    office = Office(slow={"sms"})
    office.hear(incident(root="d"))
    office.wait(40)
    assert office.told()[2:] == ["+30 opened binh zalo"]
    office.over(incident(root="d"))
    assert office.told(3) == ["+40 resolved binh zalo"]


def test_what_could_wait_becomes_worse_and_reaches_nobody_at_first() -> None:
    office = Office(broken={"call", "sms", "zalo"})
    office.hear(incident(kind="degraded", root="b/1", affected=["b"]))
    office.wait(60)
    office.hear(incident(root="d", affected=["d", "b"]), "updated")
    office.wait(1)
    assert office.told()[:4] == [
        "+60 opened binh call",
        "+60 opened binh sms",
        "+60 opened binh zalo",
        "+60 escalated lan call",
    ]
