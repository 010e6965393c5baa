"""What is the latest value of every series, and how fast do the counters run?

Readings arrive a poll at a time and leave a scrape at a time, a hundred times more series than either.
What a poll brings has the same shape as the one before, and as that of other devices of the same kind, so the label
texts are written once per shape and the values are kept as the tuple that came: a poll costs a transposition and two
comparisons in C, and a scrape puts each device's own labels before the finished texts and pairs them with the values.
Every slot is replaced whole, so that a scrape may read in another thread while polls go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import add, itemgetter

from netmon.decide import counters
from netmon.decide.rules.state import Reading
from netmon.model import Family, Metric, Sample, Target
from netmon.run.polls import MOST_KEPT, Group, Known, Layout, Poll, Shapes, Slot, escape, label_text
from netmon.run.rates import counted

__all__ = ["Store", "escape", "label_text"]

_FRAME_LABELS = frozenset({"site", "level", "device", "link", "service"})
_UPTIME = "netmon_device_uptime_seconds"
_DROPPED = Metric(
    type="counter",
    help="Samples that were thrown away because their collector did not declare them so, by reason.",
    labels=("collector", "reason"),
)


class Store:
    """The latest readings of all targets. One thread puts, any thread may read."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        """`metrics` are all families that may come; ValueError if one claims a label that the frame adds."""
        for name, metric in metrics.items():
            if claimed := _FRAME_LABELS.intersection(metric.labels):
                raise ValueError(f"{name} declares {', '.join(sorted(claimed))}, which is added to every series")
        self._metrics = dict(metrics)
        self._shapes = Shapes(self._metrics)
        self._known: dict[str, Known] = {}
        self._dropped: dict[tuple[str, str], int] = {}
        self._latest = float("-inf")

    def put(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        """Replace what `collector` said of `target`; it vanishes unless renewed within `keep` seconds of `at`.

        Values may be int or float and are kept as they are. Samples that were not declared, have the wrong
        number of labels, or name a series twice are dropped and counted.
        """
        names: tuple[str, ...] = ()
        values: tuple[float, ...] = ()
        labels: tuple[tuple[str, ...], ...] = ()
        if len(samples) == 1:
            [(name, value, own)] = samples
            names, values, labels = (name,), (value,), (own,)
        elif samples:
            names, values, labels = zip(*samples, strict=True)
        self.put_columns(target, collector, at, keep, names, values, labels)

    def put_columns(
        self,
        target: Target,
        collector: str,
        at: float,
        keep: float,
        names: tuple[str, ...],
        values: tuple[float, ...],
        labels: tuple[tuple[str, ...], ...],
    ) -> None:
        """The same for samples that stand in columns: all metrics, all values, all labels."""
        known = self._known.get(target.id)
        if known is None:
            known = self._known[target.id] = Known(target)
        elif not known.fits(target):
            known.label(target)
        slot = known.slots.get(collector)
        shape = None if slot is None else slot[0].shape
        if shape is None or names != shape.metrics or labels != shape.labels:
            shape = self._shapes.of(names, labels)
        if shape.wrong:
            for reason, count in shape.wrong.items():
                self._dropped[collector, reason] = self._dropped.get((collector, reason), 0) + count
        known.slots[collector] = (Poll(at, at + keep, shape, values), *_kept(slot, at))
        if at > self._latest:
            self._latest = at

    def put_all(
        self,
        targets: Sequence[Target],
        collector: str,
        at: float,
        keep: float,
        names: tuple[str, ...],
        values: Sequence[tuple[float, ...]],
        labels: tuple[tuple[str, ...], ...],
    ) -> None:
        """The same for many targets that were polled at once and brought the same, each its own values."""
        shape, expires = self._shapes.of(names, labels), at + keep
        made = tuple.__new__  # of a NamedTuple: half the time that its own __new__ takes
        for target, numbers in zip(targets, values, strict=True):
            known = self._known.get(target.id)
            slot = None if known is None else known.slots.get(collector)
            if known is not None and slot is not None and len(slot) < MOST_KEPT and not shape.wrong:
                last = slot[0]
                if last.expires > at and last.shape is shape is slot[-1].shape and known.fits(target):
                    known.slots[collector] = (made(Poll, (at, expires, shape, numbers)), last)
                    continue
            self.put_columns(target, collector, at, keep, names, numbers, labels)
        self._latest = max(self._latest, at)

    def forget(self, target: str) -> None:
        """Drop everything known of a target that left the inventory or changed."""
        self._known.pop(target, None)

    def value(self, target: str, metric: str, labels: tuple[str, ...] = ()) -> float | None:
        """The latest value of one series by its own labels, or None if there is none that still counts."""
        found = self._find(target, metric, labels)
        return None if found is None else found[0].values[found[1]]

    def rate(self, target: str, metric: str, labels: tuple[str, ...]) -> float | None:
        """Units per second of one counter between the last poll of its collector and the one before that has it.

        None if there are not two, or if they do not tell how far the counter went (netmon.decide.counters). Where the
        poll brings no uptime of its own, the device's word in another one has to do: a counter that was
        reset may have passed its old value again.
        """
        for slot in self._of(target):
            new = counted(slot[0], metric, labels) if slot[0].expires > self._latest else None
            if new is not None:
                for poll in slot[1:]:
                    if (old := counted(poll, metric, labels)) is not None:
                        dated = old.uptime is not None and new.uptime is not None
                        started = not dated and self._started(target) > old.at
                        return None if started else counters.rate_between(old, new)
                return None
        return None

    def labels(self, target: str, metric: str) -> list[tuple[str, ...]]:
        """The labels of all series of one metric that the target has and that still count."""
        found: list[tuple[str, ...]] = []
        for last, *_ in self._of(target):
            if last.expires > self._latest and (group := last.shape.group(metric)) is not None:
                found += [last.shape.labels[place] for place in group.places]
        return found

    def readings(self, metrics: frozenset[str], now: float, portion: int) -> Iterator[dict[str, list[Reading]]]:
        """The values of these metrics that count at `now`, by metric; so many targets at a time, in the order in which
        they were first heard.

        All that one target has of the metrics is in one portion.
        """
        wanted: dict[Layout, tuple[tuple[str, tuple[int, ...]], ...]] = {}
        found: dict[str, list[Reading]] = {name: [] for name in metrics}
        for count, (target, known) in enumerate(list(self._known.items()), 1):
            for _, expires, shape, values in [slot[0] for slot in list(known.slots.values())]:
                if expires <= now:
                    continue
                places = wanted.get(shape.layout)
                if places is None:
                    groups = shape.layout.groups
                    places = tuple((name, groups[name].places) for name in metrics if name in groups)
                    wanted[shape.layout] = places
                for name, each in places:
                    labels = shape.labels
                    found[name] += [(target, labels[place], values[place]) for place in each]
            if count % portion == 0:
                yield found
                found = {name: [] for name in metrics}
        yield found

    def families(self, now: float) -> Iterator[Family]:
        """Everything that still counts at `now`, one family per metric, by name.

        What was put before the first family is asked for is in it; what comes later need not be.
        """
        self._latest = max(self._latest, now)
        common: dict[Layout, tuple[list[str], list[tuple[float, ...]]]] = {}
        parts: dict[str, list[_Part]] = {}
        for known in list(self._known.values()):
            for _, expires, shape, values in [slot[0] for slot in list(known.slots.values())]:
                if expires > now:
                    alike = common.get(shape.layout) or common.setdefault(shape.layout, ([], []))
                    alike[0].append(known.prefix)
                    alike[1].append(values)
                    for name, group in shape.own.items():
                        parts.setdefault(name, []).append((group, [known.prefix], [values]))
        for layout, (prefixes, rows) in common.items():
            for name, group in layout.groups.items():
                parts.setdefault(name, []).append((group, prefixes, rows))
        for name in sorted(parts):
            yield Family(name, self._metrics[name], chain.from_iterable(map(_series, parts.pop(name))))
        dropped = [(label_text(_DROPPED.labels, key), count) for key, count in sorted(self._dropped.copy().items())]
        if dropped:
            yield Family("netmon_samples_dropped_total", _DROPPED, dropped)

    def _of(self, target: str) -> list[Slot]:
        """The slots of a target as they are now: polls may go on in another thread."""
        known = self._known.get(target)
        return [] if known is None else list(known.slots.values())

    def _find(self, target: str, metric: str, labels: tuple[str, ...]) -> tuple[Poll, int] | None:
        for slot in self._of(target):
            last = slot[0]
            if last.expires > self._latest:
                place = last.shape.place(metric, labels)
                if place is not None:
                    return last, place
        return None

    def _started(self, target: str) -> float:
        """When the device last started, by its own word; long ago if it does not say."""
        found = self._find(target, _UPTIME, ())
        if found is None:
            return float("-inf")
        last, place = found
        return last.at - last.values[place]


def _kept(slot: Slot | None, at: float) -> Slot:
    """Which polls stay when another comes at `at`: the last one, and behind a poll that brought less one that brought
    more, so that a walk that broke off costs no rate afterwards. None stays longer than it counts."""
    if slot is None or slot[0].expires <= at:
        return ()
    kept = slot[:1]
    for poll in slot[1:MOST_KEPT]:
        if len(poll.values) > len(kept[-1].values) and poll.expires > at:
            kept = (*kept, poll)
    return kept


_Part = tuple[Group, list[str], list[tuple[float, ...]]]
"""A group, and the targets whose polls have it: the beginnings of their label texts, and their values."""


def _series(part: _Part) -> Iterator[tuple[str, float]]:
    """(finished label text, value) of everything in the part, target by target."""
    (tails, places, pick), prefixes, rows = part
    if len(tails) == 1:
        return zip(map(add, prefixes, repeat(tails[0])), map(itemgetter(places[0]), rows), strict=False)
    return chain.from_iterable(
        zip(map(add, repeat(prefix), tails), pick(values), strict=False)
        for prefix, values in zip(prefixes, rows, strict=True)
    )
