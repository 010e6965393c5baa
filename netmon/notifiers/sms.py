"""How does a message reach a telephone when there is no internet?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import structlog
from pydantic import Field

from netmon.errors import Permanent, Retryable, SendError
from netmon.model import Notice
from netmon.units import Duration
from netmon.wire.modem.fit import fit
from netmon.wire.modem.numbers import Telephone
from netmon.wire.net import Net

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """Sends each message as an SMS over a 4G modem, shortened to what goes into it."""

    ADDRESS: ClassVar[Literal["phone"]] = "phone"

    port: Annotated[str, Field(description="Serial port of the modem, /dev/serial/by-id/… best.", pattern="^/")]
    to: Annotated[tuple[Telephone, ...], Field(description="Telephone numbers, for messages to nobody by name.")] = ()
    parts: Annotated[int, Field(description="How many SMS one message may take.", ge=1, le=8)] = 2
    accents: Annotated[bool, Field(description="Vietnamese with accents; less than half as much fits in.")] = False
    timeout: Annotated[Duration, Field(description="How long sending to one number may take.", gt=0, le=300)] = 60.0

    @property
    def alone(self) -> bool:
        """Whether it reaches somebody without the address of a person."""
        return bool(self.to)

    @property
    def lasts(self) -> float:
        """Seconds after which `send` is certainly over."""
        return self.timeout * max(1, len(self.to)) + 1

    async def send(self, notice: Notice, net: Net) -> None:
        """Send it to the person, or to each number. Delivered means that the network took it for one at least; the
        others are logged.

        Raises Retryable, or Permanent if no number will ever do.
        """
        numbers = (notice.address,) if notice.address else self.to
        text, modem = fit(notice.text, self.parts, self.accents), net.modem(self.port)
        failures: dict[str, SendError] = {}
        for number in numbers:
            try:
                await modem.text(number, text, self.timeout, self.parts)
            except SendError as error:
                failures[number] = error
        why = "; ".join(f"{number}: {error}" for number, error in failures.items())
        if len(failures) < len(numbers):
            if failures:
                log.warning("SMS not sent to some numbers", notice=notice.id, why=why)
            return
        permanent = all(isinstance(error, Permanent) for error in failures.values())
        raise Permanent(why or "sms: no telephone number to send to") if permanent else Retryable(why)
