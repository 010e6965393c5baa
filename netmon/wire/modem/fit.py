"""What of a message goes into one SMS, or two?

Somebody reads it at night on a locked telephone. What happened and how to take it stay, whatever has to go.
"""

import re
import unicodedata
from typing import NamedTuple

from netmon.wire.modem import alphabet, pdu

FIRST_LINE = 60
"""Characters of the first line: what a telephone shows without being unlocked."""

READABLE = 24
"""Characters below which a line that is cut says nothing any more."""

_ACKNOWLEDGE = re.compile(r'(#[0-9]+)(?:.*?("[^"]*[0-9][^"]*"))?')
"""In the last line: the incident's number, and the words that take it."""


class _Ruler(NamedTuple):
    """How long a text is in its coding (pdu.SEPTETS or UCS2), and how it is cut there."""

    coding: int

    def length(self, text: str) -> int:
        """Septets, or pairs of octets."""
        if self.coding == pdu.SEPTETS:
            return sum(map(len, alphabet.codes(text) or ()))
        return len(text.encode("utf-16-be", "replace")) // 2

    def room(self, parts: int) -> int:
        """What goes into so many SMS for certain: where two meet, one place may stay empty."""
        alone, one_of_several = (160, 153) if self.coding == pdu.SEPTETS else (70, 67)
        return alone if parts == 1 else parts * (one_of_several - 1) + 1

    def cut(self, text: str, room: int) -> str:
        """The text in at most `room`, its end at a word."""
        if self.length(text) <= room:
            return text
        dots = "..." if self.coding == pdu.SEPTETS else "…"
        kept = text[: max(0, room - len(dots))]
        while self.length(kept) > room - len(dots) and kept:
            kept = kept[:-1]
        words = kept.rpartition(" ")[0] if text[len(kept)] != " " else kept
        return (words or kept).rstrip(" ,;:.(-") + dots if kept else ""


def fit(text: str, parts: int, accents: bool) -> str:
    """The text in at most so many SMS; without accents unless they are wanted.

    What is too long loses, in this order: what stands behind the acknowledgement in the last line; the ends of the
    longest lines between the first and the last; whole lines, the evidence before the telephone numbers; the end of the
    first line, which never has more than FIRST_LINE characters if others follow. Lines are cut at a word.
    """
    clean = unicodedata.normalize("NFC", text) if accents else alphabet.plain(text)
    ruler = _Ruler(pdu.split(clean)[0])
    lines = [line for line in (" ".join(each.split()) for each in clean.splitlines()) if line]
    if len(lines) > 1:
        while len(lines[0]) > FIRST_LINE:
            lines[0] = ruler.cut(lines[0], ruler.length(lines[0][:FIRST_LINE]))
    whole = "\n".join(lines)
    if len(pdu.split(whole)[1]) <= parts:
        return whole
    return _shortened(lines, ruler, ruler.room(parts)) if len(lines) > 1 else ruler.cut(whole, ruler.room(parts))


def _shortened(lines: list[str], ruler: _Ruler, room: int) -> str:
    """Lines that do not go into `room` whole."""
    first, middle = lines[0], lines[1:-1]
    last = _taken(lines[-1], ruler, room - ruler.length(first) - 1)
    first = ruler.cut(first, room - ruler.length(last) - 1)
    if not first:
        return ruler.cut("\n".join(lines), room)
    left = room - ruler.length(first) - ruler.length(last) - 1
    while middle:
        lengths = [ruler.length(line) for line in middle]
        level = _level(lengths, left - len(middle))
        if level >= min(READABLE, max(lengths)):
            break
        del middle[0]
    return "\n".join((first, *(ruler.cut(line, level) for line in middle), last))


def _taken(line: str, ruler: _Ruler, room: int) -> str:
    """The last line as far as the acknowledgement, or if that is too long the number and the acknowledgement alone."""
    found = _ACKNOWLEDGE.search(line)
    if found is None:
        return line
    if found[2] is None:
        return line if ruler.length(line) <= room else found[1]
    upto = line[: found.end()]
    return upto if ruler.length(upto) <= room else f"{found[1]} {found[2]}"


def _level(lengths: list[int], room: int) -> int:
    """The greatest length to which all can be cut so that they go into `room` together; 0 if there is none."""
    levels = range(max(lengths), 0, -1)
    return next((level for level in levels if sum(min(length, level) for length in lengths) <= room), 0)
