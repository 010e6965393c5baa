"""Does each incident that this inventory can have find a route, and each route an incident?

The smallest incidents are tried, one for each sort of site, kind, severity and time: what finds a route for a single
site finds one for many.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, product
from types import MappingProxyType
from typing import NamedTuple

from netmon.model import Inventory, Site
from netmon.people import Match, Route
from netmon.settings.roster_names import Sheets
from netmon.settings.routes_language import KINDS, ROOTS, MatchEntry
from netmon.settings.tree import Spot

ALIKE = 0.85
"""How much a name is like a rule's that was meant: LinkFull and DiskFull (0.75) are two."""
BOTH = ("critical", "warning")
SEVERITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "blind": ("critical",),
        "redundancy_lost": ("warning",),
        "degraded": ("warning",),
        "service": ("warning",),
        "unseen": ("warning",),
    }
)
"""Of kinds that have but one."""
LINES = frozenset({"redundancy_lost", "degraded"})
"""Kinds that are about one line, and so about a carrier."""
HITS = LINES | {"outage", "service"}
"""Kinds that hit at least one site."""
ROOTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "outage": ("site", "device"),
        "redundancy_lost": ("link",),
        "degraded": ("link",),
        "service": ("service",),
        "blind": ("vantage",),
        "unseen": ("vantage",),
    }
)
"""What the root of a smallest incident can be, where that is known."""
RULED = frozenset({"threshold", "alert"})
"""Kinds that a rule is behind."""


class Place(NamedTuple):
    """Sites that all routes treat alike; `site` is the one that some route names, `kinds` what can happen there."""

    level: str
    area: str
    carriers: tuple[str, ...]
    site: str
    priority: bool
    kinds: tuple[str, ...]


class Sort(NamedTuple):
    """Incidents that all routes treat alike; `open` are the calendars in whose hours they happen, `carrier` is whose
    line it is about, "" = nobody's, or none."""

    kind: str
    root: str
    carrier: str
    severity: str
    place: Place
    alert: str
    open: frozenset[str]


def check_names(sheets: Sheets) -> None:
    """Report what a route asks for and nothing has, and names of routes that are given twice."""
    seen: dict[str, Spot] = {}
    for n, route in enumerate(sheets.routes.routes):
        at = sheets.way("routes", n, "name")
        first = seen.setdefault(route.name, at)
        if first != at:
            sheets.report.error(at, f"duplicate route {route.name!r}", f"first given in {first.file}:{first.line}")
        for urgency, policy in route.said().items():
            _policy(sheets, sheets.way("routes", n, urgency), policy)
        _match(sheets, n, route.when)


def _policy(sheets: Sheets, at: Spot, name: str) -> None:
    if name in sheets.policies:
        return
    if name in sheets.people or name in sheets.rotas:
        what = "person" if name in sheets.people else "rota"
        hint = f"policies: {{{name}: {{steps: [{{tell: {name}}}]}}}}"
        sheets.report.error(at, f"{name!r} is a {what}, not a policy", hint)
    else:
        sheets.report.unknown(at, "policy", name, sheets.policies)


def _match(sheets: Sheets, n: int, when: MatchEntry) -> None:
    inventory, ids, rules = sheets.around.inventory, sheets.around.names, sheets.around.rules
    for m, kind in enumerate(when.kinds or ()):
        sheets.listed(sheets.way("routes", n, "when", "kinds", m), "kind", kind, KINDS)
    for m, root in enumerate(when.root_is or ()):
        sheets.listed(sheets.way("routes", n, "when", "root_is", m), "sort of root", root, ROOTS)
    known = {*ids.ids, *(inventory.links if inventory is not None else ())}
    for m, name in enumerate(when.roots or () if inventory is not None else ()):
        sheets.listed(sheets.way("routes", n, "when", "roots", m), "id", name, known)
    for key, what in (("areas", "area"), ("sites", "site"), ("carriers", "carrier")):
        asked = {"areas": when.areas, "sites": when.sites, "carriers": when.carriers}[key]
        for m, name in enumerate(asked or ()):
            sheets.listed(sheets.way("routes", n, "when", key, m), what, name, ids.of(what))
    for m, name in enumerate(when.alerts or () if rules is not None else ()):
        _rule(sheets, sheets.way("routes", n, "when", "alerts", m), name, rules or ())
    if inventory is None:
        return
    for m, name in enumerate(when.levels or ()):
        sheets.listed(sheets.way("routes", n, "when", "levels", m), "level", name, inventory.levels)
    if when.hours is not None:
        at = sheets.way("routes", n, "when", "hours")
        sheets.listed(at, "calendar", when.hours.removeprefix("-"), inventory.calendars)


def _rule(sheets: Sheets, at: Spot, name: str, rules: Iterable[str]) -> None:
    """One that looks like a mistyped rule is a mistake; another may be somebody else's, by way of Alertmanager."""
    known = list(rules)
    if name in known:
        return
    if difflib.get_close_matches(name, known, n=1, cutoff=ALIKE):
        sheets.report.unknown(at, "rule", name, known)
    else:
        sheets.report.warn(at, f"no rule is called {name!r}", "right only if another program sends such alerts")


