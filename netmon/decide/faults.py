"""What is known when judging, and what is a judgement?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

AGENT_CACHE = 6.0
"""Seconds for which an agent may go on telling what its ports were before (net-snmp: 3 s, others more)."""
NEVER = (0.0, 0.0)


class Lookup(Protocol[T]):
    """What can be asked about one id after the other, and is nowhere written down for all."""

    def get(self, name: str, default: T, /) -> T:
        """What is known of it, else the default."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known when judging; times in seconds.

    `silent`: device -> first missed probe. `broken`: link -> since when. `heard`: device or link -> last answer,
    for those that are not silent nor suspect. `port_up`: link -> (when the port at its living end was last seen up,
    when down), for links where that is up now.
    """

    silent: Mapping[str, float]
    broken: Mapping[str, float]
    heard: Lookup[float]
    port_up: Lookup[tuple[float, float]]
    wait: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that failed. `seat` identifies it while its `root` may sharpen.

    `members` are the silent devices it explains, its own included; `links` the lines lost with it.
    """

    seat: str
    root: str
    since: float
    members: frozenset[str]
    links: tuple[str, ...] = ()
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All faults, which fault's seat explains each silent device, and what was silent but exonerated."""

    faults: Mapping[str, Fault]
    behind: Mapping[str, str]
    exonerated: frozenset[str]
