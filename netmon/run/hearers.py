"""Who has heard of an incident, and who need not hear of it any more?

A page that waited until its incident was over, or until somebody had taken it, wakes nobody: neither it nor the end of
what its reader never heard of. That holds for people; a channel with an address of its own is a log, and gets it all.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from netmon.decide.notices import told_of
from netmon.model import Notice

BEFORE = "before it could be told"
"""How every reason ends for which a message was not sent."""
OVER = f"over {BEFORE}"

RECALLED = 3600.0
"""Seconds for which it matters what became of a notice: nobody waits longer for it to arrive."""
REMEMBERED = 30 * 86400.0
"""Seconds for which it matters who has heard of an incident."""


class Standing(NamedTuple):
    """How an incident stands: whether it is over, and who has taken it ("" = nobody)."""

    over: bool = False
    taken_by: str = ""


def unknown(incident: int) -> Standing:
    """Nobody knows better: it is open."""
    return Standing()


class Hearers:
    """By incident and recipient: who has heard of it, and whom a message about it is under way to."""

    __slots__ = ("_flying", "_heard", "standing")

    def __init__(self) -> None:
        self._heard: set[tuple[int, str]] = set()
        self._flying: Counter[tuple[int, str]] = Counter()
        self.standing: Callable[[int], Standing] = unknown

    def remember(self, heard: Iterable[tuple[int, str]]) -> None:
        """These have heard, by (incident, recipient), before this process began."""
        self._heard.update(heard)

    @contextmanager
    def telling(self, notice: Notice) -> Iterator[None]:
        """While it is being sent."""
        who = _who(notice)
        self._flying[who] += 1
        try:
            yield
        finally:
            self._flying -= Counter([who])

    def told(self, notice: Notice) -> None:
        """It was delivered."""
        self._heard.update((number, notice.to) for number in told_of(notice))

    def should_wait(self, notice: Notice) -> bool:
        """Is it the end of something of which somebody is just being told?"""
        return notice.event == "resolved" and bool(self._flying[_who(notice)]) and not self._is_wanted(notice)

    def moot(self, notice: Notice, tried: bool) -> str:
        """Why nobody has to read this any more, "" if somebody has; `tried`: it has failed before."""
        if notice.channel == notice.to:
            return ""
        if notice.event == "resolved":
            return "" if self._is_wanted(notice) else OVER
        if notice.incident.state == "resolved":  # a bulletin, or a change: over from the start
            return ""
        over, taken_by = self.standing(notice.incident.id)
        if over:
            return OVER
        if taken_by and notice.event != "updated" and (taken_by != notice.to or tried):
            return f"taken by {taken_by} {BEFORE}"
        return ""

    def _is_wanted(self, notice: Notice) -> bool:
        return _who(notice) in self._heard or self.standing(notice.incident.id).taken_by == notice.to


def _who(notice: Notice) -> tuple[int, str]:
    return notice.incident.id, notice.to
