"""What does it mean, and which port is it about?

What traps and lines mean is said by the profiles (`traps:`, `syslog:`); what a port is called, by the device.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from netmon.model import Profile, TrapKind
from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

UPS_ALARMS: Mapping[str, TrapKind] = MappingProxyType(
    {"1.3.6.1.2.1.33.2.3": "on_battery", "1.3.6.1.2.1.33.2.4": "on_mains"}
)
"""upsTrapAlarmEntryAdded and upsTrapAlarmEntryRemoved, if the alarm is upsAlarmOnBattery (RFC 1628)."""
UPS_ALARM, UPS_ON_BATTERY = "1.3.6.1.2.1.33.1.6.2.1.2.", "1.3.6.1.2.1.33.1.6.3.2"

IF_INDEX, IF_DESCR, IF_NAME = "1.3.6.1.2.1.2.2.1.1.", "1.3.6.1.2.1.2.2.1.2.", "1.3.6.1.2.1.31.1.1.1.1."
"""Columns of IF-MIB that name the interface a trap is about."""
IF_ROW = re.compile(r"1\.3\.6\.1\.2\.1\.(?:2\.2\.1|31\.1\.1\.1)\.\d+\.(\d+)")

PORT = r"(?P<port>[^\s,]+)"
SHORT: Mapping[str, str] = MappingProxyType(
    {"ge": "gigabitethernet", "xge": "xgigabitethernet", "fe": "fastethernet", "tengige": "tengigabitethernet"}
)
"""Short names of interfaces that are not how the long one begins."""


class Port(NamedTuple):
    """An interface as it is spoken of: by a name, or by its ifIndex; neither if it is not said."""

    name: str = ""
    number: str = ""


class Meanings:
    """What the profiles of all vendors say that traps and lines of syslog mean: a device may be of any of them."""

    __slots__ = ("_lines", "_traps")

    def __init__(self, profiles: Iterable[Profile] = ()) -> None:
        self.use(profiles)

    def use(self, profiles: Iterable[Profile]) -> None:
        """Go by these from now on."""
        every = list(profiles)
        self._traps = {oid: kind for profile in every for oid, kind in profile.traps.items()}
        lines = dict.fromkeys(line for profile in every for line in profile.syslog)
        self._lines = [(re.compile(pattern), kind) for pattern, kind in lines]

    def of_trap(self, trap: str, values: Mapping[str, SnmpValue]) -> TrapKind | None:
        """What a trap means, None if nobody knows.

        An SNMPv1 trap whose v2 name has no 0 before the last arc comes with one (RFC 3584, 3.1 and 3.2).
        """
        front, _, last = trap.rpartition(".")
        for name in (trap, f"{front.removesuffix('.0')}.{last}"):
            if name in UPS_ALARMS:
                alarms = (value for oid, value in values.items() if oid.startswith(UPS_ALARM))
                return UPS_ALARMS[name] if UPS_ON_BATTERY in alarms else None
            if (found := self._traps.get(name)) is not None:
                return found
        return None

    def of_line(self, line: str) -> tuple[TrapKind, str] | None:
        """What a line of syslog means and the port it names ("" if none); None if nobody knows."""
        for pattern, kind in self._lines:
            found = pattern.search(line)
            if found is not None:
                return kind, found.groupdict().get("port") or ""
        return None


def trap_port(values: Mapping[str, SnmpValue]) -> Port:
    """Which interface a trap is about: ifName, else ifDescr, else the ifIndex that a value or a row of IF-MIB has."""
    for column in (IF_NAME, IF_DESCR):
        for oid, value in values.items():
            if oid.startswith(column) and (name := clean(value, 64)):
                return Port(name, oid.removeprefix(column))
    for oid, value in values.items():
        if oid.startswith(IF_INDEX) and isinstance(value, int):
            return Port(number=str(value))
    rows = (IF_ROW.fullmatch(oid) for oid in values)
    return Port(number=next((row[1] for row in rows if row), ""))


def same_port(said: str, known: str) -> bool:
    """Whether two names are one interface's: in any case, and short for long (Gi0/1, GigabitEthernet0/1, GE0/1)."""
    one, other = (_split(name) for name in (said, known))
    if one[1] != other[1]:
        return False
    short, long = sorted((SHORT.get(one[0], one[0]), SHORT.get(other[0], other[0])), key=len)
    return short == long or (len(short) >= 2 and bool(one[1]) and long.startswith(short))


def _split(name: str) -> tuple[str, str]:
    """The word and the numbers of a name, without case and blanks."""
    name = "".join(name.lower().split())
    at = next((at for at, character in enumerate(name) if character.isdigit()), len(name))
    return name[:at], name[at:]


def pick(said: str, known: Iterable[tuple[str, ...]]) -> str:
    """The first name of the row in which one of the names is `said`, or is short for it if only one row has such."""
    rows = list(known)
    for row in rows:
        if said in row:
            return row[0]
    likely = {row[0] for row in rows if any(name and same_port(said, name) for name in row)}
    return likely.pop() if len(likely) == 1 else ""
