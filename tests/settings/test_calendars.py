"""When do people work, and is next year's notice missed in time?"""

from datetime import date
from pathlib import Path

import pytest

from netmon.settings.project import load
from tests.conftest import ROOT
from tests.settings.written import SMALL, write

OFFICE = 'calendars: {{office: {{days: mon-fri, hours: ["07:30-11:30"], off: {off}}}}}\n'
THIS, NEXT = "off: [2026-02-16/2026-02-20, 2026-09-02]\nmakeup: [2026-02-28]\n", "off: [2027-01-01]\n"


def project(folder: Path, off: str, more: str = "", **files: str) -> Path:
    notices = {f"inventory/calendars/{name.replace('_', '-')}.yaml": text for name, text in files.items()}
    return write(folder, {"a.yaml": SMALL + OFFICE.format(off=off) + more, **notices})


def warned(path: Path, today: date | None) -> list[str]:
    return [str(each) for each in load(path, today=today).warnings]


def missing(year: int, hint: str) -> list[str]:
    return [f"inventory/a.yaml:9:66: warning: calendar 'office' has no days off for {year} ({hint})"]


@pytest.mark.parametrize("off", ["[calendars/vn-2026.yaml, calendars/vn-2027.yaml, 2026-04-30]",
                                 "[2026-04-30, calendars/vn-2027.yaml, calendars/vn-2026.yaml]"])  # fmt: skip
def test_notices_and_days_in_any_order(tmp_path: Path, off: str) -> None:
    path = project(tmp_path, off, vn_2026=THIS, vn_2027=NEXT)
    office = load(path).inventory.calendars["office"]
    week = {date(2026, 2, day) for day in range(16, 21)}
    assert office.off == week | {date(2026, 9, 2), date(2026, 4, 30), date(2027, 1, 1)}
    assert office.makeup == {date(2026, 2, 28)}
    assert warned(path, date(2026, 12, 1)) == []


def test_the_next_year_is_missed_from_december_on(tmp_path: Path) -> None:
    path = project(tmp_path, "calendars/vn-2026.yaml", vn_2026=THIS)
    expected = missing(2027, "by the yearly notice, in calendars/vn-2027.yaml")
    assert warned(path, None) == []
    assert warned(path, date(2026, 11, 30)) == []
    assert warned(path, date(2026, 12, 1)) == expected
    assert warned(path, date(2027, 6, 1)) == expected


def test_a_notice_that_nobody_names(tmp_path: Path) -> None:
    path = project(tmp_path, "calendars/vn-2026.yaml", vn_2026=THIS, vn_2027=NEXT)
    assert warned(path, date(2026, 12, 1)) == missing(2027, "calendars/vn-2027.yaml is there: name it here")


def test_last_years_days_under_next_years_name(tmp_path: Path) -> None:
    path = project(tmp_path, "[calendars/vn-2026.yaml, calendars/vn-2027.yaml]", vn_2026=THIS, vn_2027=THIS)
    assert warned(path, date(2026, 12, 1)) == missing(2027, "by the yearly notice, in calendars/vn-2027.yaml")


def test_a_bridge_day_is_not_next_years_notice(tmp_path: Path) -> None:
    path = project(tmp_path, "calendars/vn-2026.yaml", vn_2026=THIS.replace("[2026-02-16", "[2027-01-01, 2026-02-16"))
    assert len(warned(path, date(2026, 12, 1))) == 1


def test_days_written_by_hand_are_missed_too(tmp_path: Path) -> None:
    path = project(tmp_path, "[2026-02-16/2026-02-20]")
    assert warned(path, date(2026, 12, 1)) == missing(2027, "they come by yearly notice")
    assert warned(path, date(2026, 11, 1)) == []


def test_who_never_has_a_day_off_misses_none(tmp_path: Path) -> None:
    assert warned(project(tmp_path, "[]"), date(2026, 12, 1)) == []


def test_the_hours_of_a_site(tmp_path: Path) -> None:
    more = "classes: {c: {level: district, hours: office}}\nsites:\n"
    text = SMALL.split("sites:")[0] + OFFICE.format(off="[]") + more + SMALL.split("sites:\n")[1]
    for name, own in (("b", ""), ("d", ", hours: always")):
        devices = f"devices: {{{name}-r: {{address: 10.9.0.{ord(name)}, role: router}}}}"
        text += f"  {name}: {{name: X, class: c, {devices}, uplinks: [{{to: core}}]{own}}}\n"
    sites = load(write(tmp_path, {"a.yaml": text})).inventory.sites
    assert [sites[key].hours for key in ("centre", "b", "d")] == ["always", "office", "always"]


def test_the_sample_knows_this_year() -> None:
    office = load(ROOT).inventory.calendars["office"]
    assert {day.year for day in office.off} == {2026}
    assert date(2026, 9, 2) in office.off
    assert not office.off & office.makeup
