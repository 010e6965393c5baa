"""Can each report be written of anything, in both languages, and is it the same each time?

The folder of the reports is the list: a new one is asked, too.
"""

import io
import pkgutil
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import apsw
import pytest
from pypdf import PdfReader

from netmon.errors import NotRunning
from netmon.model import Inventory
from netmon.report import papers
from netmon.report.asked import Asked
from netmon.report.document import Document, Table
from netmon.report.formats import json as as_json
from netmon.report.formats import pdf
from netmon.report.papers import leadership
from netmon.report.sources import Sources
from netmon.settings.config import Language
from tests.conftest import ROOT
from tests.report.months import NOVEMBER, OCTOBER, Broken, at, months, october, province, sources, words, write
from tests.report.shifts import MEMORY

MINE = ("capacity", "incidents", "inventory", "leadership", "off", "reconcile")
WRITE: Mapping[str, Callable[[Asked, Sources], Document]] = {
    name: import_module(f"netmon.report.papers.{name}").write
    for name in (one.name for one in pkgutil.iter_modules(papers.__path__))
    if not name.startswith("_")
}
LANGUAGES: tuple[Language, ...] = ("vi", "en")
HOSTILE = 'a"b\n=1+1;<b>\u202ecba\x1b[31m{root}%s[x]|\\'


