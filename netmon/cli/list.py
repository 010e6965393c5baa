"""`netmon list`: which plug-ins are there, and what can they be told?"""

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer
from rich.console import Console

from netmon.settings.plugin import discover

KINDS: tuple[Literal["collectors", "notifiers", "exporters"], ...] = ("collectors", "notifiers", "exporters")


def list(project: Annotated[Path | None, typer.Argument(help="Look into this project too.")] = None) -> None:  # noqa: A001
    """List collectors, notifiers and exporters with their options."""
    console = Console(highlight=False, soft_wrap=True)
    for kind in KINDS:
        console.print(kind, style="bold")
        for name, plugin in sorted(discover(kind, project).items()):
            summary = (plugin.__doc__ or "").strip().splitlines()[0]
            console.print(f"  [cyan]{name}[/]  {summary}")
            for line in _options(plugin):
                console.print(f"      {line}", style="dim", markup=False)


def _options(plugin: type) -> "tuple[str, ...]":
    """One line for each option: name, default, what it is for."""
    hints: dict[str, Any] = get_type_hints(plugin, include_extras=True)
    lines = []
    for field in dataclasses.fields(plugin):
        notes = getattr(hints[field.name], "__metadata__", ())
        text = next((note.description for note in notes if getattr(note, "description", None)), "")
        missing = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        lines.append(f"{field.name}{' (required)' if missing else f' = {default!r}'}: {text}")
    return tuple(lines)
