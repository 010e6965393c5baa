"""`netmon conference`: are all bridges ready?"""

import asyncio
import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.clock import SystemClock, rfc3339
from netmon.decide.telling.messages import speaker
from netmon.errors import InputError, Problem
from netmon.model import Conference, Inventory, Standing, State
from netmon.report import conference as shown
from netmon.run.conference import Heard, Look, bridges, look
from netmon.run.schedule import Job
from netmon.settings.letters import bare
from netmon.settings.project import Project, load
from netmon.settings.report import did_you_mean
from netmon.web.client import ask_service
from netmon.wire.real import RealNet

_FIGURES = ("loss", "delay", "jitter", "mos")
_COLOURS = {"lost": "bold red", "poor": "red", "unknown": "magenta", "usable": "yellow", "good": "green"}


def conference(
    what: Annotated[Literal["check"], typer.Argument(help="check: measure all bridges now, at the same time.")],
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    event: Annotated[str, typer.Option("--event", metavar="NAME", help="Only the bridges of this event.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    packets: Annotated[int | None, typer.Option("--packets", min=20, help="Packets to each, else its own.")] = None,
) -> None:
    """Measure all bridges together and say on one page which are ready, the worst first.

    Exit code 0 if they were measured, however they did.
    """
    loaded = load(project, secrets=True)
    chosen = _event(loaded.inventory, event) if event else None
    try:
        found = bridges(loaded.inventory, chosen, packets)
    except ValueError as error:
        raise typer.BadParameter(f"--packets: {error}") from None
    if not found:
        raise InputError([Problem(str(project), 0, 0, "no device or service is asked by the collector bridge")])
    started = time.perf_counter()
    seen = asyncio.run(_look(loaded, found, chosen))
    if json:
        tables.print_json(_as_json(loaded.inventory, seen, time.perf_counter() - started))
    else:
        _show(loaded, seen)


def _event(inventory: Inventory, name: str) -> Conference:
    """The event of this name that is on or comes next; InputError if there is none."""
    now = SystemClock().now()
    sought = bare(name)
    coming = sorted((one for one in inventory.events if one.at + one.lasts > now), key=lambda one: one.at)
    meant = [one for one in coming if sought in bare(one.name)]
    exact = [one for one in meant if sought == bare(one.name)]
    if exact or len({one.name for one in meant}) == 1:
        return (exact or meant)[0]
    names = list(dict.fromkeys(one.name for one in meant or coming))
    hint = did_you_mean(name, names) or (f"there are {', '.join(names)}" if names else "no event is to come")
    raise InputError([Problem(name, 0, 0, "is no event, or is over" if not meant else "could be several", hint)])


async def _look(loaded: Project, found: list[Job], event: Conference | None) -> Look:
    standings = await asyncio.to_thread(_standings, loaded)
    net = RealNet()
    try:
        now = SystemClock().now()
        return await look(loaded.inventory, found, net, now, standings, event)
    finally:
        await net.close()


def _standings(loaded: Project) -> dict[str, Standing]:
    """How the project's service, if it runs, says that lines and bridges stand."""
    answer = ask_service(loaded.config.listen)
    if answer is None or not answer.status["sites"].keys() & loaded.inventory.sites.keys():
        return {}
    rows = {**answer.status.get("links", {}), **answer.status.get("services", {})}
    return {key: Standing(State(row["state"]), 0.0, row["behind"]) for key, row in rows.items()}


def _show(loaded: Project, seen: Look) -> None:
    language = loaded.config.language
    says = speaker(loaded.messages, loaded.inventory, language)
    out = tables.terminal()
    rows = shown.rows(seen, says, language)
    used = [name for name in shown.Row._fields if name != "why" and any(row._asdict()[name] for _, row in rows)]
    table = tables.plain_table(*(shown.word(name, language) for name in used))
    for name, column in zip(used, table.columns, strict=True):
        column.justify = "right" if name in _FIGURES else "left"
    tables.fold(table, used.index("site"))
    for grade, row in rows:
        cells = {name: Text(cell) for name, cell in row._asdict().items()}
        cells["sounds"].stylize(_COLOURS[grade])
        table.add_row(*(cells[name] for name in used))
    out.print(table)
    for _, row in rows:
        if row.why:
            out.print(Text(f"{row.bridge}: {row.why}", style="dim"))
    out.print(Text(shown.summary(seen, says, language), style="bold"))


def _as_json(inventory: Inventory, seen: Look, took: float) -> dict[str, Any]:
    zone, event = ZoneInfo(inventory.timezone), seen.event
    return {
        "event": None
        if event is None
        else {"name": event.name, "at": rfc3339(event.at, zone), "lasts_seconds": event.lasts},
        "at": rfc3339(seen.at, zone),
        "seconds": round(took, 3),
        "ready": seen.ready,
        "total": len(seen.heard),
        "bridges": [_bridge_json(seen, heard) for heard in seen.heard],
    }


def _bridge_json(seen: Look, heard: Heard) -> dict[str, Any]:
    quality, way = heard.quality, seen.ways.get(heard.site)
    known = quality is not None and quality.delay is not None
    return {
        "bridge": heard.bridge,
        "site": heard.site,
        "grade": heard.grade,
        "loss_ratio": quality.loss if quality else None,
        "delay_seconds": quality.delay if quality else None,
        "jitter_seconds": quality.jitter if quality else None,
        "mos": quality.mos if quality and known else None,
        "line": way.line.id if way else None,
        "backup": way.backup if way else None,
        "why": heard.why,
        "behind": heard.behind or None,
    }
