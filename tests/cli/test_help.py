"""Can the help of each command be read in a narrow window?"""

import re
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from netmon.cli.main import build, commands

WIDTH = 80
SOME = ("ledger",)
"""With the longest choices; the rest costs seconds."""
TORN = "schema"
"""Its argument has six choices, and of an argument they are always printed."""


def check(name: str) -> None:
    shown = CliRunner().invoke(build([name]), [name, "--help"], terminal_width=WIDTH, env={"COLUMNS": str(WIDTH)})
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert max(map(len, lines)) <= WIDTH
    for line in lines:
        bare = re.sub("<=|>=", "", line)
        assert bare.count("<") == bare.count(">"), "a choice is torn"
    usage = next(line for line in lines if "Usage:" in line)
    assert not re.search(r"\.\.\.[\]}]|\[\[", usage)
    # rich breaks a paragraph where the source does and where the window ends: the first line must be nearly full
    said = [line.strip() for line in lines[: next(n for n, line in enumerate(lines) if "─" in line)]]
    for line, after in pairwise(said):
        assert not after or not line or len(line) + len(after.split()[0]) > WIDTH - 4, line


@pytest.mark.parametrize("name", SOME)
def test_nothing_is_torn(name: str) -> None:
    check(name)


@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in commands() if name != TORN])
def test_nothing_is_torn_in_any(name: str) -> None:
    check(name)
