"""What does somebody have to know who takes over the duty?

One page, to be read out or printed: who has the duty, what is broken and how far it is, what is kept quiet and until
when, what is planned, what is over, and whether messages arrive.
"""

from collections.abc import Iterator, Sequence

from netmon.decide.desk import quiet, toll
from netmon.decide.desk import rota as rotas
from netmon.decide.telling.words import clean
from netmon.model import Announcement, Conference, Maintenance, State
from netmon.people import Act, Rota
from netmon.report.handover_incidents import open_ones, over, said, what
from netmon.report.shift import LONGEST_SAID, Section, Shift
from netmon.run.journal.told import Sent

AHEAD = 86400.0
"""Seconds: what begins within them is told."""
SOON = 60 * 86400.0
"""Seconds within which somebody else has the duty, in any rota that people keep."""
STALE = 60.0
"""Seconds without a heartbeat after which netmon does not run."""


def text(shift: Shift) -> str:
    """The whole page."""
    return "\n\n".join("\n".join([each.head, *(f"  {line}" for line in each.lines)]) for each in page(shift)) + "\n"


def page(shift: Shift) -> list[Section]:
    """Its sections; one that has nothing to say is left out, but for what is open."""
    first, *rest = open_ones(shift)
    others = [*rest, _quiet(shift), _works(shift), over(shift), _channels(shift)]
    return [_head(shift), _duty(shift), first, *(section for section in others if section.lines)]


def _head(shift: Shift) -> Section:
    """Which shift, how the sites stand, and whether netmon was there."""
    province = clean(shift.project.inventory.province)
    title = shift.say("title", province=province, now=shift.moment(shift.now), since=shift.at(shift.since))
    lines, beat = [], shift.restored.last_beat
    if shift.toll.lost or shift.toll.spared:
        lines.append(shift.words.say(next(toll.clues(shift.project.inventory, shift.toll, "", shift.now, 0.0))))
    if beat is not None and shift.now - beat > STALE:
        lines.append(shift.say("not_running", since=shift.at(beat)))
    lines += [shift.say("was_dead", span=shift.span(*each)) for each in shift.told.dead]
    shadow = shift.project.roster.shadow
    if shadow is not None:
        until = "" if shadow.until is None else f"{shadow.until:%d/%m/%Y}"
        lines.append(shift.say("shadow", who=shift.who(shadow.to), until=until))
    return Section(title, lines)


def _duty(shift: Shift) -> Section:
    found = [_turn(shift, each) for each in shift.project.roster.rotas.values()]
    return Section(shift.say("duty"), found or [shift.say("no_rota")])


def _turn(shift: Shift, rota: Rota) -> str:
    """Who has it now, until when, and who has it then."""
    project, words = shift.project, shift.words
    gone = frozenset(act.text for act in shift.restored.acts if act.verb == "leave")
    calendars = project.inventory.calendars
    turns = rotas.shifts(rota, project.roster, calendars, shift.now, shift.now + SOON, words.zone, gone)
    now = turns[0].who
    later = next((turn for turn in turns if turn.who != now), None)
    if later is None:
        return shift.say("turn_for_ever", rota=rota.id, who=_on_duty(shift, now))
    turn = shift.say("turn", rota=rota.id, who=_on_duty(shift, now), until=shift.moment(later.since))
    return f"{turn}; {shift.say('next', who=_on_duty(shift, later.who))}"


def _on_duty(shift: Shift, person: str | None) -> str:
    return shift.say("nobody") if person is None else shift.who(person, phone=True)


def _quiet(shift: Shift) -> Section:
    """Silences and storms, the first to end first, and what they hide."""
    acts = sorted(quiet.standing(shift.desk, shift.now), key=lambda act: (quiet.until(act), act.number))
    lines = [line for act in acts for line in _silence(shift, act)]
    return Section(shift.say("quiet", count=len(acts)), lines)


def _silence(shift: Shift, act: Act) -> Iterator[str]:
    yield shift.say(
        "storm" if act.verb == "storm" else "silence",
        what=_names(shift, [name.removesuffix("+") for name in act.what]),
        until=shift.at(quiet.until(act)),
        who=shift.who(act.who),
        text=clean(act.text, LONGEST_SAID),
    )
    for number, case in sorted(shift.desk.cases.items()):
        incident = shift.desk.incidents.get(number)
        if case.silenced == act.number and incident is not None and incident.state == "open":
            yield "  " + shift.say("hides", id=number, what=what(shift, incident))
            yield from (f"  {line}" for line in said(shift, incident))


