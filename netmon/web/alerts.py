"""How do Prometheus and vmalert tell netmon what fires?

`POST /api/v2/alerts` as the Alertmanager takes it (postableAlerts in the OpenAPI specification of its API v2): a list
of `{"labels", "annotations", "startsAt", "endsAt", "generatorURL"}`, times in RFC 3339. What is well-formed is taken
even if other alerts of the list are not, which is answered with 400.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from netmon.run.alerts import Sent
from netmon.web.answers import as_json
from netmon.web.gate import Gate
from netmon.web.posted import sent

MOST_OCTETS = 1 << 20
"""Of a body: Prometheus sends up to 64 alerts at once, each with the annotations that somebody wrote."""
MOST_ALERTS, MOST_LABELS, LONGEST = 1000, 64, 2000
"""In a body, of an alert, and characters of a value; what is longer is cut."""

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,127}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Takes(Protocol):
    """Whoever takes alerts."""

    def take(self, alerts: list[Sent], malformed: int = 0) -> None:
        """Alerts that were sent now, and how many could not be read."""
        ...


def routes(takes: Takes, gate: Gate) -> list[Route]:
    """The address at which alerts are taken."""

    async def alerts(request: Request) -> Response:
        gate.admit(request)
        found = await sent(request, MOST_OCTETS)
        if not isinstance(found, list) or len(found) > MOST_ALERTS:
            raise HTTPException(400, f"a list of at most {MOST_ALERTS} alerts is wanted")
        good: list[Sent] = []
        wrong: list[str] = []
        for place, one in enumerate(found):
            try:
                good.append(read(one))
            except ValueError as error:
                wrong.append(f"alert {place}: {error}")
        takes.take(good, len(wrong))
        if wrong:
            raise HTTPException(400, "; ".join(wrong[:5]))
        return as_json({"status": "success"})

    return [Route("/api/v2/alerts", alerts, methods=["POST"])]


def read(alert: object) -> Sent:
    """One alert; ValueError tells what is wrong with it. A label without a value is none."""
    if not isinstance(alert, dict):
        raise ValueError("is no object")
    labels = {key: value for key, value in _texts(alert, "labels").items() if value}
    if not labels:
        raise ValueError("has no labels")
    if strange := [name for name in labels if not _LABEL.fullmatch(name)]:
        raise ValueError(f"{strange[0][:50]!r} is no name of a label")
    return Sent(
        labels=labels,
        annotations=_texts(alert, "annotations"),
        begins=_time(alert, "startsAt"),
        ends=_time(alert, "endsAt"),
    )


def _texts(alert: Mapping[str, Any], key: str) -> dict[str, str]:
    found = alert.get(key) or {}
    if not isinstance(found, dict) or len(found) > MOST_LABELS:
        raise ValueError(f"{key} is no object of at most {MOST_LABELS} texts")
    if not all(isinstance(value, str) for value in found.values()):
        raise ValueError(f"{key} has a value that is no text")
    return {name: value[:LONGEST] for name, value in found.items()}


def _time(alert: Mapping[str, Any], key: str) -> float | None:
    """Seconds since the epoch, None if it is not said; the year 1 says nothing either."""
    text = alert.get(key)
    if text is None or text == "":
        return None
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{key} is no time")
    try:
        moment = datetime.fromisoformat(found[1].upper() + found[2].upper())
    except ValueError:
        raise ValueError(f"{key} is no time") from None
    return moment.timestamp() if 1970 < moment.year < 9999 else None
