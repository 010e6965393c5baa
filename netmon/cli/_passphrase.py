"""Where does a command get the passphrase of a backup from, so that no list of processes and no history shows it?"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from netmon.errors import InputError, Problem

VARIABLE = "NETMON_BACKUP_PASSPHRASE"

File = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help=f"Its first line is the passphrase; else {VARIABLE}, else it is asked for.",
        metavar="FILE",
    ),
]


def given(file: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """The passphrase that a file or the environment names, "" if none does. InputError if the file has none."""
    if file is None:
        return environment.get(VARIABLE, "")
    try:
        with file.open(encoding="utf-8") as lines:
            word = lines.readline(10_000).rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(file), 0, 0, f"cannot be read: {error}")]) from None
    if not word:
        raise InputError([Problem(str(file), 1, 1, "the first line is empty: a passphrase stands there")])
    return word


def asked(question: str, *, twice: bool) -> str:
    """What somebody types, unseen; "" if they type nothing, or nobody is there."""
    if not sys.stdin.isatty():
        return ""
    return str(typer.prompt(question, default="", hide_input=True, show_default=False, confirmation_prompt=twice))
