"""Which messages wait in a modem's memory, and which of them belong together?"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from netmon.wire.modem.pdu import Delivered, deliver
from netmon.wire.modem.seam import Heard
from netmon.wire.text import clean

PATIENCE = 3600.0
"""Seconds that a part waits for the others; then what is there is read."""

LONGEST = 1000
"""Characters of a text that are kept."""

_RECEIVED = re.compile(r"\+CMGL: ?([0-9]{1,5}),[01],.*")
"""Place in the memory and state: received, unread or read (3GPP TS 27.005, 3.4.2)."""


class Letter(NamedTuple):
    """One message, whole, and its places in the memory."""

    slots: tuple[int, ...]
    heard: Heard


def listed(lines: Sequence[str]) -> dict[int, str]:
    """Place -> PDU of the messages received, from the answer to AT+CMGL in PDU mode."""
    found: dict[int, str] = {}
    for head, pdu in pairwise(lines):
        if (place := _RECEIVED.fullmatch(head)) is not None:
            found[int(place[1])] = pdu
    return found


def sorted_out(memory: Mapping[int, str], now: float) -> tuple[list[Letter], list[int]]:
    """What can be read, by place, and the places of what never will be. Parts wait for the others until PATIENCE."""
    together: dict[tuple[str, int, int, int], dict[int, Delivered]] = {}
    unreadable = []
    for slot, pdu in memory.items():
        try:
            one = deliver(pdu)
        except ValueError:
            unreadable.append(slot)
            continue
        part = one.part
        key = (one.number, -1, 1, slot) if part is None else (one.number, part.reference, part.total, 0)
        together.setdefault(key, {})[slot] = one
    letters = [_letter(slots, now) for slots in together.values()]
    return [letter for letter in letters if letter is not None], unreadable


def _letter(parts: Mapping[int, Delivered], now: float) -> Letter | None:
    """Parts of one message as a letter, None if some are missing that may still come."""
    by_place = {1 if one.part is None else one.part.place: one for one in parts.values()}
    some = next(iter(parts.values()))
    total = 1 if some.part is None else some.part.total
    at = max(one.at for one in parts.values())
    if len(by_place) < total and abs(now - at) < PATIENCE:
        return None
    text = "".join(one.text for _, one in sorted(by_place.items()))
    return Letter(tuple(sorted(parts)), Heard(clean(some.number, 30), clean(text, LONGEST), at))
