"""What has happened to an incident, and who hears of that?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from netmon.decide.desk import ladder, post, reach, routing, shadow
from netmon.decide.desk.quiet import keeping_quiet
from netmon.decide.desk.reach import Recipient
from netmon.decide.desk.routing import RANK
from netmon.decide.desk.state import Desk
from netmon.decide.desk.work import Work, hidden, rungs, stopped
from netmon.model import Incident, IncidentEvent
from netmon.people import Case, Urgency


def take(work: Work, event: IncidentEvent) -> None:
    """Take in one piece of news. What is only noted is told nobody."""
    desk, incident = work.desk, event.incident
    if event.event == "noted":
        if incident.id in desk.incidents:
            desk.incidents[incident.id] = incident
        return
    desk.incidents[incident.id] = incident
    case = work.case(incident.id)
    if incident.id not in desk.cases and event.event != "opened":
        case = adopted(work, case, incident)
    outgrown = shadow.outgrown(desk, case, work.wall)
    if outgrown:
        case = replace(case, shadow=False, told=())
    if incident.state == "resolved" and event.event != "opened":
        case = _ended(work, case, event)
    else:
        case = _told(work, case, event, anew=outgrown or event.event == "opened")
        if incident.state == "resolved":  # a change is over as soon as it is told
            case = replace(stopped(case), trying=case.trying, over=True)
    work.keep(case)


def grown(desk: Desk, incidents: Iterable[Incident], now: float) -> Iterator[IncidentEvent]:
    """Of the open incidents, those that have taken in more sites without an event of their own, and are news for that:
    a silence hides them no longer, or they are more urgent than they were told."""
    for incident in incidents:
        known, case = desk.incidents.get(incident.id), desk.cases.get(incident.id)
        if known is None or case is None or known.affected == incident.affected:
            continue
        desk.incidents[incident.id] = incident
        if case.silenced:
            if keeping_quiet(desk, incident, now) is None:
                yield IncidentEvent(event="opened", at=now, incident=incident)
        elif desk.roster.routes:
            chosen = routing.choose(desk.roster, desk.inventory, incident, now + desk.ahead)
            if RANK[chosen.urgency] > RANK[urgency_of(case)]:
                yield IncidentEvent(event="updated", at=now, incident=incident)


def _told(work: Work, case: Case, event: IncidentEvent, anew: bool) -> Case:
    """It is new, or has changed: told by its routes if it is `anew`, was hidden or has become worse; and to all who
    know it by text, or to whoever has acknowledged it alone."""
    quiet = keeping_quiet(work.desk, event.incident, work.now)
    if quiet is not None:
        return hidden(case, quiet)
    chosen = routing.choose(work.desk.roster, work.desk.inventory, event.incident, work.wall)
    worse = RANK[chosen.urgency] > RANK[urgency_of(case)]
    anew = anew or case.silenced != 0 or worse
    case = replace(case, silenced=0)
    if case.acked_by:
        if worse:  # whoever has it is called once for that, and whoever gets it back hears it like that
            case = ladder.at_foot(case, chosen)
        urgency: Urgency = "ring" if anew and chosen.urgency == "ring" else "text"
        return post.post(work, case, event, holders(work, case), urgency, why=f"acknowledged by {case.acked_by}")
    if anew:
        case = ladder.begin(work, case, event, chosen)
    case = post.post(work, case, event, told(work, case), "text", why="told before")
    return _in_bulletin(work, case)


def afresh(work: Work, case: Case) -> Case:
    """Tell of an incident that goes on as if it had just begun; whoever knows it already is reminded."""
    if case.shadow and shadow.person(work.desk, work.wall) is None:
        case = replace(case, shadow=False, told=())
    chosen = routing.choose(work.desk.roster, work.desk.inventory, work.desk.incidents[case.incident], work.wall)
    return ladder.begin(work, case, work.event(case, "reminded" if case.told else "opened"), chosen)


def urgency_of(case: Case) -> Urgency:
    """How urgent it was when it was told, by the strongest of its routes."""
    return max((case.urgency, *(rung.urgency for rung in case.also)), key=RANK.__getitem__)


def _ended(work: Work, case: Case, event: IncidentEvent) -> Case:
    """All who heard of it, or have it, hear that it is over, quietly; of what they had not heard yet they need no other
    way any more. What was hidden from the beginning to the end is told nobody."""
    heard, before = case.told or any(rung.step >= 0 for rung in rungs(case)), case
    case = replace(stopped(case), trying=(), silenced=0, over=True)
    if before.silenced and not heard:
        return replace(case, waiting=())
    if work.desk.mute is not None:  # whoever was told reads the end of it in the first bulletin after that
        return post.wait(case, dict.fromkeys(to for to, _ in case.told), work.wall)
    for one in {one.id: one for one in (*told(work, case), *holders(work, case))}.values():
        case = post.quietly(work, case, event, one, reach.quietly(work.desk.roster, one, before), "told before")
    return _in_bulletin(work, case)


def _in_bulletin(work: Work, case: Case) -> Case:
    """The routes that wait for the bulletin have it there, in whatever state it is by then."""
    for rung in rungs(case):
        route = ladder.route_of(work.desk.roster, rung)
        if rung.urgency == "digest" and route is not None:
            case = post.wait(case, ladder.readers(work.desk.roster, route), work.wall)
    return case


def told(work: Work, case: Case) -> list[Recipient]:
    """Who has heard of it, as far as they are still there."""
    return reach.recipients(work.desk, dict.fromkeys(to for to, _ in case.told), work.wall)


def holders(work: Work, case: Case) -> list[Recipient]:
    """Who has acknowledged it; somebody whom the roster does not know cannot be told, and then all who know it are."""
    if not case.acked_by:
        return []
    return reach.recipients(work.desk, (case.acked_by,), work.wall) or told(work, case)


def adopted(work: Work, case: Case, incident: Incident) -> Case:
    """An incident from before there were routes: the first ones of its route are taken to know it."""
    chosen = routing.choose(work.desk.roster, work.desk.inventory, incident, work.wall)
    policy = work.desk.roster.policies.get(chosen.policy)
    names = policy.steps[0].tell if policy is not None and policy.steps else ()
    roster = work.desk.roster
    known = reach.recipients(work.desk, names, work.wall) or reach.everybody(work.desk, work.wall)
    pairs = tuple((one.id, by) for one in known for by in reach.channels(roster, one, "text").by)
    heard = RANK[chosen.urgency] >= RANK["text"]
    return replace(case, route=chosen.routes[0].name, urgency=chosen.urgency, told=pairs if heard else ())
