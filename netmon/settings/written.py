"""How are values written in YAML, the way the sample's inventory is?"""

import json
import re
from typing import Any

from netmon.settings.yamlio import resolve

_PLAIN = re.compile(r"[^\W_]([\w ./()%-]*[\w/)%])?")
_PHONE = re.compile(r"0[0-9 ]+|[0-9]+ [0-9 ]+")
_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~"})
_WIDTH = 120


def flow(value: Any) -> str:
    """A value on one line: `{to: van-yen-r1, carrier: vnpt}`, `[21.883, 104.567]`, `"0216 000 0103"`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _is_plain(text: str) -> bool:
    """Whether the text means itself without quotes, here and to any other reader of YAML."""
    fits = _PLAIN.fullmatch(text) and not _PHONE.fullmatch(text) and text.casefold() not in _WORDS
    return bool(fits) and isinstance(resolve(text), str)


def block(value: dict[str, Any], indent: int) -> str:
    """Mapping lines: short values behind their key, long ones below it, lists of mappings an item a line."""
    lines = []
    margin = " " * indent
    for key, item in value.items():
        short = f"{margin}{flow(key)}: {flow(item)}"
        if isinstance(item, list) and item and all(isinstance(each, dict) for each in item) and len(short) > _WIDTH:
            lines.append(f"{margin}{flow(key)}:")
            lines += [f"{margin}  - {flow(each)}" for each in item]
        elif isinstance(item, dict) and item and (len(short) > _WIDTH or _is_site(item)):
            lines.append(f"{margin}{flow(key)}:")
            lines.append(block(item, indent + 2).rstrip("\n"))
            lines += [""] if _is_site(item) and "devices" in item else []
        else:
            lines.append(short)
    return "\n".join(lines).rstrip("\n") + "\n"


def _is_site(item: dict[str, Any]) -> bool:
    return "devices" in item or any(isinstance(each, dict) and "devices" in each for each in item.values())
