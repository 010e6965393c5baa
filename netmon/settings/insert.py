"""How does one more key come into a YAML file without anything else of it changing?

The text is edited, not written anew: comments, order and flow style are the operators'.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from netmon.settings.marks import line_break, line_end, value_end
from netmon.settings.tree import Spot

_BOM = "\ufeff"


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
    nodes = {(node.start_mark.line, node.start_mark.column): node for node in _mappings(text)}
    edits: list[tuple[int, int, str]] = []
    for number, each in enumerate(insertions):
        node = nodes.get((each.at.line - 1, each.at.column - 1))
        if node is None:
            raise ValueError(f"{each.at.file}:{each.at.line}: no mapping begins here")
        comment = f"# {each.comment}"
        if node.flow_style:
            above = text.rfind("\n", 0, node.start_mark.index) + 1
            own = text[above:].partition("\n")[0]
            edits.append((above, number, f"{own[: len(own) - len(own.lstrip())]}{comment}{line_break(text)}"))
            entry = f"{', ' if node.value else ''}{each.key}: {each.value}"
        else:
            indent = line_break(text) + " " * node.start_mark.column
            entry = f"{indent}{comment}{indent}{each.key}: {each.value}"
        edits.append((_place(node, text), number, entry))
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


def _place(node: yaml.MappingNode, text: str) -> int:
    """Behind which character a key is put behind the last one."""
    if not node.value:
        inside: int = node.start_mark.index + 1
        return inside
    end = value_end(node.value[-1][1], node.value[-1][0])
    return end if node.flow_style else line_end(end, text)


def appended(text: str, key: str, item: str) -> str:
    """The text of one file with one more item, YAML in flow style, at the end of the list under the top-level `key`.

    The key is added if it is not there. ValueError if what stands under it is no list.
    """
    if text.startswith(_BOM):  # its place does not count in YAML's marks
        return _BOM + appended(text.removeprefix(_BOM), key, item)
    end = line_break(text)
    text = text if not text or text.endswith("\n") else text + end
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        raise ValueError("the file is no mapping of lines such as `key: value`")
    name, value = next((pair for pair in root.value if pair[0].value == key), (None, None)) if root else (None, None)
    if value is None:
        return f"{text}{key}:{end}  - {item}{end}"
    if isinstance(value, yaml.ScalarNode) and value.value in ("", "~", "null"):
        start = value_end(value, name)
        at = line_end(start, text)
        return f"{text[: start - len(value.value)].rstrip()}{text[start:at]}{end}  - {item}{text[at:]}"
    if not isinstance(value, yaml.SequenceNode):
        raise ValueError(f"{key}: is no list")
    if value.flow_style:
        at = value.end_mark.index - 1
        before = text[:at].rstrip()
        comma = "" if before.endswith(("[", ",")) else ", "
        return f"{before}{comma}{' ' if before.endswith(',') else ''}{item}{text[at:]}"
    at = line_end(value_end(value), text)
    return f"{text[:at]}{end}{' ' * value.start_mark.column}- {item}{text[at:]}"
