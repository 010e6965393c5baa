"""Does the ledger that is read from a journal say what its facts say, and can nobody change what was said?"""

import asyncio
import math
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal
from zlib import crc32

import apsw
import pytest

from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import Asset, Correction, Facts, Ruling
from netmon.errors import JournalError, NotRunning
from netmon.model import Entry, Event, Incident, IncidentEvent, Mark, Standing, State, Transition
from netmon.run.journal import file as journal_file
from netmon.run.journal import schema as journal_schema
from netmon.run.journal.seam import Journal, correct, facts, open_inline, open_threaded, read_only, rule
from tests.conftest import ROOT
from tests.ledger_oracle import KINDS, MONTH, START, history
from tests.run.values import entries, event, incident, transition

DAY = 86400.0
RULING = Ruling(at=5.0, who="Lan", why="phiếu 17", of="link", id="van-yen/1", moment=1500, attribution="carrier")
CORRECTION = Correction(at=6.0, who="Quân", why="hợp đồng", link="van-yen/1", field="carrier", since=900, value=None)
ROWS = (
    Asset(of="site", id="van-yen", site="van-yen"),
    Asset(
        of="link",
        id="van-yen/1",
        site="van-yen",
        carrier="vnpt",
        circuit="YB-VY-01",
        source="a",
        target="b",
        parent="c",
    ),
)


def mark(since: float, until: float | None = None, name: str = "van-yen") -> Mark:
    return Mark(id=name, of="site", mark="maintenance", since=since, until=until, why="thay cáp")


async def test_marks_are_restored_while_they_last(tmp_path: Path) -> None:
    journal = open_inline(tmp_path / "j.db")
    await journal.write(
        [Entry(1, 10.0, mark(10.0)), Entry(2, 11.0, mark(11.0, name="b")), Entry(3, 12.0, transition())]
    )
    assert (await journal.restore()).marks == {
        ("van-yen", "maintenance"): mark(10.0),
        ("b", "maintenance"): mark(11.0, name="b"),
    }
    await journal.snapshot(20.0)
    await journal.write([Entry(4, 21.0, mark(10.0, 21.0))])
    assert (await journal.restore()).marks.keys() == {("b", "maintenance")}, "what the tail ends is not in the snapshot"
    await journal.snapshot(30.0)
    await journal.write([Entry(5, 31.0, mark(31.0)), Entry(6, 32.0, mark(10.0, 10.0))])
    await journal.snapshot(40.0)
    found = read_only(tmp_path / "j.db")
    assert found.marks["van-yen", "maintenance"] == mark(31.0), "taking back an older mark does not end the present one"
    assert (found.seq, len(found.marks)) == (6, 2)
    await journal.close()


