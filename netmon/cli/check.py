"""`netmon check`: is this project right, and if not, where and what?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli._duty import findings
from netmon.errors import InputError
from netmon.settings.project import load


def check(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    today: Annotated[
        datetime | None,
        typer.Option(metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="As if this were today.", show_default=False),
    ] = None,
) -> None:
    """Check a project: one line a problem, `file:line:column: what is wrong`; exit 1 if there is any."""
    day = datetime.now(UTC).astimezone() if today is None else today
    try:
        loaded = load(project, today=day.date())
    except InputError as error:
        for problem in error.problems:
            typer.echo(str(problem))
        raise typer.Exit(1) from None
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=ZoneInfo(loaded.inventory.timezone))
    found = findings(loaded, midnight.timestamp())
    for problem in sorted([*loaded.warnings, *found]):
        typer.echo(str(problem))
    if any(not problem.warning for problem in found):
        raise typer.Exit(1)
    inventory = loaded.inventory
    counts = (("site", inventory.sites), ("device", inventory.devices), ("link", inventory.links))
    typer.echo(", ".join(f"{len(entries)} {name}{'' if len(entries) == 1 else 's'}" for name, entries in counts))
