"""Does the same thing look the same, in whatever order a device tells of it?"""

import doctest
from itertools import permutations

from collectors.neighbours import Neighbours
from collectors.path import FAMILY, Path
from netmon.model import Sample
from netmon.reading import known
from netmon.reading.known import TOGETHER, rows

NEIGHBOUR = "netmon_neighbour_info"


def test_a_way_is_known_by_nothing() -> None:
    (what,) = Path().remembered()
    samples = [Sample(FAMILY, 1, ("10.0.0.1 > 10.0.0.2",)), Sample("netmon_path_hops", 2)]
    assert rows(what, Path.METRICS[FAMILY].labels, samples) == {(): ("10.0.0.1 > 10.0.0.2",)}
    assert rows(what, Path.METRICS[FAMILY].labels, []) == {}


def test_all_neighbours_of_a_port_are_one_row_in_whatever_order() -> None:
    (what,) = Neighbours().remembered()
    told = [
        Sample(NEIGHBOUR, 1, ("lldp", "Gi0/1", "sw-2", "1")),
        Sample(NEIGHBOUR, 1, ("lldp", "Gi0/1", "sw-1", "2")),
        Sample(NEIGHBOUR, 1, ("cdp", "Gi0/1", "sw-1", "2")),
        Sample(NEIGHBOUR, 1, ("lldp", "Gi0/2", "", "00:16:3e:00:00:01")),
    ]
    for order in permutations(told):
        assert rows(what, Neighbours.METRICS[NEIGHBOUR].labels, order) == {
            ("lldp", "Gi0/1"): ("sw-1, sw-2", "2, 1"),
            ("cdp", "Gi0/1"): ("sw-1", "2"),
            ("lldp", "Gi0/2"): ("", "00:16:3e:00:00:01"),
        }


def test_many_are_cut() -> None:
    (what,) = Neighbours().remembered()
    told = [Sample(NEIGHBOUR, 1, ("lldp", "Gi0/1", f"sw-{number:02}", "1")) for number in range(20)]
    ((who, _),) = rows(what, Neighbours.METRICS[NEIGHBOUR].labels, told).values()
    assert who.split(", ") == [f"sw-{number:02}" for number in range(TOGETHER)]


def test_the_example_holds() -> None:
    assert doctest.testmod(known).failed == 0
