"""Whose turn is it?

Every (target, collector) has a phase of its own, derived from its name, so that a round is spread over
its interval and a restart does not change the order. Times are on the clock's one axis; what became due
while the loop was busy runs once, late, and is counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple
from zlib import crc32

from netmon.model import Inventory, Target, Task

SLICE = 0.05
"""Seconds: turns that fall into one slice are taken together."""
FIRST_ROUND = 5.0
"""Seconds after the start within which everything is asked once."""


class Job(NamedTuple):
    """A task and what it is pointed at."""

    target: Target
    task: Task

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the job across a reload."""
        return (self.target.id, self.task.collector)


def jobs(inventory: Inventory) -> list[Job]:
    """Everything there is to poll: devices, the far ends of lines, services."""
    found: list[Job] = []
    ports: dict[str, list[str]] = {}
    for link in inventory.links.values():
        for device_id, port in ((link.source, link.local), (link.target, link.remote)):
            if port:
                ports.setdefault(device_id, []).append(port)
    for device in inventory.devices.values():
        if device.address is None:
            continue
        for task in device.collect.values():
            target = Target(
                id=device.id,
                of="device",
                site=device.site,
                level=inventory.sites[device.site].level,
                address=device.address,
                timeout=task.timeout,
                credential=inventory.credentials.get(device.credential),
                ports=tuple(ports.get(device.id, ())),
            )
            found.append(Job(target, task))
    for link in inventory.links.values():
        if link.address is not None:
            level = inventory.sites[link.site].level
            for task in link.collect.values():
                target = Target(
                    id=link.id, of="link", site=link.site, level=level, address=link.address, timeout=task.timeout
                )
                found.append(Job(target, task))
    return found + _service_jobs(inventory)


def _service_jobs(inventory: Inventory) -> list[Job]:
    found: list[Job] = []
    for service in inventory.services.values():
        device = inventory.devices[service.on]
        address = service.address or device.address
        if address is not None:
            level = inventory.sites[service.site].level
            credential = inventory.credentials.get(device.credential)
            for task in service.collect.values():
                target = Target(
                    id=service.id,
                    of="service",
                    site=service.site,
                    level=level,
                    address=address,
                    timeout=task.timeout,
                    credential=credential,
                )
                found.append(Job(target, task))
    return found


@dataclass(slots=True)
class _Turn:
    job: Job
    at: float


class Schedule:
    """Due times of all jobs, the earliest first."""

    def __init__(self, wanted: Iterable[Job], now: float) -> None:
        self._turns: dict[tuple[str, str], _Turn] = {}
        self._heap: list[tuple[float, tuple[str, str]]] = []
        self.skipped = 0
        self.replace(wanted, now)

    def __len__(self) -> int:
        return len(self._turns)

    def replace(self, wanted: Iterable[Job], now: float) -> None:
        """Poll these from now on; a job that was there before with the same interval keeps its turn."""
        old, self._turns = self._turns, {}
        for job in wanted:
            before = old.get(job.key)
            same = before is not None and before.job.task.every == job.task.every
            at = before.at if before is not None and same else now + _phase(job, min(job.task.every, FIRST_ROUND))
            self._turns[job.key] = _Turn(job, at)
        self._heap = [(turn.at, key) for key, turn in self._turns.items()]
        heapify(self._heap)

    def next(self) -> float | None:
        """When the next turn is due; None if there is nothing to poll."""
        return self._heap[0][0] if self._heap else None

    def take(self, now: float) -> list[Job]:
        """The jobs whose turn it is; each gets its next one, on its own phase."""
        due: list[Job] = []
        while self._heap and self._heap[0][0] <= now:
            at, key = heappop(self._heap)
            turn = self._turns[key]
            due.append(turn.job)
            every = turn.job.task.every
            turn.at = self._after(turn.job, at, now)
            self.skipped += max(0, int((now - at) / every))
            heappush(self._heap, (turn.at, key))
        return due

    def _after(self, job: Job, at: float, now: float) -> float:
        """The first turn on the job's phase that is at least half an interval after `at` and not in the past."""
        every = job.task.every
        earliest = max(at + every / 2, now)
        rounds = -((_phase(job, every) - earliest) // every)
        return _phase(job, every) + rounds * every


def _phase(job: Job, spread: float) -> float:
    """Where in an interval of `spread` seconds the job's turn lies: by name, the same after every restart."""
    return crc32("/".join(job.key).encode()) / 2**32 * spread
