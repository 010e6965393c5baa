"""When does a problem become an incident, what is told of it, and when is it over?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from netmon.decide import incidents
from netmon.decide.book import Book, Key, Problem, Return, restore
from netmon.decide.incidents import AGAIN, BRIEF, CALM, FLAP_WINDOW, QUIET, RELAPSE, SETTLE
from netmon.model import Cause, Clue, Incident, IncidentEvent

OUTAGE = Problem(
    kind="outage", seat="d", root="d", severity="critical", since=100.0, confirm=10.0, affected=("d",), links=("d/1",)
)
KEY: Key = ("outage", "d")


@dataclass(slots=True)
class Set:
    """A scene whose answers are put there by hand."""

    back: dict[str, Return] = field(default_factory=dict)
    cause: Cause = "unknown"
    suspicion: Cause = "unknown"
    dead: set[str] = field(default_factory=set)

    def alive(self, seat: str) -> bool:
        return seat not in self.dead

    def returned(self, incident: Incident) -> Return | None:
        return self.back.get(incident.seat)

    def clues(self, problem: Problem, now: float) -> tuple[Clue, ...]:
        return (Clue(problem.since, problem.seat, "silent"),)

    def suspected(self, problem: Problem, evidence: Sequence[Clue]) -> Cause:
        return self.suspicion

    def aftermath(self, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
        return self.cause, ()


@dataclass(slots=True)
class Desk:
    """A book under review: what was told, and when it wants to be looked at again."""

    book: Book = field(default_factory=Book)
    scene: Set = field(default_factory=Set)
    number: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    told: list[tuple[float, str]] = field(default_factory=list)
    last: Incident | None = None
    wake: float | None = None

    def review(self, now: float, problems: Iterable[Problem] = ()) -> None:
        entries, self.wake = incidents.review(
            self.book, {(one.kind, one.seat): one for one in problems}, self.scene, self.number, now
        )
        for entry in entries:
            assert isinstance(entry.body, IncidentEvent)
            self.told.append((now, entry.body.event))
            self.last = entry.body.incident

    def events(self) -> Sequence[str]:
        return [event for _, event in self.told]


def test_a_problem_is_told_once_it_has_lasted_its_confirm_from_the_first_miss() -> None:
    desk = Desk()
    desk.review(103.0, [OUTAGE])
    assert (desk.told, desk.wake) == ([], 110.0)
    desk.review(109.9, [OUTAGE])
    assert desk.told == []
    desk.review(110.0, [OUTAGE])
    desk.review(111.0, [OUTAGE])
    assert desk.told == [(110.0, "opened")]
    assert desk.last is not None
    assert (desk.last.id, desk.last.opened_at, desk.last.affected, desk.last.links) == (1, 100.0, ("d",), ("d/1",))


def test_a_problem_that_passes_before_is_never_told() -> None:
    desk = Desk()
    desk.review(103.0, [OUTAGE])
    desk.review(109.0)
    desk.review(200.0)
    assert desk.told == []


def test_a_verdict_that_comes_after_the_confirm_is_told_at_once() -> None:
    desk = Desk()
    desk.review(150.0, [OUTAGE])
    assert desk.told == [(150.0, "opened")]


def test_only_the_positive_return_of_its_seat_ends_an_incident() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.review(120.0)
    assert desk.events() == ["opened"], "no longer a problem, but not heard either: something nearer explains it"
    desk.scene.back["d"] = Return(130.0, ())
    desk.scene.cause = "power"
    desk.review(131.0)
    assert desk.events() == ["opened", "resolved"]
    assert desk.last is not None
    assert (desk.last.id, desk.last.state, desk.last.resolved_at, desk.last.cause) == (1, "resolved", 130.0, "power")
    assert desk.book.open() == []


def test_a_resolve_waits_for_those_behind_it_and_names_who_is_missing() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.scene.back["d"] = Return(130.0, ("b1",))
    desk.review(130.0)
    assert (desk.events(), desk.wake) == (["opened"], 130.0 + SETTLE)
    desk.review(130.0 + SETTLE)
    assert desk.events() == ["opened", "resolved"]
    assert desk.last is not None
    assert desk.last.still_down == ("b1",)


def test_a_resolve_goes_out_as_soon_as_all_are_back() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.scene.back["d"] = Return(130.0, ("b1",))
    desk.review(130.0)
    desk.scene.back["d"] = Return(130.0, ())
    desk.review(132.0)
    assert desk.told[-1] == (132.0, "resolved")


def test_a_root_that_sharpens_is_told_once_and_the_id_stays() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.review(112.0, [replace(OUTAGE, root="dr")])
    desk.review(114.0, [replace(OUTAGE, root="d/2")])
    assert desk.events() == ["opened", "updated"]
    [incident] = desk.book.open()
    assert (incident.id, incident.root, incident.seat) == (1, "d/2", "d")


def test_more_sites_are_taken_in_without_a_word() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.review(112.0, [replace(OUTAGE, affected=("b1",), links=("d/2",))])
    assert desk.events() == ["opened"]
    [incident] = desk.book.open()
    assert (incident.affected, incident.links) == (("d", "b1"), ("d/1", "d/2"))


def test_the_same_seat_with_another_kind_is_another_incident() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE, replace(OUTAGE, kind="degraded", confirm=0.0)])
    assert [incident.kind for incident in desk.book.open()] == ["outage", "degraded"]


def flap(desk: Desk, begin: float, times: int) -> float:
    """Down for 12 s, up for 12 s, so many times."""
    now = begin
    for _ in range(times):
        desk.scene.back.clear()
        for step in range(12):
            desk.review(now + step, [replace(OUTAGE, since=now)])
        now += 12
        desk.scene.back["d"] = Return(now, ())
        for step in range(12):
            desk.review(now + step)
        now += 12
    return now


def test_four_changes_in_five_minutes_are_flapping_and_it_ends_after_two_quiet_minutes() -> None:
    desk = Desk()
    end = flap(desk, 1000.0, 6)
    [incident] = desk.book.open()
    assert incident.flapping
    assert desk.events().count("updated") <= 1
    told = len(desk.told)
    desk.review(end + QUIET - 30)
    assert len(desk.told) == told
    desk.review(end + QUIET)
    assert desk.events()[-1] == "resolved"
    assert desk.book.open() == []


def test_what_something_nearer_explains_for_a_while_does_not_flap() -> None:
    desk = Desk()
    for n in range(4):
        desk.review(1000.0 + 20 * n, [replace(OUTAGE, since=1000.0 + 20 * n)])
        desk.scene.dead.add("d")
        desk.review(1010.0 + 20 * n)
    desk.review(1100.0, [replace(OUTAGE, since=1095.0)])
    assert desk.told == [], "it never came back in between"


def test_changes_far_apart_are_no_flapping() -> None:
    desk = Desk()
    now = 1000.0
    for _ in range(6):
        now = flap(desk, now, 1) + RELAPSE
        desk.review(now)
        now += FLAP_WINDOW
    assert desk.events() == ["opened", "resolved"] * 6


def test_what_was_open_stays_open_across_a_restart() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    again = Desk(book=restore(desk.book.open(), 0.0), number=count(7).__next__)
    again.review(200.0, [OUTAGE])
    assert again.told == [], "it was told before"
    again.scene.back["d"] = Return(210.0, ())
    again.review(211.0)
    assert again.events() == ["resolved"]
    assert again.last is not None
    assert again.last.id == 1


def test_what_an_outage_kept_quiet_is_looked_at_when_it_is_over() -> None:
    """Nothing else may happen for a long time."""
    desk, line = Desk(), replace(OUTAGE, kind="redundancy_lost", seat="d/1", root="d/1", severity="warning")
    desk.review(110.0, [OUTAGE])
    desk.scene.back["d"] = Return(150.0, ())
    desk.review(150.0, [line])
    assert desk.events() == ["opened", "resolved"]
    assert desk.wake is not None
    desk.review(desk.wake, [line])
    assert desk.events() == ["opened", "resolved", "opened"]


def test_a_site_is_hit_by_one_outage() -> None:
    """While a verdict settles, whose fault it is may change; a fault that is its own it has in any case."""
    desk = Desk()
    desk.review(110.0, [replace(OUTAGE, affected=("d", "b"))])
    other = replace(OUTAGE, seat="e", root="e", affected=("e", "b"), links=("e/1",))
    desk.review(111.0, [OUTAGE, other])
    own = replace(OUTAGE, seat="b", root="b", affected=("b",), links=("b/1",))
    desk.review(112.0, [OUTAGE, other, own])
    assert [incident.affected for incident in desk.book.open()] == [("d", "b"), ("e",), ("b",)]
    late = replace(OUTAGE, seat="f", root="f", affected=("f", "d"))
    desk.review(113.0, [late])
    assert desk.book.open()[-1].affected == ("f", "d"), "what is behind something else now is hit by that"


def test_a_restart_gives_an_incident_no_second_time_to_change() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    late = Desk(book=restore(desk.book.open(), 130.0), number=count(7).__next__)
    late.review(131.0, [replace(OUTAGE, root="dr")])
    assert (late.told, late.book.open()[0].root) == ([], "d"), "what was told long ago stands"
    soon = Desk(book=restore(desk.book.open(), 113.0), number=count(7).__next__)
    soon.review(114.0, [replace(OUTAGE, root="dr")])
    again = Desk(book=restore(soon.book.open(), 115.0), number=count(9).__next__)
    again.review(116.0, [replace(OUTAGE, root="d/1")])
    assert (soon.events(), again.events()) == (["updated"], []), "people heard of a change once"


def test_what_was_gone_for_a_moment_is_told_as_back_only_when_it_stays() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.scene.back["d"] = Return(111.0, ())
    desk.review(111.5)
    assert (desk.events(), desk.wake) == (["opened"], 111.0 + RELAPSE)
    del desk.scene.back["d"]
    desk.review(120.0, [replace(OUTAGE, since=119.0)])
    assert desk.events() == ["opened"], "it went again: still the same incident"
    desk.scene.back["d"] = Return(140.0, ())
    desk.review(140.5)
    assert desk.events() == ["opened", "resolved"], "that was longer than a moment"
    assert 140.0 - OUTAGE.since > BRIEF


def test_what_is_planned_is_no_news_and_what_is_left_of_it_is_told_a_confirm_later() -> None:
    desk = Desk()
    planned = replace(OUTAGE, quiet_until=500.0)
    desk.review(200.0, [planned])
    assert (desk.told, desk.wake) == ([], 500.0)
    desk.review(505.0, [planned])
    assert (desk.told, desk.wake) == ([], 510.0)
    desk.review(510.0, [planned])
    assert desk.told == [(510.0, "opened")]
    assert desk.last is not None
    assert desk.last.opened_at == OUTAGE.since


def test_what_was_told_before_planned_work_began_is_told_to_be_over() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.review(200.0, [replace(OUTAGE, quiet_until=500.0)])
    desk.scene.back["d"] = Return(300.0, ())
    desk.review(300.0)
    assert desk.events() == ["opened", "resolved"]


def test_the_bad_quality_of_a_line_that_is_told_to_be_lost_is_no_second_matter() -> None:
    desk = Desk()
    poor = replace(OUTAGE, kind="degraded", seat="d/1", root="d/1", severity="warning", confirm=0.0)
    desk.review(110.0, [OUTAGE])
    desk.review(120.0, [OUTAGE, poor])
    assert desk.events() == ["opened"]
    desk.scene.back["d"] = Return(130.0, ())
    desk.review(131.0, [poor])
    desk.review(132.0, [poor])
    assert desk.told[1:] == [(131.0, "resolved"), (132.0, "opened")]


STORM = replace(OUTAGE, seat="north", root="north", affected=("a", "b", "c"), group=True)


def test_a_storm_is_told_again_only_when_it_has_hit_twice_as_many() -> None:
    desk = Desk()
    desk.review(110.0, [STORM])
    desk.review(120.0, [replace(STORM, affected=tuple("abcdefg"))])
    assert desk.events() == ["opened"], "too soon"
    desk.review(110.0 + AGAIN, [replace(STORM, affected=("a",))])
    assert desk.events() == ["opened", "updated"]
    assert desk.last is not None
    assert desk.last.affected == tuple("abcdefg")
    desk.review(111.0 + 2 * AGAIN, [replace(STORM, affected=tuple("abcdefghijkl"))])
    assert desk.events() == ["opened", "updated"], "not twice as many"


def test_a_storm_is_over_when_all_has_been_calm_for_half_an_hour() -> None:
    desk = Desk()
    desk.review(110.0, [STORM])
    desk.scene.back["north"] = Return(200.0, ())
    desk.review(200.0)
    assert (desk.events(), desk.wake) == (["opened"], 200.0 + CALM)
    del desk.scene.back["north"]
    desk.review(1000.0, [replace(STORM, since=995.0)])
    desk.scene.back["north"] = Return(1100.0, ())
    desk.review(1100.0)
    desk.review(1099.0 + CALM)
    assert desk.events() == ["opened"]
    desk.review(1100.0 + CALM)
    assert desk.events() == ["opened", "resolved"]
    assert desk.last is not None
    assert (desk.last.resolved_at, desk.last.flapping) == (1100.0, False)


def test_a_storm_goes_on_across_a_restart() -> None:
    desk = Desk()
    desk.review(110.0, [STORM])
    again = Desk(book=restore(desk.book.open(), 300.0, {"north"}), number=count(7).__next__)
    again.scene.back["north"] = Return(310.0, ())
    again.review(310.0)
    assert again.events() == []
    again.review(310.0 + CALM)
    assert again.events() == ["resolved"]


def test_what_the_evidence_says_of_the_cause_stands_unless_the_return_knows_better() -> None:
    desk = Desk()
    desk.scene.suspicion = "carrier"

    def causes(since: float) -> list[Cause]:
        """What is said at the beginning and at the end of an outage of fifty seconds."""
        said: list[Cause] = []
        desk.scene.back.clear()
        desk.review(since + 10.0, [replace(OUTAGE, since=since)])
        said += [desk.last.cause] if desk.last is not None else []
        desk.scene.back["d"] = Return(since + 50.0, ())
        desk.review(since + 51.0)
        said += [desk.last.cause] if desk.last is not None else []
        return said

    assert causes(100.0) == ["carrier", "carrier"]
    desk.scene.cause = "power"
    assert causes(1200.0) == ["carrier", "power"]


def test_what_goes_again_while_routes_settle_has_not_been_back() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    desk.scene.back["d"] = Return(200.0, ("b",))
    desk.review(200.0)
    for n in range(4):
        del desk.scene.back["d"]
        desk.review(202.0 + 6 * n, [OUTAGE])
        desk.scene.back["d"] = Return(205.0 + 6 * n, ("b",))
        desk.review(205.0 + 6 * n)
    desk.scene.back["d"] = Return(223.0, ())
    desk.review(231.0)
    assert desk.events() == ["opened", "resolved"]
    assert desk.last is not None
    assert not desk.last.flapping
