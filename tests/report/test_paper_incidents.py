"""Are incidents listed and counted as they were, by a recount from what was written into the journal?"""

import random
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest

from netmon.model import Kind
from netmon.report.document import Bars, Lasted, Moment
from netmon.report.papers import incidents
from netmon.report.papers.incidents import KINDS, NOT_LISTED
from tests.decide.desk.office import ZONE
from tests.report.months import (
    NOVEMBER,
    OCTOBER,
    Broken,
    column,
    confirm,
    facts,
    months,
    october,
    rows,
    sources,
    table,
    words,
    write,
)


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_a_recount(folder: Path, seed: int) -> None:
    where = sources(folder)
    all_of_them = write(where, months(random.Random(seed)))
    found = incidents.write(october(), where)
    those = {n: one for n, one in all_of_them.items() if one.until is None or one.until > OCTOBER}
    assert len(those) > 10
    listed = table(found, "incidents")
    by_time = sorted(those, key=lambda n: (those[n].since, n))
    assert column(listed, "number") == [f"#{n}" for n in by_time]
    for number, row in zip(by_time, rows(listed), strict=True):
        one = those[number]
        assert row["lasted"] == Lasted((one.until or NOVEMBER) - one.since)
        assert (row["from"], row["to"]) == (Moment(one.since), None if one.until is None else Moment(one.until))
        assert (row["taken"], row["after"]) == (("", None) if one.taken is None else ("An", Lasted(one.taken)))
        assert row["ticket"] == (one.ticket if one.taken is not None else "")
    opened = [one for one in those.values() if one.since >= OCTOBER]
    over = [one.until - one.since for one in those.values() if one.until is not None]
    waited = [one.taken for one in opened if one.taken is not None]
    sums = facts(found)
    assert sums["opened"] == len(opened)
    assert sums["before"] == len(those) - len(opened)
    assert sums["over"] == len(over)
    assert sums["open"] == len(those) - len(over)
    assert sums["acknowledged"] == Lasted(round(sum(waited) / len(waited)))
    assert sums["untaken"] == len(opened) - len(waited)
    assert sums["repaired"] == Lasted(round(sum(over) / len(over)))
    assert sums["false"] == sum(one.false for one in those.values())
    kinds = Counter(one.kind for one in those.values())
    assert column(table(found, "by_kind"), "count") == [kinds["outage"], kinds["redundancy_lost"]]
    [bars] = [block for block in found.blocks if isinstance(block, Bars)]
    hours = Counter(datetime.fromtimestamp(one.since, ZONE).hour for one in opened)
    assert [value for _, value, _ in bars.rows] == [hours[hour] for hour in range(24)]


@pytest.mark.parametrize(
    ("since", "until", "listed"),
    [
        (OCTOBER - 60, OCTOBER, False),
        (OCTOBER - 60, OCTOBER + 1, True),
        (OCTOBER, OCTOBER + 60, True),
        (NOVEMBER - 1, None, True),
        (NOVEMBER, None, False),
        (OCTOBER - 99, None, True),
    ],
)
def test_what_touches_the_period_is_of_it(folder: Path, since: int, until: int | None, listed: bool) -> None:
    where = sources(folder)
    write(where, [Broken(root="ford", since=since, until=until, affected=("ford",))])
    assert bool(table(incidents.write(october(), where), "incidents").rows) == listed


def test_what_came_after_the_period_is_not_of_it(folder: Path) -> None:
    where = sources(folder)
    write(where, [Broken(root="ford", since=NOVEMBER - 90, until=NOVEMBER + 9000, affected=("ford",))])
    [row] = rows(table(incidents.write(october(), where), "incidents"))
    assert (row["to"], row["lasted"]) == (None, Lasted(90))


def test_boundaries_are_rounded_before_anything_is_taken_apart(folder: Path) -> None:
    where = sources(folder)
    write(where, [Broken(root="ford", since=OCTOBER + 9.7, until=OCTOBER + 20.2, affected=("ford",))])  # type: ignore[arg-type]
    [row] = rows(table(incidents.write(october(), where), "incidents"))
    assert (row["from"], row["to"], row["lasted"]) == (Moment(OCTOBER + 10), Moment(OCTOBER + 20), Lasted(10))


def test_whose_fault_is_what_a_person_said(folder: Path) -> None:
    where = sources(folder)
    one = Broken(root="ford", since=OCTOBER + 60, until=OCTOBER + 660, cause="power", affected=("ford",))
    write(where, [one])
    [before] = rows(table(incidents.write(october(), where), "incidents"))
    assert (before["fault"], before["carrier"]) == ("power (proposed)", "VNPT")
    confirm(where, one, "carrier")
    found = incidents.write(october(), where)
    [after] = rows(table(found, "incidents"))
    assert after["fault"] == "carrier"
    assert rows(table(found, "by_carrier")) == [{"carrier": "VNPT", "count": 1, "theirs": 1}]
    confirm(where, one, "force_majeure")
    [last] = rows(table(incidents.write(october(), where), "incidents"))
    assert last["fault"] == "force majeure", "of the site that broke, whatever is proposed for its line"


def test_what_did_not_break_is_only_counted(folder: Path) -> None:
    where = sources(folder)
    kinds: list[Kind] = sorted(NOT_LISTED)
    write(where, [Broken(root="noc", since=OCTOBER + n, until=OCTOBER + n, kind=kind) for n, kind in enumerate(kinds)])
    found = incidents.write(october(), where)
    assert not table(found, "incidents").rows
    assert any(f"are not listed: {len(kinds)}" in word for word in words(found))


def test_every_kind_is_listed_or_left_out(folder: Path) -> None:
    assert {*KINDS, *NOT_LISTED} == set(get_args(Kind))
    where = sources(folder)
    write(
        where, [Broken(root="ford-r", since=OCTOBER + n, until=OCTOBER + 99, kind=kind) for n, kind in enumerate(KINDS)]
    )
    assert len(table(incidents.write(october(), where), "by_kind").rows) == len(KINDS)
