"""Is a series told when it has been beyond its limit for long enough, once, and over when it is clear?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan

import pytest

from netmon.decide.rules import judge, state
from netmon.decide.rules.means import Growth, Means, recalled
from netmon.model import Clue, Crossed, Incident
from netmon.settings.rules_values import ROLLUP, Choice, Quantile, Rule

LOOK = 15.0
CPU = Rule(
    name="Cpu",
    metric="cpu",
    names=("cpu",),
    of=frozenset({"a", "b"}),
    unit="ratio",
    above=True,
    limit=0.9,
    clear=0.8,
    lasts=60.0,
)
A = ("a", ("1",))


@dataclass(slots=True)
class Looks:
    """A look every 15 seconds; `said` are (seconds, rule, root, over, why)."""

    watched: state.State
    now: float = 0.0
    said: list[tuple[float, str, str, bool, str]] = field(default_factory=list)

    def look(self, values: Mapping[str, Sequence[state.Reading]], times: int = 1) -> None:
        for _ in range(times):
            found = judge.begin(self.watched, self.now) + judge.judge(self.watched, values, self.now)
            found += [one for portion in judge.settle(self.watched, self.now) for one in portion]
            self.said += [(self.now, one.rule, one.root, one.over, one.why if not one.over else "") for one in found]
            self.now += LOOK

    def cpu(self, value: float | None, times: int = 1) -> None:
        self.look({"cpu": [] if value is None else [(*A, value)]}, times)


def looks(*rules: Rule) -> Looks:
    return Looks(state.start(rules, [], {}, 0.0))


def test_it_is_told_once_after_it_has_lasted_and_over_when_clear() -> None:
    on = looks(CPU)
    on.cpu(0.95, 10)
    on.cpu(0.85, 10)  # below the limit, and not clear of it
    on.cpu(0.95, 10)
    on.cpu(0.79, 10)
    assert on.said == [(60.0, "Cpu", "a", True, ""), (450.0, "Cpu", "a", False, "back")]


def test_what_does_not_last_is_not_told() -> None:
    on = looks(CPU)
    for _ in range(5):
        on.cpu(0.95, 4)
        on.cpu(0.89)
    on.cpu(0.95, 3)
    on.cpu(None)
    on.cpu(0.95, 4)
    assert on.said == []


@pytest.mark.parametrize(("rule", "values", "over"), [
    (replace(CPU, clear=None, lasts=0.0), (0.9, 0.901, 0.9), [False, True, False]),
    (replace(CPU, above=False, limit=6.0, clear=7.0, lasts=0.0), (6.0, 5.9, 7.0, 7.1), [False, True, True, False]),
    (replace(CPU, above=False, limit=6.0, clear=None, lasts=0.0), (6.0, 5.0, 6.0), [False, True, False]),
    (replace(CPU, lasts=0.0), (nan, 0.95, nan, 0.5), [False, True, True, False]),
])  # fmt: skip
def test_limits_themselves(rule: Rule, values: Sequence[float], over: list[bool]) -> None:
    on, seen = looks(rule), []
    for value in values:
        on.cpu(value)
        seen.append(on.watched.watching["Cpu"].told == 1)
    assert seen == over


def test_without_a_value_it_goes_on_for_an_hour() -> None:
    on = looks(CPU)
    on.cpu(0.95, 5)
    on.cpu(None, 239)
    on.cpu(0.95)
    assert len(on.said) == 1
    on.cpu(None, 239)
    assert len(on.said) == 1
    on.cpu(None)
    assert on.said[1:] == [(on.now - LOOK, "Cpu", "a", False, "silent")]


def test_an_hour_in_which_nobody_looked_is_no_silence_and_no_lasting() -> None:
    on = looks(CPU, replace(CPU, name="Slow", lasts=600.0))
    on.cpu(0.95, 6)
    on.now += 5000.0
    on.cpu(None)
    on.cpu(0.95)
    assert [said[1] for said in on.said] == ["Cpu"]
    assert on.watched.watching["Slow"].stood[A].began == on.now - LOOK


def test_only_what_is_chosen() -> None:
    rule = replace(CPU, lasts=0.0, scope=frozenset({"b"}), choice=Choice(labels=(("cpu", ("1", "3")),)))
    on = looks(rule)
    on.look({"cpu": [("a", ("1",), 0.95), ("b", ("1",), 0.95), ("b", ("2",), 0.95), ("b", ("3",), 0.2)]})
    assert on.said == [(0.0, "Cpu", "b", True, "")]
    assert on.watched.watching["Cpu"].matched == 2


def test_a_quotient_needs_both_and_no_zero() -> None:
    on = looks(replace(CPU, per="all", lasts=0.0, limit=0.5, clear=None))
    row = ("a", ("1",), 30.0)
    on.look({"cpu": [row]})
    on.look({"cpu": [row], "all": [("a", ("1",), 0.0)]})
    on.look({"cpu": [row], "all": [("a", ("2",), 1.0)]})
    assert on.said == []
    on.look({"cpu": [row], "all": [("a", ("1",), 50.0)]})
    on.look({"cpu": [row], "all": [("a", ("1",), 60.0)]})
    assert [said[3] for said in on.said] == [True, False]


def test_growth_within_a_time_survives_a_counter_that_starts_anew() -> None:
    on = looks(replace(CPU, increase=60.0, limit=9.0, clear=None, lasts=0.0))
    for value in (1000.0, 1004.0, 1008.0, 3.0, 3.0, 3.0, 3.0, 3.0):
        on.cpu(value)
    assert on.said == [(45.0, "Cpu", "a", True, ""), (75.0, "Cpu", "a", False, "back")]


def test_a_long_time_of_growth_costs_few_points() -> None:
    growth = Growth(0.0, 0.0)
    for n in range(10_000):
        grown = growth.step(float(n), n * LOOK, 86400.0)
    assert grown == pytest.approx(86400.0 / LOOK, rel=0.05)
    assert len(growth.points) <= 62


def test_a_quotient_of_two_growths() -> None:
    on = looks(replace(CPU, per="all", increase=60.0, limit=0.1, clear=None, lasts=0.0))
    for n in range(5):
        on.look({"cpu": [("a", ("1",), 2.0 * n)], "all": [("a", ("1",), 10.0 * n)]})
    assert on.said == [(15.0, "Cpu", "a", True, "")]


P95 = replace(CPU, quantile=Quantile(0.95, 3600.0), lasts=0.0, clear=None)


def test_a_quantile_speaks_once_half_of_its_time_is_covered() -> None:
    on = looks(P95)
    on.cpu(0.95, int(6 * ROLLUP / LOOK))
    assert on.said == []
    on.cpu(0.95)
    assert on.said == [(1800.0, "Cpu", "a", True, "")]
    on.cpu(0.1, int(3000 / LOOK))  # two means of twelve are still high
    assert len(on.said) == 1
    on.cpu(0.1, 40)
    assert on.said[1][3:] == (False, "back")


def test_a_quantile_is_the_one_of_prometheus() -> None:
    means = Means(0)
    for n, value in enumerate((5.0, 1.0, 4.0, 2.0, 3.0)):
        means.close(n * ROLLUP, 12)
        means.add(value, n * ROLLUP)
    means.close(5 * ROLLUP, 12)
    assert means.quantile(0.95, 5 * ROLLUP) == pytest.approx(4.8)
    assert means.quantile(0.5, 5 * ROLLUP) == 3.0
    assert means.quantile(0.5, 11 * ROLLUP) is None


def test_means_come_back_from_hours_as_they_were() -> None:
    on = looks(P95)
    for n in range(600):
        on.cpu(0.1 + n / 1000 if n % 100 else None)
    kept: dict[int, Sequence[float]] = {row.hour: row.means for row in on.watched.rows}
    means = on.watched.tracks["cpu"][A]
    again = recalled(sorted(kept.items()), on.now - LOOK)
    assert again.bucket == means.bucket
    assert again.points.tobytes()[-4 * len(means.points) :] == means.points.tobytes()
    assert again.quantile(0.95, 3600.0) == means.quantile(0.95, 3600.0)


def test_a_gap_of_hours_leaves_no_means() -> None:
    means = Means(0)
    means.add(1.0, 0.0)
    assert means.close(100 * ROLLUP, 24) == 0
    assert len(means.points) == 24
    assert means.empty()


def test_series_beyond_all_bounds_are_dropped_and_counted() -> None:
    on = looks(replace(P95, of=frozenset({"a"})))
    rows = [("a", (str(n),), 0.5) for n in range(judge.MOST_SERIES + 3)]
    on.look({"cpu": rows})
    assert (len(on.watched.tracks["cpu"]), on.watched.dropped) == (judge.MOST_SERIES, 3)


def test_a_limit_that_was_set_wrong_does_not_page_for_everything() -> None:
    on = looks(replace(CPU, lasts=0.0))
    rows = [("a", (str(n),), 0.95) for n in range(judge.MOST_TOLD + 5)]
    on.look({"cpu": rows}, 3)
    assert len(on.said) == judge.MOST_TOLD
    on.look({"cpu": [(root, labels, 0.1) for root, labels, _ in rows[:3]] + rows[3:]}, 2)
    assert sum(said[3] for said in on.said) == judge.MOST_TOLD + 3


def incident(rule: str = "Cpu", label: str = "1") -> Incident:
    """As it was told at a restart ago."""
    values = (("cpu", label), ("rule", rule), ("root", "a"), ("labels", "cpu"), ("value", "0.95"), ("limit", "0.9"))
    return Incident(
        id=7,
        kind="threshold",
        severity="warning",
        root="a",
        seat=f"{rule}:a:{label}",
        state="open",
        cause="unknown",
        opened_at=-100.0,
        evidence=(Clue(0.0, "a", "crossed", values),),
    )


def test_a_restart_repeats_nothing_and_ends_what_is_watched_no_more() -> None:
    on = Looks(state.start([CPU], [incident(), incident("Gone")], {}, 0.0))
    on.cpu(0.85, 10)
    assert on.said == [(0.0, "Gone", "a", False, "removed")]
    on.cpu(0.5)
    assert on.said[1:] == [(150.0, "Cpu", "a", False, "back")]


def test_a_reload_keeps_what_is_still_watched() -> None:
    on = looks(CPU, replace(CPU, name="Other", lasts=0.0), replace(CPU, name="Moved", lasts=0.0))
    on.cpu(0.95, 5)
    moved = replace(CPU, name="Moved", scope=frozenset({"b"}))
    state.use(on.watched, [replace(CPU, limit=0.97, lasts=0.0), moved])
    on.cpu(0.95, 5)
    assert on.said[3:] == [(75.0, "Other", "a", False, "removed"), (75.0, "Moved", "a", False, "removed")]
    state.use(on.watched, [])
    on.cpu(0.95)
    assert on.said[5:] == [(150.0, "Cpu", "a", False, "removed")]


def test_news_carry_what_their_words_need() -> None:
    watched = state.start([replace(CPU, lasts=0.0, texts=(("vi", "nóng"),))], [], {}, 0.0)
    judge.begin(watched, 5.0)
    assert judge.judge(watched, {"cpu": [(*A, 0.97)]}, 5.0) == [
        Crossed(
            "Cpu", "a", (("cpu", "1"),), "warning", 0.97, 0.9, 5.0, True,
            says=(("metric", "cpu"), ("unit", "ratio"), ("series", "1"), ("vi", "nóng")),
        )
    ]  # fmt: skip
