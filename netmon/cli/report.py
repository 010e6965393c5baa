"""`netmon report`: what has to be written to others?"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.pager import SystemPager
from rich.table import Table

from netmon.cli import _letters as letters
from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import Desk
from netmon.clock import SystemClock
from netmon.errors import InputError, Problem
from netmon.report import periods, shelves
from netmon.report.asked import Asked, Grouping, Option, Structure
from netmon.report.document import Document
from netmon.report.formats import text
from netmon.report.periods import Period
from netmon.report.sources import Sources
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.settings.report import did_you_mean
from netmon.settings.reports import GROUPED, passed_over, usual

By = Annotated[
    Grouping | None, typer.Option(metavar="WHAT", help=f"What its rows are: {', '.join(get_args(Grouping))}.")
]
CARRIER = "carrier"
"""What is no paper but a letter about one incident, and has always been called so."""
TERMINAL = "text"
"""The format for people who look at once."""


def report(
    what: Annotated[str, typer.Argument(help="Which report; left out = a list of them.")] = "",
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    incident: Annotated[int | None, typer.Argument(help="For carrier: the number of the incident.")] = None,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="A calendar month; else the last whole one.")] = "",
    since: Annotated[str, typer.Option("--from", metavar="TIME", help="From this day or time on.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="TIME", help="Until then; else until now.")] = "",
    by: By = None,
    structure: Annotated[Structure, typer.Option(help="Grouped as things were on the date, or as they are.")] = "date",
    format_: Annotated[str, typer.Option("--format", help="As what; else as FILE ends, else for the terminal.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Into this file, or into a file there.")] = None,
    theirs: Annotated[Path | None, typer.Option(metavar="FILE", help="For reconcile: the operator's figures.")] = None,
    one: Annotated[str, typer.Option("--id", metavar="ID", help="Only this one, where the report is about one.")] = "",
    language: Annotated[Language | None, typer.Option(help="Else the project's.")] = None,
    carrier: Annotated[str, typer.Option(metavar="ID", help="For carrier: only the letter to this one.")] = "",
    contact: Annotated[str, typer.Option(metavar="TEXT", help="For carrier: who answers, with a number.")] = "",
    send: Annotated[bool, typer.Option("--send", help="For carrier: send it by the project's channel.")] = False,
) -> None:
    """Write a report about a month, a letter to a carrier about an incident; without a name, list what there is.

    Exit 1 if it could not be written or sent.
    """
    if not what:
        _list()
    elif what == CARRIER:
        if incident is None:
            raise typer.BadParameter("the number of an incident is needed: netmon report carrier PROJECT N")
        letters.write(project, incident, carrier, language, contact, send)
    else:
        _known(what, shelves.reports(), "report")
        loaded = load(project)
        shown = _format(format_, out)
        period = _period(loaded, month, since, until)
        asked = _of_use(what, by, Asked(
            since=period.since, until=period.until, month=period.month, by=by or usual(what), structure=structure,
            language=language or loaded.config.language, theirs=theirs, id=one,
        ))  # fmt: skip
        with Console(stderr=True).status(what):
            document = shelves.writer(what)(asked, Sources(loaded))
        _print(document, shown, out)


def _list() -> None:
    """Every report and every format, with what it is for."""
    console = tables.terminal()
    groups = (("report", {**shelves.reports(), CARRIER: letters.ABOUT}), ("--format", shelves.ways()))
    for head, found in groups:
        grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
        grid.add_column(head, no_wrap=True)
        grid.add_column("")
        for name, about in found.items():
            grid.add_row(name, about)
        console.print(grid)
        console.print()
    for name, choices in GROUPED.items():
        console.print(f"{name} --by {'|'.join(choices)}", highlight=False)


def _known(name: str, known: Mapping[str, str], what: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise InputError([Problem(name, 0, 0, f"no such {what}", hint)])


def _of_use(what: str, by: Grouping | None, asked: Asked) -> Asked:
    """What is asked; a usage error if this report would pass over something of it in silence. `by`: as it was given."""
    for choice, why in passed_over(what, by, asked.structure):
        raise typer.BadParameter(why, param_hint=f"--{choice}")
    given: Mapping[Option, bool] = {"theirs": asked.theirs is not None, "id": asked.id != ""}
    for option, is_given in given.items():
        if is_given and option not in shelves.takes(what):
            raise typer.BadParameter(f"the report {what} does not go by it", param_hint=f"--{option}")
    return asked


def _format(name: str, out: Path | None) -> str:
    """The name of the format; a usage error if a terminal could not show it."""
    if name:
        _known(name, shelves.ways(), "format")
    elif out is not None and out.suffix:
        known = shelves.suffixes()
        if out.suffix.lower() not in known:
            raise typer.BadParameter(f"no format ends so; there are {', '.join(known)}", param_hint="--out")
        name = known[out.suffix.lower()]
    name = name or TERMINAL
    if out is None and not shelves.way(name).is_text and sys.stdout.isatty():
        raise typer.BadParameter(f"{name} is not for a terminal: --out FILE", param_hint="--format")
    return name


def _period(loaded: Project, month: str, since: str, until: str) -> Period:
    """The time that is meant; a usage error if it is none, or has not begun."""
    inventory, now = loaded.inventory, SystemClock().now()
    desk = Desk(inventory, loaded.config.language, Sources(loaded).zone, Sources(loaded).journal)
    if month and (since or until):
        raise typer.BadParameter("a month, or --from and --to", param_hint="--month")
    if since or until:
        begin, end = desk.period(since, until)
        return Period(begin, end)
    if not month:
        return periods.before(periods.month_at(now, desk.zone), desk.zone)
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) or month < "1970-02":
        raise typer.BadParameter(f"{month!r} is no month such as 2026-10", param_hint="--month")
    found = periods.month_at(desk.moment(f"{month}-15", "--month"), desk.zone)
    if found.since >= now:
        raise typer.BadParameter(f"{month} has not begun", param_hint="--month")
    if found.until > now:  # the rest of it is nobody's outage, and no uptime either
        return Period(found.since, int(now))
    return found


def _show(document: Document, console: Console) -> None:
    """At once; what is longer than the screen begins at its beginning, and is turned by people (PAGER, else less)."""
    with console.capture() as written:
        text.show(document, console)
    lines = written.get()
    if lines.count("\n") < console.height:
        sys.stdout.write(lines)
    else:
        os.environ.setdefault("LESS", "-R")  # colours as they are
        SystemPager().show(lines)


def _print(document: Document, shown: str, out: Path | None) -> None:
    if out is None and shown == TERMINAL and sys.stdout.isatty():
        _show(document, Console())
        return
    way = shelves.way(shown)
    with Console(stderr=True).status(shown):
        data = way.render(document)
    if out is None:
        sys.stdout.buffer.write(data)
        return
    path = out / f"{document.id}{way.suffix}" if out.is_dir() else out
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, f"cannot be written: {error.strerror}")]) from error
    print(path, file=sys.stderr)
