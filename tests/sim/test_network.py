"""Does the model of a broken province answer as the real one would?"""

import itertools
import random
from collections.abc import Callable, Iterator

import pytest

from netmon.model import Inventory
from netmon.sim.network import Network
from netmon.sim.ports import port_names, ports_of
from tests.sim.world import device, inventory, link, province, site


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def now(self) -> float:
        return self.at

    def ahead(self) -> float:
        return 0.0


@pytest.fixture
def network() -> Network:
    return Network(province(), seed=7, clock=Hand())


def up(network: Network) -> set[str]:
    return {each for each in network.inventory.devices if network.reach(each) is not None}


def links(network: Network, device_id: str) -> tuple[str, ...]:
    path = network.reach(device_id)
    assert path is not None
    return path.links


ALL = set(province().devices)
Break = Callable[[Network], object]


def test_intact_paths_use_primary_lines(network: Network) -> None:
    assert up(network) == ALL
    assert links(network, "noc") == ()
    assert links(network, "core-2") == ()
    assert links(network, "tw") == ("core/1",)
    assert links(network, "d-r1") == ("d/1",)
    assert links(network, "a-cam") == ("d/1", "a/1")
    assert links(network, "b-r1") == ("d/1", "b/1")
    assert network.reach("a-cam").devices == ("noc", "core-1", "d-r1", "a-r1", "a-cam")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("broken", "gone"),
    [
        pytest.param(lambda n: n.cut("d/1"), set(), id="dual-homed district"),
        pytest.param(lambda n: n.cut("d/1", "d/2"), {"d-r1", "b-r1"}, id="a commune's 4G does not serve its district"),
        pytest.param(lambda n: n.cut("d"), {"d-r1", "b-r1"}, id="a site's lines"),
        pytest.param(lambda n: n.cut("viettel"), set(), id="a carrier's lines"),
        pytest.param(
            lambda n: n.cut("vnpt"),
            {"tw", "e-r1", "f-r1", "b-r1"},
            id="all but the other carrier's lines",
        ),
        pytest.param(lambda n: n.fail("d-r1"), {"d-r1", "b-r1"}, id="a dead gateway"),
        pytest.param(lambda n: n.fail("a"), {"a-r1", "a-cam"}, id="a site without power"),
        pytest.param(lambda n: n.cut("e/1"), set(), id="a ring of districts"),
        pytest.param(lambda n: n.cut("e/1", "f/1"), {"e-r1", "f-r1"}, id="a ring cut twice"),
        pytest.param(lambda n: n.fail("pop"), {"b-r1"}, id="a node without address"),
        pytest.param(lambda n: n.fail("core-1"), {"core-1", "tw"}, id="one of two core routers"),
        pytest.param(lambda n: n.fail("core-1", "core-2"), ALL - {"noc"}, id="both core routers"),
        pytest.param(lambda n: n.isolate(), ALL - {"noc"}, id="the vantage cut off"),
        pytest.param(lambda n: n.fail("noc"), ALL - {"noc"}, id="the vantage is never lost to itself"),
        pytest.param(lambda n: n.cut("a/1", "a/2"), {"a-r1", "a-cam"}, id="what hangs behind a gateway"),
    ],
)
def test_what_a_fault_takes_away(network: Network, broken: Break, gone: set[str]) -> None:
    broken(network)
    assert up(network) == ALL - gone
    network.restore()
    assert up(network) == ALL
    assert links(network, "d-r1") == ("d/1",)


def test_ring_is_walked_the_long_way(network: Network) -> None:
    network.cut("e/1")
    assert links(network, "e-r1") == ("f/1", "e/2")


def test_backup_serves_its_own_site(network: Network) -> None:
    network.cut("d/1", "d/2")
    assert links(network, "a-cam") == ("a/2",)


@pytest.mark.parametrize(("transit", "served"), [(False, False), (True, True)])
def test_a_transit_site_lends_its_backup(transit: bool, served: bool) -> None:
    network = Network(
        inventory(
            site(
                "core",
                "province",
                (device("core-1", "core", "10.0.0.1"), device("noc", "core", None, "server", ("core-1",))),
            ),
            site("d", "district", (device("d-r1", "d", "10.0.1.1"),), (link("d/1", "d-r1", "core-1"),)),
            site(
                "a",
                "commune",
                (device("a-r1", "a", "10.0.4.1"),),
                (link("a/1", "a-r1", "d-r1"), link("a/2", "a-r1", "core-1", backup=True)),
                transit=transit,
            ),
        )
    )
    network.cut("d/1")
    assert (network.reach("d-r1") is not None) is served


