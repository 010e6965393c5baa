"""`netmon storm`: while a storm lasts, how an area stands counts, not each fault."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from netmon.cli import _storm_shown as shown
from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import refuse, said
from netmon.cli._said import Folder, Who
from netmon.cli._watch import For, Json, Until, Watch, Why, open_watch, speaks
from netmon.decide.desk import quiet
from netmon.people import Act

LONGEST = 7 * 86400.0
LASTS = "12h"

Areas = Annotated[list[str] | None, typer.Option("--area", metavar="ID", help="The area; may be given several times.")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="show: every site as a workbook.")]


def storm(
    do: Annotated[Literal["on", "off", "show"], typer.Argument(help="on, off or show.")],
    project: Folder,
    area: Areas = None,
    lasting: For = "",
    until: Until = "",
    why: Why = "",
    who: Who = "",
    xlsx: Xlsx = None,
    json: Json = False,
) -> None:
    """Tell of an area by half-hourly bulletins; only the core, blindness and priority sites still ring.

    It ends after 12 hours unless told otherwise. What is still open then is told.
    """
    if do != "show" and (xlsx or json):
        raise typer.BadParameter("--xlsx and --json go only with show")
    watch = open_watch(project)
    areas = watch.names(area or ())
    if do == "on":
        if not areas:
            raise typer.BadParameter("where? --area names it", param_hint="--area")
        end = watch.end(lasting or ("" if until else LASTS), until, LONGEST)
        text = said(why, "--why") if why else ""
        _on(watch, Act(verb="storm", who=speaks(watch, who), at=watch.now, by="cli", text=text, what=areas, until=end))
    elif do == "off":
        _off(watch, areas, speaks(watch, who))
    else:
        _show(watch, areas, xlsx, json)


def _on(watch: Watch, act: Act) -> None:
    already = [one for one in watch.standing("storm") if set(one.what) & set(act.what)]
    if already:
        refuse(f"a storm is on there already until {watch.text(quiet.until(already[0]))}", "netmon storm off ends it")
    hidden = quiet.hidden(watch.desk, act, [one for one in watch.desk.incidents.values() if one.state == "open"])
    done = watch.say(act)
    names = ", ".join(watch.words.name(name) for name in act.what)
    out = tables.terminal()
    text, end = "storm {number}: {names}, until {end}", watch.text(act.until or 0.0)
    out.print(Text(watch.word(text, number=done.number, names=names, end=end), style="bold"))
    text = "a bulletin now and every half an hour, instead of messages about {incidents}"
    out.print(Text(watch.word(text, incidents=watch.count(len(hidden), "open incidents"))))
    aloud = [
        site.name for site in watch.project.inventory.sites.values() if site.priority and site.id in _ids(watch, act)
    ]
    out.print(Text(", ".join((watch.word("still told by itself: the core"), *aloud))))


def _ids(watch: Watch, act: Act) -> frozenset[str]:
    return quiet.scopes(watch.desk).of(act.what)


def _off(watch: Watch, areas: tuple[str, ...], who: str) -> None:
    on = watch.standing("storm")
    chosen = [act for act in on if not areas or set(act.what) & set(areas)]
    if not chosen or (not areas and len(on) > 1):
        where = ", ".join(name for act in on for name in act.what)
        refuse(
            "which storm? --area says" if len(on) > 1 else "no storm is on there", f"on: {where}" if on else "none is"
        )
    for act in chosen:
        watch.say(Act(verb="calm", who=who, at=watch.now, by="cli", about=act.number))
        text = "storm {number} is over ({names}); what it hid and is still open is told now"
        print(watch.word(text, number=act.number, names=", ".join(act.what)))


def _show(watch: Watch, areas: tuple[str, ...], xlsx: Path | None, json: bool) -> None:
    chosen = areas or tuple(dict.fromkeys(name for act in watch.standing("storm") for name in act.what))
    if not chosen:
        refuse("no storm is on", "--area shows any area")
    shown.look(watch)
    if xlsx is not None:
        shown.workbook(watch, chosen, xlsx)
    if json:
        tables.print_json([shown.as_json(watch, name) for name in chosen])
    elif xlsx is None:
        print("\n\n".join(shown.bulletin(watch, name) for name in chosen))
