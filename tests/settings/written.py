"""Projects written for one test."""

from datetime import datetime
from pathlib import Path

import pytest
import typer

from netmon.cli.check import check

PLUGIN = '''"""A plug-in of this project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from netmon.model import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Asks something of its own."""

    METRICS: ClassVar[Mapping[str, Any]] = {}
    REACHABILITY: ClassVar[bool] = False
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 2.0

    url: str = ""
    expect: Annotated[int, Field(ge=100, le=599, description="Status code.")] = 200
    token: Secret | None = None
    strict: bool = False

    def __post_init__(self) -> None:
        if self.url.startswith("ftp:"):
            raise ValueError("url: ftp is not spoken here")

    async def collect(self, target: Any, net: Any) -> list[Any]:
        """Nothing."""
        return []
'''

NOTIFIER = '''"""A channel of this project."""

from dataclasses import dataclass
from typing import Any

from netmon.model import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Gong:
    """Beats a gong."""

    url: str
    token: Secret

    async def send(self, notice: Any, net: Any) -> None:
        """Bong."""
'''

SMALL = """
vantage: noc
levels: [province, district, commune]
sites:
  centre:
    name: Centre
    level: province
    devices: {core: {address: 10.0.0.1, role: router}, noc: {address: 10.0.0.2, role: server}}
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """A project of these files, by path; `inventory/` comes first where no folder is named."""
    for name, text in files.items():
        path = folder / (name if "/" in name or name == "netmon.yaml" else f"inventory/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def checked(project: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Exit code and lines of `netmon check`, on a day of November 2026."""
    capsys.readouterr()
    try:
        check(project, datetime(2026, 11, 23))  # noqa: DTZ001
        code = 0
    except typer.Exit as end:
        code = end.exit_code
    return code, capsys.readouterr().out.splitlines()
