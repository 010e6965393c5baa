"""`netmon list`: which plug-ins are there, and what can they be told?"""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import typer
from pydantic import BeforeValidator
from rich.console import Console

from netmon.model import Secret
from netmon.settings.channels import ChannelEntry
from netmon.settings.fields import BY_REFERENCE
from netmon.settings.plugin import discover
from netmon.units import parse_duration, parse_size, written_duration, written_size

KINDS: tuple[Literal["collectors", "notifiers", "exporters"], ...] = ("collectors", "notifiers", "exporters")


def list(project: Annotated[Path | None, typer.Argument(help="Look into this project too.")] = None) -> None:  # noqa: A001
    """List collectors, notifiers and exporters with their options."""
    console = Console(highlight=False, soft_wrap=True)
    for kind in KINDS:
        console.print(kind, style="bold")
        for line in _options(ChannelEntry) if kind == "notifiers" else ():
            console.print(f"  beside each: {line}", style="dim", markup=False)
        for name, plugin in sorted(discover(kind, project).items()):
            summary = (plugin.__doc__ or "").strip().splitlines()[0]
            console.print(f"  [cyan]{name}[/]  {summary}")
            for line in _options(plugin):
                console.print(f"      {line}", style="dim", markup=False)


def _options(plugin: type) -> "tuple[str, ...]":
    """One line for each option: name, default, what it is for. Of collectors also how often they ask."""
    hints: dict[str, Any] = get_type_hints(plugin, include_extras=True)
    lines = []
    if hasattr(plugin, "EVERY") and hasattr(plugin, "TIMEOUT"):
        lines.append(f"every = {written_duration(plugin.EVERY)}, timeout = {written_duration(plugin.TIMEOUT)}")
    for field in dataclasses.fields(plugin):
        notes = getattr(hints[field.name], "__metadata__", ())
        text = next((note.description for note in notes if getattr(note, "description", None)), "")
        if _is_secret(hints[field.name]):
            text = f"{text} ({BY_REFERENCE})"
        missing = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        lines.append(
            f"{field.name}{' (required)' if missing else f' = {_written(default, hints[field.name])}'}: {text}"
        )
    return tuple(lines)


def _written(default: object, hint: object) -> str:
    """A default as an inventory would have it; durations with their unit, and nothing as `none`."""
    if default is None:
        return "none"
    if isinstance(default, tuple):
        return f"[{', '.join(_written(each, hint) for each in default)}]"
    if isinstance(default, float) and _is_read_by(hint, parse_duration):
        return written_duration(default)
    if isinstance(default, int) and _is_read_by(hint, parse_size):
        return written_size(default)
    return json.dumps(default, ensure_ascii=False)


def _is_secret(hint: object) -> bool:
    return hint is Secret or any(_is_secret(part) for part in get_args(hint))


def _is_read_by(hint: object, parse: Callable[[object], object]) -> bool:
    return any(
        _is_read_by(part, parse) or (isinstance(part, BeforeValidator) and part.func is parse)
        for part in get_args(hint)
    )
