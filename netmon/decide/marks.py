"""What stands beside a state: planned work, nobody at work, a line that flaps?"""

from netmon.decide.state import Core, Wishes


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Begin and end marks; returns when the next one begins or ends."""
    return None


def flapping(core: Core, wishes: Wishes, now: float) -> None:
    """Mark what the book of incidents calls flapping."""
