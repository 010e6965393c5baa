"""What stands beside a state: planned work, nobody at work, a line that flaps?

Planned work covers what it names and everything that can be reached only over that. A site with working
hours that falls silent outside them, and with nothing behind it, is taken to be switched off; it is told a
quarter of an hour after work begins, if it is silent still. When it returns, its uptime has the last word:
a device that was never switched off had a cut line, and the mark is taken back.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal
from zoneinfo import ZoneInfo

from netmon.decide import coverage, hours
from netmon.decide.state import Core, Plans, Wishes
from netmon.model import Calendar, Entry, Inventory, Maintenance, Mark, MarkKind, Site, Standing, State

LATE = 900.0
"""Seconds after the beginning of work within which a site may still be switched on."""
DOUBT = 600.0
"""Seconds that a returned site has to tell its uptime."""
ASK_UPTIME = 10.0
"""Seconds between two looks whether it has."""
AFTER = 3600.0
"""Seconds for which the end of an excuse is remembered: what is still broken then is told a confirm later."""
ALIVE = (State.UP, State.DEGRADED)


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Begin and end marks; returns when the next one begins or ends."""
    inventory = core.known.inventory
    if core.plans is None or core.plans.inventory is not inventory:
        offices = tuple(site for site in inventory.sites.values() if site.hours in inventory.calendars)
        covers = {work: coverage.covered(core.known.graph, inventory, work.what) for work in core.maintenance}
        core.plans = Plans(inventory, covers, offices)
    for name in [name for name, until in core.excused.items() if until + AFTER < now]:
        del core.excused[name]
    times = [*_maintenance(core, core.plans, wishes, now), *_offices(core, core.plans, wishes, now)]
    return min((at for at in times if at > now), default=None)


def flapping(core: Core, wishes: Wishes, now: float) -> None:
    """Mark what the book of incidents calls flapping."""
    flaps = {incident.seat: incident.opened_at for incident in core.book.open() if incident.flapping}
    for name in [name for name, mark in core.marked if mark == "flapping" and name not in flaps]:
        end(core, wishes, name, "flapping", now, now)
    for name, since in flaps.items():
        if (name, "flapping") not in core.marked:
            begin(core, wishes, name, "flapping", since, "", now)


def _maintenance(core: Core, plans: Plans, wishes: Wishes, now: float) -> Iterator[float]:
    """Begin what has begun and end what is over; yields when that happens next."""
    wall = now + core.ahead
    active: dict[str, Maintenance] = {}
    for work, names in plans.covers.items():
        yield from (work.since - core.ahead, work.until - core.ahead)
        if work.since <= wall < work.until:
            for name in names:
                if name not in active or active[name].until < work.until:
                    active[name] = work
    for name, until in core.excused.items():  # of work that was taken back before its end; areas bear no mark
        covered = (name, "maintenance") in core.marked or _of(plans.inventory, name) is None
        if until > now and covered and name not in active:
            core.excused[name] = now
    for name in [name for name, mark in core.marked if mark == "maintenance" and name not in active]:
        end(core, wishes, name, "maintenance", now, now)
    for name, work in active.items():
        core.excused[name] = work.until - core.ahead
        if (name, "maintenance") not in core.marked and _of(plans.inventory, name) is not None:
            begin(core, wishes, name, "maintenance", work.since - core.ahead, work.why, now)


def _offices(core: Core, plans: Plans, wishes: Wishes, now: float) -> Iterator[float]:
    """Sites that are switched off after work; yields when to look again."""
    if not plans.offices:
        return
    zone = ZoneInfo(plans.inventory.timezone)
    for site in plans.offices:
        standing, mark = core.known.standings.get(site.id), core.marked.get((site.id, "off"))
        if standing is not None and (mark is not None or standing.state is State.DOWN):
            since = standing.since if mark is None else mark.since
            begins = _work_begins(core, plans.inventory.calendars[site.hours], since, zone)
            _switched_off(core, wishes, site, standing, begins, now)
            if (site.id, "off") in core.marked:
                core.excused[site.id] = begins + LATE
                yield begins
        if site.id in core.doubted and standing is not None and standing.state in ALIVE:
            _confirm_off(core, wishes, site, standing, now)
            yield now + ASK_UPTIME


