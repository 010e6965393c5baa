"""`netmon maintenance`: what has been planned, and what does a carrier's letter plan?"""

import sys
import time
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from netmon.cli import _planned as planned
from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import refuse, said
from netmon.cli._said import Folder, Who
from netmon.cli._watch import Why
from netmon.settings.maintenance import FILE, meant
from netmon.settings.notices_of_work import read
from netmon.settings.project import Project, load

Also = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="add: what the work is on besides the circuits in the letter."),
]
LetterText = Annotated[str, typer.Option("--text", help="The letter; else it is read from standard input.")]
Yes = Annotated[bool, typer.Option("--yes", help="Write it without asking, unless something is doubtful.")]
Despite = Annotated[bool, typer.Option("--despite-conferences", help="Even while a conference is held there.")]
Json = Annotated[bool, typer.Option("--json", help="list: for scripts.")]


def maintenance(
    do: Annotated[Literal["add", "list"], typer.Argument(help="add or list.")],
    project: Folder,
    also: Also = None,
    text: LetterText = "",
    why: Why = "",
    who: Who = "",
    yes: Yes = False,
    despite: Despite = False,
    json: Json = False,
) -> None:
    """Plan the work that a carrier or an electricity supplier announces: paste the letter, see what it covers, say yes.

    It goes into alerts/maintenance.yaml, and a running service plans with it from its next reload on.
    """
    if do == "list" and (also or text or why or who or yes or despite):
        raise typer.BadParameter("list takes only --json")
    loaded = load(project)
    if do == "list":
        planned.show(loaded, time.time(), json)
        return
    if json:
        raise typer.BadParameter("--json goes only with list")
    typed = sys.stdin.isatty() and not text
    if typed:
        print("Paste the letter, then press Ctrl-D on a line of its own.", file=sys.stderr)
    letter = text or sys.stdin.read()
    _add(loaded, letter, also or [], said(why, "--why") if why else "", who, yes=yes, despite=despite)


def _add(loaded: Project, text: str, also: list[str], why: str, who: str, *, yes: bool, despite: bool) -> None:
    inventory = loaded.inventory
    now = datetime.now(ZoneInfo(inventory.timezone))
    letter = read(text, inventory, now)
    known = planned.plannable(inventory)
    for name in also:
        if name not in known:
            refuse(f"unknown id {name!r}", meant(inventory, name, known))
    works = planned.works(letter, also, why, who)
    out = tables.terminal()
    planned.preview(loaded, letter, works, out)
    if not works:
        if letter.links or letter.customers or also:
            refuse("nothing is planned: the letter does not say when", "add a line such as 23h00 12/10 - 05h00 13/10")
        refuse("nothing is planned: the letter does not say on what", "netmon maintenance add takes ids besides")
    language = loaded.config.language
    held = planned.held(inventory, works, language)
    for line in held:
        out.print(Text(line, style="bold red"))
    doubts = planned.doubts(letter, works, now.timestamp())
    for line in doubts:
        said = planned.word("doubtful: {text}", language, text=planned.word(line, language))
        out.print(Text(said, style="yellow"))
    lines = [planned.item(work, ZoneInfo(inventory.timezone)) for work in works]
    for line in lines:
        out.print(Text(f"{FILE}: - {line}", style="dim"), soft_wrap=True)
    if held and yes and not despite:
        refuse("not written: a conference is held there", "--despite-conferences plans it all the same")
    if doubts and yes:
        refuse("not written: what is doubtful needs a look; without --yes it is asked")
    if not yes and not typer.confirm(planned.word("Plan this?", language)):
        raise typer.Exit(1)
    planned.write(loaded, lines)
    done = "written to {file}; the service plans with it once it is reloaded: systemctl reload netmon"
    out.print(planned.word(done, language, file=FILE), soft_wrap=True)
