"""What does a carrier mean by what stands in a cell: an availability, or how long a circuit was down?

`99,72%` and 0.9972, `108`, `1:48:00`, `1 giờ 48 phút`, `1.234 phút`.
"""

import re
from typing import Literal

from netmon.settings.letters import fold
from netmon.settings.sheets.cells import Value
from netmon.settings.sheets.values import line_of_text

Why = Literal["again", "no_circuit", "no_figures", "no_share", "over", "negative", "no_time", "cell", "sheet"]

_GROUPED = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"
_CLOCK = re.compile(r"(?:([0-9]{1,3}) days?, )?([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?")
_PART = re.compile(
    rf"({_GROUPED}|[0-9]+(?:[.,][0-9]+)?)\s*(ngay|gio|phut|giay|days?|hours?|minutes?|min|seconds?|sec|[dhpms])?"
)
_SIZES = {"n": 86400, "d": 86400, "gio": 3600, "h": 3600, "p": 60, "m": 60, "gia": 1, "s": 1}
_THOUSANDS = re.compile(_GROUPED)
_NEGATIVE = re.compile(r"[-−–]\s*[0-9]")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


class Unusable(ValueError):
    """A cell that says nothing of use."""

    def __init__(self, why: Why, about: str = "") -> None:
        super().__init__(why)
        self.why: Why = why
        self.about = about


def ratio(value: Value, *, percent: bool) -> tuple[float, float] | None:
    """An availability and half of its last digit, which a whole has none of; `percent`: how numbers are meant."""
    if value is None:
        return None
    if isinstance(value, int | float):
        hundredths = round(value if percent else 100 * value, 6)
        digits = max(2, len(f"{hundredths:f}".rstrip("0").partition(".")[2]))
    else:
        bare = line_of_text(value).strip().removesuffix("%").strip().replace(",", ".")
        if not _NUMBER.fullmatch(bare):
            raise Unusable("no_share")
        signed = bare != line_of_text(value).strip().replace(",", ".") or float(bare) > 1
        hundredths = float(bare) if signed else round(100 * float(bare), 6)
        digits = len(bare.partition(".")[2]) - (0 if signed else 2)
    if not 0 <= hundredths <= 100:
        raise Unusable("over" if hundredths > 100 else "negative")
    return hundredths / 100, 0.0 if hundredths == 100 else 0.5 * 10.0 ** -(digits + 2)


def seconds(value: Value, unit: int) -> float | None:
    """A length of time in seconds; bare numbers are in `unit`. ValueError."""
    if value is None:
        return None
    text = line_of_text(value).strip()
    if isinstance(value, int | float):
        if value < 0:
            raise Unusable("negative")
        return float(value) * unit
    if found := _CLOCK.fullmatch(text):
        days, hours, minutes, rest = (int(part or 0) for part in found.groups())
        return days * 86400.0 + hours * 3600 + minutes * 60 + rest
    if _NEGATIVE.match(text):
        raise Unusable("negative")
    folded = re.sub(r"[^a-z0-9.,]+", " ", " ".join(fold(part) if part.isalpha() else part for part in _parts(text)))
    found_parts = _PART.findall(folded)
    if not found_parts or _PART.sub("", folded).strip(" ,."):
        raise Unusable("no_time")
    return sum(_number(number) * (_size(word) if word else unit) for number, word in found_parts)


def _number(text: str) -> float:
    """`1.234,5` and `12,5` as people here write them, and `12.5`; three digits behind a point are thousands."""
    return float((text.replace(".", "") if _THOUSANDS.fullmatch(text) else text).replace(",", "."))


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|[0-9.,]+|\S", text)


def _size(word: str) -> int:
    return next(size for start, size in _SIZES.items() if word.startswith(start))
