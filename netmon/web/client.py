"""What does the running service say, and if it does not run, what did it say last? And how is it told something?"""

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from netmon.decide import shapes
from netmon.decide.telling.messages import speaker
from netmon.errors import NotRunning, NotTaken
from netmon.people import Act
from netmon.run.journal.seam import read_only
from netmon.settings.project import Config, Project
from netmon.web.acts import ACT
from netmon.web.gate import FILE
from netmon.web.server import url

_PATIENCE = 3.0
_PATIENCE_ACT = 15.0
"""Seconds that the service may take until it has written down what it was told."""
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


def tell(config: Config, act: Act) -> Act:
    """Tell the project's service; the act comes back with its number. NotRunning, or NotTaken with the reason."""
    return ACT.validate_python(_post(config, "/api/v1/acts", ACT.dump_json(act)))


def begin_drill(config: Config, who: str) -> int:
    """Begin a drill at the wish of `who`; its number. NotRunning, or NotTaken with the reason."""
    return int(_post(config, "/api/v1/drills", json.dumps({"who": who}).encode())["incident"])


def _post(config: Config, path: str, body: bytes) -> Any:
    """The JSON that the service answers to a POST with its own token. NotRunning, or NotTaken with the reason."""
    token, base = _token(config), url(config.listen)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(base + path, body, headers)  # noqa: S310 (http, ours)
    try:
        with direct().open(request, timeout=_PATIENCE_ACT) as reply:
            return json.loads(reply.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            raise NotTaken(_reason(error), unknown=error.code == 404) from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotRunning(f"{base}: no service answers there ({error})") from None


def _token(config: Config) -> str:
    path = config.data / FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NotRunning(f"{path} is not there: netmon does not run here") from None
    except OSError as error:
        raise NotTaken(f"{path}: {error.strerror}: only the user that netmon runs as may say something") from None


def _reason(refusal: urllib.error.HTTPError) -> str:
    """What the service says of its refusal."""
    try:
        return str(json.loads(refusal.read(_MOST_BYTES))["error"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return f"HTTP {refusal.code}"


def _journal(project: Project) -> Answer:
    restored = read_only(project.config.data / "journal.db")
    inventory, zone = project.inventory, ZoneInfo(project.inventory.timezone)
    say = speaker(project.messages, inventory, project.config.language).say
    status = shapes.status(inventory, restored.standings, zone, restored.marks) | shapes.polls()
    told = [
        shapes.incident(inventory, incident, zone, say)
        | shapes.handling(restored.cases.get(number), [a for a in restored.acts if a.incident == number], zone)
        for number, incident in sorted(restored.incidents.items())
    ]
    return Answer(status, told, live=False, as_of=restored.last_beat)


def _fetch(address: str) -> Any:
    """The JSON behind an address of this machine."""
    with direct().open(address, timeout=_PATIENCE) as reply:
        body = reply.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise ValueError(f"{address}: the answer is too long")
    return json.loads(body)


def direct() -> urllib.request.OpenerDirector:
    """What asks a service on this machine: never by way of a proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
