"""What does it mean that a modem says no, and may it say yes later?

The codes of `+CMS ERROR` (3GPP TS 27.005, 3.2.5: TS 24.011 annex E up to 127, TS 23.040, 9.2.3.22 up to 255) and of
`+CME ERROR` (TS 27.007, 9.2). Whatever a person can mend at the modem, or the network by itself, may work later.
"""

import re
from types import MappingProxyType

from netmon.errors import Permanent, Retryable, SendError
from netmon.wire.text import clean

_CODE = re.compile(r"\+CM([ES]) ERROR: ?([0-9]{1,4})")

_PERMANENT = MappingProxyType(
    {
        1: "no such number", 8: "the operator bars it", 10: "the SIM card may not send",
        21: "the network rejects the message", 28: "no subscriber has this number", 29: "the service is rejected",
        30: "this number may not send", 50: "the subscription has no SMS", 69: "the network has no SMS",
        95: "the network finds the message invalid", 96: "the network finds the message invalid",
        97: "the network does not know this kind of message", 99: "the network finds the message invalid",
        143: "the service centre does not take this kind", 145: "the service centre does not take this class",
        144: "the service centre does not take this coding", 159: "the service centre does not take this coding",
        176: "the service centre does not take the message", 193: "the service centre does not serve this SIM card",
        195: "the service centre finds the number invalid", 196: "the receiver is barred",
        197: "the service centre has this message already", 304: "the modem finds the message invalid",
    }
)  # fmt: skip
"""`+CMS ERROR` that no other attempt will change."""

_LATER = MappingProxyType(
    {
        "S": {
            27: "the receiver cannot be reached", 38: "the network is out of order", 41: "a failure of the network",
            42: "the network is busy", 47: "the network is busy", 192: "the service centre is busy",
            194: "the service centre has failed", 300: "a failure of the modem", 301: "the modem has no SMS now",
            302: "the modem does not allow it now", 310: "there is no SIM card", 311: "the SIM card asks for its PIN",
            313: "the SIM card has failed", 314: "the SIM card is busy", 315: "the wrong SIM card",
            316: "the SIM card asks for its PUK", 320: "the memory has failed", 322: "the memory is full",
            330: "the SIM card does not know its service centre", 331: "no network", 332: "the network does not answer",
            500: "unknown error",
        },
        "E": {
            3: "the modem does not allow it now", 4: "the modem cannot do it", 10: "there is no SIM card",
            11: "the SIM card asks for its PIN", 12: "the SIM card asks for its PUK", 13: "the SIM card has failed",
            14: "the SIM card is busy", 15: "the wrong SIM card", 30: "no network", 31: "the network does not answer",
            32: "the network allows emergency calls only", 100: "unknown error",
        },
    }
)  # fmt: skip


def refusal(port: str, command: str, line: str) -> SendError:
    """The error that a command has ended with on this line: Permanent if no attempt will ever do better."""
    found = _CODE.fullmatch(line)
    if found is None:
        return Retryable(f"{port}: the modem answers {clean(line, 60)} to {command}")
    kind, code = found[1], int(found[2])
    if kind == "S" and code in _PERMANENT:
        return Permanent(f"{port}: {_PERMANENT[code]} ({line})")
    why = _LATER[kind].get(code, f"the modem refuses {command}")
    return Retryable(f"{port}: {why} ({line})")
