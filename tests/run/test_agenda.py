"""Is what people plan done at their times, once, and whatever becomes of it?"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import structlog
from apscheduler.triggers.cron import CronTrigger

from netmon.errors import BadAnswer
from netmon.run.agenda import Agenda, Duty
from netmon.sim.virtual import VirtualClock, run_virtual

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 22, 21, 0, tzinfo=ZONE).timestamp()  # a Sunday evening
NIGHTLY, MONDAYS = CronTrigger(hour=2, timezone=ZONE), CronTrigger(day_of_week="mon", hour=7, timezone=ZONE)
DAY = 86400.0


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


class Diary:
    """Duties that write down when they were done, by the wall clock, and then take so long or fail."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock, self.lines = clock, list[str]()

    def duty(self, name: str, when: CronTrigger, lasts: float = 0.0, error: Exception | None = None) -> Duty:
        async def work() -> None:
            wall = self.clock.now() + self.clock.ahead()
            self.lines.append(f"{name} {datetime.fromtimestamp(wall, UTC).astimezone(ZONE):%a %d %H:%M}")
            await asyncio.sleep(lasts)
            if error is not None:
                raise error

        return Duty(name=name, when=when, work=work)


async def for_(agenda: Agenda, seconds: float) -> None:
    task = asyncio.create_task(agenda.run())
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_nights_and_mondays() -> None:
    async def main() -> list[str]:
        diary = Diary(clock := VirtualClock())
        await for_(Agenda([diary.duty("backup", NIGHTLY), diary.duty("drift", MONDAYS)], clock, ZONE), 2 * DAY)
        return diary.lines

    assert run_virtual(main(), START) == ["backup Mon 23 02:00", "drift Mon 23 07:00", "backup Tue 24 02:00"]


def test_one_that_fails_or_has_a_bug_costs_itself_only() -> None:
    async def main() -> tuple[list[str], dict[tuple[str, str], int]]:
        diary = Diary(clock := VirtualClock())
        duties = [
            diary.duty("fails", NIGHTLY, error=BadAnswer("no disk")),
            diary.duty("bug", NIGHTLY, error=ZeroDivisionError()),
            diary.duty("fine", NIGHTLY),
        ]
        agenda = Agenda(duties, clock, ZONE)
        await for_(agenda, 2 * DAY)
        return diary.lines, dict(agenda.outcomes)

    lines, outcomes = run_virtual(main(), START)
    assert len(lines) == 6
    assert outcomes == {("fails", "failure"): 2, ("bug", "bug"): 2, ("fine", "success"): 2}


def test_one_that_is_under_way_is_not_begun_again() -> None:
    async def main() -> tuple[list[str], dict[tuple[str, str], int]]:
        diary = Diary(clock := VirtualClock())
        agenda = Agenda([diary.duty("slow", NIGHTLY, lasts=1.5 * DAY)], clock, ZONE)
        await for_(agenda, 3 * DAY)
        return diary.lines, dict(agenda.outcomes)

    lines, outcomes = run_virtual(main(), START)
    assert lines == ["slow Mon 23 02:00", "slow Wed 25 02:00"]
    assert outcomes == {("slow", "skipped"): 1, ("slow", "success"): 1}


def test_a_clock_that_was_set_forward_does_it_once_and_not_for_each_night_missed() -> None:
    async def main() -> list[str]:
        diary = Diary(clock := VirtualClock())
        task = asyncio.create_task(for_(Agenda([diary.duty("backup", NIGHTLY)], clock, ZONE), DAY / 2))
        await asyncio.sleep(60)
        clock.jump(3 * DAY)
        await task
        return diary.lines

    assert run_virtual(main(), START) == ["backup Wed 25 21:01", "backup Thu 26 02:00"]


def test_other_duties_after_a_reload() -> None:
    async def main() -> list[str]:
        diary = Diary(clock := VirtualClock())
        agenda = Agenda([diary.duty("old", NIGHTLY)], clock, ZONE)
        task = asyncio.create_task(for_(agenda, DAY))
        await asyncio.sleep(60)
        agenda.use([diary.duty("new", NIGHTLY)])
        await task
        return diary.lines

    assert run_virtual(main(), START) == ["new Mon 23 02:00"]
