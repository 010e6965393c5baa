"""What is the latest value of every series, and how fast do the counters run?

Readings arrive a poll at a time and leave a scrape at a time, a hundred times more series than either.
What a poll brings has the same shape as the one before, so the label texts are written once per shape and
the values are kept as the tuple that came: a poll costs a transposition and two comparisons in C, and a
scrape pairs the finished texts with the values. Every slot is replaced whole, so that a scrape may read
in another thread while polls go on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from netmon.decide import counters
from netmon.model import Family, Metric, Sample, Target
from netmon.run.polls import Poll, Shape, group
from netmon.run.rates import counted

_FRAME_LABELS = frozenset({"site", "level", "device", "link", "service"})
_UPTIME = "netmon_device_uptime_seconds"
_DROPPED = Metric(
    type="counter",
    help="Samples that were thrown away because their collector did not declare them so, by reason.",
    labels=("collector", "reason"),
)


def escape(value: str) -> str:
    """A label value as the text format 0.0.4 wants it between quotes: backslash, quote and newline escaped."""
    if "\\" in value or '"' in value or "\n" in value:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return value


def label_text(names: Iterable[str], values: Iterable[str]) -> str:
    """`name="value",…` without braces, in the order given; an empty value is no label at all, so it is left out."""
    return ",".join([f'{name}="{escape(value)}"' for name, value in zip(names, values, strict=True) if value])


_Slot = tuple[Poll, ...]
"""The last polls of a target by a collector, the latest first: two, and more where the second broke off."""
_MOST_KEPT = 3


class Store:
    """The latest readings of all targets. One thread puts, any thread may read."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        """`metrics` are all families that may come; ValueError if one claims a label that the frame adds."""
        for name, metric in metrics.items():
            if claimed := _FRAME_LABELS.intersection(metric.labels):
                raise ValueError(f"{name} declares {', '.join(sorted(claimed))}, which is added to every series")
        self._metrics = dict(metrics)
        self._slots: dict[str, dict[str, _Slot]] = {}
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
        slots = self._slots.get(target.id)
        if slots is None:
            slots = self._slots[target.id] = {}
        slot = slots.get(collector)
        shape = None if slot is None else slot[0].shape
        if shape is None or names != shape.metrics or labels != shape.labels or not _same(shape.target, target):
            shape = self._shape(target, names, labels)
        if shape.wrong:
            for reason, count in shape.wrong.items():
                self._dropped[collector, reason] = self._dropped.get((collector, reason), 0) + count
        slots[collector] = (Poll(at, at + keep, shape, values), *_kept(slot, at))
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
        known, expires = self._slots, at + keep
        made = tuple.__new__  # of a NamedTuple: half the time that its own __new__ takes
        for target, numbers in zip(targets, values, strict=True):
            slots = known.get(target.id)
            slot = None if slots is None else slots.get(collector)
            if slots is not None and slot is not None and len(slot) < _MOST_KEPT:
                last = slot[0]
                _, until, shape, _ = last
                if until > at and slot[-1][2] is shape:
                    owner, metrics, own, _, wrong, _ = shape
                    if metrics == names and own == labels and not wrong and (owner is target or _same(owner, target)):
                        slots[collector] = (made(Poll, (at, expires, shape, numbers)), last)
                        continue
            self.put_columns(target, collector, at, keep, names, numbers, labels)
        self._latest = max(self._latest, at)

    def forget(self, target: str) -> None:
        """Drop everything known of a target that left the inventory or changed."""
        self._slots.pop(target, None)

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
        for slot in list(self._slots.get(target, {}).values()):
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
        for last, *_ in list(self._slots.get(target, {}).values()):  # polls may go on in another thread
            if last.expires > self._latest and (group := last.shape.groups.get(metric)) is not None:
                found += [last.shape.labels[place] for place in group.places]
        return found

    def families(self, now: float) -> Iterator[Family]:
        """Everything that still counts at `now`, one family per metric, by name.

        What was put before the first family is asked for is in it; what comes later need not be.
        """
        self._latest = max(self._latest, now)
        found: dict[str, tuple[list[str], list[float]]] = {}
        for slots in list(self._slots.values()):
            for _, expires, shape, values in [slot[0] for slot in list(slots.values())]:
                if expires > now:
                    for name, group in shape.groups.items():
                        texts, numbers = found.get(name) or found.setdefault(name, ([], []))
                        texts += group.texts
                        numbers += group.pick(values)
        for name in sorted(found):
            texts, numbers = found[name]
            yield Family(name, self._metrics[name], zip(texts, numbers, strict=True))
        dropped = [(label_text(_DROPPED.labels, key), count) for key, count in sorted(self._dropped.copy().items())]
        if dropped:
            yield Family("netmon_samples_dropped_total", _DROPPED, dropped)

    def _shape(self, target: Target, names: tuple[str, ...], labels: tuple[tuple[str, ...], ...]) -> Shape:
        prefix = label_text(("site", "level", target.of), (target.site, target.level, target.id))
        texts: dict[str, dict[str, int]] = {}
        wrong: dict[str, int] = {}
        for place, (name, own) in enumerate(zip(names, labels, strict=True)):
            metric = self._metrics.get(name)
            if metric is None:
                wrong["undeclared"] = wrong.get("undeclared", 0) + 1
            elif len(own) != len(metric.labels):
                wrong["labels"] = wrong.get("labels", 0) + 1
            else:
                tail = label_text(metric.labels, own)
                text = f"{prefix},{tail}" if tail else prefix
                if texts.setdefault(name, {}).setdefault(text, place) != place:
                    wrong["duplicate"] = wrong.get("duplicate", 0) + 1
        groups = {name: group(tuple(places), tuple(places.values())) for name, places in texts.items()}
        return Shape(target, names, labels, groups, wrong, {})

    def _find(self, target: str, metric: str, labels: tuple[str, ...]) -> tuple[Poll, int] | None:
        for slot in list(self._slots.get(target, {}).values()):  # polls may go on in another thread
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


def _kept(slot: _Slot | None, at: float) -> _Slot:
    """Which polls stay when another comes at `at`: the last one, and behind a poll that brought less one that brought
    more, so that a walk that broke off costs no rate afterwards. None stays longer than it counts."""
    if slot is None or slot[0].expires <= at:
        return ()
    kept = slot[:1]
    for poll in slot[1:_MOST_KEPT]:
        if len(poll.values) > len(kept[-1].values) and poll.expires > at:
            kept = (*kept, poll)
    return kept


def _same(known: Target, target: Target) -> bool:
    """Whether the finished texts fit this target: a reload may have moved it to another site."""
    return known is target or (known.site, known.level, known.of) == (target.site, target.level, target.of)
