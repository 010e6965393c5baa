"""What does a poll say of one counter, besides its value, that its rate depends on?"""

from netmon.decide.counters import Counted
from netmon.run.polls import Places, Poll, Shape

_OCTETS = frozenset({"netmon_if_receive_bytes_total", "netmon_if_transmit_bytes_total"})
_NARROW = frozenset(
    f"netmon_if_{direction}_{fault}_total" for direction in ("receive", "transmit") for fault in ("errors", "discards")
)
"""Of these IF-MIB (RFC 2863) has no 64-bit counter at all."""
_SMALLEST = 20
"""Octets of the smallest packet there is: a header of IPv4 (RFC 791)."""


def counted(poll: Poll, metric: str, labels: tuple[str, ...]) -> Counted | None:
    """The counter as the poll read it; None if the poll did not bring it."""
    asked, key = poll.shape.asked, (metric, labels)
    found = asked[key] if key in asked else asked.setdefault(key, _places(poll.shape, metric, labels))
    if found is None:
        return None
    value, uptime, boots, discontinuity, speed, bits, if_index, alias = found
    values = poll.values
    fastest = None if speed is None else values[speed] if metric in _OCTETS else values[speed] / _SMALLEST
    return Counted(
        values[value],
        poll.at,
        None if uptime is None else values[uptime],
        None if boots is None else values[boots],
        0 if discontinuity is None else values[discontinuity],
        if_index,
        alias,
        bits,
        fastest,
    )


def _places(shape: Shape, metric: str, labels: tuple[str, ...]) -> Places | None:
    value = shape.place(metric, labels)
    if value is None:
        return None
    narrow = metric in _NARROW or shape.place("netmon_if_counter_narrow", (*labels, metric)) is not None
    index, alias = _identity(shape, labels)
    return Places(
        value=value,
        uptime=shape.place("netmon_if_table_uptime_seconds", ()),
        boots=shape.place("netmon_if_table_boots", ()),
        discontinuity=shape.place("netmon_if_discontinuity_seconds", labels),
        speed=shape.place("netmon_if_speed_bytes_per_second", labels),
        bits=32 if narrow else 64,
        if_index=index,
        alias=alias,
    )


def _identity(shape: Shape, labels: tuple[str, ...]) -> tuple[str, str]:
    """ifIndex and ifAlias of the interface that the labels name; empty if the poll does not tell."""
    info = shape.group("netmon_if_info")
    for place in info.places if info is not None and labels else ():
        name, alias, _, index = shape.labels[place]
        if name == labels[0]:
            return index, alias
    return "", ""
