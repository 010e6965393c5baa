"""How does a message reach a chat service?

Some hundred services are spoken to by apprise, which takes all that one needs from a URL. Its calls block, so each has
a thread of its own; one that a server keeps waiting for ever is left behind, and not too many of them are.
"""

import asyncio
import re
from concurrent.futures import Future
from threading import Thread

from netmon.errors import Permanent, Retryable
from netmon.wire.http import LATER
from netmon.wire.net import Mood

MOST = 8
"""Messages that may be under way at the same time, those included that nobody waits for any more."""

NOT_KNOWN = "this is not the URL of a service that apprise knows"

_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")


class Chats:
    """Messages by apprise, which is not loaded before the first one."""

    __slots__ = ("_busy",)

    def __init__(self) -> None:
        self._busy: set[Thread] = set()

    async def say(self, url: str, title: str, text: str, mood: Mood, timeout: float) -> None:
        """Deliver one message. Raises Retryable (no answer, busy) or Permanent (no such service, rejected).

        Neither names the URL: it holds the key of the service.
        """
        self._busy = {thread for thread in self._busy if thread.is_alive()}
        if len(self._busy) >= MOST:
            raise Retryable(f"{MOST} earlier messages to chat services are still under way")
        outcome: Future[str | None] = Future()
        thread = Thread(target=_deliver, args=(outcome, url, title, text, mood), name="chat", daemon=True)
        self._busy.add(thread)
        thread.start()
        try:
            why = await asyncio.wait_for(asyncio.wrap_future(outcome), timeout)
        except TimeoutError:
            why = f"no answer within {timeout:g} s"
        if why is not None:
            raise Permanent(why) if _is_final(why) else Retryable(why)


def _deliver(outcome: Future[str | None], url: str, title: str, text: str, mood: Mood) -> None:
    """In a thread: what went wrong, None if nothing did."""
    outcome.set_running_or_notify_cancel()
    why: str | None = "apprise itself failed"
    try:
        why = _said(url, title, text, mood)
    finally:
        outcome.set_result(why)


def _said(url: str, title: str, text: str, mood: Mood) -> str | None:
    import apprise  # 0.2 s, and 0.5 s more for all its services

    asset = apprise.AppriseAsset(
        app_id="netmon",
        app_desc="netmon",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=0,
        http_redirects=False,
    )
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return NOT_KNOWN
    speaker = apprise.Apprise([service], asset=asset)
    result = speaker.notify(body=text or title, title=title if text else "", notify_type=mood, body_format="text")
    if result:
        return None
    told = [entry.message for entry in result.logs()]
    return told[-1].strip() if told else "not delivered, and apprise does not say why"


def _is_final(why: str) -> bool:
    """Will it never work? apprise tells the status of an answer in its log alone."""
    found = _STATUS.search(why)
    return why == NOT_KNOWN or (found is not None and 400 <= int(found[1]) < 500 and int(found[1]) not in LATER)
