"""For programs: every value as it is, times in RFC 3339, lengths in seconds, shares as ratios."""

import json
import math
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from netmon.report.document import (
    Bars,
    Block,
    Break,
    Cell,
    Day,
    Document,
    Facts,
    Heading,
    Lasted,
    Line,
    Measured,
    Moment,
    Share,
    Signatures,
    Table,
    Text,
)

SUFFIX = ".json"
CONTENT_TYPE = "application/json"


def render(document: Document) -> bytes:
    """One object; `blocks` in their order, each with its `type`. A number that there is not is null."""
    zone = ZoneInfo(document.zone)
    value = {
        "id": document.id,
        "title": document.title,
        "subtitle": document.subtitle,
        "issuer": document.issuer,
        "language": document.language,
        "zone": document.zone,
        "blocks": [_block(block, zone) for block in document.blocks],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def _block(block: Block, zone: ZoneInfo) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block, zone)
        case Facts():
            rows = {key: _cell(value, zone) for key, _, value in block.rows}
            return {"type": "facts", "key": block.key, "title": block.title, "rows": rows}
        case Text():
            return {"type": "text", "text": block.text}
        case Heading():
            return {"type": "heading", "depth": block.depth, "text": block.text}
        case Bars():
            bars = [{"label": label, "value": _number(value)} for label, value, _ in block.rows]
            return {**_measure("bars", block), "rows": bars}
        case Line():
            points = [[_time(at, zone), None if value is None else _number(value)] for at, value in block.points]
            return {**_measure("line", block), "points": points}
        case Break():
            return {"type": "break", "sheet": block.sheet}
        case Signatures():
            return {"type": "signatures", "whose": list(block.whose)}


def _table(table: Table, zone: ZoneInfo) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, (_cell(cell, zone) for cell in row), strict=True)) for row in table.rows]
    total = None
    if table.total is not None:
        total = dict(zip(keys, (_cell(cell, zone) for cell in table.total), strict=True))
    return {"type": "table", "key": table.key, "title": table.title, "rows": rows, "total": total}


def _measure(kind: str, block: Bars | Line) -> dict[str, Any]:
    limit = None if block.limit is None else _number(block.limit)
    return {"type": kind, "key": block.key, "title": block.title, "unit": block.unit, "limit": limit}


def _cell(cell: Cell, zone: ZoneInfo) -> str | int | float | None:
    match cell:
        case Share():
            return _number(cell.ratio)
        case Lasted():
            return cell.seconds
        case Moment():
            return _time(cell.at, zone)
        case Day():
            return datetime.fromtimestamp(cell.at, zone).date().isoformat()
        case Measured():
            return _number(cell.value)
        case float():
            return _number(cell)
    return cell


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _time(at: float, zone: ZoneInfo) -> str:
    then = datetime.fromtimestamp(at, zone)
    return then.isoformat(timespec="microseconds" if then.microsecond else "seconds")
