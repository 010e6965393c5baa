"""Who may say what over HTTP, and what does the desk hear of it?"""

import json
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from netmon.errors import NotPermitted, NotRunning, NotTaken
from netmon.people import Act
from netmon.settings.config import Config
from netmon.web import acts, client
from netmon.web.app import build
from netmon.web.gate import FAILURES, FILE, WITHIN, Gate, make_token
from tests.ports import free_port
from tests.web.shown import Shown, running, running_beside
from tests.web.spoken import BOT, TOKEN, Taker, gate

ACK = {"verb": "ack", "who": "binh", "incident": 4127}
UNTIL = 1_793_000_000.0


class Door:
    """A server of the real application, and how it answers."""

    def __init__(self, session: aiohttp.ClientSession, port: int, taker: Taker) -> None:
        self.session, self.port, self.taker = session, port, taker

    async def post(self, path: str, body: object, token: str | None = TOKEN) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with self.session.post(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers) as reply:
            assert reply.headers["x-content-type-options"] == "nosniff"
            return reply.status, json.loads(await reply.read())


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    taker = Taker()
    async with (
        running(build(Shown(), acts.routes(taker, gate(taker)))) as port,
        aiohttp.ClientSession() as session,
    ):
        yield Door(session, port, taker)


async def test_an_act_is_taken_and_comes_back_with_its_number(door: Door) -> None:
    status, answer = await door.post("/api/v1/acts", ACK | {"at": 7.0, "number": 9, "by": "call"})
    assert (status, answer["number"], answer["verb"], answer["at"]) == (200, 4200, "ack", 1.0)
    assert door.taker.said == [Act(verb="ack", who="binh", incident=4127, at=0.0, by="cli", number=9)]


async def test_a_named_token_speaks_for_a_program(door: Door) -> None:
    assert (await door.post("/api/v1/acts", ACK, BOT))[0] == 200
    assert door.taker.said[0].by == "api"


@pytest.mark.parametrize("verb", ["ack", "unack", "note", "called", "ticket", "promise", "false"])
async def test_each_word_about_an_incident_has_an_address(door: Door, verb: str) -> None:
    said = {"who": "lan", "text": "VNPT-123", "until": "2026-10-26T23:30:00+07:00"}
    assert (await door.post(f"/api/v1/incidents/4127/{verb}", said))[0] == 200
    [act] = door.taker.said
    assert (act.verb, act.incident, act.who, act.text, act.until) == (verb, 4127, "lan", "VNPT-123", 1793032200.0)


@pytest.mark.parametrize("verb", ["silence", "leave", "storm", "resolve", "ACK"])
async def test_other_words_have_none(door: Door, verb: str) -> None:
    status, answer = await door.post(f"/api/v1/incidents/4127/{verb}", {"who": "lan"})
    assert (status, answer["error"]) == (
        404,
        "what can be said of an incident is ack, unack, note, called, ticket, promise, false",
    )
    assert door.taker.said == []


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 20, "x", "-1", "٤١"])
async def test_what_is_no_number_is_no_incident(door: Door, number: str) -> None:
    assert (await door.post(f"/api/v1/incidents/{number}/ack", {"who": "lan"}))[0] == 404
    assert door.taker.said == []


@pytest.mark.parametrize(("unknown", "status"), [(True, 404), (False, 409)])
async def test_what_cannot_be_said_is_told_with_its_reason(door: Door, unknown: bool, status: int) -> None:
    door.taker.objects = NotTaken("#4127 is over since 23:02", unknown=unknown)
    assert await door.post("/api/v1/acts", ACK) == (status, {"error": "#4127 is over since 23:02"})


@pytest.mark.parametrize("token", [None, "", "t", TOKEN + "t", "T" * 40, "mật-khẩu", BOT[:-1]])
async def test_without_a_right_token_nothing_is_read(door: Door, token: str | None) -> None:
    status, answer = await door.post("/api/v1/acts", b"{", token)
    assert (status, answer) == (401, {"error": "a token is needed"})
    assert (door.taker.said, door.taker.turned_away) == ([], 1)


async def test_after_wrong_tokens_only_right_ones_are_answered(door: Door) -> None:
    for _ in range(FAILURES):
        assert (await door.post("/api/v1/acts", ACK, "wrong"))[0] == 401
    assert (await door.post("/api/v1/acts", ACK, "wrong"))[0] == 429
    assert (await door.post("/api/v1/acts", ACK, BOT))[0] == 200, "all come from one address where a proxy stands"
    assert (await door.post("/api/v1/acts", ACK, TOKEN))[0] == 200
    assert door.taker.turned_away == FAILURES + 1


