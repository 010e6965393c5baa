"""What has this step of the desk come to so far?

The one place that keeps a case and all that is looked up by it in step: its timer, whether it waits for a bulletin, and
when nobody has to know of it any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from netmon.decide.desk import clockwork
from netmon.decide.desk.state import Desk, Letter, Orders
from netmon.model import Entry, Event, Incident, IncidentEvent
from netmon.people import Act, Case, Gathered, Rung

FIRST: tuple[Event, ...] = ("opened", "escalated")
"""What somebody hears first of an incident; if any other letter fails, an earlier one has arrived."""
KEPT = 30 * 86400.0
"""Seconds for which a case whose incident is over is still known, as in the journal."""


@dataclass(slots=True)
class Work:
    """One step: its moment on the program's axis, the way to get numbers for the journal, and its orders.

    `reached`: who has been told of which incident in this step, for once is enough; `shadowed`: of which the shadow's
    person has.
    """

    desk: Desk
    now: float
    number: Callable[[], int]
    orders: Orders = field(default_factory=Orders)
    reached: set[tuple[int, str]] = field(default_factory=set)
    shadowed: set[int] = field(default_factory=set)
    _changed: dict[int, Case | None] = field(default_factory=dict)
    _sent: set[tuple[int, Event, str, str, float]] = field(default_factory=set)

    @property
    def wall(self) -> float:
        """The moment by the wall clock."""
        return self.now + self.desk.ahead

    def case(self, number: int) -> Case:
        """Where the incident stands, a new case if it does nowhere yet."""
        return self.desk.cases.get(number) or Case(incident=number)

    def keep(self, case: Case) -> None:
        """From now on the incident stands there; written at the end of the step, if it is different by then."""
        self._changed.setdefault(case.incident, self.desk.cases.get(case.incident))
        self.desk.cases[case.incident] = case
        note(self.desk, case)

    def event(self, case: Case, event: Event) -> IncidentEvent:
        """What the desk itself makes happen to an incident."""
        return IncidentEvent(event=event, at=self.now, incident=self.desk.incidents[case.incident])

    def send(self, letter: Letter) -> bool:
        """Let it go out; False if somebody has just been sent the same."""
        event = letter.event
        key = event.incident.id, event.event, letter.to, letter.by, event.at
        if key in self._sent:
            return False
        self._sent.add(key)
        self.orders.letters.append(letter)
        return True

    def finish(self) -> None:
        """Write down the cases that have changed, and forget those that are nobody's business any more."""
        for number, before in self._changed.items():
            case = self.desk.cases[number]
            if case != before:
                self.orders.entries.append(Entry(self.number(), self.now, case))
                settle(self.desk, case, self.now)


def rungs(case: Case) -> list[Rung]:
    """The escalations of all routes that were taken, the first route's first."""
    return [Rung(case.route, case.urgency, case.step, case.round, case.due), *case.also]


def with_rungs(case: Case, those: list[Rung]) -> Case:
    """The case with its escalations there."""
    first, *also = those
    return replace(
        case,
        route=first.route,
        urgency=first.urgency,
        step=first.step,
        round=first.round,
        due=first.due,
        also=tuple(also),
    )


def stopped(case: Case) -> Case:
    """The case with nothing due any more: somebody has it, or it is over, or kept quiet."""
    return with_rungs(case, [rung._replace(due=None) for rung in rungs(case)])


def hidden(case: Case, by: Act) -> Case:
    """The case as long as that silence or storm keeps it quiet."""
    return replace(withdrawn(stopped(case)), silenced=by.number, trying=())


def withdrawn(case: Case, but: str = "") -> Case:
    """The case without what was gathered for anybody but one, whom it need not remind any more; who would have heard of
    it first in that did not."""
    gone = [each for each in case.gathered if each.to != but or each.event == "reminded"]
    unheard = {each.to for each in gone if each.event in FIRST and not each.rung}
    return replace(
        case,
        gathered=tuple(each for each in case.gathered if each not in gone),
        told=tuple(pair for pair in case.told if pair[0] not in unheard),
    )


def to_be_told(case: Case) -> bool:
    """Whether somebody has yet to read or to be delivered something of it."""
    return bool(case.waiting or case.would or case.trying or case.gathered)


def due_of(case: Case) -> float | None:
    """When something about it is due next, None if nothing is."""
    times = [rung.due for rung in rungs(case) if rung.due is not None]
    times += [each.until for each in case.trying]
    return min(times, default=None)


def until_next(case: Case, now: float) -> float | None:
    """Seconds until the next step of an escalation, None if there is none."""
    due = due_of(replace(case, trying=()))
    return None if due is None else max(0.0, due - now)


def note(desk: Desk, case: Case) -> None:
    """Look at it again when it says."""
    number, due = case.incident, due_of(case)
    if due is not None:
        heappush(desk.timers, (due, number))
    if case.waiting or case.would:
        desk.waiting[number] = None
        at = clockwork.next_digest(desk.roster, case.waits, desk.zone)
        desk.digest_due = at if desk.digest_due is None else min(desk.digest_due, at)
    else:
        desk.waiting.pop(number, None)
    _note_gathered(desk, case)


def _note_gathered(desk: Desk, case: Case) -> None:
    number, waits = case.incident, {each.to: each for each in case.gathered}
    for who in {*desk.gathered, *waits}:
        for book, each in ((desk.gathered, waits.get(who)), (desk.ringing, _ringing(waits.get(who)))):
            if each is not None:
                book.setdefault(who, {}).setdefault(number, each.at)
            else:
                book.get(who, {}).pop(number, None)


def _ringing(each: Gathered | None) -> Gathered | None:
    return each if each is not None and each.urgency == "ring" and not each.rung else None


def due(desk: Desk, now: float) -> list[int]:
    """The incidents whose time has come, each once, the earliest first."""
    found: dict[int, None] = {}
    while desk.timers and desk.timers[0][0] <= now:
        _, number = heappop(desk.timers)
        at = due_of(desk.cases[number]) if number in desk.cases else None
        if at is not None and at <= now:
            found[number] = None
    return list(found)


def earliest(desk: Desk) -> float | None:
    """When the next incident's time comes; forgets the timers that have been overtaken."""
    while desk.timers:
        at, number = desk.timers[0]
        if number in desk.cases and due_of(desk.cases[number]) == at:
            return at
        heappop(desk.timers)
    return None


def settle(desk: Desk, case: Case, now: float) -> None:
    """Forget the incident if nobody has to hear of it any more, and the case after 30 days."""
    if not case.over or to_be_told(case):
        return
    incident = desk.incidents.pop(case.incident, None)
    if incident is not None and is_bulletin(incident):
        del desk.cases[case.incident]
    elif incident is not None:
        desk.ended.append((now, case.incident))
    while desk.ended and desk.ended[0][0] < now - KEPT:
        _, number = desk.ended.popleft()
        desk.cases.pop(number, None)
        desk.said.pop(number, None)


def is_bulletin(incident: Incident) -> bool:
    """Whether the incident was made for a message about many, and nobody can ask for it."""
    return incident.kind in ("digest", "storm")
