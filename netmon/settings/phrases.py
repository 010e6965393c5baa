"""What are things called in each language?

`phrases.yaml` is read into one table for each language: section -> key -> text. Every text stands there
in all languages side by side, so that a missing translation is seen. Placeholders are `{name}` or
`{name:format}`; a part in `[…]` is left out when one of its placeholders has no value.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from netmon.errors import InputError, Problem
from netmon.settings import yamlio
from netmon.settings.tree import Leaf, Map, Spot, Tree

WORDS = (
    "acknowledge", "area", "day", "decimal", "hour", "line", "minute", "more", "second", "site", "weekdays",
    "service", "another_way", "ask_power", "acknowledge_link", "escalates", "note_ticket", "device",
)  # fmt: skip
"""The words that the program itself puts together; templates bring their own."""

SECTIONS = ("words", "tags", "marks", "causes", "levels", "prefixes", "kinds", "metrics", "clues")
FORMATS = (
    "name", "names", "sites", "number", "seconds", "duration", "percent", "ms", "date", "time", "cause", "kind",
    "metric", "measure", "text", "tag",
)  # fmt: skip

PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. `short` is what long names become where space is scarce, the same in all languages."""

    sections: Mapping[str, Mapping[str, str]]
    short: Mapping[str, str]

    def get(self, section: str, key: str) -> str:
        """The text; empty if there is none."""
        return self.sections.get(section, {}).get(key, "")

    def rank(self, clue: str) -> int:
        """How much a kind of evidence says: its place in the file, what is not there comes last."""
        keys = list(self.sections.get("clues", {}))
        return keys.index(clue) if clue in keys else len(keys)


def read_phrases(path: Path, languages: Sequence[str]) -> Mapping[str, Phrases]:
    """The phrases of each language; InputError with every problem."""
    return _read(yamlio.written(path, str(path)), str(path), tuple(languages))


@lru_cache(maxsize=8)
def _read(text: str, shown: str, languages: tuple[str, ...]) -> Mapping[str, Phrases]:
    """Kept: a reload seldom brings other words."""
    tree, found = yamlio.parse(text, shown)
    if not isinstance(tree, Map):
        raise InputError([*found, Problem(shown, 0, 0, "a mapping of sections is expected")])
    problems = list(found)
    for name, at in tree.keys.items():
        if name not in (*SECTIONS, "short"):
            problems.append(Problem(*at, f"unknown section {name!r}", _meant(name, (*SECTIONS, "short"))))
    tables: dict[str, dict[str, Mapping[str, str]]] = {language: {} for language in languages}
    for section in SECTIONS:
        rows = _rows(tree, section, languages, problems)
        for language in languages:
            tables[language][section] = MappingProxyType({key: row[language] for key, row in rows.items()})
    short = {key: _text(value, problems) for key, value in _mapping(tree, "short", problems).items.items()}
    _check_words(tree, problems)
    if problems:
        raise InputError(sorted(problems))
    return MappingProxyType(
        {language: Phrases(MappingProxyType(table), MappingProxyType(short)) for language, table in tables.items()}
    )


def _rows(tree: Map, section: str, languages: Sequence[str], problems: list[Problem]) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    holder = _mapping(tree, section, problems)
    for key, value in holder.items.items():
        if not isinstance(value, Map):
            problems.append(Problem(*value.at, f"{key}: a text for each language is expected, {{vi: …, en: …}}"))
            continue
        missing = [language for language in languages if language not in value.items]
        problems += [Problem(*holder.keys[key], f"{key} has no text in {language!r}") for language in missing]
        rows[key] = {name: _text(value.items[name], problems) if name not in missing else "" for name in languages}
    return rows


def _mapping(tree: Map, section: str, problems: list[Problem]) -> Map:
    found = tree.items.get(section)
    if isinstance(found, Map):
        return found
    at = tree.at if found is None else found.at
    problems.append(
        Problem(*at, f"section {section!r} is missing" if found is None else f"{section}: a mapping is expected")
    )
    return Map(at, {}, {})


def _text(value: Tree, problems: list[Problem]) -> str:
    if not isinstance(value, Leaf):
        problems.append(Problem(*value.at, "a text is expected"))
        return ""
    text = "" if value.value is None else str(value.value)
    problems += _bad_formats(text, value.at)
    return text


def _bad_formats(text: str, at: Spot) -> Iterable[Problem]:
    for found in PLACEHOLDER.finditer(text):
        if found[2] and found[2] not in FORMATS:
            yield Problem(*at, f"unknown format {found[0]}", _meant(found[2], FORMATS))
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        yield Problem(*at, "a brace that belongs to no placeholder such as {name}")


def _check_words(tree: Map, problems: list[Problem]) -> None:
    words = tree.items.get("words")
    if not isinstance(words, Map):
        return
    for name, at in words.keys.items():
        if name not in WORDS:
            problems.append(Problem(*at, f"unknown word {name!r}", _meant(name, WORDS)))
    missing = [name for name in WORDS if name not in words.items]
    problems += [Problem(*words.at, f"the word {name!r} is missing") for name in missing]


def _meant(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]!r}?" if close else ""
