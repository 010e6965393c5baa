"""What can a plug-in of netmon.exporters do that pushes?"""

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from netmon.model import Batch, Family
from netmon.reading.label_texts import Kept
from netmon.wire.net import HttpReply, Net


@runtime_checkable
class Pushing(Protocol):
    """An exporter that delivers by itself, instead of being asked."""

    @property
    def every(self) -> float:
        """Seconds from one moment that is told to the next."""
        ...

    @property
    def spool(self) -> int:
        """Octets that may wait on disk."""
        ...

    @property
    def in_order(self) -> bool:
        """Whether the server takes nothing that is older than what it has."""
        ...

    def encode(self, families: Iterable[Family], at: float, kept: Kept) -> Iterator[Batch]:
        """The numbers of a moment (s since the epoch), each batch made when it is asked for and ready to be delivered.

        `kept` is filled here and handed in again the next time.
        """
        ...

    def halves(self, payload: bytes) -> tuple[Batch, ...]:
        """A batch as two; none if it is a single line."""
        ...

    async def deliver(self, payload: bytes, net: Net) -> HttpReply:
        """Send one batch once. Raises Retryable if no answer came, Permanent if there is nothing to send to or with."""
        ...
