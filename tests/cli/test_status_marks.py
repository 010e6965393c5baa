"""Does an operator see what stands beside the states?"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from netmon.cli import _tables as tables
from netmon.decide import shapes
from netmon.model import Inventory, Mark, MarkKind, Standing, State
from netmon.settings.config import Language
from tests.run.province import province

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 9, 21, 21, 13, tzinfo=ZONE)


def shown(language: Language, *beside: tuple[str, MarkKind], inventory: Inventory | None = None) -> str:
    since = AT.timestamp()
    marks = {(key, kind): Mark(id=key, of="site", mark=kind, since=since) for key, kind in beside}
    standings = dict.fromkeys((*province().sites, *province().links), Standing(State.UP, since))
    standings["chau-que-ha"] = Standing(State.DOWN, since)
    status: dict[str, Any] = shapes.status(province(), standings, ZONE, marks)
    status = {key: status[key] for key in ("sites", "links")}
    out = Console(width=250, no_color=True, highlight=False)
    with out.capture() as captured:
        for table in tables.not_up(inventory or province(), status, language, AT):
            out.print(table)
        out.print(tables.by_level(province(), status["sites"], language))
    return captured.get()


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", ("Ghi chú", "Bảo trì, Nghỉ/đã tắt", "chập chờn")), ("en", ("marks", "maintenance, off", "flapping"))],
)
def test_marks_are_shown_also_of_what_is_up(language: Language, words: tuple[str, ...]) -> None:
    text = shown(language, ("chau-que-ha", "off"), ("chau-que-ha", "maintenance"), ("van-yen/1", "flapping"))
    assert all(word in text for word in words)
    [line] = [line for line in text.splitlines() if line.startswith("van-yen/1")]
    assert "chập chờn" in line or "flapping" in line
    assert "chau-que-ha/1" not in text, "what is up and bears no mark is not listed"


def test_levels_count_marks_only_where_there_are_any() -> None:
    assert shown("en").splitlines()[-4].split()[-1] == "total"
    rows = [line.split() for line in shown("en", ("chau-que-ha", "off")).splitlines()[-4:]]
    assert rows[0][-2:] == ["total", "off"]
    assert [(row[0], row[-1]) for row in rows[1:]] == [("province", "-"), ("district", "-"), ("commune", "1")]


def test_without_marks_there_is_no_column_for_them() -> None:
    assert "marks" not in shown("en")


def test_a_name_is_shown_as_it_was_written() -> None:
    """What looks like markup to the one who draws the table is a name to the one who wrote it."""
    inventory = province()
    odd = replace(inventory.sites["chau-que-ha"], name="Xã [/x] Châu [bold]")
    text = shown("en", inventory=replace(inventory, sites={**inventory.sites, "chau-que-ha": odd}))
    assert "Xã [/x] Châu [bold]" in text
