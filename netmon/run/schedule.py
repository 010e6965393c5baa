"""Whose turn is it?

Every (target, collector) has a phase of its own, derived from its name, so that a round is spread over
its interval and a restart does not change the order. Times are on the clock's one axis; what became due
while the loop was busy runs once, late, and is counted.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import Any, NamedTuple
from zlib import crc32

from netmon.model import Inventory, Target, Task

SLICE = 0.05
"""Seconds: turns that fall into one slice are taken together."""
FIRST_ROUND = 5.0
"""Seconds after the start within which everything is asked once, where that is not too much at once."""
FIRST_RATE = 2000.0
"""Polls a second at most in the first round: what there is more of is spread over a longer one."""


class Job(NamedTuple):
    """A task and what it is pointed at."""

    target: Target
    task: Task

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the job across a reload."""
        return (self.target.id, self.task.collector)


def jobs(inventory: Inventory, quiet: Collection[str] = ()) -> list[Job]:
    """Everything there is to poll: devices, the far ends of lines, services.

    The services in `quiet` are only looked at now and then by collectors that can do so (`outside`). Of plug-ins that
    are equal and can ask many at once all jobs hold the same one, wherever the inventory wrote it.
    """
    found = [*_device_jobs(inventory), *_link_jobs(inventory), *_service_jobs(inventory, quiet)]
    distinct: dict[type, list[Any]] = {}
    return [_shared(job, distinct) if hasattr(job.task.plugin, "collect_slice") else job for job in found]


def _shared(job: Job, distinct: dict[type, list[Any]]) -> Job:
    """The job with the first plug-in that is equal to its own."""
    own = job.task.plugin
    known = distinct.setdefault(type(own), [])
    for first in known:  # a plug-in may be unhashable
        if first == own:
            return job if first is own else Job(job.target, replace(job.task, plugin=first))
    known.append(own)
    return job


def _device_jobs(inventory: Inventory) -> list[Job]:
    found: list[Job] = []
    ports: dict[str, list[str]] = {}
    for link in inventory.links.values():
        for device_id, port in link.ends:
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
                platform=device.cli.platform if device.cli is not None else "",
            )
            found.append(Job(target, task))
    return found


def _link_jobs(inventory: Inventory) -> list[Job]:
    found: list[Job] = []
    for link in inventory.links.values():
        if link.address is not None:
            level = inventory.sites[link.site].level
            for task in link.collect.values():
                target = Target(
                    id=link.id, of="link", site=link.site, level=level, address=link.address, timeout=task.timeout
                )
                found.append(Job(target, task))
    return found


def _service_jobs(inventory: Inventory, quiet: Collection[str]) -> list[Job]:
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
                found.append(Job(target, _brief(task) if service.id in quiet else task))
    return found


def _brief(task: Task) -> Task:
    """What is asked instead while nobody needs the whole answer."""
    if not hasattr(task.plugin, "outside"):
        return task
    plugin, every = task.plugin.outside()
    return replace(task, plugin=plugin, every=max(task.every, every))


class Due(NamedTuple):
    """A job whose turn it is, and when that was."""

    job: Job
    at: float


@dataclass(slots=True)
class _Turn:
    """A job, when its turn is, and where in each interval (s since the epoch modulo `every`) its turns lie."""

    job: Job
    at: float
    phase: float
    every: float


class Schedule:
    """Due times of all jobs, the earliest first.

    Turns stand in bins of a slice each, and only the bins in a heap: most turns of a bin are taken at once, and
    sorting those few costs less than a way through a heap of all for each.
    """

    def __init__(self, wanted: Iterable[Job], now: float) -> None:
        self._turns: dict[tuple[str, str], _Turn] = {}
        self._bins: dict[int, list[tuple[float, tuple[str, str], _Turn]]] = {}
        self._order: list[int] = []
        self.skipped = 0
        self.replace(wanted, now)

    def __len__(self) -> int:
        return len(self._turns)

    def replace(self, wanted: Iterable[Job], now: float) -> None:
        """Poll these from now on; a job that was there before with the same interval keeps its turn."""
        old, self._turns = self._turns, {}
        wanted = list(wanted)
        first = max(FIRST_ROUND, len(wanted) / FIRST_RATE)
        for job in wanted:
            before, every = old.get(job.key), job.task.every
            same = before is not None and before.job.task.every == every
            at = before.at if before is not None and same else now + _phase(job, min(every, first))
            self._turns[job.key] = _Turn(job, at, _phase(job, every), every)
        self._bins, self._order = {}, []
        for key, turn in self._turns.items():
            self._put(turn.at, key, turn)

    def next(self) -> float | None:
        """When the next turn is due; None if there is nothing to poll."""
        while self._order:
            waiting = [at for at, _, turn in self._bins[self._order[0]] if at == turn.at]
            if waiting:
                return min(waiting)
            del self._bins[heappop(self._order)]  # all have been moved since, and stand elsewhere
        return None

    def take(self, now: float) -> list[Due]:
        """The jobs whose turn it is; each gets its next one, on its own phase."""
        due: list[Due] = []
        put, last = self._put, int(now // SLICE)
        while self._order and self._order[0] <= last:
            number = heappop(self._order)
            for at, key, turn in sorted(self._bins.pop(number)):
                if at != turn.at:  # has been moved since, and stands elsewhere too
                    continue
                if at <= now:
                    job, every, phase = turn.job, turn.every, turn.phase
                    due.append(Due(job, at))
                    turn.at = _after(at, now, every, phase)
                    if now - at >= every:
                        self.skipped += int((now - at) / every)
                put(turn.at, key, turn)
            if number == last:
                break
        return due

    def leave_out(self, key: tuple[str, str], rounds: int) -> None:
        """So many turns of this job are left out, on its own phase; they are not lost ones."""
        turn = self._turns.get(key)
        if turn is not None and rounds > 0:
            self._move(key, turn, turn.at + rounds * turn.job.task.every)

    def at_once(self, key: tuple[str, str], now: float) -> None:
        """It is this job's turn now, if not before; the ones after that are on its own phase."""
        turn = self._turns.get(key)
        if turn is not None and turn.at > now:
            self._move(key, turn, now)

    def _move(self, key: tuple[str, str], turn: _Turn, at: float) -> None:
        turn.at = at
        self._put(at, key, turn)

    def _put(self, at: float, key: tuple[str, str], turn: _Turn) -> None:
        number = int(at // SLICE)
        waiting = self._bins.get(number)
        if waiting is None:
            waiting = self._bins[number] = []
            heappush(self._order, number)
        waiting.append((at, key, turn))


def _after(at: float, now: float, every: float, phase: float) -> float:
    """The first turn on the phase that is at least half an interval after `at` and not in the past."""
    earliest = at + every / 2
    if earliest < now:
        earliest = now
    return phase - (phase - earliest) // every * every


def _phase(job: Job, spread: float) -> float:
    """Where in an interval of `spread` seconds the job's turn lies: by name, the same after every restart."""
    return crc32("/".join(job.key).encode()) / 2**32 * spread
