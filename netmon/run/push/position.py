"""How far had the last process come?

A small file beside the segments, replaced whole, with a checksum in front. If it is older than they are, damaged or
lost, more is sent again than need be; the same numbers with the same times do no harm.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from netmon.run.push.waiting import Span, Taken, Waiting

FILE = "position.json"


class Position(NamedTuple):
    """The number that the next batch would have had, what waited, what was acknowledged last, and the lines of what of
    that is gone, by batch."""

    following: int
    waiting: tuple[Span, ...]
    taken: tuple[Taken, ...]
    gone: dict[int, int]


def save(folder: Path, following: int, waiting: Waiting) -> None:
    """Write it. OSError if it cannot be."""
    told = {
        "next": following,
        "waiting": [[*span] for span in waiting.spans],
        "taken": [[at, *span] for at, span in waiting.taken],
        "gone": [[*each] for each in waiting.gone.items()],
    }
    new = folder / f"{FILE}.new"
    text = json.dumps(told).encode()
    new.write_bytes(b"%08x %b" % (crc32(text), text))
    new.replace(folder / FILE)


def read(folder: Path) -> Position | None:
    """What was written last; None if there is nothing, or nothing that makes sense."""
    try:
        check, _, text = (folder / FILE).read_bytes().partition(b" ")
        told = json.loads(text)
        waiting = tuple(_span(*each) for each in told["waiting"])
        taken = tuple(Taken(float(at), _span(*rest)) for at, *rest in told["taken"])
        gone = {int(number): int(lines) for number, lines in told.get("gone", [])}
        following = int(told["next"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None
    sound = check == b"%08x" % crc32(text) and all(one.end <= two.first for one, two in pairwise(waiting))
    return Position(following, waiting, taken, gone) if sound and following >= 0 else None


def _span(first: int, end: int, times: int) -> Span:
    if not 0 <= first < end or times < 0 or {type(first), type(end), type(times)} != {int}:
        raise ValueError("not a span")
    return Span(first, end, times)
