"""What does one cell say, as the inventory would write it?

Each reader takes a cell's value and gives text; ValueError says what is wrong with it, in words that fit behind
the cell's name.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import ip_address, ip_interface

from netmon.settings.sheets.cells import Broken, Value
from netmon.units import parse_bandwidth

_RATE = re.compile(
    r"([0-9]{1,6}(?:[.,][0-9]{1,3})?)\s*([kmg]?)(?:b|bit|bps|bits)?(?:\s*/\s*(?:s|giây))?", re.IGNORECASE
)
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DEGREES = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,12})?")
_SEPARATORS = re.compile(r"\s*(?:\+|;|\n|\bvà\b)\s*")
_LISTED = re.compile(r"\s*[,/&]\s*")


def text(value: Value) -> str:
    """A cell as text; a whole number without its decimal point, a day as people write it."""
    if isinstance(value, Broken):
        raise ValueError(value.text)
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def line_of_text(value: Value) -> str:
    """A cell as one line of text."""
    return text(value).replace("\n", " ")


def parts(value: Value) -> list[str]:
    """A cell that may name several things: `VNPT + Viettel`, one a line, `VNPT và Viettel`."""
    return [part for part in _SEPARATORS.split(text(value).strip()) if part]


def names(value: Value) -> list[str]:
    """As parts, for names, which a comma or a stroke may separate too: `VNPT, Viettel`, `VNPT/Viettel`."""
    return [name for part in parts(value) for name in _LISTED.split(part) if name]


def address(value: Value) -> str:
    """An address, whose prefix length is dropped: `10.28.4.11/24 `."""
    if isinstance(value, int | float):
        raise ValueError(f"{text(value)!r} is not an address (a number: format the column as text)")
    said = "".join(text(value).split(" "))
    if len(parts(said.replace(",", ";"))) > 1:
        raise ValueError(f"{text(value)!r} is more than one address (give that of the router)")
    try:
        host = ip_interface(said) if "/" in said else ip_interface(ip_address(said))
    except ValueError:
        raise ValueError(f"{text(value)!r} is not an address ({_why_no_address(said)})") from None
    whole = host.network
    if whole.num_addresses > 2 and host.ip in (whole.network_address, whole.broadcast_address) and host.version == 4:
        raise ValueError(f"{text(value)!r} is not the address of one host (but of its network, or of all in it)")
    if host.ip.is_multicast or host.ip.is_unspecified:
        raise ValueError(f"{text(value)!r} is not the address of one host")
    return str(host.ip)


def _why_no_address(said: str) -> str:
    numbers = said.split("/")[0].split(".")
    if len(numbers) == 4 and all(part.isdigit() for part in numbers):
        large = next((part for part in numbers if int(part) > 255), "")
        return f"{large} is more than 255" if large else "such as 10.28.4.11 or 10.28.4.11/24"
    return "such as 10.28.4.11 or 10.28.4.11/24"


def bandwidth(value: Value, unit: str = "") -> str:
    """`50M` of 50, `50 Mbps`, `50Mb/s`, `100M/100M`; a bare number is in the caption's unit, or Mbit/s."""
    said = text(value).strip()
    found = _RATE.fullmatch(said)
    both = said.split("/")
    if found is None and len(both) == 2 and _RATE.fullmatch(both[0].strip()) and both[0].strip() == both[1].strip():
        found = _RATE.fullmatch(both[0].strip())
    if found is None:
        raise ValueError(f"{said!r} is not a bandwidth (such as 50M, 50 Mbps or 1 Gb/s)")
    scale = found[2].lower() or unit or "M"
    return rate(f"{found[1].replace(',', '.')}{scale if scale == 'k' else scale.upper()}")


def rate(written: str) -> str:
    """A bandwidth as the inventory writes it: 1G for 1000M, 50M, 512k."""
    bits = parse_bandwidth(written)
    for scale, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if bits >= scale and bits * 10 % scale == 0:
            return f"{bits / scale:g}{letter}"
    return str(bits)


def day(value: Value) -> str:
    """A date, written dd/mm/yyyy or a real one, as 2025-07-01."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    said = text(value).strip()
    found, iso = _DAY.fullmatch(said), _ISO.fullmatch(said)
    year, month, number = (found[3], found[2], found[1]) if found else (iso[1], iso[2], iso[3]) if iso else ("", "", "")
    if not year:
        raise ValueError(f"{said!r} is not a date (such as 01/07/2025, the day first)")
    try:
        return date(int(year), int(month), int(number)).isoformat()
    except ValueError as error:
        raise ValueError(f"{said!r} is not a date ({error})") from None


def degrees(most: int) -> Callable[[Value], str]:
    """A reader of a latitude (at most 90) or longitude (180); the comma may be a point."""

    def read(value: Value) -> str:
        said = text(value).strip()
        if not _DEGREES.fullmatch(said):
            raise ValueError(f"{said!r} is not a number of degrees (such as 21.883)")
        number = float(said.replace(",", "."))
        if abs(number) > most:
            hint = " (are latitude and longitude the wrong way round?)" if abs(number) <= 180 else ""
            raise ValueError(f"{said!r} is more than {most} degrees{hint}")
        return str(number)

    return read


def phone(value: Value) -> str:
    """A telephone number; a number cell has lost its zero."""
    said = line_of_text(value)
    return f"0{said}" if isinstance(value, int | float) and not said.startswith("0") else said
