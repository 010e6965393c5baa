"""Does the desk keep its promises, whatever happens in whatever order and whoever is there?"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from netmon.decide.desk.state import Heard, Letter
from netmon.decide.desk.step import start, step
from netmon.model import Incident, Restored
from netmon.people import Budget, Case, Match, Policy, Roster, Route, Shadow, Step
from tests.decide.desk.office import CHANNELS, INVENTORY, NIGHT, PEOPLE, ROSTER, Office, calls, incident

NAMES = ("truc", "binh", "lan", "chief", "nobody", "mail")


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Any files, good or bad: people who have left, names that nobody knows, steps that tell nobody."""
    names = st.lists(st.sampled_from(NAMES), max_size=3).map(tuple)
    steps = st.builds(Step, tell=names, wait=st.sampled_from([60.0, 300.0]))
    policy = st.builds(
        Policy,
        id=st.just("duty"),
        steps=st.lists(steps, max_size=3).map(tuple),
        repeat=st.integers(0, 2),
        every=st.just(600.0),
    )
    kinds = st.sampled_from([(), ("outage",), ("degraded",)])
    routes = st.builds(
        Route,
        name=st.sampled_from(["a", "b", "c"]),
        match=st.builds(Match, kinds=kinds),
        urgency=st.sampled_from(["ring", "text", "digest"]),
        policy=st.sampled_from(["duty", "gone"]),
        further=st.booleans(),
    )
    here = draw(st.sets(st.sampled_from(sorted(PEOPLE))))
    until = draw(st.sampled_from([None, date(2026, 10, 14), date(2026, 10, 15)]))
    return replace(
        ROSTER,
        people={name: replace(PEOPLE[name], until=until if name == "binh" else None) for name in sorted(here)},
        policies={"duty": draw(policy)} if draw(st.booleans()) else {},
        routes=tuple(draw(st.lists(routes, min_size=1, max_size=3, unique_by=lambda route: route.name))),
        budget=Budget(pages=draw(st.integers(0, 3)), per=3600.0),
        shadow=draw(st.sampled_from([None, None, Shadow(to="lan")])),
    )


ACTS = ("open", "degrade", "grow", "over", "ack", "unack", "note", "wait", "long", "restart", "leave", "silence")
STORIES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 3)), min_size=1, max_size=12)


@dataclass
class Tale:
    """What happens in an office, as far as it makes sense there; `open` are the incidents that are not over."""

    office: Office
    open: dict[int, Incident] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    def tell(self, what: str, n: int) -> None:
        office, kinds = self.office, {"open": "outage", "degrade": "degraded"}
        if what != "restart":
            office.wait(0.5)  # nothing happens twice at the same instant
        if what in kinds and n not in self.known:
            kind: Any = kinds[what]
            self.known.add(n)
            self.open[n] = incident(n, kind=kind, root="b" if n < 3 else "d", at=office.now, affected=["b"])
            office.hear(self.open[n])
        elif what == "grow" and n in self.open:
            self.open[n] = replace(self.open[n], root="d", affected=("b", "c", "d"))
            office.hear(self.open[n], "updated")
        elif what == "over" and n in self.open:
            office.over(self.open.pop(n))
        elif what in ("ack", "unack", "note"):
            office.say(what, "lan", n)  # type: ignore[arg-type]
        elif what in ("settle", "wait", "long"):
            office.wait({"settle": 1.0, "wait": 40.0, "long": 20_000.0}[what])
        elif what == "restart":
            office.restart(dead=n * 100.0)
        elif what == "leave":
            office.say("leave", "chief", text=("binh", "lan", "hung")[n - 1])
        elif what == "silence":
            office.say("silence", "lan", what=("b+",), until=office.now + 500, text="thử")


