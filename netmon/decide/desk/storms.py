"""What do people read while a storm lasts, instead of a message for each fault?"""

from collections.abc import Callable

from netmon.decide.desk.state import Desk, Orders


def step(desk: Desk, orders: Orders, now: float, number: Callable[[], int]) -> float | None:
    """Send the bulletins that are due; returns when the next one is."""
    return None
