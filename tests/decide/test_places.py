"""Is a common cause found where there is one, and left alone where there is none?"""

from collections.abc import Mapping, Sequence

import pytest
import yaml

from netmon.decide import graph, topology
from netmon.decide.faults import Seen
from netmon.model import Inventory, State, TrapSeen
from tests.province import SMALL, Play, made

Verbs = tuple[tuple[str, ...], ...]


def province(letter: str, *communes: Sequence[Mapping[str, object]], every: str = "2s") -> Inventory:
    """SMALL with Mobi and two more places, and a commune for each of these lists of lines: m0, m1 ... for `m`.

    All are asked `every` so often.
    """
    text = yaml.safe_load(SMALL)
    text["defaults"]["collect"]["icmp"]["every"] = every
    text["carriers"]["mobi"] = {"name": "Mobi"}
    text["nodes"] |= {"pop2": {"name": "POP 2"}, "hub": {"name": "Hub"}}
    for n, lines in enumerate(communes):
        text["sites"][f"{letter}{n}"] = {
            "name": f"{letter.upper()}{n}",
            "level": "commune",
            "devices": {f"{letter}{n}r": {"address": f"10.7.0.{n + 1}", "role": "router"}},
            "uplinks": [{"kind": "ftth", **line} for line in lines],
        }
    return made(yaml.safe_dump(text, sort_keys=False)).inventory


def mobi(to: str, address: str | None = None) -> Mapping[str, object]:
    return {"to": to, "carrier": "mobi"} | ({} if address is None else {"address": address})


def three(every: str) -> Inventory:
    """Two communes at the centre on Mobi alone, one on Mobi and VNPT."""
    both = [mobi("c1", "10.8.2.1"), {"to": "c2", "carrier": "vnpt", "address": "10.8.2.2"}]
    return province("m", [mobi("c1", "10.8.0.1")], [mobi("c1", "10.8.1.1")], both, every=every)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return three("2s")


@pytest.fixture(scope="module")
def seldom() -> Inventory:
    return three("30s")


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
    inventory = province("m", *([mobi(to, f"10.8.{n}.1")] for n, to in enumerate(("c1", "c2", "dr"))))
    for later, told in ((0, [("opened", "mobi")]), (100, [("opened", "mobi"), ("opened", "m2")])):
        play = Play(inventory, 1)
        play.do(20, ("cut", "m0/1", "m1/1"))
        play.do(20 + later, ("cut", "m2/1"))
        play.run(160)
        assert [(event, root) for event, _, root in play.told.said()] == told


def test_a_line_that_nobody_sees_speaks_for_its_carrier_if_what_it_leads_to_answers() -> None:
    play = Play(province("m", [mobi("c1", "10.8.0.1")], [mobi("c1", "10.8.1.1")], [mobi("c1")]), 1)
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


TWO_AND_ONE: tuple[Sequence[Mapping[str, object]], ...] = (
    [{**mobi("c1", "10.8.0.1"), "local": "Gi0", "remote": "Gi0"}],
    [mobi("c1", "10.8.1.1"), {"to": "c2", "carrier": "vnpt", "address": "10.8.1.2"}],
    [
        {**mobi("c1", "10.8.2.1"), "local": "Gi0", "remote": "Gi2"},
        {"to": "c2", "carrier": "vnpt", "address": "10.8.2.2"},
    ],
)
"""Three lines of Mobi, of which the ports of the first and the last are known."""


@pytest.mark.parametrize("seed", range(6))
def test_a_line_that_has_its_turn_later_speaks_for_the_carrier(seed: int) -> None:
    """The two with ports fall in the same moment. The third is asked every 30 s, and has answered before."""
    play = Play(province("m", *TWO_AND_ONE, every="30s"), seed)
    play.do(100, ("cut", "m0/1", "m2/1"))
    play.tell(*[TrapSeen("c1", play.clock.at, "link_down", port) for port in ("Gi0", "Gi2")])
    play.run(260)
    assert sorted(play.told.said()) == [("opened", "outage", "m0"), ("opened", "redundancy_lost", "m2/1")]


@pytest.mark.parametrize("missed", [True, False])
def test_what_nobody_has_missed_works_as_far_as_anybody_knows(missed: bool) -> None:
    inventory = province("m", *TWO_AND_ONE)
    heard = {name: 90.0 for name in (*inventory.devices, *inventory.links) if name not in ("m0r", "m0/1", "m2/1")}
    heard |= {"c1": 101.0}
    if missed:
        del heard["m1/1"]
    seen = Seen(silent={"m0r": 100.0}, broken={"m0/1": 100.0, "m2/1": 100.0}, heard=heard, port_up={})
    assert ("mobi" in topology.judge(graph.build(inventory), inventory, seen).faults) is missed


@pytest.mark.parametrize("seed", range(6))
def test_all_lines_of_a_carrier_are_asked_when_one_of_them_is_missed(seldom: Inventory, seed: int) -> None:
    """Else those that have their turn later would be told one by one, and the carrier after them."""
    play = Play(seldom, seed)
    play.do(100, ("cut", "m0/1", "m1/1", "m2/1"))
    play.run(260)
    assert play.told.said() == [("opened", "outage", "mobi")]


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
    one, two, three = ({"to": "c1", "via": ["pop2"], "remote": f"Gi0/0/{n}"} for n in (1, 2, 3))
    play = Play(province("p", [one], [two], [three, {"to": "c2"}]), seed)
    play.do(40, ("fail", "p0r", "p1r"))
    play.run(56)
    assert {(kind, root) for kind, root, _ in play.open()} <= {("outage", name) for name in ("p0", "p1", "p0r", "p1r")}
    assert len(play.open()) == 2


def test_a_place_that_explains_all_is_named_and_not_a_carrier_that_explains_a_part() -> None:
    """Two sites hang on Mobi's lines over the place, all that Mobi has at the centre, and a third one on VNPT's."""
    lines = ([{"to": "c1", "carrier": carrier, "via": ["hub"]}] for carrier in ("mobi", "mobi", "vnpt"))
    play = Play(province("h", *lines), 2)
    play.do(20, ("fail", "hub"))
    play.do(60, ("restore",))
    play.run(100)
    assert play.told.said() == [("opened", "outage", "hub"), ("resolved", "outage", "hub")]


@pytest.mark.parametrize("seed", range(4))
def test_what_was_lost_with_a_place_has_no_older_date_than_what_is_left(seed: int) -> None:
    """A dual-homed site dies while the place of one of its lines is dead; once that is mended the site is the root,
    not the line that was lost last."""
    one, two, three = ({"to": "c1", "via": ["pop2"], "remote": f"Gi0/0/{n}"} for n in (1, 2, 3))
    play = Play(province("p", [one], [two], [three, {"to": "c2", "remote": "Gi0/0/9"}]), seed, ports_every=5.0)
    play.do(40, ("fail", "pop2", "p2r"))
    play.do(100, ("restore", "pop2"))
    play.run(160)
    assert play.open() == {("outage", "p2", frozenset({"p2"}))}
