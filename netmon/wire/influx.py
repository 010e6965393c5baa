"""How do lines reach an InfluxDB?

By influxdb-client and the API of version 2, which InfluxDB 1.8, 2 and 3 and VictoriaMetrics understand. The client
blocks, so each request has a thread of its own; one that a server keeps waiting for ever is left behind, and not too
many of them are. The client tries nothing twice: who sends knows better what is to be sent again.
"""

import asyncio
import time
from concurrent.futures import Future
from io import BytesIO
from threading import Thread
from typing import Any

from netmon.errors import Permanent, Retryable
from netmon.wire.http import LARGEST, stays, wait_wanted
from netmon.wire.net import Bucket, HttpReply

MOST = 4
"""Requests that may be under way at the same time, those included that nobody waits for any more."""


class Influx:
    """Writing clients by place; influxdb-client is not loaded before the first line (48 MB, a second)."""

    __slots__ = ("_busy", "_clients")

    def __init__(self) -> None:
        self._busy: set[Thread] = set()
        self._clients: dict[Bucket, Any] = {}

    async def write(self, place: Bucket, lines: bytes, timeout: float) -> HttpReply:
        """What the server answers to gzipped lines. Raises Retryable when no answer came, Permanent for what is no URL
        or no token; neither tells the token."""
        self._busy = {thread for thread in self._busy if thread.is_alive()}
        if len(self._busy) >= MOST:
            raise Retryable(f"{MOST} earlier requests are still under way")
        outcome: Future[HttpReply | str] = Future()
        work = (outcome, self._clients, place, lines, timeout)
        thread = Thread(target=_work, args=work, name="influx", daemon=True)
        self._busy.add(thread)
        thread.start()
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(outcome), timeout)
        except TimeoutError:
            self._clients.pop(place, None)  # its connection is the one that hangs
            raise Retryable(f"no answer within {timeout:g} s") from None
        if isinstance(found, str):
            raise Permanent("not a URL, or no token, to post with") if not found else Retryable(f"no answer: {found}")
        return found

    def close(self) -> None:
        """Give every connection back."""
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            client.close()


def _work(
    outcome: Future[HttpReply | str], clients: dict[Bucket, Any], place: Bucket, lines: bytes, timeout: float
) -> None:
    """In a thread: the answer, or why there is none; "" = it is no URL, or no token."""
    if not outcome.set_running_or_notify_cancel():
        return
    found: HttpReply | str = "the client itself failed"
    try:
        found = _written(clients, place, lines, timeout)
    finally:
        outcome.set_result(found)


def _written(clients: dict[Bucket, Any], place: Bucket, lines: bytes, timeout: float) -> HttpReply | str:
    from influxdb_client import InfluxDBClient, WriteService
    from influxdb_client.rest import ApiException
    from urllib3.exceptions import HTTPError, LocationValueError

    client = clients.get(place)
    if client is None:
        client = InfluxDBClient(place.url, place.token or None, timeout=int(timeout * 1000), retries=False)
        rest = client.api_client.rest_client
        rest.pool_manager = _Bounded(rest.pool_manager, timeout)
        clients[place] = client
    pool: _Bounded = client.api_client.rest_client.pool_manager
    service = WriteService(client.api_client)
    try:
        # The service below the client's `write`: what is spooled is gzipped already, and goes out as it lies there.
        service.post_write(place.org, place.bucket, lines, precision="ms", content_encoding="gzip")
    except ApiException as error:
        if not error.status:  # TLS, by the client's own account
            return str(error.reason)
        later = wait_wanted(str((error.headers or {}).get("Retry-After", "")), time.time())
        return HttpReply(int(error.status), (error.body or "").encode(), later, pool.anew)
    except LocationValueError:
        return ""
    except (HTTPError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    except ValueError:  # of a header that cannot be sent, whose text has the token in it
        return ""
    return HttpReply(204, b"", anew=pool.anew)


class _Bounded:
    """urllib3's pool, of whose answers the first 64 KiB are read, for as long as a request may take, and no redirect is
    followed: the client itself reads whatever comes. `anew`: the last answer came over another connection than the one
    before, which should have been there still."""

    __slots__ = ("_pool", "_port", "_seconds", "anew")

    def __init__(self, pool: Any, seconds: float) -> None:
        self._pool, self._seconds, self._port, self.anew = pool, seconds, 0, False

    def request(
        self, method: str, url: str, *, body: Any, preload_content: bool, timeout: Any, headers: dict[str, str]
    ) -> Any:
        from urllib3 import HTTPResponse

        headers = {**headers, "Accept-Encoding": "identity"}
        until = time.monotonic() + self._seconds
        kept, self._port = self._port, 0
        reply = self._pool.request(
            method, url, body=body, preload_content=False, timeout=timeout, headers=headers, redirect=False
        )
        port = _port(reply)
        self.anew = kept != port and 0 not in (kept, port)
        read = bytearray()
        while len(read) < LARGEST and time.monotonic() < until and (part := reply.read1(LARGEST, decode_content=False)):
            read += part
        done = len(read) < LARGEST and reply.isclosed()
        reply.release_conn() if done else reply.close()
        self._port = port if done and stays(reply.headers.get("Connection", "")) else 0
        text = bytes(read[:LARGEST]).decode("utf-8", "replace").encode()
        return HTTPResponse(BytesIO(text), reply.headers, reply.status, reason=reply.reason, decode_content=False)

    def clear(self) -> None:
        self._pool.clear()


def _port(reply: Any) -> int:
    """Our own of the connection that an answer comes over, 0 if that ends with it."""
    connection = reply.connection
    return connection.sock.getsockname()[1] if connection is not None and connection.sock is not None else 0
