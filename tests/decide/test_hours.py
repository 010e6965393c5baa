"""When do people work?"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from netmon.decide import hours
from netmon.model import Calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = Calendar(
    id="office",
    days=frozenset(range(5)),
    hours=((450, 690), (810, 1020)),  # 07:30-11:30, 13:30-17:00
    off=frozenset({date(2026, 9, 2)}),
    makeup=frozenset({date(2026, 9, 5)}),
)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("when", "works"),
    [
        ("2026-10-14T07:29:59", False),
        ("2026-10-14T07:30:00", True),
        ("2026-10-14T11:29:59", True),
        ("2026-10-14T11:30:00", False),
        ("2026-10-14T16:59:59", True),
        ("2026-10-14T17:00:00", False),
        ("2026-10-17T09:00:00", False),
        ("2026-09-02T09:00:00", False),
        ("2026-09-05T09:00:00", True),
        ("2026-09-05T18:00:00", False),
    ],
)
def test_hours_weekdays_days_off_and_make_up_days(when: str, works: bool) -> None:
    assert hours.at_work(OFFICE, at(when), ZONE) is works


@pytest.mark.parametrize(
    ("when", "start"),
    [
        ("2026-10-14T06:00:00", "2026-10-14T07:30:00"),
        ("2026-10-14T07:30:00", "2026-10-14T13:30:00"),
        ("2026-10-14T12:00:00", "2026-10-14T13:30:00"),
        ("2026-10-16T18:00:00", "2026-10-19T07:30:00"),
        ("2026-09-01T18:00:00", "2026-09-03T07:30:00"),
        ("2026-09-04T18:00:00", "2026-09-05T07:30:00"),
    ],
)
def test_work_begins_again(when: str, start: str) -> None:
    assert hours.next_start(OFFICE, at(when), ZONE) == at(start)


def test_a_calendar_without_a_working_day_never_begins() -> None:
    nobody = Calendar(id="nobody", days=frozenset(), hours=((0, 60),))
    assert hours.next_start(nobody, at("2026-10-14T06:00:00"), ZONE) is None
    assert not hours.at_work(nobody, at("2026-10-14T00:30:00"), ZONE)
