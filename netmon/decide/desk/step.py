"""Who is told what happens?

`step` is the whole desk: news, words and receipts in, journal entries and letters out. Same input at the same times,
same outcome; nothing is read, sent or slept on here. What people say comes first, so that nobody is told what somebody
has just taken or silenced; then what happens, so that no other way is tried for what is over.
"""

from collections.abc import Callable

from netmon.decide.desk import (
    clockwork,
    crowd,
    digest,
    fallback,
    ladder,
    look,
    mute,
    news,
    plain,
    shadow,
    storms,
    summary,
    words,
)
from netmon.decide.desk.quiet import keeping_quiet
from netmon.decide.desk.routing import RANK
from netmon.decide.desk.state import Desk, Heard, Orders
from netmon.decide.desk.work import Work, due, earliest, hidden, note, rungs, stopped, to_be_told
from netmon.model import Inventory, Restored
from netmon.people import Act, Case, Roster


def start(roster: Roster, inventory: Inventory, restored: Restored, silence: Act | None = None) -> Desk:
    """A desk that knows what the journal remembers; what fell due meanwhile is done in its first step. With a `silence`
    of everything it is mute."""
    desk = Desk(roster, inventory, mute=silence)
    for act in restored.acts:
        words.remember(desk, act)
    desk.cases = {number: case for number, case in restored.cases.items() if number in restored.incidents}
    ended = []
    for number, incident in restored.incidents.items():
        case = desk.cases.get(number)
        if incident.state == "open" or (case is not None and not (case.over and not to_be_told(case))):
            desk.incidents[number] = incident
        elif case is not None:
            ended.append((incident.resolved_at or 0.0, number))
        if case is not None:
            note(desk, case)
    desk.ended.extend(sorted(ended))
    crowd.resume(desk)
    storms.resume(desk, restored.last_beat)
    return desk


def step(desk: Desk, heard: Heard, now: float, ahead: float, number: Callable[[], int]) -> Orders:
    """Take in what was heard, and say who is told what. `number` gives the next number of the journal."""
    desk.ahead = ahead
    work = Work(desk, now, number)
    for act in heard.acts:
        words.take(work, act)
    take = news.take if desk.roster.routes else plain.take
    for event in heard.news:
        take(work, event)
    for receipt in heard.receipts:
        fallback.hear(work, receipt)
    look.look(work)
    for incident in due(desk, now):
        work.keep(_timely(work, desk.cases[incident]))
    digest.step(work)
    storm, crowded = storms.step(work), summary.step(work)
    work.finish()
    mute.withheld(desk, work.orders)
    walls = (at - ahead for at in (desk.look_at, desk.digest_due) if at is not None)
    work.orders.wake = min((at for at in (earliest(desk), storm, crowded, *walls) if at is not None), default=None)
    return work.orders


def _timely(work: Work, case: Case) -> Case:
    """Do what is due about one incident: the next to be told, and letters that have not arrived.

    After a restart both may be: who is told the same anew needs no other way for what was told before.
    """
    incident = work.desk.incidents.get(case.incident)
    if incident is None or incident.state != "open" or case.acked_by or not work.desk.roster.routes:
        return stopped(fallback.overdue(work, case))
    quiet = keeping_quiet(work.desk, incident, work.now)
    if quiet is not None:
        return hidden(fallback.overdue(work, case), quiet)
    if shadow.outgrown(work.desk, case, work.wall):
        return news.afresh(work, fallback.overdue(work, case))
    those = [n for n, rung in enumerate(rungs(case)) if rung.due is not None and rung.due <= work.now]
    for n in sorted(those, key=lambda n: -RANK[rungs(case)[n].urgency]):
        case = ladder.go_on(work, case, n)
    return fallback.overdue(work, case)


def reload(desk: Desk, roster: Roster, inventory: Inventory) -> None:
    """Go on with this roster and this inventory; what was told stays told."""
    desk.roster, desk.inventory = roster, inventory
    desk.look_at, desk.digest_due = 0.0, None
    for number in desk.waiting:
        at = clockwork.next_digest(roster, desk.cases[number].waits, desk.zone)
        desk.digest_due = at if desk.digest_due is None else min(desk.digest_due, at)
