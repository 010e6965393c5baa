"""`netmon silence`: nobody is to hear of this for a while."""

from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import refuse, said
from netmon.cli._said import Folder, Who
from netmon.cli._watch import For, Json, Until, Watch, Why, open_watch, speaks
from netmon.clock import rfc3339
from netmon.decide.desk import quiet
from netmon.people import Act

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WHAT",
        help="add: ids of sites, devices, lines, services, areas, carriers, places; ID+ is a site or device with all "
        "that hangs on it alone. end: numbers.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def silence(
    do: Annotated[Literal["add", "list", "end"], typer.Argument(help="add, list or end.")],
    project: Folder,
    what: What = None,
    lasting: For = "",
    until: Until = "",
    why: Why = "",
    who: Who = "",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Keep things quiet until a time, for a reason; what they hide is shown first, and told if it outlasts the end."""
    if do != "add" and (lasting or until or why or yes):
        raise typer.BadParameter("--for, --until, --why and --yes go only with add")
    watch = open_watch(project)
    if do == "list":
        _list(watch, json)
    elif not what:
        raise typer.BadParameter("add needs ids" if do == "add" else "end needs numbers")
    elif do == "end":
        _end(watch, what, who)
    else:
        end = watch.end(lasting, until, quiet.LONGEST)
        act = Act(
            verb="silence", who=speaks(watch, who), at=watch.now, by="cli", text=said(why, "--why"),
            what=watch.names(what), until=end,
        )  # fmt: skip
        _add(watch, act, yes)


def _add(watch: Watch, act: Act, yes: bool) -> None:
    out = tables.terminal()
    preview(watch, act, out)
    if yes or typer.confirm(watch.word("Keep it quiet?")):
        number, end = watch.say(act).number, watch.text(act.until or 0.0)
        command = f"netmon silence end {watch.project.path} {number}"
        text = "silence {number} until {end}; it ends by: {command}"
        out.print(Text(watch.word(text, number=number, end=end, command=command)))
    else:
        raise typer.Exit(1)


def preview(watch: Watch, act: Act, out: Console) -> None:
    """What it covers, what it hides right now, and who would have heard of that."""
    covered = quiet.scopes(watch.desk).of(act.what)
    inventory = watch.project.inventory
    sites = [key for key in inventory.sites if key in covered]
    groups = (("sites", inventory.sites), ("devices", inventory.devices), ("lines", inventory.links))
    things = ", ".join(watch.count(sum(key in covered for key in keys), what) for what, keys in groups)
    out.print(Text(watch.word("covers {things}", things=things), "bold"))
    if sites:
        out.print(Text(f"  {watch.some(sites)}"))
    incidents = [one for one in watch.desk.incidents.values() if one.state == "open"]
    hidden = quiet.hidden(watch.desk, act, incidents)
    every = watch.count(len(incidents), "open incidents")
    out.print(Text(watch.word("hides {count} of {incidents}", count=len(hidden), incidents=every), "bold"))
    for incident in hidden:
        out.print(Text(f"  {watch.called(incident)}"))
        told = ", ".join(watch.told(incident))
        line = watch.word("not told: {who}", who=told) if told else watch.word("nobody would be told anyway")
        out.print(Text(f"    {line}", style="dim"))
    for incident in incidents:
        touched = covered.intersection((incident.root, *incident.affected))
        if touched and incident not in hidden:
            line = watch.word("still told: {incident}, which reaches beyond", incident=watch.called(incident))
            out.print(Text(f"  {line}", style="yellow"))


def _list(watch: Watch, json: bool) -> None:
    acts = watch.standing("silence")
    hides = {act.number: quiet.hidden(watch.desk, act, watch.desk.incidents.values()) for act in acts}
    if json:
        rows = [
            {
                "number": act.number,
                "what": list(act.what),
                "until": rfc3339(quiet.until(act), watch.zone),
                "who": act.who,
                "why": act.text,
                "hides": [incident.id for incident in hides[act.number]],
            }
            for act in acts
        ]
        tables.print_json(rows)
        return
    table = tables.plain_table(*(watch.word(head) for head in ("number", "what", "until", "who", "why", "hides")))
    tables.fold(table, 1, 3, 4, 5)
    gone = {act.number: names for act, names in quiet.gone(watch.desk, watch.now)}
    for act in acts:
        lost = f" ({watch.word('unknown: {names}', names=', '.join(gone[act.number]))})" if act.number in gone else ""
        numbers = ", ".join(f"#{incident.id}" for incident in hides[act.number])
        table.add_row(
            str(act.number), Text(", ".join(act.what) + lost), watch.text(quiet.until(act)), Text(act.who),
            Text(act.text), numbers,
        )  # fmt: skip
    tables.terminal().print(table if acts else watch.word("nothing is silenced"))


def _end(watch: Watch, numbers: list[str], who: str) -> None:
    on = {str(act.number): act for act in watch.standing("silence")}
    for number in numbers:
        if number.removeprefix("#") not in on:
            refuse(f"no silence {number} is on", f"there are {', '.join(on)}" if on else "none is")
    for number in numbers:
        act = on[number.removeprefix("#")]
        watch.say(Act(verb="unsilence", who=speaks(watch, who), at=watch.now, by="cli", about=act.number))
        text = "silence {number} is over; what it hid and is still open is told now"
        print(watch.word(text, number=act.number))
