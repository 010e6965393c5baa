"""Are the bridges of a conference ready, all of them looked at together?

An hour before it begins a conference is looked at unasked, and what was seen is told like any other change.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from netmon.clock import Clock
from netmon.errors import BadAnswer, CollectError, NotServing
from netmon.model import Conference, Finding, Inventory, Link, Sample, Standing, State
from netmon.reading.voice import Quality
from netmon.run.agenda import Duty
from netmon.run.schedule import Job, jobs
from netmon.run.windows import AHEAD
from netmon.settings.conferences import BRIDGE
from netmon.wire.net import Net

TOGETHER = 200
"""Bridges that are asked at the same time: with 20 packets a second each, 4,000 packets a second and some 2 Mbit/s."""
SATISFIED = 4.03
"""The opinion score of an R of 80, from which on users are satisfied (ITU-T G.107, table B.1)."""
NORM = Quality(loss=0.01, delay=0.150, jitter=0.030, mos=SATISFIED)
"""What interactive video wants: the figures most vendors of conference systems give."""
FAILED = (State.DOWN, State.UNREACHABLE)
NAMED = 30
"""Sites that are named in a finding as not being ready."""

Grade = Literal["lost", "poor", "unknown", "usable", "good"]
"""From worst to best. `unknown`: it could not be measured, for a reason of our own."""
GRADES: tuple[Grade, ...] = ("lost", "poor", "unknown", "usable", "good")
READY: tuple[Grade, ...] = ("usable", "good")


class Heard(NamedTuple):
    """How one bridge did: the service it is, the site it is at, the figures as far as there are any, what is wrong, and
    the root of the incident that explains it, if there is one."""

    bridge: str
    site: str
    grade: Grade
    quality: Quality | None = None
    why: str = ""
    behind: str = ""


class Way(NamedTuple):
    """The line over which a site is reached now, and whether that is not the one it should be."""

    line: Link
    backup: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All bridges of a conference (or all there are) at one time: `heard` the worst first, `ways` by site."""

    event: Conference | None
    at: float
    heard: tuple[Heard, ...]
    ways: Mapping[str, Way]

    @property
    def ready(self) -> int:
        """How many are good, or good enough."""
        return sum(each.grade in READY for each in self.heard)


async def look(
    inventory: Inventory,
    found: Sequence[Job],
    net: Net,
    at: float,
    standings: Mapping[str, Standing],
    event: Conference | None = None,
) -> Look:
    """Measure these bridges, those of a conference or all there are, at the same time; takes as long as one train.

    `standings` of lines and bridges, as far as they are known. Raises NotPermitted.
    """
    heard: list[Heard] = []
    for begun in range(0, len(found), TOGETHER):
        together = found[begun : begun + TOGETHER]
        heard += await asyncio.gather(*(_measure(job, net, standings.get(job.target.id)) for job in together))
    heard.sort(key=lambda each: (GRADES.index(each.grade), each.quality.mos if each.quality else 0.0, each.bridge))
    ways = {site: way for site in {each.site for each in heard} if (way := way_to(inventory, site, standings))}
    return Look(event=event, at=at, heard=tuple(heard), ways=ways)


def bridges(inventory: Inventory, event: Conference | None = None, packets: int | None = None) -> list[Job]:
    """What measures the bridges in full: those of a conference, or all. `packets`: so many instead of each one's own.

    ValueError if that would take too long.
    """
    found = [
        job
        for job in jobs(inventory)
        if job.task.collector == BRIDGE and (event is None or job.target.id in event.bridges)
    ]
    if packets is None:
        return found
    return [Job(job.target, replace(job.task, plugin=replace(job.task.plugin, packets=packets))) for job in found]


async def _measure(job: Job, net: Net, standing: Standing | None) -> Heard:
    target, error = job.target, None
    try:
        samples: Sequence[Sample] = await job.task.plugin.collect(target, net)
    except CollectError as raised:
        error, samples = raised, raised.samples
    quality = _quality(samples)
    grade = _grade(error, quality, samples)
    behind = standing.behind or "" if standing is not None and grade == "lost" else ""
    return Heard(target.id, target.site, grade, quality, str(error or ""), behind)


