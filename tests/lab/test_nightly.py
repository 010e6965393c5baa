"""How fast, and how surely, is each fault told? Ten rounds of each, with medians and 95th percentiles."""

import statistics
from collections.abc import Callable

import pytest

from tests.lab.plays import kill_in_an_outage, lose_packets
from tests.lab.scenarios import Played, judge, play, scenarios
from tests.lab.service import Service
from tests.lab.topology import build

pytestmark = [pytest.mark.netns, pytest.mark.nightly]

ROUNDS = 10
NEVER = float("inf")
LOSSY_SECONDS, LOSSY_LINES = 300.0, 10
Record = Callable[[str, object], None]


def _p95(values: list[float]) -> float:
    """The 95th percentile, by nearest rank (of 10 values: the largest)."""
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


def _figures(rounds: list[Played]) -> str:
    """Median and 95th percentile of the seconds to the state change, the first message and the told recovery."""
    told = []
    for name, column in zip(
        ("state change", "first message", "recovery told"),
        zip(*((one.changed, one.told, one.recovered) for one in rounds), strict=True),
        strict=True,
    ):
        seconds = [NEVER if each is None else each for each in column]
        told.append(f"{name} {statistics.median(seconds):.1f} / {_p95(seconds):.1f} s")
    return ", ".join(told)


@pytest.mark.parametrize("name", list(scenarios(build(30))))
def test_a_fault_ten_times(make_service: Callable[[], Service], record_property: Record, name: str) -> None:
    rounds: list[Played] = []
    wrong: list[str] = []
    for _ in range(ROUNDS):
        service = make_service()
        scenario = scenarios(service.lab.topology)[name]
        rounds.append(play(service, scenario))
        found = judge(scenario, rounds[-1])
        wrong += [*found, *rounds[-1].story()] if found else []
    right = sum(not judge(scenario, played) for played in rounds)
    record_property("figures", f"{name}: {right} of {ROUNDS} right; median / p95: {_figures(rounds)}")
    assert not wrong, "\n".join(wrong)


def test_killed_in_an_outage_ten_times(make_service: Callable[[], Service], record_property: Record) -> None:
    wrong = [kill_in_an_outage(make_service()) for _ in range(ROUNDS)]
    record_property("figures", f"kill -9 in an outage: {sum(not each for each in wrong)} of {ROUNDS} right")
    assert wrong == [[]] * ROUNDS


def test_a_fifth_of_the_packets_lost_on_ten_lines_for_five_minutes(service: Service, record_property: Record) -> None:
    topology = service.lab.topology
    single = [f"{site}/1" for district in topology.districts for site in topology.communes(district, dual=False)]
    lines = single[:: max(1, len(single) // LOSSY_LINES)][:LOSSY_LINES]
    wrong = lose_packets(service, lines, LOSSY_SECONDS)
    record_property("figures", f"20 % loss on {len(lines)} lines for {LOSSY_SECONDS:.0f} s: {wrong or 'no outage'}")
    assert wrong == []
