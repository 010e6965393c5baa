"""Is a common cause found where there is one, and left alone where there is none?"""

import pytest
import yaml

from netmon.model import Inventory, State
from tests.province import SMALL, Play, made

Verbs = tuple[tuple[str, ...], ...]


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """SMALL with three more communes at the centre: two on Mobi alone, one on Mobi and VNPT."""
    text = yaml.safe_load(SMALL)
    text["carriers"]["mobi"] = {"name": "Mobi"}
    for n, lines in enumerate((("mobi",), ("mobi",), ("mobi", "vnpt"))):
        text["sites"][f"m{n}"] = {
            "name": f"M{n}",
            "level": "commune",
            "devices": {f"m{n}r": {"address": f"10.7.0.{n + 1}", "role": "router"}},
            "uplinks": [
                {"to": f"c{k + 1}", "kind": "ftth", "carrier": carrier, "address": f"10.8.{n}.{k + 1}"}
                for k, carrier in enumerate(lines)
            ],
        }
    return made(yaml.safe_dump(text, sort_keys=False)).inventory


@pytest.mark.parametrize("seed", range(4))
def test_all_lines_of_a_carrier_at_the_centre_are_one_outage_of_the_carrier(inventory: Inventory, seed: int) -> None:
    play = Play(inventory, seed)
    play.do(20, ("cut", "m0/1", "m1/1", "m2/1"))
    play.run(80)
    assert play.open() == {("outage", "mobi", frozenset({"m0", "m1"}))}, "m2 has another line, and lost nothing"
    assert play.standing("m0") == (State.UNREACHABLE, "mobi")
    assert play.standing("m2")[0] is State.DEGRADED
    play.do(80, ("restore",))
    play.run(140)
    assert play.told.said() == [("opened", "outage", "mobi"), ("resolved", "outage", "mobi")]
    assert play.told.last()[play.told.events[0].incident.id].cause == "carrier"


def test_what_the_carrier_loses_out_in_the_country_at_that_time_is_lost_with_it() -> None:
    """m3 hangs on the district by a line of the same carrier, which no path from the centre uses but that one."""
    text = yaml.safe_load(SMALL)
    text["carriers"]["mobi"] = {"name": "Mobi"}
    for n, to in enumerate(("c1", "c2", "dr")):
        text["sites"][f"m{n}"] = {
            "name": f"M{n}",
            "level": "commune",
            "devices": {f"m{n}r": {"address": f"10.7.0.{n + 1}", "role": "router"}},
            "uplinks": [{"to": to, "kind": "ftth", "carrier": "mobi", "address": f"10.8.{n}.1"}],
        }
    inventory = made(yaml.safe_dump(text, sort_keys=False)).inventory
    for later, told in ((0, [("opened", "mobi")]), (100, [("opened", "mobi"), ("opened", "m2")])):
        play = Play(inventory, 1)
        play.do(20, ("cut", "m0/1", "m1/1"))
        play.do(20 + later, ("cut", "m2/1"))
        play.run(160)
        assert [(event, root) for event, _, root in play.told.said()] == told


def test_a_line_that_nobody_sees_speaks_for_its_carrier_if_what_it_leads_to_answers() -> None:
    text = yaml.safe_load(SMALL)
    text["carriers"]["mobi"] = {"name": "Mobi"}
    for n, seen in enumerate((True, True, False)):
        line = {"to": "c1", "kind": "ftth", "carrier": "mobi"} | ({"address": f"10.8.{n}.1"} if seen else {})
        text["sites"][f"m{n}"] = {
            "name": f"M{n}",
            "level": "commune",
            "devices": {f"m{n}r": {"address": f"10.7.0.{n + 1}", "role": "router"}},
            "uplinks": [line],
        }
    play = Play(made(yaml.safe_dump(text, sort_keys=False)).inventory, 1)
    play.do(20, ("cut", "m0/1", "m1/1"))
    play.run(60)
    assert {root for _, root, _ in play.open()} == {"m0", "m1"}


