"""Does every job get its turn, spread over its interval, whatever the loop was busy with?"""

import random
from dataclasses import replace
from zlib import crc32

import pytest

from netmon.model import Target, Task
from netmon.run.schedule import FIRST_ROUND, Job, Schedule, jobs
from tests.province import SMALL, made

START = 1_791_936_000.0


def job(name: str, every: float = 2.0, collector: str = "icmp") -> Job:
    target = Target(id=name, of="device", site="s", level="commune", address="10.0.0.1", timeout=1.0)
    return Job(target, Task(collector=collector, plugin=None, every=every, timeout=1.0))


def play(schedule: Schedule, begin: float, end: float, step: float = 0.05) -> dict[str, list[float]]:
    """When each job had its turn."""
    turns: dict[str, list[float]] = {}
    ticks = round((end - begin) / step)
    for n in range(ticks):
        now = begin + n * step
        for each in schedule.take(now):
            turns.setdefault(each.job.target.id, []).append(now)
    return turns


def test_everything_is_asked_once_within_the_first_round_and_then_at_its_interval() -> None:
    wanted = [job(f"t{n}", every) for n, every in enumerate([1.0, 2.0, 10.0, 60.0] * 25)]
    turns = play(Schedule(wanted, START), START, START + 240)
    for each in wanted:
        every, own = each.task.every, turns[each.target.id]
        assert own[0] - START <= min(every, FIRST_ROUND) + 0.05
        assert all(each == pytest.approx(every, abs=0.11) for each in map(float.__sub__, own[2:], own[1:-1]))
        assert every / 2 - 0.11 <= own[1] - own[0] <= every * 1.5 + 0.11


def test_a_round_is_spread_over_its_interval() -> None:
    schedule = Schedule([job(f"t{n}", 10.0) for n in range(1000)], START)
    play(schedule, START, START + 20)
    tenths = [0] * 10
    for own in play(schedule, START + 20, START + 30).values():
        tenths[int(own[0] - START - 20)] += 1
    assert sum(tenths) == 1000
    assert all(60 <= each <= 140 for each in tenths), tenths


def test_a_restart_keeps_the_phases() -> None:
    wanted = [job(f"t{n}", 10.0) for n in range(50)]
    first = Schedule(wanted, START)
    play(first, START, START + 20)
    second = Schedule(wanted, START + 3.7)
    play(second, START + 3.7, START + 20)
    one = {name: own[0] for name, own in play(first, START + 20, START + 30).items()}
    assert one == pytest.approx({name: own[0] for name, own in play(second, START + 20, START + 30).items()}, abs=0.06)


def test_a_reload_keeps_the_turns_of_what_stayed() -> None:
    wanted = [job(f"t{n}", 10.0) for n in range(20)]
    left, right = Schedule(wanted, START), Schedule(wanted, START)
    play(left, START, START + 13)
    play(right, START, START + 13)
    right.replace([*wanted[5:], job("new", 10.0)], START + 13)
    before, after = play(left, START + 13, START + 40), play(right, START + 13, START + 40)
    assert {name: before[name] for name in before if name in after} == {n: o for n, o in after.items() if n != "new"}
    assert before.keys() - after.keys() == {f"t{n}" for n in range(5)}
    assert after["new"][0] - START - 13 <= FIRST_ROUND + 0.05
    assert len(right) == 16


def test_a_changed_interval_gets_a_new_turn() -> None:
    one = job("t", 60.0)
    schedule = Schedule([one], START)
    play(schedule, START, START + 10)
    schedule.replace([replace_every(one, 2.0)], START + 10)
    assert len(play(schedule, START + 10, START + 30)["t"]) >= 9


def replace_every(one: Job, every: float) -> Job:
    return Job(one.target, replace(one.task, every=every))


def test_what_was_missed_runs_once_late_and_is_counted() -> None:
    schedule = Schedule([job("t", 2.0)], START)
    play(schedule, START, START + 10)
    assert schedule.skipped == 0
    late = schedule.take(START + 21)
    assert len(late) == 1
    assert 4 <= schedule.skipped <= 5
    assert len(play(schedule, START + 21, START + 31)["t"]) == 5


def test_nothing_to_poll() -> None:
    schedule = Schedule([], START)
    assert schedule.next() is None
    assert schedule.take(START + 100) == []


def test_what_there_is_to_poll() -> None:
    inventory = made(SMALL).inventory
    found = {each.key: each.target for each in jobs(inventory)}
    assert ("dr", "icmp") in found
    assert found["d/1", "icmp"].of == "link"
    assert found["d/1", "icmp"].address == "10.9.1.1"
    assert (found["dweb", "tcp"].of, found["dweb", "tcp"].address) == ("service", "10.0.1.1")
    assert ("b1/1", "icmp") not in found, "a line without an address is not asked"


APART = """
      s1: {address: 10.0.9.2, role: server, collect: {icmp: {every: 4s}}}
      s2: {address: 10.0.9.3, role: server, collect: {icmp: {every: 6s}, tcp: {port: 22}}}
      s3: {address: 10.0.9.4, role: server, collect: {tcp: {port: 22}}}
"""


def test_equal_plugins_that_can_ask_many_at_once_are_one_wherever_they_are_written() -> None:
    text = SMALL.replace("    uplinks: [{from: c1, to: pe", APART.strip("\n") + "\n    uplinks: [{from: c1, to: pe")
    found = jobs(made(text).inventory)
    asked = {job.target.id: job for job in found if job.task.collector == "icmp"}
    assert (asked["s1"].task.every, asked["s2"].task.every) == (4.0, 6.0)
    assert len({id(job.task.plugin) for job in asked.values()}) == 1
    doors = [job.task.plugin for job in found if job.task.collector == "tcp" and job.task.plugin.port == 22]
    assert len(doors) == 2


def test_turns_are_taken_as_from_a_plain_list_of_all() -> None:
    """Whatever the intervals are, however late the loop is, and whatever is moved."""
    chance = random.Random(5)
    wanted = [job(f"t{number}", every=chance.choice([0.03, 0.5, 2.0, 10.0])) for number in range(60)]
    schedule, now = Schedule(wanted, 1000.0), 1000.0
    due = {turn.job.key: turn.at for turn in Schedule(wanted, 1000.0).take(1000.0 + FIRST_ROUND)}
    assert len(due) == 60
    taken = 0
    for _ in range(400):
        assert schedule.next() == min(due.values())
        now += chance.choice([0.0, 0.01, 0.05, 0.051, 0.4, 3.0])
        expected = sorted((at, key) for key, at in due.items() if at <= now)
        found = schedule.take(now)
        assert [(turn.at, turn.job.key) for turn in found] == expected
        taken += len(found)
        for turn in found:
            every = turn.job.task.every
            phase = crc32("/".join(turn.job.key).encode()) / 2**32 * every
            earliest = max(turn.at + every / 2, now)
            due[turn.job.key] = phase - (phase - earliest) // every * every
        moved = chance.choice(wanted)
        if chance.random() < 0.5:
            schedule.at_once(moved.key, now)
            due[moved.key] = min(due[moved.key], now)
        else:
            schedule.leave_out(moved.key, 2)
            due[moved.key] += 2 * moved.task.every
    assert taken > 1000
