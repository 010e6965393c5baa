"""`netmon init`: how does a new project begin?"""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from netmon.settings.plugin import data_folder

PARTS = ("netmon.yaml", "inventory", "alerts")


def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Write a starter project: the sample's settings, inventory and alerts. Refuses a folder that holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        typer.echo(f"{folder}: is not an empty folder; nothing was written")
        raise typer.Exit(1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            _copy(data_folder(part), folder / part)
    except OSError as error:
        typer.echo(f"{folder}: cannot be written: {error.strerror}")
        raise typer.Exit(1) from None
    typer.echo(f"{folder}: a starter project; edit inventory/, then: netmon check {folder}")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copyfile(source, target)
