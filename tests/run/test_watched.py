"""Who notices when netmon itself is silent? In virtual time, with the whole program."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from netmon import app
from netmon.app import App, World
from netmon.clock import SystemClock
from netmon.errors import JournalError, NotTaken, Retryable
from netmon.model import Evidence, Incident, IncidentEvent, Secret
from netmon.people import Act, Case, Channels, Person, Roster, Route
from netmon.run.deadman import Switch
from netmon.run.drills import Drills as Begins
from netmon.run.engine import Engine
from netmon.run.journal.seam import open_inline
from netmon.run.pulse import Pulse, in_words
from netmon.settings.project import Project, told_by
from netmon.settings.report import Report
from netmon.settings.watched import Deadman, Drills, Peer, Watched, with_drills
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import HttpReply
from tests.proof.stage import HAMLET
from tests.province import T0, Performance, Recorder, Recording, made, perform
from tests.run.values import incident

PEER = "yb-noc-2"
WATCHES = {PEER: Peer(every=60.0, grace=45.0)}


@pytest.fixture(scope="module")
def hamlet() -> Project:
    project = made(HAMLET)
    return replace(project, config=replace(project.config, watched=Watched(peers=WATCHES)))


def beats(*seconds: float) -> list[tuple[float, Callable[[App], Awaitable[None]]]]:
    async def beat(running: App) -> None:
        assert running.watched.hear(PEER)

    return [(at, beat) for at in seconds]


def told(done: Performance, kind: str) -> list[tuple[str, float]]:
    """What people were told of this kind, and how many seconds after the beginning."""
    return [(notice.event, round(notice.at - T0)) for notice in done.notices if notice.incident.kind == kind]


def last(done: Performance, kind: str) -> Incident:
    return [notice.incident for notice in done.notices if notice.incident.kind == kind][-1]


# --- other netmons -----------------------------------------------------------------------------


def test_a_peer_that_falls_silent_is_told_within_two_minutes_and_again_when_it_is_back(hamlet: Project) -> None:
    done = perform(hamlet, beats(10, 70, 130, 400, 460), 500.0)
    assert told(done, "peer") == [("opened", 235), ("resolved", 460)]
    assert (last(done, "peer").seat, round(last(done, "peer").opened_at - T0)) == (PEER, 130)
    assert "netmon yb-noc-2 không lên tiếng" in done.notices[0].text
    assert "yb-noc-2 lên tiếng lại" in done.notices[1].subject


def test_a_peer_that_has_never_spoken_is_told_too(hamlet: Project) -> None:
    assert told(perform(hamlet, [], 200.0), "peer") == [("opened", 105)]


def test_one_late_beat_and_one_last_word_say_nothing(hamlet: Project) -> None:
    late = (10, 70, 130, 230, 290)
    assert told(perform(hamlet, beats(*late), 390.0), "peer") == []
    assert told(perform(hamlet, beats(10, 200), 330.0), "peer") == [("opened", 115)]


def test_a_restart_tells_nothing_twice_and_forgets_no_silence(hamlet: Project, tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    done = perform(hamlet, beats(10, 180, 240), 245.0, journal=journal, stops=(50.0, 170.0))
    assert told(done, "peer") == [("opened", 158), ("resolved", 240)]


def test_who_is_blind_blames_no_peer(hamlet: Project) -> None:
    done = perform(hamlet, [*beats(10), (20.0, ("isolate",)), (200.0, ("restore",)), *beats(280)], 300.0)
    assert told(done, "blind")[0][0] == "opened"
    assert told(done, "peer") == []


def test_only_those_who_are_watched_are_heard(hamlet: Project) -> None:
    async def stranger(running: App) -> None:
        assert not running.watched.hear("somebody")

    perform(hamlet, [(1.0, stranger)], 2.0)


# --- drills --------------------------------------------------------------------------------------


async def _begin(running: App) -> None:
    number = await running.watched.drills.begin("minh")
    assert running.engine.incidents()[number].kind == "drill"
    with pytest.raises(NotTaken, match=f"#{number}"):
        await running.watched.drills.begin("ha")


async def _take(running: App) -> None:
    [drill] = [one for one in running.engine.incidents().values() if one.kind == "drill"]
    running.engine.desk.cases[drill.id] = Case(incident=drill.id, acked_by="ha")


def test_a_drill_ends_when_somebody_takes_it(hamlet: Project) -> None:
    done = perform(hamlet, [(10.0, _begin), (50.0, _take)], 100.0)
    assert told(done, "drill") == [("opened", 10), ("resolved", 50)]
    assert "ha nhận việc" in done.notices[-1].text
    assert told(done, "change") == []


def test_a_drill_that_nobody_takes_is_told_as_a_change(hamlet: Project) -> None:
    hamlet = replace(hamlet, config=replace(hamlet.config, watched=Watched()))
    done = perform(hamlet, [(10.0, _begin)], 920.0)
    assert told(done, "drill") == [("opened", 10), ("resolved", 910)]
    assert told(done, "change") == [("opened", 910)]
    assert "không ai nhận việc trong 15 phút" in done.notices[-1].text


def test_a_drill_rings_whom_it_is_for_and_their_word_ends_it(hamlet: Project) -> None:
    minh = Person(id="minh", name="Minh", reach={"phone": "0912345678"})
    others = Route(name="others", urgency="none")
    by = Channels(by=("phone",))
    roster = Roster(channels=("phone",), people={"minh": minh}, routes=(others,), reach={"ring": by, "text": by})
    planned = Drills(days=frozenset({0}), hour=9, minute=0, to="minh")
    phone = Recorder()
    config = replace(hamlet.config, notifiers={"phone": phone}, watched=Watched(drills=planned))
    project = replace(hamlet, config=config, roster=with_drills(roster, planned, Report()))

    async def main() -> None:
        clock = VirtualClock()
        net = SimNet(Network(project.inventory, 1, clock=clock), clock, 1)
        running = await app.build(project, World(clock=clock, net=net, journal=open_inline(None), serve=False))
        living = asyncio.create_task(app.run_for(running, 60.0, asyncio.Event()))
        await asyncio.sleep(5.0)
        number = await running.watched.drills.begin("ha")
        await asyncio.sleep(5.0)
        await running.engine.say(Act(verb="ack", who="minh", incident=number, at=clock.now()))
        await living

    run_virtual(main(), T0)
    assert [(one.event, one.to, one.address, one.incident.kind) for one in phone.got] == [
        ("opened", "minh", "0912345678", "drill"),
        ("resolved", "minh", "0912345678", "drill"),
    ]
    assert phone.got[-1].incident.evidence[-1].text == "drill_taken"


async def test_the_end_of_one_drill_is_not_the_beginning_of_the_next() -> None:
    """An older one is over for all before its end is written down; whoever begins one then waits for their own."""

    @dataclass
    class Hall:
        """As much of an engine as drills know."""

        hears: list[Callable[[IncidentEvent], None]] = field(default_factory=list)
        known: dict[int, Incident] = field(default_factory=dict)

        def follow(self, hear: Callable[[IncidentEvent], None]) -> None:
            self.hears.append(hear)

        def evidence(self, pieces: Iterable[Evidence]) -> None:
            pass

        def incidents(self) -> dict[int, Incident]:
            return self.known

    hall = Hall()
    begun = asyncio.create_task(Begins(cast("Engine", hall), SystemClock()).begin("ha"))
    await asyncio.sleep(0)
    old = replace(incident(7, resolved_at=1.0), kind="drill")
    new = replace(incident(8), kind="drill")
    hall.hears[0](IncidentEvent(event="resolved", at=1.0, incident=old))
    for _ in range(3):
        await asyncio.sleep(0)
    hall.known[8] = new
    hall.hears[0](IncidentEvent(event="opened", at=2.0, incident=new))
    assert await begun == 8


def test_drills_are_held_at_their_times_of_the_project(hamlet: Project) -> None:
    planned = Watched(drills=Drills(days=frozenset({0, 3}), hour=9, minute=0))

    async def look(running: App) -> None:
        [duty] = running.watched.duties("Asia/Ho_Chi_Minh")
        sunday = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        first = duty.when.get_next_fire_time(None, sunday)
        assert first is not None
        assert first.strftime("%a %H:%M %d/%m") == "Mon 09:00 23/11"
        await duty.work()

    done = perform(replace(hamlet, config=replace(hamlet.config, watched=planned)), [(5.0, look)], 10.0)
    assert told(done, "drill") == [("opened", 5)]


# --- the pulse -----------------------------------------------------------------------------------


async def _watch(hamlet: Project, failures: int, seconds: Sequence[float]) -> list[str]:
    """What is late at these seconds, if the journal cannot be written so many times."""
    clock = VirtualClock()
    net = SimNet(Network(hamlet.inventory, 1, clock=clock), clock, 1)
    trouble = [JournalError("disk full")] * failures
    journal = Recording(open_inline(None), [], trouble)
    world = World(clock=clock, net=net, journal=journal, serve=False)
    running = await app.build(told_by(hamlet, {"desk": Recorder()}), world)
    living = asyncio.create_task(app.run_for(running, seconds[-1] + 1.0, asyncio.Event()))
    found = []
    for at in seconds:
        await asyncio.sleep(T0 + at - clock.now())
        found.append(running.view.late())
    await living
    return found


def test_a_disk_that_cannot_be_written_is_named_and_the_end_of_it(hamlet: Project) -> None:
    found: list[str] = []

    async def main() -> None:
        found.extend(await _watch(hamlet, 100, (5.0, 45.0, 200.0)))

    run_virtual(main(), T0)
    assert found[0] == ""
    assert found[1].startswith("late: ")
    assert "journal" in found[1]
    assert "poll" not in found[1]
    assert "outbox" not in found[1]
    assert found[2] == ""


def test_a_stage_is_late_after_its_own_limit() -> None:
    pulse = Pulse({"poll": 0.0, "verdict": 55.0, "outbox": 60.0}, {"poll": 90.0, "verdict": 30.0, "outbox": 30.0})
    assert pulse.late(85.0) == {}
    assert in_words(pulse.late(91.0)) == "late: poll (91 s), verdict (36 s), outbox (31 s)"
    assert in_words({}) == ""


# --- the dead man's switch -----------------------------------------------------------------------


class Peering:
    """A network whose other netmon answers, or does not."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock, self.answers = clock, True
        self.got: list[tuple[int, str]] = []

    async def post(self, url: str, body: bytes, headers: dict[str, str], timeout: float) -> HttpReply:
        self.got.append((round(self.clock.now() - T0), headers["Authorization"]))
        if not self.answers:
            raise Retryable("no answer")
        return HttpReply(200, b"")


def test_the_switch_is_held_while_all_is_well_and_let_go_of_while_a_stage_is_late() -> None:
    async def main() -> None:
        clock = VirtualClock()
        net, late = Peering(clock), False
        wanted = Deadman(every=60.0, peer="http://10.0.0.1/-/beat/a", token=Secret("t0ken", "env:T"))

        def pulse() -> Pulse:
            return Pulse({"journal": clock.now() - (99.0 if late else 0.0)}, {"journal": 30.0})

        switch = Switch(wanted, net, clock, pulse)  # type: ignore[arg-type]
        running = asyncio.create_task(switch.run())
        await asyncio.sleep(61.0)
        assert net.got == [(0, "Bearer t0ken"), (60, "Bearer t0ken")]
        late = True
        await asyncio.sleep(200.0)
        assert len(net.got) == 2
        late, net.answers = False, False
        await asyncio.sleep(20.0)  # what fails is tried again soon: one lost ping calls nobody
        assert len(net.got) >= 5
        net.answers = True
        await asyncio.sleep(10.0)
        assert switch.pings["peer", "success"] == 3
        assert switch.pings["peer", "failure"] >= 3
        assert switch.pings["peer", "withheld"] >= 20
        running.cancel()

    run_virtual(main(), T0)
