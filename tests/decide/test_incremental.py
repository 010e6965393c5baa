"""Does looking only at what changed find what looking at everything would?

The rules exist once; here they are applied to the whole network, beside the verdict that applies them to
the neighbourhood of what changed, and both must say the same, whatever happens.
"""

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from netmon.decide import core, graph, lines, standing
from netmon.decide.faults import Judgement, Seen
from netmon.decide.graph import Graph
from netmon.decide.knowledge import PORT_LIFE, Knowledge, forget_old_ports, take
from netmon.decide.reload import reload
from netmon.decide.review import review
from netmon.decide.state import EMPTY, Core, Wishes
from netmon.decide.topology import judge
from netmon.model import Inventory, Observation, PortSeen, Restored, Standing, State
from tests.bench.province import province
from tests.province import SMALL, Play, apply, generated, made

PORTS = SMALL.replace("fibre, carrier: vnpt, address: 10.9.3.1}", "fibre, carrier: vnpt, local: Gi0, remote: Gi7}")
for name in ("a", "b1", "g"):
    web = f"    services: {{{name}web: {{name: Web, collect: {{tcp: {{port: 443, every: 2s}}}}}}}}\n"
    PORTS = PORTS.replace(f"    name: {name.upper()}\n", f"    name: {name.upper()}\n{web}")
TWO = "{fr: {address: 10.0.3.1, role: router}, fr2: {address: 10.0.3.2, role: router}}"
PORTS = PORTS.replace("{fr: {address: 10.0.3.1, role: router}}", TWO)
PORTS = PORTS.replace("remote: Gi7}]", "remote: Gi7}, {from: fr2, to: c2, kind: 4g, role: backup, address: 10.9.3.3}]")
PORTS = PORTS.replace("role: backup, address: 10.9.2.2}", "role: backup, local: Gi0, remote: Gi6}")
TRANSIT = SMALL.replace("    name: A\n", "    name: A\n    transit: true\n", 1)


def whole(drawn: Graph) -> Graph:
    """The same graph, on which every walk begins at the vantage and looks at everything."""
    return replace(drawn, paths=replace(drawn.paths, large=0.0))


# --- the judgement ------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[SMALL, TRANSIT, generated(5, 5, seed=3)], ids=["small", "transit", "large"])
def inventory(request: pytest.FixtureRequest) -> Inventory:
    return made(request.param).inventory


def test_a_walk_over_the_neighbourhood_reaches_what_a_walk_over_everything_does(inventory: Inventory) -> None:
    drawn, chance = graph.build(inventory), random.Random(1)
    near = replace(drawn, paths=replace(drawn.paths, large=2.0))
    for _ in range(400):
        silent, broken = some(chance, inventory)
        one, other = near.walk(silent, broken), whole(drawn).walk(silent, broken)
        assert one.missed == other.missed
        assert (one.walls(), one.stops()) == (other.walls(), other.stops())


def test_what_is_beyond_one_blocker_is_what_a_walk_without_it_reaches(inventory: Inventory) -> None:
    drawn, chance = graph.build(inventory), random.Random(2)
    for _ in range(200):
        silent, broken = some(chance, inventory)
        reach = drawn.walk(silent, broken)
        for one in (*reach.walls(), *reach.stops()):
            assert reach.missed - reach.beyond(one) == whole(drawn).walk(silent - {one}, broken - {one}).missed


def test_below_is_the_other_side_of_ancestors(inventory: Inventory) -> None:
    drawn = graph.build(inventory)
    for device in inventory.devices:
        assert drawn.below(device) == {other for other, above in drawn.ancestors.items() if device in above}


def some(chance: random.Random, inventory: Inventory) -> tuple[set[str], set[str]]:
    """Some silent devices and broken lines, few or many."""
    devices = sorted(inventory.devices.keys() - {inventory.vantage})
    silent = set(chance.sample(devices, chance.choice([0, 1, 2, 3, 9])))
    return silent, set(chance.sample(sorted(inventory.links), chance.choice([0, 0, 1, 2, 6])))