@settings(max_examples=80)
@given(rosters(), STORIES, st.sets(st.sampled_from(CHANNELS), max_size=2), st.sets(st.sampled_from(CHANNELS)))
def test_promises(roster: Roster, story: list[tuple[str, int]], broken: set[str], slow: set[str]) -> None:
    tale = Tale(Office(roster, broken=broken, slow=slow))
    office, taken = tale.office, dict[int, int]()
    for what, n in [*story, ("long", 0), ("long", 0), ("long", 0), ("long", 0), ("long", 0)]:
        tale.tell(what, n)
        for number, case in office.desk.cases.items():
            if not case.acked_by:
                taken.pop(number, None)
                continue
            since = taken.setdefault(number, len(office.letters))
            later = {one.event.event for one in office.letters[since:] if one.event.incident.id == number}
            assert later <= {"updated", "resolved"}, "taken, and escalated all the same"
    assert max(Counter(map(_key, office.letters)).values(), default=0) <= 1, "the same letter twice"
    assert [one.id for one in office.desk.incidents.values() if one.state == "resolved"] == [], "never forgotten"
    assert office.steps < 2000, "it never rests"


def _key(letter: Letter) -> tuple[object, ...]:
    return letter.event.incident.id, letter.event.event, letter.to, letter.by, letter.event.at


@settings(max_examples=60)
@given(rosters(), st.integers(0, 7), st.booleans())
def test_what_rings_is_told_somebody_whatever_the_roster(roster: Roster, before: int, away: bool) -> None:
    """However many letters went before, and even if everybody has left: at once, or together with more."""
    office = Office(roster)
    office.desk.roster = roster = replace(roster, routes=(Route(name="all", urgency="ring", policy="duty"),))
    for number in range(2, 2 + before):
        office.hear(incident(number))
    since = len(office.letters)
    if away:
        for who in sorted(PEOPLE):
            office.say("leave", "x", text=who)
    office.hear(incident(1))
    gathered = [one.to for one in office.desk.cases[1].gathered]
    assert office.letters[since:] != [] or gathered != []
    office.wait(600.0)
    assert office.letters[since:] != []


@settings(max_examples=60)
@given(STORIES, st.integers(0, 24))
@example([("open", 2), ("open", 1), ("silence", 1)], 4)
@example([("open", 1), ("open", 2), ("open", 3), ("wait", 1)], 8)
def test_a_restart_changes_nothing_of_what_people_hear(story: list[tuple[str, int]], at: int) -> None:
    """Wherever it is killed, once the receipts are in: the same letters at the same times."""
    roster = replace(ROSTER, budget=Budget(pages=1000))
    acts = [one for each in story if each[0] != "restart" for one in (each, ("settle", 0))]
    where = min(at // 2 * 2, len(acts))
    heard = []
    for told in (acts, [*acts[:where], ("restart", 0), *acts[where:]]):
        tale = Tale(Office(roster))
        for what, n in told:
            tale.tell(what, n)
        tale.office.wait(100_000.0)
        heard.append([(row[0], row[1] if row[1] < 1000 else "bulletin", *row[2:]) for row in tale.office.rows()])
    assert heard[0] == heard[1]


def test_a_step_without_news_costs_nothing_however_many_are_open() -> None:
    """11,000 open ones, all told and none due: what is counted are calls, for time depends on the machine."""
    open_ones = {number: incident(number) for number in range(1, 11_001)}
    told = Case(incident=0, route="rest", urgency="text", step=0, due=NIGHT + 300, told=(("binh", "sms"),))
    cases = {number: replace(told, incident=number) for number in open_ones}
    desk = start(ROSTER, INVENTORY, Restored(incidents=open_ones, cases=cases))
    assert step(desk, Heard(), NIGHT, 0.0, lambda: 0).letters == []
    assert calls(desk, NIGHT + 1) < 100
    assert step(desk, Heard(), NIGHT + 2, 0.0, lambda: 0).wake == NIGHT + 300


def test_a_storm_is_three_messages_in_ten_minutes() -> None:
    """A province that is lost in pieces is one incident that grows, and not a message for each site."""
    office = Office()
    storm = incident(root="kv-d", affected=["d", "a", "b", "c"])
    office.hear(storm)
    for n in range(1, 10):
        office.wait(60)
        office.hear(replace(storm, affected=(*storm.affected, *["x"] * n)), "updated" if n == 4 else "noted")
    office.wait(60)
    pages = {(letter.to, letter.event.event, letter.event.at) for letter in office.letters}
    assert Counter(to for to, _, _ in pages) == {"binh": 2, "lan": 1, "chief": 1}
