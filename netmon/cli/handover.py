"""`netmon handover`: what does whoever takes over the duty have to know?"""

import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._when import last
from netmon.report.handover import page
from netmon.report.shift import seen
from netmon.run.journal import told as journal_told
from netmon.run.journal.seam import read_only
from netmon.settings.project import Project, load
from netmon.units import parse_duration


def handover(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    since: Annotated[
        str,
        typer.Option("--since", metavar="12h", help="How long the shift was, or when it began: 19:30, '19:30 12/10'."),
    ] = "12h",
) -> None:
    """Show the shift on one page, to read out or print: what is open, silenced, planned, promised, over."""
    loaded, now = load(project), time.time()
    journal, began = loaded.config.data / "journal.db", _began(loaded, since, now)
    shift = seen(loaded, read_only(journal), journal_told.read(journal, began), began, now)
    out = tables.terminal()
    for n, section in enumerate(page(shift)):
        out.print(Text(("\n" if n else "") + section.head, "bold"), soft_wrap=True)
        for line in section.lines:
            out.print(Text(f"  {line}"), soft_wrap=True)


def _began(project: Project, since: str, now: float) -> float:
    """When the shift began; a usage error if that is neither a duration nor a time, or has yet to come."""
    try:
        return now - parse_duration(since)
    except ValueError:
        began = last(since, "--since", now, ZoneInfo(project.inventory.timezone))
    if began > now:
        raise typer.BadParameter("a shift that has not begun cannot be handed over", param_hint="--since")
    return began
