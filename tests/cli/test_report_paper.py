"""Does `netmon report` write what is asked for, where it is asked for, and say what it cannot?"""

import asyncio
import io
import json
import os
import subprocess
import sys
import termios
from pathlib import Path

import openpyxl
import pytest
from click.exceptions import UsageError
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import InputError
from netmon.report import shelves
from netmon.run.journal.seam import open_inline
from tests.cli.test_report import INVENTORY
from tests.conftest import ROOT
from tests.settings.written import write


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    write(folder, {"a.yaml": INVENTORY, "netmon.yaml": "{}\n"})
    (folder / "var").mkdir()
    asyncio.run(open_inline(folder / "var" / "journal.db").close())
    return folder


def asked(*words: object) -> Result:
    return CliRunner().invoke(build(["report"]), ["report", *map(str, words)])


def test_without_a_name_everything_is_listed_with_what_it_is_for() -> None:
    done = asked()
    assert done.exit_code == 0
    for name, about in {**shelves.reports(), **shelves.ways()}.items():
        assert about
        assert any(line.split() == [name, *about.split()] for line in done.stdout.splitlines()), name
    assert "carrier " in done.stdout


def test_people_see_it_at_once_in_their_language(project: Path) -> None:
    done = asked("inventory", project, "--month", "2026-10")
    assert done.exit_code == 0, done.output
    assert "10/2026" in done.stdout
    assert "Xã Mậu A" in done.stdout
    assert "commune" in asked("inventory", project, "--language", "en").stdout.lower()


def test_what_is_longer_than_the_screen_is_turned_page_by_page(project: Path, tmp_path: Path) -> None:
    """At a real terminal: the summary would otherwise be thousands of lines further up."""
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ncat >{tmp_path}/turned\n", encoding="utf-8")
    pager.chmod(0o755)
    ours, theirs = os.openpty()
    try:
        termios.tcsetwinsize(theirs, (10, 100))
        command = [sys.executable, "-m", "netmon.cli.main", "report", "inventory", str(project), "--month", "2026-10"]
        environ = {**os.environ, "PAGER": str(pager), "TERM": "xterm"}
        subprocess.run(command, cwd=ROOT, stdin=theirs, stdout=theirs, env=environ, check=True, timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    assert "10/2026" in (tmp_path / "turned").read_text(encoding="utf-8")


def test_a_file_is_what_its_name_says_and_a_folder_gets_one_named_after_the_report(
    project: Path, tmp_path: Path
) -> None:
    asked("inventory", project, "--month", "2026-10", "--out", tmp_path / "x.xlsx")
    assert openpyxl.load_workbook(io.BytesIO((tmp_path / "x.xlsx").read_bytes())).sheetnames
    asked("inventory", project, "--month", "2026-10", "--format", "json", "--out", tmp_path)
    [made] = tmp_path.glob("*.json")
    value = json.loads(made.read_text())
    assert made.stem == value["id"]
    assert json.loads(asked("inventory", project, "--month", "2026-10", "--format", "json").stdout) == value


def test_the_last_whole_month_is_meant_unless_told(project: Path) -> None:
    """A month that is not over goes as far as now, and is no month."""
    text = asked("inventory", project, "--format", "json").stdout
    assert json.loads(text)["id"]
    done = asked("inventory", project, "--from", "2026-10-01", "--to", "2026-10-08", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["subtitle"] != json.loads(text)["subtitle"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("inventry",), "inventry: no such report (did you mean 'inventory'?)"),
        (("inventory", "PROJECT", "--format", "pfd"), "pfd: no such format (did you mean 'pdf'?)"),
        (("inventory", "PROJECT", "--out", "/nowhere/x.csv"), "/nowhere/x.csv: cannot be written: No such file or"),
    ],
)
def test_what_there_is_not_is_said_in_a_line(project: Path, words: tuple[str, ...], said: str) -> None:
    failure = asked(*(project if word == "PROJECT" else word for word in words)).exception
    assert isinstance(failure, InputError)
    assert [str(problem)[: len(said)] for problem in failure.problems] == [said]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--month", "2026-13"), "no month such as 2026-10"),
        (("--month", "2999-01"), "has not begun"),
        (("--month", "2026-10", "--from", "2026-10-01"), "a month, or --from and --to"),
        (("--from", "2026-10-08", "--to", "2026-10-01"), "the period is empty"),
        (("--out", "x.docm"), "no format ends so"),
        (("--id", "7"), "--id: the report inventory does not go by it"),
        (("--theirs", "x.csv"), "--theirs: the report inventory does not go by it"),
        (("--by", "site"), "--by: the report inventory does not go by it"),
        (("--structure", "today"), "--structure: the report inventory does not go by it"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(project: Path, words: tuple[str, ...], said: str) -> None:
    done = asked("inventory", project, *words)
    assert done.exit_code == UsageError.exit_code
    assert said in " ".join(done.output.replace("│", " ").split())


def test_a_report_that_goes_by_other_things_names_them(project: Path) -> None:
    done = asked("leadership", project, "--by", "site")
    assert done.exit_code == UsageError.exit_code
    said = " ".join(done.output.replace("│", " ").split())
    assert "--by: the report leadership goes by area, carrier, level, and not by site" in said
