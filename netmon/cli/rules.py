"""`netmon rules`: which thresholds are watched, and what is beyond them now?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.errors import NotRunning
from netmon.report.rules import prometheus
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.settings.rules_units import written_limit
from netmon.settings.rules_values import Rule
from netmon.units import written_duration
from netmon.web.client import Answer, ask

EXPORT = "export"
HEADS = ("rule", "metric", "limit", "for", "severity", "targets", "series", "firing")
ROOMY = 120
"""Columns of a terminal from which on names of metrics have a column of their own."""


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
    out = tables.terminal()
    out.print(shown(rows, loaded.config.language, out.width < ROOMY))


def shown(rows: Sequence[Mapping[str, object]], language: Language, narrow: bool) -> Table:
    """A rule a line; `narrow` = its metric, which has no blank to go on at, stands below its name."""
    heads = [head for head in HEADS if not narrow or head != "metric"]
    table = tables.plain_table(*(tables.word(head, language) for head in heads))
    if narrow:
        table.box, table.padding = SIMPLE, 0  # the box keeps the columns apart
        tables.fold(table, *range(3, len(heads)))
        for column in table.columns[3:]:
            column.max_width = 8
    else:
        tables.fold(table, 1, 2, 4)
    for row in rows:
        style = "bold red" if row["firing"] else "dim" if not row["targets"] else ""
        cells = [_cell(row[head], head, language) for head in heads]
        if narrow:
            cells[0] += f"\n  {str(row['metric']).removeprefix('netmon_')}"
            cells[1] = cells[1].replace(", ", ",\n")
        table.add_row(*(Text(cell, style=style) for cell in cells))
    return table


def _cell(value: object, head: str, language: Language) -> str:
    if head == "severity":
        return tables.word(str(value), language)
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
