"""Are the figures those of a recount, and do the sentences say what they do?"""

import random
from array import array
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from netmon.decide.history import Curve
from netmon.report import periods
from netmon.report.asked import Asked
from netmon.report.document import Bars, Document, Lasted, Share, Text
from netmon.report.papers import leadership
from netmon.report.periods import Period
from tests.decide.desk.office import ZONE
from tests.report.months import (
    COMMUNES,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    Broken,
    at,
    months,
    note,
    october,
    province,
    rows,
    sources,
    table,
    use,
    write,
)

FAULTS = {"power": "power", "device": "unit", "fibre": "carrier", "carrier": "carrier", "unknown": "unclear"}


def sentences(found: Document) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Text) and not block.small]


def lost(breaks: list[Broken], since: int, until: int) -> dict[str, int]:
    """Seconds of all sites by whose fault, second by second of each outage that there was."""
    found: dict[str, int] = {}
    for one in breaks:
        if one.kind == "outage":
            seconds = max(0, min(one.until or until, until) - max(one.since, since))
            found[FAULTS[one.cause]] = found.get(FAULTS[one.cause], 0) + seconds
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_a_recount(folder: Path, seed: int) -> None:
    where = sources(folder)
    breaks = list(write(where, months(random.Random(seed))).values())
    found = leadership.write(october(), where)
    shown = rows(table(found, "figures"))
    for place, (since, until) in zip(("now", "before"), pairwise((NOVEMBER, OCTOBER, SEPTEMBER)), strict=True):
        since, until = until, since
        cut = [one for one in breaks if one.kind == "outage" and one.since < until and (one.until or until) > since]
        seconds = lost(breaks, since, until)
        whole = len(province().inventory.sites) * (until - since)
        assert shown[0][place] == Share((whole - sum(seconds.values())) / whole)
        assert shown[1][place] == sum(one.since >= since for one in cut)
        assert shown[2][place] == len({one.root for one in cut if one.root in COMMUNES})
        assert shown[3][place] == Lasted(max(min(one.until or until, until) - one.since for one in cut))
        most = max(seconds, key=lambda fault: seconds[fault])
        assert str(shown[4][place]).startswith(f"{most}: ")
    assert [row["year"] for row in shown] == [None] * 6, "nobody measured a year ago"
    [bars] = [block for block in found.blocks if isinstance(block, Bars)]
    assert sum(value for _, value, _ in bars.rows) == sum(lost(breaks, OCTOBER, NOVEMBER).values())


def test_the_sentences_compare_and_ask(folder: Path) -> None:
    where = sources(folder)
    year, last = at("2025-10-10"), at("2026-09-10")
    breaks = [
        Broken(root="hill", since=year, until=year + 36000, affected=("hill",)),
        Broken(root="ford", since=last, until=last + 360, affected=("ford",)),
        Broken(root="ford", since=OCTOBER + 99, until=OCTOBER + 99 + 7200, affected=("ford",)),
        Broken(root="lake", since=OCTOBER + 99, until=OCTOBER + 99 + 600, cause="fibre", affected=("lake",)),
    ]
    write(where, breaks, since=at("2025-09-01"))
    full = array("f", [0.97] * (8 * 288) + [0.2] * (23 * 288))  # the fullest week is the first one
    use(where, [Curve("use", "mill/1", "receive", OCTOBER, full)])
    said = sentences(leadership.write(october(), where))
    much = "The network worked for 99.958% of the time, worse than the period before (99.998%)"
    assert said == [
        f"{much}, better than a year before (99.807%).",
        "Outages: 2, communes cut off: 2; the longest lasted 2 h, at Ford; 92.3% of the time lost was through: power.",
        "Wanted: more bandwidth for MILL-1; more backup power, in valley first.",
    ]
    vi = sentences(leadership.write(october("vi"), where))
    assert vi[0].startswith("Mạng hoạt động 99,958% thời gian, kém hơn kỳ trước (99,998%), tốt hơn cùng kỳ năm trước")
    assert "tháng 10/2026" in leadership.write(october("vi"), where).subtitle


def test_a_quiet_month_asks_for_nothing(folder: Path) -> None:
    where = sources(folder)
    write(where, [], since=OCTOBER)
    assert sentences(leadership.write(october(), where)) == [
        "The network worked for 100.000% of the time.", "There was no outage.", "Nothing needs a decision.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [
        ("power", "more backup power, in ridge first"),
        ("device", "units have to leave their equipment on, in ridge first"),
        ("fibre", "VNPT has to mend its lines for good"),
        ("unknown", "somebody has to confirm the reasons (2 h are not clear)"),
    ],
)
def test_what_the_main_reason_calls_for(folder: Path, cause: str, wanted: str) -> None:
    where = sources(folder)
    one = Broken(root="lake", since=OCTOBER, until=OCTOBER + 7200, affected=("lake",), cause=cause)  # type: ignore[arg-type]
    write(where, [one])
    assert sentences(leadership.write(october(), where))[-1] == f"Wanted: {wanted}."


