"""Does a pasted letter become planned work, with everything a person has to see before?"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import InputError
from netmon.model import Announcement
from netmon.settings.maintenance import FILE
from netmon.settings.project import load
from tests.cli.stormy import INVENTORY
from tests.conftest import ROOT
from tests.settings.written import checked, write

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = (datetime.now(ZONE) + timedelta(days=20)).replace(hour=23, minute=0, second=0, microsecond=0)
MORNING = NIGHT + timedelta(days=1)
REST = (
    "why: bảo dưỡng cáp, who: binh, notice: {number: 245/TB-VNPT-YB, date: 2026-10-05, from: VNPT Yên Bái}, "
    "listed: [YB-VY-01, YB-VY-MA, YB-VY-2]}"
)
LETTER = f"""
VNPT YÊN BÁI
Số: 245/TB-VNPT-YB       Yên Bái, ngày 05 tháng 10 năm 2026
Thời gian: từ 23h00 ngày {NIGHT:%d/%m/%Y} đến 05h00 ngày {MORNING:%d/%m/%Y}
Các kênh: YB VY 01, YB-VY-MA và YB-VY-2.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    sample = (ROOT / FILE).read_text(encoding="utf-8")
    return write(tmp_path, {"a.yaml": INVENTORY, "netmon.yaml": "language: en\n", FILE: sample})


def run(project: Path, *words: str, typed: str = "") -> Result:
    do, *rest = words
    command = ["maintenance", do, str(project), *rest]
    return CliRunner().invoke(build(["maintenance", "check"]), command, input=typed)


def test_a_letter_is_shown_and_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / FILE).read_text(encoding="utf-8")
    done = run(project, "add", "--text", LETTER, "--why", "bảo dưỡng cáp", "--who", "binh", typed="y\n")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "letter 245/TB-VNPT-YB of 05/10/2026 from VNPT Yên Bái"
    assert lines[1].startswith("  23:00 ")
    assert lines[1].endswith(" (6 h)")
    assert lines[2:6] == [
        "  YB-VY-2 is no line of this project: did you mean YB-VY-02?",
        "  YB-VY-01 (van-yen/1), Huyện Văn Yên; is cut off",
        "  YB-VY-MA (mau-a/1), Xã Mậu A; goes on by 4G",
        "  without any line meanwhile: 2 sites: Huyện Văn Yên, Xã Xuân Tầm",
    ]
    after = (project / FILE).read_text(encoding="utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == [
        f"  - {{what: [van-yen/1, mau-a/1], from: {NIGHT:%Y-%m-%d}T23:00, until: {MORNING:%Y-%m-%d}T05:00, {REST}"
    ]
    assert after.replace(f"{added[0]}\n", "") == before, "what stood there stands there still"
    [work] = load(project).maintenance
    assert work.notice == Announcement(number="245/TB-VNPT-YB", day=date(2026, 10, 5), sender="VNPT Yên Bái")
    assert checked(project, capsys)[0] == 0


def test_in_vietnamese(project: Path) -> None:
    (project / "netmon.yaml").write_text("language: vi\n", encoding="utf-8")
    done = run(project, "add", "--text", LETTER, "--yes")
    assert done.stdout.splitlines()[0] == "công văn 245/TB-VNPT-YB ngày 05/10/2026 của VNPT Yên Bái"
    assert done.stdout.splitlines()[2:6] == [
        "  YB-VY-2 không phải kênh nào ở đây: có phải YB-VY-02?",
        "  YB-VY-01 (van-yen/1), Huyện Văn Yên; không còn đường nào khác",
        "  YB-VY-MA (mau-a/1), Xã Mậu A; chạy tiếp qua 4G",
        "  mất hẳn trong lúc đó: 2 điểm: Huyện Văn Yên, Xã Xuân Tầm",
    ]
    doubtful = run(project, "add", "--text", "YB-VY-MA từ 23h đến 4h ngày 13/10/2098", typed="n\n").stdout
    assert "chưa chắc: chỉ có một ngày cho cả đêm: hiểu là ngày bắt đầu" in doubtful.splitlines()
    assert run(project, "list").stdout.startswith("Từ ")


def test_no_is_no(project: Path) -> None:
    before = (project / FILE).read_text(encoding="utf-8")
    assert run(project, "add", "--text", LETTER, typed="n\n").exit_code == 1
    assert (project / FILE).read_text(encoding="utf-8") == before


