"""Does a click take an incident, once, for one person and one day, and a scanner's visit never?"""

import re
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.errors import NotPermitted
from netmon.people import Act
from netmon.run.clicks import Clicks
from netmon.run.links import FILE, LIFE, Links, read_key
from netmon.web import links as pages
from netmon.web.app import build
from tests.run.listening import Stand, incident, staffed, stand
from tests.web.shown import Shown, running

KEY = bytes(range(32))


@dataclass(slots=True)
class Hand:
    """A browser, and the links of a desk."""

    on: Stand
    links: Links
    base: str
    session: aiohttp.ClientSession
    late: float = 0.0

    async def visit(self, link: str, method: str = "GET") -> tuple[int, str]:
        async with self.session.request(method, self.base + link) as reply:
            assert "default-src 'none'" in reply.headers["content-security-policy"]
            assert len(reply.headers.getall("content-security-policy")) == 1
            assert reply.headers["referrer-policy"] == "no-referrer"
            text = re.sub(r"<style>.*?</style>", "", await reply.text())
            return reply.status, " | ".join(re.sub(r"<[^>]*>", " ", text).split("\n")).replace("  ", " ")


@asynccontextmanager
async def hand() -> AsyncIterator[Hand]:
    async with stand() as on:
        made: list[Hand] = []
        links = Links(KEY, "x:", lambda: on.hearing.wall() + (made[0].late if made else 0.0))
        clicks = Clicks(staffed, on.engine, on.hearing, links)
        async with (
            running(build(Shown(), pages.routes(clicks, "vi"))) as port,
            aiohttp.ClientSession() as session,
        ):
            made.append(Hand(on, links, f"http://127.0.0.1:{port}", session))
            yield made[0]


def path(link: str) -> str:
    return link.removeprefix("x:")


async def test_a_visit_shows_what_it_is_and_only_the_button_takes_it() -> None:
    async with hand() as at:
        link = path(at.links.link(41, "binh"))
        for _ in range(3):  # mail scanners follow links
            status, text = await at.visit(link)
            assert status == 200
            assert "[MẤT] D mất liên lạc từ " in text
            assert "Chưa ai nhận." in text
            assert "Tôi nhận việc #41" in text
        assert at.on.acts() == []
        status, text = await at.visit(link, "POST")
        assert (status, "Anh/chị đã nhận việc này." in text, "Tôi nhận" in text) == (200, True, False)
        assert at.on.acts() == [("ack", "binh", 41, "link", "")]


async def test_it_counts_once() -> None:
    async with hand() as at:
        link = path(at.links.link(41, "binh"))
        now = at.on.hearing.wall()
        at.on.desk.said[41] = (Act(verb="ack", who="binh", at=now, by="link", number=7, incident=41),)
        status, text = await at.visit(link, "POST")  # given back since: the old link does not take it again
        assert (status, "Tôi nhận" in text, at.on.acts()) == (200, False, [])
        at.late = LIFE / 2 + 60
        at.on.desk.said[41] = (Act(verb="ack", who="binh", at=now - LIFE, by="link", number=7, incident=41),)
        assert "Tôi nhận việc #41" in (await at.visit(path(at.links.link(41, "binh"))))[1]


async def test_somebody_else_may_take_over_and_what_is_over_cannot_be_taken() -> None:
    async with hand() as at:
        at.on.desk.cases[41] = replace(at.on.desk.cases[41], acked_by="lan")
        text = (await at.visit(path(at.links.link(41, "binh"))))[1]
        assert ("chị Lan đã nhận việc này." in text, "Tôi nhận thay việc #41" in text) == (True, True)
        text = (await at.visit(path(at.links.link(41, "lan"))))[1]
        assert ("You have taken it." in text, "I take" in text) == (True, False)
        status, text = await at.visit(path(at.links.link(40, "binh")), "POST")
        assert (status, "Đã xong lúc " in text, at.on.acts()) == (200, True, [])


@pytest.mark.parametrize("why", ["expired", "left", "gone", "unknown", "forged", "cut", "other key", "other incident"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_does_not_count_is_told_nothing(why: str, method: str) -> None:
    async with hand() as at:
        link = path(at.links.link({"unknown": 77}.get(why, 41), {"gone": "hung"}.get(why, "binh")))
        if why == "expired":
            at.late = LIFE + 1
        if why == "left":
            at.on.desk.acts[5] = Act(verb="leave", who="lan", at=0.0, text="binh", number=5)
        if why == "forged":
            link = link.replace("binh", "lan")
        if why == "cut":
            link = link[:-1]
        if why == "other key":
            link = path(Links(bytes(32), "x:", at.on.hearing.wall).link(41, "binh"))
        if why == "other incident":
            link = link.replace("/a/41.", "/a/42.")
        status, text = await at.visit(link, method)
        assert (status, "Liên kết này không còn dùng được." in text) == (404, True)
        assert at.on.acts() == []


async def test_names_that_look_like_markup_are_names() -> None:
    async with hand() as at:
        at.on.engine.remember([replace(incident(41, at.on.hearing.wall()), root="<script>alert(1)</script>")])
        async with at.session.get(at.base + path(at.links.link(41, "binh"))) as reply:
            text = await reply.text()
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


def test_the_key_is_made_once_and_is_its_users_alone(tmp_path: Path) -> None:
    key = read_key(tmp_path)
    assert (len(key), read_key(tmp_path)) == (32, key)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert read_key(tmp_path / "..") != key
    (tmp_path / ".." / FILE).unlink()
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(NotPermitted, match="this is no key"):
        read_key(tmp_path)
    with pytest.raises(NotPermitted, match="cannot be written"):
        read_key(tmp_path / "nowhere")


def test_a_key_that_was_never_written_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).touch(mode=0o600)
    key = read_key(tmp_path)
    assert (len(key), read_key(tmp_path)) == (32, key)


def test_without_an_address_there_are_no_links() -> None:
    assert Links(KEY, "", lambda: 0.0).link(41, "binh") == ""


def test_a_link_outlives_a_restart() -> None:
    link = Links(KEY, "https://netmon.example.vn", lambda: 1000.0).link(4127, "truong-phong")
    assert link.startswith("https://netmon.example.vn/a/4127.87400.truong-phong.")
    claim = Links(KEY, "", lambda: 1001.0).read(link.rpartition("/")[2])
    assert claim == (4127, "truong-phong", 87400)


@given(st.text(max_size=120))
def test_no_other_text_is_a_token(text: str) -> None:
    assert Links(KEY, "", lambda: 0.0).read(text) is None


@given(st.integers(0, 100), st.characters())
def test_no_changed_token_counts(place: int, letter: str) -> None:
    token = Links(KEY, "u", lambda: 0.0).link(4127, "binh").rpartition("/")[2]
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or Links(KEY, "", lambda: 0.0).read(changed) is None
