"""How does text that a device sends become text that can be kept?"""

import re
import unicodedata

LONGEST = 255
"""DisplayString's own limit (RFC 2579); longer values are cut."""

_LOGIN = re.compile(r"""(authorization["' ]{0,3}[:=]\W{0,4})\w.*""", re.IGNORECASE)
"""The header that a password goes in (RFC 9110); some servers send back what they were sent."""


def clean(value: object, longest: int = LONGEST) -> str:
    """An OCTET STRING as one line of at most `longest` printable characters; "" for any other type.

    Devices send Latin-1, trailing NULs, line breaks (sysDescr of many a switch) and, if hostile, terminal
    escapes and direction marks: bytes that are no UTF-8 and characters that do not print become U+FFFD,
    every run of white space one blank. What stands behind `Authorization` is left out: it may be our own password.
    """
    if isinstance(value, bytes):
        value = value[: longest * 4].rstrip(b"\x00").decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return ""
    line = " ".join(value[: longest * 4].split())
    if not line.isprintable():
        line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return _LOGIN.sub(r"\1***", line)[:longest]


def unaccented(text: str) -> str:
    """The text without diacritics, `đ` as `d`; case, blanks and everything else stay.

    >>> unaccented("Xã Đông Cuông")
    'Xa Dong Cuong'
    """
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in apart if not unicodedata.combining(one))
