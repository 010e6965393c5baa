"""Do the people, rotas and escalations fit together, and would each of them reach somebody?"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from netmon.people import Urgency
from netmon.settings.maintenance import check_times, local
from netmon.settings.oncall_language import OverrideEntry, RotaEntry
from netmon.settings.roster_names import TOLD, URGENCIES, Sheets, address_kind, everybody, needs_person
from netmon.settings.tree import Path, Spot

SILENT = ("email", "chat")
"""Messages there wake nobody."""


def check(sheets: Sheets) -> None:
    """Report what is wrong between entries that are right by themselves."""
    _ids(sheets)
    _people(sheets)
    for name, rota in sheets.oncall.rotas.items():
        _rota(sheets, name, rota)
    _mode(sheets)
    _reach(sheets)
    _told(sheets)
    _alone(sheets)
    _loops(sheets)
    if sheets.around.channels is not None and not sheets.report.failed:
        _reachable(sheets)
        _unused(sheets)
        _today(sheets)


def _ids(sheets: Sheets) -> None:
    for what, ids in (("person", sheets.people), ("rota", sheets.rotas)):
        for name in ids:
            at = sheets.duty_key("people" if what == "person" else "rotas", name)
            if name in (sheets.around.channels or ()):
                sheets.report.error(at, f"{what} {name!r} is named like a channel of netmon.yaml", "who would be told?")
            if what == "rota" and name in sheets.people:
                first = sheets.duty_key("people", name)
                hint = f"in {first.file}:{first.line}"
                sheets.report.error(at, f"duplicate id {name!r}: already the name of a person", hint)


def _people(sheets: Sheets) -> None:
    for name, person in sheets.oncall.people.items():
        for channel in person.reach:
            sheets.channel(sheets.duty_key("people", name, "reach", channel), channel)


def _rota(sheets: Sheets, name: str, rota: RotaEntry) -> None:
    for n, who in enumerate(rota.turns):
        sheets.person(sheets.duty("rotas", name, "turns", n), who)
    if rota.holidays is not None:
        for n, who in enumerate(rota.holidays.turns):
            sheets.person(sheets.duty("rotas", name, "holidays", "turns", n), who)
        inventory, at = sheets.around.inventory, sheets.duty("rotas", name, "holidays", "calendar")
        if inventory is not None:
            sheets.listed(at, "calendar", rota.holidays.calendar, inventory.calendars)
    for n, each in enumerate(rota.overrides):
        place = ("rotas", name, "overrides", n)
        sheets.person(sheets.duty(*place, "who"), each.who)
        regular = (*rota.turns, *(rota.holidays.turns if rota.holidays is not None else ()))
        if each.instead_of not in (None, *regular) and all(one in sheets.people for one in regular):
            at, text = sheets.duty(*place, "instead_of"), f"{each.instead_of!r} has no turns in rota {name!r}"
            sheets.report.error(at, text, f"there are {', '.join(dict.fromkeys(regular))}")
        check_times(sheets.oncall_tree, place, *_span(sheets, each), sheets.report)
    _overlaps(sheets, name, rota)


def _span(sheets: Sheets, override: OverrideEntry) -> tuple[datetime, datetime]:
    inventory = sheets.around.inventory
    zone = ZoneInfo("UTC" if inventory is None else inventory.timezone)
    return local(override.since, zone), local(override.until, zone)


def _overlaps(sheets: Sheets, name: str, rota: RotaEntry) -> None:
    spans = [(n, each, *_span(sheets, each)) for n, each in enumerate(rota.overrides)]
    for (_, one, since, until), (n, two, since2, until2) in combinations(spans, 2):
        same = one.instead_of is None or two.instead_of is None or one.instead_of == two.instead_of
        if same and max(since, since2) < min(until, until2):
            begin = f"{max(since, since2):%Y-%m-%d %H:%M}"
            text = f"rota {name!r}: two take over from {begin} on, {one.who} and {two.who}"
            sheets.report.error(sheets.duty("rotas", name, "overrides", n), text)


def _mode(sheets: Sheets) -> None:
    mode, today = sheets.oncall.mode, sheets.around.today
    if mode is None:
        return
    sheets.person(sheets.duty("mode", "shadow"), mode.shadow)
    if mode.until is not None and today is not None and mode.until <= today:
        text = f"the shadow mode ended on {mode.until}"
        sheets.report.warn(sheets.duty("mode", "until"), text, "write `mode: live`, or another day")


def _reach(sheets: Sheets) -> None:
    for urgency in URGENCIES:
        channels = sheets.channels(urgency)
        if channels is None:
            continue
        for key, names in (("by", channels.by), ("otherwise", channels.otherwise)):
            for n, channel in enumerate(names):
                sheets.channel(sheets.way("reach", urgency, key, n), channel)
    ring, plugins = sheets.channels("ring"), sheets.around.channels
    if ring is None or plugins is None or not any(route.ring for route in sheets.routes.routes):
        return
    kinds = [address_kind(plugins[name]) for name in ring.by if name in plugins]
    if kinds and all(kind in SILENT for kind in kinds):
        text = f"ring: {', '.join(ring.by)} cannot ring, and nobody would wake up"
        sheets.report.error(sheets.way("reach", "ring", "by"), text, "take a call or an SMS")


def _told(sheets: Sheets) -> None:
    """Whoever is named in a policy or for the bulletin."""
    known = [*sheets.people, *sheets.rotas, *(sheets.around.channels or ())]
    digest = sheets.routes.digest
    places: list[tuple[Path, str]] = [
        (("digest", "to", n), name) for n, name in enumerate(digest.to if digest is not None else ())
    ]
    places += [(("policies", policy, "steps", n, "tell", m), name) for policy, n, m, name in _named(sheets)]
    for place, name in places:
        if name not in known and name not in sheets.policies and sheets.around.channels is not None:
            sheets.report.unknown(sheets.way(*place), TOLD, name, known)


def _alone(sheets: Sheets) -> None:
    """A channel that is told itself, as all are without routes, has to have an address."""
    lost = {name for name, plugin in (sheets.around.channels or {}).items() if needs_person(plugin)}
    hint = "give its plug-in one, or tell people"
    for policy, n, m, name in _named(sheets):
        if name in lost and name not in sheets.people:
            at = sheets.way("policies", policy, "steps", n, "tell", m)
            sheets.report.error(at, f"channel {name!r} has no address of its own", hint)
    if not sheets.routes.routes:
        for name in sorted(lost):
            text = f"channel {name!r} has no address of its own, and there are no routes to people"
            sheets.report.warn(Spot("netmon.yaml"), text, hint)


def _loops(sheets: Sheets) -> None:
    """A step tells people; one that names a policy would go round, or go on nobody knows where."""
    known = {*sheets.people, *sheets.rotas, *(sheets.around.channels or ())}
    policies, found = sheets.routes.policies, set[frozenset[str]]()
    ways = {
        name: [each for step in entry.steps for each in step.tell if each in policies and each not in known]
        for name, entry in policies.items()
    }
    for name, n, m, each in _named(sheets):
        if each not in ways[name]:
            continue
        at, back = sheets.way("policies", name, "steps", n, "tell", m), _back(ways, each, name)
        if not back:
            sheets.report.error(at, f"{each!r} is a policy", "a step tells people, rotas and channels")
        elif frozenset(back) not in found:
            found.add(frozenset(back))
            sheets.report.error(at, f"loop in escalation: {' -> '.join((name, *back))}")


def _named(sheets: Sheets) -> Iterator[tuple[str, int, int, str]]:
    """Whom each step of each policy tells: policy, number of the step and in it, name."""
    for policy, entry in sheets.routes.policies.items():
        for n, step in enumerate(entry.steps):
            yield from ((policy, n, m, name) for m, name in enumerate(step.tell))


def _back(ways: dict[str, list[str]], start: str, end: str) -> tuple[str, ...]:
    """A way from one policy to another; () if there is none."""
    todo: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while todo:
        way = todo.pop(0)
        if way[-1] == end:
            return way
        todo += [(*way, each) for each in ways[way[-1]] if each not in seen]
        seen.update(ways[way[-1]])
    return ()


def _reachable(sheets: Sheets) -> None:
    """Everybody whom a route tells, or who reads the bulletin, has an address for it."""
    wanted: dict[str, dict[Urgency, None]] = {}
    for n, route in enumerate(sheets.routes.routes):
        for urgency, policy in route.said().items():
            if sheets.channels(urgency) is None:
                at, hint = sheets.way_key("routes", n, urgency), f"reach: {{{urgency}: {{by: […]}}}}"
                sheets.report.error(at, f"`{urgency}` has no channels", hint)
            for name in _tells(sheets, policy):
                wanted.setdefault(name, {})[urgency] = None
    for name in sheets.routes.digest.to if sheets.routes.digest is not None else ():
        for who in sheets.members(name):
            wanted.setdefault(who, {})["digest"] = None
    for who, urgencies in wanted.items():
        known, missed = sheets.reach(sheets.oncall.people[who]), list[str]()
        for urgency in urgencies:
            channels = sheets.channels(urgency)
            if channels is not None and not known.keys() & {*channels.by, *channels.otherwise}:
                missed.append(f"`{urgency}` by {', '.join((*channels.by, *channels.otherwise))}")
        if missed:
            sheets.report.error(sheets.duty_key("people", who), f"{who!r} has no address for {'; '.join(missed)}")


def _tells(sheets: Sheets, policy: str) -> Iterator[str]:
    """The people whom a policy may tell."""
    entry = sheets.routes.policies.get(policy)
    for step in entry.steps if entry is not None else ():
        for name in step.tell:
            yield from sheets.members(name)


def _unused(sheets: Sheets) -> None:
    """Warn of channels that stood by and get nothing any more since there are routes."""
    if not sheets.routes.routes:
        return
    used = {name for _, _, _, name in _named(sheets)} | set(sheets.around.reports)
    used |= set(sheets.routes.digest.to) if sheets.routes.digest is not None else set()
    for urgency in URGENCIES:
        channels = sheets.channels(urgency)
        used |= {*channels.by, *channels.otherwise} if channels is not None else set()
    for name in sheets.around.channels or ():
        if name not in used:
            text = f"nothing goes by channel {name!r} of netmon.yaml: no step, `digest:` or `reach:` names it"
            sheets.report.warn(sheets.way_key("routes"), text)


def _today(sheets: Sheets) -> None:
    """A step of which everybody has left tells nobody."""
    today = sheets.around.today
    if today is None:
        return
    for policy, entry in sheets.routes.policies.items():
        for n, step in enumerate(entry.steps):
            if all(_gone(sheets, name, today) for name in step.tell):
                at = sheets.way("policies", policy, "steps", n, "tell")
                sheets.report.error(at, f"policy {policy!r}: step {n + 1} tells nobody: all of them have left")


def _gone(sheets: Sheets, name: str, today: date) -> bool:
    """Whether it is a person who has left, or a rota of such."""
    people, rota = sheets.oncall.people, sheets.oncall.rotas.get(name)
    who = [name] if rota is None else list(everybody(rota))
    untils = [people[each].until for each in who if each in people]
    return bool(untils) and all(until is not None and until <= today for until in untils)
