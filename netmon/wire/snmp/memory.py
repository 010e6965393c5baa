"""How much may be asked of this agent at once?

Answers are to fit one Ethernet frame by what the agent's rows have weighed so far. An agent that finds that too
much, cuts its answers off, or keeps silent whenever much is asked, gets half; what it bears comes back slowly.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

FRAME = 1400
"""Octets of bindings that one answer should have at most."""

FLOOR = 1.0
"""Octets that are always allowed; one binding is always asked for."""

GROWTH, SHARE = 4.0, 0.02
"""Octets, and the share of what it bears now, that each good answer adds."""

CELL = 32.0
"""Octets that a binding is taken to have before any was seen."""

FEW = 8
"""Bindings that do not count as much."""

DOUBTS = 2
"""Big requests that stay without an answer, while small ones get one, until less is asked."""

TABLES = 64
"""Tables whose shape is remembered of one agent."""


class Shape(NamedTuple):
    """A table as it was the last time: octets of a binding on average, rows of its longest column."""

    cell: float
    rows: int


@dataclass(slots=True)
class Memory:
    """What is known of one agent. `apart`: it does not give scalars and rows of a table in one answer."""

    room: float = FRAME
    doubts: int = 0
    apart: bool = False
    shapes: dict[tuple[str, ...], Shape] = field(default_factory=dict)

    def shape(self, columns: tuple[str, ...]) -> Shape:
        """What the table of these columns was like; 0 rows if it was never seen."""
        return self.shapes.get(columns) or Shape(CELL, 0)

    def learn(self, columns: tuple[str, ...], shape: Shape) -> None:
        """Remember it for the next time."""
        if len(self.shapes) >= TABLES and columns not in self.shapes:
            self.shapes.clear()
        self.shapes[columns] = shape

    def answered(self, bindings: int) -> None:
        """A request for so many bindings got a good answer."""
        if bindings > FEW:
            self.doubts = 0
        elif self.doubts >= DOUBTS:
            self.shrink(self.room)
            return
        if self.room < FRAME:
            self.room = min(FRAME, self.room * (1 + SHARE) + GROWTH)

    def unanswered(self, bindings: int) -> None:
        """A request for so many bindings got none."""
        if bindings > FEW:
            self.doubts += 1

    def shrink(self, octets: float) -> None:
        """An answer of so many octets was too much."""
        self.doubts = 0
        self.room = max(FLOOR, min(self.room, octets) / 2)
