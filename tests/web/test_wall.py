"""Can the wall be read from five metres, whatever the province is like? Looked at in a real Chromium."""

import asyncio
import copy
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from netmon.web import wall
from netmon.web.app import build
from tests.web.browser import Page, chromium
from tests.web.shown import Shown, running
from tests.web.walls import Walls, province

HOSTILE = ("<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "\"'&amp;", "Ấ" * 60, "W" * 60, "")

LOOK = Path(__file__).with_name("wall_look.js").read_text(encoding="utf-8")


def ticks() -> Callable[[], float]:
    """A clock on which every answer is too old to be given again."""
    return map(float, itertools.count(0, 10)).__next__


def hostile() -> dict[str, Any]:
    """Names that would be more than names, or do not end."""
    says = copy.deepcopy(province(111, 13, 2, 6))
    for number, site in enumerate(site for area in says["areas"] for site in area["sites"]):
        site["name"] = HOSTILE[number % len(HOSTILE)]
    for number, each in enumerate((*says["areas"], *says["incidents"])):
        each["name"] = HOSTILE[number % len(HOSTILE)]
    for number, incident in enumerate(says["incidents"]):
        incident["by"] = incident["cause"] = HOSTILE[number]
    return says


BLIND = {"blind": "2026-11-22T03:12:00.000+07:00"}
CASES: dict[str, dict[str, Any]] = {
    "111 well": province(111) | {"age": 125.0, "stale_after": 300.0},  # in minutes: a second may go by meanwhile
    "300 well": province(300),
    "111, 60 lost": province(111, 60, 0, 6),
    "300, 60 lost": province(300, 60, 3, 7),
    "300, all lost": province(300, 300, 0, 6),
    "111, some": province(111, 5, 2, 3),
    "11, blind": province(11, 2, 0, 1) | BLIND,
    "300, blind": province(300, 60, 3, 6) | BLIND,
    "111, stale": province(111, 5, 2, 6) | {"age": 95.0},
    "111, stopped": province(111) | {"running": False},
    "hostile": hostile(),
}


async def look(page: Page, port: int, language: str = "vi") -> dict[str, Any]:
    """What can be measured of the wall as it is now."""
    await page.call("Page.navigate", url=f"http://127.0.0.1:{port}/wall?lang={language}")
    await page.until("document.querySelector('.dot, .chip')")
    found: dict[str, Any] = await page.run(LOOK)
    return found


def readable(seen: dict[str, Any], says: dict[str, Any]) -> None:
    """Nothing smaller than 40 px, over something else or outside; a tile a site, and a name or a count for each that is
    not well."""
    assert seen["smallest"] >= 39.99
    assert (seen["overlaps"], seen["outside"], seen["tiles_outside"]) == ([], [], 0)
    assert (seen["wide"], seen["high"]) == (1920, 1080)
    of = says["counts"]
    assert seen["counts"] == [of["down"] + of["cut"], of["poor"], of["backup"], of["up"]]
    assert (seen["dots"], seen["chips"]) == (of["up"], sum(of.values()) - of["up"])
    assert seen["nameless"] == seen["left"]
    assert (seen["alarm"] != "") == (seen["grey"] != "none")


@pytest.mark.debian("chromium")
async def test_the_wall_in_a_browser(tmp_path: Path, require_program: Callable[[str, str], str]) -> None:
    """One browser for everything: it takes a second to start."""
    walls = Walls()
    async with chromium(require_program("chromium", "chromium"), tmp_path / "browser") as page:
        async with running(build(Shown(), wall.routes(walls, "vi", ticks()))) as port:
            seen: dict[str, dict[str, Any]] = {}
            for name, walls.says in CASES.items():
                seen[name] = await look(page, port)
                try:
                    readable(seen[name], walls.says)
                except AssertionError as error:
                    raise AssertionError(f"{name}: {error}") from error
            walls.says = CASES["hostile"]
            await in_a_hand(page, port)
            walls.says = CASES["111, some"]
            english = await look(page, port, "en")
        said(seen, english)
        assert page.said == []  # no error of the script, and nothing that the policy forbids
        await page.call("Emulation.setVirtualTimePolicy", policy="advance", budget=40_000)  # and nobody answers
        await page.until("document.querySelector('#alarm:not([hidden])')")
        gone = await page.run(LOOK)
        readable(gone, walls.says)
        assert gone["alarm"].split()[:2] == ["OLD", "DATA"]


