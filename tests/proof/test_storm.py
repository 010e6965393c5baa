"""When a storm takes half a province for hours, is it one message per area, and is every last state right?

Sites fall one by one because their power fails; some flap with it for minutes; at the end everything is mended.
"""

import random
from collections import defaultdict
from itertools import pairwise
from typing import NamedTuple

import pytest
import yaml

from netmon.model import Inventory, State
from tests.proof.stage import HEAD
from tests.province import T0, Play, made

GUST = 5.0
"""Seconds in which a feeder that trips takes three to five sites of an area."""
QUIET = 1800.0
"""Seconds that everything of a group must have been back before it is over."""


class Fall(NamedTuple):
    """A site loses its power, and for how long."""

    at: float
    site: str
    lasts: float


def areas(count: int, each: int) -> Inventory:
    """`count` areas, each with a district on two lines and so many communes behind it."""
    whole = yaml.safe_load(HEAD)
    whole["defaults"] = {"collect": {"icmp": {"every": "2s", "timeout": "1s"}}}
    del whole["nodes"]
    for n in range(1, count + 1):
        lines = [
            {"to": "c1", "kind": "fibre", "address": f"10.20.{n}.1"},
            {"to": "c2", "kind": "fibre", "role": "backup", "address": f"10.21.{n}.1"},
        ]
        whole["sites"][f"d{n}"] = {
            "name": f"D{n}",
            "level": "district",
            "devices": {f"d{n}r": {"address": f"10.2.{n}.1", "role": "router"}},
            "uplinks": lines,
        }
        for m in range(1, each + 1):
            whole["sites"][f"x{n}-{m}"] = {
                "name": f"X{n}.{m}",
                "level": "commune",
                "area": f"kv-{n}",
                "devices": {f"x{n}-{m}r": {"address": f"10.3.{n}.{m}", "role": "router"}},
                "uplinks": [{"to": f"d{n}r", "kind": "ftth"}],
            }
    return made(yaml.safe_dump(whole, sort_keys=False)).inventory


def by_area(inventory: Inventory) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for site in inventory.sites.values():
        if site.area:
            found[site.area].append(site.id)
    return dict(found)


def storm(inventory: Inventory, hit: float, flapping: float, lasts: float, gust: bool, seed: int) -> list[Fall]:
    """Falls of the share `hit` of each area's sites between 60 s and `lasts`: the first few in a gust, or all one by
    one; the share `flapping` of them falls again and again for minutes, the others stay away to the end."""
    chance = random.Random(seed)
    falls: list[Fall] = []
    for sites in by_area(inventory).values():
        victims = chance.sample(sites, round(hit * len(sites)))
        first = chance.uniform(60.0, lasts / 6)
        size = chance.randint(3, min(5, len(victims))) if gust else 0
        times = [first + chance.uniform(0.0, GUST) for _ in range(size)]
        times += sorted(chance.uniform(first + 90.0, lasts * 0.8) for _ in victims[size:])
        for at, site in zip(times, victims, strict=True):
            # the gust stays away for a quarter of an hour at least: a feeder does not come back by itself
            begin = at
            while chance.random() < flapping and begin < lasts - 900.0:
                away = chance.uniform(120.0, 600.0) + (900.0 if begin < first + 60.0 else 0.0)
                falls.append(Fall(begin, site, away))
                begin += away + chance.uniform(120.0, 600.0)
            falls.append(Fall(begin, site, lasts - begin))
    return sorted(fall for fall in falls if fall.at < lasts - 60.0)


def weather(inventory: Inventory, falls: list[Fall], lasts: float, seed: int) -> Play:
    """Play the storm, mend everything at its end, and wait for the quiet."""
    play = Play(inventory, seed, ports_every=60.0)
    deeds = [(fall.at, ("fail", fall.site)) for fall in falls]
    deeds += [(fall.at + fall.lasts, ("restore", fall.site)) for fall in falls if fall.at + fall.lasts < lasts - 1.0]
    for at, verb in sorted(deeds):
        play.do(at, verb)
    play.do(lasts, ("restore",))
    play.run(lasts + QUIET + 120.0)
    return play


