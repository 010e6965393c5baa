"""What was written in a file, and where?

The values of a YAML file as a tree in which each knows its place, so that whatever is found wrong later
can be shown to the operator by file, line and column.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Spot(NamedTuple):
    """A place in a file; line and column count from 1. Line 0 = the file as a whole."""

    file: str
    line: int = 0
    column: int = 0


class Leaf(NamedTuple):
    """A scalar: None, bool, int, float or text."""

    at: Spot
    value: bool | int | float | str | None


class Seq(NamedTuple):
    """A list."""

    at: Spot
    items: "list[Tree]"


class Map(NamedTuple):
    """A mapping; `keys` says where each key stands. Keys are always text."""

    at: Spot
    items: "dict[str, Tree]"
    keys: dict[str, Spot]


Tree = Leaf | Seq | Map
Path = Sequence[str | int]


def empty(at: Spot) -> Map:
    """A mapping with nothing in it."""
    return Map(at, {}, {})


def plain(tree: Tree) -> Any:
    """The tree as dict, list and scalars, without places."""
    if isinstance(tree, Map):
        return {key: value.value if isinstance(value, Leaf) else plain(value) for key, value in tree.items.items()}
    if isinstance(tree, Seq):
        return [plain(item) for item in tree.items]
    return tree.value


def reach(tree: Tree, path: Path) -> tuple[list[Tree], Path]:
    """The nodes on the way along `path` as far as it exists, and the part of the path that does."""
    way = [tree]
    for count, step in enumerate(path):
        below = _child(way[-1], step)
        if below is None:
            return way, path[:count]
        way.append(below)
    return way, path


def _child(node: Tree, step: str | int) -> Tree | None:
    if isinstance(node, Map):
        return node.items.get(str(step))
    if isinstance(node, Seq) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def value_spot(tree: Tree, path: Path) -> Spot:
    """Where the value at `path` stands, or the nearest one above it that exists."""
    way, _ = reach(tree, path)
    return way[-1].at


def key_spot(tree: Tree, path: Path) -> Spot:
    """Where the key that leads to `path` stands; a list's item has none, so its own place is given."""
    way, path = reach(tree, path)
    if path and isinstance(holder := way[-2], Map):
        return holder.keys[str(path[-1])]
    return way[-1].at


def merge(low: Map, high: Map) -> Map:
    """Both mappings in one, deeply; where both say something, `high` wins. Neither is changed."""
    items = dict(low.items)
    for key, value in high.items.items():
        below = items.get(key)
        items[key] = merge(below, value) if isinstance(below, Map) and isinstance(value, Map) else value
    return Map(high.at, items, low.keys | high.keys)
