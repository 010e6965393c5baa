"""What does a desk do that was dead for a while, or that has other people now?"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from netmon.decide.desk.explain import explain
from netmon.decide.desk.step import reload
from netmon.people import Match, Person, Policy, Roster, Route, Step
from tests.decide.desk.office import INVENTORY, NIGHT, PEOPLE, ROSTER, Office, incident, wall


def test_what_fell_due_meanwhile_is_done_once_and_the_rest_in_its_time() -> None:
    office = Office()
    office.hear(incident())
    office.wait(1)
    office.restart(dead=999)
    office.wait(300)
    assert office.told() == ["+0 opened binh sms", "+1000 escalated lan sms", "+1000 escalated chief sms"]
    office.wait(5000)
    assert office.told(3)[0] == "+1900 reminded binh sms"


def test_what_was_taken_stays_taken_and_who_was_told_hears_the_end() -> None:
    office = Office()
    office.hear(incident())
    office.say("ack", "binh", 1)
    office.restart(dead=1000)
    office.wait(5000)
    office.over(incident())
    assert office.told() == ["+0 opened binh sms", "+6000 resolved binh sms"]
    assert [act.verb for act in office.desk.said[1]] == ["ack"]
    office.wait(1)
    office.restart()
    assert (office.desk.incidents, office.case().acked_by) == ({}, "binh")


def test_a_letter_that_was_on_its_way_is_tried_otherwise() -> None:
    office = Office(slow={"sms"})
    office.hear(incident())
    office.restart(dead=100)
    assert office.told() == ["+0 opened binh sms", "+100 opened binh zalo"]


def test_a_bulletin_whose_hour_went_by_is_sent_and_not_twice() -> None:
    office = Office()
    office.hear(incident(kind="degraded", root="d/1", affected=["d"]))
    office.restart(dead=wall("2026-10-14 09:00") - NIGHT)
    assert office.told() == ["+25200 opened binh zalo"]
    office.wait(10)
    office.restart(dead=100_000)
    office.wait(100_000)
    assert len(office.letters) == 1


def test_a_silence_goes_on_and_ends_while_it_is_dead() -> None:
    office = Office()
    office.say("silence", "binh", what=("b",), until=office.now + 3600, text="thử")
    office.hear(incident())
    office.restart(dead=60)
    assert office.letters == []
    office.restart(dead=7200)
    assert office.told() == ["+7260 opened binh sms"]


def test_who_has_left_stays_away() -> None:
    office = Office()
    office.say("leave", "chief", text="binh")
    office.restart(dead=60)
    office.hear(incident())
    assert office.told() == ["+60 opened lan sms"]


def test_an_incident_from_before_there_were_routes_is_told_when_it_ends() -> None:
    office = Office(Roster(channels=("sms",)))
    office.hear(incident())
    reload(office.desk, ROSTER, INVENTORY)
    office.step()
    office.wait(10_000)
    office.over(incident())
    assert office.told() == ["+0 opened sms sms", "+10000 resolved binh sms"]


# --- other people, other routes ------------------------------------------------------------------


def _without(*names: str) -> dict[str, Person]:
    return {key: one for key, one in PEOPLE.items() if key not in names}


@pytest.mark.parametrize(
    ("changed", "then"),
    [
        ({}, ["+300 escalated lan sms", "+300 escalated chief sms"]),
        ({"people": _without("lan")}, ["+300 escalated chief sms"]),
        ({"people": _without("lan", "chief")}, ["+300 reminded binh sms"]),
        ({"policies": {"duty": Policy(id="duty", steps=(Step(tell=("hung",)),))}}, []),
        (
            {"routes": (Route(name="new", urgency="ring", policy="duty"),)},
            ["+300 reminded binh call", "+300 reminded binh sms"],
        ),
        ({"routes": (Route(name="rest", policy="gone"),)}, []),
        (
            {"routes": (Route(name="none", match=Match(kinds=("blind",)), urgency="none"),)},
            ["+300 reminded binh sms", "+300 escalated lan sms", "+300 escalated chief sms"],
        ),
        ({"routes": ()}, []),
    ],
)
def test_other_files_in_the_middle(changed: dict[str, Any], then: list[str]) -> None:
    office = Office()
    office.hear(incident())
    office.wait(10)
    reload(office.desk, replace(ROSTER, **changed), INVENTORY)
    office.step()
    office.wait(295)
    assert office.told(1) == then


def test_another_hour_of_the_bulletin_counts_for_what_waits() -> None:
    office = Office()
    office.hear(incident(kind="degraded", root="d/1", affected=["d"]))
    reload(office.desk, replace(ROSTER, digest_at=((4, 0),)), INVENTORY)
    office.step()
    office.wait(7300)
    assert office.told() == ["+7200 opened binh zalo"]


def test_a_clock_that_was_set_moves_what_goes_by_the_wall_and_nothing_else() -> None:
    office = Office()
    office.hear(incident(1))
    office.hear(incident(2, kind="degraded", root="d/1", affected=["d"]))
    office.wait(10)
    office.ahead = 6 * 3600.0
    office.step()
    office.wait(295)
    assert office.told() == [
        "+0 opened binh sms",
        "+10 opened binh zalo",
        "+300 escalated lan sms",
        "+300 escalated chief sms",
    ]
    office.ahead = 0.0
    office.wait(100)
    assert len(office.letters) == 4


# --- what would happen ---------------------------------------------------------------------------


def _pages(found: Iterable[Any]) -> list[str]:
    return [f"+{page.at - NIGHT:g} {page.event} {page.who} {page.by}: {page.why}" for page in found]


def test_what_would_be_told_is_explained_and_nothing_happens_by_that() -> None:
    office = Office()
    assert _pages(explain(office.desk, incident(root="d"), NIGHT))[:3] == [
        "+0 opened binh call: route big, step 1",
        "+0 opened binh sms: route big, step 1",
        "+300 escalated lan call: route big, step 2",
    ]
    assert _pages(explain(office.desk, incident(kind="degraded", root="d/1", affected=["d"]), NIGHT)) == [
        "+19800 opened binh zalo: bulletin"
    ]
    assert _pages(explain(office.desk, incident(kind="unseen"), NIGHT)) == []
    assert (office.desk.cases, office.letters) == ({}, [])


def test_of_an_open_incident_what_is_still_to_come_is_explained() -> None:
    office = Office()
    office.hear(incident())
    office.wait(301)
    to_come = [f"+{at:g} {event} {who} {by}" for at, _, event, who, by in _played(office)]
    assert [page.partition(":")[0] for page in _pages(explain(office.desk, incident(), office.now))] == to_come
    office.say("ack", "lan", 1)
    assert explain(office.desk, incident(), office.now) == []


def _played(office: Office) -> list[Any]:
    """What really comes, on an office of its own."""
    other = Office()
    other.hear(incident())
    other.wait(10_000)
    return other.rows(len(office.letters))
