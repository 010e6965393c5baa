"""What does a desk do that may tell nobody, and what is told once it may?

A twin, brought up from a backup, watches the same province as the netmon that the backup is of: two that tell
everything twice would be believed by nobody. So long as it is mute everything open is kept quiet, as under one silence
of everything. When that is over, what is open and nobody has heard of is told; who has heard of it is not told again,
only the escalation goes on, to whoever is next.
"""

from netmon.decide.desk import ladder, news
from netmon.decide.desk.state import Desk, Orders
from netmon.decide.desk.work import Work, rungs
from netmon.people import Act, Case

MUTE = -1
"""Instead of the number of a silence: no act in the journal has it."""


def hushed(since: float) -> Act:
    """The silence of everything, since then (wall time)."""
    return Act(verb="silence", who="netmon", at=since, number=MUTE)


def speak(desk: Desk, now: float) -> None:
    """From now on people are told; what is open is looked at in the next step."""
    desk.mute = None
    desk.look_at = now + desk.ahead


def withheld(desk: Desk, orders: Orders) -> None:
    """Let no letter go out, whatever the step has come to."""
    if desk.mute is not None:
        orders.letters.clear()


def revealed(work: Work, case: Case) -> Case:
    """What goes on where there are routes, now that it may be told; `case` is hidden no more."""
    read = any(rung.urgency == "digest" and rung.step >= 0 for rung in rungs(case))
    heard = bool(case.told) or read
    return ladder.resumed(work, case) if heard else news.afresh(work, case)
