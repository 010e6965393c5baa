"""Is an incident one alert that fires while it is open, whatever becomes of it meanwhile?"""

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from netmon.decide import shapes
from netmon.errors import Permanent, Retryable
from netmon.model import Event, Incident, Kind, Notice, Secret
from netmon.notifiers.alertmanager import Alertmanager
from netmon.wire.real import RealNet
from tests.notifiers.receivers import http, page
from tests.run.province import province

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def notice(event: Event = "opened", **changes: Any) -> Notice:
    """As the desk writes it; the incident with these changes."""
    made = page(event=event)
    incident: Incident = replace(
        made.incident, root="van-yen/1", seat="van-yen", kind="outage", severity="critical", **changes
    )
    told = shapes.incident(province(), incident, ZONE, lambda clue: clue.text)
    body = {"event": event, "at": "2026-11-22T21:14:10.000+07:00", "incident": told}
    return replace(made, incident=incident, body=json.dumps(body))


async def sent(notice: Notice, plugin: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    net = RealNet()
    async with http() as hook:
        await Alertmanager(url=hook.url.removesuffix("/in") + "/", **(plugin or {})).send(notice, net)
        await net.close()
    return [alert for _, body in hook.requests for alert in json.loads(body)]


async def test_an_open_incident_fires_for_as_long_as_it_may_last() -> None:
    one = notice()
    [alert] = await sent(one, {"labels": {"team": "noc", "severity": "mine"}})
    assert alert["labels"] == {
        "alertname": "NetmonOutage",
        "incident": str(one.incident.id),
        "root": "van-yen",
        "site": "van-yen",
        "level": "district",
        "severity": "critical",
        "team": "noc",
    }
    assert alert["annotations"] == {"summary": one.subject, "description": one.text}
    assert alert["endsAt"][:4] == str(int(alert["startsAt"][:4]) + 1)


async def test_it_is_the_same_alert_when_the_root_sharpens_and_when_it_ends() -> None:
    [first] = await sent(notice())
    [updated] = await sent(replace(notice("updated"), incident=replace(notice().incident, root="vy-r1")))
    over = await sent(notice("resolved", state="resolved", resolved_at=notice().incident.opened_at + 60))
    assert first["labels"] == updated["labels"] == over[0]["labels"]
    assert over[0]["endsAt"] < first["endsAt"]
    assert [alert["labels"]["severity"] for alert in over] == ["critical", "warning"]


async def test_what_has_become_worse_ends_the_alert_that_it_was() -> None:
    alerts = await sent(notice("escalated"))
    assert [(one["labels"]["severity"], one["endsAt"][:4]) for one in alerts][1] == ("warning", "2026")
    assert alerts[1]["endsAt"] == "2026-11-22T21:14:10.000+07:00"


async def test_an_alert_of_somebody_else_is_about_its_root() -> None:
    one = notice()
    seated = replace(one, incident=replace(one.incident, seat="alert:07ab", root="van-yen", kind="alert"))
    [alert] = await sent(seated)
    assert (alert["labels"]["alertname"], alert["labels"]["root"]) == ("NetmonAlert", "van-yen")


@pytest.mark.parametrize("kind", ["change", "digest", "storm"])
async def test_a_bulletin_is_no_alert(kind: Kind) -> None:
    one = notice()
    assert await sent(replace(one, incident=replace(one.incident, kind=kind))) == []


@pytest.mark.parametrize(
    ("status", "failure"), [(400, Permanent), (401, Permanent), (429, Retryable), (500, Retryable), (503, Retryable)]
)
async def test_what_a_refusal_means(status: int, failure: type[Exception]) -> None:
    net = RealNet()
    async with http(status) as hook:
        with pytest.raises(failure, match=f"HTTP {status}"):
            await Alertmanager(url=hook.url, token=Secret("s3cret", "env:AM")).send(notice(), net)
        with pytest.raises(Permanent, match="env:AM is not set"):
            await Alertmanager(url=hook.url, token=Secret(None, "env:AM")).send(notice(), net)
        await net.close()
    [(headers, _)] = hook.requests
    assert headers["Authorization"] == "Bearer s3cret"
