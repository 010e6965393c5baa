"""Is everybody told, in order, whatever the others' servers do?"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from netmon.decide.desk.plain import to_everybody
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Wording, plan
from netmon.errors import JournalError, Permanent, Retryable, Unanswered
from netmon.model import Clue, Event, IncidentEvent, Notice, Rate
from netmon.people import Receipt
from netmon.run.hearers import OVER, Standing
from netmon.run.journal.seam import Journal, open_inline
from netmon.run.lanes import FAILING, Lanes, pause
from netmon.run.notify import PATIENCE, Outbox
from netmon.run.pace import Pace
from netmon.run.plug import SEND_TIMEOUT, Notifier
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


@pytest.mark.parametrize("error", [Retryable(""), Permanent("")])
def test_what_fails_without_a_word_has_not_arrived(error: Exception) -> None:
    @virtual
    async def story(journal: Journal) -> None:
        box = Box(fails(1, error))
        async with desk_of({"noc": box}, journal) as desk:
            await tell(desk, journal, event(2))
            await until(lambda: desk.sent["noc"] + desk.failed["noc"] == 1)
            assert desk.sent["noc"] == len(box.got) == int(isinstance(error, Retryable))

    story()


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
        assert asyncio.get_running_loop().time() < 61.0, "of virtual time, which begins at 0"
        assert desk.retried["call"] == 0
        assert desk.retried["mail"] > 0


class FullDisk:
    """A journal that can record neither the first failure nor the first delivery, and is itself otherwise."""

    def __init__(self, inner: Journal) -> None:
        self.restore, self.write, self.learn, self.snapshot = inner.restore, inner.write, inner.learn, inner.snapshot
        self.beat, self.pending, self.told, self.claim = inner.beat, inner.pending, inner.told, inner.claim
        self.close, self.note_assets = inner.close, inner.note_assets
        self.roll, self.rolled, self.within = inner.roll, inner.rolled, inner.within
        self.reached, self.receipts = inner.reached, inner.receipts
        self.inner = inner
        self.refused: list[str] = []

    async def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        self._refuse("failed")
        await self.inner.failed(notice_id, at, why, final)

    async def delivered(self, notice_id: str, at: float) -> None:
        self._refuse("delivered")
        await self.inner.delivered(notice_id, at)

    def _refuse(self, what: str) -> None:
        if what not in self.refused:
            self.refused.append(what)
            raise JournalError("no space left")


@virtual
async def test_a_journal_in_trouble_loses_no_notice_and_repeats_none(journal: Journal) -> None:
    box, told = Box(fails(1, Retryable("later"))), list[Receipt]()
    full = FullDisk(journal)
    async with desk_of({"noc": box}, full) as desk:
        desk.report = told.append
        await tell(desk, full, event(2))
        await until(lambda: any(receipt.delivered for receipt in told))
        await desk.drain(5.0)
        assert (len(box.tried), len(box.got), desk.sent) == (2, 1, {"noc": 1})
    assert full.refused == ["failed", "delivered"]
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


def by(channel: str, one: IncidentEvent, *people: str) -> list[Letter]:
    """A letter to each of these people."""
    return [Letter(one, to=person, by=channel, address=f"{person}@{channel}") for person in people]


async def write(desk: Outbox, journal: Journal, *letters: Letter) -> None:
    await journal.write([], desk.notices(letters))
    desk.wake()


@virtual
async def test_one_person_who_cannot_be_reached_holds_up_nobody_else(journal: Journal) -> None:
    box = Box(lambda notice, attempt: Unanswered("rang, and nobody answered") if notice.to == "binh" else None)
    async with desk_of({"call": box}, journal) as desk:
        await write(desk, journal, *by("call", event(2), "binh", "lan"), *by("call", event(3), "hung"))
        began = asyncio.get_running_loop().time()
        await until(lambda: len(box.got) == 2)
        assert asyncio.get_running_loop().time() - began < 0.2, "the channel itself needs no pause"
        assert box.got == ["2/opened/lan/1", "3/opened/hung/1"]


@virtual
async def test_what_became_of_each_attempt_is_reported(journal: Journal) -> None:
    hung = Box(gate=asyncio.Event())
    boxes = {
        "well": Box(), "later": Box(fails(1, Retryable("HTTP 503"))), "never": Box(fails(9, Permanent("HTTP 404"))),
        "hung": hung, "broken": Box(fails(1, ZeroDivisionError("oops"))),
    }  # fmt: skip
    heard: list[Receipt] = []
    async with desk_of(boxes, journal) as desk:
        desk.report = heard.append
        await write(desk, journal, *(by(name, event(2), "binh")[0] for name in boxes))
        await until(lambda: {one.by for one in heard} == set(boxes))
        await until(lambda: desk.sent["later"] + desk.sent["broken"] == 2)
    said = {name: [(one.delivered, one.final, one.why) for one in heard if one.by == name] for name in boxes}
    assert said == {
        "well": [(True, True, "")],
        "later": [(False, False, "HTTP 503"), (True, True, "")],
        "never": [(False, True, "HTTP 404")],
        "hung": [(False, False, f"no answer within {SEND_TIMEOUT:g} s")],
        "broken": [(False, False, "ZeroDivisionError: oops"), (True, True, "")],
    }
    assert {(one.incident, one.to) for one in heard} == {(2, "binh")}


@virtual
async def test_a_channel_known_to_fail_is_not_counted_on(journal: Journal) -> None:
    box = Box(lambda notice, attempt: Retryable("HTTP 503") if notice.incident.id == 2 else None)
    heard: list[Receipt] = []
    async with desk_of({"zalo": box}, journal) as desk:
        await write(desk, journal, *by("zalo", event(2), "binh"))
        await until(lambda: desk.retried["zalo"] >= FAILING)
        desk.report = heard.append
        await write(desk, journal, *by("zalo", event(3), "lan"))
        await until(lambda: bool(heard))
        assert heard[0][:2] == ("3/opened/lan/1", 3)
        assert (heard[0].delivered, heard[0].final, heard[0].why) == (False, True, "not to be counted on: HTTP 503")
        await until(lambda: desk.sent["zalo"] == 1)
        assert box.got == ["3/opened/lan/1"], "it is tried all the same"
        assert [one.delivered for one in heard if one.incident == 3] == [False, True]


@virtual
async def test_no_faster_than_the_rate_and_the_most_urgent_first(journal: Journal) -> None:
    box = Box()
    at: list[float] = []
    clock = asyncio.get_running_loop().time
    desk = Outbox(
        recipients={"sms": box}, net=RealNet(), journal=journal, clock=VirtualClock(), compose=words,
        rates={"sms": Rate(2, 60.0)},
    )  # fmt: skip

    def note(notice: Notice, attempt: int) -> None:
        at.append(clock())

    box.answer = note
    await desk.restore()
    task = asyncio.ensure_future(desk.run())
    over = event(9, "resolved", 1005.0)
    letters = [*by("sms", event(2, critical=False), "binh"), Letter(over, "sms", "sms")]
    letters += [letter for number in (3, 4) for letter in by("sms", event(number), "binh")]
    await write(desk, journal, *letters)
    await until(lambda: len(box.got) == 4)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert box.got == ["3/opened/binh/1", "4/opened/binh/1", "9/resolved/sms/1", "2/opened/binh/1"]
    assert [round(each) for each in at] == [0, 0, 30, 60]
    assert desk.delayed == {"sms": 2}


@virtual
async def test_nobody_is_paged_for_what_is_over(journal: Journal) -> None:
    standing: dict[int, Standing] = {}
    box, log_ = Box(fails(2, Retryable("later"))), Box(fails(2, Retryable("later")))
    heard: list[Receipt] = []
    async with desk_of({"sms": box, "log": log_}, journal) as desk:
        desk.report = heard.append
        desk.hearers.standing = lambda number: standing.get(number, Standing())
        await write(desk, journal, *by("sms", event(2), "binh", "lan"), Letter(event(2), "log", "log"))
        await until(lambda: desk.retried == {"sms": 1, "log": 1})
        standing[2] = Standing(over=True)
        over = event(2, "resolved", 1020.0)
        await write(desk, journal, *by("sms", over, "binh", "lan"), Letter(over, "log", "log"))
        await until(lambda: desk.spared["sms"] == 4 and len(log_.got) == 2)
        assert box.got == []
        assert log_.got == ["2/opened/log/1", "2/resolved/log/1"], "a channel of its own is a log"
    assert await journal.pending() == []
    final = [(one.notice, one.why) for one in heard if one.by == "sms" and one.final]
    assert sorted(final) == [(f"2/{name}/{who}/1", OVER) for name in ("opened", "resolved") for who in ("binh", "lan")]


@virtual
async def test_who_has_heard_of_it_hears_the_end(journal: Journal) -> None:
    standing = {2: Standing()}
    slow, sms = Box(gate=asyncio.Event()), Box(fails(1, Retryable("later")))
    async with desk_of({"call": slow, "sms": sms}, journal) as desk:
        desk.hearers.standing = standing.__getitem__
        await write(desk, journal, *by("call", event(2), "binh"), *by("sms", event(2), "binh"))
        await until(lambda: desk.retried["sms"] == 1)
        standing[2] = Standing(over=True)
        await write(desk, journal, *by("sms", event(2, "resolved", 1020.0), "binh"))
        await asyncio.sleep(5.0)
        assert (sms.got, desk.spared["sms"]) == ([], 1), "the page is stale; the end waits for the call under way"
        assert slow.gate is not None
        slow.gate.set()
        await until(lambda: bool(sms.got))
        assert sms.got == ["2/resolved/binh/1"]


@virtual
async def test_who_takes_it_stops_the_others_telephones(journal: Journal) -> None:
    standing = {2: Standing()}
    box = Box(lambda notice, attempt: Unanswered("rang") if attempt == 1 else None)
    async with desk_of({"call": box, "sms": Box()}, journal) as desk:
        desk.hearers.standing = standing.__getitem__
        await write(desk, journal, *by("call", event(2), "binh", "lan"))
        await until(lambda: desk.retried["call"] == 2)
        standing[2] = Standing(taken_by="binh")
        await until(lambda: desk.spared["call"] == 2)
        await write(desk, journal, *by("sms", event(2), "binh"), *by("sms", event(2, "escalated"), "hung"))
        await until(lambda: desk.sent["sms"] + desk.spared["sms"] == 2)
        assert (desk.sent["sms"], desk.spared["sms"]) == (1, 1), "who took it may read what it is"
        standing[2] = Standing(over=True, taken_by="binh")
        await write(desk, journal, *by("sms", event(2, "resolved", 1030.0), "binh", "lan"))
        await until(lambda: desk.sent["sms"] + desk.spared["sms"] == 4)
    assert desk.spared == {"call": 2, "sms": 2}


@virtual
async def test_bulletins_and_changes_are_over_from_the_start_and_go_all_the_same(journal: Journal) -> None:
    box = Box()
    news = IncidentEvent(event="opened", at=1010.0, incident=event(5, "resolved").incident)
    async with desk_of({"sms": box}, journal) as desk:
        desk.hearers.standing = lambda number: Standing(over=True)
        await write(desk, journal, *by("sms", news, "binh"))
        assert await desk.drain(5.0)
    assert box.got == ["5/opened/binh/1"]


@pytest.mark.parametrize("killed", [False, True])
def test_who_has_read_of_it_among_many_hears_the_end(killed: bool, tmp_path: Path) -> None:
    many = event(5, "resolved").incident
    said = {"crowd_head": ("count", "3"), "crowd_line": ("incident", "2"), "crowd_rest": ("incident", "3, 4")}
    lines = tuple(Clue(1010.0, "", text, (value,)) for text, value in said.items())
    news = IncidentEvent(event="opened", at=1010.0, incident=replace(many, kind="digest", evidence=lines))

    async def main() -> None:
        journal = open_inline(tmp_path / "journal.db")
        box = Box()
        async with AsyncExitStack() as stack:
            desk = await stack.enter_async_context(desk_of({"sms": box}, journal))
            await write(desk, journal, *by("sms", news, "binh"))
            assert await desk.drain(5.0)
            if killed:
                await stack.aclose()
                desk = await stack.enter_async_context(desk_of({"sms": box}, journal))
            desk.hearers.standing = lambda number: Standing(over=True)
            ends = [each for n in (2, 4, 6) for each in by("sms", event(n, "resolved", 1020.0), "binh")]
            await write(desk, journal, *ends)
            assert await desk.drain(5.0)
        assert box.got == ["5/opened/binh/1", "2/resolved/binh/1", "4/resolved/binh/1"]
        await journal.close()

    run_virtual(main(), START)


@pytest.mark.parametrize("killed", ["before it was sent", "while it was sent", "after it had failed"])
def test_after_a_restart_only_who_may_have_heard_hears_the_end(killed: str, tmp_path: Path) -> None:
    async def main() -> None:
        first = open_inline(tmp_path / "journal.db")
        await first.write([], plan(by("sms", event(2), "binh"), {}, words))
        if killed != "before it was sent":
            assert await first.claim("2/opened/binh/1", 1011.0)
        if killed == "after it had failed":
            await first.failed("2/opened/binh/1", 1012.0, "HTTP 503", final=False)
        await first.close()
        again = open_inline(tmp_path / "journal.db")
        box = Box()
        async with desk_of({"sms": box}, again) as desk:
            desk.hearers.standing = lambda number: Standing(over=True)
            await write(desk, again, *by("sms", event(2, "resolved", 1020.0), "binh"))
            assert await desk.drain(5.0)
        assert box.got == (["2/resolved/binh/1"] if killed == "while it was sent" else [])
        assert await again.pending() == []
        await again.close()

    run_virtual(main(), START)


@pytest.mark.parametrize(("rate", "at"), [(None, [0, 0, 0]), (Rate(1, 10.0), [0, 10, 20]), (Rate(2, 10.0), [0, 0, 5])])
def test_a_pace(rate: Rate | None, at: list[float]) -> None:
    pace, now, went = Pace(rate), 0.0, []
    for _ in at:
        while pause := pace.pause(now):
            now += pause
        pace.spend()
        went.append(round(now))
    assert went == at
    assert pace.pause(now + 1e6) == 0.0
