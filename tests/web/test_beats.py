"""Who may say here that another netmon lives, and begin a drill?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest

from netmon.errors import NotTaken
from netmon.model import Secret
from netmon.web import beats
from netmon.web.app import build
from netmon.web.gate import Gate
from tests.web.shown import Shown, running
from tests.web.spoken import TOKEN

PEER, OTHER = "p" * 40, "o" * 40


@dataclass(slots=True)
class Listener:
    """Hears one peer, and holds one drill."""

    heard: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    @property
    def drills(self) -> "Listener":
        return self

    def hear(self, peer: str) -> bool:
        self.heard.append(peer)
        return peer == "yb-noc-1"

    async def begin(self, by: str) -> int:
        if self.begun:
            raise NotTaken("a drill is under way: #7")
        self.begun.append(by)
        return 7


Ask = tuple[aiohttp.ClientSession, int, Listener]


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    listener = Listener()
    tokens = {"yb-noc-1": Secret(PEER, "env:P"), "yb-noc-9": Secret(OTHER, "env:O")}
    gate, peers = Gate(TOKEN, {}, lambda: None), Gate(TOKEN, tokens, lambda: None)
    async with running(build(Shown(), beats.routes(listener, gate, peers))) as port, aiohttp.ClientSession() as session:
        yield session, port, listener


@pytest.mark.parametrize(("peer", "token", "status"), [
    ("yb-noc-1", PEER, 200),
    ("yb-noc-1", OTHER, 403),
    ("yb-noc-1", TOKEN, 403),
    ("yb-noc-1", "", 401),
    ("yb-noc-9", OTHER, 404),
])  # fmt: skip
async def test_each_netmon_speaks_for_itself_alone(ask: Ask, peer: str, token: str, status: int) -> None:
    session, port, listener = ask
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(f"http://127.0.0.1:{port}/-/beat/{peer}", data=b"{}", headers=headers) as reply:
        assert reply.status == status
    assert listener.heard == ([peer] if status in (200, 404) else [])


@pytest.mark.parametrize(("body", "token", "status"), [
    (b'{"who": "mi\\u001b[2J\\nnh"}', TOKEN, 201), (b'{"who": " \\n"}', TOKEN, 400),
    (b'{"who": ""}', TOKEN, 400), (b"{", TOKEN, 400), (b'{"who": "minh"}', PEER, 401),
])  # fmt: skip
async def test_a_drill_begins_at_somebodys_wish(ask: Ask, body: bytes, token: str, status: int) -> None:
    session, port, listener = ask
    headers = {"Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{port}/api/v1/drills"
    async with session.post(url, data=body, headers=headers) as reply:
        assert reply.status == status
        told = await reply.json()
    assert listener.begun == (["mi [2J nh"] if status == 201 else [])
    if status == 201:
        assert told == {"incident": 7}
        async with session.post(url, data=body, headers=headers) as reply:
            assert (reply.status, await reply.json()) == (409, {"error": "a drill is under way: #7"})
