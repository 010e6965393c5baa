"""Are words with and without case, diacritics and punctuation taken for the same?"""

import doctest
from unicodedata import normalize

from netmon.settings import letters
from netmon.settings.letters import bare, fold, slug


def test_the_examples() -> None:
    assert doctest.testmod(letters).failed == 0


def test_marks_apart_are_the_same() -> None:
    assert bare(normalize("NFD", " Nghĩa Lộ")) == bare("NGHIA LO") == "nghia lo"


def test_names_as_ids() -> None:
    assert slug("  Xã ĐÔNG Cuông (mới) ") == "xa-dong-cuong-moi"
    assert fold("Hoà, Hòa") == "hoa hoa"
