"""Is nothing lost, whenever the process dies, and is every wrong journal refused with a reason?"""

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from netmon.errors import JournalError, NotRunning
from netmon.model import Entry, Standing, State
from netmon.run.journal.seam import Journal, open_inline, open_threaded, read_only
from tests.conftest import ROOT
from tests.run.values import entries, event, incident, notice, transition

DAY = 86400.0


@pytest.fixture(params=["threaded", "inline"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    made = open_threaded(tmp_path / "j.db") if request.param == "threaded" else open_inline(tmp_path / "j.db")
    yield made
    await made.close()


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as database:
        return list(database.execute(statement))


async def test_what_was_written_is_restored(journal: Journal) -> None:
    await journal.write([Entry(1, 1003.5, transition()), Entry(2, 1010.0, event())], [notice()])
    await journal.learn(1.0, {"van-yen-r1": (0.1, 2.5, float("inf"))})
    await journal.beat(1011.0)
    found = await journal.restore()
    assert found.seq == 2
    assert found.standings == {"van-yen": Standing(State.DOWN, 1003.5, "yb-core")}
    assert found.incidents == {2: incident()}
    assert found.learned == {"van-yen-r1": (0.1, 2.5, float("inf"))}
    assert found.last_beat == 1011.0
    assert await journal.pending() == [notice()]


async def test_snapshot_and_tail_add_up_to_the_log(journal: Journal) -> None:
    await journal.write(entries(1, 20))
    before = await journal.restore()
    await journal.snapshot(1100.0)
    assert await journal.restore() == before
    await journal.write([Entry(21, 1100.0, transition("site-1", State.UP, 1100.0)), Entry(22, 1101.0, event(22))])
    after = await journal.restore()
    assert after.seq == 22
    assert after.standings == {**before.standings, "site-1": Standing(State.UP, 1100.0, "yb-core")}
    assert list(after.incidents) == [22]


async def test_open_incidents_stay_and_resolved_ones_stay_for_thirty_days(journal: Journal) -> None:
    await journal.write(
        [Entry(1, 1010.0, event(1)), Entry(2, 1010.0, event(2)), Entry(3, 1500.0, event(2, "resolved", 1500.0))]
    )
    await journal.snapshot(1500.0)
    await journal.beat(1500.0 + 29 * DAY)
    assert {key: one.state for key, one in (await journal.restore()).incidents.items()} == {1: "open", 2: "resolved"}
    await journal.beat(1501.0 + 30 * DAY)
    assert list((await journal.restore()).incidents) == [1]


async def test_an_incident_resolved_just_before_a_long_absence_does_not_reopen(journal: Journal) -> None:
    await journal.write([Entry(1, 1010.0, event(1))])
    await journal.snapshot(1100.0)
    await journal.write([Entry(2, 1500.0, event(1, "resolved", 1500.0))])
    await journal.snapshot(1500.0 + 31 * DAY)
    assert (await journal.restore()).incidents == {}


async def test_the_log_is_kept_for_400_days(journal: Journal, tmp_path: Path) -> None:
    await journal.write([*entries(1, 3), Entry(4, 1010.0, event(4))], [notice(4), notice(4, to="sms")])
    assert await journal.claim(notice(4).id, 1.0)
    await journal.delivered(notice(4).id, 1.0)
    await journal.snapshot(1003.0 + 399 * DAY)
    assert len(rows(tmp_path / "j.db", "SELECT seq FROM log")) == 4
    before = await journal.restore()
    await journal.snapshot(1011.0 + 400 * DAY)
    kept = rows(tmp_path / "j.db", "SELECT seq FROM log")
    assert kept == [(1,), (2,), (3,)], "how each id stood last stays, or the time that is kept would begin unknown"
    assert await journal.restore() == before, "the state outlives the log"
    assert [one.id for one in await journal.pending()] == ["4/opened/sms/1"], "what was never delivered is not pruned"


async def test_a_write_is_all_or_nothing(journal: Journal) -> None:
    await journal.write([Entry(1, 1.0, transition())], [notice()])
    with pytest.raises(JournalError, match="UNIQUE"):
        await journal.write([Entry(2, 2.0, transition("other"))], [notice(3), notice()])
    assert (await journal.restore()).seq == 1
    assert await journal.pending() == [notice()]


async def test_a_notice_is_claimed_once(journal: Journal) -> None:
    await journal.write([], [notice()])
    assert [await journal.claim(notice().id, 1.0) for _ in range(3)] == [True, False, False]
    await journal.failed(notice().id, 2.0, "HTTP 503", final=False)
    assert await journal.claim(notice().id, 3.0)
    await journal.delivered(notice().id, 4.0)
    assert not await journal.claim(notice().id, 5.0)
    await journal.failed(notice().id, 6.0, "too late to fail", final=False)
    assert await journal.pending() == []


async def test_a_notice_given_up_stays_given_up(journal: Journal) -> None:
    await journal.write([], [notice()])
    assert await journal.claim(notice().id, 1.0)
    await journal.failed(notice().id, 2.0, "HTTP 404", final=True)
    assert await journal.pending() == []
    assert not await journal.claim(notice().id, 3.0)


async def test_told_counts_what_was_written(journal: Journal) -> None:
    await journal.write([], [notice(), notice(to="sms"), notice(name="reminded"), notice(name="reminded", n=2)])
    assert await journal.told() == {(2, "opened", "noc"): 1, (2, "opened", "sms"): 1, (2, "reminded", "noc"): 2}


async def test_a_gap_between_heartbeats_is_booked_as_dead(journal: Journal, tmp_path: Path) -> None:
    for at in (10.0, 11.0, 15.9, 100.0, 99.0, 101.0):
        await journal.beat(at)
    assert rows(tmp_path / "j.db", "SELECT since, until FROM dead") == [(15.9, 100.0)]


async def test_the_time_between_two_processes_is_booked_as_dead(tmp_path: Path) -> None:
    first = open_threaded(tmp_path / "j.db")
    await first.beat(1000.0)
    await first.close()
    second = open_threaded(tmp_path / "j.db")
    assert (await second.restore()).last_beat == 1000.0
    await second.beat(1060.0)
    await second.close()
    assert rows(tmp_path / "j.db", "SELECT since, until FROM dead") == [(1000.0, 1060.0)]


async def test_what_was_being_sent_when_the_process_died_waits_again(tmp_path: Path) -> None:
    first = open_inline(tmp_path / "j.db")
    await first.write([], [notice(), notice(3)])
    assert await first.claim(notice().id, 1.0)
    await first.close()
    second = open_inline(tmp_path / "j.db")
    assert [one.id for one in await second.pending()] == [notice().id, notice(3).id], "in the old order, the same ids"
    assert await second.claim(notice().id, 2.0)
    await second.close()


async def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    first = open_threaded(tmp_path / "j.db")
    with pytest.raises(
        JournalError, match=rf"process {os.getpid()} is writing this journal; is netmon already running"
    ):
        open_threaded(tmp_path / "j.db")
    await first.close()
    second = open_threaded(tmp_path / "j.db")
    await second.close()


async def test_reading_beside_the_service_and_after_it(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with pytest.raises(NotRunning, match="no journal"):
        read_only(path)
    journal = open_threaded(path)
    await journal.write(entries(1, 5))
    assert read_only(path) == await journal.restore()
    expected = await journal.restore()
    await journal.close()
    assert not path.with_name("j.db-wal").exists()
    assert read_only(path) == expected


async def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    await open_threaded(tmp_path / "j.db").close()
    with closing(apsw.Connection(str(tmp_path / "j.db"))) as database:
        database.pragma("user_version", 99)
    for opening in (open_threaded, open_inline, read_only):
        with pytest.raises(JournalError, match=r"j\.db: written by a newer netmon \(journal version 99"):
            opening(tmp_path / "j.db")


def test_a_damaged_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_bytes(b"not a database at all" * 100)
    for opening in (open_threaded, read_only):
        with pytest.raises(JournalError, match=r"j\.db: the journal is damaged .* move it aside"):
            opening(tmp_path / "j.db")


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(apsw.Connection(str(tmp_path / "j.db"))) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(JournalError, match="some other program"):
        open_threaded(tmp_path / "j.db")


def test_a_refused_journal_is_not_left_locked(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_bytes(b"not a database at all" * 100)
    for _ in range(2):
        with pytest.raises(JournalError, match="damaged"):
            open_threaded(tmp_path / "j.db")


async def test_in_memory_leaves_nothing_behind_and_starts_no_thread() -> None:
    before = {*threading.enumerate()}
    journal = open_inline(None)
    await journal.write(entries(1, 3))
    assert (await journal.restore()).seq == 3
    assert {*threading.enumerate()} <= before
    await journal.close()
    await journal.close()


async def test_the_loop_runs_while_the_thread_writes(tmp_path: Path) -> None:
    journal = open_threaded(tmp_path / "j.db")
    writing = asyncio.ensure_future(journal.write(entries(1, 20000)))
    turns = 0
    while not writing.done():
        await asyncio.sleep(0)
        turns += 1
    await writing
    assert turns > 10
    await journal.close()


async def test_a_cancelled_caller_does_not_lose_the_write(tmp_path: Path) -> None:
    journal = open_threaded(tmp_path / "j.db")
    task = asyncio.ensure_future(journal.write(entries(1, 500)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await journal.restore()).seq == 500
    await journal.close()


def reports(process: subprocess.Popen[str], delay: float) -> list[list[str]]:
    """What the victim acknowledged before it was killed, `delay` seconds after its first word."""
    assert process.stdout is not None
    first = process.stdout.readline()
    timer = threading.Timer(delay, process.send_signal, (signal.SIGKILL,))
    timer.start()
    lines = [first, *process.stdout]
    timer.join()
    assert process.wait(60) == -signal.SIGKILL
    return [line.split() for line in lines if line.endswith("\n")]


def claimed_only(lines: list[list[str]]) -> set[str]:
    done = {line[1] for line in lines if line[0] == "delivered"}
    return {line[1] for line in lines if line[0] == "claimed"} - done


def killed_runs(path: Path, runs: int) -> Iterator[list[list[str]]]:
    chance = random.Random(4127)
    for _ in range(runs):
        command = [sys.executable, "-m", "tests.run.journal_victim", str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            yield reports(process, chance.uniform(0.005, 0.25))


async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    delivered: set[str] = set()
    seq = 0
    for lines in killed_runs(path, 6):
        assert lines[0] == ["start", str(seq)], "the restarted process goes on where the journal ends"
        written = [line for line in lines if line[0] == "wrote"]
        acknowledged = int(written[-1][1]) if written else seq
        delivered |= {line[1] for line in lines if line[0] == "delivered"}
        journal = open_threaded(path)
        found = await journal.restore()
        pending = {one.id for one in await journal.pending()}
        told = await journal.told()
        await journal.close()
        assert found.seq >= acknowledged, "every acknowledged write is there"
        assert found.seq % 4 == 0, "no part of a transaction"
        assert [number for number, _, _ in told] == list(range(4, found.seq + 1, 4)), "entry and notice together"
        assert set(found.incidents) == {number for number, _, _ in told}
        assert claimed_only(lines) - pending <= {f"{number}/opened/noc/1" for number in range(24, found.seq + 1, 24)}
        assert not pending & delivered
        assert len(pending) >= len(told) - found.seq // 24
        seq = found.seq
    assert seq > 0


def test_the_log_holds_each_number_once(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    for _ in killed_runs(path, 2):
        pass
    numbers = [seq for (seq,) in rows(path, "SELECT seq FROM log ORDER BY seq")]
    assert numbers == list(itertools.islice(itertools.count(1), len(numbers)))
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
