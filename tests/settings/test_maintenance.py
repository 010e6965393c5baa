"""What the file of planned work says, and what is said of mistakes in it."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.model import Announcement, Maintenance
from netmon.settings.maintenance import FILE
from netmon.settings.project import load
from tests.conftest import ROOT
from tests.settings.written import SMALL, checked, write

FOLDER = Path(__file__).parent / "bad"
BAD = sorted((FOLDER / "maintenance").glob("*.yaml"))
# The inventory that the bad inventories are spoilt from.
WHOLE = (
    (FOLDER / "unknown-calendar.yaml")
    .read_text(encoding="utf-8")
    .replace("hours: ofice", "area: kv-van-yen\n    power: {supplier: Điện lực Văn Yên, customer: PA 0407 0012345}")
)


def planned(folder: Path, text: str, inventory: str = WHOLE) -> tuple[Maintenance, ...]:
    return load(write(folder, {"a.yaml": inventory, FILE: text})).maintenance


def at(day: int, hour: int, minute: int = 0) -> float:
    """In November 2026, by UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_says_exactly_what_is_wrong(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    expected = text.splitlines()[0].removeprefix("# expect: ")
    assert checked(write(tmp_path, {"a.yaml": WHOLE, FILE: text}), capsys) == (1, [expected])


def test_there_are_many() -> None:
    assert len(BAD) >= 16


def test_a_window_with_everything(tmp_path: Path) -> None:
    text = """
maintenance:
  - {what: [van-yen], from: 2026-11-28T22:00, until: 2026-11-29T02:00, why: thay tủ nguồn, who: anh Bình}
  - what: [core, van-yen/1, pop-mau-a, kv-van-yen, vnpt]
    from: 2026-11-29 02:00:30
    until: 2026-11-29T02:00+00:00
"""
    first, second = planned(tmp_path, text)
    assert first == Maintenance(
        what=("van-yen",), since=at(28, 15), until=at(28, 19), why="thay tủ nguồn", who="anh Bình"
    )
    assert second.what == ("core", "van-yen/1", "pop-mau-a", "kv-van-yen", "vnpt")
    assert (second.since, second.until) == (at(28, 19) + 30, at(29, 2))


@pytest.mark.parametrize(
    "moment",
    ["2026-11-28T22:00", "2026-11-28 22:00", "28/11/2026 22:00", "2026-11-28T22:00:00+07:00", "2026-11-28T15:00Z"],
)
def test_one_moment_in_many_forms(tmp_path: Path, moment: str) -> None:
    [window] = planned(tmp_path, f"maintenance: [{{what: core, from: {moment}, until: 2026-11-29T02:00}}]")
    assert window.since == at(28, 15)


def test_local_is_where_the_inventory_is(tmp_path: Path) -> None:
    text = "maintenance: [{what: core, from: 2026-11-28T22:00, until: 2026-11-29T02:00}]"
    [window] = planned(tmp_path, text, "timezone: Europe/Lisbon\n" + SMALL)
    assert window.since == at(28, 22)


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "maintenance:\n", "maintenance: []\n"])
def test_nothing_planned(tmp_path: Path, text: str | None) -> None:
    assert load(write(tmp_path, {"a.yaml": SMALL} | ({} if text is None else {FILE: text}))).maintenance == ()


def test_more_than_a_fortnight_is_warned_of_and_the_past_is_not(tmp_path: Path) -> None:
    text = """
maintenance:
  - {what: core, from: 2020-11-01T22:00, until: 2020-11-15T22:00}
  - {what: core, from: 2026-11-01T22:00, until: 2026-12-01T22:00}
"""
    project = load(write(tmp_path, {"a.yaml": SMALL, FILE: text}))
    assert [str(each) for each in project.warnings] == [
        "alerts/maintenance.yaml:4:49: warning: planned work of 30 days, in which nothing pages (is the date right?)"
    ]
    assert len(project.maintenance) == 2


def test_every_mistake_at_once_and_none_that_another_explains(tmp_path: Path) -> None:
    text = """
maintenance:
  - {what: [b, b/1], from: 2026-11-28T22:00, until: never}
  - {what: [b, b/1, nowhere], from: 2026-11-28T22:00, until: 2026-11-27T22:00}
"""
    broken = SMALL + "  b: {name: B, level: distrct, uplinks: [{to: cor}]}\n"
    with pytest.raises(InputError) as raised:
        planned(tmp_path, text, broken)
    assert [(each.file, each.line, each.column) for each in raised.value.problems] == [
        (FILE, 3, 53),
        (FILE, 4, 21),
        (FILE, 4, 62),
        ("inventory/a.yaml", 9, 23),
        ("inventory/a.yaml", 9, 42),
        ("inventory/a.yaml", 9, 47),
    ]


