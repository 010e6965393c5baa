"""Does a suspect wait for news of its parents, and never too long?"""

import pytest

from netmon.decide import detect, graph, hold, restart
from netmon.decide.knowledge import Knowledge, take
from netmon.model import Inventory, Observation, Restored
from tests.province import SMALL, made

WAIT = 3.0


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def known(inventory: Inventory) -> Knowledge:
    """Everything heard at 0."""
    found = restart.build(inventory, graph.build(inventory), Restored(), 0.0)
    for target, watch in found.watches.items():
        for name in watch.voices:
            take(found, Observation(target, 0.0, name, True, 0.01), 0.0)
    return found


def silence(knowledge: Knowledge, target: str, since: float, until: float) -> None:
    """Misses every half second."""
    [name] = knowledge.watches[target].voices
    at = since
    while at <= until:
        take(knowledge, Observation(target, at, name, False), at)
        at += detect.STEP


def hear(knowledge: Knowledge, target: str, at: float) -> None:
    [name] = knowledge.watches[target].voices
    take(knowledge, Observation(target, at, name, True, 0.01), at)


def test_a_child_waits_while_its_parent_has_not_been_heard_since(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "b1r", 10.0, 12.5)
    due: dict[str, float] = {}
    assert hold.settle(knowledge, due, WAIT, 12.5) == []
    assert due == {"b1r": 12.5}
    hear(knowledge, "dr", 12.6)
    assert hold.settle(knowledge, due, WAIT, 12.6) == ["b1r"]


def test_it_waits_at_most_so_long(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "b1r", 10.0, 12.5)
    due: dict[str, float] = {}
    assert hold.settle(knowledge, due, WAIT, 12.5) == []
    assert hold.settle(knowledge, due, WAIT, 15.4) == []
    assert hold.settle(knowledge, due, WAIT, 15.5) == ["b1r"]


def test_child_and_parent_are_called_in_the_same_moment(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "b1r", 10.0, 13.5)
    silence(knowledge, "dr", 11.0, 13.0)
    for name in ("c1", "c2"):
        hear(knowledge, name, 12.0)
    due: dict[str, float] = {}
    assert hold.settle(knowledge, due, WAIT, 13.0) == [], "the parent is suspect and not due"
    silence(knowledge, "dr", 13.5, 13.5)
    assert hold.settle(knowledge, due, WAIT, 13.5) == ["b1r", "dr"]


def test_who_waits_for_one_that_waits_waits_too(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "b1cam", 10.0, 12.5)
    silence(knowledge, "b1r", 10.0, 12.5)
    due: dict[str, float] = {}
    assert hold.settle(knowledge, due, WAIT, 12.5) == [], "the camera for its router, the router for the district"


def test_one_that_answers_is_forgotten(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "b1r", 10.0, 12.5)
    due: dict[str, float] = {}
    hold.settle(knowledge, due, WAIT, 12.5)
    hear(knowledge, "b1r", 13.0)
    hear(knowledge, "dr", 13.0)
    assert hold.settle(knowledge, due, WAIT, 13.0) == []
    assert due == {}


def test_anchors_wait_for_one_another(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "c1", 10.0, 12.5)
    due: dict[str, float] = {}
    assert hold.settle(knowledge, due, WAIT, 12.5) == []
    hear(knowledge, "c2", 12.6)
    assert hold.settle(knowledge, due, WAIT, 12.6) == ["c1"]


def test_a_service_waits_for_its_device_and_a_line_for_both_ends(small: Inventory) -> None:
    knowledge = known(small)
    silence(knowledge, "dweb", 10.0, 12.5)
    silence(knowledge, "d/1", 10.0, 12.5)
    due: dict[str, float] = {}
    assert hold.settle(knowledge, due, WAIT, 12.5) == []
    hear(knowledge, "dr", 12.6)
    assert hold.settle(knowledge, due, WAIT, 12.6) == ["dweb"]
    hear(knowledge, "c1", 12.7)
    assert hold.settle(knowledge, due, WAIT, 12.7) == ["d/1", "dweb"]


def test_whose_evidence_is_wanted(small: Inventory) -> None:
    knowledge = known(small)
    assert {"dr", "c1", "c2", "b1cam"} <= hold.witnesses(knowledge, "b1r")
    assert {"d/1", "d/2", "dcam", "c1", "c2"} <= hold.witnesses(knowledge, "dr")
    assert hold.witnesses(knowledge, "dweb") == {"dr"}
    assert {"b1r", "b1cam", "b2r", "dcam", "ar"} <= hold.behind(knowledge, "dr")
    assert "er" not in hold.behind(knowledge, "dr")
