"""`netmon drill`: would people be called, and would somebody answer?"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._said import login
from netmon.clock import rfc3339
from netmon.model import Incident, Restored
from netmon.people import Case
from netmon.run.journal.notices import Delivery, read
from netmon.run.journal.seam import read_only
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.web.client import begin_drill

SHOW = "show"
MOST = 10
"""Drills that are shown, the latest first."""

_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "vi": {
            "none": "chưa diễn tập lần nào trong 30 ngày qua: netmon drill",
            "drill": "Diễn tập #{number}, {at}: {end}",
            "open": "đang diễn ra, chưa ai nhận việc",
            "taken": "{who} nhận việc sau {seconds:.0f} giây",
            "unanswered": "KHÔNG AI nhận việc trong {seconds:.0f} giây",
            "nobody": "không gửi cho ai: không có tuyến nào cho diễn tập",
            "columns": "người nhận|kênh|địa chỉ|gửi lúc|kết quả|sau",
            "delivered": "đã tới",
            "pending": "chưa tới",
            "claimed": "đang gửi",
            "given_up": "bỏ",
        },
        "en": {
            "none": "no drill in the last 30 days: netmon drill",
            "drill": "Drill #{number}, {at}: {end}",
            "open": "under way, nobody has taken it yet",
            "taken": "{who} took it after {seconds:.0f} s",
            "unanswered": "NOBODY took it within {seconds:.0f} s",
            "nobody": "sent to nobody: no route is for drills",
            "columns": "to|by|at address|written|outcome|after",
            "delivered": "delivered",
            "pending": "not delivered yet",
            "claimed": "being sent",
            "given_up": "given up",
        },
    }
)


class Drill(NamedTuple):
    """One drill: the incident, what was sent about its beginning, and where it stands with people."""

    incident: Incident
    sent: list[Delivery]
    case: Case | None


def drill(
    what: Annotated[str, typer.Argument(help="The project's folder; or show, and then the folder.")] = ".",
    project: Annotated[Path | None, typer.Argument(help="The project's folder, after show.")] = None,
    who: Annotated[str, typer.Option(help="Who wants it.")] = "",
    json: Annotated[bool, typer.Option("--json", help="With show: for scripts.")] = False,
) -> None:
    """Call people now although nothing is broken; `show` tells whom the last drills reached, and who answered."""
    if what == SHOW:
        _show(load(Path() if project is None else project), json)
        return
    if project is not None or json:
        raise typer.BadParameter(f"{what!r} is not {SHOW}")
    loaded = load(Path(what))
    number = begin_drill(loaded.config, who or login())
    print(f"drill #{number} has begun; whom it reaches, and who answers: netmon drill show {what}")


def drills(restored: Restored, deliveries: list[Delivery]) -> list[Drill]:
    """The drills that the journal remembers, the latest first."""
    found = [one for one in restored.incidents.values() if one.kind == "drill"]
    return [
        Drill(
            one,
            [each for each in deliveries if each.notice.incident.id == one.id and each.notice.event != "resolved"],
            restored.cases.get(one.id),
        )
        for one in sorted(found, key=lambda one: one.id, reverse=True)[:MOST]
    ]


def _show(loaded: Project, json: bool) -> None:
    journal = loaded.config.data / "journal.db"
    restored = read_only(journal)
    known = [one.opened_at for one in restored.incidents.values() if one.kind == "drill"]
    found = drills(restored, read(journal, min(known)) if known else [])
    zone, language = ZoneInfo(loaded.inventory.timezone), loaded.config.language
    if json:
        tables.print_json([_as_json(one, zone) for one in found])
        return
    words, out, now = _WORDS[language], tables.terminal(), datetime.now(zone)
    if not found:
        print(words["none"])
    for one in found:
        at = datetime.fromtimestamp(one.incident.opened_at, zone).strftime("%H:%M %d/%m/%Y")
        taken, end = _end(one, words)
        out.print(Text(words["drill"].format(number=one.incident.id, at=at, end=end), "" if taken else "bold yellow"))
        out.print(_table(one, words, zone, now) if one.sent else Text(words["nobody"], "bold red"), "")


def _end(one: Drill, words: Mapping[str, str]) -> tuple[bool, str]:
    """Whether somebody took it, and how it ended."""
    taken = next((dict(clue.values) for clue in one.incident.evidence if clue.text == "drill_taken"), None)
    if taken is not None:
        return True, words["taken"].format(who=taken["who"], seconds=float(taken["seconds"]))
    if one.incident.resolved_at is None:
        return False, words["open"]
    return False, words["unanswered"].format(seconds=one.incident.resolved_at - one.incident.opened_at)


def _table(one: Drill, words: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in words["columns"].split("|"):
        table.add_column(column, overflow="fold")
    for each in one.sent:
        style = {"delivered": "green", "given_up": "bold red"}.get(each.state, "yellow")
        outcome = words[each.state] + (f": {each.why}" if each.why else "")
        took = "" if each.changed_at is None else f"{each.changed_at - each.notice.at:.1f} s"
        at = tables.clock_text(each.notice.at, zone, now)
        notice = each.notice
        to, by, where = map(Text, (notice.to, notice.channel, notice.address))
        table.add_row(to, by, where, at, Text(outcome, style), took)
    return table


def _as_json(one: Drill, zone: ZoneInfo) -> dict[str, Any]:
    incident, case = one.incident, one.case
    return {
        "incident": incident.id,
        "opened_at": rfc3339(incident.opened_at, zone),
        "resolved_at": None if incident.resolved_at is None else rfc3339(incident.resolved_at, zone),
        "acked_by": "" if case is None else case.acked_by,
        "sent": [*_sent(one, zone)],
    }


def _sent(one: Drill, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    for each in one.sent:
        yield {
            "to": each.notice.to,
            "by": each.notice.channel,
            "at": rfc3339(each.notice.at, zone),
            "state": each.state,
            "changed_at": None if each.changed_at is None else rfc3339(each.changed_at, zone),
            "tries": each.tries,
            "why": each.why,
        }
