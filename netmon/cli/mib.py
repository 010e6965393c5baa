"""`netmon mib compile`: names for traps out of vendors' MIB files."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from netmon.errors import InputError, Problem
from netmon.run.heard.names import FOLDER
from netmon.settings.project import load


class Action(StrEnum):
    """What can be done with MIBs."""

    COMPILE = "compile"


def mib(
    action: Annotated[Action, typer.Argument(help="compile: read names and OIDs out of MIB files.")],
    folder: Annotated[Path, typer.Argument(help="The folder with the vendors' MIB files.")],
    project: Annotated[Path, typer.Option("--project", help="The project that is to know the names.")] = Path(),
) -> None:
    """Read a folder of MIB files, without any network, into `mibs/` below the project's data folder.

    Traps of unknown meaning are then counted and logged by name. Exit 1 if a file could not be used; the rest is.
    """
    from netmon.settings.mibs import read_folder  # a second that only this command pays for

    if not folder.is_dir():
        raise InputError([Problem(str(folder), 0, 0, "no such folder")])
    found, problems = read_folder(folder)
    data = load(project).config.data / FOLDER
    data.mkdir(parents=True, exist_ok=True)
    for module, names in found.items():
        text = json.dumps(names, ensure_ascii=False, indent=1, sort_keys=True)
        (data / f"{module}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{module}: {len(names)} names")
    for problem in problems:
        print(problem, file=sys.stderr)
    raise typer.Exit(1 if problems or not found else 0)
