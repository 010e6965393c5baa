"""What does the head of an answer say, in the protocols that are written like HTTP?

A status line, then fields (RFC 3261, 7; RFC 2326, 4 and 7; both after RFC 822). Nothing is believed: what is too
much or no status line raises NotServing.
"""

import re
from typing import NamedTuple

from netmon.errors import NotServing
from netmon.wire.dialogue import quoted
from netmon.wire.text import clean

_STATUS = re.compile(rb"([A-Z]{3,8})/\d{1,2}\.\d{1,2} +([1-7]\d\d)(?: +([^\r\n]*))?")
_MOST_FIELDS = 200


class Head(NamedTuple):
    """Status code, reason, and the fields in order: (name in small letters, value)."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]

    def all(self, *names: str) -> list[str]:
        """The values of the fields that have one of these names."""
        return [value for name, value in self.fields if name in names]

    def first(self, *names: str) -> str:
        """The first of them; "" if there is none."""
        return next(iter(self.all(*names)), "")

    def length(self, most: int, *names: str) -> int:
        """Octets that follow the head, 0 if that is not said. Raises NotServing for nonsense and more than `most`."""
        text = self.first(*names)
        if not text:
            return 0
        if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > most:
            raise NotServing(f"an answer of {quoted(text.encode())} octets, at most {most} are read")
        return int(text)

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".rstrip()


def read(head: bytes, protocol: str) -> Head:
    """The head of an answer in this protocol (`SIP`), without the empty line that ends it."""
    first, *rest = head.replace(b"\r\n", b"\n").split(b"\n")
    found = _STATUS.fullmatch(first.strip())
    if found is None or found[1] != protocol.encode():
        raise NotServing(f"answers, but not with {protocol}: {quoted(head)}")
    lines: list[bytes] = []
    for line in rest:
        if line[:1] in (b" ", b"\t") and lines:  # a field may go on in the next line
            lines[-1] += b" " + line.strip()
        elif b":" in line:
            lines.append(line)
    if len(lines) > _MOST_FIELDS:
        raise NotServing(f"more than {_MOST_FIELDS} fields in the head of a {protocol} answer")
    fields = (line.partition(b":") for line in lines)
    return Head(
        int(found[2]),
        clean(found[3] or b"", 60),
        tuple((name.strip().lower().decode("latin-1"), value.strip().decode("latin-1")) for name, _, value in fields),
    )
