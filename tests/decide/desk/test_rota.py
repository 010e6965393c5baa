"""Who has the duty at this instant?"""

from dataclasses import replace
from datetime import date

import pytest

from netmon.decide.desk.rota import Shift, gaps, on_duty, shifts
from netmon.people import Override, Rota
from tests.decide.desk.office import OFFICE, PEOPLE, ROSTER, ZONE, wall

CALENDARS = {"office": OFFICE}
WEEKLY = Rota(id="truc", turns=("binh", "lan", "hung"), begins=date(2026, 10, 12))
FEAST = Rota(
    id="truc",
    turns=("binh", "lan"),
    begins=date(2026, 8, 17),
    holidays="office",
    holiday_turns=("hung", "chief"),
)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-10-12 07:59", "hung"),  # before it began it goes round the other way: somebody is always there
        ("2026-10-12 08:00", "binh"),
        ("2026-10-19 07:59", "binh"),
        ("2026-10-19 08:00", "lan"),
        ("2026-10-26 08:00", "hung"),
        ("2026-11-02 08:00", "binh"),
        ("2036-10-13 12:00", "binh"),  # 522 weeks later
    ],
)
def test_the_duty_goes_round_by_weeks_and_is_handed_over_in_the_morning(at: str, who: str) -> None:
    assert on_duty(WEEKLY, ROSTER, CALENDARS, wall(at), ZONE) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-08-22 12:00", "binh"),  # a Saturday that is made up
        ("2026-08-23 12:00", "binh"),  # a Sunday is no holiday
        ("2026-09-01 07:00", "binh"),
        ("2026-09-01 08:00", "hung"),
        ("2026-09-02 07:59", "hung"),
        ("2026-09-02 08:00", "chief"),
        ("2026-09-03 03:00", "chief"),  # the night after is still the holiday's
        ("2026-09-03 08:00", "binh"),
    ],
)
def test_holidays_have_turns_of_their_own(at: str, who: str) -> None:
    assert on_duty(FEAST, ROSTER, CALENDARS, wall(at), ZONE) == who


@pytest.mark.parametrize(
    ("at", "instead_of", "who"),
    [
        ("2026-10-14 17:00", "", "chief"),
        ("2026-10-14 16:59", "", "binh"),
        ("2026-10-15 08:00", "", "binh"),
        ("2026-10-14 18:00", "binh", "chief"),
        ("2026-10-14 18:00", "lan", "binh"),
    ],
)
def test_somebody_takes_over_for_a_while(at: str, instead_of: str, who: str) -> None:
    taken = Override(who="chief", since=wall("2026-10-14 17:00"), until=wall("2026-10-15 08:00"), instead_of=instead_of)
    rota = replace(WEEKLY, overrides=(taken,))
    assert on_duty(rota, ROSTER, CALENDARS, wall(at), ZONE) == who


def test_who_has_left_is_replaced_by_the_next_and_the_hole_is_seen() -> None:
    leaves = replace(PEOPLE["binh"], until=date(2026, 10, 15))
    roster = replace(ROSTER, people={**PEOPLE, "binh": leaves})
    night = wall("2026-10-14 23:00")
    assert on_duty(WEEKLY, roster, CALENDARS, night, ZONE) == "binh"
    assert on_duty(WEEKLY, roster, CALENDARS, night + 3600, ZONE) == "lan"
    assert on_duty(WEEKLY, roster, CALENDARS, night, ZONE, gone={"binh", "lan"}) == "hung"
    assert on_duty(WEEKLY, roster, CALENDARS, night, ZONE, gone={"binh", "lan", "hung"}) is None
    week = wall("2026-10-14 08:00"), wall("2026-10-21 08:00")
    midnight, monday = wall("2026-10-15 00:00"), wall("2026-10-19 08:00")
    assert shifts(WEEKLY, roster, CALENDARS, *week, ZONE) == [
        Shift(week[0], midnight, "binh", "binh"),
        Shift(midnight, monday, "lan", "binh"),
        Shift(monday, week[1], "lan", "lan"),
    ]
    assert gaps(WEEKLY, roster, CALENDARS, *week, ZONE) == [Shift(midnight, monday, "lan", "binh")]


def test_a_rota_of_nobody_and_an_unknown_calendar_are_borne() -> None:
    nobody = replace(WEEKLY, turns=(), holidays="none", holiday_turns=("lan",))
    assert on_duty(nobody, ROSTER, {}, wall("2026-10-14 08:00"), ZONE) is None
    assert gaps(nobody, ROSTER, {}, 0.0, 10.0, ZONE) == []