def test_outer_levels_are_reached_before_the_path_turns_inwards(network: Network) -> None:
    assert network.reach("tw") is not None
    only_through_d = Network(
        inventory(
            site(
                "core",
                "province",
                (device("core-1", "core", "10.0.0.1"), device("noc", "core", None, "server", ("core-1",))),
            ),
            site("d", "district", (device("d-r1", "d", "10.0.1.1"),), (link("d/1", "d-r1", "core-1"),)),
            site("far", "province", (device("far-r1", "far", "10.0.9.1"),), (link("far/1", "far-r1", "d-r1"),)),
        )
    )
    assert only_through_d.reach("far-r1") is None


@pytest.mark.parametrize(
    ("broken", "line", "answers"),
    [
        pytest.param(lambda _: None, "10.9.1.2", True, id="an idle backup"),
        pytest.param(lambda n: n.cut("d/2"), "10.9.1.2", False, id="cut, while the device is reached otherwise"),
        pytest.param(lambda n: n.cut("d/1"), "10.9.1.2", True, id="the other line cut"),
        pytest.param(lambda n: n.fail("d-r1"), "10.9.1.2", False, id="its owner dead"),
        pytest.param(lambda n: n.fail("core-2"), "10.9.1.2", False, id="its target dead"),
        pytest.param(lambda n: n.fail("lte"), "10.9.4.2", False, id="the 4G gateway dead"),
        pytest.param(lambda n: n.fail("pop"), "10.9.5.1", False, id="a node on the way dead"),
        pytest.param(lambda n: n.isolate(), "10.9.1.2", False, id="the vantage cut off"),
        pytest.param(lambda n: n.cut("e/1"), "10.9.2.2", True, id="a ring line that carries all"),
        pytest.param(lambda n: n.cut("core/1"), "10.9.0.1", False, id="a line outwards"),
    ],
)
def test_a_line_is_seen_by_its_own_address(network: Network, broken: Break, line: str, answers: bool) -> None:
    broken(network)
    assert network.answers(line).reachable is answers


def test_loss_and_delay_add_up_along_the_path(network: Network) -> None:
    network.loss("d/1", 0.5)
    network.loss("a/1", 0.2)
    assert network.answers("10.0.1.1").loss == pytest.approx(0.5)
    assert network.answers("10.0.4.1").loss == pytest.approx(0.6)
    assert network.answers("10.9.4.1").loss == pytest.approx(0.6)
    assert network.answers("10.9.1.2").loss == 0.0
    assert network.answers("10.0.4.1").rtt - network.answers("10.0.1.1").rtt == pytest.approx(0.004)
    network.cut("a/1")
    assert network.answers("10.0.4.1").loss == 0.0
    network.restore(["a/1"])
    assert network.answers("10.0.4.1").loss == pytest.approx(0.5)
    network.restore(["d/1"])
    assert network.answers("10.0.4.1").loss == 0.0


def test_a_line_that_carries_its_near_end_is_asked_at_its_far_end(network: Network) -> None:
    network.cut("f/1")
    network.loss("e/2", 0.5)
    assert links(network, "f-r1") == ("e/1", "e/2")
    assert network.answers("10.0.3.1").loss == 0.5
    assert network.answers("10.9.2.2") == network.answers("10.0.2.1")


def test_a_line_is_faster_than_its_contract() -> None:
    slow = province()
    fast = inventory(
        site(
            "core",
            "province",
            (device("core-1", "core", "10.0.0.1"), device("noc", "core", None, "server", ("core-1",))),
        ),
        site(
            "d", "district", (device("d-r1", "d", "10.0.1.1"),), (link("d/1", "d-r1", "core-1", kind="4g", rtt=0.02),)
        ),
    )
    assert Network(fast).answers("10.0.1.1").rtt < 0.02
    assert Network(slow).answers("10.9.4.2").rtt > 0.06


def test_bursts_lose_their_share_in_runs() -> None:
    clock = Hand()
    network = Network(province(), seed=3, clock=clock)
    network.loss("d/1", 0.2, burst=6)
    losses = []
    for _ in range(20_000):
        clock.at += 0.5
        losses.append(network.answers("10.0.1.1").loss)
    assert set(losses) == {0.0, 1.0}
    assert sum(losses) / len(losses) == pytest.approx(0.2, abs=0.05)
    starts = sum(1 for before, now in itertools.pairwise(losses) if now > before)
    assert sum(losses) * 0.5 / starts == pytest.approx(6, rel=0.3)
    assert network.answers("10.0.2.1").loss == 0.0


def test_bursts_do_not_depend_on_how_often_they_are_looked_at() -> None:
    def run(extra: bool) -> Iterator[float]:
        clock = Hand()
        network = Network(province(), seed=3, clock=clock)
        network.loss("d/1", 0.3, burst=2)
        for _ in range(500):
            clock.at += 0.5
            if extra:
                network.answers("10.0.1.1")
            clock.at += 0.5
            yield network.answers("10.0.1.1").loss

    assert list(run(False)) == list(run(True))