def _work_begins(core: Core, calendar: Calendar, since: float, zone: ZoneInfo) -> float:
    """When work begins after `since`, on the axis of `now`: at once if somebody is at work then, perhaps never."""
    if hours.at_work(calendar, since + core.ahead, zone):
        return since
    start = hours.next_start(calendar, since + core.ahead, zone)
    return float("inf") if start is None else start - core.ahead


def _switched_off(core: Core, wishes: Wishes, site: Site, standing: Standing, begins: float, now: float) -> None:
    """Begin the mark of a silent site, or end it: it is back, work has begun, or it was something else after all."""
    mark = core.marked.get((site.id, "off"))
    if mark is None:
        if now < begins and _alone(core, site):
            begin(core, wishes, site.id, "off", standing.since, "", now)
    elif now >= begins:
        core.doubted[site.id] = replace(mark, until=begins)
        end(core, wishes, site.id, "off", begins, now)
    elif standing.state in ALIVE:
        core.doubted[site.id] = replace(mark, until=max(standing.since, mark.since))
        core.excused.pop(site.id, None)
        end(core, wishes, site.id, "off", standing.since, now)
    elif standing.state is State.DOWN and not _alone(core, site):
        core.excused.pop(site.id, None)
        end(core, wishes, site.id, "off", mark.since, now)


def _alone(core: Core, site: Site) -> bool:
    """Is only this site gone, and by itself: nothing behind it, no line or place or carrier to blame?"""
    fault = core.judged.faults.get(site.id)
    inventory = core.known.inventory
    return (
        fault is not None
        and fault.root in (site.id, site.gateway)
        and all(inventory.devices[device].site == site.id for device in fault.members)
    )


def _confirm_off(core: Core, wishes: Wishes, site: Site, standing: Standing, now: float) -> None:
    """It is back: a device that has been up for longer than it was silent was not switched off; take the mark back."""
    mark = core.doubted[site.id]
    uptime = core.known.uptime.get(site.gateway or "")
    if uptime is not None and uptime[1] >= standing.since:
        if uptime[1] - uptime[0] < mark.since:
            _write(core, wishes, mark, mark.since, now)
        del core.doubted[site.id]
    elif now > standing.since + DOUBT:
        del core.doubted[site.id]


def begin(core: Core, wishes: Wishes, name: str, mark: MarkKind, since: float, why: str, now: float) -> None:
    """Write that `name` bears this mark from now on; what has no state cannot bear one."""
    of = _of(core.known.inventory, name)
    if of is not None:
        core.marked[name, mark] = Mark(id=name, of=of, mark=mark, since=since, why=why)
        wishes.entries.append(Entry(core.number(), now, core.marked[name, mark]))


def end(core: Core, wishes: Wishes, name: str, mark: MarkKind, until: float, now: float) -> None:
    """Write that a mark is over."""
    _write(core, wishes, core.marked.pop((name, mark)), until, now)


def _write(core: Core, wishes: Wishes, mark: Mark, until: float, now: float) -> None:
    """The mark once more, with its end; it never ends before it began."""
    wishes.entries.append(Entry(core.number(), now, replace(mark, until=max(until, mark.since))))


def _of(inventory: Inventory, name: str) -> Literal["site", "device", "link", "service"] | None:
    """What kind of thing can be marked; None for areas, carriers and places, which have no state."""
    if name in inventory.sites:
        return "site"
    if name in inventory.devices:
        return "device"
    if name in inventory.links:
        return "link"
    return "service" if name in inventory.services else None
