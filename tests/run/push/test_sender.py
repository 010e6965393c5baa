"""What is sent, in which order, and what becomes of what the server does not want?

The server is a function; time is that of the loop, which runs ahead.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from netmon.errors import Permanent, Retryable
from netmon.model import Batch, Family
from netmon.reading.label_texts import Kept
from netmon.run.push.answers import meaning
from netmon.run.push.plug import Pushing
from netmon.run.push.sender import LONGEST_LATER, MOST_REFUSALS, Pauses, Sender
from netmon.run.push.spool import Spool
from netmon.run.push.waiting import MOST_TIMES
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import HttpReply, Net
from tests.collectors.fakes import FakeNet

Answer = Callable[[list[int]], HttpReply]
TAKEN = HttpReply(204, b"")
T0 = 1_000_000.0


def said(status: int, later: float = 0.0) -> HttpReply:
    return HttpReply(status, b"why", later)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """An exporter whose lines are numbers."""

    answer: Answer
    in_order: bool = False
    every: float = 1.0
    spool: int = 1_000_000
    sent: list[list[int]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def encode(self, families: Iterable[Family], at: float, kept: Kept) -> Iterator[Batch]:
        yield batch(*[round(value) for each in families for _, value in each.series])

    def halves(self, payload: bytes) -> tuple[Batch, ...]:
        numbers = [int(each) for each in payload.split()]
        middle = len(numbers) // 2
        return (batch(*numbers[:middle]), batch(*numbers[middle:])) if middle else ()

    async def deliver(self, payload: bytes, net: Net) -> HttpReply:
        numbers = [int(each) for each in payload.split()]
        self.sent.append(numbers)
        self.at.append(asyncio.get_running_loop().time())
        return self.answer(numbers)


def batch(*numbers: int) -> Batch:
    return Batch(b" ".join(b"%d" % number for number in numbers), len(numbers))


async def direct(work: Callable[[], Any]) -> Any:
    return work()


class Bench:
    """A sender over a spool, and the exporter that it uses."""

    def __init__(self, folder: Path, answer: Answer, *, in_order: bool = False) -> None:
        self.exporter = Numbers(answer=answer, in_order=in_order)
        self.spool = Spool(folder, 1_000_000)
        self.spool.open()
        self.folder = folder
        self.moment()

    def moment(self, *batches: Batch) -> None:
        self.spool.begin()
        for each in batches:
            self.spool.add(each, T0)

    def run(self, seconds: float, *moments: tuple[Batch, ...]) -> "Bench":
        """Send for so long, behind each of the `moments` if there are any."""

        async def sending() -> None:
            clock = VirtualClock()
            sender = Sender("x", self.exporter, self.spool, direct, FakeNet(), clock, Pauses(1.0, 60.0, lambda: 1.0))
            self.sender = sender
            task = asyncio.create_task(sender.run())
            for batches in moments or ((),):
                if batches:
                    self.moment(*batches)
                    sender.fresh.set()
                await asyncio.sleep(seconds)
            assert not task.done()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        run_virtual(sending(), T0)
        return self

    @property
    def sent(self) -> list[list[int]]:
        return self.exporter.sent

    def gaps(self) -> list[float]:
        at = self.exporter.at
        return [round(two - one, 3) for one, two in pairwise(at)]


def test_the_fake_is_what_the_sender_takes() -> None:
    assert isinstance(Numbers(answer=lambda _: TAKEN), Pushing)


def test_the_newest_moment_and_the_oldest_that_waits_take_turns(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda _: TAKEN)
    for number in range(1, 5):
        bench.moment(batch(number))
    bench.moment(batch(50), batch(51), batch(52))
    bench.run(1)
    assert bench.sent == [[50], [1], [51], [2], [52], [3], [4]]
    assert (bench.sender.sent, bench.sender.failures, bench.spool.state.lines) == (7, 0, 0)


def test_a_server_that_takes_nothing_older_gets_all_in_order(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda _: TAKEN, in_order=True)
    for number in range(1, 5):
        bench.moment(batch(number))
    assert bench.run(1).sent == [[1], [2], [3], [4]]


def test_what_comes_while_nothing_waits_is_sent_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda _: TAKEN)
    bench.run(5, (), *((batch(number),) for number in range(3)))
    assert bench.sent == [[0], [1], [2]]
    assert bench.gaps() == [5.0, 5.0]


def test_after_a_failure_the_last_minute_goes_again_first(tmp_path: Path) -> None:
    down = [False]

    def answer(numbers: list[int]) -> HttpReply:
        if numbers == [3] and len(bench.sent) < 11:
            down[0] = True
            raise Retryable("nobody there")
        return TAKEN

    bench = Bench(tmp_path, answer, in_order=True)
    bench.moment(batch(1), batch(2), batch(3), batch(4))
    bench.run(600)
    assert down == [True]
    assert bench.sent[:4] == [[1], [2], [3], [1]]
    assert bench.sent[4:6] == [[2], [3]]
    assert bench.sent[-2:] == [[3], [4]]
    waits = [gap for gap in bench.gaps() if gap]
    assert waits == [1.0, 1.0, 1.0]  # each success in between begins anew


def test_the_pauses_double_up_to_a_minute_and_the_server_may_ask_for_more(tmp_path: Path) -> None:
    later = [0.0, 0.0, 0.0, 30.0, 1e12, 0.0, 0.0, 0.0]

    def answer(numbers: list[int]) -> HttpReply:
        place = len(bench.sent) - 1
        return said(503, later[place]) if place < len(later) else TAKEN

    bench = Bench(tmp_path, answer)
    bench.moment(batch(1))
    bench.run(3600)
    assert bench.gaps() == [1.0, 2.0, 4.0, 30.0, LONGEST_LATER, 32.0, 60.0, 60.0]
    assert (bench.sender.failures, bench.sender.sent) == (8, 1)


def test_a_server_that_was_restarted_unseen_is_sent_the_last_minute_again(tmp_path: Path) -> None:
    anew = HttpReply(204, b"", anew=True)
    bench = Bench(tmp_path, lambda numbers: anew if len(bench.sent) == 3 else TAKEN, in_order=True)
    bench.moment(batch(1), batch(2), batch(3), batch(4))
    assert bench.run(1).sent == [[1], [2], [3], [1], [2], [4]]
    assert (bench.sender.sent, bench.sender.failures, bench.spool.state.lines) == (4, 0, 0)


@pytest.mark.parametrize("status", [404, 429, 400])
def test_a_restart_is_noticed_whatever_is_answered_first(tmp_path: Path, status: int) -> None:
    def answer(numbers: list[int]) -> HttpReply:
        return HttpReply(status, b"", anew=True) if len(bench.sent) == 3 else TAKEN

    bench = Bench(tmp_path, answer, in_order=True)
    bench.moment(batch(1), batch(2), batch(3), batch(4))
    bench.run(100)
    assert bench.sent[3:5] == [[1], [2]]


def test_a_failure_while_something_else_is_tried_counts_like_any(tmp_path: Path) -> None:
    """The server dies, and is back, while it is asked whether it takes anything at all."""

    def answer(numbers: list[int]) -> HttpReply:
        if numbers == [5] and bench.sent.count([5]) == 1:
            raise Retryable("gone")
        return said(400) if numbers in ([3], [4]) else TAKEN

    bench = Bench(tmp_path, answer, in_order=True)
    bench.moment(*[batch(number) for number in range(1, 6)])
    bench.run(200)
    assert bench.sent == [[1], [2], [3], [4], [5], [1], [2], [4], [5]]
    assert bench.spool.lost["refused"] == bench.spool.lost.total() == 2


def test_a_restart_while_a_batch_is_divided_costs_none_of_its_lines(tmp_path: Path) -> None:
    taken: set[int] = set()

    def answer(numbers: list[int]) -> HttpReply:
        if 7 in numbers:
            return said(400)
        anew = len(bench.sent) == 4  # behind [0 … 7], [4 … 7] and [0 … 3] or so
        if anew:
            taken.clear()
        taken.update(numbers)
        return HttpReply(204, b"", anew=anew)

    bench = Bench(tmp_path, answer)
    bench.moment(batch(*range(8)))
    bench.run(10)
    assert taken == {*range(7)}
    assert (bench.spool.lost["refused"], bench.sender.sent) == (1, 7)


def test_a_server_that_fails_now_and_then_is_not_sent_the_same_for_ever(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda _: said(500) if len(bench.sent) % 4 == 0 else TAKEN)
    bench.moment(*[batch(number) for number in range(40)])
    bench.run(3600)
    assert bench.spool.state.lines == 0
    assert all(bench.sent.count([number]) <= 2 * (MOST_TIMES + 1) for number in range(40))
    assert bench.sender.sent == 40


def test_a_busy_server_is_not_sent_again_what_it_has(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda _: said(429) if len(bench.sent) == 3 else TAKEN, in_order=True)
    bench.moment(batch(1), batch(2), batch(3))
    assert bench.run(100).sent == [[1], [2], [3], [3]]


class Stumbling:
    """A server that fails inside itself at one line, or at all between two times, in seconds from the first request."""

    def __init__(self, line: int = -1, between: tuple[float, float] = (0.0, 0.0)) -> None:
        self.line, self.between, self.taken, self.tried = line, between, list[int](), 0
        self.start: float | None = None

    def __call__(self, numbers: list[int]) -> HttpReply:
        begin, end = self.between
        now = asyncio.get_running_loop().time()
        self.start = now if self.start is None else self.start
        self.tried += self.line in numbers
        if self.line in numbers or begin <= now - self.start < end:
            return said(500)
        self.taken += numbers
        return TAKEN


def pairs(many: int) -> Iterator[tuple[Batch, Batch]]:
    """Moments of two batches each."""
    return ((batch(number), batch(1000 + number)) for number in range(100, 100 + many))


def test_a_batch_at_which_the_server_fails_holds_up_nothing_and_is_taken_apart_after_an_hour(tmp_path: Path) -> None:
    server = Stumbling(7)
    bench = Bench(tmp_path, server)
    for number in range(0, 20, 4):
        bench.moment(batch(*range(number, number + 4)))
    bench.run(240, *pairs(10))
    assert {*server.taken} == {*range(20), *range(100, 110), *range(1100, 1110)} - {4, 5, 6, 7}
    assert server.taken.index(19) < server.taken.index(101), "what is behind it goes at once"
    assert (server.tried, bench.spool.lost.total(), bench.spool.state.lines) == (7, 0, 4)
    assert max(server.taken.count(number) for number in server.taken) == 2, "once more behind the first failure"
    bench.run(240, *pairs(16))
    assert {4, 5, 6} < {*server.taken}
    assert (bench.spool.lost["server_error"], bench.spool.lost.total(), bench.spool.state.lines) == (1, 1, 0)


@pytest.mark.parametrize("in_order", [True, False])
def test_nor_does_a_batch_of_which_another_line_is_refused(tmp_path: Path, in_order: bool) -> None:
    """To all of it the server says no, to the half with the other line it fails."""
    server = Stumbling(7)
    bench = Bench(tmp_path, lambda numbers: said(400) if 6 in numbers else server(numbers), in_order=in_order)
    bench.moment(batch(1, 2), batch(4, 5, 6, 7), batch(9))
    bench.run(240, *pairs(20))
    assert {*server.taken} == {1, 2, 4, 5, 9, *range(100, 120), *range(1100, 1120)}
    assert server.taken.index(9) < server.taken.index(101)
    assert (bench.spool.lost["server_error"], bench.spool.lost.total(), bench.spool.state.lines) == (2, 2, 0)


def test_where_all_goes_in_order_such_a_batch_holds_up_the_rest_for_an_hour(tmp_path: Path) -> None:
    server = Stumbling(7)
    bench = Bench(tmp_path, server, in_order=True)
    bench.moment(batch(1, 2), batch(6, 7, 8), batch(9))
    bench.run(240, *pairs(14))
    assert {*server.taken} == {1, 2}
    bench.run(240, *pairs(20))
    assert {*server.taken} > {1, 2, 6, 8, 9, 100, 1113}
    assert (bench.spool.lost["server_error"], bench.spool.lost.total(), bench.spool.state.lines) == (1, 1, 0)


@pytest.mark.parametrize("in_order", [True, False])
def test_a_server_that_fails_at_everything_for_hours_costs_no_lines(tmp_path: Path, in_order: bool) -> None:
    server = Stumbling(between=(600.0, 3 * 3600.0))
    bench = Bench(tmp_path, server, in_order=in_order)
    bench.run(600, *pairs(30))
    assert {*server.taken} == {*range(100, 130), *range(1100, 1130)}
    assert (bench.spool.lost.total(), bench.spool.state.lines) == (0, 0)
    assert 160 < bench.sender.failures < 250


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_wrong_settings_cost_no_lines(tmp_path: Path, status: int) -> None:
    bench = Bench(tmp_path, lambda _: said(status))
    bench.moment(batch(1, 2, 3))
    bench.run(200)
    assert bench.gaps() == [60.0, 60.0, 60.0]
    assert (bench.spool.state.lines, sum(bench.spool.lost.values())) == (3, 0)


def test_nothing_to_send_with_costs_no_lines(tmp_path: Path) -> None:
    def answer(numbers: list[int]) -> HttpReply:
        raise Permanent("env:TOKEN is not set")

    bench = Bench(tmp_path, answer)
    bench.moment(batch(1))
    bench.run(100)
    assert (bench.gaps(), bench.spool.state.lines) == ([60.0], 1)


def test_a_bug_of_the_exporter_stops_nobody(tmp_path: Path) -> None:
    def answer(numbers: list[int]) -> HttpReply:
        if len(bench.sent) == 1:
            raise ZeroDivisionError
        return TAKEN

    bench = Bench(tmp_path, answer)
    bench.moment(batch(1))
    bench.run(10)
    assert (bench.sender.failures, bench.sender.sent) == (1, 1)


@pytest.mark.parametrize("bad", [{0}, {99}, {3, 50, 51}])
def test_only_the_lines_that_are_not_wanted_are_given_up(tmp_path: Path, bad: set[int]) -> None:
    taken: set[int] = set()

    def answer(numbers: list[int]) -> HttpReply:
        if bad & set(numbers):
            return said(400)
        taken.update(numbers)
        return TAKEN

    bench = Bench(tmp_path, answer)
    bench.moment(batch(*range(100)), batch(100))
    bench.run(10)
    assert taken == {*range(101)} - bad
    assert (bench.spool.lost["refused"], bench.sender.sent) == (len(bad), 101 - len(bad))
    assert len(bench.sent) <= MOST_REFUSALS
    assert bench.sender.failures == 0


def test_when_the_server_fails_meanwhile_all_of_the_batch_goes_once_more(tmp_path: Path) -> None:
    taken: set[int] = set()

    def answer(numbers: list[int]) -> HttpReply:
        if len(bench.sent) == 4:
            raise Retryable("gone")
        if 7 in numbers:
            return said(400)
        taken.update(numbers)
        return TAKEN

    bench = Bench(tmp_path, answer)
    bench.moment(batch(*range(16)))
    bench.run(10)
    assert taken == {*range(16)} - {7}
    assert (bench.spool.lost["refused"], bench.sender.sent) == (1, 15)


def test_a_batch_that_is_bad_all_over_is_given_up_if_others_are_taken(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda numbers: said(422) if numbers[0] < 5000 else TAKEN)
    bench.moment(batch(*range(5000)))
    bench.moment(batch(5001), batch(5002))
    bench.run(10)
    assert (bench.spool.lost["refused"], bench.sender.sent) == (5000, 2)
    assert len(bench.sent) < 40


def test_a_server_that_wants_nothing_at_all_is_a_wrong_address(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda _: said(400), in_order=True)
    bench.moment(batch(*range(100)))
    bench.moment(batch(100))
    bench.run(50)
    assert (bench.spool.state.lines, sum(bench.spool.lost.values())) == (101, 0)
    assert bench.sender.failures == 1


def test_what_was_taken_of_a_bad_batch_goes_again_too(tmp_path: Path) -> None:
    taken: list[int] = []

    def answer(numbers: list[int]) -> HttpReply:
        if 5 in numbers:
            return said(400)
        if numbers == [8] and not fell:
            fell.append(True)
            taken.clear()  # it comes back without what it had
            return said(503)
        taken.extend(numbers)
        return TAKEN

    fell: list[bool] = []
    bench = Bench(tmp_path, answer)
    bench.moment(batch(*range(8)))
    bench.moment(batch(8))
    bench.spool.live = 0
    bench.run(100)
    assert set(taken) == {*range(9)} - {5}
    assert (bench.spool.lost["refused"], bench.sender.sent) == (1, 8)


def test_what_is_refused_the_second_time_was_there(tmp_path: Path) -> None:
    """A Prometheus has no use for what it has already."""
    newest = [0]

    def answer(numbers: list[int]) -> HttpReply:
        if len(bench.sent) == 4:
            raise Retryable("restarting")
        if numbers[0] < newest[0]:
            return said(400)
        newest[0] = numbers[0]
        return TAKEN

    bench = Bench(tmp_path, answer, in_order=True)
    bench.moment(*[batch(number) for number in range(1, 7)])
    bench.run(10)
    assert bench.sent == [[1], [2], [3], [4], [1], [2], [3], [4], [5], [6]]
    assert (bench.spool.lost["refused"], bench.sender.sent) == (0, 6)


@pytest.mark.parametrize(("others", "left", "lost"), [(True, 0, {"uncertain": 1, "refused": 1}), (False, 4, {})])
def test_what_is_refused_the_second_time_by_a_server_that_takes_all_in_any_order_may_be_lost(
    tmp_path: Path, others: bool, left: int, lost: dict[str, int]
) -> None:
    """It was restarted with other settings, and perhaps without what it had; unless it wants nothing at all now."""

    def answer(numbers: list[int]) -> HttpReply:
        if len(bench.sent) == 3:
            raise Retryable("restarting")
        return said(400) if len(bench.sent) > 3 and (numbers[0] < 3 or not others) else TAKEN

    bench = Bench(tmp_path, answer)
    bench.moment(batch(1), batch(2))
    bench.moment(batch(3), batch(4))
    bench.run(100)
    assert bench.sent[:3] == [[3], [1], [4]]
    assert bench.spool.state.lines == left
    assert {why: lines for why, lines in bench.spool.lost.items() if lines} == lost


@pytest.mark.parametrize(("every", "lost"), [(90, 0), (30, 7 - MOST_TIMES)])
def test_a_connection_that_nobody_used_for_long_may_go(tmp_path: Path, every: int, lost: int) -> None:
    """Most servers close one after a minute, and so does the client: that alone counts no lines as perhaps lost."""

    def answer(numbers: list[int]) -> HttpReply:
        at = bench.exporter.at
        return HttpReply(204, b"", anew=len(at) > 1 and at[-1] - at[-2] > 1)

    bench = Bench(tmp_path, answer)
    bench.run(every, *((batch(number),) for number in range(8)))
    assert all(bench.sent.count([number]) <= MOST_TIMES + 1 for number in range(8))
    assert bench.spool.lost["uncertain"] == bench.spool.lost.total() == lost


def test_what_it_took_before_a_kill_costs_nothing_that_comes_behind(tmp_path: Path) -> None:
    """It was acknowledged, and the process died before that was written down: a Prometheus refuses it, and would refuse
    all that waits if it were asked for its opinion of the newest."""
    taken = [3]

    def answer(numbers: list[int]) -> HttpReply:
        if numbers[0] < taken[-1]:
            return said(400)
        taken.append(numbers[0])
        return TAKEN

    bench = Bench(tmp_path, answer, in_order=True)
    for number in range(1, 10):
        bench.moment(batch(number, number))
    bench.run(1)
    assert taken == [3, *range(3, 10)]
    assert bench.spool.lost["refused"] == 4, "of two batches that it has"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((200, "taken"), (204, "taken"), (302, "wrong"), (400, "refused"), (401, "wrong"), (404, "wrong")),
        *(
            (408, "busy"),
            (413, "refused"),
            (422, "refused"),
            (429, "busy"),
            (500, "away"),
            (503, "away"),
            (100, "wrong"),
        ),
    ],
)
def test_what_an_answer_means(status: int, kind: str) -> None:
    assert meaning(HttpReply(status, b"a\nb", 3.0)).kind == kind
