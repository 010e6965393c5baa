"""Is a target that answers worse than its line was promised to be?

Loss is judged on scheduled probes of the last `WINDOW` seconds, and only when chance cannot explain
it: the odds of so many losses at the promised ratio must be under `CHANCE`, and the first of them `LASTING`
seconds ago. Round-trip time is judged by its median. What was raised clears after `CLEAR` seconds at
half the promised loss and a median within the promised time.
"""

from collections import deque
from dataclasses import dataclass, field
from math import comb, sqrt
from statistics import median

from netmon.model import Contract, Link

WINDOW = 60.0
CLEAR = 120.0
CHANCE = 1e-6
LASTING = 45.0
"""Seconds that it must have been bad: by then what is bad nearer the vantage has shown itself there, too."""
LEAST_PROBES = 10

DEFAULTS = (
    (("4g", "lte", "5g"), Contract(loss=0.02, rtt=0.100)),
    (("adsl", "ftth", "vdsl"), Contract(loss=0.01, rtt=0.050)),
)
"""What a line of a kind is held to where no contract says more (netmon's own choice, after Y.1541 and QCVN 34)."""
LEVEL_ONE = Contract(loss=0.001, rtt=0.050)
FIBRE = Contract(loss=0.001, rtt=0.020)


def limits(link: Link, outer: bool) -> Contract:
    """Loss ratio and round-trip time (s) that `link` is held to; `outer`: it joins the most outer level."""
    norm = next((norm for kinds, norm in DEFAULTS if link.kind in kinds), LEVEL_ONE if outer else FIBRE)
    own = link.contract
    return Contract(loss=norm.loss if own.loss is None else own.loss, rtt=norm.rtt if own.rtt is None else own.rtt)


@dataclass(slots=True)
class Window:
    """The scheduled probes of one target, newest last: (sent at, round-trip time or None).

    `length` is how many seconds are judged: `WINDOW`, or as many as it takes to send `LEAST_PROBES`.
    """

    length: float = WINDOW
    probes: deque[tuple[float, float | None]] = field(default_factory=deque)
    since: float | None = None
    good_since: float | None = None

    def add(self, at: float, rtt: float | None) -> None:
        """Remember a probe and forget those too old to matter."""
        self.probes.append((at, rtt))
        while self.probes[0][0] < at - 2 * self.length:
            self.probes.popleft()

    def reset(self) -> None:
        """Forget the probes: what came before an outage says nothing about the line after it. What was bad stays so
        until it has been good for long enough."""
        self.probes.clear()
        self.good_since = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Loss ratio and median round-trip time (s, None if nothing answered) over so many seconds of probes."""

    loss: float
    rtt: float | None
    lost: int
    sent: int
    span: float


def measure(window: Window, now: float) -> Measured:
    """What the window's length up to now looks like."""
    recent = [rtt for at, rtt in window.probes if at >= now - window.length]
    answered = [rtt for rtt in recent if rtt is not None]
    lost = len(recent) - len(answered)
    return Measured(
        loss=lost / len(recent) if recent else 0.0,
        rtt=median(answered) if answered else None,
        lost=lost,
        sent=len(recent),
        span=window.length,
    )


def odds(lost: int, sent: int, ratio: float) -> float:
    """Chance of at least `lost` losses among `sent` probes if each is lost with `ratio`, independently."""
    return max(0.0, 1.0 - sum(comb(sent, k) * ratio**k * (1.0 - ratio) ** (sent - k) for k in range(lost)))


def beyond(limit: Contract, nearer: Measured) -> Contract:
    """The limit of a line whose nearer end is itself seen at this loss and delay: what is lost before is not its fault.

    The nearer end's loss is taken at its upper end, three standard deviations of a Poisson count above.
    """
    loss, rtt = limit.loss, limit.rtt
    if loss is not None and nearer.lost:
        loss = max(loss, min(0.99, (nearer.lost + 3.0 * sqrt(nearer.lost) + 3.0) / nearer.sent))
    if rtt is not None and nearer.rtt is not None:
        rtt += nearer.rtt
    return Contract(loss=loss, rtt=rtt)


def judge(window: Window, limit: Contract, now: float) -> bool:
    """Is the target degraded now? Keeps in the window since when: the first lost or slow probe."""
    seen = measure(window, now)
    lossy = limit.loss is not None and seen.lost > 1 and odds(seen.lost, seen.sent, limit.loss) < CHANCE
    slow = limit.rtt is not None and seen.rtt is not None and seen.rtt > limit.rtt
    if window.since is None:
        full = bool(window.probes) and now - window.probes[0][0] >= window.length * 0.9
        if full and seen.sent >= LEAST_PROBES and (lossy or slow):
            first = _first_bad(window, limit, now)
            window.since = first if now - first >= LASTING else None
        return window.since is not None
    if slow or (limit.loss is not None and seen.loss > limit.loss / 2):
        window.good_since = None
    elif window.good_since is None:
        window.good_since = now
    elif now - window.good_since >= CLEAR:
        window.since = window.good_since = None
    return window.since is not None


def _first_bad(window: Window, limit: Contract, now: float) -> float:
    slow = float("inf") if limit.rtt is None else limit.rtt
    return next(at for at, rtt in window.probes if at >= now - window.length and (rtt is None or rtt > slow))
