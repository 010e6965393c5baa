"""Is a bad line called bad, once, and only that line?"""

import random

import pytest

from netmon.decide import quality
from netmon.decide.quality import CLEAR, Window, beyond, judge, limits, measure, odds
from netmon.model import Contract, Inventory, Link, State
from tests.province import SMALL, Play, made

LIMIT = Contract(loss=0.01, rtt=0.05)


@pytest.fixture(scope="module")
def small() -> Inventory:
    return made(SMALL).inventory


def run(window: Window, begin: float, end: float, loss: float, rtt: float = 0.01, seed: int = 1) -> list[bool]:
    """Probes every 2 s; the verdict after each."""
    chance, found, at = random.Random(seed), [], begin
    while at < end:
        window.add(at, None if chance.random() < loss else rtt)
        found.append(judge(window, LIMIT, at))
        at += 2.0
    return found


def test_heavy_loss_is_bad_after_a_minute_and_good_two_minutes_after_its_end() -> None:
    window = Window()
    assert not any(run(window, 0.0, 54.0, 0.3))
    assert run(window, 54.0, 120.0, 0.3)[-1]
    assert window.since is not None
    assert window.since < 54.0, "since the first lost probe"
    after = run(window, 120.0, 400.0, 0.0)
    assert after[55], "not two quiet minutes yet"
    assert not after[-1]


def test_a_single_loss_never_and_a_loss_within_the_promise_never() -> None:
    window = Window()
    run(window, 0.0, 100.0, 0.0)
    window.add(100.0, None)
    assert not judge(window, LIMIT, 100.0)
    assert not any(run(Window(), 0.0, 20000.0, 0.01, seed=4))


def test_a_slow_line_is_judged_by_its_median() -> None:
    assert run(Window(), 0.0, 100.0, 0.0, rtt=0.08)[-1]
    window = Window()
    for n in range(60):
        window.add(2.0 * n, 0.5 if n % 3 == 0 else 0.01)
        assert not judge(window, LIMIT, 2.0 * n), "outliers are not the median"


def test_the_odds_are_the_binomial_tail() -> None:
    assert odds(0, 30, 0.1) == 1.0
    assert odds(1, 30, 0.1) == pytest.approx(1 - 0.9**30)
    assert odds(30, 30, 0.1) == pytest.approx(0.1**30, abs=1e-12)


def test_an_outage_says_nothing_about_quality() -> None:
    window = Window()
    run(window, 0.0, 100.0, 0.5)
    window.reset()
    assert measure(window, 100.0).sent == 0
    fresh = Window()
    fresh.reset()
    assert not judge(fresh, LIMIT, 100.0)


def test_what_was_bad_before_an_outage_is_bad_until_it_has_been_good_for_long_enough() -> None:
    window = Window()
    run(window, 0.0, 100.0, 0.5)
    assert window.since is not None
    window.reset()
    run(window, 110.0, 220.0, 0.0)
    assert judge(window, LIMIT, 229.0)
    assert not judge(window, LIMIT, 230.0 + CLEAR)


def test_what_is_lost_before_the_line_is_not_its_fault() -> None:
    window = Window()
    run(window, 0.0, 60.0, 0.2)
    limit = beyond(LIMIT, measure(window, 60.0))
    assert limit.loss is not None
    assert limit.rtt is not None
    assert limit.loss >= measure(window, 60.0).loss
    assert limit.rtt == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("kind", "outer", "loss", "rtt"),
    [
        ("4g", False, 0.02, 0.1),
        ("ftth", False, 0.01, 0.05),
        ("fibre", False, 0.001, 0.02),
        ("fibre", True, 0.001, 0.05),
    ],
)
def test_a_line_is_held_to_its_contract_else_to_the_norm_of_its_kind(
    kind: str, outer: bool, loss: float, rtt: float
) -> None:
    link = Link(id="x/1", site="x", source="a", target="b", kind=kind)
    assert limits(link, outer) == Contract(loss=loss, rtt=rtt)
    own = Link(id="x/1", site="x", source="a", target="b", kind=kind, contract=Contract(loss=0.5))
    assert limits(own, outer) == Contract(loss=0.5, rtt=rtt)


@pytest.mark.parametrize("seed", range(4))
def test_a_fifth_lost_on_a_line_is_told_once_and_of_that_line_alone(small: Inventory, seed: int) -> None:
    play = Play(small, seed)
    play.run(20)
    play.do(20, ("loss", "d/1", "0.2"))
    play.run(260)
    assert play.told.said() == [("opened", "degraded", "d/1")], "b1 and b2 behind it lose as much"
    assert play.standing("d") == (State.DEGRADED, None)
    assert play.standing("b1")[0] is State.UP
    play.do(260, ("restore",))
    play.run(260 + quality.WINDOW + quality.CLEAR + 30)
    assert play.told.said()[1:] == [("resolved", "degraded", "d/1")]
    assert play.standing("d") == (State.UP, None)


@pytest.mark.parametrize("seed", range(3))
def test_a_lossy_only_line_of_a_commune_is_seen_by_its_gateway(small: Inventory, seed: int) -> None:
    play = Play(small, seed)
    play.do(20, ("loss", "g/1", "0.2"))
    play.run(200)
    assert ("degraded", "g/1") in {(kind, root) for kind, root, _ in play.all()}
    assert {root for _, root, _ in play.all()} <= {"g/1", "g"}


def test_a_clean_province_tells_nothing_in_an_hour(small: Inventory) -> None:
    play = Play(small, 8)
    for link in small.links:
        play.network.loss(link, 0.0005)
    play.run(3600)
    assert play.told.said() == []
