"""Is a dead SNMP agent seen as what it is: no outage, nobody's call, and not overlooked?"""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from netmon.decide import core
from netmon.decide.agents import LEAST_ROUNDS
from netmon.decide.reload import reload
from netmon.model import Inventory, Mark, Observation, Restored, State
from tests.province import SMALL, T0, Play, made

EVERY = 10.0


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """SMALL, where every device is asked by SNMP too."""
    text: dict[str, Any] = yaml.safe_load(SMALL)
    text["defaults"]["collect"]["snmp"] = {"every": "10s", "timeout": "1s"}
    return made(yaml.safe_dump(text, sort_keys=False)).inventory


def spans(play: Play, name: str = "dr") -> list[tuple[float, float | None]]:
    """(since, until) of each time that the agent was called silent, in seconds of the play."""
    last = {
        entry.body.since: entry.body
        for entry in play.told.entries
        if isinstance(entry.body, Mark) and (entry.body.id, entry.body.mark) == (name, "agent_silent")
    }
    return [(one.since - T0, None if one.until is None else one.until - T0) for one in last.values()]


def hung(play: Play, at: float, name: str = "dr") -> None:
    play.run(at)
    play.dumb.add((name, "snmp"))


def test_a_hung_agent_is_a_mark_and_its_first_answer_ends_it(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    hung(play, 100)
    play.run(100 + (LEAST_ROUNDS + 2) * EVERY)
    [(since, until)] = spans(play)
    assert 100 <= since <= 100 + EVERY
    assert until is None
    assert play.standing("dr") == (State.UP, None)
    play.dumb.clear()
    play.run(200)
    [(_, until)] = spans(play)
    assert until is not None
    assert 150 <= until <= 150 + EVERY
    assert play.told.said() == []
    assert play.told.changes("dr") == [(State.UP, None)]


def test_the_closed_port_of_an_agent_that_has_ended_is_life_but_no_answer(inventory: Inventory) -> None:
    state = core.start(inventory, Restored(), T0)

    def seen(at: float, note: str) -> list[tuple[str, float | None]]:
        """Marks that a round begins or ends: ping, then the agent."""
        pieces = [Observation("dr", T0 + at, "icmp", True, 0.01), Observation("dr", T0 + at, "snmp", True, note=note)]
        entries = core.step(state, pieces, T0 + at + 0.1).entries
        return [(entry.body.mark, entry.body.until) for entry in entries if isinstance(entry.body, Mark)]

    told = [seen(at, note) for at, note in ((0, ""), (10, "Refused"), (20, "Refused"), (30, "Refused"), (40, ""))]
    assert told == [[], [], [], [("agent_silent", None)], [("agent_silent", T0 + 40)]]


def test_a_rejected_credential_is_the_agents_own_word(inventory: Inventory) -> None:
    state = core.start(inventory, Restored(), T0)
    for at in range(0, 100, 10):
        core.step(state, [Observation("dr", T0 + at, "icmp", True, 0.01)], T0 + at + 0.1)
        core.step(state, [Observation("dr", T0 + at, "snmp", True, note="AuthFailed")], T0 + at + 0.2)
    assert ("dr", "agent_silent") not in state.marked


def test_fewer_rounds_than_that_are_chance(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    hung(play, 100)
    play.run(100 + (LEAST_ROUNDS - 1) * EVERY)
    play.dumb.clear()
    play.run(300)
    assert spans(play) == []


def test_where_half_of_the_probes_are_lost_three_rounds_are_chance(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    hung(play, 100)
    for at in range(100, 160):
        play.run(at)
        play.core.known.windows["dr"].add(T0 + at, None)
    assert spans(play) == []
    play.run(500)
    assert len(spans(play)) == 1


def test_a_lossy_line_is_no_silent_agent(inventory: Inventory) -> None:
    play = Play(inventory, 3)
    play.do(10, ("loss", "d/1", "0.4"), ("loss", "d/2", "0.4"))
    play.run(1500)
    assert spans(play) == []
    hung(play, 1500)
    play.run(2100)
    [(since, until)] = spans(play)
    assert (1400 <= since <= 1600, until) == (True, None)


def test_a_device_that_is_down_altogether_has_no_such_mark(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    play.do(60, ("fail", "dr"))
    play.run(200)
    assert play.standing("dr")[0] is State.DOWN
    assert spans(play) == []


def test_the_mark_ends_when_the_device_falls_and_begins_anew_when_it_returns_without_its_agent(
    inventory: Inventory,
) -> None:
    play = Play(inventory, 1)
    hung(play, 60)
    play.do(150, ("fail", "dr"))
    play.run(200)
    [(_, until)] = spans(play)
    assert until is not None
    assert 150 <= until <= 165
    play.do(250, ("restore",))
    play.run(260)
    assert len(spans(play)) == 1, "what was missed while it was down does not count"
    play.run(250 + (LEAST_ROUNDS + 2) * EVERY)
    assert [until for _, until in spans(play)][-1] is None
    assert len(spans(play)) == 2


def test_an_agent_that_has_never_answered_is_called_silent_too(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    hung(play, 0)
    play.run(100)
    assert len(spans(play)) == 1


def test_a_blind_netmon_accuses_no_agent(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    play.do(60, ("isolate",))
    play.run(300)
    assert [name for name in inventory.devices if spans(play, name)] == []


def test_a_restart_keeps_the_mark_until_the_agent_answers(inventory: Inventory) -> None:
    first = Play(inventory, 1)
    hung(first, 60)
    first.run(150)
    assert spans(first)[0][1] is None
    marked = dict(first.core.marked)
    restored = Restored(
        seq=first.core.seq, standings=dict(first.core.known.standings), marks=marked, last_beat=first.clock.at
    )
    again = core.start(inventory, restored, first.clock.at)
    core.step(again, [Observation("dr", first.clock.at, "icmp", True, 0.01)], first.clock.at + 0.1)
    assert ("dr", "agent_silent") in again.marked
    wishes = core.step(again, [Observation("dr", first.clock.at + 5.0, "snmp", True, 0.01)], first.clock.at + 5.1)
    assert ("dr", "agent_silent") not in again.marked
    assert [entry.body.until for entry in wishes.entries if isinstance(entry.body, Mark)] == [first.clock.at + 5.0]


def test_a_device_that_is_asked_by_snmp_no_more_loses_the_mark(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    hung(play, 60)
    play.run(150)
    device = inventory.devices["dr"]
    plain = replace(device, collect={"icmp": device.collect["icmp"]})
    reload(play.core, replace(inventory, devices={**inventory.devices, "dr": plain}), play.clock.at)
    play.run(170)
    assert spans(play)[0][1] is not None
