"""Is a peer's silence held against it only while this netmon could hear?"""

import pytest

from netmon.decide import core
from netmon.decide.state import Core
from netmon.model import Beat, Evidence, Incident, IncidentEvent, Inventory, Restored
from netmon.settings.watched import Peer
from tests.proof.stage import HAMLET
from tests.province import T0, made

PEER = "yb-noc-2"


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return made(HAMLET).inventory


def started(inventory: Inventory) -> Core:
    return core.start(inventory, Restored(), T0, watches={PEER: Peer(every=60.0, grace=45.0)})


def run(state: Core, since: int, until: int, *beats: int) -> list[tuple[str, int]]:
    """Ask for a judgement each 5 s of this span, the peer speaking at these seconds: what is told of it, and when."""
    found: list[tuple[str, int]] = []
    for at in range(since, until, 5):
        pieces: list[Evidence] = [Beat(PEER, T0 + at)] if at in beats else []
        bodies = [entry.body for entry in core.step(state, pieces, T0 + at).entries]
        events = [body for body in bodies if isinstance(body, IncidentEvent) and body.incident.kind == "peer"]
        found += [(one.event, at) for one in events]
    return found


def test_the_time_in_which_this_netmon_was_stopped_counts_against_nobody(inventory: Inventory) -> None:
    state = started(inventory)
    assert run(state, 0, 60, 10) == []
    assert run(state, 600, 700) == []  # stopped for nine minutes, and the peer has its whole time again
    assert run(state, 700, 800) == [("opened", 705)]


def test_a_word_from_before_its_silence_does_not_bring_it_back(inventory: Inventory) -> None:
    state = started(inventory)
    assert run(state, 0, 200, 10, 70) == [("opened", 175)]
    assert run(state, 200, 260, 200, 205) == []  # twice at once is no rhythm
    assert run(state, 260, 300, 260) == [("resolved", 260)]


def test_a_peer_that_is_watched_no_more_is_over(inventory: Inventory) -> None:
    state = started(inventory)
    [(_, at)] = run(state, 0, 200)
    [told] = [one for one in core.open_incidents(state) if one.kind == "peer"]
    assert (at, told.severity, told.root) == (105, "critical", inventory.vantage)
    again = core.start(inventory, Restored(seq=state.seq, incidents={told.id: told}), T0 + 200)
    over: list[Incident] = []
    for at in range(200, 300, 5):
        over += [
            one.body.incident for one in core.step(again, [], T0 + at).entries if isinstance(one.body, IncidentEvent)
        ]
    [resolved] = [one for one in over if one.kind == "peer"]
    assert (resolved.state, resolved.evidence[-1].text) == ("resolved", "peer_removed")
