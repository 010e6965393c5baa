"""Do two telephone numbers, written differently, reach the same telephone?

People write `0912 345 678`, networks tell `+84912345678`, `84912345678` or `912345678`; the kind of number that goes
with it is wrong too often to be believed.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

COUNTRY = "84"
"""Viet Nam's country code (ITU-T E.164): a number without one is a national one."""

_WRITTEN = re.compile(r"\+?[0-9]{3,15}")
_SPACING = re.compile(r"[ .()-]")


def dialled(number: str) -> str:
    """A number as a modem dials it: digits, `+` before a country code. ValueError if it is none.

    >>> dialled("0912 345.678")
    '0912345678'
    """
    bare = _SPACING.sub("", number)
    if not _WRITTEN.fullmatch(bare):
        raise ValueError(f"{number!r} is no telephone number")
    return bare


Telephone = Annotated[str, AfterValidator(dialled), Field(examples=["0912345678", "+84 912 345 678"])]
"""A number that can be dialled, in an option."""


def same_number(one: str, other: str) -> bool:
    """Whether both are the same telephone. A name (`Viettel`), and a number that is withheld, is nobody's."""
    return bool(_whole(one)) and _whole(one) == _whole(other)


def _whole(number: str) -> str:
    """Country code and number, "" if it is none; short ones (`195`, `18001091`) as they are.

    National numbers have nine digits (mobile) or ten behind the 0. With the country code that makes two more, which
    tells 84 912 345 678 from 841 234 567, a mobile number of the block 084.
    """
    try:
        bare = dialled(number)
    except ValueError:
        return ""
    if bare.startswith(("+", "00")):
        return bare.lstrip("+0")
    if bare.startswith("0"):
        return COUNTRY + bare[1:]
    return COUNTRY + bare if len(bare) in (9, 10) else bare
