"""Is a time read as whoever types it means it, by every command alike?"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from netmon.cli._when import coming, in_full, last

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


NOW = at("2026-11-29 22:30")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("23:30", "2026-11-29 23:30"),
        ("23h30", "2026-11-29 23:30"),
        ("2h", "2026-11-30 02:00"),
        ("8h mai", "2026-11-30 08:00"),
        ("8:00 tomorrow", "2026-11-30 08:00"),
        ("8:00 5/12", "2026-12-05 08:00"),
        ("21:14 05/12/2026", "2026-12-05 21:14"),
        ("21:14:07 05/12/2026", "2026-12-05 21:14:07"),
        ("2026-12-05T02:00", "2026-12-05 02:00"),
        ("2026-12-05 02:00", "2026-12-05 02:00"),
        ("2026-12-05T02:00+00:00", "2026-12-05 09:00"),
        ("2026-12-05", "2026-12-05 00:00"),
    ],
)
def test_what_comes(said: str, meant: str) -> None:
    assert coming(said, "--until", NOW, ZONE) == at(meant)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("19:30", "2026-11-29 19:30"),
        ("23:30", "2026-11-28 23:30"),
        ("22:30", "2026-11-29 22:30"),
        ("19:30 28/11", "2026-11-28 19:30"),
        ("2026-11-28T19:30", "2026-11-28 19:30"),
    ],
)
def test_what_was(said: str, meant: str) -> None:
    assert last(said, "--since", NOW, ZONE) == at(meant)


@pytest.mark.parametrize("said", ["soon", "", "25:00", "23:30 maybe", "8:00 31/2", "0001-01-01"])
def test_what_is_no_time(said: str) -> None:
    for read in (lambda: coming(said, "--until", NOW, ZONE), lambda: in_full(said, "--until", ZONE)):
        with pytest.raises(typer.BadParameter, match="such as"):
            read()
