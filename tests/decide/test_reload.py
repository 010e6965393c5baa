"""Does a new inventory under a running verdict disturb only what it changes?"""

import pytest

from netmon.decide import core
from netmon.decide.reload import reload
from netmon.model import Inventory, PowerSeen, State
from tests.province import SMALL, T0, Play, made


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def change(play: Play, *pairs: tuple[str, str]) -> set[str]:
    """Put another inventory under a running play."""
    text = SMALL
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    inventory = made(text).inventory
    play.move(inventory)
    changed = reload(play.core, inventory, play.clock.at)
    play.schedule(inventory)
    return changed


def test_the_same_inventory_changes_nothing(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("cut", "d/1"))
    play.run(40)
    watches = dict(play.core.known.watches)
    standings = dict(play.core.known.standings)
    assert change(play) == set()
    assert all(play.core.known.watches[name] is watch for name, watch in watches.items())
    play.run(70)
    assert play.core.known.standings == standings
    assert play.told.said() == [("opened", "redundancy_lost", "d/1")]
    play.do(70, ("restore",))
    play.run(90)
    assert play.told.said()[1:] == [("resolved", "redundancy_lost", "d/1")]


def test_what_did_not_change_keeps_what_it_learned(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(10, ("loss", "g/1", "0.2"))
    play.run(600)
    learned = play.core.known.watches["gr"].learned
    assert learned.spans > 5
    change(play, ("b2r: {address: 10.0.6.1", "b2r: {address: 10.0.6.2"))
    assert play.core.known.watches["gr"].learned is learned


def test_a_ups_that_was_polled_is_still_believed(small: Inventory) -> None:
    """What it says holds until it says otherwise; what one that is not polled has said is soon too old."""
    play = Play(small, 1)
    core.step(play.core, [PowerSeen("gr", 5.0, True)], 5.0)
    change(play, ("b2r: {address: 10.0.6.1", "b2r: {address: 10.0.6.2"))
    assert play.core.known.power["gr"] == (True, 5.0)
    assert play.core.known.metered == {"gr"}


def test_a_changed_address_starts_unknown_and_pages_nobody(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    assert change(play, ("gr: {address: 10.0.7.1", "gr: {address: 10.0.7.2")) == {"gr"}
    play.run(20.001)
    assert play.standing("gr")[0] is State.UNKNOWN
    play.run(60)
    assert play.standing("gr")[0] is State.UP
    assert play.told.said() == []


def test_a_new_device_that_never_answers_is_no_outage(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(120)
    camera = (
        "devices: {gr: {address: 10.0.7.1, role: router}}",
        "devices: {gr: {address: 10.0.7.1, role: router}, gcam: {address: 10.0.7.9, role: camera}}",
    )
    assert change(play, camera) == {"gcam"}
    play.network.fail("gcam")
    play.run(200)
    assert {kind for _, kind, _ in play.told.said()} <= {"unseen"}


G = """  g:
    name: G
    level: commune
    devices: {gr: {address: 10.0.7.1, role: router}}
    uplinks: [{to: c1, kind: ftth, carrier: vnpt}]
"""


def test_a_removed_site_closes_its_incident(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("cut", "g/1"))
    play.run(50)
    assert play.open() == {("outage", "g", frozenset({"g"}))}
    assert change(play, (G, "")) == {"gr"}
    play.run(60)
    assert play.open() == frozenset()
    assert play.told.said() == [("opened", "outage", "g"), ("resolved", "outage", "g")]
    assert "g" not in play.core.known.standings


B2 = """    devices: {{b2r: {{address: 10.0.6.1, role: router}}}}
    uplinks: [{{{}}}]
"""


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_uplink_pages_nobody_within_a_confirm(small: Inventory, seed: int) -> None:
    play = Play(small, seed)
    play.do(20, ("fail", "d"))
    play.run(50)
    assert play.told.said() == [("opened", "outage", "d")]
    moved = (B2.format("to: dr, kind: ftth, carrier: vnpt, via: [pop]"), B2.format("to: c2, kind: ftth, carrier: vnpt"))
    changed = change(play, moved)
    assert changed == set()
    play.network.fail("b2r")
    begin = play.now
    play.run(begin + 9.5)
    assert play.told.said() == [("opened", "outage", "d")]
    play.run(begin + 30)
    assert play.told.said()[1:] == [("opened", "outage", "b2")]
    assert all(at - begin >= 10.0 for at in play.told.at("opened", "b2"))


def test_a_changed_uplink_of_a_healthy_site_says_nothing(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    change(play, ("uplinks: [{to: c1, kind: ftth, carrier: vnpt}]", "uplinks: [{to: c2, kind: ftth, carrier: vnpt}]"))
    play.run(60)
    assert play.told.said() == []
    play.do(60, ("cut", "g/1"))
    play.run(90)
    assert play.open() == {("outage", "g", frozenset({"g"}))}


def test_a_new_site_comes_up_without_a_word(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    change(play, (G, G + G.replace("g:", "h:").replace("gr:", "hr:").replace("10.0.7.1", "10.0.9.1").replace("G", "H")))
    play.run(60)
    assert play.standing("h")[0] is State.UP
    assert play.told.said() == []
    assert play.clock.at - T0 == 60
