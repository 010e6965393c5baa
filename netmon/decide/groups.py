"""When are many faults told as one?

In a storm the sites of an area fall and return for hours, each for a reason of its own; nobody is helped
by sixty messages. From the third independent fault of an area on, what has not been told yet becomes one
incident of the area, which stays open, takes in whatever falls later, and ends when all has been quiet for
half an hour. The same for a carrier, at least half of whose customers here are lost within a minute. What
was told before the third keeps its own incident.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from netmon.decide.book import Key, Problem
from netmon.model import Inventory

MANY = 3
"""Independent faults of an area that make it one matter: two may be chance."""
CARRIER_MANY = 5
TOGETHER = 60.0
"""Seconds within which a carrier's customers must fall to be one matter."""


def gather(
    inventory: Inventory, problems: Mapping[Key, Problem], told: Container[Key], now: float
) -> dict[Key, Problem]:
    """The problems, those that belong to an area or a carrier in trouble replaced by one each.

    `told` are the keys that have an open incident: those keep it, and an area among them takes in what is new.
    """
    loose = [problem for problem in problems.values() if problem.kind == "outage" and now >= problem.quiet_until]
    kept = dict(problems)
    if len(loose) < 2 and not told:
        return kept
    for carrier, members in _of_carriers(inventory, loose).items():
        _merge(kept, carrier, [one for one in members if (one.kind, one.seat) not in told], storm=False)
    by_area: dict[str, list[Problem]] = {}
    for problem, area in _areas(inventory, loose):
        if (problem.kind, problem.seat) in kept:
            by_area.setdefault(area, []).append(problem)
    for area, members in by_area.items():
        if len(members) >= MANY or ("outage", area) in told:
            _merge(kept, area, [one for one in members if (one.kind, one.seat) not in told], storm=True)
    return kept


def _areas(inventory: Inventory, problems: Iterable[Problem]) -> list[tuple[Problem, str]]:
    """The faults that took a whole site, with the area of it."""
    sites = ((problem, inventory.sites.get(problem.seat)) for problem in problems)
    return [(problem, site.area) for problem, site in sites if site is not None and site.area]


def _of_carriers(inventory: Inventory, problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """By carrier, the sites and places lost together that hang on it alone, if they are half of all that do."""
    lost: dict[str, list[Problem]] = {}
    for problem in problems:
        carriers = {inventory.links[line].carrier for line in problem.links}
        alone = problem.seat in inventory.sites or problem.seat in inventory.nodes or problem.seat in inventory.carriers
        if alone and len(carriers) == 1 and (carrier := carriers.pop()) is not None:
            lost.setdefault(carrier, []).append(problem)
    found: dict[str, list[Problem]] = {}
    for carrier, members in lost.items():
        first = min(problem.since for problem in members)
        together = [problem for problem in members if problem.since <= first + TOGETHER]
        customers = _customers(inventory, carrier)
        sites = {site for problem in together for site in problem.affected if site in customers}
        if len(together) > 1 and len(sites) >= CARRIER_MANY and 2 * len(sites) >= len(customers):
            found[carrier] = [problem for problem in together if problem.seat != carrier]
    return found


def _customers(inventory: Inventory, carrier: str) -> frozenset[str]:
    """Sites all of whose own lines are this carrier's."""
    return frozenset(
        site.id
        for site in inventory.sites.values()
        if site.uplinks and all(inventory.links[line].carrier == carrier for line in site.uplinks)
    )


def _merge(problems: dict[Key, Problem], seat: str, members: list[Problem], storm: bool) -> None:
    """Put one problem in the place of these; a `storm` may come back for hours."""
    if not members:
        return
    for one in members:
        del problems[one.kind, one.seat]
    there = problems.get(("outage", seat))
    everything = members if there is None else [there, *members]
    problems["outage", seat] = replace(
        members[0],
        seat=seat,
        root=seat,
        severity="critical",
        since=min(one.since for one in everything),
        affected=tuple(dict.fromkeys(site for one in everything for site in one.affected)),
        links=tuple(dict.fromkeys(line for one in everything for line in one.links)),
        group=storm,
    )
