"""`netmon drift`: where do the devices contradict the inventory?"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from netmon.cli._tables import print_json, terminal
from netmon.decide.drift import Drift, Kind
from netmon.report.drift import drift as compared
from netmon.report.drift import sentence, text
from netmon.run.said import targets
from netmon.settings.project import Project, load
from netmon.wire.real import RealNet

_COLOURS: Mapping[Kind, str] = {
    "swapped": "bold red", "other_device": "bold red", "misplaced": "red", "neighbour": "red", "port": "yellow",
    "no_port": "yellow", "replaced": "yellow", "circuit": "yellow", "unheard": "dim",
}  # fmt: skip


def drift(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Ask all devices who they are and what their cables lead to, and list what contradicts the inventory."""
    loaded = load(project, secrets=True)
    found = asyncio.run(_ask(loaded, quiet=json or not sys.stderr.isatty()))
    if json:
        print_json([_as_json(each, loaded) for each in found])
        return
    console = terminal()
    head, *lines = text(found, loaded).split("\n")
    console.print(Text(head, "bold"), soft_wrap=True)
    for each, line in zip(found, lines, strict=True):
        console.print(Text(line, _COLOURS.get(each.kind, "")), soft_wrap=True)


async def _ask(project: Project, *, quiet: bool) -> list[Drift]:
    net = RealNet()
    try:
        with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
            bar = progress.add_task("asking", total=len(targets(project.inventory)))
            return await compared(project, net, told=lambda: progress.advance(bar))
    finally:
        await net.close()


def _as_json(drift: Drift, project: Project) -> dict[str, Any]:
    return {
        "kind": drift.kind,
        "id": drift.id or None,
        "other": drift.other or None,
        "field": drift.field or None,
        "expected": drift.expected or None,
        "seen": drift.seen or None,
        "device": drift.device or None,
        "port": drift.port or None,
        "source": drift.source or None,
        "at": f"{drift.at.file}:{drift.at.line}" if drift.at.line else None,
        "text": sentence(drift, project),
    }
