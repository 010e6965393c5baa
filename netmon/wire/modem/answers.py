"""What do a modem's lines say of a call, of the signal and of the network?

Answers of 3GPP TS 27.007: +CLCC (7.18), +CSQ (8.5), +CREG (7.2) and +CEREG (10.1.22).
"""

import re
from collections.abc import Sequence

from netmon.wire.modem.seam import Rung

ACTIVE, DIALLING, ALERTING = 0, 2, 3
"""States of a call in +CLCC."""

REGISTERED = (1, 5)
"""At home, and roaming."""

LATE = 5
"""Looks after which a call that the modem never showed is none."""

_OUTGOING_VOICE = re.compile(r"\+CLCC: ?[0-9]+,0,([0-9]),0,.*")
_SIGNAL = re.compile(r"\+CSQ: ?([0-9]{1,2}),.*")
_REGISTRATION = re.compile(r"\+CE?REG: ?[0-9],([0-9]{1,2}).*")
_CAPACITY = re.compile(r"\+CPMS: ?[0-9]+,([0-9]+).*")


class Progress:
    """How far a call has got. `result` is there once it is over; `so_far` is what it comes to if it ends now."""

    __slots__ = ("_looks", "_seen", "result", "so_far")

    def __init__(self) -> None:
        self.result: Rung | None = None
        self.so_far: Rung = "unreachable"
        self._looks = 0
        self._seen = False

    def saw(self, state: int | None, report: str) -> None:
        """Another look: the call's state, None if there is none, and how the modem said that it ended, "" if not."""
        self._looks += 1
        self._seen = self._seen or state is not None
        if state == ALERTING or report == "NO ANSWER":
            self.so_far = "rang"
        if state == ACTIVE:
            self.result = "answered"
        elif report:
            self.result = "busy" if report == "BUSY" else self.so_far
        elif state is None and (self._seen or self._looks >= LATE):
            self.result = self.so_far


def outgoing(lines: Sequence[str]) -> int | None:
    """The state of the voice call that was made here; LTE modems list their data connection as a call, too."""
    found = (_OUTGOING_VOICE.fullmatch(line) for line in lines)
    return next((int(each[1]) for each in found if each), None)


def signal(lines: Sequence[str]) -> float | None:
    """The received signal in dBm, None if the modem does not know it."""
    found = next((each for each in map(_SIGNAL.fullmatch, lines) if each), None)
    return None if found is None or int(found[1]) > 31 else -113.0 + 2 * int(found[1])


def registration(lines: Sequence[str]) -> int:
    """The state of registration, 0 if the modem does not tell."""
    return next((int(each[1]) for each in map(_REGISTRATION.fullmatch, lines) if each), 0)


def capacity(lines: Sequence[str]) -> int:
    """How many SMS the memory that was chosen holds."""
    return next((int(each[1]) for each in map(_CAPACITY.fullmatch, lines) if each), 0)