def test_one_line_that_still_works_speaks_for_the_carrier(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    play.do(20, ("cut", "m0/1", "m2/1"))
    play.run(80)
    assert play.open() == {
        ("outage", "m0", frozenset({"m0"})),
        ("redundancy_lost", "m2/1", frozenset({"m2"})),
    }


def test_what_stays_lost_when_the_carrier_returns_is_told_by_itself(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    play.do(20, ("cut", "m0/1", "m1/1", "m2/1"))
    play.do(80, ("restore", "m0/1", "m2/1"))
    play.run(150)
    assert play.told.said() == [
        ("opened", "outage", "mobi"),
        ("resolved", "outage", "mobi"),
        ("opened", "outage", "m1"),
    ]


def test_a_core_router_that_dies_with_all_its_lines_is_no_carrier(inventory: Inventory) -> None:
    play = Play(inventory, 1)
    play.do(20, ("fail", "c1"))
    play.run(80)
    assert {(kind, root) for kind, root, _ in play.open()} == {("outage", "c1")}


@pytest.mark.parametrize("seed", range(4))
def test_two_sites_over_a_place_that_a_port_speaks_for_are_told_in_time(seed: int) -> None:
    """The port is read late enough to count; what it clears the place of must not wait for another chance."""
    text = yaml.safe_load(SMALL)
    text["nodes"]["pop2"] = {"name": "POP 2"}
    for n in range(3):
        text["sites"][f"p{n}"] = {
            "name": f"P{n}",
            "level": "commune",
            "devices": {f"p{n}r": {"address": f"10.7.1.{n + 1}", "role": "router"}},
            "uplinks": [{"to": "c1", "kind": "ftth", "via": ["pop2"], "remote": f"Gi0/0/{n + 1}"}],
        }
    text["sites"]["p2"]["uplinks"].append({"to": "c2", "kind": "ftth"})
    play = Play(made(yaml.safe_dump(text, sort_keys=False)).inventory, seed)
    play.do(40, ("fail", "p0r", "p1r"))
    play.run(56)
    assert {(kind, root) for kind, root, _ in play.open()} <= {("outage", name) for name in ("p0", "p1", "p0r", "p1r")}
    assert len(play.open()) == 2


def test_a_place_that_explains_all_is_named_and_not_a_carrier_that_explains_a_part() -> None:
    """Two sites hang on Mobi's lines over the place, all that Mobi has at the centre, and a third one on VNPT's."""
    text = yaml.safe_load(SMALL)
    text["nodes"]["hub"] = {"name": "Hub"}
    text["carriers"]["mobi"] = {"name": "Mobi"}
    for n, carrier in enumerate(("mobi", "mobi", "vnpt")):
        text["sites"][f"h{n}"] = {
            "name": f"H{n}",
            "level": "commune",
            "devices": {f"h{n}r": {"address": f"10.7.0.{n + 1}", "role": "router"}},
            "uplinks": [{"to": "c1", "kind": "ftth", "carrier": carrier, "via": ["hub"]}],
        }
    play = Play(made(yaml.safe_dump(text, sort_keys=False)).inventory, 2)
    play.do(20, ("fail", "hub"))
    play.do(60, ("restore",))
    play.run(100)
    assert play.told.said() == [("opened", "outage", "hub"), ("resolved", "outage", "hub")]


@pytest.mark.parametrize("seed", range(4))
def test_what_was_lost_with_a_place_has_no_older_date_than_what_is_left(seed: int) -> None:
    """A dual-homed site dies while the place of one of its lines is dead; once that is mended the site is the root,
    not the line that was lost last."""
    text = yaml.safe_load(SMALL)
    text["nodes"]["pop2"] = {"name": "POP 2"}
    for n in range(3):
        text["sites"][f"p{n}"] = {
            "name": f"P{n}",
            "level": "commune",
            "devices": {f"p{n}r": {"address": f"10.7.1.{n + 1}", "role": "router"}},
            "uplinks": [{"to": "c1", "kind": "ftth", "via": ["pop2"], "remote": f"Gi0/0/{n + 1}"}],
        }
    text["sites"]["p2"]["uplinks"].append({"to": "c2", "kind": "ftth", "remote": "Gi0/0/9"})
    play = Play(made(yaml.safe_dump(text, sort_keys=False)).inventory, seed, ports_every=5.0)
    play.do(40, ("fail", "pop2", "p2r"))
    play.do(100, ("restore", "pop2"))
    play.run(160)
    assert play.open() == {("outage", "p2", frozenset({"p2"}))}
