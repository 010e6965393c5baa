"""netmon check: is this project right, and if not, where and what?"""

from pathlib import Path
from typing import Annotated

import typer

from netmon.errors import InputError
from netmon.settings.project import load


def check(project: Annotated[Path, typer.Argument(help="Project folder.")] = Path()) -> None:
    """Check a project: one line a problem, `file:line:column: what is wrong`; exit 1 if there is any."""
    try:
        loaded = load(project)
    except InputError as error:
        for problem in error.problems:
            typer.echo(str(problem))
        raise typer.Exit(1) from None
    for problem in loaded.warnings:
        typer.echo(str(problem))
    inventory = loaded.inventory
    counts = (("site", inventory.sites), ("device", inventory.devices), ("link", inventory.links))
    typer.echo(", ".join(f"{len(entries)} {name}{'' if len(entries) == 1 else 's'}" for name, entries in counts))
