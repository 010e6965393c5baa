"""What does it mean, and which port is it about?

What every vendor says alike is here; what one vendor says is in its profile (`traps:`, `syslog:`) and comes on top.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from netmon.model import TrapKind
from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

TRAPS: Mapping[str, TrapKind] = MappingProxyType(
    {
        # SNMPv2-MIB (RFC 3418), IF-MIB (RFC 2863)
        "1.3.6.1.6.3.1.1.5.1": "cold_start",
        "1.3.6.1.6.3.1.1.5.2": "cold_start",
        "1.3.6.1.6.3.1.1.5.3": "link_down",
        "1.3.6.1.6.3.1.1.5.4": "link_up",
        # BGP4-MIB: as of RFC 4273, and as of RFC 1269
        "1.3.6.1.2.1.15.0.1": "bgp_up",
        "1.3.6.1.2.1.15.0.2": "bgp_down",
        "1.3.6.1.2.1.15.7.1": "bgp_up",
        "1.3.6.1.2.1.15.7.2": "bgp_down",
        # UPS-MIB (RFC 1628)
        "1.3.6.1.2.1.33.2.1": "on_battery",
    }
)
"""Trap OID -> what it means."""
UPS_ALARMS: Mapping[str, TrapKind] = MappingProxyType(
    {"1.3.6.1.2.1.33.2.3": "on_battery", "1.3.6.1.2.1.33.2.4": "on_mains"}
)
"""upsTrapAlarmEntryAdded and upsTrapAlarmEntryRemoved, if the alarm is upsAlarmOnBattery (RFC 1628)."""
UPS_ALARM, UPS_ON_BATTERY = "1.3.6.1.2.1.33.1.6.2.1.2.", "1.3.6.1.2.1.33.1.6.3.2"

IF_INDEX, IF_DESCR, IF_NAME = "1.3.6.1.2.1.2.2.1.1.", "1.3.6.1.2.1.2.2.1.2.", "1.3.6.1.2.1.31.1.1.1.1."
"""Columns of IF-MIB that name the interface a trap is about."""
IF_ROW = re.compile(r"1\.3\.6\.1\.2\.1\.(?:2\.2\.1|31\.1\.1\.1)\.\d+\.(\d+)")

PORT = r"(?P<port>[^\s,]+)"
LINES: Sequence[tuple[str, TrapKind]] = (
    # Cisco IOS and those who copy it (Ruijie, Maipu)
    (rf"%LINK-\d-UPDOWN: Interface {PORT}, changed state to down", "link_down"),
    (rf"%LINK-\d-UPDOWN: Interface {PORT}, changed state to up", "link_up"),
    (rf"%LINEPROTO-\d-UPDOWN: Line protocol on Interface {PORT}, changed state to down", "link_down"),
    (rf"%LINEPROTO-\d-UPDOWN: Line protocol on Interface {PORT}, changed state to up", "link_up"),
    (r"%BGP-\d-ADJCHANGE: neighbor \S+ .{0,80}\bDown\b", "bgp_down"),
    (r"%BGP-\d-ADJCHANGE: neighbor \S+ .{0,80}\bUp\b", "bgp_up"),
    (r"%SYS-\d-RESTART:", "cold_start"),
    # Huawei VRP
    (rf"IFNET/\d/IF_STATE\S*: ?Interface {PORT} has turned into DOWN state", "link_down"),
    (rf"IFNET/\d/IF_STATE\S*: ?Interface {PORT} has turned into UP state", "link_up"),
    (rf"IFNET/\d/LINK_STATE\S*: ?The line protocol \S+ on the interface {PORT} has entered the DOWN", "link_down"),
    (rf"IFNET/\d/LINK_STATE\S*: ?The line protocol \S+ on the interface {PORT} has entered the UP", "link_up"),
    (r"BGP/\d/STATE_CHG_UPDOWN\S*: ?The status of the peer \S+ changed from ESTABLISHED", "bgp_down"),
    (r"BGP/\d/STATE_CHG_UPDOWN\S*: ?The status of the peer \S+ changed from \S+ to ESTABLISHED", "bgp_up"),
    # H3C Comware
    (rf"IFNET/\d/LINK_UPDOWN: {PORT} link status is DOWN", "link_down"),
    (rf"IFNET/\d/LINK_UPDOWN: {PORT} link status is UP", "link_up"),
    (rf"IFNET/\d/PHY_UPDOWN: Physical state on the interface {PORT} changed to down", "link_down"),
    (rf"IFNET/\d/PHY_UPDOWN: Physical state on the interface {PORT} changed to up", "link_up"),
    # Juniper
    (rf"SNMP_TRAP_LINK_DOWN\b.{{0,200}}\bifName {PORT}", "link_down"),
    (rf"SNMP_TRAP_LINK_UP\b.{{0,200}}\bifName {PORT}", "link_up"),
    (r"RPD_BGP_NEIGHBOR_STATE_CHANGED\b.{0,200}from Established", "bgp_down"),
    (r"RPD_BGP_NEIGHBOR_STATE_CHANGED\b.{0,200}to Established", "bgp_up"),
)
"""What lines of syslog mean: regular expression, with the group `port` where there is one -> meaning."""

SHORT: Mapping[str, str] = MappingProxyType(
    {"ge": "gigabitethernet", "xge": "xgigabitethernet", "fe": "fastethernet", "tengige": "tengigabitethernet"}
)
"""Short names of interfaces that are not how the long one begins."""


class Port(NamedTuple):
    """An interface as it is spoken of: by a name, or by its ifIndex; neither if it is not said."""

    name: str = ""
    number: str = ""


def trap_kind(trap: str, values: Mapping[str, SnmpValue], kinds: Mapping[str, TrapKind]) -> TrapKind | None:
    """What a trap means, None if nobody knows.

    An SNMPv1 trap whose v2 name has no 0 before the last arc comes with one (RFC 3584, 3.1 and 3.2).
    """
    front, _, last = trap.rpartition(".")
    for name in (trap, f"{front.removesuffix('.0')}.{last}"):
        if name in UPS_ALARMS:
            alarms = (value for oid, value in values.items() if oid.startswith(UPS_ALARM))
            return UPS_ALARMS[name] if UPS_ON_BATTERY in alarms else None
        if (found := kinds.get(name) or TRAPS.get(name)) is not None:
            return found
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


class Lines:
    """The regular expressions for syslog, in order; the first that is found in a line decides."""

    __slots__ = ("_patterns",)

    def __init__(self, own: Iterable[tuple[str, TrapKind]] = ()) -> None:
        self._patterns = [(re.compile(pattern), kind) for pattern, kind in (*own, *LINES)]

    def meaning(self, line: str) -> tuple[TrapKind, str] | None:
        """What the line means and the port it names ("" if none); None if nobody knows."""
        for pattern, kind in self._patterns:
            found = pattern.search(line)
            if found is not None:
                return kind, found.groupdict().get("port") or ""
        return None


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
