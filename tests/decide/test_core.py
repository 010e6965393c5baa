"""Does the verdict say the same whatever the order of the evidence, and what a brute-force oracle says?"""

import random
from collections.abc import Iterable, Iterator
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmon.decide import core
from netmon.model import Event, Inventory, Observation, Restored, State
from netmon.sim.network import Network
from tests.province import SMALL, T0, Hand, Outcome, Play, apply, generated, made

Verbs = tuple[tuple[str, ...], ...]


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


@pytest.fixture(scope="module")
def forty() -> Inventory:
    return made(generated(6, 6)).inventory


# --- the oracle: reachability in the model, and every way to explain it by one or two things ---


class Oracle:
    """What the model says must be told after a fault, found by trying everything."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._devices = [device for device in inventory.devices if device != inventory.vantage]
        self._memo: dict[Verbs, frozenset[str]] = {}

    def lost(self, verbs: Verbs) -> frozenset[str]:
        """Devices that the vantage cannot reach any more."""
        if verbs not in self._memo:
            network = self._broken(verbs)
            self._memo[verbs] = frozenset(name for name in self._devices if network.reach(name) is None)
        return self._memo[verbs]

    def _broken(self, verbs: Verbs) -> Network:
        network = Network(self._inventory, clock=Hand())
        apply(network, *verbs)
        return network

    def sites(self, lost: frozenset[str]) -> frozenset[str]:
        """Sites of which nothing can be reached."""
        return frozenset(site.id for site in self._inventory.sites.values() if lost.issuperset(site.devices))

    def spares(self, verbs: Verbs) -> frozenset[str]:
        """Lines with an address that carry nothing though both ends can be reached."""
        network = self._broken(verbs)
        return frozenset(
            link.id
            for link in self._inventory.links.values()
            if not network.line_up(link.id)
            and link.address is not None
            and network.reach(link.source) is not None
            and network.reach(link.target) is not None
        )

    def fewest(self, lost: frozenset[str]) -> int:
        """The smallest number of sites, devices and places whose failure explains exactly these losses."""
        if not lost:
            return 0
        near = self._candidates(lost)
        for size in (1, 2, 3):
            if any(self.lost(tuple(("fail", one) for one in some)) == lost for some in combinations(near, size)):
                return size
        raise AssertionError("two faults cannot need more than three")

    def _candidates(self, lost: frozenset[str]) -> list[str]:
        names = [*self._inventory.sites, *self._devices, *self._inventory.nodes]
        return [name for name in names if self._whole(name) and self.lost((("fail", name),)) <= lost]

    def _whole(self, name: str) -> bool:
        site = self._inventory.sites.get(name)
        return site is None or self._inventory.vantage not in site.devices

    def check(self, verbs: Verbs, told: Outcome, exact: bool) -> None:
        """Assert that this is what had to be told about these faults."""
        lost = self.lost(verbs)
        outages = [(root, affected) for kind, root, affected in told if kind == "outage"]
        assert frozenset().union(*(affected for _, affected in outages)) == self.sites(lost)
        assert sum(len(affected) for _, affected in outages) == len(self.sites(lost)), "each site in one outage"
        assert {root for kind, root, _ in told if kind == "redundancy_lost"} == self.spares(verbs)
        for root, affected in outages:
            blame: Verbs = ((("cut",) if root in self._inventory.links else ("fail",)) + (root,),)
            assert self.sites(self.lost(blame)) <= affected or not exact, f"{root} alone takes more with it"
        if exact:
            assert len(outages) == self.fewest(lost)
            assert self.lost(tuple(("fail", root) for root, _ in outages)) == lost
        assert {kind for kind, *_ in told} <= {"outage", "redundancy_lost"}


def single_faults(inventory: Inventory) -> Iterator[tuple[str, ...]]:
    """Every line cut, every device and place without power."""
    yield from (("cut", link) for link in inventory.links)
    yield from (("fail", device) for device in inventory.devices if device not in (inventory.vantage, "c1", "c2"))
    yield from (("fail", node) for node in inventory.nodes)
    yield from (("fail", core) for core in ("c1", "c2"))


def strike(play: Play, oracle: Oracle, verbs: Verbs, exact: bool = True) -> None:
    """Break, look, mend, look: nothing more may be told on the way back, and nothing may stay."""
    begin, before = play.now, len(play.told.events)
    play.do(begin, *verbs)
    play.run(begin + 16)
    try:
        oracle.check(verbs, play.open(), exact)
        opened = len(play.told.events) - before
        play.do(begin + 16, ("restore",))
        play.run(begin + 36)
        assert play.open() == frozenset(), "all is well again"
        events = [event.event for event in play.told.events[before:]]
        assert events == ["opened"] * opened + ["resolved"] * opened, "no updates, and nothing new on the way back"
    except AssertionError as error:
        raise AssertionError(f"{verbs}: {error}; told: {play.told.said()[before:]}") from error


def test_every_single_fault_of_forty_sites(forty: Inventory) -> None:
    play, oracle = Play(forty, 3), Oracle(forty)
    play.run(10)
    for verb in single_faults(forty):
        strike(play, oracle, (verb,))


def doubles(inventory: Inventory, some: int, seed: int) -> Iterable[Verbs]:
    """Pairs of faults that do not blind netmon itself, drawn by chance."""
    chance, faults = random.Random(seed), list(single_faults(inventory))
    for _ in range(some):
        pair = chance.sample(faults, 2)
        if {each[1] for each in pair} != {"c1", "c2"}:
            yield tuple(pair)


def test_random_double_faults_of_forty_sites(forty: Inventory) -> None:
    oracle = Oracle(forty)
    for seed, verbs in enumerate(doubles(forty, 25, 1)):
        play = Play(forty, seed)
        play.run(10)
        strike(play, oracle, verbs)


# --- the order of the evidence -----------------------------------------------------------------

SCENES: dict[str, Verbs] = {
    "a district": (("cut", "d/1", "d/2"),),
    "a place of the carrier": (("fail", "pop"),),
    "a core router": (("fail", "c1"),),
    "a ring": (("fail", "f"),),
    "two at once": (("cut", "d/1", "d/2"), ("cut", "g/1")),
}


@settings(max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), at=st.floats(15.0, 17.0), name=st.sampled_from(sorted(SCENES)))
def test_the_order_of_the_evidence_does_not_matter(small: Inventory, seed: int, at: float, name: str) -> None:
    verbs, oracle = SCENES[name], Oracle(small)
    play = Play(small, seed)
    play.do(at, *verbs)
    play.run(at + 20)
    oracle.check(verbs, play.open(), exact=True)
    opened = len(play.told.events)
    play.do(at + 20, ("restore",))
    play.run(at + 40)
    assert [event for event, *_ in play.told.said()] == ["opened"] * opened + ["resolved"] * opened


@settings(max_examples=20, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_the_same_evidence_handed_over_in_other_portions_tells_the_same(small: Inventory, seed: int) -> None:
    def told(portion: float) -> tuple[Outcome, list[tuple[Event, str, str]]]:
        play = Play(small, seed, portion=portion)
        play.do(20.0, ("cut", "d/1", "d/2"))
        play.do(45.0, ("restore",))
        play.run(70.0)
        return play.all(), play.told.said()

    assert told(0.0) == told(0.04) == told(0.3)


# --- who is first class, who is no witness ------------------------------------------------------

ODD = """
vantage: noc
levels: [province, commune]
anchors: [c1]
credentials: {default: {snmp: {version: 2c, community: "file:community"}}}
defaults: {collect: {icmp: {every: 2s, timeout: 1s}}}
sites:
  core:
    name: Core
    level: province
    devices: {c1: {address: 10.0.0.1, role: router}, noc: {address: 10.0.0.10, role: server, behind: c1}}
  s:
    name: S
    level: commune
    devices: {sr: {address: 10.0.1.1, role: router, collect: {icmp: false, snmp: {every: 2s, timeout: 1s}}}}
    uplinks: [{to: c1}]
  p: {name: P, level: commune, devices: {pr: {address: 10.0.2.1, role: router}}, uplinks: [{to: c1}]}
  b:
    name: B
    level: commune
    devices: {br: {address: 10.0.3.1, role: router, collect: {snmp: {every: 4s, timeout: 1s}}}}
    uplinks: [{to: c1}]
