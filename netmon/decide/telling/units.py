"""How is a value written in its unit?"""

from collections.abc import Mapping
from typing import Protocol

_SIGNS: Mapping[str, str] = {
    "celsius": "°C", "dbm": "dBm", "db": "dB", "volts": "V", "amperes": "A", "watts": "W"
}  # fmt: skip
_THOUSANDS = ("", "k", "M", "G", "T")
MINUTE = 60.0


class Numbers(Protocol):
    """Numbers in one language (netmon.decide.telling.words.Speaker)."""

    def number(self, value: float, digits: int) -> str:
        """At most so many digits after the decimal sign."""
        ...

    def percent(self, share: float) -> str:
        """A share from 0 to 1."""
        ...

    def milliseconds(self, seconds: float) -> str:
        """A short time."""
        ...

    def duration(self, seconds: float) -> str:
        """A long time, in words."""
        ...


def measured(value: float, unit: str, say: Numbers) -> str:
    """A value of a rule (netmon.settings.rules_values.Unit): `97%`, `48 ms`, `-27,5 dBm`, `1,5 GB`."""
    if unit == "ratio":
        return say.percent(value)
    if unit == "seconds" and abs(value) < MINUTE:
        return say.milliseconds(value) if abs(value) < 1 else say.number(value, 1) + " s"
    if unit == "seconds":
        return say.duration(value)
    power = next((n for n in range(4, 0, -1) if abs(value) >= 1000.0**n), 0) if unit == "bytes" else 0
    sign = f"{_THOUSANDS[power]}B" if unit == "bytes" else _SIGNS.get(unit, "")
    return f"{say.number(value / 1000.0**power, 2)} {sign}".strip()