async def test_the_inventory_is_noted_where_it_says_something_new(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_threaded(path)
    await journal.note_assets(100.0, ROWS)
    await journal.note_assets(200.0, ROWS)
    moved = replace(ROWS[1], carrier="viettel")
    await journal.note_assets(300.0, [ROWS[0], moved])
    await journal.note_assets(400.0, [ROWS[0]])
    await journal.note_assets(450.0, [ROWS[0]])
    await journal.note_assets(500.0, [ROWS[0], moved])
    await journal.close()
    assert facts(path, 0.0, 600.0).assets == (
        replace(ROWS[0], at=100.0),
        replace(ROWS[1], at=100.0),
        replace(moved, at=300.0),
        replace(moved, at=400.0, gone=True),
        replace(moved, at=500.0),
    )


async def test_where_things_belong_is_noted_and_what_an_older_version_left_out_follows_from_the_next_row(
    tmp_path: Path,
) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.note_assets(100.0, ROWS)
    now = [replace(row, area="kv-van-yen", level="district") for row in ROWS]
    now[1] = replace(now[1], promised=0.999)
    await journal.note_assets(200.0, now)
    await journal.note_assets(300.0, now)
    merged = [replace(row, area="kv-moi") for row in now]
    await journal.note_assets(400.0, merged)
    await journal.write([Entry(1, 0.0, transition(at=0.0))])
    await journal.beat(0.0)
    await journal.close()
    found = facts(path, 0.0, 500.0)
    assert [(row.at, row.area, row.level, row.promised) for row in found.assets if row.of == "link"] == [
        (100.0, None, None, None),
        (200.0, "kv-van-yen", "district", 0.999),
        (400.0, "kv-moi", "district", 0.999),
    ]
    intervals = book(replace(found, dead=()), 0, 500)["site", "van-yen"]
    assert [(one.since, one.owner.area, one.owner.level) for one in intervals] == [
        (0, "kv-van-yen", "district"),
        (400, "kv-moi", "district"),
    ]


async def test_opinions_are_appended_beside_a_running_service(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with pytest.raises(NotRunning, match="no journal"):
        rule(path, RULING)
    journal = open_threaded(path)
    writing = asyncio.ensure_future(journal.write(entries(1, 5000)))
    assert [await asyncio.to_thread(rule, path, RULING) for _ in range(3)] == [1, 2, 3]
    assert await asyncio.to_thread(correct, path, CORRECTION) == 1
    await writing
    await journal.beat(1.0)
    assert (await journal.restore()).seq == 5000
    await journal.close()
    assert correct(path, CORRECTION) == 2
    found = facts(path, 0.0, 10.0)
    assert found.rulings == tuple(replace(RULING, seq=number) for number in (1, 2, 3))
    assert found.corrections == (replace(CORRECTION, seq=1), replace(CORRECTION, seq=2))


async def test_the_service_waits_for_a_person_who_is_writing(tmp_path: Path) -> None:
    """A transaction that reads before it writes must not fail because somebody else wrote in between."""
    path = tmp_path / "j.db"
    journal = open_threaded(path)
    await journal.write(entries(1, 3))
    with closing(journal_file.open_appendable(path)) as person:
        person.execute("BEGIN IMMEDIATE")
        person.execute(
            "INSERT INTO corrections (at, who, why, link, field, since, value) VALUES (1, '', '', '', 'carrier', 1, '')"
        )
        waiting = [
            asyncio.ensure_future(work) for work in (journal.beat(5.0), journal.snapshot(6.0), journal.beat(99.0))
        ]
        await asyncio.sleep(0.2)
        assert not any(one.done() for one in waiting)
        person.execute("COMMIT")
        await asyncio.gather(*waiting)
    await journal.close()
    assert facts(path, 0.0, 100.0).dead == ((5.0, 99.0),)


CHANGES = [
    "UPDATE {} SET who = 'nobody'",
    "DELETE FROM {}",
    "DELETE FROM {} WHERE seq = 1",
    "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    "REPLACE INTO {0} SELECT * FROM {0} WHERE seq = 1",
    "UPDATE OR REPLACE {} SET seq = 7",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", ["rulings", "corrections", "assets"])
async def test_what_was_said_cannot_be_changed(tmp_path: Path, change: str, table: str) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.note_assets(1.0, ROWS)
    await journal.close()
    rule(path, RULING)
    correct(path, CORRECTION)
    before = facts(path, 0.0, 10.0)
    column = "site" if table == "assets" else "who"
    with (
        closing(apsw.Connection(str(path))) as database,
        pytest.raises(apsw.ConstraintError, match="only ever added to"),
    ):
        database.execute(change.format(table).replace("who", column))
    assert facts(path, 0.0, 10.0) == before


async def fill(journal: Journal, told: Facts, chance: random.Random) -> None:
    """Everything of a history in the order of time, with snapshots in between."""
    bodies: list[tuple[float, Transition | IncidentEvent | Mark]] = [(one.at, one) for one in told.transitions]
    bodies += [(one.since if one.until is None else max(one.since, one.until), one) for one in told.marks]
    for one in told.incidents.values():
        opened = replace(one, state="open", resolved_at=None, cause="unknown")
        if one.resolved_at is None:
            bodies.append((one.opened_at, IncidentEvent(event="opened", at=one.opened_at, incident=one)))
        else:
            bodies.append((one.opened_at, IncidentEvent(event="opened", at=one.opened_at, incident=opened)))
            bodies.append((one.resolved_at, IncidentEvent(event="resolved", at=one.resolved_at, incident=one)))
    seq, last = 0, 0.0
    for at, body in sorted(bodies, key=lambda pair: pair[0]):
        seq, last = seq + 1, at
        await journal.write([Entry(seq, at, body)])
        if chance.random() < 0.05:
            await journal.snapshot(at)
    await journal.beat(last)


def honest(told: Facts) -> Facts:
    """The history as the verdict writes it with a clock that never steps back, without gaps between heartbeats."""
    steps, last = [], dict.fromkeys(KINDS, 0.0)
    for one in told.transitions:
        last[one.id] = max(last[one.id], min(one.new.since, one.at))
        steps.append(replace(one, new=replace(one.new, since=last[one.id])))
    return replace(told, transitions=steps, dead=(), assets=())


@pytest.mark.parametrize("seed", range(3))
async def test_a_part_of_the_journal_is_enough_for_a_part_of_the_time(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    told = honest(history(chance, busy=4))
    journal = open_inline(tmp_path / "j.db")
    await fill(journal, told, chance)
    await journal.beat(START + 2.0 * MONTH)
    await journal.close()
    for one in told.rulings:
        rule(tmp_path / "j.db", one)
    for change in told.corrections:
        correct(tmp_path / "j.db", change)
    for _ in range(20):
        since = START + chance.randrange(MONTH)
        until = since + chance.randrange(1, MONTH)
        found = facts(tmp_path / "j.db", since, until)
        assert book(replace(found, dead=()), since, until) == book(told, since, until)


async def test_what_a_period_needs_is_not_all_that_was_ever_written(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.write([Entry(n, float(n), transition("van-yen", State.UP, float(n))) for n in range(1, 100)])
    await journal.close()
    assert [one.at for one in facts(path, 90.5, 95.0).transitions] == [float(n) for n in range(90, 96)]


async def test_of_the_incidents_those_are_read_that_may_say_something_of_the_period(tmp_path: Path) -> None:
    """Number 1 was over long ago, 2 explains an outage that lasts into the period, 3 is still open, 4 is later; of
    5 and 6 only the state is left."""
    path = tmp_path / "j.db"
    journal = open_inline(path)
    lives: dict[int, tuple[float, float | None]] = {
        1: (1.0, 2.0), 2: (9.0, 10.5), 3: (3.0, None), 4: (30.0, 31.0), 5: (2.0, None), 6: (2.0, 3.0)
    }  # fmt: skip
    told: list[Transition | IncidentEvent] = [
        transition("van-yen", state, at * DAY) for state, at in ((State.DOWN, 10.0), (State.UP, 21.0))
    ]
    for number, (begun, over) in lives.items():
        told.append(life("opened", number, begun, None))
        told += [life("resolved", number, begun, over)] if over is not None else []
    for seq, body in enumerate(sorted(told, key=lambda one: one.at), start=1):
        await journal.write([Entry(seq, body.at, body)])
        if body.at == 3.0 * DAY:
            await journal.snapshot(body.at)
    await journal.close()
    with closing(apsw.Connection(str(path))) as database:
        database.execute("DELETE FROM log WHERE kind = 'incident' AND key IN ('5', '6')")
    assert facts(path, 20.0 * DAY, 22.0 * DAY).incidents.keys() == {2, 3, 4, 5}
    assert facts(path, 22.0 * DAY, 23.0 * DAY).incidents.keys() == {3, 4, 5}
    assert facts(path, 0.0, DAY).incidents.keys() == set(lives)


def life(name: Event, number: int, begun: float, over: float | None) -> IncidentEvent:
    """News of an incident that began, and ended, after so many days."""
    state: Literal["open", "resolved"] = "open" if over is None else "resolved"
    end = None if over is None else over * DAY
    about: Incident = replace(incident(number), opened_at=begun * DAY, resolved_at=end, state=state)
    return IncidentEvent(event=name, at=begun * DAY if end is None else end, incident=about)


async def test_time_without_a_heartbeat_is_dead_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    assert facts(path, 0.0, 10.0).dead == ((-math.inf, math.inf),), "netmon has never been alive"
    for at in (100.0, 101.0, 200.0):
        await journal.beat(at)
    assert facts(path, 0.0, 205.0).dead == ((101.0, 200.0),), "the next beat is only just due"
    assert facts(path, 150.0, 300.0).dead == ((101.0, 200.0), (200.0, math.inf))
    assert facts(path, 0.0, 100.0).dead == ()
    await journal.close()


async def test_an_old_outage_is_still_known_when_the_log_has_forgotten_it(tmp_path: Path) -> None:
    """Down for longer than the log is kept, under a mark that lasts as long, with an incident still open."""
    path, now = tmp_path / "j.db", 1000.0 + 500 * DAY
    journal = open_inline(path)
    down = Transition(id="van-yen", of="site", at=1000.0, old=Standing(State.UP, 0.0), new=Standing(State.DOWN, 1000.0))
    await journal.write([Entry(1, 1000.0, down), Entry(2, 1010.0, event(2)), Entry(3, 1011.0, mark(1011.0))])
    await journal.snapshot(2000.0)
    await journal.beat(2000.0)
    await journal.snapshot(now)
    await journal.close()
    found = facts(path, now - DAY, now)
    assert found.transitions == (down,)
    assert found.incidents == {2: incident(2)}
    assert found.marks == (mark(1011.0),)
    (old,) = book(facts(path, 5000.0, 6000.0), 5000, 6000)["site", "van-yen"]
    assert old.column == "unmeasured", "before what the log keeps nobody knows any more"
    assert facts(path, 5000.0, 6000.0).dead[0] == (-math.inf, now - 400 * DAY)


def test_a_journal_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with closing(apsw.Connection(str(path))) as old:
        old.execute(journal_schema.MIGRATIONS[0])
        old.pragma("application_id", journal_file.APPLICATION_ID)
        old.pragma("user_version", 1)
        body = '{"id":"van-yen","of":"site","at":3.5,"old":{"state":"up","since":0},"new":{"state":"down","since":1.0}}'
        old.execute("INSERT INTO log VALUES (1, 3.5, 'transition', 'van-yen', ?)", (body,))
        old.execute("INSERT INTO dead VALUES (5.0, 15.0)")
    for asking in (lambda: facts(path, 0.0, 20.0), lambda: rule(path, RULING)):
        with pytest.raises(JournalError, match="written by an older netmon; start the service once"):
            asking()
    asyncio.run(open_and_note(path))
    found = facts(path, 0.0, 20.0)
    assert [(one.id, one.new.state) for one in found.transitions] == [("van-yen", State.DOWN)]
    assert found.dead[0] == (5.0, 15.0)
    assert len(found.assets) == 2
    assert rule(path, RULING) == 1


async def open_and_note(path: Path) -> None:
    journal = open_threaded(path)
    assert (await journal.restore()).standings == {"van-yen": Standing(State.DOWN, 1.0)}
    await journal.note_assets(16.0, ROWS)
    await journal.close()


def test_a_released_migration_is_never_changed() -> None:
    """The digest of each script: a journal that was brought to a version has exactly what that version says."""
    assert [crc32(script.encode()) for script in journal_schema.MIGRATIONS] == [
        2834881392,
        130164935,
        377131155,
        4188751512,
        759651957,
        3333567070,
        2526154003,
    ]


def victim(path: Path, delay: float) -> list[str]:
    """What the person's process acknowledged before it was killed."""
    command = [sys.executable, "-m", "tests.run.journal_person", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        timer = threading.Timer(delay, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        lines = [first, *process.stdout]
        timer.join()
    return [line.strip() for line in lines if line.endswith("\n")]


async def test_kill_9_loses_no_opinion_that_was_acknowledged(tmp_path: Path) -> None:
    """A person's process dies again and again beside a service that goes on writing."""
    path = tmp_path / "j.db"
    chance = random.Random(4127)
    journal = open_threaded(path)
    seen: Sequence[Ruling] = ()
    for turn in range(3):
        dying = asyncio.ensure_future(asyncio.to_thread(victim, path, chance.uniform(0.02, 0.2)))
        while not dying.done():
            await journal.beat(float(turn))
            await asyncio.sleep(0.005)
        told = [int(line) for line in await dying]
        found = facts(path, 0.0, 10.0).rulings
        assert found[: len(seen)] == tuple(seen), "what was there before stays as it was"
        assert [one.seq for one in found] == list(range(1, len(found) + 1))
        assert told == list(range(len(seen) + 1, len(seen) + 1 + len(told)))
        assert len(told) <= len(found) - len(seen) <= len(told) + 1, "all that was acknowledged, at most one more"
        seen = found
    assert len(seen) >= 3
    await journal.close()
    assert KINDS["van-yen/1"] == seen[0].of