"""
"""Three communes: one asked by SNMP alone, one by ping alone, one by both."""


@pytest.fixture(scope="module")
def odd() -> Inventory:
    return made(ODD).inventory


@pytest.mark.parametrize("site", ["s", "p", "b"])
def test_snmp_alone_ping_alone_and_both_are_first_class(odd: Inventory, site: str) -> None:
    play = Play(odd, 1)
    play.do(20, ("fail", site))
    play.run(45)
    assert play.open() == {("outage", site, frozenset({site}))}
    assert play.told.at("opened", site)[0] <= 35
    play.do(45, ("restore",))
    play.run(60)
    assert play.open() == frozenset()


@pytest.mark.parametrize("dumb", ["snmp", "icmp"])
def test_one_dumb_collector_while_the_other_answers_is_no_outage(odd: Inventory, dumb: str) -> None:
    play = Play(odd, 1)
    play.run(20)
    play.dumb.add(("br", dumb))
    play.run(120)
    assert play.told.said() == []
    assert play.standing("br")[0] is State.UP
    play.do(120, ("fail", "b"))
    play.run(150)
    assert play.open() == {("outage", "b", frozenset({"b"}))}, "a dumb agent does not make netmon deaf to an outage"


def test_an_agent_that_was_dumb_when_the_power_came_back_does_not_hold_the_outage_open(odd: Inventory) -> None:
    play = Play(odd, 1)
    play.do(20, ("fail", "b"))
    play.run(45)
    play.dumb.add(("br", "snmp"))
    play.do(45, ("restore",))
    play.run(65)
    assert play.open() == frozenset()
    assert play.standing("br")[0] is State.UP


def test_bad_answers_never_count_towards_down(odd: Inventory) -> None:
    play = Play(odd, 1)
    play.run(20)
    play.odd |= {("sr", "snmp"), ("br", "snmp")}
    play.run(200)
    assert play.told.said() == []
    assert play.standing("s")[0] is State.UP
    play.do(200, ("fail", "b"))
    play.run(230)
    assert play.open() == {("outage", "b", frozenset({"b"}))}, "the ping alone decides"


# --- blindness ------------------------------------------------------------------------------------


def test_blindness_is_one_incident_and_no_site_is_accused(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("isolate",))
    play.run(60)
    assert play.told.said() == [("opened", "blind", "noc")]
    assert play.open() == {("blind", "noc", frozenset())}
    assert {play.standing(name)[0] for name in (*small.sites, *small.devices, *small.links)} == {State.UNKNOWN}
    assert 29.9 <= play.told.at("opened", "noc")[0] <= 36
    play.do(60, ("restore",))
    play.run(100)
    assert play.told.said() == [("opened", "blind", "noc"), ("resolved", "blind", "noc")]
    assert {play.standing(name)[0] for name in (*small.sites, *small.devices, *small.links)} <= {
        State.UP,
        State.UNKNOWN,
    }


def test_unknown_counts_from_the_last_answer(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("isolate",))
    play.run(60)
    since = {name: play.core.known.standings[name].since - T0 for name in ("dr", "g", "c1")}
    assert all(17.9 <= at <= 20.1 for at in since.values()), since


def test_open_incidents_freeze_while_blind_and_what_stayed_broken_is_not_told_again(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("cut", "d/1", "d/2"))
    play.run(40)
    play.do(40, ("isolate",))
    play.do(80, ("restore", "vantage"))
    play.run(120)
    assert play.told.said() == [
        ("opened", "outage", "d"),
        ("opened", "blind", "noc"),
        ("resolved", "blind", "noc"),
    ]
    assert play.open() == {("outage", "d", frozenset({"d", "b1", "b2"}))}
    play.do(120, ("restore",))
    play.run(140)
    assert play.told.said()[3:] == [("resolved", "outage", "d")]


def test_what_broke_while_blind_is_told_once_netmon_sees_again(small: Inventory) -> None:
    play = Play(small, 1)
    play.do(20, ("isolate",))
    play.do(40, ("cut", "d/1", "d/2"))
    play.do(60, ("restore", "vantage"))
    play.run(90)
    assert play.told.said() == [("opened", "blind", "noc"), ("resolved", "blind", "noc"), ("opened", "outage", "d")]
    assert 60 + 2.5 <= play.told.at("opened", "d")[0] <= 60 + 10 + 6


# --- the way back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_child_that_stayed_broken_is_told_within_one_confirm_of_its_parents_return(
    small: Inventory, seed: int
) -> None:
    play = Play(small, seed)
    play.do(20, ("fail", "d", "b1"))
    play.run(60)
    assert play.open() == {("outage", "d", frozenset({"d", "b1", "b2"}))}
    play.do(60, ("restore", "d"))
    play.run(90)
    assert play.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d"), ("opened", "outage", "b1")]
    assert 60 < play.told.at("opened", "b1")[0] <= 60 + 10 + 6
    [resolved] = [event for event in play.told.events if event.event == "resolved"]
    assert resolved.incident.still_down == ("b1",)


def test_a_child_that_was_suspect_before_its_parent_is_not_taken_for_flapping(small: Inventory) -> None:
    play = Play(small, 5)
    play.do(20, ("cut", "b1/1"))
    play.do(25, ("fail", "pop"))
    play.do(45, ("restore", "pop"))
    play.do(70, ("restore",))
    play.run(90)
    assert play.open() == frozenset()
    assert "updated" not in [event for event, *_ in play.told.said()]


@pytest.mark.parametrize("seed", range(4))
def test_a_child_told_before_its_parent_failed_stays_open_and_silent(small: Inventory, seed: int) -> None:
    play = Play(small, seed)
    play.do(20, ("cut", "b1/1"))
    play.do(45, ("fail", "d"))
    play.run(75)
    assert play.told.said() == [("opened", "outage", "b1"), ("opened", "outage", "d")]
    assert ("outage", "b1", frozenset({"b1"})) in play.open()
    play.do(75, ("restore", "d"))
    play.run(110)
    assert play.told.said()[2:] == [("resolved", "outage", "d")], "the child is still down, and was told"
    play.do(110, ("restore",))
    play.run(130)
    assert play.told.said()[3:] == [("resolved", "outage", "b1")]


def test_a_child_told_before_its_parent_resolves_with_its_own_recovery_behind_it(small: Inventory) -> None:
    play = Play(small, 2)
    play.do(20, ("cut", "b1/1"))
    play.do(45, ("fail", "d"))
    play.do(75, ("restore",))
    play.run(110)
    assert sorted(play.told.said()[2:]) == [("resolved", "outage", "b1"), ("resolved", "outage", "d")]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("verb", [("cut", "d/1"), ("cut", "e/1"), ("cut", "a/1"), ("fail", "c2")])
def test_a_route_that_converges_in_eight_seconds_wakes_nobody(
    small: Inventory, seed: int, verb: tuple[str, ...]
) -> None:
    play = Play(small, seed, settle=8.0)
    play.run(20)
    play.do(20, verb)
    play.run(60)
    told = play.told.said()
    assert [(kind, root) for _, kind, root in told] in ([("redundancy_lost", verb[1])], [("outage", "c2")])


@pytest.mark.parametrize("seed", range(4))
def test_an_interruption_of_eight_seconds_wakes_nobody(small: Inventory, seed: int) -> None:
    play = Play(small, seed)
    play.do(20, ("cut", "d/1", "d/2", "g/1"))
    play.do(27.5, ("restore",))
    play.run(60)
    assert play.told.said() == []


def test_an_outage_that_ends_on_one_line_resolves_and_the_other_line_is_told(small: Inventory) -> None:
    play = Play(small, 2)
    play.do(20, ("cut", "d/1", "d/2"))
    play.do(60, ("restore", "d/2"))
    play.run(90)
    assert play.told.said() == [
        ("opened", "outage", "d"),
        ("resolved", "outage", "d"),
        ("opened", "redundancy_lost", "d/1"),
    ]


# --- services and the unseen ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_service_is_silent_while_its_device_is_gone(small: Inventory, seed: int) -> None:
    play = Play(small, seed)
    play.do(20, ("fail", "d"))
    play.run(60)
    assert play.standing("dweb") == (State.UNREACHABLE, "d")
    play.dumb.add(("dweb", "tcp"))
    play.do(60, ("restore",))
    play.run(90)
    assert play.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d"), ("opened", "service", "dweb")]
    assert 70 <= play.told.at("opened", "dweb")[0] <= 76, "a full confirm after its device came back"
    play.dumb.clear()
    play.run(110)
    assert play.told.said()[3:] == [("resolved", "service", "dweb")]


@pytest.mark.parametrize("seed", range(4))
def test_a_service_on_a_device_that_stayed_gone_is_not_told_beside_it(seed: int) -> None:
    web = "    services: {bweb: {name: Web, collect: {tcp: {port: 443, every: 2s}}}}\n  b2:\n"
    play = Play(made(SMALL.replace("  b2:\n", web)).inventory, seed)
    play.do(20, ("fail", "d", "b1"))
    play.do(60, ("restore", "d"))
    play.run(90)
    assert play.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d"), ("opened", "outage", "b1")]


def test_a_dead_service_on_a_living_device_is_a_warning(small: Inventory) -> None:
    play = Play(small, 1)
    play.run(20)
    play.dumb.add(("dweb", "tcp"))
    play.run(50)
    [incident] = play.told.last().values()
    assert (incident.kind, incident.root, incident.severity, incident.affected) == (
        "service",
        "dweb",
        "warning",
        ("d",),
    )


def test_what_was_never_seen_is_summed_up_once(small: Inventory) -> None:
    play = Play(small, 1)
    apply(play.network, ("fail", "g", "acam"))
    play.run(300)
    assert play.told.said() == [("opened", "unseen", "noc")]
    [incident] = play.told.last().values()
    assert (incident.severity, incident.affected) == ("warning", ("a", "g"))
    assert play.told.at("opened", "noc") == [pytest.approx(90.0, abs=2.0)]
    assert play.standing("g")[0] is State.UNKNOWN
    play.do(300, ("restore",))
    play.run(330)
    assert play.told.said()[1:] == [("resolved", "unseen", "noc")]
    play.do(340, ("fail", "g"))
    play.run(370)
    assert play.told.said()[2:] == [("opened", "outage", "g")]


# --- flapping -----------------------------------------------------------------------------------------


def test_a_flapping_site_is_one_incident_and_its_final_state_is_told(small: Inventory) -> None:
    play = Play(small, 1)
    for n in range(12):
        play.do(20 + 30 * n, ("cut", "g/1"))
        play.do(35 + 30 * n, ("restore",))
    play.run(380)
    told = play.told.said()
    assert len([event for event, *_ in told if event == "opened"]) <= 3
    assert len([event for event, *_ in told if event == "updated"]) <= 1
    assert play.told.last()[max(play.told.last())].flapping
    assert play.told.last()[max(play.told.last())].state == "open", "not two quiet minutes yet"
    play.run(600)
    assert play.open() == frozenset()
    assert play.told.said()[-1] == ("resolved", "outage", "g")


# --- how fast -----------------------------------------------------------------------------------------


def test_a_clean_cut_is_called_within_six_seconds_and_told_within_fifteen(small: Inventory) -> None:
    called, told = [], []
    for seed in range(20):
        play = Play(small, seed)
        play.do(20, ("cut", "d/1", "d/2"))
        play.run(45)
        bodies = [(e.at, e.body) for e in play.told.entries]
        called.append(min(at for at, body in bodies if getattr(body, "id", "") == "d" and at > T0 + 20) - T0 - 20)
        told.append(play.told.at("opened", "d")[0] - 20)
    assert sorted(called)[18] <= 6.0
    assert sorted(told)[18] <= 15.0


def test_the_same_evidence_at_the_same_times_gives_the_same_entries(small: Inventory) -> None:
    def entries() -> list[str]:
        play = Play(small, 9)
        play.do(20, ("cut", "d/1", "d/2"), ("loss", "g/1", "0.3"))
        play.do(60, ("restore",))
        play.run(90)
        return [repr(entry) for entry in play.told.entries]

    assert entries() == entries()


def test_an_observation_of_something_unknown_changes_nothing(small: Inventory) -> None:
    state = core.start(small, Restored(), T0)
    assert not core.step(state, [Observation("nobody", T0, "icmp", False)], T0).entries
