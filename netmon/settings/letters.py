"""How are words compared that people type with or without case, diacritics and punctuation?

A name typed on a router, or on a keyboard without Vietnamese, is still the name in the inventory.
"""

import re
import unicodedata


def bare(text: str) -> str:
    """Without case, diacritics and blanks around it, `đ` as `d`.

    >>> bare("Đông Cuông")
    'dong cuong'
    """
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(one for one in letters if not unicodedata.combining(one)).strip()


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
