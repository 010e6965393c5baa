"""What does this YAML file say, and where does it say it?

libyaml's events, put together by a loop: its own composer recurses in C and dies of deep nesting, and costs
three times as much. Only true, false, null and decimal numbers are more than text, and only if writing the
number out again gives the same text: no `no`, no octal ports, no sexagesimal MAC addresses, and a phone
number keeps its zero. Anchors, aliases and merge keys work; what they expand to is counted.
"""

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from netmon.errors import InputError, Problem
from netmon.settings.tree import Leaf, Map, Seq, Spot, Tree

MAX_BYTES = 32_000_000
MAX_DEPTH = 40
MAX_VALUES = 2_000_000

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Text(NamedTuple):
    """What was read: the tree (None if there is nothing), and mistakes that left no doubt of what else is said."""

    tree: Tree | None
    problems: list[Problem]


def read(path: Path, shown: str) -> Text:
    """The content of the file, which problems call `shown`; InputError if it cannot be read to its end."""
    return parse(written(path, shown), shown)


def written(path: Path, shown: str) -> str:
    """The text of the file; InputError if there is none."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError([Problem(shown, 0, 0, f"cannot be read: {error.strerror}")]) from None
    if len(raw) > MAX_BYTES:
        raise InputError([Problem(shown, 0, 0, f"is larger than {MAX_BYTES} bytes; split it")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig")
        raise InputError([_problem(shown, before, "not UTF-8: save the file as UTF-8")]) from None


def parse(text: str, shown: str) -> Text:
    """The tree of a YAML text; InputError if it cannot be read to its end."""
    if found := _CONTROL.search(text):
        problem = f"control character U+{ord(found[0]):04X}"
        raise InputError([_problem(shown, text[: found.start()], problem)])
    builder = _Builder(shown)
    parser = yaml.CSafeLoader(text)
    try:
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise InputError([*builder.problems, _syntax(shown, text, error)]) from None
    except yaml.YAMLError as error:
        raise InputError([*builder.problems, Problem(shown, 0, 0, f"not YAML: {error}")]) from None
    finally:
        parser.dispose()
    return Text(builder.root, builder.problems)


def _problem(shown: str, before: str, text: str) -> Problem:
    return Problem(shown, before.count("\n") + 1, len(before) - before.rfind("\n"), text)


def _syntax(shown: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(shown, 0, 0, f"not YAML: {error.problem}")
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if line[mark.column : mark.column + 1] == "\t":
        return Problem(shown, mark.line + 1, mark.column + 1, "a tab: indent with spaces")
    where = f" {error.context} (line {error.context_mark.line + 1})" if error.context and error.context_mark else ""
    return Problem(shown, mark.line + 1, mark.column + 1, f"not YAML: {error.problem}{where}")


def resolve(text: str) -> bool | int | float | str | None:
    """What a plain (unquoted) scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    number = float(text) if found[1] else int(text)
    return number if str(number) == text else text


class _Anchor(NamedTuple):
    node: Tree
    size: int
    height: int


class _Open:
    """A list or mapping whose end has not come yet; `size` and `height` are those of what is in it."""

    __slots__ = ("anchor", "height", "key", "key_at", "merges", "node", "size")

    def __init__(self, node: Seq | Map, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: str | None = None
        self.key_at = node.at
        self.merges: list[Map] = []
        self.size = 1
        self.height = 1


class _Builder:
    """Puts events together to a tree. Raises InputError where going on makes no sense."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Tree | None = None
        self.problems: list[Problem] = []
        self._documents = 0
        self._values = 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchor] = {}

    def take(self, event: yaml.Event) -> None:
        """One more event."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, Map(self._spot(event), {}, {}))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, Seq(self._spot(event), []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fail(self._spot(event), "a second document (`---`): one file, one document")

    def _spot(self, event: yaml.Event) -> Spot:
        mark = event.start_mark
        return Spot(self.file, mark.line + 1, mark.column + 1) if mark is not None else Spot(self.file)

    def _fail(self, at: Spot, text: str) -> None:
        raise InputError([*self.problems, Problem(*at, text)])

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        at = self._spot(event)
        self._no_tag(event, at)
        top = self._stack[-1] if self._stack else None
        if top is not None and top.key is None and isinstance(top.node, Map):
            self._key(top, event.value, at)
            return
        leaf = Leaf(at, resolve(event.value) if event.implicit[0] else event.value)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(leaf, 1, 0)
        self._add(leaf, 1, 0)

    def _no_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, at: Spot) -> None:
        if event.tag is not None:
            self.problems.append(Problem(*at, f"a tag ({event.tag[:60]}): tags mean nothing here"))

    def _key(self, top: _Open, key: str, at: Spot) -> None:
        if not key:
            self.problems.append(Problem(*at, "an empty key"))
        elif key in top.node.keys:  # type: ignore[union-attr]
            first = top.node.keys[key]  # type: ignore[union-attr]
            self.problems.append(Problem(*at, f"duplicate key {key!r}", f"first given in line {first.line}"))
        top.key, top.key_at = key, at

    def _start(self, event: yaml.CollectionStartEvent, node: Seq | Map) -> None:
        self._no_tag(event, node.at)
        self._no_key(node.at)
        if len(self._stack) >= MAX_DEPTH:
            self._fail(node.at, f"nested more than {MAX_DEPTH} levels deep")
        self._stack.append(_Open(node, event.anchor))

    def _no_key(self, at: Spot) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.node, Map) and top.key is None:
            self._fail(at, "a key must be plain text")

    def _alias(self, event: yaml.AliasEvent) -> None:
        at = self._spot(event)
        self._no_key(at)
        anchor = self._anchors.get(event.anchor or "")
        if anchor is None:
            self._fail(at, f"*{event.anchor} names nothing that ends before it")
            return
        if len(self._stack) + anchor.height > MAX_DEPTH:
            self._fail(at, f"nested more than {MAX_DEPTH} levels deep")
        self._add(anchor.node, anchor.size, anchor.height)

    def _end(self) -> None:
        done = self._stack.pop()
        for low in reversed(done.merges):
            for key, value in low.items.items():
                if isinstance(done.node, Map) and key not in done.node.items:
                    done.node.items[key] = value
                    done.node.keys[key] = low.keys[key]
        if done.anchor is not None:
            self._anchors[done.anchor] = _Anchor(done.node, done.size, done.height)
        self._add(done.node, done.size, done.height)

    def _add(self, node: Tree, size: int, height: int) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        top.size += size
        top.height = max(top.height, height + 1)
        if top.size > MAX_VALUES:
            self._fail(node.at, f"more than {MAX_VALUES} values, aliases expanded")
        if isinstance(top.node, Seq):
            top.node.items.append(node)
            return
        key, top.key = top.key or "", None
        if key == "<<":
            self._merge(top, node)
        else:
            top.node.items[key] = node
            top.node.keys[key] = top.key_at

    def _merge(self, top: _Open, node: Tree) -> None:
        for part in reversed(node.items) if isinstance(node, Seq) else [node]:
            if isinstance(part, Map):
                top.merges.append(part)
            else:
                self.problems.append(Problem(*part.at, "`<<` takes a mapping or a list of mappings"))
