"""What does a web server answer to a POST?"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any

import aiohttp

from netmon.errors import Permanent, Retryable
from netmon.wire.net import HttpReply
from netmon.wire.text import clean

LARGEST = 64 * 1024
"""Octets of an answer that are read; the rest is dropped with its connection."""
LATER = frozenset({408, 425, 429})
"""Refusals that a later attempt may not meet: request timeout, too early, too many requests (RFC 9110, 8470, 6585)."""
IDLE = 75.0
"""Seconds for which a connection is kept that nobody uses."""


class Poster:
    """HTTP POST with one connection pool, made with the first request."""

    __slots__ = ("_kept", "_session")

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._kept: set[str] = set()  # to where there should be a connection still

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """Status and the first 64 KiB of the answer; redirects are not followed, nor cookies and proxies used.

        `timeout` (s) bounds the whole exchange. Raises Retryable when no answer came, and Permanent for what
        is no URL; neither tells the URL, for many a service has its key in it.
        """
        session = self._session = self._session or _session()
        made: list[object] = []
        kept = url in self._kept
        self._kept.discard(url)
        # an answer is not unpacked here, so that a small one cannot become a large one
        sent = {"Accept-Encoding": "identity"} | dict(headers)
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with session.post(
                url, data=body, headers=sent, timeout=limit, allow_redirects=False, trace_request_ctx=made
            ) as reply:
                later = wait_wanted(reply.headers.get("Retry-After", ""), time.time())
                answer = HttpReply(reply.status, await read(reply.content), later, kept and bool(made))
                if reply.content.at_eof() and stays(reply.headers.get("Connection", "")):
                    self._kept.add(url)
                return answer
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError):
            failure: Permanent | Retryable = Permanent("not a URL, or no headers, to post with")
        except TimeoutError:
            failure = Retryable(f"no answer within {timeout:g} s")
        except aiohttp.ClientResponseError as error:
            failure = Retryable(f"no answer: {clean(error.message)}")
        except (aiohttp.ClientError, OSError) as error:
            failure = Retryable(f"no answer: {error or type(error).__name__}")
        raise failure

    async def close(self) -> None:
        """Give every connection back."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def _session() -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(_note)
    connector = aiohttp.TCPConnector(keepalive_timeout=IDLE)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, trace_configs=[trace]
    )


async def _note(session: aiohttp.ClientSession, request: SimpleNamespace, made: Any) -> None:
    """A connection was made for a request, which is told so by its list."""
    request.trace_request_ctx.append(made)


def stays(said: str) -> bool:
    """Whether a connection stays open, by its header of that name (RFC 9112 9.6)."""
    return "close" not in said.lower()


def accepted(status: int, who: str) -> None:
    """Raises Retryable for 408, 425, 429 and 5xx, Permanent for any other status than 2xx."""
    if 200 <= status < 300:
        return
    why = f"{who} answered HTTP {status}"
    raise Retryable(why) if status in LATER or status >= 500 else Permanent(why)


def wait_wanted(text: str, now: float) -> float:
    """Seconds that a Retry-After header asks for, as a number or as a date (RFC 9110 10.2.3); 0 for anything else."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0


async def read(stream: aiohttp.StreamReader) -> bytes:
    """What the stream holds, up to LARGEST octets."""
    body = bytearray()
    async for chunk in stream.iter_chunked(LARGEST):
        body += chunk
        if len(body) >= LARGEST:
            break
    return bytes(body[:LARGEST])
