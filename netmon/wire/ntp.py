"""What time does an NTP server have, and does it know that itself?

SNTP (RFC 4330) as a client of NTPv4 (RFC 5905): one packet each way.
"""

import secrets
import struct
from typing import NamedTuple

_PACKET = struct.Struct("!BBbbII4sQQQQ")
"""Leap indicator, version and mode; stratum; poll; precision; root delay; root dispersion; reference identifier; then
the reference, originate, receive and transmit timestamps (RFC 5905, 7.3)."""

_VERSION, _CLIENT, _SERVER = 4, 3, 4
_FROM_1900 = 2_208_988_800
_ERA = 1 << 32

UNSYNCHRONISED = 3
"""The leap indicator of a clock that is not synchronised."""
LOWEST_STRATUM = 15
"""From 16 on a server says that it is not synchronised."""


class Told(NamedTuple):
    """What the server says of its clock. `receive` and `transmit` in seconds since the epoch, the roots in seconds.

    `reference` is the kiss code if `stratum` is 0; some servers that are not synchronised send 0 without one.
    """

    leap: int
    stratum: int
    root_delay: float
    root_dispersion: float
    reference: bytes
    receive: float
    transmit: float


def cookie() -> int:
    """What the transmit timestamp of a question holds: chance, so that nobody off the way can forge the answer."""
    return secrets.randbits(64) | 1


def question(mark: int) -> bytes:
    """A client's packet. What this machine's clock shows is nobody's business: `mark` stands for it."""
    return _PACKET.pack(_VERSION << 3 | _CLIENT, 0, 0, 0, 0, 0, bytes(4), 0, 0, 0, mark)


def read(packet: bytes, mark: int) -> Told | None:
    """A server's answer to the question with this mark; None if it is none. What follows the header is ignored."""
    if len(packet) < _PACKET.size:
        return None
    first, stratum, _, _, delay, dispersion, reference, _, originate, receive, transmit = _PACKET.unpack_from(packet)
    if first & 7 != _SERVER or originate != mark:
        return None
    return Told(
        first >> 6, stratum, delay / 65536, dispersion / 65536, reference, _seconds(receive), _seconds(transmit)
    )


def offset(told: Told, sent: float, rtt: float) -> tuple[float, float]:
    """By how many seconds the server's clock is ahead of the one that showed `sent`, and how long the way took.

    `rtt`: seconds from sending to the answer. The true offset lies within half of the way's time of this one
    (RFC 5905, 8).
    """
    ahead = ((told.receive - sent) + (told.transmit - (sent + rtt))) / 2
    return ahead, rtt - (told.transmit - told.receive)


def trouble(told: Told) -> str:
    """Why this clock is not to be followed; "" = it is."""
    code = told.reference.rstrip(b"\x00")
    if told.stratum == 0 and code.isalnum() and code.isascii():
        return f"kiss-o'-death {code.decode()}"
    if told.leap == UNSYNCHRONISED or not 0 < told.stratum <= LOWEST_STRATUM:
        return f"clock not synchronised (leap indicator {told.leap}, stratum {told.stratum})"
    return "" if told.transmit > 0 else "answers without the time"


def _seconds(timestamp: int) -> float:
    """Seconds since the epoch of an NTP timestamp; 0 means unknown. Eras as in RFC 4330, 3: 1968 to 2104."""
    if not timestamp:
        return 0.0
    whole, part = divmod(timestamp, _ERA)
    return whole + (_ERA if whole < _ERA // 2 else 0) - _FROM_1900 + part / _ERA
