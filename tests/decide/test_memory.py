"""What is believed after a restart or a reload, and for how long?"""

from dataclasses import replace

import pytest

from netmon.decide import core, knowledge
from netmon.decide.reload import reload
from netmon.decide.scene import UNSEEN_AFTER
from netmon.model import (
    Clue,
    Incident,
    IncidentEvent,
    Inventory,
    Observation,
    PortSeen,
    Restored,
    Standing,
    State,
)
from tests.province import SMALL, Play, made


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def incident(kind: str, seat: str, opened_at: float) -> Incident:
    assert kind in ("unseen", "blind")
    return Incident(
        id=1,
        kind="unseen" if kind == "unseen" else "blind",
        severity="warning",
        root=seat,
        seat=seat,
        state="open",
        cause="unknown",
        opened_at=opened_at,
    )


def test_a_device_added_later_is_not_called_never_seen_before_its_time(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(2 * UNSEEN_AFTER)
    text = SMALL.replace("gr: {address: 10.0.7.1", "gr: {address: 10.0.7.2")
    inventory = made(text).inventory
    play.move(inventory)
    reload(play.core, inventory, play.clock.at)
    play.schedule(inventory)
    play.run(3 * UNSEEN_AFTER)
    assert play.told.said() == []


def test_an_unseen_incident_outlives_a_restart(small: Inventory) -> None:
    open_one = incident("unseen", small.vantage, 50.0)
    again = core.start(small, Restored(seq=9, incidents={1: open_one}), 100.0)
    seen = Observation("dr", 101.0, "icmp", True, 0.01)
    entries = core.step(again, [seen], 101.0).entries
    assert [entry.body for entry in entries if isinstance(entry.body, IncidentEvent)] == []
    assert core.open_incidents(again) == [open_one]


def test_what_was_down_is_asked_again_before_anybody_is_told(small: Inventory) -> None:
    """Killed between the verdict and its message, started an hour later: the site has long been back."""
    down = Standing(State.DOWN, 100.0)
    again = core.start(small, Restored(seq=5, standings={"gr": down, "g": down}), 3700.0)
    first = core.step(again, [], 3700.0)
    assert "gr" in first.ask
    entries = core.step(again, [Observation("gr", 3700.1, "icmp", True, 0.01)], 3700.2).entries
    assert not [entry for entry in entries if isinstance(entry.body, IncidentEvent)]
    assert again.known.standings["gr"].state is State.UP


def test_a_memory_from_the_future_is_no_younger_than_now(small: Inventory) -> None:
    down = Standing(State.DOWN, 9000.0)
    again = core.start(small, Restored(seq=5, standings={"gr": down, "g": down}), 100.0)
    core.step(again, [Observation("gr", 100.5, "icmp", True, 0.01)], 100.6)
    assert again.known.standings["gr"].state is State.UP


def test_blind_at_the_restart_means_nothing_for_what_was_never_measured(small: Inventory) -> None:
    known = {name: Standing(State.UNKNOWN, 10.0) for name in small.devices if name != "gr"}
    blind = incident("blind", small.vantage, 20.0)
    again = core.start(small, Restored(seq=5, standings=known, incidents={1: blind}), 100.0)
    assert again.blind
    assert again.known.watches["gr"].silent is None
    assert again.known.watches["dr"].silent is True


@pytest.mark.parametrize("fell", [True, False])
def test_a_port_that_had_fallen_before_the_restart_has_not_been_up_all_the_time(fell: bool) -> None:
    """Its line comes back first, and the gateway behind it has had no time to answer yet."""
    text = SMALL.replace(
        "uplinks: [{to: c1, kind: ftth, carrier: vnpt}]", "uplinks: [{to: c1, kind: ftth, remote: Gi7}]"
    )
    inventory = made(text).inventory
    clue = Clue(106.0, "c1", "port_down", (("device", "c1"), ("port", "Gi7")))
    told = replace(incident("blind", "g", 100.0), kind="outage", links=("g/1",), affected=("g",), told_at=110.0)
    told = replace(told, evidence=(clue,) if fell else ())
    standings = dict.fromkeys(("gr", "g", "g/1"), Standing(State.DOWN, 100.0))
    standings |= dict.fromkeys(("c1", "c2"), Standing(State.UP, 10.0))
    again = core.start(inventory, Restored(seq=9, standings=standings, incidents={1: told}), 112.0)
    for at in (112.5, 114.5, 116.5, 118.5):
        heard = [Observation(name, at, "icmp", True, 0.01) for name in ("c1", "c2")]
        core.step(again, [*heard, Observation("gr", at, "icmp", False)], at + 1.0)
    core.step(again, [PortSeen("c1", 119.5, "Gi7", up=True)], 119.6)
    assert [each.root for each in core.open_incidents(again)] == ["g" if fell else "gr"]


@pytest.mark.parametrize(("second", "root"), [(101.0, "d"), (70.0, "d/1")])
def test_lines_lost_with_their_site_before_the_restart_were_not_lost_earlier(
    small: Inventory, second: float, root: str
) -> None:
    """One of them is back before the other: that does not make it the last one that was lost."""
    standings = dict.fromkeys(("c1", "c2"), Standing(State.UP, 10.0))
    standings |= dict.fromkeys(("dr", "d", "d/1"), Standing(State.DOWN, 100.0)) | {"d/2": Standing(State.DOWN, second)}
    again = core.start(small, Restored(seq=9, standings=standings), 112.0)
    for at in (112.5, 114.5, 116.5, 118.5, 120.5, 121.5):
        heard = ("c1", "c2") if at < 120 else ("c1", "c2", "d/1")
        alive = ((name, name in heard) for name in ("c1", "c2", "dr", "d/1", "d/2"))
        core.step(again, [Observation(name, at, "icmp", well) for name, well in alive], at + 1.0)
    assert {fault.root for fault in again.judged.faults.values()} == {root}


def test_a_probe_of_a_collector_that_is_gone_says_nothing(small: Inventory) -> None:
    begun = core.start(small, Restored(), 0.0)
    assert knowledge.take(begun.known, Observation("gr", 1.0, "tcp", True, 0.01), 1.0) is False
    assert begun.known.watches["gr"].silent is None


def test_what_a_device_said_of_its_ports_grows_old(small: Inventory) -> None:
    begun = core.start(small, Restored(), 0.0)
    knowledge.take(begun.known, PortSeen("dr", 10.0, "p1", up=False), 10.0)
    life = begun.known.port_life.get("dr", knowledge.PORT_LIFE)
    assert knowledge.forget_old_ports(begun.known, 10.0 + life - 1) == 10.0 + life
    assert knowledge.forget_old_ports(begun.known, 10.0 + life) is None
    assert begun.known.ports == {}
