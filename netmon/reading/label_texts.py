"""Which labels stand in a finished label text?

Series come with their labels written as Prometheus reads them, `site="a",device="b"`. Other protocols spell them
differently, so the text is read back, once for each that there is.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

MOST_KEPT = 600_000
"""Label texts that are remembered."""


_PAIR = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="([^"\\]*(?:\\.[^"\\]*)*)"(?:,|$)')
_ESCAPED = re.compile(r"\\(.)")


@dataclass(slots=True)
class Kept:
    """What an exporter keeps from one moment to the next: how label texts are spelled in its protocol, until the
    inventory changes, and the series that each family had the last time, so spelled."""

    spelled: dict[str, Any] = field(default_factory=dict)
    told: dict[str, list[Any]] = field(default_factory=dict)


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """(name, value) of each label in the order given; the value as it was before it was escaped."""
    found = _PAIR.findall(text)
    return tuple((name, _ESCAPED.sub(_meant, value) if "\\" in value else value) for name, value in found)


def remember(
    texts: Sequence[str], kept: MutableMapping[str, T], spelled: Callable[[str], T], most: int = MOST_KEPT
) -> MutableMapping[str, T]:
    """`kept`, with all these label texts in it as they are `spelled` elsewhere; if these are more than `most` with the
    others, the others are forgotten first."""
    if new := [text for text in texts if text not in kept]:
        if len(kept) + len(new) > most:
            kept.clear()
            new = [*texts]
        for text in new:
            kept[text] = spelled(text)
    return kept


def _meant(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]
