"""In which unit is a metric, how are its limits written, and what can it be at all?

The unit is the suffix of the name (docs of Prometheus, metric and label naming), and a gauge that tells whether
something is so is 0 or 1.
"""

import re
from collections.abc import Mapping
from math import inf
from types import MappingProxyType

from netmon.model import Metric
from netmon.settings.rules_values import Unit
from netmon.units import parse_duration, written_duration

_SUFFIXES: Mapping[str, Unit] = MappingProxyType(
    {
        "_timestamp_seconds": "moment",
        "_ratio": "ratio",
        "_seconds": "seconds",
        "_bytes": "bytes",
        "_bytes_per_second": "bytes",
        "_celsius": "celsius",
        "_dbm": "dbm",
        "_db": "db",
        "_volts": "volts",
        "_amperes": "amperes",
        "_watts": "watts",
    }
)
_SIGNS: Mapping[Unit, str] = MappingProxyType(
    {"celsius": "°?C", "dbm": "dBm", "db": "dB", "volts": "V", "amperes": "A", "watts": "W", "bytes": "([kMGT]?)B?"}
)
"""What may stand behind the number, as a regular expression."""
_FORMS: Mapping[Unit, str] = MappingProxyType(
    {
        "ratio": "a share such as 90% or 0.9",
        "flag": "0 or 1",
        "seconds": "a time such as 100ms, 30s or 5m",
        "bytes": "an amount such as 500M or 2G",
        "celsius": "a temperature such as 45C",
        "dbm": "a power such as -27dBm",
        "db": "a number of decibels such as -15dB",
        "volts": "a voltage such as 48V",
        "amperes": "a current such as 2A",
        "watts": "a power such as 300W",
    }
)
_NUMBER = r"([+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?)"
_THOUSANDS = ("", "k", "M", "G", "T")
_COLDEST = -273.15


def unit_of(name: str, metric: Metric) -> Unit:
    """The unit of a family."""
    if metric.help.startswith("Whether"):
        return "flag"
    name = name.removesuffix("_total")
    return next((unit for suffix, unit in _SUFFIXES.items() if name.endswith(suffix)), "number")


def parse_limit(text: object, unit: Unit) -> float:
    """The limit in base units; ValueError says how it is to be written."""
    form = _FORMS.get(unit, "a number")
    written = "" if isinstance(text, bool) else str(text).strip()
    if unit == "seconds":
        sign, written = (-1.0, written[1:]) if written.startswith("-") else (1.0, written)
        try:
            return sign * parse_duration(written)
        except ValueError:
            raise ValueError(f"{text!r} is not {form}") from None
    behind = "(%?)" if unit == "ratio" else f"(?:{_SIGNS[unit]})?" if unit in _SIGNS else ""
    found = re.fullmatch(_NUMBER + r"\s*" + behind, written)
    if found is None:
        raise ValueError(f"{text!r} is not {form}")
    if unit == "ratio" and found[2]:
        return float(f"{found[1]}e-2")
    thousands = _THOUSANDS.index(found[2] or "") if unit == "bytes" else 0
    return float(found[1]) * 1000.0**thousands


def possible(name: str, unit: Unit, quotient: bool) -> tuple[float, float]:
    """The least and the most that it can be; of a quotient of two metrics only the least is known."""
    if quotient:
        return (0.0, inf)
    if unit in ("ratio", "flag"):
        return (0.0, 1.0)
    if unit == "celsius":
        return (_COLDEST, inf)
    if unit in ("dbm", "db", "volts", "amperes") or name.endswith("_offset_seconds"):
        return (-inf, inf)
    return (0.0, inf)


def written_limit(value: float, unit: Unit) -> str:
    """As an operator would write it, and `parse_limit` reads it."""
    if unit == "ratio":
        return f"{value * 100:.10g}%"
    if unit == "seconds":
        return written_duration(value) if value >= 0 else f"-{written_duration(-value)}"
    if unit == "bytes":
        power = next((n for n in range(4, 0, -1) if abs(value) >= 1000.0**n), 0)
        return f"{value / 1000.0**power:g}{_THOUSANDS[power]}B"
    sign = {"celsius": "C", "dbm": "dBm", "db": "dB", "volts": "V", "amperes": "A", "watts": "W"}.get(unit, "")
    return f"{value:g}{sign}"
