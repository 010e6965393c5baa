"""May this person be told one thing more, or has it been enough for this hour?"""

from collections import deque

from netmon.decide.desk.state import Desk


def allows(desk: Desk, person: str, now: float) -> bool:
    """Whether fewer pages than the budget has went to this person in the time it is for."""
    return len(_lately(desk, person, now)) < desk.roster.budget.pages


def count(desk: Desk, person: str, now: float) -> None:
    """A page went out, whatever number of channels it takes; bulletins are none."""
    _lately(desk, person, now).append(now)


def _lately(desk: Desk, person: str, now: float) -> deque[float]:
    pages = desk.pages.setdefault(person, deque())
    while pages and pages[0] <= now - desk.roster.budget.per:
        pages.popleft()
    return pages
