"""How does a message reach an Alertmanager that is there already?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from netmon.errors import Permanent
from netmon.model import Notice, Secret
from netmon.units import Duration
from netmon.wire.http import accepted
from netmon.wire.net import Net

BULLETINS = ("change", "digest", "storm")
"""Kinds that are over as soon as they are told: there is nothing that could fire."""
LASTING = timedelta(days=400)
"""How long an open incident fires unless it is sent again: for longer than any lasts."""
SEVERITIES = ("critical", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertmanager:
    """Sends each incident as an alert (API v2) that fires until the incident is over.

    An Alertmanager forgets what fires when it restarts; it hears of an incident again with the next message about it.
    """

    ADDRESS: ClassVar[Literal[""]] = ""

    url: Annotated[str, Field(description="Its address, such as http://127.0.0.1:9093.", pattern="^https?://")]
    token: Annotated[Secret | None, Field(description="Sent as `Authorization: Bearer`.")] = None
    labels: Annotated[dict[str, str], Field(description="What each alert bears besides, such as {team: noc}.")] = field(
        default_factory=dict
    )
    timeout: Annotated[Duration, Field(description="How long to wait for the answer.", gt=0)] = 10.0

    async def send(self, notice: Notice, net: Net) -> None:
        """POST the alert. Raises Retryable for 408, 425, 429, 5xx and no answer, Permanent for any other refusal."""
        if notice.incident.kind in BULLETINS:
            return
        headers = {"Content-Type": "application/json"}
        if self.token is not None:
            try:
                headers["Authorization"] = f"Bearer {self.token.reveal()}"
            except LookupError as error:
                raise Permanent(f"alertmanager: {error}") from error
        body = json.dumps([*self._alerts(notice)], ensure_ascii=False).encode()
        reply = await net.post(f"{self.url.rstrip('/')}/api/v2/alerts", body, headers, self.timeout)
        accepted(reply.status, "alertmanager")

    def _alerts(self, notice: Notice) -> Iterator[dict[str, Any]]:
        """The incident's alert. One that becomes worse is another, for it is known by its labels: the one that it
        was ends."""
        body = json.loads(notice.body)
        told, severity = body["incident"], notice.incident.severity
        over = told["resolved_at"] or (datetime.fromisoformat(told["opened_at"]) + LASTING).isoformat()
        for each in SEVERITIES if notice.event in ("escalated", "resolved") else (severity,):
            yield {
                "labels": self._labelled(told, notice, each),
                "annotations": {"summary": notice.subject, "description": notice.text},
                "startsAt": told["opened_at"],
                "endsAt": over if each == severity else body["at"],
            }

    def _labelled(self, told: Mapping[str, Any], notice: Notice, severity: str) -> dict[str, str]:
        """What the alert is known by; the seat stays where the root may sharpen."""
        incident = notice.incident
        kind = "".join(word.title() for word in incident.kind.split("_"))
        own = {
            "alertname": f"Netmon{kind}",
            "incident": str(incident.id),
            "root": incident.root if ":" in incident.seat else incident.seat,
            "severity": severity,
        }
        placed = {key: str(told[key]) for key in ("site", "level") if told.get(key)}
        return dict(self.labels) | placed | own
