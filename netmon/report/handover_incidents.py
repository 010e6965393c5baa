"""What has to be known of each incident by whoever has the duty next?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netmon.decide.desk import digest, toll
from netmon.decide.desk.toll import Spared
from netmon.decide.telling.words import clean
from netmon.model import Incident, Kind
from netmon.people import Act
from netmon.report.shift import LONGEST_SAID, Section, Shift
from netmon.report.tickets import carriers_of

WEAK: frozenset[Kind] = frozenset({"redundancy_lost", "degraded"})
"""What nobody is cut off by."""
LISTED = 30
"""Incidents that a section spells out."""
SAID = 4
"""Notes of an incident that are read out, the last ones."""


def open_ones(shift: Shift) -> Iterator[Section]:
    """What is broken, and what runs on less than it should; what is silenced is not in it."""
    found = [one for one in shift.desk.incidents.values() if one.state == "open" and not _silenced(shift, one)]
    found.sort(key=lambda one: (not is_priority(shift, one), one.opened_at, one.id))
    weak = [one for one in found if one.kind in WEAK]
    broken = [one for one in found if one.kind not in WEAK]
    yield Section(shift.say("open", count=len(broken)), _listed(shift, broken))
    told = {site for one in weak for site in one.affected}
    spared = tuple(one for one in shift.toll.spared if one.site not in told)
    lines = [*_listed(shift, weak), *_spared(shift, spared)]
    yield Section(shift.say("backup", count=len(weak) + len(spared)), lines)


def over(shift: Shift) -> Section:
    """What is over since the shift began, a line each, the oldest first; changes are only counted."""
    restored = shift.restored.incidents.values()
    found = [one for one in restored if one.resolved_at is not None and one.resolved_at >= shift.since]
    told = sorted((one for one in found if one.kind != "change"), key=lambda one: (one.resolved_at, one.id))
    lines = [f"#{one.id} {'; '.join(_ended(shift, one))}" for one in told[-LISTED:]]
    if len(told) > LISTED:
        lines.insert(0, shift.say("more", count=len(told) - LISTED))
    if len(found) > len(told):
        lines.append(shift.say("changes", count=len(found) - len(told)))
    return Section(shift.say("over", count=len(told)), lines)


def _spared(shift: Shift, spared: tuple[Spared, ...]) -> list[str]:
    """Sites that run on their reserve because of something that is open above."""
    clues = toll.clues(shift.project.inventory, replace(shift.toll, spared=spared), "", shift.now, 0.0)
    return [shift.words.say(clue) for clue in clues if clue.text == "storm_spared"]


def what(shift: Shift, incident: Incident) -> str:
    """What, where and since when, as the bulletin of the morning says it."""
    clues = digest.told(shift.project.inventory, incident, shift.now, 0.0)
    return ", ".join(shift.words.say(clue) for clue in clues)


def is_priority(shift: Shift, incident: Incident) -> bool:
    """Whether it is or hits a priority site; a drill hits nothing, wherever netmon stands."""
    inventory = shift.project.inventory
    things = (inventory.links.get(incident.root), inventory.devices.get(incident.root))
    hit = {incident.root, *incident.affected, *(thing.site for thing in things if thing is not None)}
    return incident.kind != "drill" and any(site in inventory.sites and inventory.sites[site].priority for site in hit)


def _silenced(shift: Shift, incident: Incident) -> bool:
    case = shift.desk.cases.get(incident.id)
    return case is not None and bool(case.silenced)


def _listed(shift: Shift, incidents: Sequence[Incident]) -> list[str]:
    lines = [line for one in incidents[:LISTED] for line in _lines(shift, one)]
    return [*lines, shift.say("more", count=len(incidents) - LISTED)] if len(incidents) > LISTED else lines


def _lines(shift: Shift, incident: Incident) -> Iterator[str]:
    """One that is open: what and for how long, how it stands, and what people said of it."""
    mark = f"{shift.say('priority')} " if is_priority(shift, incident) else ""
    lasted = shift.say("lasts", lasted=shift.lasted(shift.now - incident.opened_at))
    yield f"#{incident.id} {mark}{what(shift, incident)}; {lasted}"
    stands = [_cause(shift, incident), _taken(shift, incident), *_carriers(shift, incident)]
    if any(stands):
        yield "  " + "; ".join(one for one in stands if one)
    yield from said(shift, incident)


def _cause(shift: Shift, incident: Incident) -> str:
    return "" if incident.cause == "unknown" else shift.words.phrases.get("causes", incident.cause)


def _taken(shift: Shift, incident: Incident) -> str:
    case = shift.desk.cases.get(incident.id)
    if case is None or not shift.project.roster.people:
        return ""
    if case.acked_by:
        return shift.say("taken", who=shift.who(case.acked_by), at=shift.at(case.acked_at or incident.opened_at))
    return shift.say("untaken") if case.urgency in ("ring", "text") else ""


def _carriers(shift: Shift, incident: Incident) -> Iterator[str]:
    """Whom to ask how far it is."""
    for key in carriers_of(incident, shift.words):
        carrier = shift.project.inventory.carriers[key]
        yield " ".join(part for part in (clean(carrier.name), clean(carrier.phone)) if part)


def said(shift: Shift, incident: Incident) -> Iterator[str]:
    """Notes in the order of time, and below them what is promised now, and by how much that is late; indented."""
    told = sorted(shift.desk.said.get(incident.id, ()), key=lambda act: (act.at, act.number))
    promised = [act for act in told if act.verb == "promise" and act.until is not None]
    notes = [act for act in told if act.verb in ("note", "called", "ticket", "false")]
    if len(notes) > SAID:
        yield "  " + shift.say("earlier", count=len(notes) - SAID)
    for act in notes[-SAID:]:
        text = clean(act.text, LONGEST_SAID)
        yield "  " + shift.say(act.verb, at=shift.at(act.at), who=shift.who(act.who), text=text)
    if promised:
        yield "  " + _promise(shift, promised[-1], len(promised))


def _promise(shift: Shift, act: Act, nth: int) -> str:
    until = act.until or 0.0
    line = shift.say(
        "promise",
        until=shift.at(until),
        text=clean(act.text, LONGEST_SAID),
        who=shift.who(act.who),
        at=shift.at(act.at),
        nth=nth if nth > 1 else "",
    )
    late = shift.now - until
    return f"{shift.say('overdue', late=shift.lasted(late))}, {line}" if late > 0 else line


def _ended(shift: Shift, incident: Incident) -> Iterator[str]:
    yield what(shift, incident)
    false = [act for act in shift.restored.acts if act.verb == "false" and act.incident == incident.id]
    if false:
        yield shift.say("over_false", who=shift.who(false[-1].who), text=clean(false[-1].text, LONGEST_SAID))
        return
    if cause := _cause(shift, incident):
        yield cause
    case = shift.restored.cases.get(incident.id)
    if case is not None and case.acked_by:
        yield shift.say("over_by", who=shift.who(case.acked_by))
