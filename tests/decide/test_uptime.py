"""When does an uptime that went back mean that a device started anew?"""

import pytest

from netmon.decide import graph, knowledge, restart
from netmon.decide.knowledge import UPTIME_WRAP, Knowledge
from netmon.model import Restored, UptimeSeen
from tests.run.province import province


def seen(*readings: tuple[float, float]) -> Knowledge:
    """Knowledge after these (at, uptime) of one device."""
    inventory = province()
    known = restart.build(inventory, graph.build(inventory), Restored(), 0.0)
    for at, uptime in readings:
        knowledge.take(known, UptimeSeen("van-yen-r1", at, uptime), at)
    return known


@pytest.mark.parametrize(
    ("readings", "restarts"),
    [
        ([(0, 100), (30, 130)], 0),
        ([(0, 100), (30, 12)], 1),
        ([(0, 100), (30, 12), (60, 5)], 2),
        ([(0, UPTIME_WRAP - 10), (30, 20)], 0),
        ([(0, UPTIME_WRAP - 10), (30, 20), (60, 3)], 1),
        ([(0, UPTIME_WRAP - 10), (3600, 20)], 1),
    ],
)
def test_restarts(readings: list[tuple[float, float]], restarts: int) -> None:
    assert seen(*readings).restarts.get("van-yen-r1", 0) == restarts