def test_a_letter_from_a_pipe_and_a_file_that_is_not_there(project: Path) -> None:
    (project / FILE).unlink()
    assert run(project, "add", "--yes", typed=LETTER).exit_code == 0
    assert len(load(project).maintenance) == 1
    assert run(project, "add", "xuan-tam/1", "--yes", typed=LETTER).exit_code == 0
    assert [work.what for work in load(project).maintenance] == [
        ("van-yen/1", "mau-a/1"), ("van-yen/1", "mau-a/1", "xuan-tam/1")
    ]  # fmt: skip


def test_a_file_that_nothing_can_be_added_to_stays_as_it_is(project: Path) -> None:
    (project / FILE).write_text("{maintenance: []}\n", encoding="utf-8")
    error = run(project, "add", "--yes", typed=LETTER).exception
    assert isinstance(error, InputError)
    assert str(error.problems[0]).startswith(f"{FILE}:1:1: the file is no mapping of lines")
    assert (project / FILE).read_text(encoding="utf-8") == "{maintenance: []}\n"


def test_a_power_cut(project: Path) -> None:
    letter = f"Điện lực Văn Yên ngừng cấp điện mã KH PA0407 0012345, 7h00 - 11h30 ngày {NIGHT:%d/%m/%Y}"
    done = run(project, "add", "--text", letter, "--yes")
    assert done.exit_code == 0, done.output
    [work] = load(project).maintenance
    assert (work.what, work.power, work.notice) == (("xuan-tam",), True, None)


def test_two_nights_are_two_entries(project: Path) -> None:
    other = NIGHT + timedelta(days=3)
    text = f"YB-VY-MA: 0h-4h {NIGHT:%d/%m/%Y}; 0h-4h {other:%d/%m/%Y}"
    assert run(project, "add", "--text", text, "--yes").exit_code == 0
    assert len(load(project).maintenance) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--text", "kênh YB-VY-MA tuần sau"), "nothing is planned: the letter does not say when"),
        (("--text", "0h-4h 13/10/2099"), "nothing is planned: the letter does not say on what"),
        (("mau-aa", "--text", "0h-4h 13/10/2099"), "unknown id 'mau-aa' (did you mean 'mau-a'?)"),
        (("--text", "YB-VY-MA 0h-4h 13/10/2020", "--yes"), "not written: what is doubtful needs a look"),
        (("--text", "YB-VY-MA từ 23h đến 4h ngày 13/10/2098", "--yes"), "not written: what is doubtful needs a look"),
        (("--text", "YB-VY-01 0h-4h 13/10/2099", "--yes"), "not written: a conference is held there"),
        (("--text", "YB-VY-01 0h-1h30 13/10/2099", "--yes"), "not written: a conference is held there"),
    ],
)
def test_what_is_not_written(project: Path, words: tuple[str, ...], said: str) -> None:
    before = (project / FILE).read_text(encoding="utf-8")
    done = run(project, "add", *words)
    assert done.exit_code == 1
    assert done.stderr.startswith(said)
    assert (project / FILE).read_text(encoding="utf-8") == before


def test_a_conference_is_named_and_can_be_overruled(project: Path) -> None:
    done = run(project, "add", "--text", "YB-VY-01 0h-4h 13/10/2099", "--yes", "--despite-conferences")
    assert done.exit_code == 0
    assert "conference there: Giao ban, 02:00 13/10/2099" in done.stdout.splitlines()
    assert run(project, "add", "--text", "YB-VY-MA 0h-4h 13/10/2099", "--yes").exit_code == 0, "is not at that bridge"


def test_what_is_planned(project: Path) -> None:
    assert run(project, "list").stdout == "nothing is planned\n"
    run(project, "add", "--text", LETTER, "--yes", "--why", "hàn cáp")
    lines = run(project, "list").stdout.splitlines()
    assert lines[0].split() == ["from", "until", "what", "why", "who", "notice"]
    assert "van-yen/1, mau-a/1" in lines[1]
    assert lines[1].rstrip().endswith("245/TB-VNPT-YB VNPT Yên Bái")
    [row] = json.loads(run(project, "list", "--json").stdout)
    assert row["notice"] == {"number": "245/TB-VNPT-YB", "date": "2026-10-05", "from": "VNPT Yên Bái"}
    assert row["listed"] == ["YB-VY-01", "YB-VY-MA", "YB-VY-2"]
    assert run(project, "list", "mau-a").exit_code == 2
