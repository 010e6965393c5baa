"""Is a twin mute by every way, and does it notice when it is made the master?"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.clock import SystemClock
from netmon.decide.desk.objections import objection
from netmon.decide.desk.plain import to_everybody
from netmon.decide.desk.state import Desk
from netmon.people import Act, Receipt, Roster
from netmon.run.agenda import Agenda, Duty
from netmon.run.journal.seam import Journal, open_inline
from netmon.run.notify import Outbox
from netmon.run.twin import GLANCE, MARKER, WORD, Origin, Twin, mark, origin, unmark
from netmon.settings.project import load
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.real import RealNet
from tests.cli.test_asking import AT, make_project
from tests.decide.desk.office import INVENTORY
from tests.run.test_notify import Box, words
from tests.run.values import event

HERE = Origin("máy cũ", AT - 60, AT)


def twin_of(data: Path) -> Twin:
    data.mkdir(exist_ok=True)
    mark(data, HERE)
    return Twin(data, VirtualClock())


class Ear:
    """An engine, as far as a twin needs one."""

    def __init__(self, takes: float = 0.0) -> None:
        """`takes`: seconds until what is said is in the journal."""
        self.desk = Desk(Roster(channels=()), INVENTORY)
        self.said: list[Act] = []
        self.takes = takes

    def evidence(self, pieces: Iterable[Any]) -> None:
        pass

    def say(self, act: Act) -> "asyncio.Future[Act]":
        self.said.append(act)
        written = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(self.takes, written.set_result, act)
        return written


def test_what_waited_in_the_journal_is_not_sent_but_given_up_and_reported(tmp_path: Path) -> None:
    async def main() -> None:
        journal: Journal = open_inline(None)
        net, clock = RealNet(), VirtualClock()
        before = Outbox(recipients={"a": Box()}, net=net, journal=journal, clock=clock, compose=words)
        await journal.write([], before.notices(to_everybody(event(7), ["a"])))
        box, heard, twin = Box(), list[Receipt](), twin_of(tmp_path)
        outbox = Outbox(recipients={"a": box}, net=net, journal=journal, clock=clock, compose=words, twin=twin)
        outbox.report = heard.append
        await outbox.restore()
        task = asyncio.ensure_future(outbox.run())
        await asyncio.sleep(60)
        assert (box.tried, await journal.pending()) == ([], [])
        assert [(one.incident, one.delivered, one.final) for one in heard] == [(7, False, True)]
        assert outbox.moved_at(VirtualClock().now()) > VirtualClock().now() - 15
        (tmp_path / MARKER).unlink()
        watching = asyncio.ensure_future(twin.run(Ear()))
        await asyncio.sleep(2 * GLANCE)
        await watching
        await journal.write([], outbox.notices(to_everybody(event(8), ["a"])))
        outbox.wake()
        await asyncio.sleep(60)
        assert box.got == ["8/opened/a/1"]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await journal.close()
        await net.close()

    run_virtual(main(), AT)


def test_the_masters_duties_are_left_to_it(tmp_path: Path) -> None:
    done: list[str] = []

    async def main() -> None:
        twin, when = twin_of(tmp_path), CronTrigger(minute="*", timezone=UTC)

        async def work(name: str) -> None:
            done.append(name)

        duties = [
            Duty(name="mail", when=when, work=lambda: work("mail"), masters=True),
            Duty(name="look", when=when, work=lambda: work("look")),
        ]
        agenda = Agenda(duties, VirtualClock(), ZoneInfo("UTC"), lambda: twin.mute)
        task = asyncio.ensure_future(agenda.run())
        await asyncio.sleep(121)
        assert dict(agenda.outcomes) == {("mail", "mute"): 2, ("look", "success"): 2}
        (tmp_path / MARKER).unlink()
        await twin.run(Ear())
        await asyncio.sleep(60)
        assert agenda.outcomes["mail", "success"] == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtual(main(), datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC).timestamp())


def test_who_made_it_the_master_is_written_down_once(tmp_path: Path) -> None:
    async def main() -> None:
        twin, ear = twin_of(tmp_path), Ear()
        task = asyncio.ensure_future(twin.run(ear))
        await asyncio.sleep(10)
        assert (twin.mute, ear.said) == (True, [])
        unmark(tmp_path, "chị Lan", AT + 5)
        await task
        await asyncio.sleep(1)  # until it is in the journal
        assert not twin.mute
        assert not (tmp_path / WORD).exists()
        assert [(act.verb, act.who, act.at, act.text) for act in ear.said] == [
            ("master", "chị Lan", AT + 5, "twin of máy cũ")
        ]
        await Twin(tmp_path, VirtualClock()).run(again := Ear())
        assert again.said == []

    run_virtual(main(), AT)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"host": 5, "since": true}', b'{"host": "a\\u001b[2J"}', b"[" * 60_000, None],
)
def test_a_damaged_marker_is_one(tmp_path: Path, body: bytes | None) -> None:
    if body is None:
        (tmp_path / MARKER).symlink_to(tmp_path / "nowhere")
    else:
        (tmp_path / MARKER).write_bytes(body)
    found = origin(tmp_path)
    assert found is not None
    assert (found.backup, found.since) == (0.0, 0.0)
    assert found.host.isprintable()
    assert Twin(tmp_path, SystemClock()).mute
    assert Twin(tmp_path, SystemClock()).silence() is not None


def test_who_made_it_the_master_is_not_forgotten_before_it_is_written_down(tmp_path: Path) -> None:
    async def main() -> None:
        twin, ear = twin_of(tmp_path), Ear(takes=60)
        unmark(tmp_path, "chị Lan", AT)
        await twin.run(ear)
        assert (twin.mute, len(ear.said)) == (False, 1)
        await Twin(tmp_path, VirtualClock()).run(again := Ear())
        assert [act.who for act in again.said] == ["chị Lan"]

    run_virtual(main(), AT)


def test_a_word_that_makes_no_sense_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / WORD).write_bytes(b"\xff{")
    ear = Ear()
    run_virtual(Twin(tmp_path, VirtualClock()).run(ear), AT)
    assert [(act.who, act.at) for act in ear.said] == [("?", AT)]


def test_what_waits_for_the_master_may_be_cancelled(tmp_path: Path) -> None:
    async def main() -> list[str]:
        twin, done = twin_of(tmp_path), list[str]()

        async def work() -> None:
            done.append("x")

        task = asyncio.ensure_future(twin.after(work()))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return done

    assert run_virtual(main(), AT) == []


def test_nobody_says_so_over_http() -> None:
    assert objection(Act(verb="master", who="bot", at=AT), None, None, AT) == "nothing"


# --- the command -------------------------------------------------------------------------------


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(build([words[0]]), [*words], input=typed)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_project(tmp_path, 1)
    (tmp_path / "var").mkdir()
    mark(tmp_path / "var", Origin("old\x1b[2J", AT - 60, AT))
    return tmp_path


def test_it_asks_and_without_an_answer_stays_mute(project: Path) -> None:
    done = run("master", str(project))
    assert (done.exit_code, done.stderr) == (1, "it stays mute\n")
    assert "a twin of old?[2J, of the backup of 21:12 21/09/2026; mute since 21:13 21/09/2026" in done.stdout
    assert origin(load(project).config.data) is not None


def test_with_yes_it_is_the_master(project: Path) -> None:
    done = run("master", str(project), "--yes")
    assert done.exit_code == 0
    assert "it is the master now" in done.stdout
    assert origin(project / "var") is None
    assert (project / "var" / WORD).exists()
    assert run("master", str(project)).stdout == "it is the master already\n"
