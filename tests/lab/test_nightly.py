"""How fast, and how surely, is each fault told? Ten rounds of each, with medians and 95th percentiles."""

import statistics
from collections.abc import Callable

import pytest
from rich.console import Console
from rich.table import Table

from tests.lab.lab import Lab
from tests.lab.scenarios import Played, judge, play, scenarios
from tests.lab.service import Service

pytestmark = [pytest.mark.netns, pytest.mark.nightly]

ROUNDS = 10
NEVER = float("inf")


def _p95(values: list[float]) -> float:
    """The 95th percentile, by nearest rank (of 10 values: the largest)."""
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


def _figures(rounds: list[Played]) -> list[list[float]]:
    """Seconds to the state change, the first message and the told recovery, one list each."""
    return [
        [NEVER if seconds is None else seconds for seconds in column]
        for column in zip(*((one.changed, one.told, one.recovered) for one in rounds), strict=True)
    ]


def test_every_fault_ten_times(lab: Lab, make_service: Callable[[], Service]) -> None:
    found = scenarios(lab.topology)
    table = Table("fault", "state change s", "first message s", "recovery told s", "rounds wrong", title="median / p95")
    wrong: dict[str, list[str]] = {}
    for scenario in found.values():
        rounds = []
        for _ in range(ROUNDS):
            played = play(make_service(), scenario)
            rounds.append(played)
            wrong.setdefault(scenario.name, []).extend(judge(scenario, played))
        columns = _figures(rounds)
        shown = [f"{statistics.median(column):.1f} / {_p95(column):.1f}" for column in columns]
        bad = sum(bool(judge(scenario, played)) for played in rounds)
        table.add_row(scenario.name, *shown, f"{bad} of {ROUNDS}")
    Console(width=120).print(table)
    assert not {name: sentences for name, sentences in wrong.items() if sentences}
