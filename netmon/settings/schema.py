"""What would an editor have to know to help with these files?

JSON Schema (2020-12) of the inventory and of netmon.yaml, made from the declarations that the check uses
and from the plug-ins there are: `# yaml-language-server: $schema=…` in a file's first line.
"""

from pathlib import Path
from typing import Any, Literal

from netmon.settings.config import SETTINGS
from netmon.settings.language import INVENTORY
from netmon.settings.options import Options, Shelf, shelf
from netmon.settings.plugin import Kind
from netmon.settings.report import Report

What = Literal["inventory", "settings"]


def schema(project: Path | None = None, what: What = "inventory") -> dict[str, Any]:
    """The schema of one inventory file, or of netmon.yaml; `project` adds its own plug-ins.

    Nothing at the top of an inventory file is required, because all files merge. InputError if a plug-in is
    broken.
    """
    report = Report()
    kinds: tuple[Kind, ...] = ("collectors",) if what == "inventory" else ("exporters", "notifiers")
    shelves = {kind: shelf(kind, project, report) for kind in kinds}
    report.raise_if_failed()
    made = (INVENTORY if what == "inventory" else SETTINGS).json_schema(mode="validation")
    made.pop("required", None)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "netmon inventory" if what == "inventory" else "netmon.yaml"
    definitions = made.setdefault("$defs", {})
    for name, plugins in shelves.items():
        definitions[name] = _choice(name, plugins, definitions)
    _finish(made)
    return made


def _choice(kind: str, plugins: Shelf, definitions: dict[str, Any]) -> dict[str, Any]:
    """What may stand where plug-ins of a kind are named: options by plug-in, or by recipient and plug-in."""
    options = {name: _options(each, definitions) for name, each in plugins.options.items()}
    if kind == "collectors":
        off = {"const": False, "description": "Not here, although inherited."}
        options = {name: {"anyOf": [each, {"type": "null"}, off]} for name, each in options.items()}
    one = {"type": "object", "properties": options, "additionalProperties": False}
    if kind != "notifiers":
        return one
    return {"type": "object", "additionalProperties": {**one, "minProperties": 1, "maxProperties": 1}}


def _options(options: Options, definitions: dict[str, Any]) -> dict[str, Any]:
    made = options.adapter.json_schema(mode="validation")
    definitions.update(made.pop("$defs", {}))
    if options.name and "required" in made and "every" in made["properties"]:
        # A collector's options may be spread over defaults, class, site and device.
        del made["required"]
    return made


def _finish(node: Any) -> None:
    """Put a reference wherever plug-ins are named, forbid keys that are no ids, drop defaults that are mappings."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node["additionalProperties"] = False
        if isinstance(node.get("default"), dict):
            del node["default"]
        kind = node.pop("x-plugins", None)
        if isinstance(kind, str):
            description = node.get("description", "")
            node.clear()
            node.update({"$ref": f"#/$defs/{kind}", "description": description})
        for below in node.values():
            _finish(below)
    elif isinstance(node, list):
        for below in node:
            _finish(below)