def all_is_well(play: Play, inventory: Inventory) -> None:
    assert play.open() == frozenset()
    assert {play.standing(name)[0] for name in (*inventory.sites, *inventory.devices, *inventory.links)} == {State.UP}
    ends: dict[int, int] = defaultdict(int)
    for event in play.told.events:
        ends[event.incident.id] += {"opened": 1, "resolved": -1}.get(event.event, 0)
    assert set(ends.values()) == {0}, "whatever was told gets its resolve"


def one_message_per_area(inventory: Inventory, falls: list[Fall], lasts: float, seed: int, most: int) -> None:
    play = weather(inventory, falls, lasts, seed)
    said = play.told.said()
    hit = {area: {fall.site for fall in falls} & set(sites) for area, sites in by_area(inventory).items()}
    incidents = play.told.last().values()
    assert sorted((one.kind, one.root, one.seat) for one in incidents) == sorted(
        ("outage", area, area) for area in hit
    ), said
    for one in incidents:
        events = [event for event, _, root in said if root == one.root]
        assert events[0] == "opened"
        assert events[-1] == "resolved"
        assert events[1:-1] == ["updated"] * (len(events) - 2)
        assert len(events) - 2 <= most, events
        assert set(one.affected) == hit[one.root]
        assert one.resolved_at is not None
        assert lasts <= one.resolved_at - T0 <= lasts + 30.0, "when the last one came back"
        assert play.told.at("resolved", one.root)[0] >= lasts + QUIET
        updates = play.told.at("updated", one.root)
        assert all(later - earlier >= 1800.0 for earlier, later in pairwise(updates))
    all_is_well(play, inventory)


def dripping(inventory: Inventory, falls: list[Fall], lasts: float, seed: int) -> None:
    """Without a gust the first two of an area may be told on their own; from the third on there is one incident."""
    play = weather(inventory, falls, lasts, seed)
    for area, sites in by_area(inventory).items():
        mine = [event for event in play.told.events if event.incident.root in (area, *sites)]
        grouped = [event.at for event in mine if (event.event, event.incident.root) == ("opened", area)]
        assert len(grouped) == 1, play.told.said()
        alone = [event.at for event in mine if event.event == "opened" and event.incident.root != area]
        assert all(at <= grouped[0] for at in alone), "nothing of the area on its own once there is a group"
        single = [event.incident.id for event in mine if event.event == "opened" and event.incident.root != area]
        open_then = [incident for incident in single if not _resolved(play, incident, grouped[0])]
        assert len(open_then) <= 2, play.told.said()
    all_is_well(play, inventory)


def _resolved(play: Play, incident: int, before: float) -> bool:
    return any(e.incident.id == incident and e.event == "resolved" and e.at <= before for e in play.told.events)


@pytest.fixture(scope="module")
def twelve() -> Inventory:
    return areas(2, 6)


@pytest.fixture(scope="module")
def seventy() -> Inventory:
    return areas(5, 14)


MINUTES, HOURS = 2400.0, 6 * 3600.0


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_forty_minutes_is_one_message_per_area(twelve: Inventory, seed: int) -> None:
    one_message_per_area(twelve, storm(twelve, 0.9, 0.5, MINUTES, True, seed), MINUTES, seed, most=2)


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_that_drips_tells_two_sites_and_then_the_area(twelve: Inventory, seed: int) -> None:
    dripping(twelve, storm(twelve, 0.9, 0.0, MINUTES, False, seed), MINUTES, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_six_hours_is_one_message_per_area(seventy: Inventory, seed: int) -> None:
    one_message_per_area(seventy, storm(seventy, 0.86, 0.6, HOURS, True, seed), HOURS, seed, most=6)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
def test_a_storm_of_six_hours_that_drips(seventy: Inventory, seed: int) -> None:
    dripping(seventy, storm(seventy, 0.86, 0.0, HOURS, False, seed), HOURS, seed)
