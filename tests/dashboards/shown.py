"""The dashboards as they are committed: their panels, queries, columns and variables."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import ROOT

FOLDER = ROOT / "grafana" / "dashboards"
Board = dict[str, Any]


class Asked(NamedTuple):
    """A query as a panel asks it: `over` time or now; `unit` of the number, and the text that must tell its series
    apart: placeholders of the legend, or columns of the table."""

    board: str
    panel: Mapping[str, Any]
    source: str
    query: str
    over: bool
    unit: str
    labels: frozenset[str]

    @property
    def told(self) -> str:
        """Where it stands."""
        return f"{self.board}: {self.panel['title']}: {self.query}"


@cache
def boards(language: str = "*") -> Mapping[str, Board]:
    """By `vi/site`. They are read once: whoever changes one takes a copy."""
    found = sorted(FOLDER.glob(f"{language}/*.json"))
    return {str(path.relative_to(FOLDER).with_suffix("")): json.loads(path.read_text("utf-8")) for path in found}


def panels(board: Board) -> Iterator[dict[str, Any]]:
    """All of them, those folded into rows too, and no rows."""
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels", ())
        else:
            yield panel


def asked(name: str, board: Board) -> Iterator[Asked]:
    """Every query of every panel."""
    for panel in panels(board):
        for target in panel.get("targets", ()):
            source = target["datasource"]["type"]
            query = target["expr"] if source == "prometheus" else target["query"]
            over = bool(target.get("range")) or (source != "prometheus" and "GROUP BY time" in query)
            table = target.get("format") == "table" or target.get("resultFormat") == "table"
            yield Asked(name, panel, source, query, over, _unit(panel, target, table), _labels(panel, target, table))


def columns(panel: Mapping[str, Any]) -> dict[str, str]:
    """Of a table: its headings by the fields they stand for."""
    for step in panel.get("transformations", ()):
        if step["id"] == "organize":
            renamed: dict[str, str] = step["options"]["renameByName"]
            return renamed
    return {}


def overrides(panel: Mapping[str, Any], title: str) -> dict[str, Any]:
    """What is different with the field that is called so."""
    return {
        each["id"]: each.get("value")
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"] == {"id": "byName", "options": title}
        for each in override["properties"]
    }


def _unit(panel: Mapping[str, Any], target: Mapping[str, Any], table: bool) -> str:
    unit = panel["fieldConfig"]["defaults"].get("unit", "")
    if table:
        heads = columns(panel)
        title = heads.get(f"Value #{target['refId']}") or heads.get("Value", "")
        unit = overrides(panel, title).get("unit", unit)
    return str(unit)


def _labels(panel: Mapping[str, Any], target: Mapping[str, Any], table: bool) -> frozenset[str]:
    if table and target["refId"] == "A":
        return frozenset(name for name in columns(panel) if not name.startswith(("Value", "Time")))
    legend = target.get("legendFormat", "") + target.get("alias", "")
    return frozenset(re.findall(r"(?:\{\{\s*|\[\[tag_)(\w+)", legend))


def filled(query: str, chosen: Mapping[str, str]) -> str:
    """With the variables as Grafana would fill them in."""
    own = {"__rate_interval": "1m", "__interval": "15s", "__range": "300s"}
    return re.sub(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))", lambda m: {**chosen, **own}.get(m[1] or m[2], m[0]), query)


def paths() -> list[Path]:
    """The committed files."""
    return sorted(FOLDER.glob("*/*.json"))
