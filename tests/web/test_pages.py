"""Which addresses answer, with what, and what is refused?"""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from netmon.web.app import build
from tests.web.shown import Shown, running

PAGES = ("/metrics", "/-/healthy", "/-/ready", "/api/v1/status", "/api/v1/incidents")


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)


async def ask(shown: Shown, path: str, method: str = "GET", data: bytes | None = None) -> Got:
    async with (
        running(build(shown)) as port,
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", data=data, allow_redirects=False) as reply,
    ):
        return Got(reply.status, {k.lower(): v for k, v in reply.headers.items()}, await reply.read())


async def test_metrics_are_the_views_own_page() -> None:
    got = await ask(Shown(page=b"netmon_x 7\n"), "/metrics")
    assert (got.status, got.body) == (200, b"netmon_x 7\n")
    assert got.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_000])
async def test_a_page_of_any_length_arrives_whole(size: int) -> None:
    page = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    got = await ask(Shown(page=page), "/metrics")
    assert (got.status, got.body) == (200, page)


async def test_a_client_that_goes_away_in_the_middle_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with running(build(Shown(page=b"x" * 30_000_000))) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as reply:
            assert len(await reply.read()) == 30_000_000
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_metrics_are_rendered_beside_the_loop() -> None:
    threads: list[threading.Thread] = []

    @dataclass(slots=True, kw_only=True)
    class Watched(Shown):
        def metrics(self) -> tuple[Iterator[bytes], str]:
            threads.append(threading.current_thread())
            return self.pieces(), "text/plain"

        def pieces(self) -> Iterator[bytes]:
            for _ in range(3):
                threads.append(threading.current_thread())
                yield b"x"

    assert (await ask(Watched(), "/metrics")).body == b"xxx"
    assert len(threads) == 4
    assert threading.current_thread() not in threads


@pytest.mark.parametrize(("well", "status"), [(True, 200), (False, 503)])
async def test_ready_and_healthy_are_told_by_the_code(well: bool, status: int) -> None:
    shown = Shown(is_ready=well, is_healthy=not well)
    assert (await ask(shown, "/-/ready")).status == status
    got = await ask(shown, "/-/healthy")
    assert (got.status, got.body) == ((503, b"late: journal (41 s)\n") if well else (200, b"ok\n"))


async def test_status_and_incidents_are_json() -> None:
    states = {"sites": {"a": {"state": "up", "since": None, "behind": None}}}
    shown = Shown(states=states, events=[{"id": 1, "name": "Xã Châu Quế Hạ"}])
    assert (await ask(shown, "/api/v1/status")).json() == states
    got = await ask(shown, "/api/v1/incidents")
    assert got.json() == [{"id": 1, "name": "Xã Châu Quế Hạ"}]
    assert "Châu Quế" in got.body.decode()


@pytest.mark.parametrize("path", ["/", "/metrics/", "/api/v1", "/api/v1/status/x", "/../etc/passwd", "/%00"])
async def test_anything_else_is_not_found_in_json(path: str) -> None:
    got = await ask(Shown(), path)
    assert (got.status, got.json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", PAGES)
async def test_nothing_can_be_changed(path: str, method: str) -> None:
    got = await ask(Shown(), path, method)
    assert (got.status, got.json()) == (405, {"error": "Method Not Allowed"})
    assert {word.strip() for word in got.headers["allow"].split(",")} == {"GET", "HEAD"}


@pytest.mark.parametrize("path", PAGES)
async def test_head_is_get_without_the_body(path: str) -> None:
    got = await ask(Shown(), path, "HEAD")
    assert (got.status, got.body) == (200, b"")


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
async def test_every_answer_has_the_security_headers_and_no_other_origin(path: str) -> None:
    headers = (await ask(Shown(), path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert not [name for name in headers if name.startswith("access-control")]
    assert "server" not in headers


async def test_a_body_is_refused_unread() -> None:
    got = await ask(Shown(), "/api/v1/status", data=b"x" * 100_000)
    assert (got.status, got.json()) == (413, {"error": "Content Too Large"})
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_a_broken_view_is_a_500_that_tells_nothing_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    @dataclass(slots=True, kw_only=True)
    class Broken(Shown):
        def status(self) -> dict[str, Any]:
            raise RuntimeError("password=hunter2")

    got = await ask(Broken(), "/api/v1/status")
    assert (got.status, got.json()) == (500, {"error": "Internal Server Error"})
    assert got.headers["x-content-type-options"] == "nosniff"
    assert len(caplog.records) == 1


async def test_scrapes_queue_up_rather_than_run_beside_one_another() -> None:
    inside = 0
    most = 0
    lock = threading.Lock()

    @dataclass(slots=True, kw_only=True)
    class Counted(Shown):
        def metrics(self) -> tuple[Iterator[bytes], str]:
            self.work()
            return (self.work() for _ in range(3)), "text/plain"

        def work(self) -> bytes:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.005)
            with lock:
                inside -= 1
            return b"x"

    async with running(build(Counted())) as port, aiohttp.ClientSession() as session:
        replies = await asyncio.gather(*(session.get(f"http://127.0.0.1:{port}/metrics") for _ in range(5)))
        assert [await reply.read() for reply in replies] == [b"xxx"] * 5
    assert most == 1


async def test_a_reader_that_takes_nothing_holds_up_nobody_else() -> None:
    async with running(build(Shown(page=b"x" * 30_000_000))) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as reply:
            assert len(await reply.read()) == 30_000_000
        writer.transport.abort()


async def test_a_page_that_cannot_be_begun_is_a_500() -> None:
    @dataclass(slots=True, kw_only=True)
    class Broken(Shown):
        def metrics(self) -> tuple[Iterator[bytes], str]:
            return (bytes(1 // int(number)) for number in "0"), "text/plain"

    assert (await ask(Broken(), "/metrics")).status == 500
