"""`netmon routes`: who is told of what, and who would be told of this one?"""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from netmon.cli import _routes_shown as shown
from netmon.cli import _tables as tables
from netmon.cli._duty import remembered
from netmon.cli._supposed import supposed
from netmon.cli._when import coming
from netmon.clock import SystemClock, rfc3339
from netmon.decide.desk.explain import explain
from netmon.decide.desk.mute import MUTE
from netmon.decide.desk.routing import choose
from netmon.decide.desk.state import Desk
from netmon.decide.desk.step import start
from netmon.decide.telling.messages import render, speaker
from netmon.model import Incident, IncidentEvent
from netmon.settings.config import Language
from netmon.settings.project import Project, load

EXPLAIN = "explain"
REPEATS = 30
"""Pages after which the rest, a repetition of them, is only mentioned."""


def routes(
    what: Annotated[str, typer.Argument(help="The project's folder; or explain, and then the folder.")] = ".",
    project: Annotated[Path | None, typer.Argument(help="The project's folder, after explain.")] = None,
    incident: Annotated[int | None, typer.Argument(help="The number of an incident, after explain.")] = None,
    kind: Annotated[str, typer.Option("--kind", help="Of an incident that has not happened: outage, blind …")] = "",
    root: Annotated[str, typer.Option("--root", help="What would break: any id of the inventory.")] = "",
    severity: Annotated[str, typer.Option("--severity", help="critical or warning; default: as usual.")] = "",
    at: Annotated[str, typer.Option("--at", help="When it would happen: 02:00, or '02:00 5/12'.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List the routes; `explain` says who would be told of an incident, when, by what and why.

    The incident is one that is open, by its number, or one that has not happened: `--kind outage --root van-yen`.
    """
    if what != EXPLAIN:
        if project is not None or kind or root:
            raise typer.BadParameter(
                f"{what!r} is not {EXPLAIN}, the only thing to do with routes besides listing them"
            )
        _list(load(Path(what)), json)
        return
    if (incident is None) == (not kind):
        raise typer.BadParameter("the number of an incident, or --kind and --root of one that has not happened")
    loaded = load(Path() if project is None else project)
    desk = start(loaded.roster, loaded.inventory, memory := remembered(loaded))
    now = SystemClock().now()
    if incident is None:
        now = coming(at, "--at", now, ZoneInfo(loaded.inventory.timezone)) if at else now
        one = supposed(loaded.inventory, kind, root, severity, now)
    elif incident in memory.incidents:
        one = memory.incidents[incident]
    else:
        raise typer.BadParameter(f"there is no incident #{incident}: netmon incidents {loaded.path}")
    _explain(loaded, desk, one, now, json)


def _list(loaded: Project, json: bool) -> None:
    language, out = loaded.config.language, tables.terminal()
    words = speaker(loaded.messages, loaded.inventory, language)
    if json:
        tables.print_json([_route_json(loaded, n) for n in range(len(loaded.roster.routes))])
        return
    if not loaded.roster.routes:
        out.print(shown.word("no routes: everything goes to every channel at once", language))
        return
    if (shadow := loaded.roster.shadow) is not None:
        who = loaded.roster.people[shadow.to].name
        text = "everything goes to {who}" + (", until {day}" if shadow.until else "")
        out.print(Text(shown.word(text, language, who=who, day=shadow.until), "bold yellow"))
    out.print(shown.routes(loaded))
    for line in (*shown.policies(loaded, words), Text(), *shown.channels(loaded.roster, language)):
        out.print(line, soft_wrap=True)


def _route_json(loaded: Project, n: int) -> dict[str, object]:
    route = loaded.roster.routes[n]
    return {
        "route": route.name,
        "when": shown.asked(route.match, "en"),
        "urgency": route.urgency,
        "policy": route.policy or None,
        "further": route.further,
    }


def _explain(loaded: Project, desk: Desk, incident: Incident, now: float, json: bool) -> None:
    found = explain(desk, incident, now)
    chosen = choose(loaded.roster, loaded.inventory, incident, now)
    zone, language = ZoneInfo(loaded.inventory.timezone), loaded.config.language
    if json:
        tables.print_json(
            {
                "incident": incident.id or None,
                "routes": [route.name for route in chosen.routes],
                "urgency": chosen.urgency,
                "why": chosen.why,
                "pages": [
                    {"at": rfc3339(page.at, zone), "who": page.who, "by": page.by, "event": page.event, "why": page.why}
                    for page in found
                ],
            }
        )
        return
    out, words = tables.terminal(), speaker(loaded.messages, loaded.inventory, language)
    subject, _ = render(
        loaded.messages, loaded.inventory, IncidentEvent(event="opened", at=now, incident=incident), language
    )
    head = f"#{incident.id} {subject}" if incident.id else f"{subject} ({words.date(now + desk.ahead)})"
    out.print(Text(head, "bold"))
    out.print(Text(f"{shown.reason(chosen.why, language)}: {shown.word(chosen.urgency, language)}"))
    if not found:
        out.print(f"{shown.word('nobody is told', language)}: {_why_not(desk, incident, language)}")
        return
    out.print(shown.pages(loaded, found[:REPEATS], words, now, desk.ahead))
    if len(found) > REPEATS:
        out.print(f"{shown.word('the rest repeats itself', language)} ({len(found) - REPEATS})")
    out.print(Text(shown.word("if nobody acknowledges and everything is delivered", language), "dim"))


def _why_not(desk: Desk, incident: Incident, language: Language) -> str:
    """Why nobody would be told of it any more."""
    case = desk.cases.get(incident.id)
    if incident.state == "resolved" or (case is not None and case.over):
        return shown.word("it is over", language)
    if case is not None and case.acked_by:
        return shown.word("acknowledged by {who}", language, who=case.acked_by)
    if case is not None and case.silenced == MUTE:
        return shown.word("this netmon is mute, it is not the master", language)
    if case is not None and case.silenced:
        return shown.word("silenced by #{number}", language, number=case.silenced)
    return shown.word("it is only written down", language)
