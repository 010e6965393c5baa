"""Is everybody told, in order, whatever the others' servers do?"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from netmon.decide.desk.plain import to_everybody
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Wording, plan
from netmon.errors import JournalError, Permanent, Retryable
from netmon.model import Event, IncidentEvent, Notice
from netmon.run.journal import Journal, open_inline
from netmon.run.lanes import Lanes, pause
from netmon.run.notify import PATIENCE, Notifier, Outbox
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net
from netmon.wire.real import RealNet
from tests.run.values import event, notice

START = 1010.0


def virtual(story: Callable[[Journal], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that gets an empty journal and runs in virtual time, so that a minute's pause costs nothing."""

    async def main() -> None:
        journal = open_inline(None)
        try:
            await story(journal)
        finally:
            await journal.close()

    return lambda: run_virtual(main(), START)


@dataclass
class Box:
    """A recipient that does as `answer` says: raises, waits, or takes the notice."""

    answer: Callable[[Notice, int], Exception | None] = lambda notice, attempt: None
    gate: asyncio.Event | None = None
    got: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    async def send(self, notice: Notice, net: Net) -> None:
        self.tried.append(notice.id)
        if self.gate is not None:
            await self.gate.wait()
        failure = self.answer(notice, self.tried.count(notice.id))
        if failure is not None:
            raise failure
        self.got.append(notice.id)


@dataclass(frozen=True)
class Bell:
    """A recipient that takes a minute, and says so."""

    lasts: float = 90.0

    async def send(self, notice: Notice, net: Net) -> None:
        await asyncio.sleep(60.0)


def words(letter: Letter, notice_id: str) -> Wording:
    event = letter.event.event
    return Wording(f"[{event}]", f"[{event}]\n{notice_id}", json.dumps({"id": notice_id}))


@asynccontextmanager
async def desk_of(recipients: Mapping[str, Notifier], journal: Journal) -> AsyncIterator[Outbox]:
    net = RealNet()
    desk = Outbox(recipients=recipients, net=net, journal=journal, clock=VirtualClock(), compose=words)
    await desk.restore()
    task = asyncio.ensure_future(desk.run())
    try:
        yield desk
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await net.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(3600):
        while not condition():
            await asyncio.sleep(0.1)


async def tell(desk: Outbox, journal: Journal, *events: IncidentEvent) -> None:
    for one in events:
        await journal.write([], desk.notices(to_everybody(one, desk.waiting())))
    desk.wake()


def fails(times: int, error: Exception) -> Callable[[Notice, int], Exception | None]:
    return lambda notice, attempt: error if attempt <= times else None


@virtual
async def test_each_recipient_gets_each_event_once(journal: Journal) -> None:
    noc, sms = Box(), Box()
    async with desk_of({"noc": noc, "sms": sms}, journal) as desk:
        await tell(desk, journal, event(2), event(3))
        assert await desk.drain(5.0)
        assert noc.got == ["2/opened/noc/1", "3/opened/noc/1"]
        assert sms.got == ["2/opened/sms/1", "3/opened/sms/1"]
        assert desk.sent == {"noc": 2, "sms": 2}
        assert desk.waiting() == {"noc": 0, "sms": 0}
    assert await journal.pending() == []


@virtual
async def test_a_dead_recipient_does_not_delay_another(journal: Journal) -> None:
    stuck, well = Box(gate=asyncio.Event()), Box()
    async with desk_of({"stuck": stuck, "well": well}, journal) as desk:
        await tell(desk, journal, event(2), event(3))
        await until(lambda: len(well.got) == 2)
        assert stuck.tried == ["2/opened/stuck/1"], "one in flight for each recipient"
        assert not await desk.drain(0.01)


@virtual
async def test_retries_until_it_is_taken_and_counts(journal: Journal) -> None:
    box = Box(fails(3, Retryable("HTTP 503")))
    with capture_logs() as logs:
        async with desk_of({"noc": box}, journal) as desk:
            await tell(desk, journal, event(2))
            await until(lambda: bool(box.got))
            await desk.drain(5.0)
            assert (desk.sent["noc"], desk.retried["noc"], desk.failed["noc"]) == (1, 3, 0)
    assert [line["event"] for line in logs] == ["notice not delivered, will be retried", "recipient reached again"]


@virtual
async def test_a_resolve_never_overtakes_its_opening(journal: Journal) -> None:
    box = Box(lambda notice, attempt: Retryable("later") if notice.event == "opened" and attempt <= 3 else None)
    async with desk_of({"noc": box}, journal) as desk:
        await tell(desk, journal, event(2), event(2, "resolved", 1020.0))
        await until(lambda: len(box.got) == 2)
    assert box.got == ["2/opened/noc/1", "2/resolved/noc/1"]


@virtual
async def test_a_notice_that_fails_does_not_hold_up_other_incidents(journal: Journal) -> None:
    box = Box(lambda notice, attempt: Retryable("this one only") if notice.incident.id == 2 else None)
    async with desk_of({"noc": box}, journal) as desk:
        await tell(desk, journal, event(2), event(3), event(4))
        await until(lambda: len(box.got) == 2)
    assert box.got == ["3/opened/noc/1", "4/opened/noc/1"]
    assert [one.id for one in await journal.pending()] == ["2/opened/noc/1"]


@virtual
async def test_what_can_never_be_delivered_is_given_up_and_the_next_goes(journal: Journal) -> None:
    box = Box(lambda notice, attempt: Permanent("HTTP 404") if notice.incident.id == 2 else None)
    with capture_logs() as logs:
        async with desk_of({"noc": box}, journal) as desk:
            await tell(desk, journal, event(2), event(3))
            assert await desk.drain(5.0)
            assert box.tried.count("2/opened/noc/1") == 1
            assert desk.failed == {"noc": 1}
    assert [line["why"] for line in logs if line["event"] == "notice given up"] == ["HTTP 404"]
    assert await journal.pending() == []


