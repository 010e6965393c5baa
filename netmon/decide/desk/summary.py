"""What does one message say of many incidents, and when does it go?

What was gathered for somebody because too much happened at once: a line for each incident, as it stands by then, the
most urgent first. If any of that would have rung, and nobody has called that person lately, one call goes for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from netmon.decide.desk import clockwork, crowd, digest, reach
from netmon.decide.desk.post import deliver
from netmon.decide.desk.routing import RANK
from netmon.decide.desk.work import FIRST, Work, until_next
from netmon.model import Clue, Event, Incident
from netmon.people import Case, Channels, Gathered

LISTED = 12
"""Incidents that have a line of their own; of the rest only the names are given."""


class Item(NamedTuple):
    """An incident that somebody reads of, where it stands with people, and what was gathered."""

    incident: Incident
    case: Case
    what: Gathered

    @property
    def rings(self) -> bool:
        """Whether somebody has to get up for it: until one takes it, and that one again if it becomes worse."""
        worse = self.what.to == self.case.acked_by and self.what.event == "updated"
        open_ = self.incident.state == "open" and (worse or not self.case.acked_by)
        return open_ and self.what.urgency == "ring"


def step(work: Work) -> float | None:
    """Call whom something gathered would have called, and tell what is due; returns when the next is.

    One after the other by their ids: who was gathered for first is forgotten by a restart.
    """
    desk, wakes = work.desk, list[float]()
    for who in sorted(who for who, those in desk.gathered.items() if those):
        if (at := crowd.call_due(desk, who)) is not None and at <= work.now:
            _ring(work, who)
        if (at := crowd.due(desk, who, work.now)) is not None and at <= work.now:
            _tell(work, who)
        wakes += [at for at in (crowd.call_due(desk, who), crowd.due(desk, who, work.now)) if at is not None]
    return min(wakes, default=None)


def _items(work: Work, who: str) -> list[Item]:
    """What is gathered for somebody: what is open before what is over, the most urgent first."""
    desk = work.desk
    found = [
        Item(desk.incidents[number], desk.cases[number], each)
        for number in desk.gathered.get(who, ())
        for each in desk.cases[number].gathered
        if each.to == who
    ]
    return sorted(found, key=_rank)


def _rank(item: Item) -> tuple[bool, int, bool, int, int]:
    one = item.incident
    return (
        one.state == "resolved",
        -RANK[item.what.urgency],
        one.severity != "critical",
        -len(one.affected),
        one.id,
    )


def _ring(work: Work, who: str) -> None:
    """Make one call for all that has yet to ring, if any of it still has to."""
    desk, items = work.desk, [item for item in _items(work, who) if item.case.incident in work.desk.ringing[who]]
    there = reach.recipients(desk, (who,), work.wall)
    loud = reach.calls(desk.roster, reach.channels(desk.roster, there[0], "ring").by) if there else ()
    open_ones = (item for item in items if item.rings)
    about = next((item for item in open_ones if not crowd.is_awake(desk, who, item.incident.id, work.now)), None)
    for item in items:
        rung = tuple(each._replace(rung=True) if each.to == who else each for each in item.case.gathered)
        case = replace(item.case, gathered=rung)
        if item is about and loud:
            case = crowd.sent(desk, case, who, loud, work.now)
            case = replace(case, told=tuple(dict.fromkeys((*case.told, *((who, by) for by in loud)))))
            event = work.event(case, item.what.event)
            case = deliver(work, case, event, there[0], Channels(by=loud), why=f"rings for {len(items)} at once")
        work.keep(case)


def _tell(work: Work, who: str) -> None:
    """Send the message; somebody else reads it if the person has left meanwhile. A single incident has its own words,
    unless it is over before this person has heard of it."""
    desk, items = work.desk, _items(work, who)
    if len(items) == 1 and (as_what := _alone(items[0])) and _told_alone(work, items[0], as_what):
        return
    there = reach.recipients(desk, (who,), work.wall) or reach.everybody(desk, work.wall)
    urgent = any(item.incident.severity == "critical" for item in items)
    event = digest.bulletin(work, _lines(work, items), critical=urgent)
    digest.publish(work, event, there, f"{len(items)} at once", "text")
    for n, item in enumerate(items):
        case = replace(item.case, gathered=tuple(each for each in item.case.gathered if each.to != who))
        if n == 0:
            for one in there:
                case = crowd.sent(desk, case, one.id, reach.channels(desk.roster, one, "text").by, work.now)
        work.keep(case)


def _alone(item: Item) -> Event | None:
    """As what a single incident is told, None if that would wake people for something that is over."""
    if item.incident.state == "open" or item.incident.kind == "change":
        return item.what.event
    return "resolved" if item.what.event not in FIRST or item.what.rung else None


def _told_alone(work: Work, item: Item, event: Event) -> bool:
    """Tell of it alone; False if the person has left."""
    who, roster = item.what.to, work.desk.roster
    there = reach.recipients(work.desk, (who,), work.wall)
    if not there:
        return False
    case = replace(item.case, gathered=tuple(each for each in item.case.gathered if each.to != who))
    way = reach.quietly(roster, there[0], case) if event == "resolved" else reach.channels(roster, there[0], "text")
    case = crowd.sent(work.desk, case, who, way.by, work.now)
    then = until_next(case, work.now)
    work.keep(deliver(work, case, work.event(case, event), there[0], way, then=then, why="gathered"))
    return True


def _lines(work: Work, items: Sequence[Item]) -> list[Clue]:
    """The headline, a line for each, and the names of those for which there is no room."""
    desk, vantage = work.desk, work.desk.inventory.vantage
    since = min(item.incident.opened_at for item in items) + desk.ahead
    counts = {
        "count": len(items),
        "new": sum(item.what.event in FIRST for item in items),
        "ring": sum(item.rings for item in items),
        "over": sum(item.incident.state == "resolved" for item in items),
    }
    head = {key: str(count) for key, count in counts.items() if count}
    head["since"] = clockwork.clock(since, work.wall, desk.zone)
    lines = [Clue(work.now, vantage, "crowd_head", tuple(head.items()))]
    for item in items[:LISTED]:
        lines += _line(work, item.incident)
    if rest := items[LISTED:]:
        roots = ", ".join(dict.fromkeys(item.incident.root for item in rest))
        numbers = ", ".join(str(item.incident.id) for item in rest)
        values = (("count", str(len(rest))), ("roots", roots), ("incident", numbers))
        lines.append(Clue(work.now, vantage, "crowd_rest", values))
    return lines


def _line(work: Work, incident: Incident) -> list[Clue]:
    """Of a change what has changed; of all else what it is, where, since when or from when to when, and its number."""
    desk = work.desk
    if incident.kind == "change":
        return digest.told(desk.inventory, incident, work.now, desk.ahead)
    values = digest.where_and_when(desk.inventory, incident, work.now, desk.ahead)
    values |= {"kind": "resolved" if incident.state == "resolved" else incident.kind, "incident": str(incident.id)}
    values["count"] = str(len(incident.affected)) if len(incident.affected) > 1 else ""
    seen = {key: text for clue in incident.evidence for key, text in clue.values}
    values |= {key: seen[key] for key in ("alertname", "metric", "value", "unit") if seen.get(key)}
    return [Clue(work.now, incident.root, "crowd_line", tuple((key, text) for key, text in values.items() if text))]
