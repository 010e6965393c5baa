"""Whatever befalls a device: is every rate that is given the true one, and is none withheld without need?

A device with known octets is polled by the real collector into the real store, while it reboots, clears and
wraps its counters, numbers its interfaces anew, lets others take over their names, breaks walks off or is not
reached at all, and its uptime passes the end of its 497 days.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.interfaces import Interfaces
from netmon.errors import CollectError
from netmon.model import Sample
from netmon.run.store import Store
from tests.collectors.fakes import FakeNet, target
from tests.run.box import Box, Port, Truth

RX = "netmon_if_receive_bytes_total"
KEEP = 90.0
JITTER = 1.0
TICK = 0.01
FULL_DAYS = 2**32 / 100


class Step(NamedTuple):
    """Some time with some load, what happens at `when` of it, and how the poll at its end fares."""

    wait: float
    load: float
    event: str
    when: float
    answer: str
    cut: float
    late: float


STEPS = st.lists(
    st.builds(
        Step,
        wait=st.floats(5, 45),
        load=st.floats(0, 1),
        event=st.sampled_from(["", "", "", "reboot", "clear", "shuffle", "replace"]),
        when=st.floats(0.1, 0.9),
        answer=st.sampled_from(["whole", "whole", "whole", "missed", "rows", "columns"]),
        cut=st.floats(0, 1),
        late=st.floats(0, JITTER),
    ),
    min_size=3,
    max_size=20,
)
SPEEDS = st.sampled_from([64_000, 10_000_000, 100_000_000, 200_000_000, 1_000_000_000, 10_000_000_000])
PORTS = st.lists(st.tuples(SPEEDS, st.booleans(), st.integers(0, 2**32 - 1)), min_size=1, max_size=4)
UPTIMES = st.one_of(st.floats(0, 1e7), st.floats(FULL_DAYS - 200, FULL_DAYS))


class Watch:
    """The device, the store that is told of it, and every reading with the truth of its moment."""

    def __init__(self, box: Box) -> None:
        self.box, self.store, self.seen = box, Store(Interfaces.METRICS), Counter[str]()
        self.polls: list[tuple[float, Mapping[str, Truth]]] = []
        self.whole: list[bool] = []

    async def step(self, step: Step) -> None:
        box = self.box
        box.run(step.wait * step.when, step.load)
        befall = {"reboot": box.reboot, "clear": box.clear, "shuffle": box.shuffle, "replace": box.replace}
        if step.event:
            befall[step.event]()
        box.run(step.wait * (1 - step.when), step.load)
        at = box.now
        box.run(step.late, step.load)
        cells = len(box.ports) * 16
        box.cells = {"whole": None, "missed": 0}.get(step.answer, int(cells * step.cut))
        box.by_rows = step.answer != "columns"
        samples: Sequence[Sample]
        try:
            samples = await Interfaces().collect(target(), FakeNet(box))
        except CollectError as error:
            samples = error.samples
        if samples:
            self.whole.append(step.answer == "whole")
            self.store.put(target(), "interfaces", at, samples, KEEP)
            self.judge(at, samples)

    def judge(self, at: float, samples: Sequence[Sample]) -> None:
        truth = self.box.truth()
        read = {sample.labels[0]: sample.value for sample in samples if sample.metric == RX}
        assert read.items() <= {name: now.raw for name, now in truth.items()}.items(), "a name has shifted"
        self.polls.insert(0, (at, {name: truth[name] for name in read}))
        for port in self.box.ports:
            found = self.store.rate("r1", RX, (port.name,))
            if port.name not in read:
                assert found is None, "a rate without a reading"
            elif found is None:
                assert self.excused(port), "a true interval was lost"
                self.seen["none"] += 1
            else:
                assert found <= port.speed / 8 * 1.1, "faster than the line"
                assert any(
                    near(found, old[port.name], truth[port.name]) for _, old in self.polls[1:] if port.name in old
                )
                self.seen["rate"] += 1

    def excused(self, port: Port) -> bool:
        """Whether the interval since the reading before may be left without a rate."""
        (at, new), *before = self.polls
        # behind one poll that broke off, a whole one must still do
        recent = before[:1] if before and port.name in before[0][1] else before[1:2]
        if recent and recent != before[:1] and not self.whole[-3]:
            return True
        if not recent or port.name not in recent[0][1] or recent[0][0] + KEEP <= at:
            return True
        old, now = recent[0][1][port.name], new[port.name]
        if old.era != now.era or old.uptime % FULL_DAYS < 2 * JITTER + 0.1:
            return True
        if port.wide:
            return False
        possible = port.speed / 8 * 1.1 * (now.at - old.at + TICK)
        wrapped = (now.raw - old.raw) % 2**32
        return wrapped + 2**32 <= possible or (now.raw < old.raw and old.shuffled != now.shuffled)


def near(found: float, old: Truth, new: Truth) -> bool:
    """Is this the rate from one to the other, as exactly as ticks tell time?"""
    if old.era != new.era:
        return False
    seconds = new.at - old.at
    true = (new.octets - old.octets) / seconds
    return abs(found - true) <= true * 1.01 * TICK / (seconds - TICK) + 1e-6


def watch(steps: Sequence[Step], ports: Sequence[tuple[int, bool, int]], uptime: float, seed: int) -> Counter[str]:
    """Run it all; how many rates there were, and how often there was none."""
    chance = random.Random(seed)
    # without snmpEngineBoots nothing tells a reboot just when sysUpTime wraps from the wrap
    boots = uptime > 1e7 or chance.random() < 0.5
    box = Box([Port(n, *about) for n, about in enumerate(ports)], uptime, boots=boots, chance=chance)
    watched = Watch(box)

    async def all_steps() -> None:
        for step in steps:
            await watched.step(step)

    asyncio.run(all_steps())
    return watched.seen


@settings(max_examples=200)
@given(STEPS, PORTS, UPTIMES, st.integers(0, 2**32))
def test_rates_are_true_or_not_given(
    steps: list[Step], ports: list[tuple[int, bool, int]], uptime: float, seed: int
) -> None:
    watch(steps, ports, uptime, seed)


@pytest.mark.nightly
@settings(max_examples=20_000)
@given(STEPS, PORTS, UPTIMES, st.integers(0, 2**32))
def test_rates_are_true_or_not_given_at_length(
    steps: list[Step], ports: list[tuple[int, bool, int]], uptime: float, seed: int
) -> None:
    watch(steps, ports, uptime, seed)


QUIET = Step(30, 0.5, "", 0.5, "whole", 0, 0.3)


def test_a_device_that_nothing_befalls_has_a_rate_at_each_poll_but_the_first() -> None:
    seen = watch([QUIET] * 20, [(1_000_000_000, True, 2**40), (100_000_000, False, 2**32 - 1)], FULL_DAYS - 300, 1)
    assert seen == {"rate": 38, "none": 2}


@pytest.mark.parametrize(("event", "nones"), [("shuffle", 2), ("clear", 3), ("replace", 3), ("reboot", 4)])
def test_what_befalls_it_costs_the_interval_in_which_it_does(event: str, nones: int) -> None:
    ports = [(1_000_000_000, True, 2**40), (1_000_000_000, True, 5)]
    assert watch([QUIET] * 5 + [QUIET._replace(event=event)] + [QUIET] * 5, ports, 1e6, 1)["none"] == nones


def test_a_walk_that_broke_off_costs_no_rate_after_it() -> None:
    ports = [(1_000_000_000, True, 2**40)] * 2
    broken = QUIET._replace(answer="rows", cut=0.6)
    assert watch([QUIET, QUIET, broken, QUIET], ports, 1e6, 1) == {"none": 2, "rate": 5}
