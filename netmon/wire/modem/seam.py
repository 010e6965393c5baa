"""What can be asked of a modem, real or simulated?"""

from collections.abc import AsyncGenerator, Mapping
from typing import Literal, NamedTuple, Protocol


class Heard(NamedTuple):
    """What came in over a modem: the number as the network tells it, and the text of an SMS as one line, None for a
    call. `at`: seconds since the epoch when the service centre took the SMS (0 = it did not tell), or the call came."""

    number: str
    text: str | None
    at: float


Rung = Literal["answered", "rang", "busy", "unreachable"]
"""What became of a call: `busy` also if it was turned down, `unreachable` if the telephone never rang."""


class ModemSeen(NamedTuple):
    """How a modem is: the received signal in dBm (None = unknown), its registration (3GPP TS 27.007, +CREG: 1 = home
    network, 5 = roaming, with anything else it cannot send), and what it came to since the start, by name."""

    signal: float | None
    registration: int
    counted: Mapping[str, int]


class Modem(Protocol):
    """A modem with a SIM card. Callers share it: commands wait for one another, and calls wait for calls."""

    async def text(self, number: str, text: str, timeout: float, parts: int) -> None:
        """Send a text as an SMS of at most `parts` parts.

        Sent means that the network took all of them. Raises Retryable, or Permanent (a number or a text that never
        can be sent).
        """
        ...

    async def ring(self, number: str, seconds: float) -> Rung:
        """Let a telephone ring until somebody answers, but at most so long; then hang up.

        A caller that is cancelled hangs up, too. Raises Retryable, or Permanent (no telephone number).
        """
        ...

    def heard(self) -> AsyncGenerator[Heard, None]:
        """SMS and calls that come in, for ever; what waited in the memory first. For one listener.

        Calls are turned down: the caller pays nothing. An SMS is forgotten only when the next one is asked for, so that
        it comes again if the program ends before. A modem that is gone is waited for.
        """
        ...

    async def seen(self, timeout: float) -> ModemSeen:
        """How it is now. Raises Retryable if it does not answer."""
        ...
