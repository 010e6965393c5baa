"""Do hosts that come, move and stay away become news once, from the sweep to the words?"""

import pytest

from collectors.neighbours import Neighbours
from collectors.sweep import Sweep
from netmon.decide import memory
from netmon.decide.changes import clue_of
from netmon.decide.memory import Memory
from netmon.model import RowsSeen, Sample, Target, Task
from netmon.run.evidence import of_result
from netmon.run.schedule import Job
from tests.collectors.fakes import FakeNet, target

ONE, TWO, THREE = (f"00:16:3e:00:00:{number:02x}" for number in (1, 2, 3))


class Watcher:
    """What a collector's polls bring, as changes: (phrase, values)."""

    def __init__(self, plugin: Sweep | Neighbours) -> None:
        self.job = Job(target(), Task(collector="x", plugin=plugin, every=300, timeout=1))
        self.known = Memory()

    def poll(self, samples: list[Sample]) -> list[tuple[str, dict[str, str]]]:
        (seen,) = [each for each in of_result(self.job, 1.0, samples) if isinstance(each, RowsSeen)]
        facts = [fact for fact in memory.take(self.known, seen) if fact.news in seen.what.tell]
        return [(clue.text, dict(clue.values)) for clue in (clue_of(fact, 1.0) for fact in facts)]


@pytest.fixture
def at() -> Target:
    return target()


async def test_a_new_and_a_moved_host_are_told_once(at: Target) -> None:
    sweep, net = Sweep(interface="eth1", network="10.7.0.0/24", tell=("new", "changed")), FakeNet()
    watcher = Watcher(sweep)
    told = []
    for segment in (
        [("10.7.0.1", ONE), ("10.7.0.2", TWO)],
        [("10.7.0.1", ONE), ("10.7.0.2", TWO), ("10.7.0.3", THREE)],
        [("10.7.0.1", ONE), ("10.7.0.2", TWO), ("10.7.0.3", THREE)],
        [("10.7.0.1", ONE), ("10.7.0.3", THREE)],  # asleep
        [("10.7.0.1", ONE), ("10.7.0.9", TWO), ("10.7.0.3", THREE)],
        [("10.7.0.1", ONE), ("10.7.0.9", TWO), ("10.7.0.3", THREE)],
    ):
        net.segment = segment
        told.append([(text, values["mac"]) for text, values in watcher.poll(await sweep.collect(at, net))])
    assert told == [[], [("lan_host_new", THREE)], [], [], [("lan_host_changed", TWO)], []]


def test_a_swapped_cable_is_told_once_and_a_restart_of_the_far_end_is_not() -> None:
    watcher = Watcher(Neighbours(tell=("new", "changed", "gone")))

    def here(*names: str) -> list[Sample]:
        return [Sample("netmon_neighbour_info", 1, ("lldp", "Gi0/1", name, "24")) for name in names]

    assert watcher.poll(here("sw-1")) == []
    assert [watcher.poll([]), watcher.poll(here("sw-1"))] == [[], []]
    [(text, values)] = watcher.poll(here("sw-2"))
    assert (text, values["neighbour"], values["old_neighbour"]) == ("neighbour_changed", "sw-2", "sw-1")
    assert watcher.poll(here("sw-2")) == []
    assert watcher.poll(here("sw-3", "sw-2")) != []
    assert watcher.poll(here("sw-2", "sw-3")) == [], "the order says nothing"
