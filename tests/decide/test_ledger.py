"""Does every second of every subject stand in the right column of the ledger, once, and through whom?"""

import itertools
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.ledger.book import Interval, Ledger, book
from netmon.decide.ledger.facts import COLUMNS, Asset, Correction, Facts, Ruling, Subject, assets_of
from netmon.decide.ledger.totals import BY, LISTED, effect, total, totals
from netmon.model import Incident, Mark, Standing, State, Transition
from tests.ledger_oracle import KINDS, MONTH, START, Oracle, Said, history
from tests.run.province import province

HOUR = 3600


def said(one: Interval) -> Said:
    site, carrier, circuit, parent, area, level = one.owner
    owner = (site, carrier, circuit, parent, area, level)
    return Said(one.column, owner, one.outage, one.attribution, one.proposed, one.incident, one.rulings)


def check_partition(ledger: Ledger, since: int, until: int) -> None:
    for key, intervals in ledger.items():
        ends = [since, *(one.until for one in intervals)]
        assert [one.since for one in intervals] == ends[:-1], f"{key}: a gap or an overlap"
        assert ends[-1] == until
        assert all(one.since < one.until for one in intervals)
        added = total(intervals)
        assert sum(added.seconds.values()) == until - since, f"{key}: not the period, to the second"
        assert sum(added.down.values()) == added.seconds["down"], f"{key}: not every outage is attributed"
        for one, after in itertools.pairwise(intervals):
            assert said(one) != said(after), f"{key}: one interval told as two"


def check_against_the_oracle(facts: Facts, since: int, until: int, every_second: bool = False) -> None:
    ledger, oracle = book(facts, since, until), Oracle(facts)
    check_partition(ledger, since, until)
    assert set(ledger) == oracle.subjects(since, until)
    moments = list(range(since, until)) if every_second else oracle.moments(since, until)
    for (of, name), intervals in ledger.items():
        place = 0
        for moment, end in zip(moments, [*moments[1:], until], strict=True):
            expected = oracle.say(of, name, moment)
            while intervals[place].until <= moment:
                place += 1
            assert said(intervals[place]) == expected, f"{of} {name} at {moment}"
            assert intervals[place].until >= end, f"{of} {name} from {moment}: cut where nothing changes"


@pytest.mark.parametrize("seed", range(12))
def test_a_month_is_what_the_oracle_says_of_its_seconds(seed: int) -> None:
    check_against_the_oracle(history(random.Random(seed)), START, START + MONTH)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_many_months_are_what_the_oracle_says_of_their_seconds(seed: int) -> None:
    chance = random.Random(seed)
    check_against_the_oracle(history(chance, busy=chance.choice((4, 8, 16))), START, START + MONTH)


@pytest.mark.parametrize("seed", range(6))
def test_minutes_are_what_the_oracle_says_of_every_single_second(seed: int) -> None:
    facts = history(random.Random(seed), 240, 4)
    check_against_the_oracle(facts, START, START + 240, every_second=True)


@settings(max_examples=40)
@given(seed=st.integers(), length=st.integers(1, 600), start=st.integers(-100, 500), span=st.integers(1, 200))
def test_any_period_of_any_history_adds_up(seed: int, length: int, start: int, span: int) -> None:
    check_against_the_oracle(history(random.Random(seed), length, 4), START + start, START + start + span)


@settings(max_examples=40)
@given(seed=st.integers(), cut=st.integers(1, MONTH - 1))
def test_two_periods_add_up_to_the_one_they_make(seed: int, cut: int) -> None:
    facts = history(random.Random(seed), busy=4)
    whole = book(facts, START, START + MONTH)
    parts = [book(facts, START, START + cut), book(facts, START + cut, START + MONTH)]
    for key, intervals in whole.items():
        pieces = [one for part in parts for one in part.get(key, ())]
        if all(key in part for part in parts):
            assert total(pieces) == total(intervals), f"{key}: the attribution hangs on where the month is cut"


def move(name: str, state: State, since: float, at: float | None = None, behind: str | None = None) -> Transition:
    new = Standing(state, since, behind)
    return Transition(
        id=name, of=KINDS[name], at=since if at is None else at, old=Standing(State.UNKNOWN, 0.0), new=new
    )


