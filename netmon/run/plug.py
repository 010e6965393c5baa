"""What can a plug-in of netmon.notifiers do?"""

from typing import Protocol, runtime_checkable

from netmon.model import Notice
from netmon.wire.net import Net


class Notifier(Protocol):
    """What netmon.notifiers plug-ins can do."""

    async def send(self, notice: Notice, net: Net) -> None:
        """Deliver the notice once. Raises Retryable or Permanent."""
        ...


@runtime_checkable
class Lasting(Protocol):
    """A plug-in that is not done at once: a telephone has to ring."""

    @property
    def lasts(self) -> float:
        """Seconds after which `send` is certainly over."""
        ...