async def in_a_hand(page: Page, port: int) -> None:
    """On a telephone it is one column, which scrolls down and not sideways, with every name."""
    screen = {"deviceScaleFactor": 1, "mobile": False}
    await page.call("Emulation.setDeviceMetricsOverride", width=390, height=844, **screen)
    seen = await look(page, port)
    assert (seen["wide"], seen["overlaps"], seen["nameless"]) == (390, [], 0)
    assert seen["smallest"] >= 16
    assert seen["high"] > 844
    await page.call("Emulation.setDeviceMetricsOverride", width=1920, height=1080, **screen)


def said(seen: dict[str, dict[str, Any]], english: dict[str, Any]) -> None:
    """The words and figures of the walls above."""
    assert seen["111 well"]["rows"] == [["Không có sự cố"]]
    assert seen["111 well"]["now"].split("\n")[1:] == ["CN 22/11/2026", "Dữ liệu 2 phút trước"]
    assert seen["111 well"]["alarm"] == seen["300, 60 lost"]["alarm"] == ""
    assert seen["300, 60 lost"]["rows"][-1] == ["và 1 sự cố khác"]
    assert len(seen["300, 60 lost"]["rows"]) == 7
    assert seen["111, some"]["rows"][:2] == [
        ["MẤT", "Huyện Văn Yên", "12 điểm", "2 ngày 1 giờ", "nghi đứt cáp", "chị Lan"],
        ["MẤT", "VNPT Yên Bái", "6 điểm", "1 ngày 2 giờ", "nghi lỗi nhà mạng", "CHƯA AI NHẬN"],
    ]
    assert english["rows"][1][2:] == ["6 sites", "1 day 2 h", "nghi lỗi nhà mạng", "NOBODY YET"]
    assert seen["300, blind"]["alarm"].startswith("MÙ")
    assert "03:12" in seen["300, blind"]["alarm"]
    assert seen["111, stale"]["alarm"].startswith("DỮ LIỆU CŨ")
    assert "21:12:3" in seen["111, stale"]["alarm"]
    assert seen["111, stopped"]["alarm"].startswith("TẠM DỪNG")
    assert seen["hostile"]["strangers"] == 0


async def fetch(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    async with aiohttp.ClientSession() as session, session.request(method, f"http://127.0.0.1:{port}{path}") as reply:
        return reply.status, {key.lower(): value for key, value in reply.headers.items()}, await reply.read()


async def test_the_page_runs_nothing_but_itself_and_takes_nothing_from_elsewhere() -> None:
    async with running(build(Shown(), wall.routes(Walls(), "vi"))) as port:
        status, headers, body = await fetch(port, "/wall")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["script-src"].startswith("'sha256-")
    assert b"http:" not in body
    assert b"https:" not in body


@pytest.mark.parametrize(
    ("asked", "language"), [("", "vi"), ("?lang=en", "en"), ("?lang=xx", "vi"), ("?lang=%00<", "vi")]
)
async def test_the_language_is_asked_for(asked: str, language: str) -> None:
    walls = Walls(says={"a": 1})
    async with running(build(Shown(), wall.routes(walls, "vi"))) as port:
        _, _, page = await fetch(port, f"/wall{asked}")
        status, headers, body = await fetch(port, f"/api/v1/wall{asked}")
    assert f'<html lang="{language}">'.encode() in page
    assert (status, headers["content-type"], json.loads(body)) == (200, "application/json", {"a": 1})
    assert walls.asked == [language]


async def test_many_screens_cost_as_much_as_one() -> None:
    now = [0.0]
    walls = Walls(says={"a": 1})
    async with running(build(Shown(), wall.routes(walls, "vi", lambda: now[0]))) as port:
        await asyncio.gather(*(fetch(port, "/api/v1/wall") for _ in range(20)))
        assert walls.asked == ["vi"]
        now[0] += wall.KEPT
        await fetch(port, "/api/v1/wall")
    assert walls.asked == ["vi", "vi"]


async def test_the_bare_address_leads_to_the_page_behind_a_proxy_too() -> None:
    async with running(build(Shown(), wall.routes(Walls(), "vi"))) as port, aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/", allow_redirects=False) as reply:
            assert (reply.status, reply.headers["location"]) == (302, "wall")
        async with session.get(f"http://127.0.0.1:{port}/") as page:
            assert page.url.path == "/wall"


@pytest.mark.parametrize("path", ["/", "/wall", "/api/v1/wall"])
async def test_nothing_can_be_changed(path: str) -> None:
    async with running(build(Shown(), wall.routes(Walls(), "vi"))) as port:
        assert (await fetch(port, path, "POST"))[0] == 405
