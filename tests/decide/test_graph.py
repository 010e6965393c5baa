"""Which ways are there from the vantage, and which are not allowed?"""

import pytest

from netmon.decide import graph
from netmon.decide.graph import Graph
from netmon.model import Inventory
from netmon.sim.network import Network
from tests.province import SMALL, Hand, generated, made


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


@pytest.fixture(scope="module")
def drawn(small: Inventory) -> Graph:
    return graph.build(small)


def test_everything_is_reached_when_nothing_is_broken(small: Inventory, drawn: Graph) -> None:
    reach = drawn.walk((), ())
    assert reach.reached == small.devices.keys()
    assert (reach.walls(), reach.stops()) == ([], [])


@pytest.mark.parametrize(
    ("silent", "broken", "gone"),
    [
        ((), ("d/1", "d/2"), {"dr", "dcam", "b1r", "b1cam", "b2r"}),
        ((), ("d/1",), set()),
        (("dr",), (), {"dcam", "b1r", "b1cam", "b2r"}),
        (("c1",), (), {"gr", "pe"}),
        (("c1", "c2"), (), {"dr", "dcam", "er", "fr", "ar", "acam", "b1r", "b1cam", "b2r", "gr", "pe", "lte"}),
        ((), ("a/1",), set()),
        ((), ("a/1", "a/2"), {"ar", "acam"}),
        ((), ("e/1", "f/1"), {"er", "fr"}),
    ],
)
def test_a_silent_device_is_reached_and_not_crossed(
    drawn: Graph, silent: tuple[str, ...], broken: tuple[str, ...], gone: set[str]
) -> None:
    reach = drawn.walk(silent, broken)
    assert drawn.edges.keys() - reach.reached == gone
    assert set(reach.walls()) <= set(silent)


def test_a_path_that_went_inward_never_comes_out_again(drawn: Graph) -> None:
    assert "dr" not in drawn.walk((), ("d/1", "d/2")).reached, "not over the 4G of commune a"
    through = graph.build(made(SMALL.replace("    name: A\n", "    name: A\n    transit: true\n", 1)).inventory)
    assert "dr" in through.walk((), ("d/1", "d/2")).reached


def test_far_and_near_parents_and_lines(drawn: Graph) -> None:
    assert (drawn.near["d/1"], drawn.far["d/1"]) == ("c1", "dr")
    assert (drawn.near["core/1"], drawn.far["core/1"]) == ("c1", "pe"), "the trunk leads away from us"
    assert set(drawn.parents["dr"]) == {"c1", "c2"}
    assert {"dr", "c1", "c2"} <= set(drawn.ancestors["b1r"])
    assert drawn.lines["d"] == ("d/1", "d/2")
    assert drawn.lines["top"] == ("core/1",)


def test_the_walk_agrees_with_the_routes_of_the_model() -> None:
    """Two implementations of the path rule, held against each other on every single fault."""
    inventory = made(generated(4, 4, seed=5)).inventory
    drawn = graph.build(inventory)
    for link in inventory.links:
        network = Network(inventory, clock=Hand())
        network.cut(link)
        routed = {device for device in inventory.devices if network.reach(device) is not None}
        assert drawn.walk((), (link,)).reached == routed
    for dead in inventory.devices.keys() - {inventory.vantage}:
        network = Network(inventory, clock=Hand())
        network.fail(dead)
        routed = {device for device in inventory.devices if network.reach(device) is not None}
        assert drawn.walk((dead,), ()).reached - {dead} == routed
