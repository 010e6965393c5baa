"""What do people say, and what changes by it?"""

from dataclasses import replace

from netmon.decide.desk import ladder
from netmon.decide.desk.quiet import KEEP_QUIET
from netmon.decide.desk.state import Desk
from netmon.decide.desk.work import Work, rungs, stopped, with_rungs, withdrawn
from netmon.model import Entry
from netmon.people import Act, Case


def take(work: Work, act: Act) -> None:
    """Write it down under a number of its own, and do as it says. An incident that is over is only spoken of."""
    act = replace(act, number=work.number())
    work.orders.entries.append(Entry(act.number, work.now, act))
    remember(work.desk, act)
    if act.verb in ("silence", "unsilence", "storm", "calm"):
        work.desk.look_at = work.wall
    case = work.desk.cases.get(act.incident or 0) or _new(work.desk, act)
    if case is None or case.over:
        return
    if act.verb in ("ack", "false"):
        case = withdrawn(stopped(case), but=act.who)
        work.keep(replace(case, acked_by=act.who, acked_at=act.at, trying=()))
    elif act.verb == "unack" and case.acked_by:
        work.keep(_let_go(work, replace(case, acked_by="", acked_at=None)))


def remember(desk: Desk, act: Act) -> None:
    """Know what was said, as after a restart: silences and storms until they are taken back, who left for good, and of
    each incident all of it."""
    if act.incident is not None:
        desk.said[act.incident] = (*desk.said.get(act.incident, ()), act)
    if act.verb in ("silence", "storm", "leave"):
        desk.acts[act.number] = act
    elif act.verb in ("unsilence", "calm") and act.about in desk.acts and desk.acts[act.about].verb in KEEP_QUIET:
        del desk.acts[act.about]


def _new(desk: Desk, act: Act) -> Case | None:
    """Of an incident that was never routed somebody may say something, too."""
    return Case(incident=act.incident) if act.incident in desk.incidents and act.incident is not None else None


def _let_go(work: Work, case: Case) -> Case:
    """Nobody has it any more: the next step is due at once, of an escalation that has come to its end the first."""
    if case.silenced:
        return case
    those = []
    for rung in rungs(case):
        route = ladder.route_of(work.desk.roster, rung)
        ends = route is None or not ladder.goes_on(work, route, rung)
        again = rung._replace(step=-1, round=0) if ends else rung
        those.append(again._replace(due=work.now) if rung.urgency in ("ring", "text") else rung)
    return with_rungs(case, those)
