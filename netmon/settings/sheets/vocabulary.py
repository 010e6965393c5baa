"""Which words do people use in their spreadsheets, and what is meant by them?

columns.yaml is the data. Everything is looked up folded: without case, diacritics and punctuation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from netmon.errors import InputError
from netmon.settings.letters import fold
from netmon.settings.tree import plain
from netmon.settings.yamlio import read

FILE = Path(__file__).with_name("columns.yaml")
_LABELLED = ("columns", "lines", "levels", "kinds", "roles")
_BRACKETS = re.compile(r"[(\[].*?[)\]]")


class Caption(NamedTuple):
    """What a column holds: a field ("" = unknown), of which line (None = not said), in which unit ("" = not said)."""

    field: str
    line: int | None = None
    unit: str = ""


class Called(NamedTuple):
    """A name in two parts: the folded beginning that says what kind of place it is, and the rest of it."""

    prefix: str
    level: str
    bare: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by what they are for; each mapping is from folded words to what they stand for, but for `labels`: part
    of the file and key -> the first of the words, which is what netmon writes; and `titles`: level -> name of a sheet.
    """

    columns: Mapping[str, str]
    lines: Mapping[str, int]
    units: Mapping[str, str]
    levels: Mapping[str, str]
    prefixes: Mapping[str, str]
    carriers: Mapping[str, str]
    kinds: Mapping[str, str]
    roles: Mapping[str, str]
    kept: frozenset[str]
    direct: frozenset[str]
    not_areas: frozenset[str]
    not_sites: frozenset[str]
    labels: Mapping[tuple[str, str], str]
    titles: Mapping[str, str]

    def caption(self, text: str, above: str = "") -> Caption:
        """What a caption says, with the one that stands above it and its neighbours ("" = none does)."""
        unit = next(
            (self.units[fold(part)] for part in re.findall(r"[(\[](.*?)[)\]]", text) if fold(part) in self.units), ""
        )
        words = fold(_BRACKETS.sub(" ", text))
        if words in self.columns:
            return Caption(self.columns[words], self.line(fold(above)), unit)
        line, named = self.line(words), words
        if line is not None:
            named = _without(words, [each for each, n in self.lines.items() if n == line])
        elif found := re.fullmatch(r"(.+) ([1-9])", words):
            named, line = found[1], int(found[2]) - 1
        key = self._column(named) or self._column(words)
        return Caption(self.columns.get(key, ""), self.line(fold(above)) if line is None else line, unit)

    def _column(self, words: str) -> str:
        return max((each for each in self.columns if _within(each, words)), key=len, default="")

    def label(self, part: str, key: str) -> str:
        """What netmon writes for a key of a part of the file: `Cáp quang` for the kind `fibre`; else the key."""
        return self.labels.get((part, key), key)

    def line(self, words: str) -> int | None:
        """Which line (from 0) folded words are about."""
        key = max((each for each in self.lines if _within(each, words)), key=len, default="")
        return self.lines[key] if key else None

    def called(self, name: str) -> Called:
        """The parts of a place's name; prefix and level are empty if the name does not say what it is."""
        words = fold(name)
        prefix = max((each for each in self.prefixes if words.startswith(f"{each} ")), key=len, default="")
        if not prefix:
            return Called("", "", words)
        level = self.prefixes[prefix]
        return Called(prefix, level, words if level in self.kept else words[len(prefix) + 1 :])

    def carrier(self, text: str) -> str:
        """The id of a carrier by its name or the beginning of it; empty if there is none."""
        key = max(
            (each for each in self.carriers if fold(text) == each or fold(text).startswith(f"{each} ")),
            key=len,
            default="",
        )
        return self.carriers.get(key, "")

    def names_no_area(self, sheet: str) -> bool:
        """Whether a sheet's name is just a heading, such as `Sheet1` or `Danh sách các xã`."""
        words = fold(sheet).rstrip("0123456789 ")
        return not words or any(words == each or words.startswith(f"{each} ") for each in self.not_areas)

    def is_no_site(self, name: str) -> bool:
        """Whether a row under this name sums up or signs the table."""
        words = fold(name)
        return any(words == each or words.startswith(f"{each} ") for each in self.not_sites)


def load_vocabulary(path: Path = FILE) -> Vocabulary:
    """The words of columns.yaml; InputError if it cannot be read."""
    tree, problems = read(path, path.name)
    if problems or tree is None:
        raise InputError(problems)
    said: Mapping[str, Any] = plain(tree)
    return Vocabulary(
        columns=_by_word(said["columns"]),
        lines={word: int(n) - 1 for word, n in _by_word(said["lines"]).items()},
        units=_by_word(said["units"]),
        levels=_by_word(said["levels"]),
        prefixes=_by_word(said["prefixes"]),
        carriers=_by_word(said["carriers"]),
        kinds=_by_word(said["kinds"]),
        roles=_by_word(said["roles"]),
        kept=frozenset(said["kept"]),
        direct=frozenset(said["direct"]),
        not_areas=frozenset(map(fold, said["not_areas"])),
        not_sites=frozenset(map(fold, said["not_sites"])),
        labels={(part, str(key)): str(words[0]) for part in _LABELLED for key, words in said[part].items()},
        titles=said["titles"],
    )


def _by_word(table: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    return {fold(str(word)): key for key, words in table.items() for word in words}


def _within(part: str, words: str) -> bool:
    return f" {part} " in f" {words} "


def _without(words: str, parts: Sequence[str]) -> str:
    part = max((each for each in parts if _within(each, words)), key=len)
    return f" {words} ".replace(f" {part} ", " ", 1).strip()
