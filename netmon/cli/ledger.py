"""`netmon ledger`: for how long was each line up, and whose fault was the rest?"""

from pathlib import Path
from typing import Annotated, get_args

import typer

from netmon.cli import _ledger_opinions as opinions
from netmon.cli import _ledger_shown as shown
from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import Desk, open_desk, said
from netmon.clock import rfc3339
from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import ATTRIBUTIONS, Attribution
from netmon.decide.ledger.totals import LISTED, By, totals
from netmon.run.journal import seam as journal

Project = Annotated[Path, typer.Argument(help="The project's folder.")]
From = Annotated[str, typer.Option("--from", metavar="DATE", help="Since this day or time; else this month.")]
To = Annotated[
    str, typer.Option("--to", metavar="DATE", help="Until the beginning of this day, or this time; else now.")
]
Group = Annotated[By, typer.Option("--by", metavar="WHAT", help=f"What is added up: {', '.join(get_args(By))}.")]
One = Annotated[str, typer.Option("--id", metavar="ID", help="List the intervals of this site, device or link.")]
Json = Annotated[bool, typer.Option("--json", help="For scripts.")]
Confirm = Annotated[str, typer.Option("--confirm", metavar="ID", help="Say whose fault an outage of this id was.")]
At = Annotated[str, typer.Option("--at", metavar="TIME", help="A time within the outage that is confirmed.")]
As = Annotated[Attribution | None, typer.Option("--as", metavar="WHOSE", help=f"Fault: {', '.join(ATTRIBUTIONS)}.")]
Correct = Annotated[
    str, typer.Option("--correct", metavar="LINK", help="Say that the inventory was wrong about a line.")
]
CarrierIs = Annotated[
    str | None, typer.Option("--carrier", metavar="ID", help="Its carrier; none = nobody's, our own.")
]
CircuitIs = Annotated[str | None, typer.Option("--circuit", metavar="TEXT", help="Its circuit's number.")]
ParentIs = Annotated[str | None, typer.Option("--parent", metavar="SITE", help="The site that it hangs on.")]
Since = Annotated[str, typer.Option("--since", metavar="DATE", help="From when on the correction holds.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Show what the correction would change; write nothing.")]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who says so.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="On what grounds.")]


def ledger(
    project: Project = Path(),
    since: From = "",
    until: To = "",
    by: Group = "link",
    only: One = "",
    json: Json = False,
    confirm: Confirm = "",
    at: At = "",
    as_: As = None,
    correct: Correct = "",
    carrier: CarrierIs = None,
    circuit: CircuitIs = None,
    parent: ParentIs = None,
    from_day: Since = "",
    dry_run: Dry = False,
    who: Who = "",
    why: Why = "",
) -> None:
    """Add up, to the second, how long each thing was up, down, in maintenance, off or unmeasured, and through whom.

    With --confirm or --correct a person's word is added; what was said before stays, and nothing is ever edited.
    """
    _consistent(
        {"--confirm": confirm, "--at": at, "--as": as_, "--who": who, "--why": why},
        {"--correct": correct, "--since": from_day, "--who": who, "--why": why},
        {"--carrier": carrier, "--circuit": circuit, "--parent": parent, "--dry-run": dry_run or None},
    )
    signed = (said(who, "--who"), said(why, "--why")) if confirm or correct else ("", "")
    desk = open_desk(project)
    if confirm and as_ is not None:
        opinions.confirm(desk, confirm, at, as_, signed, json)
    elif correct:
        what = opinions.chosen(carrier, circuit, parent)
        opinions.correct(desk, correct, what, from_day, signed, dry_run, json)
    else:
        _show(desk, desk.period(since, until), by, only, json)


def _consistent(ruling: dict[str, object], correction: dict[str, object], more: dict[str, object]) -> None:
    """Everything that a person's word takes, and nothing of it without one; else a usage error."""
    if ruling["--confirm"] and correction["--correct"]:
        raise typer.BadParameter("one thing at a time: --confirm or --correct")
    wanted = ruling if ruling["--confirm"] else correction if correction["--correct"] else {}
    missing = [option for option, value in wanted.items() if not value]
    if missing:
        raise typer.BadParameter(f"{next(iter(wanted))} needs {', '.join(missing)} too")
    taken = {*wanted, *(more if correction["--correct"] else ())}
    idle = [name for name, value in (ruling | correction | more).items() if value and name not in taken]
    if idle:
        raise typer.BadParameter(f"{', '.join(idle)} goes only with --confirm or --correct")


def _show(desk: Desk, period: tuple[int, int], by: By, only: str, json: bool) -> None:
    facts = journal.facts(desk.journal, *period)
    if facts.unread:
        text = "entries of the journal that are damaged and left out, see netmon doctor"
        typer.echo(f"{shown.word(text, desk.language)}: {len(facts.unread)}", err=True)
    found = book(facts, *period)
    head = {"from": rfc3339(period[0], desk.zone), "to": rfc3339(period[1], desk.zone)}
    out = tables.terminal()
    title = f"{desk.text(period[0])} - {desk.text(period[1])}"
    if only:
        of = desk.subject(only, found)
        intervals = found.get((of, only), ())
        if json:
            rows = [shown.interval_json(desk, of, one) for one in intervals]
            tables.print_json({**head, "of": of, "id": only, "intervals": rows})
        else:
            out.print(f"{only}  {title}", markup=False)
            shown.show(shown.intervals_table(desk, intervals), out)
        return
    added = totals(found, by)
    if json:
        tables.print_json({**head, "by": by, "rows": shown.totals_json(desk, by, added)})
    elif any(of == LISTED[by] for of, _ in found):
        out.print(title)
        shown.show(shown.totals_table(desk, by, added), out)
    else:
        shown.say("nothing is in the ledger of this period", desk.language)
