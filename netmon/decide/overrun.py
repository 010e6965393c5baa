"""What has somebody announced that speaks of this fault: work that should be over by now, or that named other lines?

People who call the carrier want to quote its own letter.
"""

from collections.abc import Iterator, Mapping

from netmon.decide.book import Problem
from netmon.model import Clue, Inventory, Maintenance

LATER = 3600.0
"""Seconds after the end of work for which what has been down since then is put down to it."""

Works = Mapping[Maintenance, frozenset[str]]
"""Planned work, and the ids of all that it covers."""


def clues(works: Works, inventory: Inventory, problem: Problem, now: float, ahead: float) -> Iterator[Clue]:
    """The announcements that speak of this problem: at most one that it outlasts, and one that does not list it.

    `now + ahead` is wall time, by which work is planned.
    """
    since, wall = problem.since + ahead, now + ahead
    outlasted = [
        work
        for work, covered in works.items()
        if since < work.until <= wall < work.until + LATER and _is_covered(problem, covered)
    ]
    if outlasted:
        work = max(outlasted, key=lambda one: one.until)
        yield Clue(now, problem.seat, "power_overrun" if work.power else "work_overrun", _quoted(work))
    for work, covered in works.items():
        if work.since <= since < work.until and (work.notice is not None or work.listed):
            carriers = _carriers(inventory, work)
            for name in dict.fromkeys((problem.root, *problem.links)):
                link = inventory.links.get(name)
                if link is not None and link.carrier in carriers and name not in covered:
                    yield Clue(now, name, "not_listed", (("link", name), *_quoted(work)))
                    return


def _is_covered(problem: Problem, covered: frozenset[str]) -> bool:
    """Whether the work was on what is wrong, or on all that it hurts."""
    return problem.seat in covered or (bool(problem.affected) and covered.issuperset(problem.affected))


def _carriers(inventory: Inventory, work: Maintenance) -> set[str | None]:
    """Whose lines the work is on."""
    lines = (inventory.links[name].carrier for name in work.what if name in inventory.links)
    places = (inventory.nodes[name].carrier for name in work.what if name in inventory.nodes)
    return {*lines, *places, *(name for name in work.what if name in inventory.carriers)} - {None}


def _quoted(work: Maintenance) -> tuple[tuple[str, str], ...]:
    notice = work.notice
    values = {"since": f"{work.since:.0f}", "until": f"{work.until:.0f}"}
    if notice is not None:
        day = "" if notice.day is None else f"{notice.day:%d/%m/%Y}"
        values |= {"number": notice.number, "date": day, "sender": notice.sender}
    return tuple((key, value) for key, value in values.items() if value)
