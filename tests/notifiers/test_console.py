"""Is a message readable on every kind of terminal?"""

import io
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.errors import Retryable
from netmon.model import Notice
from netmon.notifiers.console import Console
from netmon.wire.real import RealNet
from tests.conftest import ROOT
from tests.notifiers.receivers import page
from tests.run.values import event, incident

FIRST = "[MẤT] Xã Châu Quế Hạ mất liên lạc từ 21:14"


async def printed(console: Console, notice: Notice) -> str:
    sheet = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(sheet):
        await console.send(notice, RealNet())
    sheet.seek(0)
    return sheet.read()


async def test_plain_where_it_is_no_terminal() -> None:
    assert await printed(Console(), page()) == f"{FIRST}\nHỏng: …\n\n"


@pytest.mark.parametrize(
    ("notice", "colour"),
    [
        (page(), "1;31"),
        (replace(page(), incident=incident(critical=False)), "1;33"),
        (replace(page(), event="resolved", incident=event(2, "resolved").incident), "1;32"),
    ],
)
async def test_the_first_line_in_the_colour_of_its_severity(notice: Notice, colour: str) -> None:
    assert await printed(Console(colour="always"), notice) == f"\x1b[{colour}m{FIRST}\x1b[0m\nHỏng: …\n\n"


async def test_who_it_is_for_stands_before_what_goes_to_a_person() -> None:
    told = replace(page(), to="binh", by="sms", address="0216000201")
    assert await printed(Console(), told) == f"sms -> binh 0216000201: {FIRST}\nHỏng: …\n\n"
    assert await printed(Console(brief=True), replace(told, by="call", address="")) == f"call -> binh: {FIRST}\n\n"
    assert await printed(Console(), replace(page(), by=page().to)) == f"{FIRST}\nHỏng: …\n\n"


async def test_a_closed_output_may_be_back_later() -> None:
    sheet = io.StringIO()
    sheet.close()
    with redirect_stdout(sheet), pytest.raises(Retryable, match="standard output"):
        await Console().send(page(), RealNet())


def test_an_ascii_terminal_gets_the_page_too(tmp_path: Path) -> None:
    program = tmp_path / "send.py"
    program.write_text(
        "import asyncio\n"
        "from netmon.notifiers.console import Console\n"
        "from netmon.wire.real import RealNet\n"
        "from tests.notifiers.receivers import page\n"
        "asyncio.run(Console().send(page(), RealNet()))\n"
    )
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run([sys.executable, str(program)], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.startswith(b"[M?T] X? Ch")
