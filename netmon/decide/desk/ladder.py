"""Who is told next as long as nobody says "I take it"?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from netmon.decide.desk import post, reach, routing
from netmon.decide.desk.reach import Recipient
from netmon.decide.desk.routing import RANK, Chosen
from netmon.decide.desk.work import Work, rungs, with_rungs
from netmon.model import Event, IncidentEvent
from netmon.people import Case, Policy, Roster, Route, Rung, Step

FIRST: tuple[Event, ...] = ("opened", "escalated")
"""What somebody hears first of an incident; if any other letter fails, an earlier one has arrived."""


class Place(NamedTuple):
    """A step in a round, and who is told there; empty if all of them have left."""

    step: int
    round: int
    to: list[Recipient]


def begin(work: Work, case: Case, event: IncidentEvent, chosen: Chosen) -> Case:
    """Tell of an incident for the first time, or again as something worse: by each route that was chosen."""
    case = at_foot(case, chosen)
    for n, route in sorted(enumerate(chosen.routes), key=lambda one: -RANK[one[1].urgency]):
        if route.urgency == "digest":
            case = post.wait(case, readers(work.desk.roster, route), work.wall)
        elif route.urgency != "none":
            case = _take(work, case, n, route, event, chosen.why)
    return case


def at_foot(case: Case, chosen: Chosen) -> Case:
    """The case before the first step of each of these routes."""
    return with_rungs(case, [Rung(route.name, route.urgency) for route in chosen.routes])


def readers(roster: Roster, route: Route) -> tuple[str, ...]:
    """Who reads of it in the bulletin: the first step of its policy, and whoever reads all bulletins."""
    policy = roster.policies.get(route.policy or next(iter(roster.policies), ""))
    first = policy.steps[0].tell if policy is not None and policy.steps else ()
    return tuple(dict.fromkeys((*first, *roster.digest_to))) or tuple(roster.channels)


def go_on(work: Work, case: Case, n: int) -> Case:
    """Take the next step of the n-th escalation; of a route that was taken away meanwhile, the first of another."""
    rung = rungs(case)[n]
    route = route_of(work.desk.roster, rung)
    if route is None:
        chosen = routing.choose(work.desk.roster, work.desk.inventory, work.desk.incidents[case.incident], work.wall)
        told_as = max(rung.urgency, chosen.urgency, key=RANK.__getitem__)
        route = replace(chosen.routes[0], urgency=told_as)
        case = _put(case, n, Rung(route.name, route.urgency))
        return _take(work, case, n, route, None, f"{chosen.why}, {rung.route} was taken away")
    return _take(work, case, n, route, None, f"route {rung.route}")


def hurry(work: Work, case: Case) -> Case:
    """Nobody could be told at all: the next step of this round is taken now. The next round waits for better times."""
    those = []
    for rung in rungs(case):
        route = None if rung.due is None else route_of(work.desk.roster, rung)
        after = None if route is None else next(places(work, _policy(work.desk.roster, route), rung), None)
        at_once = after is not None and after.round == rung.round
        those.append(rung._replace(due=work.now) if at_once else rung)
    return with_rungs(case, those)


def resumed(work: Work, case: Case) -> Case:
    """The escalation goes on after it was held up: the next step of this round is due now. Those who are told again
    only because a round begins anew are left alone."""
    those = []
    for rung in rungs(case):
        route = route_of(work.desk.roster, rung) if rung.urgency in ("ring", "text") else None
        after = None if route is None else next(places(work, _policy(work.desk.roster, route), rung), None)
        waits = after is not None and after.round == rung.round
        those.append(rung._replace(due=work.now) if waits else rung)
    return with_rungs(case, those)


def goes_on(work: Work, route: Route, rung: Rung) -> bool:
    """Whether there is a step after this one at which somebody is."""
    return next(places(work, _policy(work.desk.roster, route), rung), None) is not None


def route_of(roster: Roster, rung: Rung) -> Route | None:
    """The route that this is an escalation of, as urgent as it was when it was taken; None if there is none now."""
    found = next((route for route in roster.routes if route.name == rung.route), None)
    found = routing.LAST if found is None and not rung.route else found
    if found is None:
        return None
    policy = found.policy or (next(iter(roster.policies), "") if found is not routing.LAST else "")
    return replace(found, urgency=rung.urgency, policy=policy)


def _take(work: Work, case: Case, n: int, route: Route, event: IncidentEvent | None, why: str) -> Case:
    """Tell the next ones. Without an event those who know it are reminded, and for the others it is escalated; what
    has only changed is new to whoever has not heard of it."""
    rung, policy = rungs(case)[n], _policy(work.desk.roster, route)
    ahead = places(work, policy, rung)
    here = next(ahead, None)
    if here is None:
        if rung.step >= 0:
            return _put(case, n, rung._replace(due=None))
        here = Place(max(0, len(policy.steps) - 1), policy.repeat, reach.everybody(work.desk, work.wall))
        why += ", nobody of it is there"
    told_once = work.desk.incidents[case.incident].state == "resolved"
    after = None if told_once else next(ahead, None)
    wait = _wait(policy, here, after)
    others = after is not None and not {one.id for one in after.to} <= {one.id for one in here.to}
    why = f"{why}, step {here.step + 1}" + (f", round {here.round + 1}" if here.round else "")
    for one in here.to:
        case = post.post(
            work,
            case,
            _for(work, case, one, event),
            [one],
            route.urgency,
            then=wait if others else None,
            why=why,
        )
    due = None if wait is None else work.now + wait
    return _put(case, n, Rung(route.name, route.urgency, here.step, here.round, due))


def _for(work: Work, case: Case, one: Recipient, event: IncidentEvent | None) -> IncidentEvent:
    knows = any(to == one.id for to, _ in case.told)
    if event is None:
        return work.event(case, "reminded" if knows else "escalated")
    return event if knows or event.event in FIRST else replace(event, event="opened")


def places(work: Work, policy: Policy, rung: Rung) -> Iterator[Place]:
    """What comes after this rung, the steps at which nobody is there left out."""
    step, turn = rung.step + 1, rung.round
    while turn <= policy.repeat:
        for n in range(step, len(policy.steps)):
            to = reach.recipients(work.desk, policy.steps[n].tell, work.wall)
            if to:
                yield Place(n, turn, to)
        step, turn = 0, turn + 1
        if not any(reach.recipients(work.desk, one.tell, work.wall) for one in policy.steps):
            return


def _wait(policy: Policy, here: Place, after: Place | None) -> float | None:
    if after is None:
        return None
    return policy.steps[here.step].wait if after.round == here.round else policy.every


def _policy(roster: Roster, route: Route) -> Policy:
    """The route's policy; of one that names none that there is, a single step at which nobody is, so that all are."""
    return roster.policies.get(route.policy) or Policy(id="", steps=(Step(tell=()),))


def _put(case: Case, n: int, rung: Rung) -> Case:
    those = rungs(case)
    those[n] = rung
    return with_rungs(case, those)
