"""Lines that lose by chance and never fail, and two ways to play them through detection.

Probes go out at multiples of `EVERY`; the first one missed is known after `TIMEOUT`, and from then on there is a
re-probe every `STEP`, until the target answers or is called; afterwards only the scheduled ones, and one more `RETURN`
after the first answer. `play` takes whole spans and asks netmon.decide.learning alone, which makes link-years
affordable; `play_probes` feeds every single probe through netmon.decide.detect. Both must come to the same.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from netmon.decide import detect
from netmon.decide.detect import RETURN, Voice, Watch
from netmon.decide.learning import STEP, Learned
from netmon.model import Observation

EVERY = 2.0
TIMEOUT = 1.0
RTT = 0.01
LATE = 0.003
"""A re-probe goes out so many seconds after it became due, so behind a scheduled probe of the same moment."""
DAY = 86400.0


class Loss(Protocol):
    """Which probes of a line are lost. Times must not step back."""

    def lost(self, at: float) -> bool:
        """Is a probe lost that is sent at `at`?"""

    def first_miss(self, at: float) -> float:
        """When the first scheduled probe at or after `at` is sent that is lost."""

    def chance(self, silence: float, lag: float) -> float:
        """How likely a silence goes on for `silence` s after its first miss, every probe until then lost."""


def scheduled(at: float) -> float:
    """The first scheduled probe at or after `at`."""
    return math.ceil(at / EVERY - 1e-9) * EVERY


def probes(silence: float, lag: float) -> int:
    """How many probes, beside the first, go out in so many seconds of silence."""
    return int((silence - lag + 1e-6) / STEP) + 1 + int((silence + 1e-6) / EVERY)


class Independent:
    """Every probe is lost with the same probability."""

    def __init__(self, ratio: float, seed: str) -> None:
        self._ratio, self._random, self._log = ratio, random.Random(seed), math.log(1.0 - ratio)

    def lost(self, at: float) -> bool:
        return self._random.random() < self._ratio

    def first_miss(self, at: float) -> float:
        return scheduled(at) + EVERY * int(math.log(1.0 - self._random.random()) / self._log)

    def chance(self, silence: float, lag: float) -> float:
        return float(self._ratio ** probes(silence, lag))


class Hashed:
    """The same, each probe's fate settled by its time alone: whoever asks, and however often."""

    def __init__(self, ratio: float, seed: str) -> None:
        self._ratio, self._seed = ratio, seed

    def lost(self, at: float) -> bool:
        return random.Random(f"{self._seed}/{at:.4f}").random() < self._ratio

    def first_miss(self, at: float) -> float:
        at = scheduled(at)
        while not self.lost(at):
            at += EVERY
        return at

    def chance(self, silence: float, lag: float) -> float:
        return float(self._ratio ** probes(silence, lag))


class Bursts:
    """Periods in which everything is lost, each from a moment to another; between them nothing is lost."""

    def __init__(self, periods: Iterator[tuple[float, float]], mean: float = math.nan) -> None:
        self._periods, self._mean = periods, mean
        self._since, self._until = next(periods)

    def lost(self, at: float) -> bool:
        while at >= self._until:
            self._since, self._until = next(self._periods)
        return at >= self._since

    def first_miss(self, at: float) -> float:
        at = scheduled(at)
        while not self.lost(at):
            at = max(at, scheduled(self._since))
        return at

    def chance(self, silence: float, lag: float) -> float:
        """Only for exponential lengths: they do not remember how long they have lasted."""
        return math.exp(-silence / self._mean)


class Call(NamedTuple):
    """A target was called silent: its first miss, when it was called, and when it was heard again."""

    since: float
    at: float
    until: float


@dataclass(slots=True)
class Line:
    """A line as detection knows it. `expected`: how many calls its losses were worth, given what it had learned."""

    loss: Loss
    learned: Learned = field(default_factory=lambda: Learned(at=1.0))
    at: float = EVERY
    calls: list[Call] = field(default_factory=list)
    expected: float = 0.0
    spans: int = 0
    late: float = LATE


