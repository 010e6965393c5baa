"""How are words compared that people type with or without case, diacritics and punctuation?

A name typed on a router, or on a keyboard without Vietnamese, is still the name in the inventory.
"""

import re

from netmon.wire.text import unaccented


def bare(text: str) -> str:
    """Without case, diacritics and blanks around it, `đ` as `d`.

    >>> bare("Đông Cuông")
    'dong cuong'
    """
    return unaccented(text.casefold()).strip()


def fold(text: str) -> str:
    """`bare`, and without punctuation: words of a-z and 0-9 with one blank between them.

    >>> fold("Băng thông (Mbps)")
    'bang thong mbps'
    """
    return " ".join(re.findall(r"[a-z0-9]+", bare(text)))


def slug(text: str) -> str:
    """The text as an id, in kebab-case.

    >>> slug("Xã Đông Cuông")
    'xa-dong-cuong'
    """
    return fold(text).replace(" ", "-")
