"""Does a message reach chat services and gateways, and does each failure mean the right thing?"""

import asyncio
import json
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from netmon.errors import Permanent, Retryable
from netmon.model import Notice, Secret
from netmon.notifiers.apprise import Apprise
from netmon.wire.chat import MOST, Chats
from netmon.wire.real import RealNet
from tests.conftest import ROOT
from tests.notifiers.receivers import http, page
from tests.ports import free_port
from tests.run.values import event, incident

FIRST = "[MẤT] Xã Châu Quế Hạ mất liên lạc từ 21:14"


def at(url: str, scheme: str, rest: str = "") -> Secret:
    """The URL of a local server as apprise's scheme writes it."""
    return Secret(url.replace("http", scheme, 1) + rest, "env:CHAT")


async def told(plugin: Apprise, notice: Notice) -> None:
    net = RealNet()
    try:
        await plugin.send(notice, net)
    finally:
        await net.close()


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        (page(), "failure"),
        (replace(page(), incident=incident(critical=False)), "warning"),
        (replace(page(), event="resolved", incident=event(2, "resolved").incident), "success"),
        (replace(page(), incident=event(2, "resolved").incident), "info"),
    ],
)
async def test_a_json_endpoint_gets_title_and_text(notice: Notice, kind: str) -> None:
    async with http() as hook:
        await told(Apprise(url=at(hook.url, "json")), notice)
    [(headers, body)] = hook.requests
    message = json.loads(body)
    assert (message["title"], message["message"], message["type"]) == (FIRST, "Hỏng: …", kind)
    assert headers["User-Agent"] == "netmon"


async def test_ntfy_gets_it_as_plain_text_and_nothing_points_elsewhere() -> None:
    async with http() as hook:
        await told(Apprise(url=at(hook.url.removesuffix("/in"), "ntfy", "/truc")), replace(page(), text="a <b> *c*\nd"))
    [(headers, body)] = hook.requests
    message = json.loads(body)
    assert (message["topic"], message["title"], message["message"]) == ("truc", "a <b> *c*", "d")
    assert not any("github" in value for value in headers.values())


async def test_the_address_of_a_person_fills_the_url_or_is_one() -> None:
    async with http() as hook:
        gateway = Apprise(url=at(hook.url, "json", "?:phone={to}&:key=k"))
        await told(gateway, replace(page(), address="+84 912&x=1"))
        await told(gateway, replace(page(), address=at(hook.url, "json", "?:own=1").reveal()))
    first, second = (json.loads(body) for _, body in hook.requests)
    assert (first["phone"], first["key"]) == ("+84 912&x=1", "k")
    assert second["own"] == "1"
    with pytest.raises(Permanent, match="nobody's address for"):
        await told(gateway, page())


@pytest.mark.parametrize(
    ("status", "failure"),
    [(404, Permanent), (401, Permanent), (429, Retryable), (503, Retryable), (302, Retryable)],
)
async def test_what_each_status_means(status: int, failure: type[Exception]) -> None:
    async with http(status, {"Location": "/elsewhere"}) as hook:
        with pytest.raises(failure, match=f"error={status}") as caught:
            await told(Apprise(url=at(hook.url, "json", "/key-123")), page())
        assert len(hook.requests) == 1
    assert "key-123" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (None, "no URL to send to"),
        (Secret(None, "env:CHAT"), "env:CHAT is not set"),
        (Secret("nonsense://key-123", "env:CHAT"), "not the URL of a service"),
        (Secret("tgram://key-123", "env:CHAT"), "not the URL of a service"),
    ],
)
async def test_what_will_never_work_says_so_without_the_key(url: Secret | None, why: str) -> None:
    with pytest.raises(Permanent, match=why) as caught:
        await told(Apprise(url=url), page())
    assert "key-123" not in str(caught.value)


async def test_no_server_may_work_later() -> None:
    url = at(f"http://127.0.0.1:{free_port()}/in", "json")
    with pytest.raises(Retryable, match="Connection error"):
        await told(Apprise(url=url), page())


async def test_a_service_that_hangs_costs_nobody_else_anything_but_their_number_is_bounded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        chats = Chats()
        url = f"json://127.0.0.1:{deaf.getsockname()[1]}/in?rto=60"  # it ends with the block
        hung = [chats.say(url, "a", "b", "info", 0.2) for _ in range(MOST)]
        found = await asyncio.gather(*hung, return_exceptions=True)
        assert {str(one) for one in found} == {"no answer within 0.2 s"}
        with pytest.raises(Retryable, match="still under way"):
            await chats.say(url, "a", "b", "info", 0.2)


def test_it_is_loaded_with_the_first_message_only() -> None:
    program = "import sys, netmon.wire.real, netmon.notifiers.apprise; sys.exit('apprise' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
