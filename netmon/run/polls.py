"""What did one poll bring, and in which shape?

Thousands of devices bring the same: the same metrics of ports with the same names. So what a poll is apart from its
values is kept once for all of them, and only what describes a single device (the info metrics) is its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from netmon.model import Metric, Target

Names = tuple[str, ...]
Labels = tuple[tuple[str, ...], ...]


def escape(value: str) -> str:
    """A label value as the text format 0.0.4 wants it between quotes: backslash, quote and newline escaped."""
    if "\\" in value or '"' in value or "\n" in value:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return value


def label_text(names: Iterable[str], values: Iterable[str]) -> str:
    """`name="value",…` without braces, in the order given; an empty value is no label at all, so it is left out."""
    return ",".join([f'{name}="{escape(value)}"' for name, value in zip(names, values, strict=True) if value])


class Group(NamedTuple):
    """The series of one metric within a poll: the ends of their label texts, and where their values stand."""

    tails: tuple[str, ...]
    places: tuple[int, ...]
    pick: Callable[[tuple[float, ...]], tuple[float, ...]]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Layout:
    """What polls of many targets have in common: metric and labels of each place; those of info metrics are ()."""

    metrics: Names
    labels: Labels
    groups: Mapping[str, Group]
    wrong: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shape:
    """What a poll brings apart from its values: metric and labels of each place, and the texts made of them.

    `own` are the groups that describe; `asked` is what was worked out for the rates that somebody wants.
    """

    layout: Layout
    metrics: Names
    labels: Labels
    own: Mapping[str, Group]
    wrong: Mapping[str, int]
    asked: dict[tuple[str, tuple[str, ...]], "Places | None"]

    def group(self, metric: str) -> Group | None:
        """The series of this metric, if the poll brought any."""
        return self.layout.groups.get(metric) or self.own.get(metric)

    def place(self, metric: str, labels: tuple[str, ...]) -> int | None:
        """Where the value of this series stands, if the poll brought it."""
        group = self.group(metric)
        if group is not None:
            for place in group.places:
                if self.labels[place] == labels:
                    return place
        return None


class Shapes:
    """The shapes and layouts of all polls that are kept now, each of them once."""

    __slots__ = ("_layouts", "_metrics", "_shapes")

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        """`metrics` are the families that polls may bring."""
        self._metrics = metrics
        self._layouts: WeakValueDictionary[tuple[Names, Labels], Layout] = WeakValueDictionary()
        self._shapes: WeakValueDictionary[tuple[Names, Labels], Shape] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._shapes)

    def of(self, names: Names, labels: Labels) -> Shape:
        """The shape of a poll with these metrics and labels; what is wrong with them is counted in it."""
        shape = self._shapes.get((names, labels))
        if shape is None:
            shape = self._shape(names, labels)
            self._shapes[shape.metrics, shape.labels] = shape
        return shape

    def _shape(self, names: Names, labels: Labels) -> Shape:
        info = [place for place, name in enumerate(names) if self._describes(name)]
        common = list(labels)
        for place in info:
            common[place] = ()
        layout = self._layout(names, tuple(common))
        mine = list(layout.labels)
        for place in info:
            mine[place] = labels[place]
        own, more = self._groups([(place, names[place], labels[place]) for place in info])
        wrong = {reason: layout.wrong.get(reason, 0) + more.get(reason, 0) for reason in {**layout.wrong, **more}}
        return Shape(layout, layout.metrics, tuple(mine) if info else layout.labels, own, wrong, {})

    def _layout(self, names: Names, labels: Labels) -> Layout:
        layout = self._layouts.get((names, labels))
        if layout is None:
            rest = [
                (place, name, own)
                for place, (name, own) in enumerate(zip(names, labels, strict=True))
                if not self._describes(name)
            ]
            layout = self._layouts[names, labels] = Layout(names, labels, *self._groups(rest))
        return layout

    def _describes(self, name: str) -> bool:
        metric = self._metrics.get(name)
        return metric is not None and metric.type == "info"

    def _groups(
        self, series: Iterable[tuple[int, str, tuple[str, ...]]]
    ) -> tuple[Mapping[str, Group], Mapping[str, int]]:
        """The groups of these series (place, metric, labels), and how many were left out, by reason."""
        tails: dict[str, dict[str, int]] = {}
        wrong: dict[str, int] = {}
        for place, name, own in series:
            metric = self._metrics.get(name)
            if metric is None:
                wrong["undeclared"] = wrong.get("undeclared", 0) + 1
            elif len(own) != len(metric.labels):
                wrong["labels"] = wrong.get("labels", 0) + 1
            else:
                text = label_text(metric.labels, own)
                tail = f",{text}" if text else ""
                if tails.setdefault(name, {}).setdefault(tail, place) != place:
                    wrong["duplicate"] = wrong.get("duplicate", 0) + 1
        return {name: _group(tuple(each), tuple(each.values())) for name, each in tails.items()}, wrong


def _group(tails: tuple[str, ...], places: tuple[int, ...]) -> Group:
    """A group that picks its values at once: a slice of one, because itemgetter unpacks a single value."""
    alone = len(places) == 1
    return Group(tails, places, itemgetter(slice(places[0], places[0] + 1)) if alone else itemgetter(*places))


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


Slot = tuple[Poll, ...]
"""The last polls of a target by a collector, the latest first: two, and more where the second broke off."""
MOST_KEPT = 3


class Known:
    """What is known of one target: what all its series are labelled with, and its slots by collector."""

    __slots__ = ("level", "of", "prefix", "site", "slots")

    def __init__(self, target: Target) -> None:
        self.slots: dict[str, Slot] = {}
        self.label(target)

    def fits(self, target: Target) -> bool:
        """Whether the labels are still this target's."""
        return self.site == target.site and self.level == target.level and self.of == target.of

    def label(self, target: Target) -> None:
        """Label everything so from now on: a reload may have moved the target to another site."""
        self.site, self.level, self.of = target.site, target.level, target.of
        self.prefix = label_text(("site", "level", target.of), (target.site, target.level, target.id))