def check_cover(sheets: Sheets, routes: Sequence[Route]) -> None:
    """Report routes that nothing gets to, and incidents that get to none."""
    for n, route in enumerate(routes):
        first = next((one for one in routes[:n] if not one.further and takes(one.match, route.match)), None)
        if first is not None:
            text = f"route {route.name!r} can never match: {first.name!r} before it takes all of that"
            sheets.report.error(sheets.way("routes", n, "name"), text)
    inventory = sheets.around.inventory
    if inventory is None or not routes:
        return
    lost = next(uncovered(routes, inventory), None)
    if lost is not None:
        text = f"no route for {described(lost, routes)}, among others"
        sheets.report.error(sheets.way_key("routes"), text, "end with a route without `when:`")


def takes(wide: Match, narrow: Match) -> bool:
    """Whether all that matches `narrow` matches `wide`."""
    return (
        all(not a or (b and set(b) <= set(a)) for a, b in zip(_sets(wide), _sets(narrow), strict=True))
        and wide.severity in ("", narrow.severity)
        and wide.affected <= narrow.affected
        and wide.priority in (None, narrow.priority)
        and wide.hours in ("", narrow.hours)
    )


def _sets(match: Match) -> tuple[tuple[str, ...], ...]:
    places = (match.levels, match.areas, match.sites, match.carriers)
    return (*places, match.kinds, match.alerts, match.root_is, match.roots)


def uncovered(routes: Sequence[Route], inventory: Inventory) -> Iterator[Sort]:
    """The sorts of incidents that no route matches."""
    if any(route.match == Match() for route in routes):
        return
    for sort in _sorts(routes, inventory):
        if not any(_matches(route.match, sort) for route in routes):
            yield sort


def _sorts(routes: Sequence[Route], inventory: Inventory) -> Iterator[Sort]:
    asked = [route.match for route in routes]
    named = {site for match in asked for site in (*match.sites, *match.roots)}
    rules = ("", *dict.fromkeys(rule for match in asked for rule in match.alerts))
    calendars = list(dict.fromkeys(match.hours.removeprefix("-") for match in asked if match.hours))
    times = [frozenset(compress(calendars, each)) for each in product((True, False), repeat=len(calendars))]
    for place in dict.fromkeys(_place(inventory, site, named) for site in inventory.sites.values()):
        for kind in place.kinds:
            some = rules if kind in RULED else ("",)
            lines = place.carriers if kind in LINES else ("",)
            every = product(ROOTED.get(kind, ("",)), lines, SEVERITIES.get(kind, BOTH), (place,), some, times)
            yield from (Sort(kind, *each) for each in every)


def _place(inventory: Inventory, site: Site, named: set[str]) -> Place:
    lines = [inventory.links[key].carrier or "" for key in site.uplinks]
    impossible = {
        "redundancy_lost": len(lines) < 2,
        "degraded": not lines,
        "service": not site.services,
        "blind": inventory.vantage not in site.devices,
        "unseen": inventory.vantage not in site.devices,
    }
    return Place(
        level=site.level,
        area=site.area,
        carriers=tuple(sorted(set(lines))),
        site=site.id if site.id in named else "",
        priority=site.priority,
        kinds=tuple(kind for kind in KINDS if not impossible.get(kind)),
    )


def _matches(match: Match, sort: Sort) -> bool:
    place = sort.place
    return (
        (not match.levels or place.level in match.levels)
        and (not match.areas or place.area in match.areas)
        and (not match.sites or place.site in match.sites)
        and (not match.carriers or sort.carrier in match.carriers)
        and (not match.kinds or sort.kind in match.kinds)
        and (not match.root_is or sort.root in match.root_is)
        and (not match.roots or place.site in match.roots)
        and (not match.alerts or sort.alert in match.alerts)
        and match.severity in ("", sort.severity)
        and match.affected <= (sort.kind in HITS)
        and match.priority in (None, place.priority)
        and (not match.hours or (match.hours.removeprefix("-") in sort.open) != match.hours.startswith("-"))
    )


def described(sort: Sort, routes: Sequence[Route]) -> str:
    """In words, as far as any route asks for it."""
    asked, place = [route.match for route in routes], sort.place
    words = [f"{sort.kind} ({sort.severity})" if any(match.severity for match in asked) else sort.kind]
    words += [f"by {sort.alert}"] if sort.alert else []
    words += [f"of a {sort.root}"] if sort.root and any(match.root_is for match in asked) else []
    if sort.kind in LINES and any(match.carriers for match in asked):
        words.append(f"on a line of {sort.carrier or 'nobody'}")
    if place.site:
        words.append(f"at {place.site}")
    elif any(match.levels for match in asked):
        words.append(f"at level {place.level}")
    if place.area and any(match.areas for match in asked):
        words.append(f"in {place.area}")
    if any(match.priority is not None for match in asked):
        words.append("with priority" if place.priority else "without priority")
    for name in dict.fromkeys(match.hours.removeprefix("-") for match in asked if match.hours):
        words.append(f"{'in' if name in sort.open else 'outside'} the hours of {name!r}")
    return " ".join(words)
