"""`netmon schema`: what may an editor offer while these files are written?"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from netmon.errors import InputError
from netmon.settings.schema import schema as make


class What(StrEnum):
    """The files that have a schema."""

    INVENTORY = "inventory"
    SETTINGS = "settings"
    MAINTENANCE = "maintenance"
    RULES = "rules"
    ONCALL = "oncall"
    ROUTES = "routes"


def schema(
    what: Annotated[What, typer.Argument(help="inventory/*.yaml, netmon.yaml, or a file of alerts/.")] = What.INVENTORY,
    project: Annotated[Path | None, typer.Option(help="Add this project's own plug-ins.")] = None,
) -> None:
    """Print the JSON Schema of one kind of file, for editors."""
    try:
        made = make(project, what.value)
    except InputError as error:
        for problem in error.problems:
            typer.echo(str(problem))
        raise typer.Exit(1) from None
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))