def told(facts: Facts, name: str, until: int = HOUR) -> list[tuple[int, int, str]]:
    """The intervals of a subject in the first hour of 1970, as (since, until, column)."""
    intervals = book(facts, 0, until)[KINDS[name], name]
    return [(one.since, one.until, one.column) for one in intervals]


LINK, DEVICE, SITE = "van-yen/1", "vy-r1", "van-yen"
UP = {name: move(name, State.UP, 0.0) for name in KINDS}
ROWS = (
    Asset(of="site", id=SITE, site=SITE),
    Asset(of="device", id=DEVICE, site=SITE),
    Asset(of="link", id=LINK, site=SITE, carrier="vnpt", circuit="YB-VY-01", parent="yb-core"),
)


def test_down_counts_from_the_first_missed_probe() -> None:
    facts = Facts(transitions=[UP[LINK], move(LINK, State.DOWN, 99.6, at=107.0), move(LINK, State.UP, 160.4, at=161.0)])
    assert told(facts, LINK) == [(0, 100, "up"), (100, 160, "down"), (160, 3600, "up")]


def test_an_outage_found_after_the_period_still_began_in_it() -> None:
    facts = Facts(transitions=[UP[LINK], move(LINK, State.DOWN, 3598.0, at=3605.0)])
    assert told(facts, LINK) == [(0, 3598, "up"), (3598, 3600, "down")]


def test_a_state_never_reaches_back_behind_the_one_before() -> None:
    facts = Facts(
        transitions=[UP[LINK], move(LINK, State.DOWN, 100.0), move(LINK, State.UP, 50.0), move(LINK, State.DOWN, 200.0)]
    )
    assert told(facts, LINK) == [(0, 200, "up"), (200, 3600, "down")]


def test_before_the_first_word_nothing_was_measured() -> None:
    assert told(Facts(transitions=[move(LINK, State.UP, 60.0)]), LINK) == [(0, 60, "unmeasured"), (60, 3600, "up")]
    assert told(Facts(assets=ROWS), LINK) == [(0, 3600, "unmeasured")]


@pytest.mark.parametrize(
    ("state", "line", "site"),
    [
        (State.UP, "up", "up"),
        (State.DEGRADED, "up", "up"),
        (State.DOWN, "down", "down"),
        (State.UNKNOWN, "unmeasured", "unmeasured"),
        (State.UNREACHABLE, "unmeasured", "down"),
    ],
)
def test_each_state_has_its_column(state: State, line: str, site: str) -> None:
    facts = Facts(transitions=[move(name, state, 0.0) for name in KINDS])
    assert told(facts, LINK) == told(facts, DEVICE) == [(0, 3600, line)]
    assert told(facts, SITE) == [(0, 3600, site)]


def test_while_netmon_was_dead_nothing_was_measured_whatever_the_state() -> None:
    facts = Facts(
        transitions=[UP[LINK], move(LINK, State.DOWN, 1000.0)],
        dead=[(100.2, 160.4), (990.0, 1010.0)],
        marks=[Mark(id=LINK, of="link", mark="maintenance", since=1005.0, until=1020.0)],
    )
    assert told(facts, LINK) == [
        (0, 100, "up"),
        (100, 160, "unmeasured"),
        (160, 990, "up"),
        (990, 1010, "unmeasured"),
        (1010, 1020, "maintenance"),
        (1020, 3600, "down"),
    ]


def mark(name: str, kind: str, since: float, until: float | None = None) -> Mark:
    return Mark(id=name, of=KINDS[name], mark=kind, since=since, until=until)  # type: ignore[arg-type]


def test_planned_work_takes_what_is_not_up() -> None:
    steps = [UP[LINK], move(LINK, State.DOWN, 100.0), move(LINK, State.UP, 200.0), move(LINK, State.UNKNOWN, 300.0)]
    expected = [(0, 100, "up"), (100, 200, "maintenance"), (200, 300, "up"), (300, 400, "maintenance")]
    for holder in (LINK, SITE):
        facts = Facts(transitions=steps, marks=[mark(holder, "maintenance", 50.0, 400.0)], assets=ROWS)
        assert told(facts, LINK) == [*expected, (400, 3600, "unmeasured")]


