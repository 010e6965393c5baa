"""Does netmon say exactly what the oracle says of every failure of a province, and nothing else?

Each case is broken, waited for, mended and waited for again, one after the other on the same core.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import pytest

from netmon.model import Inventory
from tests.verdict.graphs import Drawing, four, loaded, three
from tests.verdict.oracle import Fault, Oracle
from tests.verdict.play import Stage, faults_of, judge, wrong

KINDS = {"four": four, "three": three}
SMALL, LARGE = 60, 300
Pair = frozenset[Fault]
Record = Callable[[str, object], None]


@cache
def province(kind: str, sites: int, seed: int) -> Inventory:
    """A generated province through the real loader; the tests of one process share it."""
    draw: Callable[[int, int], Drawing] = KINDS[kind]
    return loaded(draw(sites, seed))


def hangs(inventory: Inventory) -> list[Fault]:
    """Gateways that stop while their power stays, each at the end of a line with a far port to look at."""
    gateways = {site.gateway for site in inventory.sites.values()}
    looked_at = {link.source for link in inventory.links.values() if link.remote}
    return [Fault("hang", device) for device in sorted(looked_at & gateways) if device not in inventory.anchors]


def pairs(inventory: Inventory, some: int, seed: int) -> Iterator[Pair]:
    """So many pairs of faults drawn by chance; now and then both in one area, where they have to do with each other."""
    chance, faults = random.Random(f"pairs/{seed}"), faults_of(inventory)
    near: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.id in inventory.devices or fault.id in inventory.links:
            owner = (inventory.devices.get(fault.id) or inventory.links[fault.id]).site
            near.setdefault(inventory.sites[owner].area, []).append(fault)
    areas = sorted(area for area, members in near.items() if area and len(members) > 1)
    for _ in range(some):
        together = areas and chance.random() < 0.5
        yield frozenset(chance.sample(near[chance.choice(areas)] if together else faults, 2))


def examine(inventory: Inventory, cases: Iterable[Iterable[Fault]], seed: int, record: Record, name: str) -> None:
    """Play the cases; after one that went wrong the next begins on a fresh core. The figures are printed at the end."""
    oracle, stage = Oracle(inventory), Stage(inventory, seed)
    count: Counter[str] = Counter()
    errors: list[str] = []
    for faults in cases:
        struck = frozenset(faults)
        count["cases"] += 1
        count["incidents"] += len(oracle.expects(struck)[0])
        if found := judge(stage, oracle, struck):
            errors += found
            count["wrong"] += 1
            stage = Stage(inventory, seed)
    record("figures", f"{name}: {count['cases']} cases, {count['incidents']} incidents, {count['wrong']} wrong")
    assert not errors, f"{count['wrong']} of {count['cases']} wrong:\n" + "\n".join(errors[:40])


def share(cases: Sequence[Fault], part: int, parts: int) -> list[list[Fault]]:
    return [[fault] for fault in cases[part::parts]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", range(2))
def test_every_single_failure(kind: str, part: int, record_property: Record) -> None:
    inventory = province(kind, SMALL, 1)
    examine(inventory, share(faults_of(inventory), part, 2), 1, record_property, f"singles, {kind} {SMALL}")


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_every_single_failure_of_three_hundred_sites(kind: str, seed: int, part: int, record_property: Record) -> None:
    inventory = province(kind, LARGE, seed)
    faults = faults_of(inventory) + hangs(inventory)
    examine(inventory, share(faults, part, 4), seed, record_property, f"singles, {kind} {LARGE}, seed {seed}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_gateway_that_hangs(kind: str, record_property: Record) -> None:
    inventory = province(kind, SMALL, 2)
    examine(inventory, share(hangs(inventory), 0, 3), 1, record_property, f"hangs, {kind} {SMALL}")


@pytest.mark.parametrize("kind", KINDS)
def test_random_double_failures(kind: str, record_property: Record) -> None:
    inventory = province(kind, SMALL, 1)
    examine(inventory, pairs(inventory, 75, 1), 1, record_property, f"doubles, {kind} {SMALL}")


@pytest.mark.parametrize("kind", KINDS)
def test_random_double_failures_of_three_hundred_sites(kind: str, record_property: Record) -> None:
    inventory = province(kind, LARGE, 1)
    examine(inventory, pairs(inventory, 20, 2), 1, record_property, f"doubles, {kind} {LARGE}")


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(10))
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_double_failures(kind: str, shard: int, record_property: Record) -> None:
    inventory = province(kind, LARGE, 3 + shard % 3)
    name = f"doubles, {kind} {LARGE}, shard {shard}"
    examine(inventory, pairs(inventory, 500, 100 + shard), shard, record_property, name)


def hidden(oracle: Oracle, inventory: Inventory, some: int, seed: int) -> list[tuple[Fault, Fault]]:
    """So many pairs (above, below) of which the second changes nothing while the first lasts, and much by itself."""
    chance = random.Random(f"hidden/{seed}")
    above = [fault for fault in faults_of(inventory) if len(oracle.lost((fault.id,)) - {fault.id}) > 3]
    found: list[tuple[Fault, Fault]] = []
    for fault in chance.choices(above, k=50 * some):
        behind = oracle.lost((fault.id,)) - {fault.id}
        other = chance.choice([each for each in faults_of(inventory) if _stands_in(inventory, each, behind)])
        told = oracle.expects([fault, other])
        if told == oracle.expects([fault]) and all(oracle.expects([other])) and oracle.expects([other]) != told:
            found.append((fault, other))
        if len(found) == some:
            return found
    raise AssertionError("this province hides nothing")


def _stands_in(inventory: Inventory, fault: Fault, behind: frozenset[str]) -> bool:
    link = inventory.links.get(fault.id)
    return (fault.id if link is None else link.source) in behind


def unhide(stage: Stage, oracle: Oracle, above: Fault, below: Fault) -> list[str]:
    """Break both, mend the one above, mend the other; each time nothing but the oracle's may be told."""
    errors = []
    before, after = oracle.expects([above, below]), oracle.expects([below])
    case = stage.begin([above, below])
    errors += wrong(case, before)
    stage.restore([above])
    case.open, case.pages = stage.settle()
    case.pages = [page for page in case.pages if page[0] != "resolved"]
    errors += [f"once {above.id} is mended: {error}" for error in wrong(case, after)]
    stage.end(case)
    errors += [f"at the end: {error}" for error in wrong(case, after)]
    return [f"{below} behind {above}: {error}" for error in dict.fromkeys(errors)]


