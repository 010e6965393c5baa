"""Is each incident looked into once, and does no look ever hold anybody up?"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from netmon.errors import Unreachable
from netmon.model import Clue, Event, Evidence, Incident, IncidentEvent, Inventory, Kind, Looked
from netmon.run.looking import A_MINUTE, AT_ONCE, PATIENCE, Look, Looker
from tests.run.province import province

CLUE = Clue(1.0, "noc", "path_now", (("path", "10.28.0.1"),))
INCIDENT = Incident(
    id=7, kind="outage", severity="critical", root="vy-r1", seat="vy-r1", state="open", cause="unknown", opened_at=1.0
)


class Hand:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def ahead(self) -> float:
        return 0.0


class Stage:
    """A looker with some looks, and what it has told."""

    def __init__(self, *looks: Look, patience: float = PATIENCE) -> None:
        self.told: list[Evidence] = []
        self.clock = Hand()
        self.looker = Looker(looks, province, self.clock, self._hear, patience)

    def _hear(self, pieces: Iterable[Evidence]) -> None:
        self.told += pieces

    def open(self, incident: Incident = INCIDENT, event: Event = "opened") -> None:
        self.looker.opened(IncidentEvent(event=event, at=1.0, incident=incident))

    async def settle(self, *, until: int) -> None:
        """Let it look until so many incidents are done."""
        running = asyncio.ensure_future(self.looker.run())
        async with asyncio.timeout(30):
            while self.looker.looked < until:
                await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()


async def finds(incident: Incident, inventory: Inventory) -> Sequence[Clue]:
    assert "vy-r1" in inventory.devices
    return [CLUE]


async def finds_nothing(_incident: Incident, _inventory: Inventory) -> Sequence[Clue]:
    return ()


async def fails(_incident: Incident, _inventory: Inventory) -> Sequence[Clue]:
    raise Unreachable("10.28.4.1: silent")


async def breaks(_incident: Incident, _inventory: Inventory) -> Sequence[Clue]:
    raise ZeroDivisionError


async def test_what_all_looks_find_is_told_together() -> None:
    stage = Stage(finds, finds_nothing, finds)
    stage.open()
    await stage.settle(until=1)
    assert stage.told == [Looked(7, 1000.0, (CLUE, CLUE))]


async def test_nothing_found_is_nothing_told() -> None:
    stage = Stage(finds_nothing)
    stage.open()
    await stage.settle(until=1)
    assert stage.told == []


async def test_a_look_that_fails_costs_nothing_but_itself() -> None:
    stage = Stage(fails, breaks, finds)
    stage.open()
    await stage.settle(until=1)
    assert stage.told == [Looked(7, 1000.0, (CLUE,))]
    assert (stage.looker.failed, stage.looker.bugs) == (1, 1)


async def test_a_look_that_hangs_is_given_up() -> None:
    async def hangs(_incident: Incident, _inventory: Inventory) -> Sequence[Clue]:
        await asyncio.sleep(3600)
        return [CLUE]

    stage = Stage(hangs, finds, patience=0.01)
    stage.open()
    await stage.settle(until=1)
    assert stage.told == [Looked(7, 1000.0, (CLUE,))]
    assert stage.looker.failed == 1


@pytest.mark.parametrize("kind", ["outage", "redundancy_lost", "degraded", "service"])
async def test_kinds_that_are_worth_it(kind: Kind) -> None:
    stage = Stage(finds)
    stage.open(replace(INCIDENT, kind=kind))
    await stage.settle(until=1)
    assert len(stage.told) == 1


@pytest.mark.parametrize(("kind", "event"), [("blind", "opened"), ("change", "opened"), ("outage", "reminded")])
async def test_everything_else_is_passed_over(kind: Kind, event: Event) -> None:
    stage = Stage(finds)
    stage.open(replace(INCIDENT, kind=kind), event)
    stage.open(replace(INCIDENT, id=8))
    await stage.settle(until=1)
    assert [piece.incident for piece in stage.told if isinstance(piece, Looked)] == [8]
    assert stage.looker.dropped == 0


async def test_a_storm_is_looked_into_only_so_often() -> None:
    stage = Stage(finds)
    for number in range(A_MINUTE + 5):
        stage.open(replace(INCIDENT, id=number))
    await stage.settle(until=A_MINUTE)
    assert [piece.incident for piece in stage.told if isinstance(piece, Looked)] == list(range(A_MINUTE))
    assert stage.looker.dropped == 5
    stage.clock.time += 60
    stage.open(replace(INCIDENT, id=99))
    await stage.settle(until=A_MINUTE + 1)
    assert stage.looker.dropped == 5


async def test_only_so_many_at_once() -> None:
    busy = 0
    most = 0

    async def counts(_incident: Incident, _inventory: Inventory) -> Sequence[Clue]:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        for _ in range(10):
            await asyncio.sleep(0)
        busy -= 1
        return ()

    stage = Stage(counts)
    for number in range(A_MINUTE):
        stage.open(replace(INCIDENT, id=number))
    await stage.settle(until=A_MINUTE)
    assert most == AT_ONCE
