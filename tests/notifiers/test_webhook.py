"""Does the webhook post exactly the body, and does each answer mean the right thing?"""

import hashlib
import hmac
import re
from dataclasses import replace

import pytest

from netmon.errors import Permanent, Retryable
from netmon.model import Secret
from netmon.notifiers.webhook import Webhook, signed
from netmon.wire.real import RealNet
from tests.notifiers.receivers import http, page
from tests.ports import free_port

OUTCOMES: dict[int, type[Exception] | None] = {
    **dict.fromkeys((200, 201, 202, 204, 299)),
    **dict.fromkeys((301, 302, 304, 307, 308), Permanent),
    **dict.fromkeys((400, 401, 403, 404, 405, 410, 413, 422, 451), Permanent),
    **dict.fromkeys((408, 425, 429), Retryable),
    **dict.fromkeys((500, 501, 502, 503, 504, 507, 599), Retryable),
}


@pytest.mark.parametrize(("status", "failure"), OUTCOMES.items())
async def test_what_each_status_means(status: int, failure: type[Exception] | None) -> None:
    net = RealNet()
    async with http(status, {"Location": "/elsewhere"}) as hook:
        plugin = Webhook(url=hook.url)
        if failure is None:
            await plugin.send(page(), net)
        else:
            with pytest.raises(failure, match=f"HTTP {status}"):
                await plugin.send(page(), net)
        assert len(hook.requests) == 1, "sent once: the desk retries, and redirects are not followed"
        await net.close()


async def test_the_body_is_posted_as_it_is() -> None:
    net = RealNet()
    async with http() as hook:
        await Webhook(url=hook.url, token=Secret("s3cret", "env:HOOK")).send(page(), net)
        await net.close()
    [(headers, body)] = hook.requests
    assert body == '{"id": "2/opened/noc/1", "text": "Xã"}'.encode()
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Authorization"] == "Bearer s3cret"


async def test_without_a_token_nothing_is_claimed() -> None:
    net = RealNet()
    async with http() as hook:
        await Webhook(url=hook.url).send(page(), net)
        await net.close()
    assert "Authorization" not in hook.requests[0][0]


async def test_no_answer_may_work_later() -> None:
    net = RealNet()
    with pytest.raises(Retryable, match="no answer"):
        await Webhook(url=f"http://127.0.0.1:{free_port()}/in").send(page(), net)
    await net.close()


async def test_an_unset_token_names_its_source_only() -> None:
    net = RealNet()
    with pytest.raises(Permanent, match="env:HOOK is not set"):
        await Webhook(url="http://127.0.0.1:9/", token=Secret(None, "env:HOOK")).send(page(), net)
    await net.close()


async def test_errors_do_not_show_the_address() -> None:
    """Chat services put their key into it."""
    net = RealNet()
    async with http(404) as hook:
        with pytest.raises(Permanent) as caught:
            await Webhook(url=f"{hook.url}/key-123").send(page(), net)
        await net.close()
    assert "key-123" not in str(caught.value)


async def test_a_secret_signs_the_body_and_when_it_was_posted() -> None:
    net = RealNet()
    async with http() as hook:
        await Webhook(url=hook.url, secret=Secret("k3y", "env:HOOK")).send(page(), net)
        await net.close()
    [(headers, body)] = hook.requests
    at, digest = re.fullmatch(r"t=([0-9]+),v1=([0-9a-f]{64})", headers["X-Netmon-Signature"]).groups()  # type: ignore[union-attr]
    assert digest == hmac.new(b"k3y", at.encode() + b"." + body, hashlib.sha256).hexdigest()
    expected = "50f3f7ebd799d00581aa918ac0c4e0741250032cba5e49d0011c741f4b06ae62"  # openssl dgst -sha256 -hmac k3y
    assert signed(b"{}", "k3y", 1) == f"t=1,v1={expected}"


async def test_a_person_may_have_a_hook_of_their_own() -> None:
    net = RealNet()
    async with http() as hook:
        own = replace(page(), address=hook.url)
        await Webhook(url="http://127.0.0.1:9/").send(own, net)
        await net.close()
    assert len(hook.requests) == 1
