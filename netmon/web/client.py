"""What does the running service say, and if it does not run, what did it say last?"""

import json
import urllib.request
from http.client import HTTPException
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from netmon.decide import shapes
from netmon.decide.telling.messages import speaker
from netmon.run.journal import read_only
from netmon.settings.project import Project
from netmon.web.server import url

_PATIENCE = 3.0
_MOST_BYTES = 256 * 1024 * 1024
"""The status of 35,000 devices is 5 MB; what goes on much longer is not netmon."""


class Answer(NamedTuple):
    """The JSON of `/api/v1/status` and `/api/v1/incidents`.

    `live` is False where the journal had to answer; `as_of` is then the service's last heartbeat in seconds since
    the epoch, None if it never came to one.
    """

    status: dict[str, Any]
    incidents: list[dict[str, Any]]
    live: bool
    as_of: float | None = None


def ask(project: Project) -> Answer:
    """The answer of the project's service, else of its journal. NotRunning if there is no journal either."""
    answer = ask_service(project.config.listen)
    if answer is not None and answer.status["sites"].keys() & project.inventory.sites.keys():
        return answer  # one that names none of this project's sites is somebody else
    return _journal(project)


def ask_service(listen: str) -> Answer | None:
    """What the service answers that listens there; None if nobody does, or something that is no netmon."""
    base = url(listen)
    try:
        status = _fetch(f"{base}/api/v1/status")
        incidents = _fetch(f"{base}/api/v1/incidents")
    except (OSError, HTTPException, ValueError):
        return None
    if not isinstance(status, dict) or not isinstance(incidents, list):
        return None
    if not isinstance(status.get("sites"), dict):
        return None
    return Answer(status, incidents, live=True)


def _journal(project: Project) -> Answer:
    restored = read_only(project.config.data / "journal.db")
    inventory, zone = project.inventory, ZoneInfo(project.inventory.timezone)
    say = speaker(project.messages, inventory, project.config.language).say
    status = shapes.status(inventory, restored.standings, zone, restored.marks) | shapes.polls()
    told = [shapes.incident(inventory, incident, zone, say) for _, incident in sorted(restored.incidents.items())]
    return Answer(status, told, live=False, as_of=restored.last_beat)


def _fetch(address: str) -> Any:
    """The JSON behind an address of this machine, never by way of a proxy."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(address, timeout=_PATIENCE) as reply:
        body = reply.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise ValueError(f"{address}: the answer is too long")
    return json.loads(body)