def _works(shift: Shift) -> Section:
    """What is planned or under way, by the time at which it begins."""
    inventory, now = shift.project.inventory, shift.now
    works = [one for one in shift.project.maintenance if one.until > now and one.since < now + AHEAD]
    held = [one for one in inventory.events if one.at + one.lasts > now and one.at < now + AHEAD]
    lines = [(one.since, _work(shift, one)) for one in works]
    lines += [(one.at, _conference(shift, one)) for one in held]
    return Section(shift.say("works", count=len(lines)), [line for _, line in sorted(lines)])


def _mark(shift: Shift, begins: float) -> str:
    return f"{shift.say('running')} " if begins <= shift.now else ""


def _work(shift: Shift, work: Maintenance) -> str:
    return _mark(shift, work.since) + shift.say(
        "cut" if work.power else "work",
        span=shift.span(work.since, work.until),
        what=_names(shift, work.what),
        why=clean(work.why, LONGEST_SAID),
        notice=_letter(shift, work.notice),
        who=clean(work.who),
    )


def _letter(shift: Shift, notice: Announcement | None) -> str:
    if notice is None or not notice.number:
        return ""
    day = "" if notice.day is None else f"{notice.day:%d/%m/%Y}"
    return shift.say("letter", number=clean(notice.number), date=day, sender=clean(notice.sender))


def _conference(shift: Shift, event: Conference) -> str:
    """How many bridges answer now, and what was measured, if that has been done."""
    standings, good = shift.restored.standings, (State.UP, State.DEGRADED)
    missing = [key for key in event.bridges if key not in standings or standings[key].state not in good]
    line = _mark(shift, event.at) + shift.say(
        "conference",
        span=shift.span(event.at, event.at + event.lasts),
        name=clean(event.name),
        up=str(len(event.bridges) - len(missing)),
        total=str(len(event.bridges)),
        missing=_names(shift, missing),
    )
    measured = [
        clue
        for incident in shift.restored.incidents.values()
        for clue in incident.evidence
        if clue.text == "conference_ready" and dict(clue.values).get("event") == event.name and clue.at >= shift.since
    ]
    if not measured:
        return line
    last = max(measured, key=lambda clue: clue.at)
    return f"{line}; {shift.say('measured', at=shift.at(last.at), text=shift.words.say(last))}"


def _channels(shift: Shift) -> Section:
    """Channels by which messages wait after a failure, or did not get through at all in this shift."""
    by: dict[str, list[Sent]] = {}
    for one in shift.told.sent:
        by.setdefault(one.notice.channel, []).append(one)
    troubled = [line for channel, sent in sorted(by.items()) if (line := _channel(shift, channel, sent))]
    return Section(shift.say("channels", count=len(troubled)), troubled)


def _channel(shift: Shift, channel: str, sent: Sequence[Sent]) -> str:
    """What is wrong with it; empty if nothing is."""
    stuck = [one for one in sent if one.state == "waits" and one.tries and one.why]
    lost = [one for one in sent if one.state == "given_up"]
    parts = []
    if stuck:
        waiting = [one for one in sent if one.state == "waits"]
        parts.append(_trouble(shift, "waiting", channel, stuck[-1], count=len(waiting), since=stuck[0].notice.at))
    if lost:
        last = max(lost, key=lambda one: one.at)
        parts.append(_trouble(shift, "given_up", channel, last, count=len(lost), since=last.at))
        later = [one.at for one in sent if one.state == "delivered" and one.at > last.at]
        if later and not stuck:
            parts.append(shift.say("works_again", at=shift.at(min(later))))
    return "; ".join(parts)


def _trouble(shift: Shift, key: str, channel: str, last: Sent, *, count: int, since: float) -> str:
    at, who = shift.at(since), shift.who(last.notice.to)
    return shift.say(key, channel=channel, count=count, since=at, at=at, who=who, why=clean(last.why))


def _names(shift: Shift, ids: Sequence[str]) -> str:
    return shift.words.some([shift.words.name(key) for key in ids])