def test_where_time_was_lost_is_where_things_belonged_or_belong(folder: Path) -> None:
    known = province().inventory
    before = replace(known, sites=dict(known.sites) | {"ford": replace(known.sites["ford"], area="delta")})
    write(sources(folder, before), [Broken(root="ford", since=OCTOBER, until=OCTOBER + 7200, affected=("ford",))])
    where = sources(folder)
    note(where, NOVEMBER + 60)

    def bars(**asked: object) -> dict[str, float]:
        found = leadership.write(replace(october(), **asked), where)  # type: ignore[arg-type]
        assert found.subtitle.endswith(
            f"structure of {asked.get('structure', 'date')}".replace("of date", "of the date")
        )
        [block] = [block for block in found.blocks if isinstance(block, Bars)]
        return {label: value for label, value, _ in block.rows}

    assert bars() == {"delta": 7200.0}
    assert bars(structure="today") == {"valley": 7200.0}
    assert bars(by="level") == {"commune sites": 7200.0}
    assert bars(by="carrier") == {}, "it was the power"


def test_an_outage_over_midnight_of_the_first_is_of_both_months(folder: Path) -> None:
    where = sources(folder)
    long = Broken(root="lake", since=OCTOBER - 2 * 86400, until=OCTOBER + 86400, affected=("lake",))
    later = Broken(root="lake", since=OCTOBER + 90000, until=None, cause="device", affected=("lake",))
    write(where, [long, later])
    found = {str(row["figure"]): row for row in rows(table(leadership.write(october(), where), "figures"))}
    assert found["Outages"] | {"figure": ""} == {"figure": "", "now": 1, "before": 1, "year": None}
    assert found["The longest outage"]["before"] == Lasted(2 * 86400), "so much was known of it then"
    assert found["The main reason"]["before"] == "power: 100%", "what came later explains nothing of it"
    assert str(found["The main reason"]["now"]).startswith("unit: ")


def test_half_of_a_month_is_said_to_be_half(folder: Path) -> None:
    where = sources(folder)
    write(where, [], since=at("2026-10-16"))
    said = sentences(leadership.write(october(), where))
    assert said[0].startswith("There are figures for 51.6% of this period")


@pytest.mark.parametrize(
    ("period", "before", "year"),
    [
        (("2026-10", "2026-11", "2026-10"), ("2026-09", "2026-10", "2026-09"), ("2025-10", "2025-11", "2025-10")),
        (("2026-01", "2026-02", "2026-01"), ("2025-12", "2026-01", "2025-12"), ("2025-01", "2025-02", "2025-01")),
        (("2024-03", "2024-04", "2024-03"), ("2024-02", "2024-03", "2024-02"), ("2023-03", "2023-04", "2023-03")),
    ],
)
def test_months_are_compared_with_months(
    period: tuple[str, str, str], before: tuple[str, str, str], year: tuple[str, str, str]
) -> None:
    one, last, then = (Period(at(f"{a}-01"), at(f"{b}-01"), month) for a, b, month in (period, before, year))
    assert periods.before(one, ZONE) == last
    assert periods.year_before(one, ZONE) == then


def test_days_are_compared_with_as_many_days() -> None:
    one = Period(at("2028-02-22"), at("2028-02-29"))
    assert periods.before(one, ZONE) == Period(at("2028-02-15"), at("2028-02-22"))
    assert periods.year_before(one, ZONE) == Period(at("2027-02-22"), at("2027-02-28"))


@pytest.mark.parametrize(
    ("since", "until", "vi", "en"),
    [
        ("2026-10-01", "2026-10-16", "từ 01/10/2026 đến hết 15/10/2026", "01/10/2026 to 15/10/2026"),
        ("2026-10-01", "2026-10-02", "ngày 01/10/2026", "01/10/2026"),
        ("2026-10-01 08:00", "2026-10-01 17:00", "từ 08:00 01/10/2026 đến 17:00 01/10/2026",
         "08:00 01/10/2026 to 17:00 01/10/2026"),
    ],
)  # fmt: skip
def test_what_a_period_is_called(since: str, until: str, vi: str, en: str) -> None:
    one = periods.asked_for(Asked(since=at(since), until=at(until)))
    assert (periods.told(one, ZONE, "vi"), periods.told(one, ZONE, "en")) == (vi, en)
