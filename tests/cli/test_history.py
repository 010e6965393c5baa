"""What does `netmon history` show, beside the service and without it?"""

import json
import time
from array import array
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from math import nan
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from netmon.cli._history_shown import drawn, table
from netmon.cli.main import build
from netmon.decide.history import STEP, Curve
from netmon.decide.telling.messages import speaker
from netmon.errors import NotRunning
from netmon.run.journal.history import DAY, MOST, Fives, keep
from netmon.run.journal.sql import Book
from netmon.settings.project import load
from tests.cli.test_ledger import make_project

LINE = "chau-que-ha/1"
DAYS = 20
DAY_LONG = timedelta(days=1)


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(build(["history"]), ["history", *arguments], catch_exceptions=False)


@pytest.fixture
def end() -> str:
    """When the last five minutes ended: commands that are told so see the same ones, however late they run."""
    return datetime.fromtimestamp(time.time() // STEP * STEP, UTC).isoformat()


@pytest.fixture(params=["vi"])
def project(tmp_path: Path, request: pytest.FixtureRequest, end: str) -> Path:
    """Twenty days of a line that gets fuller, the last of them with a gap; and a router that loses a little."""
    folder = make_project(tmp_path, request.param)
    (folder / "var").mkdir()
    first = int(datetime.fromisoformat(end).timestamp()) // STEP - DAYS * DAY
    keys = [("use", LINE, "receive"), ("rtt", LINE, ""), ("loss", "cqh-r1", "")]
    rows = [
        (first + n, array("f", [0.4 + 0.01 * n / DAY, nan if n >= (DAYS - 1) * DAY else 0.02, 0.004 * (n % 2)]))
        for n in range(DAYS * DAY)
    ]
    with closing(Book(folder / "var" / "journal.db")) as book:
        book.within(lambda database: keep(database, Fives(keys, rows)))
    return folder


def test_each_curve_is_a_row(project: Path, end: str) -> None:
    lines = asked(str(project), "--to", end).output.splitlines()
    assert " ".join(lines[1].split()) == "Mã Đại lượng Chiều Thấp nhất Trung vị P95 Cao nhất Có số đo"
    assert [line.split() for line in lines[2:]] == [
        ["cqh-r1", "Mất", "gói", "0%", "0,2%", "0,4%", "0,4%", "100%"],
        [LINE, "Trễ", "khứ", "hồi", "20", "ms", "20", "ms", "20", "ms", "20", "ms", "85,7%"],
        [LINE, "Tải", "nhận", "53%", "56,5%", "59,6%", "60%", "100%"],
    ]
    assert "Tải" not in asked(str(project), "--quantity", "rtt").output


def test_a_narrow_terminal_cuts_no_figure_off(project: Path) -> None:
    loaded = load(project)
    curve = Curve("rtt", "so-nong-nghiep-va-phat-trien-nong-thon/1", "", 0, array("f", [0.0204] * 7))
    out = Console(width=80, file=StringIO())
    out.print(table([curve], speaker(loaded.messages, loaded.inventory, "vi"), "vi"))
    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("20 ms") == 4
    assert "…" not in text


@pytest.mark.parametrize("project", ["en"], indirect=True)
def test_one_id_has_pictures_and_says_when_the_line_is_full(project: Path) -> None:
    page = asked(str(project), LINE, "--from", "2020-01-01", "--quantity", "use").output
    assert "use (receive)" in page
    assert "⣿" in page
    assert "of 7 days" not in page
    assert "(at most 90% by the norm)" in page
    assert "rises 1 percentage points a day, give or take 0" in page
    assert "at 90% about" in page
    assert "loss" not in page


def test_scripts_get_numbers(project: Path, end: str) -> None:
    found = json.loads(asked(str(project), "--to", end, "--json").output)
    assert [(one["id"], one["quantity"], one["coverage"]) for one in found["curves"]] == [
        (LINE, "rtt", pytest.approx(0.857, abs=0.001)),
        (LINE, "use", 1.0),
        ("cqh-r1", "loss", 1.0),
    ]
    assert not any("means" in one for one in found["curves"])
    (whole,) = json.loads(asked(str(project), LINE, "--to", end, "--quantity", "rtt", "--json").output)["curves"]
    assert (whole["means"][0], whole["means"][-1], whole["max"]) == (0.02, None, 0.02)
    page = asked(str(project), LINE, "--to", end, "--quantity", "rtt", "--csv").stdout_bytes.decode()
    head, first, *_ = page.split("\r\n")
    assert head == "\ufeffThời gian;Mã;Đại lượng;Chiều;Trung bình"
    assert first.split(";")[1:] == [LINE, "rtt", "", "0,0200000"]
    assert len(page.split("\r\n")) == 6 * DAY + 2, "what was not measured has no row"


def test_what_is_damaged_is_told_and_is_no_mean(project: Path) -> None:
    day = int(time.time() // STEP) // DAY - 2
    with closing(apsw.Connection(str(project / "var" / "journal.db"))) as database:
        database.execute("DELETE FROM history_fives WHERE five >= ? AND five < ?", (day * DAY, (day + 1) * DAY))
        database.executemany("INSERT INTO history_days VALUES (?, x'00')", [(day * MOST + n,) for n in (1, 2)])
    at = datetime.fromtimestamp(day * DAY * STEP, ZoneInfo("Asia/Ho_Chi_Minh"))
    told = f"hỏng trong nhật ký, hiện như không đo được: {LINE}, 24 giờ kể từ {at:%H:%M %d/%m/%Y}"
    assert told in " ".join(asked(str(project)).output.split())
    assert told in asked(str(project), "--csv").stderr
    assert "hỏng" not in asked(str(project), "cqh-r1").output
    found = json.loads(
        asked(
            str(project), "--json", "--from", f"{at:%Y-%m-%d %H:%M}", "--to", f"{at + DAY_LONG:%Y-%m-%d %H:%M}"
        ).output
    )
    assert [(one["id"], one["quantity"], one["damaged"], one["max"], one["coverage"]) for one in found["curves"]] == [
        (LINE, "rtt", [f"{at:%Y-%m-%dT%H:%M:%S.000+07:00}"], None, 0.0),
        (LINE, "use", [f"{at:%Y-%m-%dT%H:%M:%S.000+07:00}"], None, 0.0),
    ]


def test_what_cannot_be_asked_is_said(project: Path) -> None:
    wrong = asked(str(project), "chau-que-ha/9")
    assert (wrong.exit_code, "did you mean 'chau-que-ha/" in wrong.stderr) == (1, True)
    for arguments in (("--json", "--csv"), ("--quantity", "speed"), ("--from", "2030-01-01"), ("--to", "x")):
        assert asked(str(project), *arguments).exit_code == 2
    nothing = asked(str(project), "--to", "2020-01-01", "--from", "2019-12-01").output
    assert "chưa có số đo số đo lấy từ ping (`icmp:`" in " ".join(nothing.split())
    assert asked(str(project), "noc").exit_code == 0, "it exists, and nothing was measured"
    (project / "var" / "journal.db").unlink()
    with pytest.raises(NotRunning):
        asked(str(project))


def test_a_picture_tells_nothing_from_zero_and_shows_the_worst(project: Path) -> None:
    loaded = load(project)
    says = speaker(loaded.messages, loaded.inventory, "vi")
    means = [0.0] * 10 + [nan] * 10 + [0.0, 1.0] * 5
    lines = list(drawn(Curve("loss", "x", "", 0, means), says, 8))
    assert [line[:9].strip() for line in lines] == ["100%", "", "", "", "0%"]
    assert lines[0][10:] == "⠀⠀⠀⠀⠀⢸⣿⣿"
    assert lines[4][10:] == "⣀⣀⣀⠀⠀⢸⣿⣿"
    scores = list(drawn(Curve("mos", "x", "", 0, [4.0, 1.0] * 8), says, 4))
    assert scores[4][10:] == "⣀⣀⣀⣀", "of a score the lowest is the worst"
    assert scores[0][10:] == "⠀⠀⠀⠀"
