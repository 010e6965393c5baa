"""When does a problem become an incident, what is told of it, and when is it over?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from netmon.decide import incidents
from netmon.decide.incidents import FLAP_WINDOW, QUIET, SETTLE, Book, Key, Problem, Return
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
    dead: set[str] = field(default_factory=set)

    def alive(self, seat: str) -> bool:
        return seat not in self.dead

    def returned(self, incident: Incident) -> Return | None:
        return self.back.get(incident.seat)

    def clues(self, problem: Problem, now: float) -> tuple[Clue, ...]:
        return (Clue(problem.since, problem.seat, "silent"),)

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
        now = flap(desk, now, 1) + FLAP_WINDOW
    assert desk.events() == ["opened", "resolved"] * 6


def test_what_was_open_stays_open_across_a_restart() -> None:
    desk = Desk()
    desk.review(110.0, [OUTAGE])
    again = Desk(book=incidents.restore(desk.book.open(), 0.0), number=count(7).__next__)
    again.review(200.0, [OUTAGE])
    assert again.told == [], "it was told before"
    again.scene.back["d"] = Return(210.0, ())
    again.review(211.0)
    assert again.events() == ["resolved"]
    assert again.last is not None
    assert again.last.id == 1
