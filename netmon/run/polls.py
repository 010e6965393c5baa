"""What did one poll bring, and in which shape?"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Literal, NamedTuple

from netmon.model import Target


class Group(NamedTuple):
    """The series of one metric within a poll: their label texts, and where their values stand."""

    texts: tuple[str, ...]
    places: tuple[int, ...]
    pick: Callable[[tuple[float, ...]], tuple[float, ...]]


def group(texts: tuple[str, ...], places: tuple[int, ...]) -> Group:
    """A group that picks its values at once: a slice of one, because itemgetter unpacks a single value."""
    alone = len(places) == 1
    return Group(texts, places, itemgetter(slice(places[0], places[0] + 1)) if alone else itemgetter(*places))


class Shape(NamedTuple):
    """What a poll brings apart from its values: metric and labels of each place, and the texts made of them."""

    target: Target
    metrics: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    groups: Mapping[str, Group]
    wrong: Mapping[str, int]
    asked: dict[tuple[str, tuple[str, ...]], "Places | None"]
    """What was worked out for the rates that somebody wants, of the polls that share this shape."""

    def place(self, metric: str, labels: tuple[str, ...]) -> int | None:
        """Where the value of this series stands, if the poll brought it."""
        group = self.groups.get(metric)
        if group is not None:
            for place in group.places:
                if self.labels[place] == labels:
                    return place
        return None


class Places(NamedTuple):
    """Where a poll brought a counter and what its rate depends on; None = it did not."""

    value: int
    uptime: int | None
    boots: int | None
    discontinuity: int | None
    speed: int | None
    bits: Literal[32, 64]
    if_index: str
    alias: str


class Poll(NamedTuple):
    """One poll: when, until when it counts, and what it brought."""

    at: float
    expires: float
    shape: Shape
    values: tuple[float, ...]
