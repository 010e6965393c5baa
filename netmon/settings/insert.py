"""How does one more key come into a YAML file without anything else of it changing?

The text is edited, not written anew: comments, order and flow style are the operators'.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from netmon.settings.tree import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """`key: value` for the mapping that stands at `at`. `value` is YAML already; `comment` comes above the key, or in
    flow style above the line where the mapping begins."""

    at: Spot
    key: str
    value: str
    comment: str


def inserted(text: str, insertions: Iterable[Insertion]) -> str:
    """The text of one file with all of these in it. ValueError if no mapping begins at the place of one of them."""
    if not text.endswith("\n"):
        return inserted(text + "\n", insertions).removesuffix("\n")
    nodes = {(node.start_mark.line, node.start_mark.column): node for node in _mappings(text)}
    starts = _starts(text)
    edits: list[tuple[int, int, str]] = []
    for number, each in enumerate(insertions):
        node = nodes.get((each.at.line - 1, each.at.column - 1))
        if node is None:
            raise ValueError(f"{each.at.file}:{each.at.line}: no mapping begins here")
        comment = f"# {each.comment}"
        if node.flow_style:
            above = starts[node.start_mark.line]
            own = text[above:].partition("\n")[0]
            edits.append((above, number, f"{own[: len(own) - len(own.lstrip())]}{comment}\n"))
            entry = f"{', ' if node.value else ''}{each.key}: {each.value}"
        else:
            indent = "\n" + " " * node.start_mark.column
            entry = f"{indent}{comment}{indent}{each.key}: {each.value}"
        edits.append((_place(node, starts), number, entry))
    for at, _, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:at] + new + text[at:]
    return text


def _mappings(text: str) -> Iterator[yaml.MappingNode]:
    todo = [yaml.compose(text, Loader=yaml.CSafeLoader)]
    while todo:
        node = todo.pop()
        if isinstance(node, yaml.MappingNode):
            yield node
            todo += [each for pair in node.value for each in pair]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value


def _starts(text: str) -> list[int]:
    """Where each line begins; one more for the end."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _place(node: yaml.MappingNode, starts: list[int]) -> int:
    """The offset at which a key is put behind the last one."""
    if node.flow_style and not node.value:
        return starts[node.start_mark.line] + node.start_mark.column + 1
    last = _last(node.value[-1][1])
    if node.flow_style:
        return starts[last.end_mark.line] + last.end_mark.column
    # a block scalar ends where the next line begins
    return starts[last.end_mark.line + (last.end_mark.column > 0)] - 1


def _last(node: yaml.Node) -> yaml.Node:
    """What is written last of a value: a mark at the end of a block is where the next begins."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node


def appended(text: str, key: str, item: str) -> str:
    """The text of one file with one more item, YAML in flow style, at the end of the list under the top-level `key`.

    The key is added if it is not there. ValueError if what stands under it is no list.
    """
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if root is None:
        return f"{_ended(text)}{key}:\n  - {item}\n"
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ValueError("the file is no mapping of lines such as `key: value`")
    value = next((value for name, value in root.value if name.value == key), None)
    if value is None:
        return f"{_ended(text)}{key}:\n  - {item}\n"
    starts = _starts(text)
    if isinstance(value, yaml.ScalarNode) and value.value in ("", "~", "null"):
        end = starts[value.end_mark.line] + value.end_mark.column
        line = text.find("\n", end)
        head = text[: end - len(value.value)].rstrip() + text[end : len(text) if line < 0 else line]
        rest = "" if line < 0 else text[line + 1 :]
        return f"{_ended(head)}  - {item}\n{rest}"
    if not isinstance(value, yaml.SequenceNode):
        raise ValueError(f"{key}: is no list")
    if value.flow_style:
        end = starts[value.end_mark.line] + value.end_mark.column - 1
        before = text[:end].rstrip()
        comma = "" if before.endswith(("[", ",")) else ", "
        return f"{before}{comma}{' ' if before.endswith(',') else ''}{item}{text[end:]}"
    last = _last(value)
    end = starts[last.end_mark.line + (last.end_mark.column > 0)] if last.end_mark.line + 1 < len(starts) else len(text)
    return f"{_ended(text[:end])}{' ' * value.start_mark.column}- {item}\n{text[end:]}"


def _ended(text: str) -> str:
    """The text with a line break at its end, if there is any."""
    return text if not text or text.endswith("\n") else text + "\n"
