"""`netmon backup`: everything that another machine needs to go on, in one file."""

import socket
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from netmon.cli import _passphrase as passphrase
from netmon.cli._kept import WORDS, lines, size
from netmon.run.archive import read, restore, write
from netmon.settings.config import Language
from netmon.settings.project import load


class Action(StrEnum):
    """What is done with a backup."""

    CREATE = "create"
    SHOW = "show"
    VERIFY = "verify"


def backup(
    action: Annotated[Action, typer.Argument(help="create [PROJECT] FILE; show FILE; verify FILE.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="The project, if not this folder; the backup.")],
    passphrase_file: passphrase.File = None,
) -> None:
    """Back up a project: its files, its journal while the service runs, and, with a passphrase, its secrets.

    `show` says what a backup is of, `verify` reads all of it. docs/restore.md is for whoever has to go on from it.
    """
    if len(paths) > (2 if action is Action.CREATE else 1):
        raise typer.BadParameter("one backup, please", param_hint="FILE")
    if action is Action.CREATE:
        _create(paths[0] if len(paths) == 2 else Path(), paths[-1], passphrase_file)
    elif action is Action.SHOW:
        found = read.show(paths[0])
        _print(*lines(found, _language(found.language)))
    else:
        _verify(paths[0], passphrase_file)


def _create(project: Path, out: Path, file: Path | None) -> None:
    word = passphrase.given(file)
    loaded = load(project)
    language, own = loaded.config.language, loaded.config.own_backup
    if not word and own is not None:
        word = own.word
    if not word and loaded.secrets:
        word = passphrase.asked(WORDS("passphrase of the backup (none: without secrets)", language), twice=True)
    made = write.create(loaded, out, word, time.time(), socket.gethostname())
    _print(*lines(made, language))
    _print(WORDS("written: {file}, {size}", language, file=out, size=size(out.stat().st_size, language)))


def _verify(path: Path, file: Path | None) -> None:
    found = read.show(path)
    language, word = _language(found.language), passphrase.given(file)
    if found.sealed and not word:
        word = passphrase.asked(WORDS("passphrase of the backup", language), twice=False)
    restore.check(path, word)
    _print(*lines(found, language), WORDS("whole: every file is as the manifest says", language))
    if found.sealed:
        opened = "the secrets open with this passphrase" if word else "the secrets were not opened: no passphrase"
        _print(WORDS(opened, language))


def _language(written: str) -> Language:
    return "en" if written == "en" else "vi"


def _print(*said: str) -> None:
    for line in said:
        print(line)
