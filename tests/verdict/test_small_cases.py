"""Does the verdict agree with the oracle on any small network, and the oracle with itself?"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from netmon.model import Inventory
from netmon.sim.network import Network
from tests.decide.test_topology import FAULTS
from tests.province import SMALL, Hand, made
from tests.verdict.graphs import CODE, Drawing, Place, direct, loaded, small, text
from tests.verdict.oracle import Fault, Oracle, Verdict, fits
from tests.verdict.play import Stage, expected, faults_of, judge

SHARDS, A_SHARD = 20, 5000
FOUND = Path(__file__).with_name("found.json")
COMMON = settings(database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink])


@dataclass(frozen=True, slots=True)
class Example:
    """A small province and what breaks in it, as the numbers that both are made of."""

    codes: tuple[int, ...]
    breaks: tuple[int, ...]

    def drawing(self) -> Drawing:
        return small(self.codes)

    def faults(self, inventory: Inventory) -> frozenset[Fault]:
        """Up to two things, any of them now and then a device that hangs instead of dying."""
        choice = faults_of(inventory)
        choice += [Fault("hang", fault.id) for fault in choice if fault.id in inventory.devices]
        chosen = {choice[number % len(choice)].id: choice[number % len(choice)] for number in self.breaks}
        return frozenset(chosen.values())


CODES = st.lists(st.integers(0, CODE - 1), min_size=2, max_size=7).map(tuple)
BREAKS = st.lists(st.integers(0, 199), min_size=1, max_size=2).map(tuple)
EXAMPLES = st.builds(Example, CODES, BREAKS)


def examine(example: Example) -> None:
    """Play the example on a fresh core; an error shows the whole inventory."""
    drawing = example.drawing()
    inventory = direct(drawing)
    faults = example.faults(inventory)
    if errors := judge(Stage(inventory, sum(example.breaks)), Oracle(inventory), faults):
        raise AssertionError("\n".join((*errors, text(drawing))))


@given(example=EXAMPLES)
@settings(COMMON, max_examples=300, derandomize=True)
def test_any_small_network_with_up_to_two_faults(example: Example) -> None:
    examine(example)


@pytest.mark.parametrize("part", range(4))
def test_networks_that_were_judged_wrongly_once(part: int) -> None:
    """Those that the runs of a hundred thousand have found so far: carriers and places that take too much or too
    little, sites with two routers, faults that hide each other, and every order of return."""
    found = json.loads(FOUND.read_text(encoding="utf-8"))
    assert len(found) > 100
    for each in found[part::4]:
        examine(Example(tuple(each["codes"]), tuple(each["breaks"])))


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_hundred_thousand_small_networks(shard: int) -> None:
    run = settings(COMMON, max_examples=A_SHARD)(seed(shard)(given(example=EXAMPLES)(examine)))
    run()


# --- the oracle itself -------------------------------------------------------------------------


def drawn(some: int, seed: int, plain: bool = False) -> Iterator[Drawing]:
    """Small networks by chance; plain ones have no nodes and no carriers."""
    chance = random.Random(f"drawn/{seed}")
    for _ in range(some):
        drawing = small([chance.randrange(CODE) for _ in range(chance.randint(3, 6))])
        yield replace(drawing, places=tuple(map(_plain, drawing.places))) if plain else drawing


def _plain(place: Place) -> Place:
    return replace(place, lines=tuple(replace(line, via=(), carrier=None) for line in place.lines))


@pytest.fixture(scope="module")
def small_one() -> Inventory:
    return made(SMALL).inventory


@pytest.mark.parametrize("name", FAULTS)
def test_the_oracle_says_what_was_written_by_hand(small_one: Inventory, name: str) -> None:
    inventory = small_one
    verbs, told = FAULTS[name]
    faults = set()
    for verb, *ids in verbs:
        for each in ids:
            site = inventory.sites.get(each)
            faults |= {Fault("cut" if verb == "cut" else "fail", one) for one in (site.devices if site else (each,))}
    verdicts = Oracle(inventory).expects(faults)
    assert any(fits(frozenset(told), verdict) for verdict in verdicts), [*map(expected, verdicts)]


def visible(inventory: Inventory, faults: frozenset[Fault]) -> frozenset[object]:
    """Everything that anyone could observe: which addresses answer, and the named ports of what answers."""
    network = Network(inventory, clock=Hand())
    for verb, name in faults:
        network.cut(name) if verb == "cut" else network.fail(name)
    addresses = {each.id: each.address for each in inventory.devices.values()}
    addresses |= {each.id: each.address for each in inventory.links.values()}
    seen: set[object] = {name for name, address in addresses.items() if address and network.answers(address).reachable}
    for link in inventory.links.values():
        for here, port in ((link.source, link.local), (link.target, link.remote)):
            if port and network.reach(here):
                seen.add((here, port, network.port_up(here, port)))
    return frozenset(seen)


def test_what_looks_the_same_is_told_the_same() -> None:
    twins = 0
    for drawing in drawn(5, 1):
        inventory = direct(drawing)
        oracle, told = Oracle(inventory), dict[frozenset[object], tuple[Verdict, ...]]()
        for pair in combinations(faults_of(inventory), 2):
            for faults in (frozenset(pair), frozenset(pair[:1])):
                verdicts = oracle.expects(faults)
                twins += (seen := visible(inventory, faults)) in told
                assert told.setdefault(seen, verdicts) == verdicts, (sorted(faults), text(drawing))
    assert twins > 200


def test_nothing_smaller_explains_what_is_seen() -> None:
    explained: set[int] = set()
    for drawing in drawn(6, 2, plain=True):
        inventory = direct(drawing)
        oracle, faults = Oracle(inventory), faults_of(inventory)
        for pair in combinations(faults, 2):
            sight, [verdict, *_] = oracle.sight(pair), oracle.expects(pair)
            if {said.kind for said in verdict} == {"blind"}:
                continue
            explained.add(len(verdict))
            assert (len(verdict) == 0) == (not sight.silent and not sight.broken)
            roots = {said.root for said in verdict}
            boxes = (inventory.sites[root].devices if root in inventory.sites else (root,) for root in roots)
            dead = inventory.devices.keys() & set(chain.from_iterable(boxes))
            assert oracle.lost(dead, roots & inventory.links.keys()) == sight.silent
            if len(verdict) == 2:
                sites = [frozenset(Fault("fail", box) for box in site.devices) for site in inventory.sites.values()]
                assert not any(_alike(oracle, one, pair) for one in ([fault] for fault in faults))
                assert not any(_alike(oracle, one, pair) for one in sites)
    assert explained == {0, 1, 2}


def _alike(oracle: Oracle, one: Iterable[Fault], other: Iterable[Fault]) -> bool:
    left, right = oracle.sight(one), oracle.sight(other)
    return left.silent == right.silent and left.broken == right.broken


def test_both_ways_to_an_inventory_lead_to_the_same() -> None:
    for drawing in drawn(3, 3):
        assert direct(drawing) == loaded(drawing)