def theirs(folder: Path) -> Path:
    file = folder / "theirs.csv"
    file.write_text(f'Mã kênh;Số phút gián đoạn\nFORD-1;100\n"{HOSTILE.replace(chr(34), "")}";x\n', encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def busy() -> Iterator[Sources]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as found:
        where = sources(Path(found))
        write(where, months(random.Random(7)))
        yield where


def test_the_folder_is_the_list() -> None:
    assert set(MINE) <= set(WRITE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", sorted(WRITE))
def test_a_report_is_the_same_each_time_and_fits_together(
    busy: Sources, folder: Path, what: str, language: Language
) -> None:
    asked = october(language, theirs(folder))
    found = WRITE[what](asked, busy)
    assert as_json.render(found) == as_json.render(WRITE[what](asked, busy))
    assert (found.language, found.zone, found.issuer) == (language, "Asia/Ho_Chi_Minh", "Centre")
    assert found.id.startswith(f"{what}-2026-10")
    for block in found.blocks:
        if isinstance(block, Table):
            assert {len(row) for row in (*block.rows, *([block.total] if block.total else []))} <= {len(block.columns)}
            assert len({column.key for column in block.columns}) == len(block.columns)
            assert all(0 <= place < len(block.rows) for place, _ in block.tones)
    for word in words(found):
        assert not any(sign in word for sign in "{}"), word


@pytest.mark.parametrize("what", sorted(WRITE))
def test_both_languages_say_the_same(busy: Sources, folder: Path, what: str) -> None:
    vi, en = (WRITE[what](october(language, theirs(folder)), busy) for language in LANGUAGES)
    assert [type(block) for block in vi.blocks] == [type(block) for block in en.blocks]
    for one, other in zip(vi.blocks, en.blocks, strict=True):
        if isinstance(one, Table) and isinstance(other, Table):
            assert [column.key for column in one.columns] == [column.key for column in other.columns]
            assert [numbers(row) for row in one.rows] == [numbers(row) for row in other.rows]
            assert all(a.head and a.head != "?" and b.head for a, b in zip(one.columns, other.columns, strict=True))


def numbers(row: object) -> list[object]:
    assert isinstance(row, tuple | list)
    return [cell for cell in row if not isinstance(cell, str)]


@pytest.mark.parametrize("what", sorted(WRITE))
def test_a_month_without_figures(folder: Path, what: str) -> None:
    """A journal that is empty, and one that began when the month was over."""
    for name, since in (("empty", NOVEMBER), ("later", NOVEMBER + 86400)):
        where = sources(folder / name)
        write(where, [], since=since, until=since + 60)
        for language in LANGUAGES:
            assert WRITE[what](october(language, theirs(folder)), where).blocks


@pytest.mark.parametrize("what", sorted(WRITE))
def test_without_a_journal_only_the_inventory_can_be_told(folder: Path, what: str) -> None:
    asked = october("en", theirs(folder))
    if what == "inventory":
        assert WRITE[what](asked, sources(folder)).blocks
        return
    with pytest.raises(NotRunning):
        WRITE[what](asked, sources(folder))


def test_what_is_damaged_is_told_and_the_rest_is_reported(folder: Path) -> None:
    where, day = sources(folder), OCTOBER // 86400 + 3
    write(where, [Broken(root="mill", since=OCTOBER + 3600, until=OCTOBER + 7200)])
    with closing(apsw.Connection(str(where.journal))) as database:
        wrong = "UPDATE log SET body = '{' WHERE seq = (SELECT max(seq) FROM log WHERE kind = 'transition' AND key = ?)"
        database.execute(wrong, ("mill/1",))
        database.execute("INSERT INTO history_series VALUES (1, 'use', 'mill/1', 'receive', ?)", (day,))
        database.execute("INSERT INTO history_days VALUES (?, x'00')", (day * 1_000_000 + 1,))
    told = {
        what: [word for word in words(WRITE[what](october("en", theirs(folder)), where)) if word.startswith("NOTE: ")]
        for what in WRITE
    }
    for what in ("sla", "leadership", "off", "reconcile", "incidents"):
        assert [text[:26] for text in told[what]] == ["NOTE: 1 entries of the jou"]
    sheets = words(WRITE["sla"](replace(october("en"), id="10000"), where))
    assert [text for text in sheets if text.startswith("NOTE: ")] == told["sla"], "before somebody signs them, too"
    assert [text[:24] for text in told["capacity"]] == ["NOTE: of 1 lines 1 days "]


def hostile() -> Inventory:
    """The little province, in which everything is called what would do harm somewhere."""
    known = province().inventory
    return replace(
        known,
        province=HOSTILE,
        sites={key: replace(one, name=f"{HOSTILE}{key}", area=HOSTILE) for key, one in known.sites.items()},
        devices={key: replace(one, name=HOSTILE, role=HOSTILE) for key, one in known.devices.items()},
        links={key: replace(one, circuit=f"{HOSTILE}{key}", kind=HOSTILE) for key, one in known.links.items()},
        carriers={key: replace(one, name=HOSTILE) for key, one in known.carriers.items()},
    )


@pytest.mark.parametrize("what", sorted(WRITE))
def test_hostile_names_are_text(folder: Path, what: str) -> None:
    where = sources(folder, hostile())
    odd = Broken(root=HOSTILE, since=OCTOBER + 5, until=OCTOBER + 9, affected=(HOSTILE,), taken=1, ticket=HOSTILE)
    write(where, [*months(random.Random(8)), odd])
    for language in LANGUAGES:
        found = WRITE[what](october(language, theirs(folder)), where)
        assert not any(mark in word for word in words(found) for mark in ("\n", "\x1b", "\u202e"))


PRINT = """
import sys
from pathlib import Path
from netmon.report.formats import json as as_json
from tests.report.months import october, sources
from tests.report.test_papers import WRITE
where = sources(Path(sys.argv[1]))
for what in sorted(WRITE):
    sys.stdout.buffer.write(as_json.render(WRITE[what](october("vi", Path(sys.argv[2])), where)))
"""


def test_another_process_writes_the_same(busy: Sources, folder: Path) -> None:
    """With another order of hashes."""
    file = theirs(folder)
    command = [sys.executable, "-c", PRINT, str(busy.journal.parent), str(file)]
    told = subprocess.run(
        command, cwd=ROOT, env={"PYTHONHASHSEED": "4711", "PATH": "/usr/bin"}, capture_output=True, check=True
    )
    assert told.stdout == b"".join(as_json.render(WRITE[what](october("vi", file), busy)) for what in sorted(WRITE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_those_who_decide_read_one_page(folder: Path, language: Language) -> None:
    """Also where each commune is an area of its own, and all have long names."""
    known = province().inventory
    long = "Ủy ban nhân dân phường có tên rất dài và còn dài hơn nữa "
    sites = {
        f"{key}{n}": replace(site, id=f"{key}{n}", name=f"{long}{key}{n}", area=f"{long}{key}{n}", uplinks=())
        for n in range(4)
        for key, site in known.sites.items()
    }
    where = sources(folder, replace(known, sites=dict(known.sites) | sites))
    lasted = {name: 3600 + 60 * n for n, name in enumerate(sites)}
    write(
        where,
        [
            Broken(root=name, since=OCTOBER, until=OCTOBER + seconds, cause="power", affected=(name,))
            for name, seconds in lasted.items()
        ],
        since=at("2025-09-01"),
    )
    read = PdfReader(io.BytesIO(pdf.render(leadership.write(october(language), where))))
    assert len(read.pages) == 1
