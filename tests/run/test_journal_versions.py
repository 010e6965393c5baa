"""Does a journal that an older netmon wrote tell the same today?

`journals/N.sql` are the rows of a journal that the program wrote when its schema had N scripts: a commune lost
and back, a fold of the log, the commune lost again over a restart, half a minute without netmon, and whatever else that
version could write down. A file whose version is
released is never changed.
"""

import asyncio
import json
from contextlib import closing
from pathlib import Path
from shutil import copy

import apsw
import pytest

from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import Facts
from netmon.model import Restored, State
from netmon.run.journal import facts as journal_facts
from netmon.run.journal import file as journal_file
from netmon.run.journal import notices as journal_notices
from netmon.run.journal import schema as journal_schema
from netmon.run.journal.rollups import Hour
from netmon.run.journal.seam import facts, open_inline, read_only
from tests.province import T0

VERSIONS = sorted(Path(__file__).with_name("journals").glob("*.sql"), key=lambda path: int(path.stem))
SITE, LINK, DEVICE = "mau-a", "mau-a/1", "ma-r1"
BEGIN, END = int(T0), int(T0) + 160
COMING = 2
"""Scripts that no release has yet: a journal of each will be kept when one has."""


def as_written(rows: Path, database: apsw.Connection) -> None:
    """Fill this database as that version left its journal."""
    version = int(rows.stem)
    for script in journal_schema.MIGRATIONS[:version]:
        database.execute(script)
    database.pragma("application_id", journal_file.APPLICATION_ID)
    database.pragma("user_version", version)
    database.execute(rows.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda rows: rows.stem)
def journal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A journal of each version, brought up to date as a start of the service does it; and which version it was."""
    path, rows = tmp_path_factory.mktemp("journal") / "journal.db", request.param
    with closing(apsw.Connection(str(path))) as old:
        old.pragma("synchronous", "off")
        as_written(rows, old)

    async def started() -> None:
        opened = open_inline(path)
        await opened.restore()
        await opened.close()

    asyncio.run(started())
    return path, int(rows.stem)


def test_every_version_with_tables_of_its_own_has_left_a_journal() -> None:
    assert [int(rows.stem) for rows in VERSIONS] == list(range(1, len(VERSIONS) + 1))
    assert len(VERSIONS) >= len(journal_schema.MIGRATIONS) - COMING


def test_its_tables_are_those_of_a_new_journal(journal: tuple[Path, int]) -> None:
    with closing(apsw.Connection(":memory:")) as new, closing(apsw.Connection(str(journal[0]))) as brought:
        for script in journal_schema.MIGRATIONS:
            new.execute(script)
        statement = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
        assert list(brought.execute(statement)) == list(new.execute(statement))
        assert brought.pragma("user_version") == len(journal_schema.MIGRATIONS)
        assert brought.pragma("integrity_check") == "ok"


def test_every_line_of_its_log_is_still_there_as_it_was_written(journal: tuple[Path, int]) -> None:
    path, version = journal
    statement = "SELECT * FROM log ORDER BY seq"
    with closing(apsw.Connection(":memory:")) as old, closing(apsw.Connection(str(path))) as new:
        as_written(VERSIONS[version - 1], old)
        before = list(old.execute(statement))
        assert list(new.execute(statement)) == before
    plain = [json.loads(str(row[4])) for row in before if row[2] == "transition"]
    found = facts(path, 0.0, END).transitions
    assert len(plain) == len(found) == 15
    for was, now in zip(plain, found, strict=True):
        assert (was["id"], was["of"], was["at"]) == (now.id, now.of, now.at)
        assert (was["new"]["state"], was["new"]["since"]) == (now.new.state, now.new.since)


def test_the_ledger_of_that_time_is_what_it_was(journal: tuple[Path, int]) -> None:
    path, version = journal
    found: Facts = facts(path, BEGIN, END)
    ledger = book(found, BEGIN, END)
    planned = [(101, 125, "down", "unclear"), (125, 130, "maintenance", None)]
    assert [(one.since - BEGIN, one.until - BEGIN, one.column, one.attribution) for one in ledger["site", SITE]] == [
        (0, 1, "unmeasured", None),
        (1, 21, "up", None),
        (21, 51, "down", "power" if version >= 2 else "unclear"),
        (51, 101, "up", None),
        *(planned if version >= 2 else [(101, 130, "down", "unclear")]),
        (130, 160, "unmeasured", None),
    ]
    carriers = {one.owner.carrier for one in ledger["link", LINK]}
    assert carriers == ({"vnpt", "viettel"} if version >= 2 else {None})
    assert [(one.who, one.value) for one in found.corrections] == ([("Quân", "viettel")] if version >= 2 else [])
    assert {one.id for one in found.assets} >= ({SITE, LINK, DEVICE} if version >= 2 else set())
    assert [(round(a - T0), round(b - T0)) for a, b in found.dead] == [(130, 160)]


def test_the_service_goes_on_where_it_was(journal: tuple[Path, int]) -> None:
    path, version = journal
    known: Restored = read_only(path)
    assert known.standings[SITE].state is State.DOWN
    assert (round(known.standings[SITE].since - T0), known.learned[DEVICE][:2]) == (101, (0.02, 1e-06))
    [first, second] = known.incidents.values()
    assert (first.state, second.state, second.affected) == ("resolved", "open", (SITE,))
    assert {mark for _, mark in known.marks} == ({"maintenance", "flapping"} if version >= 2 else set())
    assert [dict(fact.values) for fact in known.facts.get(("core", "netmon_if_info"), {}).values()][1:] == (
        [{"alias": 'đi "Mậu A"'}] if version >= 3 else []
    )
    assert [(act.verb, act.incident, act.text) for act in known.acts] == (
        [("ack", second.id, "đang đi")] if version >= 4 else []
    )
    assert [case.acked_by for case in known.cases.values()] == (["binh"] if version >= 4 else [])
    assert [one.notice.incident.id for one in journal_notices.read(path, 0.0)] == [first.id, first.id, second.id]
    assert len(journal_facts.read(path, 0.0)) == (1 if version >= 3 else 0)


async def test_it_is_written_and_folded_like_any_other(journal: tuple[Path, int], tmp_path: Path) -> None:
    path, version = Path(copy(journal[0], tmp_path)), journal[1]
    before = read_only(path)
    opened = open_inline(path)
    hours = await opened.rolled(0.0)
    assert {track: list(found.values()) for track, found in hours.items()}.keys() == (
        {"netmon_link_use_ratio"} if version >= 5 else set()
    )
    for found in hours.values():
        [[hour]] = found.values()
        assert (hour.hour, list(hour.means)[:11]) == Hour(int(T0 // 3600), [0.5] * 11)
    await opened.snapshot(T0 + 200)
    await opened.close()
    after = read_only(path)
    assert (after.standings, after.incidents, after.marks, after.facts) == (
        before.standings, before.incidents, before.marks, before.facts,
    )  # fmt: skip
    assert (after.acts, after.cases, after.seq) == (before.acts, before.cases, before.seq)
