"""Who is meant by a name in a policy, and by which channels is that person reached?"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from netmon.decide.desk import rota
from netmon.decide.desk.state import Desk
from netmon.people import Case, Channels, Person, Roster, Urgency


class Recipient(NamedTuple):
    """Somebody who can be told something now: a person, or a channel with an address of its own (`person` None)."""

    id: str
    person: Person | None = None


def recipients(desk: Desk, names: Iterable[str], wall: float) -> list[Recipient]:
    """Who is behind these names (people, rotas, channels) at this wall time, each once; whoever has left, is unknown or
    has no address is left out."""
    day, away = datetime.fromtimestamp(wall, desk.zone).date(), gone(desk)
    found = (_recipient(desk, name, wall, day, away) for name in names)
    return list({one.id: one for one in found if one is not None}.values())


def _recipient(desk: Desk, name: str, wall: float, day: date, away: frozenset[str]) -> Recipient | None:
    roster = desk.roster
    if name in roster.rotas:
        who = rota.on_duty(roster.rotas[name], roster, desk.inventory.calendars, wall, desk.zone, away)
    else:
        who = name
    if who is not None and rota.there(roster, who, day, away):
        person = roster.people[who]
        return Recipient(who, person) if any(_has(roster, person)) else None
    return Recipient(name) if name in roster.channels and name not in roster.people else None


def everybody(desk: Desk, wall: float) -> list[Recipient]:
    """The last resort: all that the first policy names, else all people, else all channels."""
    roster = desk.roster
    first = next(iter(roster.policies.values()), None)
    named = [name for step in first.steps for name in step.tell] if first is not None else []
    return next(
        (found for names in (named, roster.people, roster.channels) if (found := recipients(desk, names, wall))), []
    )


def gone(desk: Desk) -> frozenset[str]:
    """The people who have left as of now, whatever the files still say."""
    return frozenset(act.text for act in desk.acts.values() if act.verb == "leave")


def channels(roster: Roster, one: Recipient, urgency: Urgency) -> Channels:
    """How somebody is told of what is so urgent: of the channels for it those at which there is an address.

    For want of any, the first channel of all that is left; `by` is never empty for a recipient that `recipients` found.
    """
    if one.person is None:
        return Channels(by=(one.id,))
    has = list(_has(roster, one.person))
    wanted = roster.reach.get(urgency) or Channels(by=())
    by = tuple(name for name in wanted.by if name in has)
    otherwise = tuple(name for name in wanted.otherwise if name in has and name not in by)
    if not by:
        rest = tuple(dict.fromkeys((*otherwise, *has)))
        by, otherwise = rest[:1], rest[1:]
    return Channels(by=by, otherwise=otherwise)


def quietly(roster: Roster, one: Recipient, case: Case) -> Channels:
    """How somebody hears of the end: by one channel that reached them and is no call, which only `ring` would use.

    What has arrived counts more than what is still on its way.
    """
    text = channels(roster, one, "text")
    quiet = dict.fromkeys((*channels(roster, one, "digest").by, *text.by, *text.otherwise))
    under_way = {by for each in case.trying if each.to == one.id for by in each.by}
    reached = [by for to, by in case.told if to == one.id and by in quiet]
    best = sorted(reached, key=lambda by: (by in under_way, list(quiet).index(by)))[:1]
    return text if not best else Channels(by=tuple(best), otherwise=tuple(by for by in quiet if by not in best))


def calls(roster: Roster, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the channels that are calls: only what rings uses them."""
    quiet = {by for way in (roster.reach.get("text"), roster.reach.get("digest")) if way for by in _all(way)}
    ring = roster.reach.get("ring")
    loud = _all(ring) if ring is not None else ()
    return tuple(by for by in names if by in loud and by not in quiet)


def _all(way: Channels) -> tuple[str, ...]:
    return (*way.by, *way.otherwise)


def _has(roster: Roster, person: Person) -> Iterator[str]:
    return (name for name in roster.channels if name in person.reach)
