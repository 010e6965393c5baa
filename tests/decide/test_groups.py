"""Are many faults told as one where that helps, and only there?"""

from dataclasses import replace

import pytest
import yaml

from netmon.decide import groups
from netmon.decide.book import Key, Problem
from netmon.model import Inventory
from tests.province import SMALL, Play, made


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """SMALL, and twelve communes on lines of their own: six in the north and six in the south."""
    text = yaml.safe_load(SMALL)
    for n in range(12):
        text["sites"][f"x{n}"] = {
            "name": f"X{n}",
            "level": "commune",
            "area": "north" if n < 6 else "south",
            "devices": {f"x{n}r": {"address": f"10.7.0.{n + 1}", "role": "router"}},
            "uplinks": [{"to": "c1", "kind": "ftth", "carrier": "mobi"}],
        }
    text["carriers"]["mobi"] = {"name": "Mobi"}
    return made(yaml.safe_dump(text, sort_keys=False)).inventory


def fault(n: int, since: float = 100.0) -> Problem:
    site = f"x{n}"
    return Problem(
        kind="outage",
        seat=site,
        root=site,
        severity="critical",
        since=since,
        confirm=10.0,
        affected=(site,),
        links=(f"{site}/1",),
    )


def gather(inventory: Inventory, *faults: Problem, told: frozenset[Key] = frozenset()) -> dict[Key, Problem]:
    problems = {(one.kind, one.seat): one for one in faults}
    return groups.gather(inventory, problems, told, 200.0)


def test_two_faults_of_an_area_may_be_chance(inventory: Inventory) -> None:
    assert gather(inventory, fault(0), fault(1)).keys() == {("outage", "x0"), ("outage", "x1")}


def test_three_are_a_matter_of_the_area(inventory: Inventory) -> None:
    found = gather(inventory, fault(0, 103.0), fault(1), fault(2), fault(7))
    assert found.keys() == {("outage", "north"), ("outage", "x7")}
    north = found["outage", "north"]
    assert (north.root, north.since, north.affected, north.group) == ("north", 100.0, ("x0", "x1", "x2"), True)
    assert north.links == ("x0/1", "x1/1", "x2/1")


def test_what_has_been_told_keeps_its_own_incident_and_counts(inventory: Inventory) -> None:
    told: frozenset[Key] = frozenset({("outage", "x0"), ("outage", "x1")})
    found = gather(inventory, fault(0), fault(1), fault(2), told=told)
    assert found.keys() == {("outage", "x0"), ("outage", "x1"), ("outage", "north")}
    assert found["outage", "north"].affected == ("x2",)


def test_an_area_in_trouble_takes_in_the_next_one(inventory: Inventory) -> None:
    told: frozenset[Key] = frozenset({("outage", "north")})
    assert gather(inventory, fault(3), told=told).keys() == {("outage", "north")}
    assert gather(inventory, fault(8), told=told).keys() == {("outage", "x8")}


def test_what_is_planned_is_no_part_of_a_storm(inventory: Inventory) -> None:
    planned = replace(fault(2), quiet_until=500.0)
    assert gather(inventory, fault(0), fault(1), planned).keys() == {("outage", f"x{n}") for n in range(3)}


def test_half_of_a_carriers_customers_lost_within_a_minute_are_a_matter_of_the_carrier(inventory: Inventory) -> None:
    north, south = [fault(n) for n in range(3)], [fault(n) for n in range(6, 9)]
    assert gather(inventory, *north, *south).keys() == {("outage", "mobi")}
    assert not gather(inventory, *north, *south)["outage", "mobi"].group, "it ends when the lines are back"
    slowly = [replace(one, since=100.0 + 61 * n) for n, one in enumerate((*north, *south))]
    assert gather(inventory, *slowly).keys() == {("outage", "north"), ("outage", "south")}


def test_one_fault_is_no_matter_of_the_carrier_however_many_hang_on_it(inventory: Inventory) -> None:
    one = replace(fault(0), affected=tuple(f"x{n}" for n in range(9)))
    assert gather(inventory, one, fault(11, 500.0)).keys() == {("outage", "x0"), ("outage", "x11")}


def test_a_storm_from_the_first_gust_to_the_last_return(inventory: Inventory) -> None:
    play = Play(inventory, 3)
    play.do(60, ("fail", "x0r", "x1r", "x2r"))
    play.run(90)
    assert play.told.said() == [("opened", "outage", "north")]
    play.do(600, ("fail", "x3r"), ("fail", "x7r"))
    play.do(700, ("restore", "x0r"))
    play.do(900, ("fail", "x0r"))
    play.run(1000)
    assert play.told.said() == [("opened", "outage", "north"), ("opened", "outage", "x7")]
    play.do(1200, ("restore",))
    play.run(1230)
    play.skip(2950)
    play.run(3100)
    assert play.told.said()[2:] == [("resolved", "outage", "x7"), ("resolved", "outage", "north")]
    last = {incident.root: incident for incident in play.told.last().values()}
    assert set(last["north"].affected) == {"x0", "x1", "x2", "x3"}
    assert last["north"].resolved_at is not None
    assert not any(incident.flapping for incident in last.values())