@pytest.mark.parametrize("seed", range(3))
def test_both_judgements_of_any_silence_are_the_same(inventory: Inventory, seed: int) -> None:
    drawn, chance = graph.build(inventory), random.Random(seed)
    cleared = 0
    for _ in range(200):
        silent, broken = some(chance, inventory)
        late = chance.random()
        at = {name: chance.choice([60.0, 40.0]) if chance.random() < late else 10.0 for name in inventory.devices}
        seen = Seen(
            silent={name: chance.uniform(20.0, 50.0) for name in inventory.devices if name in silent},
            broken={name: chance.uniform(20.0, 50.0) for name in inventory.links if name in broken},
            heard={name: when for name, when in at.items() if name not in silent},
            port_up={},
        )
        found = judge(drawn, inventory, seen)
        assert found == judge(whole(drawn), inventory, seen)
        cleared += len(found.exonerated)
    assert cleared, "there was something to find out"


# --- whole histories ----------------------------------------------------------------------------


def check(state: Core, now: float) -> None:
    """Judge, and then compare with everything judged and evaluated from nothing but what is known."""
    known = state.known
    review(state, Wishes(), now)
    watches = known.watches
    assert known.mute == {name for name, watch in watches.items() if watch.silent}
    assert known.never == {name for name, watch in watches.items() if watch.silent is None and watch.voices}
    assert {name for name, watch in watches.items() if watch.suspect} <= known.active
    assert known.broken == lines.broken(known, known.inventory.links)
    judged: Judgement | None = None
    if not state.blind:
        judged = judge(whole(known.graph), known.inventory, known.seen(state.wait))
        assert judged == state.judged
    every = standing.standings(known, judged, known.graph.index.order, now)
    assert known.standings == every, different(known, every)
    assert known.astray == {name for name in known.inventory.links if every[name].state is State.UNREACHABLE}
    assert not known.touched


def different(known: Knowledge, every: Mapping[str, Standing]) -> str:
    pairs = ((name, known.standings.get(name), one) for name, one in every.items())
    return ", ".join(f"{name}: {one}, not {other}" for name, one, other in pairs if one != other)


def verb(chance: random.Random, inventory: Inventory) -> tuple[str, ...]:
    """Something that happens to a network."""
    devices = sorted(inventory.devices.keys() - {inventory.vantage})
    lines_, things = sorted(inventory.links), [*devices, *sorted(inventory.nodes)]
    what = chance.choice(["cut", "cut", "fail", "fail", "loss", "restore", "restore one", "isolate"])
    if what == "cut":
        return ("cut", *chance.sample(lines_, chance.randint(1, 3)))
    if what == "fail":
        return ("fail", *chance.sample(things, chance.randint(1, 4)))
    if what == "loss":
        return ("loss", chance.choice(lines_), chance.choice(["0.2", "0.5"]))
    return ("restore", chance.choice(things)) if what == "restore one" else (what,)


def history(text: str, seed: int, acts: int) -> int:
    """Play by chance, looking every second or so; returns how often netmon judged."""
    chance, inventory = random.Random(seed), made(text).inventory
    play = Play(inventory, seed, portion=chance.choice([0.0, 0.05, 0.4]), ports_every=7.0)
    looks = 0
    for _ in range(acts):
        apart = chance.choice([1.0, 4.0, 9.0, 14.0])
        end = play.now + apart
        while play.now < end:
            play.run(min(end, play.now + chance.uniform(0.05, 1.2)))
            check(play.core, play.clock.at)
            looks += 1
        play.do(end, verb(chance, inventory))
        if chance.random() < 0.4:  # its agent is mute, and what is behind it answers
            play.dumb ^= {(chance.choice(sorted(inventory.devices)), "icmp")}
        if chance.random() < 0.1:
            reload(play.core, inventory, play.clock.at)
    return looks


@pytest.mark.parametrize("text", [PORTS, TRANSIT, generated(4, 4, seed=2)], ids=["ports", "transit", "generated"])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_up_to_date_is_what_would_be_found_anew(text: str, seed: int) -> None:
    assert history(text, seed, 12) > 50


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 140))
def test_what_is_kept_up_to_date_is_what_would_be_found_anew_at_length(seed: int) -> None:
    text = random.Random(seed).choice([PORTS, TRANSIT, generated(6, 6, seed=seed)])
    assert history(text, seed, 40) > 50


@pytest.fixture
def at_40() -> Core:
    """Everything answered at 40, the last that was heard of it."""
    inventory = made(PORTS).inventory
    state = core.start(inventory, Restored(), 0.0)
    seen = [
        Observation(name, 40.0, voice, True, 0.01) for name, one in state.known.watches.items() for voice in one.voices
    ]
    core.step(state, seen, 40.0)
    return state


