"""`netmon config`: what do the devices' configurations look like, and what has changed in them?"""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._service import log_to_stderr
from netmon.clock import SystemClock
from netmon.model import Inventory
from netmon.run.backup import Backups, Outcome, kept
from netmon.run.twin import origin
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.settings.report import did_you_mean
from netmon.wire.real import RealNet


class Action(StrEnum):
    """What is done with configurations."""

    BACKUP = "backup"
    DIFF = "diff"


_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "vi": {
            "device": "Thiết bị",
            "result": "Kết quả",
            "lines": "Số dòng",
            "change": "Thay đổi",
            "who": "Người sửa cuối",
            "saved": "Đã lưu",
            "failed": "không lấy được: {}",
            "first": "lưu lần đầu",
            "same": "không đổi",
            "changed": "có thay đổi",
            "yes": "rồi",
            "no": "chưa, khác {} dòng",
        },
        "en": {
            "device": "device",
            "result": "result",
            "lines": "lines",
            "change": "change",
            "who": "last changed by",
            "saved": "saved",
            "failed": "failed: {}",
            "first": "kept for the first time",
            "same": "as before",
            "changed": "changed",
            "yes": "yes",
            "no": "no, {} lines differ",
        },
    }
)


def config(
    action: Annotated[Action, typer.Argument(help="backup: fetch now; diff: what has changed, latest first.")],
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    device: Annotated[str, typer.Argument(help="Only this device.")] = "",
) -> None:
    """Keep the configurations of the devices that have a `cli:`, or show what has changed in one.

    What a backup by hand finds is told to people by the service, with its next one. Exit 1 if a device failed.
    """
    loaded = load(project, secrets=action is Action.BACKUP)
    every = kept(loaded.inventory)
    if device and device not in every:
        print(_not_kept(device, loaded.inventory, every), file=sys.stderr)
        raise typer.Exit(1)
    if not every:
        print("no device has a `cli:` whose configuration is kept", file=sys.stderr)
        raise typer.Exit(1)
    if action is Action.BACKUP:
        _backup(loaded, [device] if device else [])
    else:
        _diff(loaded, device)


def _not_kept(device: str, inventory: Inventory, kept: list[str]) -> str:
    """Why nothing is kept of the device that was asked for."""
    known = inventory.devices.get(device)
    if known is not None:
        return f"{device!r} has `backup: false`" if known.cli else f"{device!r} has no `cli:`, so nobody logs in to it"
    hint = did_you_mean(device, kept)
    return f"no configuration is kept of {device!r}" + (f" ({hint})" if hint else "")


def _backup(loaded: Project, only: list[str]) -> None:
    log_to_stderr(logging.ERROR)  # what failed stands in the table
    outcomes = asyncio.run(_run(loaded, only))
    tables.terminal().print(_table(outcomes, loaded.config.language))
    raise typer.Exit(1 if any(outcome.why for outcome in outcomes) else 0)


async def _run(loaded: Project, only: list[str]) -> list[Outcome]:
    net = RealNet()
    config = loaded.config
    try:
        mute = origin(config.data) is not None
        backups = Backups(lambda: loaded.inventory, config.backups, net, SystemClock(), config.data, mute=lambda: mute)
        return await backups.run(only)
    finally:
        await net.close()


def _table(outcomes: list[Outcome], language: Language) -> Table:
    """Failures first, then changes."""
    words = _WORDS[language]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("device", "result", "lines", "change", "who", "saved"):
        table.add_column(words[column], justify="right" if column == "lines" else "left", overflow="fold")
    for each in sorted(outcomes, key=lambda each: (not each.why, each.change is None and not each.first, each.device)):
        if each.why:
            table.add_row(each.device, Text(words["failed"].format(each.why), "bold red"), "", "", "", "")
            continue
        kind = "first" if each.first else "same" if each.change is None else "changed"
        change = "" if each.change is None else f"+{each.change.added} -{each.change.removed}"
        saved = Text("")
        if each.unsaved is not None:
            saved = Text(words["no"].format(each.unsaved), "yellow") if each.unsaved else Text(words["yes"])
        style = "yellow" if kind == "changed" else ""
        table.add_row(each.device, Text(words[kind], style), str(each.lines), change, Text(each.who), saved)
    return table


def _diff(loaded: Project, device: str) -> None:
    """The history, by git itself: it knows how to page and to colour."""
    folder = loaded.config.backups.folder
    if not (folder / ".git").exists():
        print(f"nothing is kept in {folder} yet: netmon config backup {loaded.path}", file=sys.stderr)
        raise typer.Exit(1)
    paths = [f"{device}.cfg"] if device else []
    git = ["git", f"--git-dir={folder / '.git'}", f"--work-tree={folder}", "-c", "core.quotePath=false"]
    done = subprocess.run([*git, "log", "--patch", "--date=iso", "--", *paths], cwd=folder, check=False)  # noqa: S603
    raise typer.Exit(done.returncode)
