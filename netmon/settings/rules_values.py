"""What does a rule of thresholds say, once it has been checked?"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from netmon.model import Pairs

Unit = Literal[
    "ratio", "flag", "seconds", "moment", "bytes", "celsius", "dbm", "db", "volts", "amperes", "watts", "number"
]
Severity = Literal["critical", "warning"]
ROLLUP = 300.0
"""Seconds over which values are averaged before a quantile is taken of the means (TT 06/2026/TT-BKHCN, 5.6)."""


class Quantile(NamedTuple):
    """The share `p` of the 5-minute means of the last `over` seconds that is below the value."""

    p: float
    over: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which series a rule is about, as it was written: an empty list chooses all."""

    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    levels: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A threshold on the series of one metric.

    What is watched is the value itself, the growth of a counter within the last `increase` seconds, or the
    `quantile` of its means; of two metrics their quotient, if `per` names the other one. It is beyond above `limit`,
    or below it if `above` is False, and told once it has been so at each look for `lasts` seconds. It is over when it
    is on the other side of `clear`, or beyond `limit` no more where there is none.

    `names` are the metric's own labels in order, `of` the things whose series it has, `scope` the ids among them that
    `choice` leaves, None = all. `texts` are the rule's own sentence by language.
    """

    name: str
    metric: str
    names: tuple[str, ...]
    of: frozenset[str]
    unit: Unit
    above: bool
    limit: float
    clear: float | None = None
    lasts: float = 0.0
    severity: Severity = "warning"
    choice: Choice = Choice()
    scope: frozenset[str] | None = None
    per: str = ""
    quantile: Quantile | None = None
    increase: float | None = None
    texts: Pairs = ()

    def beyond(self, value: float) -> bool:
        """Whether it is beyond the limit; a NaN never is."""
        return value > self.limit if self.above else value < self.limit

    def within(self, value: float) -> bool:
        """Whether what was beyond is over."""
        if self.clear is None:
            return value <= self.limit if self.above else value >= self.limit
        return value < self.clear if self.above else value > self.clear

    @property
    def track(self) -> str:
        """What its 5-minute means are kept under: a rule that is renamed keeps its week."""
        return f"{self.metric}/{self.per}" if self.per else self.metric
