"""Where in a text does what YAML reads from it really end?

A mark at the end of a block stands where the next thing begins, behind comments and empty lines.
"""

import yaml


def value_end(node: yaml.Node, key: yaml.Node | None = None) -> int:
    """Behind which character of the text the value ends; `key` = what stands before it in a mapping."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return value_end(last[1], last[0]) if isinstance(last, tuple) else value_end(last)
    if isinstance(node, yaml.ScalarNode) and not node.value and node.style is None and key is not None:
        return key.end_mark.index + 1
    end: int = node.end_mark.index
    return end


def line_end(at: int, text: str) -> int:
    """The end of the line, behind a comment; a text block (`|`) ends behind its last line, which is then this one."""
    if at and text[at - 1 : at] == "\n":
        at -= 1
    found = text.find("\n", at)
    end = len(text) if found < 0 else found
    return end - 1 if text[end - 1 : end] == "\r" else end


def line_break(text: str) -> str:
    """What ends the lines of the text."""
    return "\r\n" if "\r\n" in text else "\n"
