"""`netmon import`: how does the spreadsheet that a province has become its inventory?"""

from pathlib import Path
from typing import Annotated

import typer

from netmon.cli import _imported
from netmon.errors import InputError
from netmon.settings.letters import fold
from netmon.settings.project import load
from netmon.settings.sheets.files import write as write_files
from netmon.settings.sheets.plan import Asked, make_plan
from netmon.settings.sheets.reading import read_file
from netmon.settings.sheets.vocabulary import load_vocabulary


def import_(
    file: Annotated[Path, typer.Argument(help="A spreadsheet: .xlsx, .xls or .csv.", show_default=False)],
    into: Annotated[Path, typer.Option("--into", help="The project's folder.")] = Path(),
    write: Annotated[bool, typer.Option("--write", help="Write it; without, only show what would be written.")] = False,
    to: Annotated[
        str,
        typer.Option("--to", help="Where lines end of which nothing else tells: a device.", show_default=False),
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help='What a column holds, as "CAPTION=name".', show_default=False),
    ] = None,
) -> None:
    """Take the sites of a spreadsheet over into an inventory; what was edited by hand stays."""
    words = load_vocabulary()
    asked = Asked(to, _columns(column or [], sorted(set(words.columns.values()))))
    blamed = f"{into}, before anything is imported"
    try:
        project = load(into)
        blamed = file.name
        plan = make_plan(read_file(file), file.name, project, words, asked)
    except InputError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        broken = sum(not problem.warning for problem in error.problems)
        typer.echo(f"{blamed}: {broken} error{'' if broken == 1 else 's'}; nothing was written", err=True)
        raise typer.Exit(1) from None
    # Before anything is printed: `netmon import … --write | head` ends the printing, and must not end the writing.
    if write:
        try:
            write_files(into, plan.files)
        except OSError as error:
            typer.echo(f"{error.filename}: cannot be written: {error.strerror}", err=True)
            raise typer.Exit(1) from None
    for line in _imported.mapping(plan):
        typer.echo(line)
    for line in _imported.changes(plan):
        typer.echo(line)
    typer.echo(_imported.outcome(plan, write, str(into)))


def _columns(given: list[str], fields: list[str]) -> dict[str, str]:
    """Folded caption -> field, of `CAPTION=field`."""
    found = {}
    for each in given:
        caption, equals, field = each.rpartition("=")
        if not equals or (field and field not in fields):
            raise typer.BadParameter(f"{each!r}: CAPTION=FIELD, where FIELD is one of {', '.join(fields)}")
        found[fold(caption)] = field
    return found