def test_ports_show_the_far_end(network: Network) -> None:
    assert network.port_up("d-r1", "Gi0/0/0")
    network.cut("d/1")
    assert (network.port_up("d-r1", "Gi0/0/0"), network.port_up("core-1", "Gi0/0/4")) == (False, False)
    network.restore(["d/1"])
    network.fail("d-r1")
    assert (network.port_up("core-1", "Gi0/0/4"), network.port_up("core-1", "lo")) == (False, True)
    network.restore()
    assert network.port_up("core-1", "Gi0/0/4")


def test_ports_without_a_name_get_the_first_free_one() -> None:
    names = port_names(province())
    assert names["d/1"] == ("Gi0/0/0", "Gi0/0/4")
    assert names["d/2"] == ("Gi0/0/1", "Gi0/0/0")
    assert [port.name for port in ports_of(province())["d-r1"]] == ["Gi0/0/0", "Gi0/0/1", "Gi0/0/2", "Gi0/0/3"]
    assert len({port.name for port in ports_of(province())["core-1"]}) == 3
    assert ports_of(province())["a-cam"] == ()


def test_a_restored_device_has_started_anew() -> None:
    clock = Hand()
    network = Network(province(), clock=clock)
    assert clock.at - network.booted_at("a-r1") > 86400
    network.fail("a-r1", "pop")
    clock.at += 60
    assert network.restore(["a-r1", "pop"]) == {"a-r1"}
    assert (network.booted_at("a-r1"), network.boots("a-r1"), network.boots("d-r1")) == (clock.at, 2, 1)


def test_routing_needs_time_to_settle() -> None:
    clock = Hand()
    network = Network(province(), clock=clock, settle=8)
    network.cut("d/1")
    assert network.reach("d-r1") is None
    assert network.reach("a-r1") is None
    assert network.answers("10.9.1.2").reachable  # the other line never needed the routing
    clock.at += 7.9
    assert network.reach("d-r1") is None
    clock.at += 0.1
    assert links(network, "d-r1") == ("d/2",)
    network.restore()
    assert links(network, "d-r1") == ("d/2",)
    clock.at += 8
    assert links(network, "d-r1") == ("d/1",)


@pytest.mark.parametrize(
    "verb",
    [
        lambda n: n.cut("nowhere"),
        lambda n: n.cut("a-r1"),
        lambda n: n.fail("nowhere"),
        lambda n: n.fail("d/1"),
        lambda n: n.loss("nowhere", 0.1),
        lambda n: n.restore(["nowhere"]),
    ],
)
def test_an_unknown_id_is_refused(network: Network, verb: Break) -> None:
    with pytest.raises(LookupError, match=r"nowhere|a-r1|d/1"):
        verb(network)
    assert up(network) == ALL


def test_addresses_lead_to_devices(network: Network) -> None:
    assert network.owner("10.0.4.1") == "a-r1"
    assert network.owner("10.9.0.1") == "tw"  # the end farther from the vantage
    assert network.owner("10.9.1.2") == "d-r1"
    assert network.owner("10.99.0.1") is None
    assert network.answers("10.99.0.1") == (False, 0.0, 0.0)


def shortest_by_force(province_: Inventory, dead: set[str]) -> set[str]:
    """Devices reachable by the path rule, found by walking every state: slow and obvious."""
    depth = {level: n for n, level in enumerate(province_.levels)}
    edges = [(each.source, each.target) for each in province_.links.values() if each.id not in dead]
    for each in province_.devices.values():
        edges += [(each.id, other) for other in each.behind]
    states = {(province_.vantage, False)}
    while True:
        grown = set(states)
        for here, inwards in states:
            for pair in edges:
                if here in pair:
                    there = pair[pair[0] == here]
                    step = depth[_level(province_, there)] - depth[_level(province_, here)]
                    if not (inwards and step < 0):
                        grown.add((there, inwards or step > 0))
        if grown == states:
            return {each for each, _ in states}
        states = grown


def _level(province_: Inventory, device_id: str) -> str:
    return province_.sites[province_.devices[device_id].site].level


@pytest.mark.parametrize("seed", range(30))
def test_routes_agree_with_brute_force(seed: int) -> None:
    chance = random.Random(seed)
    sites = [
        site("core", "province", (device("core-r1", "core", None), device("noc", "core", None, "server", ("core-r1",))))
    ]
    lines = []
    for n in range(12):
        name = f"s{n}"
        targets = [f"{each.id}-r1" for each, _, _ in sites]
        uplinks = tuple(
            link(f"{name}/{i}", f"{name}-r1", chance.choice(targets), backup=chance.random() < 0.3)
            for i in range(chance.randint(1, 3))
        )
        lines += [each.id for each in uplinks]
        level = chance.choice(("central", "province", "district", "commune"))
        sites.append(site(name, level, (device(f"{name}-r1", name, None),), uplinks))
    world = inventory(*sites)
    network = Network(world, seed)
    dead = set(chance.sample(lines, len(lines) // 4))
    network.cut(*dead)
    assert up(network) == shortest_by_force(world, dead)
