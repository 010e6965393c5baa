"""Are bridges measured in full while there are conferences, and only then?"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from netmon.model import Inventory
from netmon.run.agenda import Agenda
from netmon.run.schedule import Job, jobs
from netmon.run.windows import Windows, quiet
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.province import made
from tests.settings.test_conferences import NEXT, PROVINCE

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
INVENTORY = made(f"{PROVINCE}\nevents:\n{NEXT}sites: a}}\n").inventory
"""a-room goes by the window (Mondays 07:00-11:30 and 13:30-17:00) and meets on Wednesday, 2 December, at 07:30."""


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-30T06:59:59", {"a-room/bridge"}),  # a Monday
        ("2026-11-30T07:00", set()),
        ("2026-11-30T11:29:59", set()),
        ("2026-11-30T11:30", {"a-room/bridge"}),
        ("2026-11-30T13:30", set()),
        ("2026-12-01T08:00", {"a-room/bridge"}),
        ("2026-12-02T06:29:59", {"a-room/bridge"}),
        ("2026-12-02T06:30", set()),  # an hour before it begins
        ("2026-12-02T11:29:59", set()),
        ("2026-12-02T11:30", {"a-room/bridge"}),
        ("2025-12-29T08:00", {"a-room/bridge"}),  # a Monday before the window holds
    ],
)
def test_who_need_not_be_measured(when: str, expected: set[str]) -> None:
    assert quiet(INVENTORY, at(when)) == expected


def bridges(found: Sequence[Job]) -> dict[str, tuple[int, float]]:
    """Packets and interval of each."""
    return {job.target.id: (job.task.plugin.packets, job.task.every) for job in found if job.task.collector == "bridge"}


FULL = {"mcu/bridge": (100, 60.0), "a-room/bridge": (50, 60.0), "b-room": (50, 60.0)}


def test_a_brief_look_has_few_packets_and_comes_seldom() -> None:
    assert bridges(jobs(INVENTORY)) == FULL
    assert bridges(jobs(INVENTORY, {"a-room/bridge"})) == FULL | {"a-room/bridge": (5, 300.0)}
    others = [job.key for job in jobs(INVENTORY) if job.task.collector != "bridge"]
    assert [job.key for job in jobs(INVENTORY, {"a-room/bridge"}) if job.task.collector != "bridge"] == others


def test_a_window_is_followed_and_a_clock_that_is_set_as_well() -> None:
    async def main() -> list[dict[str, tuple[int, float]]]:
        clock, polled = VirtualClock(), list[dict[str, tuple[int, float]]]()
        windows = Windows(INVENTORY, clock)
        polled.append(bridges(windows.jobs()))
        for seconds in (0.0, 60.0, 0.0, 5 * 3600.0, 0.0):
            clock.jump(seconds)
            windows.follow(lambda found: polled.append(bridges(found)))
        return polled

    short = FULL | {"a-room/bridge": (5, 300.0)}
    assert run_virtual(main(), at("2026-11-30T06:59:30")) == [short, FULL, short]


def test_the_agenda_follows_each_minute() -> None:
    async def main() -> list[str]:
        clock, seen = VirtualClock(), list[str]()

        def poll(found: Sequence[Job]) -> None:
            packets, _ = bridges(found)["a-room/bridge"]
            seen.append(f"{datetime.fromtimestamp(clock.now(), ZONE):%H:%M:%S} {packets}")

        agenda = Agenda([Windows(INVENTORY, clock).duty(poll)], clock, ZONE)
        task = asyncio.create_task(agenda.run())
        await asyncio.sleep(12 * 3600)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return seen

    expected = ["07:00:00 50", "11:30:00 5", "13:30:00 50", "17:00:00 5"]
    assert run_virtual(main(), at("2026-11-30T05:59:30")) == expected


def test_another_inventory_is_followed() -> None:
    def without_window(text: str) -> Inventory:
        return made(text.replace("{window: giao-ban}", "{}")).inventory

    async def main() -> list[dict[str, tuple[int, float]]]:
        windows = Windows(INVENTORY, VirtualClock())
        return [bridges(windows.jobs()), bridges(windows.use(without_window(PROVINCE)))]

    assert run_virtual(main(), at("2026-12-01T08:00")) == [FULL | {"a-room/bridge": (5, 300.0)}, FULL]
