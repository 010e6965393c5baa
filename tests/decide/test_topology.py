"""Does the verdict name the one thing that failed?

Each test breaks the model of a network, lets the verdict run against it, and looks at what was told.
"""

import pytest

from netmon.decide import graph
from netmon.decide.faults import Judgement, Seen
from netmon.decide.topology import judge
from netmon.model import Inventory, State
from tests.province import SMALL, Play, made

BROKEN, MENDED = 20.0, 60.0


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def outage(root: str, *affected: str) -> tuple[str, str, frozenset[str]]:
    return ("outage", root, frozenset(affected))


def spare(line: str) -> tuple[str, str, frozenset[str]]:
    return ("redundancy_lost", line, frozenset({line.partition("/")[0]}))


FAULTS = {
    "a site on its only line": ((("cut", "g/1"),), {outage("g", "g")}),
    "a site without power": ((("fail", "g"),), {outage("g", "g")}),
    "both lines of a district at once": ((("cut", "d/1", "d/2"),), {outage("d", "d", "b1", "b2")}),
    "a district without power": ((("fail", "d"),), {outage("d", "d", "b1", "b2")}),
    "one line of two": ((("cut", "d/1"),), {spare("d/1")}),
    "the backup line of two": ((("cut", "d/2"),), {spare("d/2")}),
    "a core router that takes a site with it": ((("fail", "c1"),), {outage("c1", "g", "top")}),
    "a core router that takes none with it": ((("fail", "c2"),), {outage("c2")}),
    "the gateway of the 4G lines": ((("fail", "lte"),), {outage("lte")}),
    "the fibre of a commune with 4G": ((("cut", "a/1"),), {spare("a/1")}),
    "a line of a ring": ((("cut", "e/1"),), {spare("e/1")}),
    "the chord of a ring": ((("cut", "e/2"),), {spare("e/2")}),
    "the other line of a ring": ((("cut", "f/1"),), {spare("f/1")}),
    "a router in a ring": ((("fail", "f"),), {outage("f", "f")}),
    "a carrier's place": ((("fail", "pop"),), {outage("pop", "b1", "b2")}),
    "one of two sites at a place": ((("cut", "b1/1"),), {outage("b1", "b1")}),
    "a camera": ((("fail", "acam"),), {outage("acam")}),
    "the trunk": ((("cut", "core/1"),), {outage("top", "top")}),
    "two sites apart": ((("cut", "g/1"), ("fail", "f")), {outage("g", "g"), outage("f", "f")}),
    "a district and a line of another": ((("fail", "d"), ("cut", "e/1")), {outage("d", "d", "b1", "b2"), spare("e/1")}),
    "a district, and the 4G of its commune": (
        (("fail", "d"), ("cut", "a/2")),
        {outage("d", "d", "b1", "b2"), outage("a", "a")},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_one_incident_and_resolves(small: Inventory, name: str) -> None:
    verbs, expected = FAULTS[name]
    play = Play(small, 7)
    play.do(BROKEN, *verbs)
    play.run(MENDED)
    assert play.open() == expected
    play.do(MENDED, ("restore",))
    play.run(MENDED + 25)
    assert play.open() == frozenset()
    assert play.all() == expected, "nothing else was told on the way back"
    assert len(play.told.last()) == len(expected)
    events = [event for event, *_ in play.told.said()]
    assert events.count("opened") == events.count("resolved") == len(play.all())
    assert "updated" not in events


@pytest.mark.parametrize(("name", "severity"), [("acam", "warning"), ("lte", "critical"), ("g", "critical")])
def test_a_leaf_device_is_a_warning(small: Inventory, name: str, severity: str) -> None:
    play = Play(small, 3)
    play.do(BROKEN, ("fail", name))
    play.run(MENDED)
    assert [one.severity for one in play.told.last().values() if one.root == name] == [severity]


def test_both_lines_of_a_district_are_in_its_outage(small: Inventory) -> None:
    play = Play(small, 2)
    play.do(BROKEN, ("cut", "d/1", "d/2"))
    play.run(MENDED)
    [incident] = play.told.last().values()
    assert (incident.root, incident.seat, set(incident.links)) == ("d", "d", {"d/1", "d/2"})
    assert BROKEN - 0.1 <= incident.opened_at - play.clock.at + play.now <= BROKEN + 2.1, "since the first missed probe"
    assert play.standing("dr") == (State.DOWN, "d")
    assert play.standing("b1") == play.standing("b1r") == (State.UNREACHABLE, "d")
    assert play.standing("d/1") == (State.UNREACHABLE, "d")
    assert play.standing("a") == (State.DEGRADED, None)


def test_a_second_line_lost_later_is_the_root(small: Inventory) -> None:
    play = Play(small, 5)
    play.do(BROKEN, ("cut", "d/1"))
    play.do(60, ("cut", "d/2"))
    play.run(100)
    assert play.open() == {spare("d/1"), outage("d/2", "d", "b1", "b2")}
    play.do(100, ("restore", "d/2"))
    play.run(130)
    assert play.open() == {spare("d/1")}, "it stayed open, and silent"
    play.do(130, ("restore",))
    play.run(160)
    assert play.told.said() == [
        ("opened", "redundancy_lost", "d/1"),
        ("opened", "outage", "d/2"),
        ("resolved", "outage", "d/2"),
        ("resolved", "redundancy_lost", "d/1"),
    ]


def test_the_4g_of_a_commune_does_not_carry_its_district(small: Inventory) -> None:
    play = Play(small, 5)
    play.do(BROKEN, ("cut", "d/1", "d/2"))
    play.run(MENDED)
    assert play.standing("d") == (State.DOWN, None), "a answers over its 4G; that says nothing of d"
    reach = graph.build(small).walk((), {"d/1", "d/2"}).reached
    assert "ar" in reach
    assert "dr" not in reach


def test_a_transit_site_carries_its_neighbours_outward() -> None:
    text = SMALL.replace("  a:\n    name: A\n", "  a:\n    name: A\n    transit: true\n")
    inventory = made(text).inventory
    play = Play(inventory, 5)
    play.do(BROKEN, ("cut", "d/1", "d/2"))
    play.run(MENDED)
    assert play.open() == {spare("d/1"), spare("d/2")}
    assert play.standing("d") == (State.DEGRADED, None)


def test_two_sites_lost_while_a_third_at_their_place_answers() -> None:
    router = "devices: {b3r: {address: 10.0.8.1, role: router}}"
    third = f"  b3: {{name: B3, level: commune, {router}, uplinks: [{{to: dr, via: [pop]}}]}}\n"
    play = Play(made(SMALL + third).inventory, 4)
    play.do(BROKEN, ("cut", "b1/1", "b2/1"))
    play.run(MENDED)
    assert play.open() == {outage("b1", "b1"), outage("b2", "b2")}


def test_a_place_is_inferred_and_says_so(small: Inventory) -> None:
    play = Play(small, 4)
    play.do(BROKEN, ("fail", "pop"))
    play.run(MENDED)
    [incident] = play.told.last().values()
    assert "inferred" in [clue.text for clue in incident.evidence]
    assert set(incident.links) == {"b1/1", "b2/1"}
    assert play.standing("b1") == (State.UNREACHABLE, "pop")


PORTS = SMALL.replace(
    "uplinks: [{to: c1, kind: ftth, carrier: vnpt}]",
    "uplinks: [{to: c1, kind: ftth, carrier: vnpt, local: Gi0, remote: Gi7}]",
)


@pytest.mark.parametrize(("verb", "root"), [(("fail", "gr"), "g"), (("cut", "g/1"), "g")])
def test_a_port_that_fell_names_the_site(verb: tuple[str, ...], root: str) -> None:
    play = Play(made(PORTS).inventory, 9, ports_every=5.0)
    play.do(BROKEN, verb)
    play.run(MENDED)
    assert play.open() == {outage(root, "g")}
    [incident] = play.told.last().values()
    assert "port_down" in [clue.text for clue in incident.evidence]


@pytest.mark.parametrize("verbs", [(("cut", "e/1", "f/1"),), (("fail", "er", "fr"),)])
def test_a_ring_cut_off_at_both_ends_at_once_is_two_outages(verbs: tuple[tuple[str, ...], ...]) -> None:
    text = SMALL
    for n, address in enumerate(("10.9.2.1", "10.9.3.1")):
        text = text.replace(f"address: {address}}}", f"address: {address}, local: Gi0, remote: Gi{n + 7}}}")
    for seed in range(4):
        play = Play(made(text).inventory, seed)
        play.do(BROKEN, *verbs)
        play.run(MENDED)
        assert play.open() == {outage("e", "e"), outage("f", "f")}


def test_a_port_of_a_router_that_was_gone_itself_does_not_accuse_the_gateway_behind_it() -> None:
    ports = "ftth, carrier: vnpt, address: 10.9.4.1, local: Gi0, remote: Gi7}"
    inventory = made(SMALL.replace("ftth, carrier: vnpt, address: 10.9.4.1}", ports)).inventory
    for seed in range(6):
        play = Play(inventory, seed)
        play.do(BROKEN, ("fail", "ar", "dr"))
        play.do(MENDED, ("restore",))
        play.run(MENDED + 20)
        assert "updated" not in [event for event, *_ in play.told.said()]


def see(inventory: Inventory, silent: dict[str, float], **more: dict[str, float]) -> Judgement:
    """The judgement of these silences; everything else answered at 100."""
    heard = {name: 100.0 for name in inventory.devices if name not in silent} | more.get("heard", {})
    ports = {link: (at, 0.0) for link, at in more.get("ports", {}).items()}
    seen = Seen(silent=silent, broken=more.get("broken", {}), heard=heard, port_up=ports)
    return judge(graph.build(inventory), inventory, seen)


def roots(judgement: Judgement) -> set[str]:
    return {fault.root for fault in judgement.faults.values()}


def test_far_port_up_and_silence_is_the_gateway(small: Inventory) -> None:
    assert roots(see(small, {"gr": 50.0}, ports={"g/1": 60.0})) == {"gr"}
    assert roots(see(small, {"gr": 50.0}, ports={"g/1": 40.0})) == {"g"}, "up before the silence proves nothing"


def test_a_witness_exonerates_what_stands_on_its_only_way(small: Inventory) -> None:
    judgement = see(small, {"dr": 50.0}, heard={"b1r": 60.0, "b2r": 40.0})
    assert judgement.exonerated == {"dr"}
    assert not judgement.faults
    older = see(small, {"dr": 50.0, "b2r": 50.0}, heard={"b1r": 40.0, "b1cam": 40.0, "dcam": 40.0})
    assert roots(older) == {"d"}, "an answer from before the silence is no witness"


def test_a_witness_with_another_way_exonerates_nobody(small: Inventory) -> None:
    judgement = see(small, {"dr": 50.0, "dcam": 50.0, "b1r": 50.0, "b1cam": 50.0, "b2r": 50.0}, heard={"ar": 60.0})
    assert roots(judgement) == {"d"}


def test_what_is_silent_behind_one_wall_is_behind_it(small: Inventory) -> None:
    judgement = see(small, {"b1r": 50.0, "b1cam": 50.0, "dr": 50.2, "dcam": 50.0, "b2r": 51.0})
    assert set(judgement.behind.values()) == {"d"}
    assert judgement.faults["d"].members == {"dr", "dcam", "b1r", "b1cam", "b2r"}


@pytest.mark.parametrize("first", ["d/1", "d/2"])
def test_lines_lost_within_one_wait_are_one_fault(small: Inventory, first: str) -> None:
    gone = {"dr": 52.0, "dcam": 52.0, "b1r": 52.0, "b1cam": 52.0, "b2r": 52.0}
    assert roots(see(small, gone, broken={first: 50.0})) == {"d"}
    other = {"d/1": "d/2", "d/2": "d/1"}[first]
    assert roots(see(small, gone, broken={first: 40.0})) == {other}
