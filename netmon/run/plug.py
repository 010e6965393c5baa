"""What can a plug-in of netmon.notifiers do, and what became of an attempt to send by one?"""

import asyncio
from typing import NamedTuple, Protocol, runtime_checkable

from netmon.errors import Permanent, SendError, Unanswered
from netmon.model import Notice
from netmon.people import Receipt
from netmon.wire.net import Net

SEND_TIMEOUT = 30.0
"""Seconds after which a plug-in that does not return is taken as one that failed, unless it says what it `lasts`."""


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


class Failure(NamedTuple):
    """Why a notice has not arrived. `final`: no other attempt will do better; `alone`: others by the same channel need
    not wait for it."""

    why: str
    final: bool = False
    alone: bool = False


def patience(plugin: Notifier) -> float:
    """Seconds that an attempt may take."""
    return plugin.lasts if isinstance(plugin, Lasting) else SEND_TIMEOUT


async def handed_over(plugin: Notifier, notice: Notice, net: Net) -> Failure | None:
    """One attempt, within its time; None if the notice has arrived."""
    seconds = patience(plugin)
    try:
        async with asyncio.timeout(seconds):
            await plugin.send(notice, net)
    except SendError as error:
        return Failure(str(error) or "no reason given", isinstance(error, Permanent), isinstance(error, Unanswered))
    except TimeoutError:
        return Failure(f"no answer within {seconds:g} s")
    except Exception as error:  # a plug-in's bug must not silence the other recipients
        return Failure(f"{type(error).__name__}: {error}")
    return None


def unheard(receipt: Receipt) -> None:
    """Nobody asks what became of it."""


def receipt_of(notice: Notice, at: float, *, delivered: bool, final: bool = True, why: str = "") -> Receipt:
    """What became of one attempt."""
    return Receipt(notice.id, notice.incident.id, notice.to, notice.channel, at, delivered, final, why)