def grid(threshold: float, lag: float) -> float:
    """The silence, from first to last miss, at which a target with this threshold is called."""
    return lag + STEP * max(0, math.ceil((threshold - STEP / 2 - lag) / STEP - 1e-9))


def play(line: Line, until: float) -> Line:
    """Play a line span by span."""
    first, lag = line.loss.first_miss(line.at), TIMEOUT
    while first < until:
        line.spans += 1
        threshold = line.learned.missed(first, first + lag)
        line.expected += line.loss.chance(grid(threshold, lag + line.late), lag + line.late)
        first, lag = _span(line, first, lag, threshold)
    line.at = first
    return line


def _span(line: Line, first: float, lag: float, threshold: float) -> tuple[float, float]:
    """From a first miss to the next: its time, and the seconds until it is known."""
    lost = line.loss.lost
    last, again, turn = first, first + lag + line.late, scheduled(first + RTT)
    while True:
        if turn <= again:
            if not lost(turn):
                line.learned.ended(last - first, lag)
                if again - turn < RTT and lost(again):  # it was on its way already, and begins a span of its own
                    return again, STEP
                return line.loss.first_miss(turn + EVERY), TIMEOUT
            turn += EVERY
            continue
        if not lost(again):
            line.learned.ended(last - first, lag)
            return line.loss.first_miss(turn), TIMEOUT
        last = again
        if detect.long_enough(last - first, threshold):
            break
        again += STEP
    at = last + STEP
    back = again + STEP  # with a delay, one more was on its way when the call came
    if not line.late or abs(back - turn) < RTT or lost(back) or lost(back + RETURN):
        while lost(turn) or lost(turn + RETURN):
            last, turn = turn, turn + EVERY
        back = turn
    line.learned.called(first, last, back, lag)
    line.calls.append(Call(first, at, back))
    return line.loss.first_miss(back + RETURN), TIMEOUT


def play_probes(line: Line, until: float) -> Line:
    """Play a line probe by probe, as the verdict and the poller do together."""
    watch = Watch({"icmp": Voice(True, 0, RTT)}, learned=line.learned, silent=False)
    events: list[tuple[float, int, float]] = [(line.at, 0, line.at)]  # (when, order, probe sent at)
    next_ask: float | None = None

    def send(at: float, patience: float) -> None:
        alive = not line.loss.lost(at)
        heappush(events, (at + (RTT if alive else patience), 2 if alive else 3, at))

    while events:
        now, what, sent = heappop(events)
        if what == 0:  # a scheduled probe
            if now < until or watch.first_miss is not None:
                send(now, TIMEOUT)
                heappush(events, (now + EVERY, 0, now))
        elif what == 1:  # a re-probe is due
            if next_ask == sent and watch.returning:
                send(now, watch.patience("icmp", TIMEOUT))
            elif next_ask == sent and watch.suspect:
                send(now + line.late, watch.patience("icmp", TIMEOUT))
                next_ask = now + STEP
                heappush(events, (next_ask, 1, next_ask))
        else:
            before = watch.first_miss
            detect.observe(watch, Observation("x", sent, "icmp", what == 2, RTT if what == 2 else None), now)
            if detect.due(watch, now):
                detect.call(watch, now)
                line.calls.append(Call(before or 0.0, now, math.nan))
                next_ask = None
            elif line.calls and math.isnan(line.calls[-1].until) and not watch.silent:
                line.calls[-1] = line.calls[-1]._replace(until=watch.up_since)
            if watch.suspect and watch.first_miss != before:
                next_ask = now
            elif watch.returning and watch.answered == sent:
                next_ask = sent + RETURN
            else:
                continue
            heappush(events, (next_ask, 1, next_ask))
    return line


def cuts(periods: Iterable[tuple[float, float]]) -> Loss:
    """A line that loses everything in these periods and else nothing."""
    return Bursts(iter([*periods, (1e12, 1e13)]))