@pytest.mark.parametrize(
    ("kind", "sites", "some"),
    [
        ("four", SMALL, 12),
        ("three", SMALL, 12),
        pytest.param("four", LARGE, 300, marks=pytest.mark.nightly),
        pytest.param("three", LARGE, 300, marks=pytest.mark.nightly),
    ],
)
def test_a_hidden_fault_is_told_once_what_hides_it_is_mended(
    kind: str, sites: int, some: int, record_property: Record
) -> None:
    inventory = province(kind, sites, 2)
    oracle, stage = Oracle(inventory), Stage(inventory, 1)
    errors: list[str] = []
    for above, below in hidden(oracle, inventory, some, 1):
        if found := unhide(stage, oracle, above, below):
            errors += found
            stage = Stage(inventory, 1)
    record_property("figures", f"hidden, {kind} {sites}: {some} pairs, {len(errors)} errors")
    assert not errors, "\n".join(errors[:40])


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_player_leaves_out_makes_no_difference(kind: str) -> None:
    inventory = province(kind, 30, 4)
    for faults in (*pairs(inventory, 6, 5), *share(hangs(inventory), 0, 3)):
        sparing = Stage(inventory, 1).case(faults)
        thorough = Stage(inventory, 1, sparing=False).case(faults)
        assert (sparing.open, sparing.left) == (thorough.open, thorough.left)
        assert sorted(sparing.pages) == sorted(thorough.pages)
        assert sorted(sparing.recovery) == sorted(thorough.recovery)
