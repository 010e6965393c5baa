"""How is somebody woken who does not hear an SMS come in?"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from netmon.errors import Permanent, Retryable, SendError
from netmon.model import Notice
from netmon.units import Duration
from netmon.wire.modem.numbers import Telephone
from netmon.wire.net import Net

_NOT_ANSWERED = MappingProxyType(
    {"rang": "rang, and nobody answered", "busy": "busy, or turned down", "unreachable": "did not ring"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Lets telephones ring over a 4G modem, one by one, until somebody answers. What it is about is in the SMS."""

    port: Annotated[str, Field(description="Serial port of the modem, /dev/serial/by-id/… best.", pattern="^/")]
    to: Annotated[tuple[Telephone, ...], Field(description="Telephone numbers, in this order.", min_length=1)]
    rings: Annotated[Duration, Field(description="How long one of them rings.", gt=0, le=120)] = 30.0

    async def send(self, notice: Notice, net: Net) -> None:
        """Ring until one is answered; for an incident that is over nobody is rung.

        Raises Retryable if nobody answered, or Permanent if no number will ever do.
        """
        if notice.event == "resolved":
            return
        modem = net.modem(self.port)
        reasons, permanent = [], True
        for number in self.to:
            try:
                outcome = await modem.ring(number, self.rings)
            except SendError as error:
                reasons.append(f"{number}: {error}")
                permanent = permanent and isinstance(error, Permanent)
                continue
            if outcome == "answered":
                return
            reasons.append(f"{number}: {_NOT_ANSWERED[outcome]}")
            permanent = False
        why = "; ".join(reasons)
        raise Permanent(why) if permanent else Retryable(why)
