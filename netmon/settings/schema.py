"""What would an editor have to know to help with these files?

JSON Schema (2020-12) of the inventory, of netmon.yaml and of the files under alerts/, made from the declarations that
the check uses and from the plug-ins there are. An editor takes it from `# yaml-language-server: $schema=…` in a file's
first line.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter

from netmon.settings.channels import CHANNEL
from netmon.settings.config import SETTINGS
from netmon.settings.language import INVENTORY
from netmon.settings.maintenance import FILE, MAINTENANCE
from netmon.settings.oncall_language import ONCALL
from netmon.settings.options import Options, Shelf, shelf
from netmon.settings.plugin import Kind
from netmon.settings.report import Report
from netmon.settings.roster_names import ONCALL_FILE, ROUTES_FILE
from netmon.settings.routes_language import ROUTES
from netmon.settings.rules import FILE as RULES_FILE
from netmon.settings.rules_language import RULES

What = Literal["inventory", "settings", "maintenance", "rules", "oncall", "routes"]


class _File(NamedTuple):
    """One kind of file: what it is called, its declaration, and the plug-ins that may be named in it."""

    title: str
    adapter: TypeAdapter[Any]
    plugins: tuple[Kind, ...] = ()


_FILES: Mapping[What, _File] = MappingProxyType(
    {
        "inventory": _File("netmon inventory", INVENTORY, ("collectors",)),
        "settings": _File("netmon.yaml", SETTINGS, ("exporters", "notifiers")),
        "maintenance": _File(FILE, MAINTENANCE),
        "oncall": _File(ONCALL_FILE, ONCALL),
        "routes": _File(ROUTES_FILE, ROUTES),
        "rules": _File(RULES_FILE, RULES),
    }
)


def schema(project: Path | None = None, what: What = "inventory") -> dict[str, Any]:
    """The schema of one kind of file; `project` adds its own plug-ins.

    Nothing at the top of an inventory file is required, because all files merge. InputError if a plug-in is
    broken.
    """
    report = Report()
    file = _FILES[what]
    shelves = {kind: shelf(kind, project, report) for kind in file.plugins}
    report.raise_if_failed()
    made = file.adapter.json_schema(mode="validation")
    made.pop("required", None)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = file.title
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
    beside = CHANNEL.json_schema(mode="validation")["properties"]
    channel = {**one, "properties": {**options, **beside}, "oneOf": [{"required": [name]} for name in options]}
    return {"type": "object", "additionalProperties": channel}


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
