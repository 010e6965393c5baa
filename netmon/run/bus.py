"""What crosses between those who poll and those who judge?

Two narrow seams, one each way. In one process they are method calls; pollers in the districts would
speak them over a message bus, and nothing on either side would change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from netmon.model import Evidence, Sample, Target


class Frame(NamedTuple):
    """How a poll went: 1 or 0 for its success, its duration in seconds, and how many scheduled polls of this target
    by this collector were begun and answered so far."""

    success: float
    duration: float
    sent: float
    received: float


class Batch(NamedTuple):
    """Polls that were begun together and brought one number of the same family each, in the order of `targets`.

    `at`, `keep`: when, and for how many seconds it counts. `frames` are how the polls went, each as a `Frame`.
    """

    collector: str
    at: float
    keep: float
    names: tuple[str]
    labels: tuple[tuple[str, ...]]
    targets: list[Target]
    frames: list[tuple[float, ...]]
    values: list[tuple[float]]


class Intake(Protocol):
    """Where a poller hands over what came back."""

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        """What the answers and silences say about the network."""
        ...

    def samples(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        """The numbers of one poll; they are stale after `keep` seconds."""
        ...

    def polled(self, target: Target, collector: str, at: float, frame: Frame, keep: float) -> None:
        """How one poll went, whatever it brought; stale after `keep` seconds."""
        ...

    def batch(self, polls: Batch) -> None:
        """The numbers of many polls, and how they went: `polled` and `samples` of each."""
        ...

    @property
    def silent(self) -> Collection[str]:
        """All those of whom `needless` is true."""
        ...

    def needless(self, target: str) -> bool:
        """Is the target known to be silent, so that reading its tables or waiting for it would only cost time?"""
        ...


class Asking(Protocol):
    """Where the verdict asks for evidence before its time."""

    def ask(self, patience: Mapping[str, Mapping[str, float]]) -> None:
        """Probe these targets now: target -> reachability collector -> seconds to wait for the answer."""
        ...

    def ask_ports(self, devices: Iterable[str]) -> None:
        """Poll the interfaces of these devices now."""
        ...

    def ask_power(self, devices: Iterable[str]) -> None:
        """Ask these devices now what feeds them."""
        ...
