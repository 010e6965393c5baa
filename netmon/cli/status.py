"""`netmon status`: what is up, what is not, since when and because of what?"""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli import _tables as tables
from netmon.cli._asked import NOT_RUNNING, told_of


def status(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show the state of every site, link, device and service; exit 3, by the journal, if netmon is not running."""
    inventory, language, answer, _ = told_of(project)
    zone = ZoneInfo(inventory.timezone)
    if json:
        tables.print_json(answer.status)
    else:
        now, out = datetime.now(zone), tables.terminal()
        for table in tables.not_up(inventory, answer.status, language, now):
            out.print(table, "")
        out.print(tables.by_level(inventory, answer.status["sites"], language), "")
        for part in tables.polls(answer.status, language):
            out.print(part, "")
        open_now = [incident for incident in answer.incidents if incident["state"] == "open"]
        out.print(tables.word("open incidents" if open_now else "no open incidents", language))
        if open_now:
            out.print(tables.incident_table(open_now, language, zone, now))
    if not answer.live:
        raise typer.Exit(NOT_RUNNING)