def test_off_takes_only_what_is_down_and_planned_work_goes_before_it() -> None:
    steps = [UP[DEVICE], move(DEVICE, State.DOWN, 100.0), move(DEVICE, State.UNKNOWN, 400.0)]
    marks = [mark(SITE, "off", 50.0), mark(DEVICE, "maintenance", 150.0), mark(DEVICE, "maintenance", 150.0, 200.0)]
    facts = Facts(transitions=steps, marks=marks, assets=ROWS)
    assert told(facts, DEVICE) == [
        (0, 100, "up"),
        (100, 150, "off"),
        (150, 200, "maintenance"),
        (200, 400, "off"),
        (400, 3600, "unmeasured"),
    ]


def test_a_mark_that_is_taken_back_never_was() -> None:
    down = [move(SITE, State.DOWN, 0.0)]
    marks = [mark(SITE, "off", 100.0), mark(SITE, "off", 100.0, 100.0), mark(SITE, "off", 500.0, 600.0)]
    assert told(Facts(transitions=down, marks=marks), SITE) == [
        (0, 500, "down"),
        (500, 600, "off"),
        (600, 3600, "down"),
    ]


def test_a_sites_mark_counts_while_the_device_is_its() -> None:
    rows = [ROWS[0], ROWS[1], replace(ROWS[1], at=1000.0, site="chau-que-ha")]
    facts = Facts(transitions=[move(DEVICE, State.DOWN, 0.0)], marks=[mark(SITE, "off", 0.0)], assets=rows)
    assert told(facts, DEVICE) == [(0, 1000, "off"), (1000, 3600, "down")]


def test_what_left_the_inventory_is_not_measured_any_more() -> None:
    rows = [ROWS[2], replace(ROWS[2], at=1000.0, gone=True), replace(ROWS[2], at=2000.0)]
    facts = Facts(transitions=[UP[LINK]], assets=rows)
    assert told(facts, LINK) == [(0, 1000, "up"), (1000, 2000, "unmeasured"), (2000, 3600, "up")]
    assert book(facts, 1000, 2000) == {}, "a period in which it never was does not list it"


def test_a_thing_is_not_listed_before_it_was_there() -> None:
    facts = Facts(transitions=[move(LINK, State.UP, 4000.0)], assets=[replace(ROWS[2], at=3990.0)])
    assert book(facts, 0, HOUR) == {}


def outage(number: int, root: str, cause: str, *, links: Iterable[str] = (), until: float | None = 2000.0) -> Incident:
    return Incident(
        id=number,
        kind="outage",
        severity="critical",
        root=root,
        seat=root,
        state="open" if until is None else "resolved",
        cause=cause,  # type: ignore[arg-type]
        opened_at=1000.0,
        resolved_at=until,
        affected=(SITE,),
        links=tuple(links),
    )


def fault(facts: Facts, name: str) -> tuple[str | None, int | None]:
    (one,) = [one for one in book(facts, 0, HOUR)[KINDS[name], name] if one.column == "down"]
    return one.attribution, one.incident


@pytest.mark.parametrize(
    ("cause", "carrier", "expected"),
    [
        ("power", "vnpt", "power"),
        ("fibre", "vnpt", "carrier"),
        ("fibre", None, "unit"),
        ("carrier", "vnpt", "carrier"),
        ("device", "vnpt", "unit"),
        ("unknown", "vnpt", "unclear"),
    ],
)
def test_the_evidence_proposes(cause: str, carrier: str | None, expected: str) -> None:
    steps = [step for name in (LINK, SITE, DEVICE) for step in (UP[name], move(name, State.DOWN, 1000.0))]
    steps += [move(name, State.UP, 2000.0) for name in (LINK, SITE, DEVICE)]
    steps[3] = move(SITE, State.UNREACHABLE, 1000.0, behind="yb-core")
    rows = [*ROWS[:2], replace(ROWS[2], carrier=carrier)]
    facts = Facts(transitions=steps, assets=rows, incidents={7: outage(7, DEVICE, cause, links=(LINK,))})
    assert [fault(facts, name) for name in (LINK, SITE, DEVICE)] == [(expected, 7)] * 3
    assert fault(replace(facts, incidents={}), LINK) == ("unclear", None)
    late = replace(outage(7, DEVICE, cause, links=(LINK,)), opened_at=2000.0, resolved_at=None)
    assert fault(replace(facts, incidents={7: late}), LINK) == ("unclear", None), "it began when the line was back"


