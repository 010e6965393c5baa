"""Is the history told as JSON, in bounds, and is nonsense answered with a sentence?"""

from array import array
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from netmon.run.journal.history import DAY, Fives, keep
from netmon.run.journal.sql import Book
from netmon.settings.project import Project
from netmon.web import history
from netmon.web.app import build
from tests.web.shown import Shown, running

FIRST = 20_000 * DAY
NOW = (FIRST + 4) * 300.0
ODD = "\\xã 'một'%"
Ask = Callable[..., Any]


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[Ask]:
    with closing(Book(tmp_path / "journal.db")) as book:
        keys = [("use", "a/1", "receive"), ("use", "a/1", "transmit"), ("loss", "a/1", ""), ("loss", ODD, "")]
        rows = [(FIRST + n, array("f", [n / 10, 0.5, float("nan") if n == 1 else 0.0, 1.0])) for n in range(4)]
        book.within(lambda database: keep(database, Fives(keys, rows)))
    project = SimpleNamespace(
        config=SimpleNamespace(data=tmp_path), inventory=SimpleNamespace(timezone="Asia/Ho_Chi_Minh")
    )
    more = history.routes(lambda: cast("Project", project), lambda: NOW)
    async with running(build(Shown(), more)) as port, aiohttp.ClientSession() as session:

        async def get(query: str | Mapping[str, str]) -> tuple[int, Any]:
            async with session.get(f"http://127.0.0.1:{port}/api/v1/history", params=query) as reply:
                return reply.status, await reply.json()

        yield get


async def test_means_are_told_and_what_was_not_measured_is_null(ask: Ask) -> None:
    status, found = await ask({"id": "a/1", "from": str(FIRST * 300), "to": "2024-10-04T07:20:00+07:00"})
    assert status == 200
    assert (found["from"], found["step_seconds"]) == ("2024-10-04T07:00:00.000+07:00", 300)
    assert [(one["quantity"], one["direction"], one["begins"], one["means"]) for one in found["curves"]] == [
        ("loss", "", "2024-10-04T07:00:00.000+07:00", [0.0, None, 0.0, 0.0]),
        ("use", "receive", "2024-10-04T07:00:00.000+07:00", [0.0, 0.1, 0.2, 0.3]),
        ("use", "transmit", "2024-10-04T07:00:00.000+07:00", [0.5, 0.5, 0.5, 0.5]),
    ]
    status, found = await ask({"quantity": "loss"})
    assert [(one["id"], len(one["means"])) for one in found["curves"]] == [(ODD, 288), ("a/1", 288)]
    assert [one["means"][-1] for one in (await ask({"id": ODD}))[1]["curves"]] == [1.0]
    assert await ask({"id": "nothing"}) == (200, {**found, "curves": []})


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"quantity": "speed"}, "quantity is one of loss, rtt, jitter, mos, use"),
        ({"from": "yesterday"}, "from is neither RFC 3339"),
        ({"to": "2024-10-04T07:20:00"}, "to is neither RFC 3339"),
        ({"to": "1e9"}, "to is neither RFC 3339"),
        ({"to": "nan"}, "to is neither RFC 3339"),
        ({"to": "9" * 100}, "to is neither RFC 3339"),
        ({"from": "1..2"}, "from is neither RFC 3339"),
        ({"from": "²"}, "from is neither RFC 3339"),
        ({"from": "200", "to": "100"}, "the period is empty"),
        ({"id": "x" * 201}, "id is not a line of at most 200 characters"),
        ({"id": "a\x00b"}, "id is not a line"),
        ({"id": "a\nb"}, "id is not a line"),
        ({"ids": "a/1"}, "what can be asked for is id, quantity, from, to"),
        ("id=a&id=b", "id is given twice"),
        ({"from": "0"}, "more than 300000 means: ask for an id"),
    ],
)
async def test_nonsense_is_answered_with_a_sentence(ask: Ask, query: str | Mapping[str, str], sentence: str) -> None:
    status, found = await ask(query)
    assert status == 400
    assert found["error"].startswith(sentence)


@pytest.mark.parametrize("name", ["' OR 1=1 --", "%", "a/1;DROP TABLE history_series", "…", "a/1 "])
async def test_an_id_is_a_name_and_nothing_else(ask: Ask, name: str) -> None:
    status, found = await ask({"id": name})
    assert (status, found["curves"]) == (200, [])
    assert len((await ask({"id": "a/1"}))[1]["curves"]) == 3


async def test_a_journal_that_cannot_be_read_is_no_crash(ask: Ask, tmp_path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"journal.db{end}").unlink(missing_ok=True)
    assert (await ask({}))[0] == 503
    (tmp_path / "journal.db").write_bytes(b"nonsense" * 1000)
    status, found = await ask({})
    assert status == 503
    assert "journal.db" in found["error"]
