"""What does a desk tell that was mute for a while: nothing then, and afterwards what nobody knows, once?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.decide.desk import mute
from netmon.decide.desk.state import Desk
from netmon.decide.desk.step import start
from netmon.model import Restored
from netmon.people import Receipt, Roster
from netmon.run.journal.codec import fold
from tests.decide.desk.office import Office, incident, wall


@dataclass
class Twin(Office):
    """A desk that may be restored from the journal of another one, mute."""

    def restored(self, of: Office, dead: float = 600.0, receipts: Sequence[Receipt] = ()) -> "Twin":
        self.now, self.last = of.now + dead, of.last
        self.desk = mute_desk(self, of)
        self.entries = list(of.entries)
        self.step(receipts=receipts)
        return self

    def speaks(self) -> list[str]:
        """Made the master; what is told then."""
        before = len(self.letters)
        mute.speak(self.desk, self.now)
        self.step()
        return self.told(before)


def mute_desk(twin: Office, of: Office) -> Desk:
    return start(twin.roster, twin.inventory, fold(Restored(), of.entries), mute.hushed(twin.now))


def test_nothing_is_told_while_it_is_mute_and_then_what_is_open_and_unheard_of() -> None:
    twin = Twin().restored(Office())
    for number in (1, 2):
        twin.hear(incident(number))
    twin.wait(3600)
    twin.hear(incident(3, kind="blind"))
    twin.over(incident(2))
    twin.over(incident(3, kind="blind"))
    twin.wait(86400)
    assert twin.letters == []
    assert [one.split(" ", 1)[1] for one in twin.speaks()] == ["opened binh sms"]
    twin.wait(10)
    assert all(letter.event.incident.id == 1 for letter in twin.letters)


def test_what_was_told_before_is_not_told_again_and_its_escalation_goes_on() -> None:
    office = Office()
    office.hear(incident())
    assert office.told() == ["+0 opened binh sms"]
    twin = Twin().restored(office)
    twin.wait(7200)
    assert twin.letters == []
    assert [one.split(" ", 1)[1] for one in twin.speaks()] == [
        "escalated lan sms",
        "escalated chief sms",
    ]


def test_what_somebody_has_taken_stays_theirs() -> None:
    office = Office()
    office.hear(incident())
    office.say("ack", "binh", 1)
    twin = Twin().restored(office)
    twin.wait(60)
    assert twin.speaks() == []
    twin.over(incident())
    assert [one.split()[1:3] for one in twin.told()] == [["resolved", "binh"]]


def test_the_end_of_what_was_told_before_stands_in_the_next_bulletin() -> None:
    office = Office()
    office.hear(incident())
    twin = Twin().restored(office)
    twin.over(incident())
    twin.until(wall("2026-10-16 12:00"))  # past every hour of a bulletin
    assert twin.letters == []
    assert twin.speaks() == []
    twin.wait(86400)
    assert [letter.event.incident.kind for letter in twin.letters] == ["digest"]


def test_a_restart_of_a_mute_desk_changes_nothing() -> None:
    twin = Twin().restored(Office())
    twin.hear(incident())
    twin.desk = mute_desk(twin, twin)
    twin.step()
    twin.wait(600)
    assert twin.letters == []
    assert [one.split(" ", 1)[1] for one in twin.speaks()] == ["opened binh sms"]


def test_a_twin_that_became_the_master_while_it_did_not_run_tells_at_its_start() -> None:
    twin = Twin().restored(Office())
    twin.hear(incident())
    twin.restart(60)
    assert [one.split(" ", 1)[1] for one in twin.told()] == ["opened binh sms"]


def test_what_did_not_arrive_before_the_backup_is_told_afterwards() -> None:
    office = Office(slow={"sms"})
    office.hear(incident())
    failed = Receipt("1/opened/binh/1", 1, "binh", "sms", office.now, delivered=False, final=True, why="broken")
    twin = Twin().restored(office, receipts=[failed])
    twin.wait(600)
    assert twin.letters == []
    assert [one.split()[1:3] for one in twin.speaks()] == [["opened", "binh"]]


@pytest.mark.parametrize("told", [False, True])
def test_where_there_are_no_routes(told: bool) -> None:
    plain = Roster(channels=("console",))
    office = Office(roster=plain)
    if told:
        office.hear(incident())
    twin = Twin(roster=plain).restored(office)
    twin.desk.incidents |= office.desk.incidents  # open ones, as the journal has them
    if not told:
        twin.hear(incident())
    twin.hear(incident(), "updated")
    assert twin.letters == []
    assert [one.split()[1] for one in twin.speaks()] == ([] if told else ["opened"])
    twin.over(incident())
    assert [one.split()[1] for one in twin.told()][-1:] == ["resolved"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["open", "over", "updated", "ack", "wait", "silence"]), st.integers(1, 4)),
        max_size=20,
    ),
    st.integers(0, 20),
)
def test_whatever_happens_nobody_hears_of_it_and_each_open_one_is_told_once(
    deeds: list[tuple[str, int]], cut: int
) -> None:
    office: Office = Office()
    for what, n in deeds[:cut]:
        do(office, what, n)
    twin = Twin().restored(office)
    knew = {n for n, case in office.desk.cases.items() if case.told and not case.gathered}  # gathered is not read
    for what, n in deeds[cut:]:
        do(twin, what, n)
    assert twin.letters == []
    twin.desk.acts.clear()  # silences of its own are another matter
    twin.speaks()
    first = [(one.event.incident.id, one.to, one.by) for one in twin.letters if one.event.event == "opened"]
    assert len(first) == len(set(first))
    assert not {number for number, _, _ in first} & knew
    cases, incidents = twin.desk.cases, twin.desk.incidents
    unheard = {n for n, one in incidents.items() if one.state == "open" and n in cases and not cases[n].acked_by} - knew
    assert all(cases[number].told or cases[number].gathered for number in unheard)


def do(office: Office, what: str, n: int) -> None:
    known = office.desk.incidents.get(n)
    if what == "open" and n not in office.desk.cases:
        office.hear(incident(n))
    elif what == "over" and known is not None and known.state == "open":
        office.over(known)
    elif what == "updated" and known is not None and known.state == "open":
        office.hear(replace(known, cause="power"), "updated")
    elif what == "ack" and known is not None and known.state == "open":
        office.say("ack", "binh", n)
    elif what == "silence":
        office.say("silence", "binh", what=("b",), until=office.now + 900 * n, text="x")
    office.wait(60.0 * n if what == "wait" else 1.0)