@virtual
async def test_a_bug_in_a_plug_in_stays_in_its_lane(journal: Journal) -> None:
    broken, well = Box(fails(2, ZeroDivisionError("oops"))), Box()
    async with desk_of({"broken": broken, "well": well}, journal) as desk:
        await tell(desk, journal, event(2))
        await until(lambda: bool(broken.got and well.got))
        assert desk.retried == {"broken": 2, "well": 0}


@virtual
async def test_what_could_not_be_delivered_for_a_day_is_given_up(journal: Journal) -> None:
    old = notice(at=START - PATIENCE - 1)
    await journal.write([], [old])
    async with desk_of({"noc": Box(fails(9, Retryable("no answer")))}, journal) as desk:
        await until(lambda: desk.failed["noc"] == 1)
    assert await journal.pending() == []


@virtual
async def test_a_restart_goes_on_with_what_waits_under_the_same_ids(journal: Journal) -> None:
    await journal.write([], [notice(2), notice(3)])
    box = Box()
    async with desk_of({"noc": box}, journal) as desk:
        await until(lambda: len(box.got) == 2)
        assert box.got == ["2/opened/noc/1", "3/opened/noc/1"]
        assert [one.id for one in desk.notices(to_everybody(event(2, "opened"), ["noc"]))] == ["2/opened/noc/2"]


@virtual
async def test_somebody_elses_claim_is_respected(journal: Journal) -> None:
    await journal.write([], [notice()])
    assert await journal.claim(notice().id, 1.0)
    box = Box()
    async with desk_of({"noc": box}, journal) as desk:
        assert await desk.drain(5.0)
    assert box.tried == []


@virtual
async def test_a_recipient_that_left_the_settings_is_given_up(journal: Journal) -> None:
    await journal.write([], [notice(to="gone")])
    async with desk_of({"noc": Box()}, journal) as desk:
        assert await desk.drain(5.0)
    assert await journal.pending() == []


@virtual
async def test_critical_incidents_go_first(journal: Journal) -> None:
    box = Box(gate=asyncio.Event())
    async with desk_of({"noc": box}, journal) as desk:
        await tell(desk, journal, event(2, critical=False))
        await until(lambda: bool(box.tried))
        await tell(desk, journal, event(3, critical=False), event(4))
        await until(lambda: desk.waiting()["noc"] == 3)
        assert box.gate is not None
        box.gate.set()
        assert await desk.drain(5.0)
    assert box.got == ["2/opened/noc/1", "4/opened/noc/1", "3/opened/noc/1"]


@virtual
async def test_what_takes_its_time_gets_it_and_what_hangs_does_not(journal: Journal) -> None:
    hung = Box(gate=asyncio.Event())
    async with desk_of({"call": Bell(), "mail": hung}, journal) as desk:
        await tell(desk, journal, event(2))
        await until(lambda: desk.sent["call"] > 0)
        assert asyncio.get_running_loop().time() - START < 61.0
        assert desk.retried["call"] == 0
        assert desk.retried["mail"] > 0


class FullDisk:
    """A journal that cannot record the first failure, and is itself otherwise."""

    def __init__(self, inner: Journal) -> None:
        self.restore, self.write, self.learn, self.snapshot = inner.restore, inner.write, inner.learn, inner.snapshot
        self.beat, self.pending, self.told, self.claim = inner.beat, inner.pending, inner.told, inner.claim
        self.delivered, self.close, self.note_assets = inner.delivered, inner.close, inner.note_assets
        self.roll, self.rolled = inner.roll, inner.rolled
        self.inner = inner
        self.refused = 0

    async def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        if not self.refused:
            self.refused += 1
            raise JournalError("no space left")
        await self.inner.failed(notice_id, at, why, final)


@virtual
async def test_a_journal_in_trouble_loses_no_notice(journal: Journal) -> None:
    box = Box(fails(1, Retryable("later")))
    full = FullDisk(journal)
    async with desk_of({"noc": box}, full) as desk:
        await tell(desk, full, event(2))
        await until(lambda: bool(box.got))
        await desk.drain(5.0)
    assert full.refused == 1
    assert await journal.pending() == []


def test_the_pause_doubles_up_to_a_minute() -> None:
    assert [pause(failures) for failures in (1, 2, 3, 6, 7, 500)] == [1.0, 2.0, 4.0, 32.0, 60.0, 60.0]


async def test_a_dead_server_gets_one_attempt_each_pause() -> None:
    lanes = Lanes()
    for number in range(10):
        lanes.add(notice(number))
    first = lanes.take(0.0)
    assert first is not None
    lanes.later(first, 0.0)
    assert lanes.take(0.99) is None, "not even for another incident"
    second = lanes.take(1.0)
    assert second is not None
    assert second.incident.id != first.incident.id
    lanes.later(second, 1.0)
    assert lanes.take(2.99) is None
    assert lanes.take(3.0) is not None


def test_one_notice_for_each_recipient_and_ids_count_repeats() -> None:
    told: dict[tuple[int, Event, str], int] = {(2, "reminded", "noc"): 2}
    made = plan(to_everybody(event(2, "reminded"), ["noc", "sms"]), told, words)
    assert [one.id for one in made] == ["2/reminded/noc/3", "2/reminded/sms/1"]
    assert [one.text for one in made] == ["[reminded]\n2/reminded/noc/3", "[reminded]\n2/reminded/sms/1"]
    assert [json.loads(one.body)["id"] for one in made] == [one.id for one in made]
    assert replace(made[0], id="", to="", by="", text="", body="") == replace(
        made[1], id="", to="", by="", text="", body=""
    )
