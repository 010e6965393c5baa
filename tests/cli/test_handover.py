"""Do `netmon handover` and `netmon noise` show the journal of a project?"""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import NotRunning
from netmon.model import Notice
from netmon.people import Act
from netmon.run.journal.seam import open_inline
from tests.cli.stormy import NOW, OPEN, Evening, evening

LAPSED = NOW - 120
"""When the carrier's promise was over; the page says how many minutes ago."""
CALL = Act(verb="called", who="lan", at=NOW - 300, number=50, incident=7, text="Điện lực: đang cử người")
PROMISE = Act(verb="promise", who="lan", at=NOW - 200, number=51, incident=7, until=LAPSED)


async def _told(journal: Path) -> None:
    """One message has arrived."""
    book = open_inline(journal)
    letter = Notice(id="7/opened/x/1", event="opened", at=NOW - 580, to="x", incident=OPEN[0], subject="", text="")
    await book.write([], [letter])
    await book.claim(letter.id, NOW - 580)
    await book.delivered(letter.id, NOW - 579)
    await book.close()


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    with evening(tmp_path_factory.mktemp("evening"), CALL, PROMISE) as found:
        asyncio.run(_told(found.folder / "var" / "journal.db"))
        yield found


def asked(command: str, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(build([command, "check"]), [command, str(folder), *words])


def test_the_shift_on_a_page(after: Evening) -> None:
    first = round((time.time() - LAPSED) / 60)
    done = asked("handover", after.folder)
    late = range(first, round((time.time() - LAPSED) / 60) + 1)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("BÀN GIAO CA yen-bai: ")
    assert "Đang mở: 2" in lines
    at = next(n for n, line in enumerate(lines) if line.startswith("  #7 Xã Xuân Tầm: mất liên lạc từ "))
    assert lines[at + 1] == "    nghi đứt cáp"
    assert lines[at + 2].endswith(" lan gọi: Điện lực: đang cử người")
    assert any(lines[at + 3].startswith(f"    QUÁ HẸN {minutes} phút") for minutes in late)
    assert "Chạy dự phòng, chất lượng kém: 1" in lines


@pytest.mark.parametrize("since", ["90m", "00:00 01/11/2025"])
def test_a_shift_has_a_beginning(after: Evening, since: str) -> None:
    assert asked("handover", after.folder, "--since", since).exit_code == 0


@pytest.mark.parametrize(("since", "said"), [("2099-01-01", "a shift that has not begun"), ("soon", "--since")])
def test_a_wrong_beginning_is_refused(after: Evening, since: str, said: str) -> None:
    done = asked("handover", after.folder, "--since", since)
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_noise(after: Evening) -> None:
    done = asked("noise", after.folder)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("7 ngày qua: 1 tin nhắn về 1 sự cố, ")
    assert [line.split("  ")[0] for line in done.stdout.splitlines() if line][1:] == [
        "Luật, loại sự cố", "[MẤT]", "Kênh, thiết bị, điểm", "Xã Xuân Tầm",
    ]  # fmt: skip
    shown = json.loads(asked("noise", after.folder, "--json").stdout)
    assert (shown["messages"], shown["by_thing"][0]["name"], shown["by_rule"][0]["name"]) == (1, "xuan-tam", "outage")


@pytest.mark.parametrize("command", ["handover", "noise"])
def test_where_netmon_has_not_run(after: Evening, tmp_path: Path, command: str) -> None:
    (tmp_path / "inventory").symlink_to(after.folder / "inventory")
    assert isinstance(asked(command, tmp_path).exception, NotRunning)