def _quality(samples: Sequence[Sample]) -> Quality | None:
    told = {sample.metric: sample.value for sample in samples}
    loss, rtt = told.get("netmon_probe_loss_ratio"), told.get("netmon_probe_rtt_seconds")
    if loss is None:
        return None
    delay = None if rtt is None else rtt / 2
    return Quality(loss, delay, told.get("netmon_probe_jitter_seconds"), told.get("netmon_probe_mos", 1.0))


def _grade(error: CollectError | None, quality: Quality | None, samples: Sequence[Sample]) -> Grade:
    if isinstance(error, BadAnswer):
        return "unknown"
    if error is not None:
        return "poor" if isinstance(error, NotServing) else "lost"
    if quality is None:
        return "unknown"
    packets = next((sample.value for sample in samples if sample.metric == "netmon_probe_train_packets"), 0.0)
    lossy = quality.loss > NORM.loss and quality.loss * packets > 1.5  # one lost packet may be chance
    slow = (quality.delay or 0.0) > (NORM.delay or 0.0) or (quality.jitter or 0.0) > (NORM.jitter or 0.0)
    return "usable" if lossy or slow or quality.mos < NORM.mos else "good"


def way_to(inventory: Inventory, site: str, standings: Mapping[str, Standing]) -> Way | None:
    """The line that a site is reached by: its best one that is not known to have failed.

    None if that cannot be told: it has none, all have failed, or of several nothing is known of the best.
    """
    lines = [inventory.links[key] for key in inventory.sites[site].uplinks if key in inventory.links]
    lines.sort(key=lambda line: line.role != "primary")
    states = [standings[line.id].state if line.id in standings else State.UNKNOWN for line in lines]
    live = [(line, state) for line, state in zip(lines, states, strict=True) if state not in FAILED]
    if not live or (len(lines) > 1 and live[0][1] == State.UNKNOWN):
        return None
    line, _ = live[0]
    return Way(line, line.role == "backup")


@dataclass(frozen=True, slots=True)
class Once:
    """A trigger for one time, which is not made up for."""

    at: datetime

    def get_next_fire_time(self, previous_fire_time: None, now: datetime) -> datetime | None:
        """That time, while it is to come."""
        return self.at if now <= self.at else None


def duties(inventory: Inventory, work: Callable[[Conference], Coroutine[Any, Any, None]]) -> list[Duty]:
    """A duty for each conference: an hour before it begins `work` is done with it."""
    zone = ZoneInfo(inventory.timezone)
    return [
        Duty(
            name=f"conference {event.name} at {datetime.fromtimestamp(event.at, zone):%Y-%m-%d %H:%M}",
            when=Once(datetime.fromtimestamp(event.at - AHEAD, UTC)),
            work=_work(work, event),
        )
        for event in inventory.events
    ]


def _work(
    work: Callable[[Conference], Coroutine[Any, Any, None]], event: Conference
) -> Callable[[], Coroutine[Any, Any, None]]:
    return lambda: work(event)


async def readiness(
    inventory: Inventory,
    event: Conference,
    net: Net,
    clock: Clock,
    standings: Mapping[str, Standing],
    write: Callable[[Look], str],
) -> Finding:
    """Look at a conference's bridges; what is told of it, with the page that `write` makes. Raises NotPermitted."""
    wall = clock.now() + clock.ahead()
    seen = await look(inventory, bridges(inventory, event), net, wall, standings, event)
    return finding(inventory, seen, event, write(seen), clock.now())


def finding(inventory: Inventory, seen: Look, event: Conference, page: str, now: float) -> Finding:
    """What is told of a look: how many bridges are ready, at which sites they are not, and the whole page."""
    begins = datetime.fromtimestamp(event.at, ZoneInfo(inventory.timezone))
    missing = list(dict.fromkeys(each.site for each in seen.heard if each.grade not in READY))
    values = (
        ("event", event.name),
        ("begins", f"{begins:%H:%M %d/%m/%Y}"),
        ("ready", str(seen.ready)),
        ("total", str(len(seen.heard))),
        ("missing", ", ".join(missing[:NAMED])),
    )
    return Finding(inventory.vantage, now, "conference_ready", values, page)
