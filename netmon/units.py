"""How are durations, bandwidths, sizes, ratios and rates written, and what do they mean?

Operators write `30s`, `100M`, `0.1%`, `20 per 1m`; the program counts seconds, bit/s and shares from 0 to 1. The
annotated types let a dataclass field take either form; each states its JSON schema for editors.
"""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from netmon.model import Rate

_NUMBER = r"([0-9]{1,15}(?:\.[0-9]{1,15})?)"
_DURATION = re.compile(_NUMBER + r"\s*(ms|s|m|h|d)?")
_BANDWIDTH = re.compile(_NUMBER + r"\s*([kKMGT])?")
_RATIO = re.compile(_NUMBER + r"\s*(%)?")
_RATE = re.compile(r"([1-9][0-9]{0,5}) per " + _DURATION.pattern)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BITS = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_duration(text: object) -> float:
    """Seconds of `500ms`, `30s`, `2m`, `1h`, `1d` or a bare number of seconds; ValueError otherwise."""
    found = _match(_DURATION, text, "a duration such as 30s, 500ms, 2m or 1h")
    return float(f"{found[1]}e-3") if found[2] == "ms" else float(found[1]) * _SECONDS[found[2] or "s"]


def written_duration(seconds: float) -> str:
    """The shortest that `parse_duration` reads as so many seconds, such as `30d` or `50ms`."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:g}ms"
    unit = next((unit for unit in "dhm" if seconds and seconds % _SECONDS[unit] == 0), "s")
    return f"{seconds / _SECONDS[unit]:g}{unit}"


def parse_bandwidth(text: object) -> int:
    """Bit/s of `64k`, `100M`, `2.5G` (powers of ten) or a bare number of bit/s; ValueError otherwise."""
    form = "a bandwidth such as 50M or 1G"
    found = _match(_BANDWIDTH, text, form)
    bits = round(float(found[1]) * _BITS.get(found[2] or "", 1))
    if bits == 0:
        raise ValueError(f"{text!r} is not {form}")
    return bits


def parse_size(text: object) -> int:
    """Octets of `500M`, `2G` (powers of ten) or a bare number of octets; ValueError otherwise."""
    form = "a size such as 500M or 2G"
    found = _match(_BANDWIDTH, text, form)
    return round(float(found[1]) * _BITS.get(found[2] or "", 1))


def written_size(octets: int) -> str:
    """The shortest that `parse_size` reads as so many octets, such as `2G`."""
    unit = next((unit for unit in "TGMk" if octets and octets % _BITS[unit] == 0), "")
    return f"{octets // _BITS[unit] if unit else octets}{unit}"


def parse_ratio(text: object) -> float:
    """Share from 0 to 1 of `0.1%` or `0.001`; ValueError otherwise."""
    form = "a ratio from 0% to 100% such as 99.9% or 0.001"
    found = _match(_RATIO, text, form)
    ratio = float(f"{found[1]}e-2" if found[2] else found[1])
    if ratio > 1:
        raise ValueError(f"{text!r} is not {form}")
    return ratio


def parse_rate(text: object) -> Rate:
    """So many in so many seconds, of `20 per 1m`; ValueError otherwise."""
    form = "a rate such as 20 per 1m"
    found = _match(_RATE, text, form)
    seconds = parse_duration(found[2] + (found[3] or ""))
    if seconds <= 0:
        raise ValueError(f"{text!r} is not {form}")
    return Rate(int(found[1]), seconds)


def _match(pattern: re.Pattern[str], value: object, form: str) -> re.Match[str]:
    text = str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    found = pattern.fullmatch(text) if text is not None else None
    if found is None:
        shown = repr(value) if text is not None else "this"
        raise ValueError(f"{shown} is not {form}")
    return found


def _schema(pattern: re.Pattern[str], example: str) -> WithJsonSchema:
    text = {"type": "string", "pattern": f"^{pattern.pattern}$"}
    return WithJsonSchema({"anyOf": [text, {"type": "number", "minimum": 0}], "examples": [example]})


Duration = Annotated[float, BeforeValidator(parse_duration), _schema(_DURATION, "30s")]
"""Seconds, written `30s`."""

Bandwidth = Annotated[int, BeforeValidator(parse_bandwidth), _schema(_BANDWIDTH, "100M")]
"""Bit/s, written `100M`."""

Size = Annotated[int, BeforeValidator(parse_size), _schema(_BANDWIDTH, "2G")]
"""Octets, written `2G`."""

Ratio = Annotated[float, BeforeValidator(parse_ratio), _schema(_RATIO, "99.9%")]
"""A share from 0 to 1, written `0.1%`."""

RateOf = Annotated[
    Rate,
    BeforeValidator(parse_rate),
    WithJsonSchema({"type": "string", "pattern": f"^{_RATE.pattern}$", "examples": ["20 per 1m"]}),
]
"""So many in so many seconds, written `20 per 1m`."""
