"""`netmon rules`: which thresholds are watched, and what is beyond them now?"""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.errors import NotRunning
from netmon.report.rules import prometheus
from netmon.settings.project import Project, load
from netmon.settings.rules_units import written_limit
from netmon.settings.rules_values import Rule
from netmon.units import written_duration
from netmon.web.client import Answer, ask

EXPORT = "export"


def rules(
    what: Annotated[str, typer.Argument(help="The project's folder; or export, and then the folder.")] = ".",
    project: Annotated[Path | None, typer.Argument(help="The project's folder, after export.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List the thresholds with what they watch and what is beyond them; `export` prints them as rules of Prometheus."""
    if what == EXPORT:
        if json:
            raise typer.BadParameter("--json goes with the list, and not with export")
        loaded = load(Path() if project is None else project)
        print(prometheus(loaded.rules, loaded.inventory, loaded.config.language), end="")
        return
    if project is not None:
        raise typer.BadParameter(f"{what!r} is not {EXPORT}, the only thing to do with rules besides listing them")
    _list(load(Path(what)), json)


def _list(loaded: Project, json: bool) -> None:
    try:
        answer = ask(loaded)
    except NotRunning:
        answer = Answer({}, [], live=False)
    live = answer.status.get("rules", {}) if answer.live else {}
    told = Counter(one["rule"] for one in answer.incidents if one["state"] == "open" and one.get("rule"))
    rows = [
        {
            "rule": rule.name,
            "metric": rule.metric,
            "limit": limit_text(rule),
            "for": written_duration(rule.lasts) if rule.lasts else "",
            "severity": rule.severity,
            "targets": len(rule.of if rule.scope is None else rule.scope),
            "series": live.get(rule.name, {}).get("series"),
            "firing": live.get(rule.name, {}).get("firing", told[rule.name]),
        }
        for rule in loaded.rules
    ]
    if json:
        tables.print_json(rows)
        return
    language = loaded.config.language
    heads = ("rule", "metric", "limit", "for", "severity", "targets", "series", "firing")
    table = tables.plain_table(*(tables.word(head, language) for head in heads))
    tables.fold(table, 1, 2, 4)
    for row in rows:
        style = "bold red" if row["firing"] else "dim" if not row["targets"] else ""
        table.add_row(*(Text(_cell(row[head], head, language), style=style) for head in heads))
    tables.terminal().print(table)


def _cell(value: object, head: str, language: str) -> str:
    if head == "severity":
        return tables.word(str(value), "vi" if language == "vi" else "en")
    return "-" if value is None or value in ("", 0) else str(value)


def limit_text(rule: Rule) -> str:
    """`> 90%, clear < 80%`, with what is made of the values before."""
    sign, back = (">", "<") if rule.above else ("<", ">")
    text = f"{sign} {written_limit(rule.limit, rule.unit)}"
    if rule.clear is not None:
        text += f", {back} {written_limit(rule.clear, rule.unit)}"
    if rule.quantile is not None:
        return f"P{rule.quantile.p * 100:g} {written_duration(rule.quantile.over)} {text}"
    return f"+{written_duration(rule.increase)} {text}" if rule.increase is not None else text