def test_what_a_site_is_behind_explains_it_before_what_merely_hurt_it() -> None:
    steps = [UP[SITE], move(SITE, State.UNREACHABLE, 1000.0, behind="yb-core"), move(SITE, State.UP, 2000.0)]
    incidents = {1: outage(1, "cqh-r1", "device"), 2: outage(2, "yb-core", "power", until=1900.0)}
    assert fault(Facts(transitions=steps, incidents=incidents), SITE) == ("power", 2)


def test_a_root_that_sharpens_does_not_cut_the_outage() -> None:
    steps = [UP[LINK], move(LINK, State.DOWN, 1000.0), move(LINK, State.DOWN, 1000.0, at=1015.0, behind=SITE)]
    facts = Facts(transitions=steps, incidents={3: outage(3, SITE, "power")})
    assert told(facts, LINK) == [(0, 1000, "up"), (1000, 3600, "down")]
    assert fault(facts, LINK) == ("power", 3)


def ruling(seq: int, moment: int, attribution: str, name: str = LINK) -> Ruling:
    return Ruling(
        seq=seq, at=9e3, who="Lan", why="x", of=KINDS[name], id=name, moment=moment, attribution=attribution,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_last_ruling_on_an_outage_counts_and_the_others_stay_to_be_read() -> None:
    steps = [UP[LINK], move(LINK, State.DOWN, 1000.0), move(LINK, State.UP, 2000.0), move(LINK, State.DOWN, 3000.0)]
    facts = Facts(
        transitions=steps, rulings=[ruling(1, 1500, "unit"), ruling(2, 1999, "carrier"), ruling(3, 2500, "unit")]
    )
    _, first, _, second = book(facts, 0, HOUR)["link", LINK]
    assert (first.attribution, first.proposed) == ("carrier", "unclear")
    assert [one.attribution for one in first.rulings] == ["unit", "carrier"]
    assert (second.attribution, second.rulings) == ("unclear", ()), "nobody ruled on this one"


def test_a_ruling_on_the_first_second_counts_and_on_the_one_after_the_last_does_not() -> None:
    steps = [UP[LINK], move(LINK, State.DOWN, 1000.0), move(LINK, State.UP, 2000.0)]
    for moment, expected in ((1000, "power"), (1999, "power"), (999, "unclear"), (2000, "unclear")):
        assert fault(Facts(transitions=steps, rulings=[ruling(1, moment, "power")]), LINK) == (expected, None)


def test_a_ruling_holds_for_the_whole_outage_across_dead_time_and_the_turn_of_the_month() -> None:
    facts = Facts(
        transitions=[UP[LINK], move(LINK, State.DOWN, 1000.0)],
        dead=[(1500.0, 1600.0)],
        rulings=[ruling(1, 1200, "power")],
    )
    parts = [one for one in book(facts, 1300, HOUR)["link", LINK] if one.column == "down"]
    assert [(one.since, one.until, one.attribution) for one in parts] == [(1300, 1500, "power"), (1600, 3600, "power")]


def correction(since: int, value: str | None, *, seq: int = 1, at: float = 9e3, field: str = "carrier") -> Correction:
    return Correction(seq=seq, at=at, who="Q", why="x", link=LINK, field=field, since=since, value=value)  # type: ignore[arg-type]


def test_a_correction_splits_what_goes_on_at_its_date() -> None:
    facts = Facts(
        transitions=[UP[LINK], move(LINK, State.DOWN, 1000.0), move(LINK, State.UP, 2000.0)],
        assets=ROWS,
        incidents={5: outage(5, LINK, "fibre")},
        corrections=[correction(1500, None)],
    )
    ledger = book(facts, 0, HOUR)
    down = [(one.since, one.until, one.attribution) for one in ledger["link", LINK] if one.column == "down"]
    assert down == [(1000, 1500, "carrier"), (1500, 2000, "unit")]
    carriers = totals(ledger, "carrier")
    assert {key: dict(one.seconds) for key, one in carriers.items()} == {
        "vnpt": {"up": 1000, "down": 500, "maintenance": 0, "off": 0, "unmeasured": 0},
        None: {"up": 1600, "down": 500, "maintenance": 0, "off": 0, "unmeasured": 0},
    }


def test_the_later_statement_counts_from_its_date() -> None:
    rows = [*ROWS, replace(ROWS[2], at=2000.0, carrier="cmc"), replace(ROWS[2], at=3000.0, carrier="cmc", circuit="N")]
    facts = Facts(transitions=[UP[LINK]], assets=rows, corrections=[correction(1000, "viettel", at=1500.0)])

    def carriers(facts: Facts) -> list[tuple[int, str | None]]:
        return [(one.since, one.owner.carrier) for one in book(facts, 0, 2999)["link", LINK]]

    assert carriers(facts) == [(0, "vnpt"), (1000, "viettel"), (2000, "cmc")], "the line moved after it was corrected"
    later = replace(facts, corrections=[correction(1000, "viettel", at=2500.0)])
    assert carriers(later) == [(0, "vnpt"), (1000, "viettel")], "the correction came last"
    (end,) = book(later, 3000, 3001)["link", LINK]
    assert (end.owner.carrier, end.owner.circuit) == ("viettel", "N"), "another field changed: this one stays corrected"


def test_the_effect_of_a_correction_is_shown_before_and_after() -> None:
    facts = Facts(transitions=[UP[LINK]], assets=ROWS, corrections=[correction(600, "viettel", seq=4)])
    made = effect(facts, 0, HOUR, facts.corrections[0])
    assert effect(replace(facts, corrections=()), 0, HOUR, correction(600, "viettel", seq=0)) == made
    assert made.keys() == {"carrier"}
    seconds = {key: (before.seconds["up"], after.seconds["up"]) for key, (before, after) in made["carrier"].items()}
    assert seconds == {"vnpt": (3600, 600), "viettel": (0, 3000)}
    circuit = effect(facts, 0, HOUR, correction(600, "NEW", seq=0, field="circuit"))
    assert {key: after.seconds["up"] for key, (_, after) in circuit["circuit"].items()} == {
        "YB-VY-01": 600,
        "NEW": 3000,
    }
    assert effect(facts, 0, HOUR, correction(600, "viettel", seq=0)) == {}, "it is already so"


@pytest.mark.parametrize("seed", range(5))
def test_totals_lose_no_second(seed: int) -> None:
    ledger = book(history(random.Random(seed)), START, START + MONTH)
    for by in BY:
        subjects = sum(of == LISTED[by] for of, _ in ledger)
        found = totals(ledger, by)
        assert sum(sum(one.seconds.values()) for one in found.values()) == subjects * MONTH, by
        assert all(tuple(one.seconds) == COLUMNS for one in found.values())


def test_availability_is_of_the_time_that_was_measured() -> None:
    facts = Facts(transitions=[UP[LINK], move(LINK, State.DOWN, 900.0), move(LINK, State.UNKNOWN, 1000.0)])
    found = totals(book(facts, 0, HOUR), "link")[LINK]
    assert found.availability == 0.9
    assert totals(book(facts, 2000, HOUR), "link")[LINK].availability is None


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        book(Facts(), 5, 5)


KINDS_OF_COMMUNE: tuple[tuple[Subject, str], ...] = (
    ("site", "chau-que-ha"),
    ("device", "cqh-r1"),
    ("link", "chau-que-ha/1"),
)


def test_the_inventory_says_what_is_where() -> None:
    rows = {(row.of, row.id): row for row in assets_of(province())}
    inventory = province()
    assert len(rows) == len(inventory.sites) + len(inventory.devices) + len(inventory.links)
    line, link = rows["link", "van-yen/1"], inventory.links["van-yen/1"]
    assert (line.site, line.carrier, line.circuit) == ("van-yen", link.carrier, link.circuit)
    assert (line.source, line.target, line.parent) == (link.source, link.target, inventory.devices[link.target].site)
    assert rows["device", "vy-r1"].site == "van-yen"
    assert {rows[of, key].area for of, key in KINDS_OF_COMMUNE} == {"kv-van-yen"}
    assert {rows[of, key].level for of, key in KINDS_OF_COMMUNE} == {"commune"}
    assert line.promised == link.contract.availability
