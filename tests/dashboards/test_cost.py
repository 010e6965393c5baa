"""What does each query cost where 111 sites have been watched for 90 days?

All of it is there, scraped every 15 s, and the real program answers what panels, annotations and variables ask: now, or
over the time that a dashboard shows when it is opened, and over a week. CPU counts, not the clock: a machine has other
things to do, too. No dashboard looks at 90 days unless somebody chooses them; what that costs is printed.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

import pytest

from tests.dashboards.blocks import CHUNK_S, NUMBERS, SCRAPE_S, Series, curve, write
from tests.dashboards.servers import Server, opened
from tests.dashboards.shown import Board, asked, boards, filled
from tests.dashboards.watched import DAY, DAYS, watched

CHOSEN = {
    "level": ".*", "area": ".*", "carrier": ".*", "site": "yb-core", "link": "luc-yen/1", "near": "luc-yen-r1",
    "far": "yb-core-1",
}  # fmt: skip
WEEK = 7 * DAY
WIDE, MOST = 1920, 11_000
"""Points that a graph has across the screen, unless it says fewer, and that Prometheus gives at most."""
BUDGET_S = 1.0
QUIET = ('by!=""', "bottomk(25, netmon_link_month_availability_ratio")
"""What may find nothing: nobody has taken the incidents that are open, and which lines are the worst is chance."""


class Question(NamedTuple):
    """A way of the HTTP interface, what it is asked, and who asks."""

    way: str
    values: Mapping[str, Any]
    told: str

    @property
    def span(self) -> int:
        """How far back it goes, in seconds; 0 = it is about now."""
        return int(self.values.get("end", 0) - self.values.get("start", 0))


class Cost(NamedTuple):
    """CPU and clock in seconds, the numbers that it went through, and the rows of the answer."""

    cpu: float
    clock: float
    numbers: int
    rows: int
    question: Question

    def __str__(self) -> str:
        what = f"{self.question.span // 3600:4} h" if self.question.span else "   now"
        return (
            f"{self.cpu:5.2f} s CPU {self.clock:6.2f} s {what} {self.numbers / 1e6:7.2f} M {self.rows:5} rows"
            f"  {self.question.told}"
        )


def spans(board: Board) -> list[int]:
    """How far back one looks: as it is opened, a week, all of it; in seconds."""
    units = {"m": 60, "h": 3600, "d": DAY}
    found = re.fullmatch(r"now-(\d+)([mhd])", board["time"]["from"])
    assert found
    return sorted({int(found[1]) * units[found[2]], WEEK, DAYS * DAY})


def questions(name: str, board: Board, end: int) -> Iterator[Question]:
    """All that a dashboard asks Prometheus."""
    for one in asked(name, board):
        if one.source != "prometheus":
            continue
        query = filled(one.query, CHOSEN)
        if one.over:
            points = one.panel.get("maxDataPoints") or WIDE * one.panel["gridPos"]["w"] // 24
            yield from over(query, one.told, [(span, max(span // points, SCRAPE_S)) for span in spans(board)], end)
        else:
            yield Question("query", {"query": query, "time": end}, one.told)
    for each in board.get("annotations", {}).get("list", ()):
        times = [(span, max(-(-span // MOST), 30)) for span in spans(board)]
        yield from over(filled(each["expr"], CHOSEN), f"{name}: annotations: {each['expr']}", times, end)
    for each in board.get("templating", {}).get("list", ()):
        query = filled(each["query"]["query"], CHOSEN)
        told = f"{name}: ${each['name']}: {query}"
        if found := re.fullmatch(r"label_values\((.*), (\w+)\)", query):
            when = {"start": end - max(spans(board)), "end": end}
            yield Question(f"label/{found[2]}/values", {"match[]": found[1], **when}, told)
        else:
            inner = query.removeprefix("query_result(").removesuffix(")")
            yield Question("query", {"query": inner, "time": end}, told)


def over(query: str, told: str, times: list[tuple[int, int]], end: int) -> Iterator[Question]:
    """The same question for each span and step."""
    for span, step in times:
        yield Question("query_range", {"query": query, "start": end - span, "end": end, "step": step}, told)


def cost(server: Server, question: Question) -> Cost:
    """Asked up to three times if it is too dear: what else the server does meanwhile is not the question's fault."""
    found: list[Cost] = []
    while len(found) < 3 and (not found or (found[-1].cpu > BUDGET_S and question.span <= WEEK)):
        before, began = server.spent(), time.perf_counter()
        data = server.get(f"/api/v1/{question.way}", {**question.values, "stats": "all"})["data"]
        took = time.perf_counter() - began, server.spent() - before
        rows = data if isinstance(data, list) else data["result"]
        numbers = 0 if isinstance(data, list) else data["stats"]["samples"]["totalQueryableSamples"]
        found.append(Cost(took[1], took[0], numbers, len(rows), question))
    return min(found)


@pytest.mark.nightly
def test_no_query_costs_a_second(require_program: Callable[[str, str], str], tmp_path: Path) -> None:
    program = require_program("prometheus", "prometheus")
    inventory, series, end = watched(tmp_path)
    data = tmp_path / "tsdb"
    write(data, series)
    numbers = sum(one.end - one.first for one in series) * NUMBERS
    assert len(inventory.sites) >= 111
    assert numbers > 5e9
    everything = {
        (one.way, *map(str, one.values.values())): one
        for name, board in boards("vi").items()
        for one in questions(name, board, end)
    }
    with opened(program, data, tmp_path) as server:
        costs = sorted((cost(server, one) for one in everything.values()), reverse=True)
    rmtree(data)
    print(f"\n{numbers / 1e6:.0f} M numbers in {len(series)} series; {len(costs)} questions; the dearest:")
    print(*costs[:30], sep="\n")
    empty = [one.question.told for one in costs if not one.rows]
    assert not [told for told in empty if not any(each in told for each in QUIET)]
    assert not [str(one) for one in costs if one.cpu > BUDGET_S and one.question.span <= WEEK]


@pytest.mark.nightly
def test_what_is_written_is_read(require_program: Callable[[str, str], str], tmp_path: Path) -> None:
    program = require_program("prometheus", "prometheus")
    values = [n / 7 if n % 3 else float(n % 5) for n in range(DAY // SCRAPE_S)]
    day = 20_000 * DAY // CHUNK_S
    hostile = (("__name__", "x"), ("a", 'é"\\\n'), ("b", "z"))
    write(tmp_path / "tsdb", [
        Series((("__name__", "x"), ("a", "1")), curve(values), day, day + 480),
        Series(hostile, curve([4.5] * NUMBERS), day + 400, day + 401),
    ])  # fmt: skip
    with opened(program, tmp_path / "tsdb", tmp_path) as server:
        end = (day + 480) * CHUNK_S - 1
        rows = server.get("/api/v1/query", {"query": "x[10d]", "time": end})["data"]["result"]
    found = {tuple(sorted(row["metric"].items())): row["values"] for row in rows}
    assert [float(value) for _, value in found[("__name__", "x"), ("a", "1")]] == values * 10
    assert found[hostile] == [[(day + 400) * CHUNK_S + n * SCRAPE_S, "4.5"] for n in range(NUMBERS)]
