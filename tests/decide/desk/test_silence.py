"""What is told when a silence ends, and what was told before it began?"""

from dataclasses import replace

from netmon.people import Roster
from tests.decide.desk.office import INVENTORY, ROSTER, Office, incident, wall


def _silence(office: Office, what: str, seconds: float) -> int:
    office.say("silence", "binh", what=(what,), until=office.now + seconds, text="thử điện")
    return next(iter(office.desk.acts))


def test_what_is_hidden_is_written_down_and_told_when_the_silence_ends_if_it_is_still_open() -> None:
    office = Office()
    number = _silence(office, "b", 3600)
    office.hear(incident(1))
    office.hear(incident(2))
    assert office.case(1).silenced == number
    office.wait(600)
    office.over(incident(2))
    office.wait(3100)
    assert office.told() == ["+3600 opened binh sms"]
    assert (office.case(1).silenced, office.case(2).over) == (0, True)
    assert list(office.desk.incidents) == [1]


def test_a_silence_that_is_taken_back_lets_it_be_told_at_once() -> None:
    office = Office()
    number = _silence(office, "b", 3600)
    office.hear(incident())
    office.wait(60)
    office.say("unsilence", "binh", about=number)
    assert office.told() == ["+60 opened binh sms"]


def test_a_silence_stops_what_was_begun_and_who_knows_it_hears_its_end() -> None:
    office = Office(slow={"sms"})
    office.hear(incident(1))
    office.hear(incident(2))
    office.wait(20)
    _silence(office, "b", 3600)
    office.wait(1000)
    office.hear(incident(1), "updated")
    office.over(incident(1))
    assert office.told(2) == ["+1020 resolved binh sms"]
    office.wait(3600)
    assert office.told(3)[1:3] == ["+3620 reminded binh sms", "+3650 reminded binh zalo"]


def test_what_somebody_has_taken_is_not_told_again_after_the_silence() -> None:
    office = Office()
    office.hear(incident())
    office.say("ack", "binh", 1)
    _silence(office, "b", 3600)
    office.wait(10_000)
    assert office.told() == ["+0 opened binh sms"]
    office.hear(incident(), "updated")
    assert office.told(1) == ["+10000 updated binh sms"]


def test_what_outgrows_its_silence_is_told() -> None:
    office = Office()
    _silence(office, "b", 3600)
    office.hear(incident(affected=["b"]))
    office.wait(100)
    office.hear(incident(root="d", affected=["b", "c", "d"]), "updated")
    assert office.told() == ["+100 opened binh call", "+100 opened binh sms"]


def test_a_silent_bulletin_says_nothing_and_what_stays_open_is_in_the_next() -> None:
    office = Office()
    office.hear(incident(1, kind="degraded", root="d/1", affected=["d"]))
    office.hear(incident(2, kind="redundancy_lost", root="d/1", affected=["d"]))
    _silence(office, "d/1", wall("2026-10-14 19:00") - office.now)
    office.wait(600)
    office.over(incident(2, kind="redundancy_lost", root="d/1", affected=["d"]))
    office.until(wall("2026-10-14 10:00"))
    assert office.letters == []
    office.until(wall("2026-10-15 10:00"))
    [letter] = office.letters
    assert letter.event.at == wall("2026-10-15 07:30")
    assert [clue.text for clue in letter.event.incident.evidence] == ["digest_degraded"]


def test_silences_hide_where_there_are_no_routes_too() -> None:
    office = Office(Roster(channels=("a",)))
    _silence(office, "b", 3600)
    office.hear(incident(1))
    office.hear(incident(2))
    office.hear(incident(3, root="a"))
    office.wait(60)
    office.over(incident(2))
    office.wait(7200)
    office.over(incident(1))
    assert office.told() == ["+0 opened a a", "+3600 opened a a", "+7260 resolved a a"]
    assert list(office.desk.incidents) == [3]


def test_where_there_are_no_routes_what_was_told_before_the_silence_has_its_end_told() -> None:
    office = Office(Roster(channels=("a",)))
    for number in (1, 2):
        office.hear(incident(number))
    _silence(office, "b", 3600)
    office.wait(60)
    for number in (1, 2):
        office.hear(incident(number), "updated")
    office.over(incident(1))
    office.wait(3600)
    office.over(incident(2))
    assert office.told(2) == ["+60 resolved a a", "+3660 resolved a a"]
    assert office.desk.incidents == {}


def test_the_bulletin_of_a_storm_goes_to_who_reads_bulletins() -> None:
    office = Office(replace(ROSTER, digest_to=("chief",)))
    office.say("storm", "binh", what=("kv-d",), until=office.now + 3000)
    office.hear(incident(root="b", affected=["b"]))
    office.wait(1900)
    assert office.told() == [
        "+0 opened binh zalo",
        "+0 opened chief zalo",
        "+1800 opened binh zalo",
        "+1800 opened chief zalo",
    ]
    seen = {letter.event.incident.id for letter in office.letters}
    assert max(seen) < office.last  # their numbers are in the journal
    assert seen.isdisjoint(office.desk.cases)
    assert INVENTORY.sites["b"].area == "kv-d"


def test_the_end_of_what_was_told_before_there_were_routes_and_silenced_then_is_told() -> None:
    office = Office()
    office.hear(incident(), "updated")
    _silence(office, "b", 3600)
    office.over(incident())
    assert office.told() == ["+0 updated binh sms", "+0 resolved binh sms"]
