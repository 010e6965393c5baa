"""Which labels stand in a finished label text?

Series come with their labels written as Prometheus reads them, `site="a",device="b"`. Other protocols spell them
differently, so the text is read back, once for each that there is.
"""

import re

_PAIR = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')
_ESCAPED = re.compile(r"\\(.)")


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """(name, value) of each label in the order given; the value as it was before it was escaped."""
    found = _PAIR.findall(text)
    return tuple((name, _ESCAPED.sub(_meant, value) if "\\" in value else value) for name, value in found)


def _meant(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]
