"""Does a site that is switched off after work tell nobody, without hiding anything else?

The plays begin at seven on a Wednesday; work is from half past seven to half past eleven.
"""

from typing import NamedTuple

import pytest

from netmon.model import Inventory
from tests.proof.stage import HEAD, booked
from tests.province import Play, made

OFFICES = (
    HEAD.replace("every: 2s", "every: 5s")
    + """
  d:
    name: D
    level: district
    devices: {dr: {address: 10.0.1.1, role: router}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.1.1}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.1.2}
  o:
    name: O
    level: commune
    hours: office
    devices: {o1: {address: 10.0.2.1, role: router}, ocam: {address: 10.0.2.9, role: camera}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt, local: Gi0, remote: Gi2}]
  q:
    name: Q
    level: commune
    hours: office
    devices: {q1: {address: 10.0.3.1, role: router}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt}]
  p:
    name: P
    level: commune
    devices: {p1: {address: 10.0.4.1, role: router}}
    uplinks: [{to: q1, kind: ftth, carrier: vnpt}]
"""
)
"""Communes o and q keep office hours; p, which is always watched, hangs behind q."""

OFF, WORK = 600.0, 1800.0
"""Ten past seven; half past seven."""
LATE = 900.0
"""Seconds after the beginning of work within which somebody may still come and switch it on."""
SOON = 25.0
"""Confirmation, and the time that a verdict takes."""


@pytest.fixture(scope="module")
def offices() -> Inventory:
    return made(OFFICES).inventory


@pytest.mark.parametrize("seed", range(3))
def test_silent_before_work_tells_nobody_and_still_silent_after_it_began_is_told(offices: Inventory, seed: int) -> None:
    play = Play(offices, seed)
    play.do(OFF, ("fail", "o"))
    play.run(WORK)
    assert play.told.said() == []
    play.run(WORK + LATE + SOON)
    assert play.told.said() == [("opened", "outage", "o")]
    assert play.told.at("opened", "o")[0] >= WORK
    play.do(WORK + LATE + 100.0, ("restore",))
    play.run(WORK + LATE + 200.0)
    assert play.told.said() == [("opened", "outage", "o"), ("resolved", "outage", "o")]
    seconds = booked(offices, play.told.entries, "o", 30.0, WORK + LATE + 200.0)
    assert seconds["off"] == pytest.approx(WORK - OFF, abs=6), "off until work begins"
    assert seconds["down"] == pytest.approx(LATE + 100.0, abs=6), "and down from then on"


@pytest.mark.parametrize("seed", range(3))
def test_switched_on_in_time_nobody_hears_of_it(offices: Inventory, seed: int) -> None:
    play = Play(offices, seed)
    play.do(OFF, ("fail", "o"))
    play.do(WORK - 300.0, ("restore",))
    play.run(WORK + LATE + 60.0)
    assert play.told.said() == []
    seconds = booked(offices, play.told.entries, "o", 30.0, WORK + LATE + 60.0)
    assert seconds["off"] == pytest.approx(WORK - 300.0 - OFF, abs=6)
    assert seconds["down"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_cut_line_is_no_excuse_once_the_uptime_tells(offices: Inventory, seed: int) -> None:
    play = Play(offices, seed)
    play.do(OFF, ("cut", "o/1"))
    play.do(WORK - 300.0, ("restore",))
    play.run(WORK + LATE + 60.0)
    for name in ("o", "o1", "o/1"):
        seconds = booked(offices, play.told.entries, name, 30.0, WORK + LATE + 60.0)
        assert seconds["off"] == 0, (name, "it was never switched off")
        assert seconds["down"] == pytest.approx(WORK - 300.0 - OFF, abs=35), name


@pytest.mark.parametrize("seed", range(3))
def test_silent_during_work_is_told_at_once(offices: Inventory, seed: int) -> None:
    play = Play(offices, seed)
    play.do(WORK + 60.0, ("fail", "o"))
    play.run(WORK + 60.0 + SOON)
    assert play.told.said() == [("opened", "outage", "o")]


class Behind(NamedTuple):
    """What is done to the network before work, and the site that must be told of."""

    verb: tuple[str, ...]
    hurt: str


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "behind", [Behind(("fail", "q"), "p"), Behind(("fail", "p"), "p"), Behind(("cut", "q/1"), "p")], ids=str
)
def test_what_hangs_behind_an_office_is_still_told(offices: Inventory, seed: int, behind: Behind) -> None:
    play = Play(offices, seed)
    play.do(OFF, behind.verb)
    play.run(OFF + SOON + 5.0)
    assert [behind.hurt in affected for _, _, affected in play.open()] == [True], play.told.said()
    play.do(OFF + 100.0, ("restore",))
    play.run(OFF + 160.0)
    assert [event for event, *_ in play.told.said()] == ["opened", "resolved"]


@pytest.mark.parametrize("seed", range(3))
def test_first_the_office_and_then_what_is_behind_it(offices: Inventory, seed: int) -> None:
    """An office switched off with a district that fails meanwhile: one message, of the district."""
    play = Play(offices, seed)
    play.do(OFF, ("fail", "o"))
    play.do(OFF + 120.0, ("fail", "d"))
    play.run(OFF + 180.0)
    assert [(kind, root) for kind, root, _ in play.open()] == [("outage", "d")]
    play.do(OFF + 300.0, ("restore", "d"))
    play.run(WORK)
    assert play.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d")], "o is switched off still"
    play.run(WORK + LATE + SOON)
    assert play.told.said()[2:] == [("opened", "outage", "o")]


@pytest.mark.parametrize("ahead", [-86400.0, 86400.0, 3600.0])
def test_working_hours_go_by_the_clock_on_the_wall(offices: Inventory, ahead: float) -> None:
    play = Play(offices, 1)
    play.ahead = ahead
    play.do(OFF, ("fail", "o"))
    play.run(OFF + SOON)
    told = [("opened", "outage", "o")]
    assert play.told.said() == (told if ahead == 3600.0 else []), "an hour ahead it is ten past eight"