def fall(state: Core, at: float, *names: str) -> None:
    for name in names:
        watch = state.known.watches[name]
        watch.silent, watch.first_miss = True, at
        state.known.note(name)
    check(state, at + 5.0)


def state(judge_: Core, name: str) -> State:
    return judge_.known.standings[name].state


def answer(judge_: Core, at: float, name: str) -> None:
    [voice] = judge_.known.watches[name].voices
    assert not take(judge_.known, Observation(name, at, voice, True, 0.01), at), "no reason to judge"
    check(judge_, at)


def test_an_answer_like_any_other_proves_that_a_site_lives(at_40: Core) -> None:
    """The gateway is silent and its lines broken; the other router has a line of its own, and is heard only later."""
    fall(at_40, 50.0, "fr")
    for device, port in (("c2", "Gi7"), ("er", "Gi0")):
        assert take(at_40.known, PortSeen(device, 52.0, port, up=False), 52.0)
    check(at_40, 52.0)
    assert state(at_40, "f/1") is State.DOWN
    assert state(at_40, "f") is State.DOWN
    answer(at_40, 57.0, "fr2")
    assert state(at_40, "f") is State.DEGRADED


def test_an_answer_like_any_other_proves_that_a_line_is_broken(at_40: Core) -> None:
    fall(at_40, 50.0, "d/1")
    assert at_40.known.broken == {}
    answer(at_40, 60.0, "dr")
    assert state(at_40, "d/1") is State.DOWN


def test_what_a_port_says_and_that_it_is_too_old_is_seen(at_40: Core) -> None:
    """A line without an address, beside another: only its ports tell anything of it."""
    known = at_40.known
    found = []
    for at, up in ((45.0, True), (50.0, False), (55.0, True), (60.0, False)):
        take(known, PortSeen("er", at, "Gi0", up), at)
        check(at_40, at)
        found.append(state(at_40, "e/2"))
    assert found == [State.UP, State.DOWN] * 2
    forget_old_ports(known, 60.0 + PORT_LIFE - 1.0)
    check(at_40, 159.0)
    assert state(at_40, "e/2") is State.DOWN
    assert forget_old_ports(known, 60.0 + PORT_LIFE) is None
    check(at_40, 160.0)
    assert state(at_40, "e/2") is State.UNKNOWN
    take(known, PortSeen("er", 200.0, "Gi0", up=True), 200.0)
    check(at_40, 200.0)
    forget_old_ports(known, 200.0 + PORT_LIFE)
    check(at_40, 300.0)
    assert state(at_40, "e/2") is State.UNKNOWN


def test_an_answer_like_any_other_exonerates_what_it_came_over(at_40: Core) -> None:
    fall(at_40, 50.0, "dr")
    assert state(at_40, "dr") is State.DOWN
    answer(at_40, 60.0, "b1r")
    assert state(at_40, "dr") is State.DEGRADED
    fall(at_40, 70.0, "b1r", "b1cam", "b2r", "dcam")
    assert state(at_40, "dr") is State.DOWN


def test_a_line_that_becomes_better_is_seen_though_nothing_else_happens() -> None:
    play = Play(made(PORTS).inventory, 3)
    play.do(10.0, ("loss", "a/1", "0.3"))
    seen = set()
    for end in range(15, 400, 5):
        if end == 160:
            apply(play.network, ("restore",))
        play.run(end)
        check(play.core, play.clock.at)
        seen.add(state(play.core, "a/1"))
    assert State.DEGRADED in seen
    assert state(play.core, "a/1") is State.UP


# --- what a change costs -------------------------------------------------------------------------


@pytest.mark.parametrize("device", ["d1-c1-h1", "d1-c1-r", "d1-r"])
def test_a_change_costs_its_neighbourhood_however_large_the_network(device: str) -> None:
    def concerned(sites: int) -> tuple[set[str], set[str]]:
        inventory = province(sites)
        names = (*inventory.sites, *inventory.devices, *inventory.links)
        state = core.start(inventory, Restored(standings={name: Standing(State.UP, 0.0) for name in names}), 0.0)
        review(state, Wishes(), 0.0)
        state.known.touched.add(device)
        missed = {name for name, _ in state.known.graph.walk({device}, ()).missed}
        return standing.concerned(state.known, EMPTY, EMPTY), missed

    small, large = concerned(100), concerned(400)
    assert small == large
    assert len(large[0]) <= 100
