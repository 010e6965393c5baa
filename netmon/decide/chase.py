"""What is asked anew, and when, without waiting for its turn?

Suspects and what has just answered again, lines that are down, and what devices speak of by themselves.
"""

from netmon.decide import detect, hold
from netmon.decide.state import Core, Wishes

PORTS_EVERY = 5.0
"""Seconds between polls of the interfaces of a link that is down."""
PORTS_LATER, RECENT = 15.0, 120.0
"""The same for a link that has been down for longer than the second number: its ends have other work, too."""
HEED = 3.0
"""Seconds between two polls of one thing because of what a device says of it: a storm of traps is none of polls."""
CACHE = 4.0
"""Seconds after which an agent has read its ports anew (net-snmp keeps them for 3 s)."""


def heed(core: Core, wishes: Wishes, now: float) -> None:
    """Look at what devices speak of: at once, and once more after HEED if they go on, however much they say."""
    sets = {"ask": wishes.ask, "ports": wishes.ports, "power": wishes.power}
    for wish in list(core.follow_due):
        if now >= core.followed.get(wish, float("-inf")) + HEED:
            core.follow_due.discard(wish)
            core.followed[wish] = now
            what, name = wish
            sets[what].add(name)


def chase(core: Core, wishes: Wishes, now: float) -> None:
    """Ask again what is in doubt: suspects every half second, services more seldom, a first answer half a second later,
    dead lines' ports."""
    known = core.known
    for name in list(known.active):
        watch = known.watches[name]
        if watch.suspect:
            _doubt(core, wishes, name, now)
        elif watch.returning and watch.answered is not None:
            at = watch.answered + detect.RETURN
            if core.next_ask.get(name, 0.0) < at or core.next_ask[name] <= now:
                if at <= now:
                    wishes.ask.add(name)
                core.next_ask[name] = max(at, now + detect.STEP) if at <= now else at
        elif _untold(core, name, now):
            if core.next_ask.get(name, now) <= now:
                wishes.ask.add(name)
                core.next_ask[name] = now + detect.STEP
        else:
            known.active.discard(name)
            core.next_ask.pop(name, None)
    reading = _read_ports(core, wishes, now)
    times = [*core.next_ask.values(), *core.ports_due.values()]
    times += [until for at in core.due.values() if (until := at + core.wait) > now]
    times += [core.followed[wish] + HEED for wish in core.follow_due]
    if reading:
        times.append(core.ports_at)
    if core.review_at is not None:
        times.append(core.review_at)
    wishes.wake = min(times, default=None)


def _doubt(core: Core, wishes: Wishes, name: str, now: float) -> None:
    """A suspect: hear the witnesses once, ask itself every half second, and read the ports around it.

    At the first miss only where another line may hide the loss of this one, since a table is much to ask for one lost
    packet; and again once the agent's cache has passed, even if the suspect has answered by another way meanwhile.
    """
    known = core.known
    if name not in core.next_ask:
        wishes.ask |= hold.witnesses(known, name)
        if hold.redundant(known, name) and name not in core.ports_due:
            core.ports_due[name] = now + CACHE
            wishes.ports |= hold.ports_around(known, name)
    elif core.next_ask[name] <= now < known.watches[name].suspected_at + 2 * detect.STEP:
        wishes.ports |= hold.ports_around(known, name)
    if core.next_ask.get(name, now) <= now:
        wishes.ask.add(name)
        core.next_ask[name] = now + known.watches[name].pace(now)


def _untold(core: Core, name: str, now: float) -> bool:
    """Is it a device that is called silent, by itself, but not for long enough that anybody is told? It may yet spare
    them the message."""
    watch, device = core.known.watches[name], core.known.inventory.devices.get(name)
    if device is None or not watch.silent or now >= (watch.first_miss or 0.0) + core.confirm:
        return False
    seat, site = core.judged.behind.get(name), core.known.inventory.sites[device.site]
    return not core.blind and (seat == name or (seat == site.id and site.gateway == name))


def _read_ports(core: Core, wishes: Wishes, now: float) -> bool:
    """Read what is due; True if there are lines whose ports are to be read every few seconds."""
    known = core.known
    for name in [name for name, at in core.ports_due.items() if at <= now]:
        del core.ports_due[name]
        wishes.ports |= hold.ports_around(known, name) | hold.ports_beyond(known, name)
    fresh = [fault for fault in core.judged.faults.values() if now < fault.since + core.confirm]
    doubtful = {*known.broken, *(known.held & known.inventory.links.keys()), *(link for f in fresh for link in f.links)}
    if doubtful and now >= core.ports_at and not core.blind:
        recent = known.held or any(now - since < RECENT for since in known.broken.values())
        core.ports_at = now + (PORTS_EVERY if recent else PORTS_LATER)
        for link in doubtful:
            wishes.ports |= hold.ports_around(known, link)
    return bool(doubtful) and not core.blind