def test_a_minute_later_others_count_again() -> None:
    taker, now = Taker(), 100.0
    other = Gate(TOKEN, {}, taker.refused, lambda: now)
    request = Request({"type": "http", "client": ("10.0.0.9", 1), "headers": []})
    codes: list[int] = []
    for step in (0.0,) * (FAILURES + 1) + (WITHIN + 1.0,):
        now += step
        with pytest.raises(HTTPException) as caught:
            other.admit(request)
        codes.append(caught.value.status_code)
    assert codes == [401] * FAILURES + [429, 401]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "this is no JSON"),
        (b"{", "this is no JSON"),
        (b"[" * 60_000, "this is no JSON"),
        (b"\xff\xfe", "this is no JSON"),
        ([], "a JSON object is wanted"),
        ("ack", "a JSON object is wanted"),
        ({}, "verb: "),
        ({"verb": "shout", "who": "binh"}, "verb: "),
        ({"verb": "ack"}, "who: "),
        (ACK | {"who": 7}, "who: "),
        (ACK | {"incident": "x"}, "incident: "),
        (ACK | {"incident": -1}, "out of all bounds"),
        (ACK | {"incident": 10**30}, "out of all bounds"),
        (ACK | {"who": " \n"}, "out of all bounds"),
        (ACK | {"until": 1e300}, "out of all bounds"),
        (ACK | {"until": 3e11}, "out of all bounds"),
        (ACK | {"what": ["a"] * 1001}, "out of all bounds"),
        (b'{"verb": "ack", "who": "binh", "incident": 1, "until": NaN}', "out of all bounds"),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(door: Door, body: object, said: str) -> None:
    status, answer = await door.post("/api/v1/acts", body)
    assert status == 400
    assert said in answer["error"]
    assert door.taker.said == []


@pytest.mark.parametrize(
    "until", ["2026-10-26T23:30:00", "soon", "", -1, 3e11, "9999-99-99T00:00:00Z", "9999-12-31T23:59:59-23:59"]
)
async def test_a_time_that_is_none_is_refused(door: Door, until: object) -> None:
    status, answer = await door.post("/api/v1/incidents/1/promise", {"who": "lan", "until": until})
    assert (status, answer["error"][:6]) == (400, "until:")


async def test_names_and_texts_come_on_one_line_and_not_without_end(door: Door) -> None:
    odd = {"who": "b\x1b[31m\nì\u202enh", "text": "x" * 5000}
    assert (await door.post("/api/v1/acts", ACK | odd))[0] == 200
    [act] = door.taker.said
    assert (act.who, len(act.text)) == ("b [31m ình", acts.LONGEST_TEXT)


async def test_a_body_that_never_ends_is_cut_off(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"http://127.0.0.1:{door.port}/api/v1/acts"
    async with door.session.post(url, data=endless(), headers=headers) as reply:
        assert reply.status == 413
    assert (await door.post("/api/v1/acts", b" " * 70_000))[0] == 413


async def test_a_bot_hands_on_what_it_was_sent_and_gets_what_to_answer(door: Door) -> None:
    assert await door.post("/api/v1/replies", {"from": "0912", "text": "1 4127"}, BOT) == (
        200,
        {"answer": "0912 says 1 4127"},
    )
    assert (await door.post("/api/v1/replies", {"from": "", "text": "1"}, BOT))[0] == 400
    assert (await door.post("/api/v1/replies", {"from": "0912", "text": "1"}, None))[0] == 401


@pytest.mark.parametrize("path", ["/api/v1/acts", "/api/v1/incidents/1/ack", "/api/v1/replies"])
async def test_reading_changes_nothing(door: Door, path: str) -> None:
    async with door.session.get(f"http://127.0.0.1:{door.port}{path}") as reply:
        assert reply.status == 405


def config(folder: Path, port: int) -> Config:
    return Config(listen=f"127.0.0.1:{port}", data=folder, exporters={}, notifiers={})


def put(folder: Path, token: str) -> None:
    (folder / FILE).write_text(token)


def test_a_command_says_it_with_the_services_own_token(tmp_path: Path) -> None:
    taker = Taker()
    put(tmp_path, TOKEN + "\n")
    act = Act(verb="silence", who="binh", at=0.0, by="cli", what=("van-yen",), until=UNTIL, text="sửa chữa")
    with running_beside(build(Shown(), acts.routes(taker, gate(taker)))) as port:
        assert client.tell(config(tmp_path, port), act) == replace(act, at=1.0, number=4200)
        assert taker.said == [act]
        taker.objects = NotTaken("there is no incident #9", unknown=True)
        with pytest.raises(NotTaken, match="there is no incident #9") as caught:
            client.tell(config(tmp_path, port), act)
        assert caught.value.unknown
        put(tmp_path, "wrong")
        with pytest.raises(NotTaken, match="a token is needed"):
            client.tell(config(tmp_path, port), act)


@pytest.mark.parametrize("token", [None, TOKEN])
def test_without_a_service_nothing_can_be_said(tmp_path: Path, token: str | None) -> None:
    if token is not None:
        put(tmp_path, token)
    with pytest.raises(NotRunning):
        client.tell(config(tmp_path, free_port()), Act(verb="ack", who="binh", at=0.0, incident=1))


def test_the_token_is_fresh_at_each_start_and_for_its_user_alone(tmp_path: Path) -> None:
    first, second = make_token(tmp_path), make_token(tmp_path)
    assert first != second
    assert (tmp_path / FILE).read_text().strip() == second
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    with pytest.raises(NotPermitted, match="cannot be written"):
        make_token(tmp_path / "nowhere")
