"""What were lines, devices and bridges like, for a program that asks over HTTP?

`GET /api/v1/history?id=&quantity=&from=&to=`: the 5-minute means of an id, of a quantity, or both. Times are RFC 3339
or seconds since the epoch; the last day unless told. No more than `LARGEST` means are told at once.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from netmon.clock import rfc3339
from netmon.decide.history import QUANTITIES, STEP, Curve
from netmon.errors import NetmonError
from netmon.run.journal import history as journal_history
from netmon.settings.project import Project
from netmon.web.answers import as_json

LARGEST = 300_000
"""Means of one answer: 90 days of a line, a day of the use of 500 lines, 3 MB."""
DAY = 86400.0
_KNOWN = ("id", "quantity", "from", "to")
_LONGEST = 200
"""Characters of a value that may mean something."""
_AT_ONCE = 2
"""Answers that are made at once: each keeps a thread and its numbers."""
_LAST = 253402214400.0
"""The last day that has a date."""


class _Asked(NamedTuple):
    since: float
    until: float
    quantity: str
    of: str


def routes(project: Callable[[], Project], now: Callable[[], float] = time.time) -> list[Route]:
    """Where the history is asked for; `project` is asked for each time, for a reload changes it."""
    under_way = asyncio.Semaphore(_AT_ONCE)

    async def history(request: Request) -> Response:
        asked = _asked(request.query_params.multi_items(), now())
        loaded = project()
        path, zone = loaded.config.data / "journal.db", ZoneInfo(loaded.inventory.timezone)
        async with under_way:
            return await asyncio.to_thread(partial(_answer, path, asked, zone))

    return [Route("/api/v1/history", history)]


def _asked(given: Sequence[tuple[str, str]], now: float) -> _Asked:
    """What is wanted. HTTPException 400 with a sentence if it makes no sense."""
    values: dict[str, str] = {}
    for name, value in given:
        if name not in _KNOWN:
            raise HTTPException(400, f"what can be asked for is {', '.join(_KNOWN)}")
        if name in values:
            raise HTTPException(400, f"{name} is given twice")
        if len(value) > _LONGEST or not value.isprintable():
            raise HTTPException(400, f"{name} is not a line of at most {_LONGEST} characters")
        values[name] = value
    quantity = values.get("quantity", "")
    if quantity and quantity not in QUANTITIES:
        raise HTTPException(400, f"quantity is one of {', '.join(QUANTITIES)}")
    until = _time(values, "to", now)
    since = _time(values, "from", until - DAY)
    if since >= until:
        raise HTTPException(400, "the period is empty: from is not before to")
    return _Asked(since, until, quantity, values.get("id", ""))


def _time(values: Mapping[str, str], name: str, otherwise: float) -> float:
    text = values.get(name, "")
    if not text:
        return otherwise
    try:
        at = float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else _moment(text)
    except (ValueError, OverflowError):
        at = -1.0
    if not 0 <= at <= _LAST:
        raise HTTPException(400, f"{name} is neither RFC 3339 such as 2026-11-22T21:14:05+07:00 nor seconds since 1970")
    return at


def _moment(text: str) -> float:
    at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus in an address that was not escaped is a space
    if at.tzinfo is None:
        raise ValueError("whose time is not said")
    return at.timestamp()


def _answer(path: Path, asked: _Asked, zone: ZoneInfo) -> Response:
    try:
        if journal_history.size(path, *asked) > LARGEST:
            raise HTTPException(400, f"more than {LARGEST} means: ask for an id, a quantity or a shorter time")
        curves = journal_history.read(path, *asked)
    except NetmonError as error:
        raise HTTPException(503, str(error)) from error
    head = {"from": rfc3339(asked.since, zone), "to": rfc3339(asked.until, zone), "step_seconds": STEP}
    return as_json({**head, "curves": [as_object(curve, zone) for curve in curves]})


def as_object(curve: Curve, zone: ZoneInfo) -> dict[str, Any]:
    """A curve as JSON has it: six digits of each mean, null where nothing was measured; when the days began that are
    damaged, which are null as a whole."""
    return {
        "quantity": curve.quantity,
        "id": curve.of,
        "direction": curve.direction,
        "begins": rfc3339(curve.begins, zone),
        "damaged": [rfc3339(day, zone) for day in curve.damaged],
        "means": [float(f"{mean:.6g}") if mean == mean else None for mean in curve.means],
    }
