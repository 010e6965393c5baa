"""How is somebody woken who does not hear an SMS come in?"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import Permanent, Retryable, SendError, Unanswered
from netmon.model import Notice
from netmon.units import Duration
from netmon.wire.modem.numbers import Telephone
from netmon.wire.net import Net

_NOT_ANSWERED = MappingProxyType(
    {"rang": "rang, and nobody answered", "busy": "busy, or turned down", "unreachable": "did not ring"}
)
_AROUND = 40.0
"""Seconds that dialling and hanging up may take besides, if the modem is slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Lets telephones ring over a 4G modem, one by one, until somebody answers. What it is about is in the SMS."""

    ADDRESS: ClassVar[Literal["phone"]] = "phone"

    port: Annotated[str, Field(description="Serial port of the modem, /dev/serial/by-id/… best.", pattern="^/")]
    to: Annotated[tuple[Telephone, ...], Field(description="Telephone numbers, for messages to nobody by name.")] = ()
    rings: Annotated[Duration, Field(description="How long one of them rings.", gt=0, le=120)] = 30.0

    @property
    def alone(self) -> bool:
        """Whether it reaches somebody without the address of a person."""
        return bool(self.to)

    @property
    def lasts(self) -> float:
        """Seconds after which `send` is certainly over."""
        return (self.rings + _AROUND) * max(1, len(self.to))

    async def send(self, notice: Notice, net: Net) -> None:
        """Ring the person, or one number after the other until one is answered; nobody if the incident is over.

        Raises Unanswered if nobody did, Retryable if none could be rung, or Permanent if no number will ever do.
        """
        if notice.event == "resolved":
            return
        modem = net.modem(self.port)
        reasons, permanent, rang = [], True, False
        for number in (notice.address,) if notice.address else self.to:
            try:
                outcome = await modem.ring(number, self.rings)
            except SendError as error:
                reasons.append(f"{number}: {error}")
                permanent = permanent and isinstance(error, Permanent)
                continue
            if outcome == "answered":
                return
            reasons.append(f"{number}: {_NOT_ANSWERED[outcome]}")
            permanent, rang = False, True
        why = "; ".join(reasons)
        if permanent:
            raise Permanent(why or "call: no telephone number to ring")
        raise Unanswered(why) if rang else Retryable(why)
