"""How is a YAML file changed that people have written by hand, without touching anything else in it?

Only the characters of a changed value are replaced, and what is new is put behind what it belongs to: comments, order
and form of all the rest stay. The new text is read again; if it does not say exactly what was wanted, it is refused.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from netmon.errors import InputError, Problem
from netmon.settings.marks import line_break, line_end, value_end
from netmon.settings.tree import plain
from netmon.settings.written import block, flow
from netmon.settings.yamlio import parse, resolve

ORDER = (
    "name",
    "class",
    "level",
    "area",
    "at",
    "contacts",
    "power",
    "valid",
    "hours",
    "devices",
    "uplinks",
    "services",
)
"""The keys of a site as the sample has them: a new one is put behind those that come before it here."""


class _Edit(NamedTuple):
    """`text` instead of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def rewrite(text: str, wanted: dict[str, Any], shown: str) -> str:
    """The text with as little changed as makes it say `wanted` (mappings, lists and scalars). InputError if that
    cannot be done by small changes: something is to go away, or an anchor (`&`) is used in several places.
    """
    old, _ = parse(text, shown)
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    if old is None or node is None:
        return text.rstrip() + ("\n" if text.strip() else "") + block(wanted, 0)
    edits = sorted(_edits(node, plain(old), wanted, text), key=lambda edit: (edit.start, edit.end))
    new, done = "", 0
    for edit in edits:
        new, done = new + text[done : edit.start] + edit.text, edit.end
    new += text[done:]
    try:
        again, _ = parse(new, shown)
    except InputError:
        again = None
    if again is None or plain(again) != wanted:
        raise InputError([Problem(shown, 0, 0, "cannot be changed without rewriting it: make this change by hand")])
    return new


def _edits(node: yaml.Node, old: Any, wanted: Any, text: str) -> Iterator[_Edit]:
    if old == wanted and type(old) is type(wanted):
        return
    if isinstance(node, yaml.MappingNode) and isinstance(old, dict) and isinstance(wanted, dict):
        yield from _in_mapping(node, old, wanted, text)
    elif isinstance(node, yaml.SequenceNode) and isinstance(old, list) and isinstance(wanted, list):
        for n, child in enumerate(node.value[: len(wanted)]):
            yield from _edits(child, old[n], wanted[n], text)
        if more := wanted[len(old) :]:
            yield _more_items(node, more, text)
    else:
        value = resolve(node.value) if isinstance(node, yaml.ScalarNode) and node.style is None else None
        space = " " if value is None and text[node.start_mark.index - 1 : node.start_mark.index] == ":" else ""
        yield _Edit(node.start_mark.index, node.end_mark.index, space + flow(wanted))


def _in_mapping(node: yaml.MappingNode, old: dict[str, Any], wanted: dict[str, Any], text: str) -> Iterator[_Edit]:
    own = {key.value: value for key, value in node.value}
    for key, child in own.items():
        if key in wanted and key in old:
            yield from _edits(child, old[key], wanted[key], text)
    fresh = {key: value for key, value in wanted.items() if key not in own and not (key in old and old[key] == value)}
    behind: dict[int, dict[str, Any]] = {}
    for key, value in sorted(fresh.items(), key=lambda item: ORDER.index(item[0]) if item[0] in ORDER else len(ORDER)):
        behind.setdefault(_place(list(own), key), {})[key] = value
    for n, more in behind.items():
        yield _more_keys(node, n, more, text)


def _place(keys: list[str], key: str) -> int:
    """Behind which of a mapping's keys, by number, a new one goes."""
    if key in ORDER:
        before = [n for n, each in enumerate(keys) if each in ORDER[: ORDER.index(key)]]
        if before:
            return max(before, key=lambda n: ORDER.index(keys[n]))
    return len(keys) - 1


def _more_keys(node: yaml.MappingNode, n: int, more: dict[str, Any], text: str) -> _Edit:
    if node.flow_style:
        said = ", ".join(f"{flow(key)}: {flow(value)}" for key, value in more.items())
        at = value_end(node.value[n][1], node.value[n][0]) if node.value else node.start_mark.index + 1
        return _Edit(at, at, f", {said}" if node.value else said)
    indent = node.value[0][0].start_mark.column
    at = line_end(value_end(node.value[n][1], node.value[n][0]), text)
    # A blank line before a site, as between those that are there.
    margin = line_break(text) if any(isinstance(value, dict) and "devices" in value for value in more.values()) else ""
    return _Edit(at, at, margin + line_break(text) + block(more, indent).rstrip("\n").replace("\n", line_break(text)))


def _more_items(node: yaml.SequenceNode, more: list[Any], text: str) -> _Edit:
    said = [flow(item) for item in more]
    if node.flow_style:
        if not node.value:
            at = node.start_mark.index + 1
            return _Edit(at, at, ", ".join(said))
        at = value_end(node.value[-1])
        margin = "," + line_break(text) + " " * node.value[0].start_mark.column
        return _Edit(at, at, "".join(margin + item for item in said))
    at = line_end(value_end(node.value[-1]), text)
    margin = line_break(text) + " " * node.start_mark.column + "- "
    return _Edit(at, at, "".join(margin + item for item in said))