def wait(line: Line, at: float) -> float:
    """Seconds until a line is called that is cut at `at`; what it has learned stays as it is."""
    cut = Line(cuts([(at, at + 1000.0)]), deepcopy(line.learned), at)
    return play(cut, at + EVERY).calls[0].at - at


# --- the classes of lines -----------------------------------------------------------------------


def gilbert(ratio: float, mean: float, seed: str) -> Loss:
    """Gilbert's model: exponential bursts of `mean` s, so many that `ratio` of the time is lost."""

    def periods(chance: random.Random) -> Iterator[tuple[float, float]]:
        until = 0.0
        while True:
            since = until + chance.expovariate(ratio / (mean * (1.0 - ratio)))
            until = since + chance.expovariate(1.0 / mean)
            yield since, until

    return Bursts(periods(random.Random(seed)), mean)


def tailed(ratio: float, mean: float, seed: str, length: Callable[[random.Random], float]) -> Loss:
    """The same with lengths of another kind, whose mean is `mean`: nobody knows `chance`."""

    def periods(chance: random.Random) -> Iterator[tuple[float, float]]:
        until = 0.0
        while True:
            since = until + chance.expovariate(ratio / (mean * (1.0 - ratio)))
            until = since + length(chance)
            yield since, until

    return Bursts(periods(random.Random(seed)))


def diurnal(day: float, night: float, mean: float, seed: str) -> Loss:
    """Exponential bursts; from 07:00 to 19:00 `day` of the time is lost, else `night`."""

    def periods(chance: random.Random) -> Iterator[tuple[float, float]]:
        until = 0.0
        most = day / (mean * (1.0 - day))
        while True:
            until += chance.expovariate(most)
            working = 7.0 <= until / 3600.0 % 24.0 < 19.0
            if working or chance.random() < night * (1.0 - day) / (day * (1.0 - night)):
                since, until = until, until + chance.expovariate(1.0 / mean)
                yield since, until

    return Bursts(periods(random.Random(seed)), mean)


def mixed(chance: random.Random) -> float:
    """Two scales: nine in ten last 2 s on average, one 20 s."""
    return chance.expovariate(1.0 / 20.0 if chance.random() < 0.1 else 1.0 / 2.0)


def weibull(chance: random.Random) -> float:
    """A Weibull tail of shape 0.6 and mean 6 s: the longer it has lasted, the longer it will."""
    return chance.weibullvariate(6.0 / math.gamma(1.0 + 1.0 / 0.6), 0.6)


Make = Callable[[str], Loss]

PROMISED: dict[str, Make] = {
    "independent 20 %": lambda seed: Independent(0.2, seed),
    "independent 20 % each way": lambda seed: Independent(1.0 - 0.8**2, seed),
    "bursts of 6 s, 1 %": lambda seed: gilbert(0.01, 6.0, seed),
    "bursts of 6 s, 5 %": lambda seed: gilbert(0.05, 6.0, seed),
    "bursts of 10 s, 1 %": lambda seed: gilbert(0.01, 10.0, seed),
    "bursts of 10 s, 5 %": lambda seed: gilbert(0.05, 10.0, seed),
}
"""The lines for which detection makes its promise."""

MEASURED: dict[str, Make] = {
    "independent 1 %": lambda seed: Independent(0.01, seed),
    "two scales (2 s, 20 s), 1 %": lambda seed: tailed(0.01, 3.8, seed, mixed),
    "two scales (2 s, 20 s), 5 %": lambda seed: tailed(0.05, 3.8, seed, mixed),
    "Weibull tail (0.6, 6 s), 1 %": lambda seed: tailed(0.01, 6.0, seed, weibull),
    "Weibull tail (0.6, 6 s), 5 %": lambda seed: tailed(0.05, 6.0, seed, weibull),
    "6 s, 5 % by day, 0.1 % by night": lambda seed: diurnal(0.05, 0.001, 6.0, seed),
}
"""Lines that break its assumptions, for the record."""
