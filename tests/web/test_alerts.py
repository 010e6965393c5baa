"""Is what Prometheus sends taken as it is, and what is none refused with a sentence?"""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.run.alerts import Sent
from netmon.web import alerts
from netmon.web.app import build
from tests.web.shown import Shown, running
from tests.web.spoken import TOKEN, Taker, gate

ONE = {
    "labels": {"alertname": "HostDown", "instance": "10.28.4.11:9100", "severity": "critical", "empty": ""},
    "annotations": {"summary": "Xã Châu Quế Hạ"},
    "startsAt": "2026-11-22T14:14:05.123456789Z",
    "endsAt": "2026-11-22T21:18:05+07:00",
    "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
}
"""As Prometheus sends it: nanoseconds included."""


@dataclass(slots=True)
class Receiver:
    sent: list[Sent] = field(default_factory=list)
    malformed: int = 0

    def take(self, alerts: list[Sent], malformed: int = 0) -> None:
        self.sent += alerts
        self.malformed += malformed


@asynccontextmanager
async def door() -> AsyncIterator[tuple[Receiver, Any]]:
    receiver = Receiver()
    async with (
        running(build(Shown(), alerts.routes(receiver, gate(Taker())))) as port,
        aiohttp.ClientSession() as session,
    ):

        async def post(body: object, token: str = TOKEN) -> tuple[int, Any]:
            data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            url = f"http://127.0.0.1:{port}/api/v2/alerts"
            async with session.post(url, data=data, headers=headers) as reply:
                return reply.status, await reply.json()

        yield receiver, post


async def test_an_alert_as_prometheus_sends_it() -> None:
    async with door() as (receiver, post):
        assert (await post([ONE]))[0] == 200
        assert receiver.sent == [
            Sent(
                labels={"alertname": "HostDown", "instance": "10.28.4.11:9100", "severity": "critical"},
                annotations={"summary": "Xã Châu Quế Hạ"},
                begins=1795356845.123456,
                ends=1795357085.0,
            )
        ]


async def test_whoever_has_no_token_sends_nothing() -> None:
    async with door() as (receiver, post):
        assert (await post([ONE], "wrong"))[0] == 401
        assert receiver.sent == []


async def test_what_is_well_formed_is_taken_and_the_rest_is_named() -> None:
    async with door() as (receiver, post):
        status, answer = await post([ONE, {"labels": {}}, ONE | {"startsAt": "yesterday"}, 7])
        assert (status, len(receiver.sent), receiver.malformed) == (400, 1, 3)
        assert answer == {"error": "alert 1: has no labels; alert 2: startsAt is no time; alert 3: is no object"}


@pytest.mark.parametrize(
    "body", [b"", b"{", {}, None, [ONE] * 1001, b"[" * 100_000, b'{"labels": ' * 1000, b"[" + b" " * 1_100_000]
)
async def test_what_is_no_list_of_alerts_is_refused(body: object) -> None:
    async with door() as (receiver, post):
        assert (await post(body))[0] in (400, 413)
        assert receiver.sent == []


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {"1x": "a"}},
        {"labels": {"x-y": "a"}},
        {"labels": {"ĩ": "a"}},
        {"labels": {"x" * 129: "a"}},
        {"labels": {"a": 7}},
        {"labels": {"a": None}},
        {"labels": ["a"]},
        {"labels": {f"l{n}": "a" for n in range(65)}},
        {"labels": {"a": ""}},
        {"annotations": {"a": {}}},
        {"startsAt": 7},
        {"startsAt": "2026-13-01T00:00:00Z"},
        {"endsAt": "2026-11-22T14:14:05"},
        {"endsAt": "2026-11-22"},
    ],
)
def test_what_is_no_alert(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"label|annotations|no time"):
        alerts.read(ONE | change)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "", None, "9999-12-31T23:59:59Z"])
def test_a_time_that_says_nothing(text: str | None) -> None:
    assert alerts.read(ONE | {"endsAt": text}).ends is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON, st.fixed_dictionaries({}, optional=dict.fromkeys(("labels", "annotations", "startsAt", "endsAt"), _JSON)))
def test_nothing_that_is_sent_is_too_much(anything: object, like_one: dict[str, Any]) -> None:
    for found in (anything, like_one, ONE | like_one):
        with suppress(ValueError):
            assert alerts.read(found).labels
