"""`netmon export`: how does the inventory become a spreadsheet again?"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from netmon.errors import InputError, Problem
from netmon.settings.project import load
from netmon.settings.sheets.atlas import make_atlas
from netmon.settings.sheets.tables import listings
from netmon.settings.sheets.vocabulary import load_vocabulary
from netmon.settings.sheets.writing import write_xlsx


def export(
    what: Annotated[Literal["xlsx"], typer.Argument(help="xlsx: a workbook, which `netmon import` takes back.")],
    project: Annotated[Path, typer.Argument(help="The project's folder.")],
    out: Annotated[Path, typer.Argument(help="The workbook to write.", show_default=False)],
) -> None:
    """Write the sites with their routers and lines into a spreadsheet, a sheet for each area."""
    if out.suffix.lower() != f".{what}":
        raise InputError([Problem(str(out), 0, 0, f"must end in .{what}")])
    sheets = listings(make_atlas(load(project).inventory, load_vocabulary()))
    try:
        write_xlsx(sheets, out)
    except OSError as error:
        raise InputError([Problem(str(out), 0, 0, f"cannot be written: {error.strerror}")]) from None
    typer.echo(f"{out}: {sum(len(sheet.rows) for sheet in sheets)} sites in {len(sheets)} sheets")
