"""What was heard within five minutes, and what were they like?

Pings are the scheduled ones of the collector `icmp`. The first definitions of docs/decisions/history.md, in code.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import sub
from typing import NamedTuple

from netmon.model import Sample
from netmon.run.journal.history import Key

Spans = Sequence[tuple[float, float]]
"""Times (s) of which nothing can be said, because netmon itself was cut off."""


class Train(NamedTuple):
    """What a bridge's train of packets showed, as the collector `bridge` measures it: when it began (s), its packets,
    the share lost, and round-trip time, jitter (s) and opinion score, None where it says nothing of them."""

    at: float
    packets: float
    loss: float
    rtt: float | None
    jitter: float | None
    mos: float | None


def train(at: float, samples: Iterable[Sample]) -> Train | None:
    """The train that these samples tell of; None if they tell of none."""
    told: Mapping[str, float] = {metric: value for metric, value, _ in samples}
    packets, loss = told.get("netmon_probe_train_packets"), told.get("netmon_probe_loss_ratio")
    if not packets or loss is None:
        return None
    rtt, jitter = told.get("netmon_probe_rtt_seconds"), told.get("netmon_probe_jitter_seconds")
    return Train(at, packets, loss, rtt, jitter, told.get("netmon_probe_mos"))


class Five:
    """All that was heard of one five minutes: round-trip times and times of loss by target, in the order of hearing,
    trains by bridge, and the sum and number of looks at the use of each line's directions.

    `fresh`: whether something has come since its means were last worked out.
    """

    __slots__ = ("answered", "fresh", "lost", "trains", "used")

    def __init__(self) -> None:
        self.answered: defaultdict[str, array[float]] = defaultdict(_numbers)
        self.lost: defaultdict[str, array[float]] = defaultdict(_numbers)
        self.trains: defaultdict[str, list[Train]] = defaultdict(list)
        self.used: dict[tuple[str, str], tuple[float, int]] = {}
        self.fresh = False

    def answers(self, targets: Sequence[str], rtts: Sequence[float | None]) -> None:
        """Many were pinged and answered. The one place that is passed by every ping: it only appends."""
        answered = self.answered
        for target, rtt in zip(targets, rtts, strict=True):
            if rtt is not None:
                answered[target].append(rtt)
        self.fresh = True

    def use(self, link: str, direction: str, ratio: float) -> None:
        """How much of a line is in use at a look."""
        total, count = self.used.get((link, direction), (0.0, 0))
        self.used[link, direction] = total + ratio, count + 1
        self.fresh = True

    @property
    def targets(self) -> list[str]:
        """Everything that something was heard of, except the use of lines."""
        return [*{**self.answered, **self.lost, **self.trains}]

    def means(self, target: str, blind: Spans, shaken: Collection[str]) -> Iterator[tuple[Key, float]]:
        """What this target was like; the jitter of pings only of those in `shaken`. A loss while blind is none."""
        if trains := [one for one in self.trains.get(target, ()) if not _within(one.at, blind)]:
            yield from ((((quantity, target, ""), value)) for quantity, value in _of_trains(trains))
        rtts = self.answered.get(target, ())
        lost = sum(not _within(at, blind) for at in self.lost.get(target, ()))
        if rtts or lost:
            yield ("loss", target, ""), lost / (lost + len(rtts))
        if rtts:
            yield ("rtt", target, ""), sum(rtts) / len(rtts)
        if len(rtts) > 1 and target in shaken:
            yield ("jitter", target, ""), sum(map(abs, map(sub, rtts[1:], rtts))) / (len(rtts) - 1)

    def uses(self) -> Iterator[tuple[Key, float]]:
        """How much of each line was in use."""
        for (link, direction), (total, count) in self.used.items():
            yield ("use", link, direction), total / count


def _numbers() -> "array[float]":
    return array("d")


def _within(at: float, spans: Spans) -> bool:
    return any(since <= at < until for since, until in spans)


def _of_trains(trains: Sequence[Train]) -> Iterator[tuple[str, float]]:
    """Packets lost of all sent; time and jitter by what came back; the score by the packets of those that have one."""
    yield "loss", sum(one.loss * one.packets for one in trains) / sum(one.packets for one in trains)
    for quantity, values in (
        ("rtt", [(one.rtt, one.packets * (1 - one.loss)) for one in trains]),
        ("jitter", [(one.jitter, one.packets * (1 - one.loss)) for one in trains]),
        ("mos", [(one.mos, one.packets) for one in trains]),
    ):
        known = [(value, weight) for value, weight in values if value is not None]
        if known:
            yield quantity, sum(value * weight for value, weight in known) / sum(weight for _, weight in known)
