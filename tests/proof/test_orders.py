"""Does the same fault tell the same, whatever the order and delay in which netmon hears of it?

Compared is what people read and machines get, byte for byte, composed anew at fixed times: so only when things
happened, and the numbers the journal deals out, may differ.
"""

import random

import pytest

from netmon.settings.project import Project
from tests.proof.stage import Court, backdated, messages
from tests.province import Outcome, outcome

Faults = tuple[tuple[float, tuple[str, ...]], ...]
"""Seconds after the first fault, and what is done to the network."""

SCENES: dict[str, tuple[Faults, Outcome]] = {
    "a district cut off": (
        ((0.0, ("cut", "d/1", "d/2")),),
        frozenset({("outage", "d", frozenset({"d", "b1", "b2", "b3"}))}),
    ),
    "a district without power": (
        ((0.0, ("fail", "d")),),
        frozenset({("outage", "d", frozenset({"d", "b1", "b2", "b3"}))}),
    ),
    "a carrier's place": (
        ((0.0, ("fail", "pop")),),
        frozenset({("outage", "pop", frozenset({"b1", "b2", "b3"}))}),
    ),
    "one of the core pair": (
        ((0.0, ("fail", "c1")),),
        frozenset({("outage", "c1", frozenset({"g"}))}),
    ),
    "both lines of a site": (
        ((0.0, ("cut", "e/1", "e/2")),),
        frozenset({("outage", "e", frozenset({"e"}))}),
    ),
    "one line of a site, then the other": (
        ((0.0, ("cut", "e/1")), (30.0, ("cut", "e/2"))),
        frozenset({("redundancy_lost", "e/1", frozenset({"e"})), ("outage", "e/2", frozenset({"e"}))}),
    ),
    "both lines of a site within a breath": (
        ((0.0, ("cut", "e/1")), (1.0, ("cut", "e/2"))),
        frozenset({("outage", "e", frozenset({"e"}))}),
    ),
    "a district and a commune at once": (
        ((0.0, ("cut", "d/1", "d/2")), (0.0, ("cut", "g/1"))),
        frozenset({("outage", "d", frozenset({"d", "b1", "b2", "b3"})), ("outage", "g", frozenset({"g"}))}),
    ),
}
"""What breaks, and what must be open then."""


def played(project: Project, name: str, seed: int) -> Court:
    """One order of the evidence of a scene; what is open in the middle and at the end is checked."""
    faults, expected = SCENES[name]
    begin = 20 + random.Random(seed).uniform(0.0, 10.0)
    court = Court(project, seed)
    for after, verb in faults:
        court.do(begin + after, verb)
    mend = begin + faults[-1][0] + 40
    court.run(mend)
    assert outcome(court.open()) == expected, (name, seed)
    court.do(mend, ("restore",))
    court.run(mend + 45)
    assert court.open() == [], (name, seed)
    return court


def same_each_time(project: Project, name: str, seeds: range) -> None:
    """The same texts, those of one incident in their order; which of two incidents ends first may be a matter of
    whose answer comes first."""
    first = sorted(messages(project, played(project, name, seeds[0]).told.events))
    for seed in seeds[1:]:
        assert sorted(messages(project, played(project, name, seed).told.events)) == first, (name, seed)


ALIKE = sorted(SCENES.keys() - {"both lines of a site within a breath"})
"""Where each order sees the same evidence: in the breath between two cuts a table of ports may be read, or not."""


@pytest.mark.parametrize("name", ALIKE)
def test_sixteen_orders_of_the_same_fault_tell_the_same(hills: Project, name: str) -> None:
    same_each_time(hills, name, range(16))


@pytest.mark.nightly
@pytest.mark.parametrize("name", ALIKE)
def test_a_thousand_orders_of_the_same_fault_tell_the_same(hills: Project, name: str) -> None:
    same_each_time(hills, name, range(1000, 2000))


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_order_opens_and_closes_the_same_and_dates_nothing_back(hills: Project, name: str) -> None:
    for seed in range(100, 108):
        court = played(hills, name, seed)
        said = [event for event, *_ in court.told.said()]
        assert said == ["opened"] * (len(said) // 2) + ["resolved"] * (len(said) // 2), (name, seed)
        assert backdated(court.told.entries) == [], (name, seed)
