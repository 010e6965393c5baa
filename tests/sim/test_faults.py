"""Does the demonstration break what is there, and does it notice when something else is said?"""

import pytest

from netmon.model import Event, Incident, IncidentEvent
from netmon.settings.project import load
from netmon.sim import faults
from netmon.sim.faults import Expected, Story
from tests.conftest import ROOT


def incident(number: int, expected: Expected) -> Incident:
    return Incident(
        id=number,
        kind=expected.kind,
        severity="warning",
        root=expected.root,
        seat=expected.root,
        state="open",
        cause="unknown",
        opened_at=0.0,
        affected=tuple(f"site-{n}" for n in range(expected.affected)),
    )


def told(stories: tuple[Story, ...]) -> list[IncidentEvent]:
    """What a netmon says that is right."""
    events: list[IncidentEvent] = []
    names: dict[str, Event] = {"opened": "opened", "resolved": "resolved"}
    for number, story in enumerate(stories):
        events += [
            IncidentEvent(event=names[event], at=0.0, incident=incident(number, story.expected))
            for event in story.expected.events
        ]
    return events


def test_what_breaks_is_in_the_sample_province() -> None:
    inventory = load(ROOT).inventory
    for story in faults.STORIES:
        broken = {name for fault in story.faults for name in fault.on}
        assert broken <= {*inventory.links, *inventory.services}
        assert story.expected.root in {*inventory.sites, *inventory.links, *inventory.services}
        assert max(fault.at for fault in story.faults) < story.told_by


def test_a_short_watch_leaves_out_what_would_not_end_in_it() -> None:
    assert faults.within(faults.SHORTEST - 1) == []
    assert len(faults.within(faults.SHORTEST)) == 1
    assert faults.within(faults.LENGTH) == list(faults.STORIES)


def test_what_is_expected_agrees() -> None:
    lines = faults.compare(faults.STORIES, told(faults.STORIES))
    assert [line.agrees for line in lines] == [True] * len(faults.STORIES)


@pytest.mark.parametrize("missing", range(8))
def test_anything_missing_differs(missing: int) -> None:
    events = told(faults.STORIES)
    del events[missing]
    assert not all(line.agrees for line in faults.compare(faults.STORIES, events))


def test_anything_more_differs() -> None:
    more = incident(9, Expected("outage", "an-binh", 1, ("opened",)))
    lines = faults.compare(
        faults.STORIES, [*told(faults.STORIES), IncidentEvent(event="opened", at=1.0, incident=more)]
    )
    assert [line.agrees for line in lines] == [*[True] * len(faults.STORIES), False]
    assert lines[-1].seen == "outage an-binh, 1 site(s): opened"
