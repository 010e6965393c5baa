"""`netmon incidents`: what broke in the last 30 days, and what is still broken?"""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli import _tables as tables
from netmon.cli._asked import NOT_RUNNING, told_of


def incidents(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List the open incidents and those of the last 30 days; exit 3, by the journal, if netmon is not running."""
    inventory, language, answer, _ = told_of(project)
    zone = ZoneInfo(inventory.timezone)
    if json:
        tables.print_json(answer.incidents)
    else:
        out = tables.terminal()
        found = answer.incidents
        title = "incidents of the last 30 days" if found else "no incidents in the last 30 days"
        out.print(tables.word(title, language))
        if found:
            out.print(tables.incident_table(found, language, zone, datetime.now(zone)))
    if not answer.live:
        raise typer.Exit(NOT_RUNNING)
