"""netmon schema: what may an editor offer while these files are written?"""

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


def schema(
    what: Annotated[What, typer.Argument(help="inventory/*.yaml or netmon.yaml.")] = What.INVENTORY,
    project: Annotated[Path | None, typer.Option(help="Add this project's own plug-ins.")] = None,
) -> None:
    """Print the JSON Schema of the inventory or of netmon.yaml, for editors."""
    try:
        made = make(project, "inventory" if what is What.INVENTORY else "settings")
    except InputError as error:
        for problem in error.problems:
            typer.echo(str(problem))
        raise typer.Exit(1) from None
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))