def test_the_sample_plans_nothing_and_its_examples_are_right(tmp_path: Path) -> None:
    text = (ROOT / FILE).read_text(encoding="utf-8")
    for name in ("inventory", "alerts", "collectors", "netmon.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    assert load(tmp_path).maintenance == ()
    (tmp_path / "alerts").unlink()
    write(tmp_path, {FILE: text.replace("#   - ", "    - ").replace("#      n", "      n")})
    windows = load(tmp_path).maintenance
    assert [window.what for window in windows] == [("van-yen",), ("pop-vnpt-lam-giang",), ("lang-thip",)]
    assert windows[1].notice == Announcement(number="245/TB-VNPT", day=date(2026, 12, 1), sender="VNPT Yên Bái")
    assert [window.power for window in windows] == [False, False, True]
    assert all(window.since < window.until for window in windows)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Huyện Văn Yên", "van-yen"), ("văn yên", "van-yen"), ("YB-VY-01", "van-yen/1"), ("VNPT Yên Bái", "vnpt")],
)
def test_people_know_places_by_name_and_lines_by_circuit(tmp_path: Path, name: str, meant: str) -> None:
    write(
        tmp_path,
        {"a.yaml": SMALL, FILE: f"maintenance: [{{what: {name}, from: 2026-11-28T22:00, until: 29/11/2026 02:00}}]"},
    )
    for folder in ("inventory", "collectors"):
        if (tmp_path / folder).exists():
            shutil.rmtree(tmp_path / folder)
        (tmp_path / folder).symlink_to(ROOT / folder)
    with pytest.raises(InputError) as raised:
        load(tmp_path)
    assert f"{FILE}:1:22: unknown id {name!r} (did you mean {meant!r}?)" in [
        str(each) for each in raised.value.problems
    ]


@pytest.mark.parametrize("year", ["0001", "1999", "2100", "9999"])
def test_a_year_that_nobody_means(tmp_path: Path, year: str) -> None:
    with pytest.raises(InputError) as raised:
        planned(tmp_path, f"maintenance: [{{what: core, from: {year}-11-28T22:00, until: {year}-11-29T02:00}}]")
    said = [str(each) for each in raised.value.problems if not each.warning]
    assert said == [f"{FILE}:1:34: the year {int(year)} (is the date right?)"]


def test_a_file_that_would_be_passed_over_is_told(tmp_path: Path) -> None:
    other = FILE.replace(".yaml", ".yml")
    project = load(write(tmp_path, {"a.yaml": SMALL, other: "maintenance: []\n"}))
    assert [str(each) for each in project.warnings] == [f"{other}: warning: is not read: its name must end in .yaml"]
    (tmp_path / FILE).mkdir()
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_power_cut_is_of_customers_and_of_communes(tmp_path: Path) -> None:
    times = "from: 2026-11-28T22:00, until: 2026-11-29T02:00"
    text = f"""
maintenance:
  - {{power: {{customer: pa04070012345}}, {times}}}
  - {{power: {{commune: [kv-van-yen, van-yen]}}, what: core, {times}}}
"""
    customer, communes = planned(tmp_path, text)
    assert (customer.what, customer.power) == (("an-thinh",), True)
    assert communes.what == ("core", "van-yen", "an-thinh")


def test_work_during_a_conference_is_warned_of_until_it_is_over(tmp_path: Path) -> None:
    held = "events: [{name: Họp, at: 2026-11-29T01:30, lasts: 2h, sites: an-thinh}]\n"
    inventory = held + WHOLE.replace("collect: {tcp: {port: 443}}", "collect: {bridge: {}}")
    line = "maintenance: [{{what: {what}, from: 2026-11-28T22:00, until: {until}}}]"

    def warned(what: str, until: str, today: date) -> list[str]:
        project = load(write(tmp_path, {"a.yaml": inventory, FILE: line.format(what=what, until=until)}), today=today)
        return [str(each) for each in project.warnings if each.file == FILE]

    said = "work while 'Họp' is held there (the carrier may take another night)"
    before, after = date(2026, 11, 28), date(2026, 11, 30)
    for what in ("an-thinh", "an-thinh/1", "vnpt", "kv-van-yen", "an-thinh-r1"):
        found = warned(what, "2026-11-29T02:00", before)
        assert len(found) == 1, what
        assert found[0].endswith(said)
    assert warned("an-thinh", "2026-11-29T00:29", before) == [], "it is over an hour before"
    assert warned("core", "2026-11-29T02:00", before) == []
    assert warned("an-thinh", "2026-11-29T02:00", after) == []
