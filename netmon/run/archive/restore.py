"""How does another machine go on from a backup?

All of it is unpacked and checked in a folder beside the one that was named, and moved there when nothing is wrong: a
restore that is broken off leaves no project that is half there. What comes out of it is a twin, mute until somebody
makes it the master.
"""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from netmon import __version__
from netmon.errors import BackupError
from netmon.run.archive.journal_copy import version
from netmon.run.archive.manifest import DATA, JOURNAL, PROJECT, SECRETS, Manifest, Member, safe
from netmon.run.archive.places import Placed, place
from netmon.run.archive.read import Sink, walk
from netmon.run.archive.sealed import unseal
from netmon.run.archive.write import SETTINGS
from netmon.run.journal.schema import MIGRATIONS
from netmon.run.twin import Origin, mark
from netmon.settings.whole import write_whole
from netmon.settings.written import flow

VAR = "var"
SPARE = 64 << 20
"""Octets that stay free on the disk."""
_DATA_LINE = re.compile(r"^(data:)[^\n#]*", re.MULTILINE)


class Restored(NamedTuple):
    """What was restored, and where its data are; `secrets`: where they are; `missing`: the sources of those that are
    not there."""

    manifest: Manifest
    data: Path
    secrets: Placed
    missing: tuple[str, ...] = ()


def check(path: Path, passphrase: str = "") -> Manifest:
    """Read all of a backup, and let nothing behind; with a passphrase the secrets are opened, too. BackupError."""
    sealed = bytearray()
    found = walk(path, _usable, lambda member: sealed.extend if member.name == SECRETS else len)
    if sealed and passphrase:
        unseal(bytes(sealed), passphrase)
    return found


def restore(path: Path, to: Path, passphrase: str, wall: float, data: Path | None = None) -> Restored:
    """Make a project of a backup in `to`, its data in `data` or where they were if that is within the project; both
    have to be new or empty. BackupError, and then nothing is there."""
    to, data = to.absolute(), None if data is None else data.absolute()
    for folder in [to] if data is None else [to, data]:
        _must_be_empty(folder)
    try:
        with _beside(to) as fresh, nullcontext() if data is None else _beside(data) as aside:
            return _restored(path, to, passphrase, wall, data, fresh, aside)
    except OSError as error:
        raise BackupError(f"{error.filename or to}: {error.strerror or error}") from error


def _restored(
    path: Path, to: Path, passphrase: str, wall: float, data: Path | None, fresh: Path, aside: Path | None
) -> Restored:
    sealed = bytearray()
    folders = {PROJECT: fresh}

    def begin(found: Manifest) -> None:
        _usable(found)
        folders[DATA] = aside or fresh / _within(found)
        size = {top: sum(one.size for one in found.members if one.name.startswith(f"{top}/")) for top in folders}
        check_room([(fresh, size[PROJECT]), (aside or fresh, size[DATA])])

    with _files() as files:

        def take(member: Member) -> Sink:
            if member.name == SECRETS:
                return sealed.extend
            top, _, rest = member.name.partition("/")
            return files.new(folders[top].joinpath(*PurePosixPath(rest).parts))

        found = walk(path, begin, take)
    inside = folders[DATA]
    _check_journal(found, inside)
    _settings(fresh / SETTINGS, found, data)
    placed = place(unseal(bytes(sealed), passphrase) if sealed and passphrase else (), fresh)
    mark(inside, Origin(found.host, found.at, wall))
    if data is not None and aside is not None:
        aside.rename(data)  # first: a project without its marker would speak
    fresh.rename(to)
    missing = [
        source for source in (*found.sealed, *found.left_out) if source not in (*placed.there, *placed.elsewhere)
    ]
    return Restored(found, data or to / _within(found), placed, tuple(missing))


def disk_of(folder: Path) -> tuple[int, int]:
    """Which disk a folder is on, and how many octets are free there."""
    return folder.stat().st_dev, shutil.disk_usage(folder).free


def check_room(wanted: Iterable[tuple[Path, int]], disk: Callable[[Path], tuple[int, int]] = disk_of) -> None:
    """BackupError if a disk has no room for what goes into its folders, octets; they may be on one or on several."""
    needed: Counter[int] = Counter()
    for folder, size in wanted:
        number, free = disk(folder)
        needed[number] += size
        if needed[number] + SPARE > free:
            megabytes = needed[number] >> 20
            raise BackupError(f"no space: {megabytes} MB are needed, {free >> 20} MB are free in {folder.parent}")


def _usable(found: Manifest) -> None:
    """BackupError if this netmon is too old for the backup's journal."""
    if found.journal > len(MIGRATIONS):
        raise BackupError(
            f"made by netmon {found.netmon}, whose journal has version {found.journal}; this is netmon {__version__}, "
            f"which knows {len(MIGRATIONS)}: install netmon {found.netmon} or newer"
        )


def _must_be_empty(folder: Path) -> None:
    if os.path.lexists(folder) and (not folder.is_dir() or folder.is_symlink() or any(folder.iterdir())):
        raise BackupError(f"{folder}: not an empty folder; nothing is ever written over: name a new one")
    if folder.is_mount():
        raise BackupError(f"{folder}: a mount point; name a folder in it")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder beside one, gone at the end unless it was moved."""
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh.mkdir(mode=0o750)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


class _Files:
    """Writes one file after the other, none over another."""

    def __init__(self) -> None:
        self._handle = -1

    def new(self, path: Path) -> Sink:
        """Where the next file goes."""
        self.close()
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640)
        return self._write

    def close(self) -> None:
        """The last one is whole."""
        if self._handle >= 0:
            os.fsync(self._handle)
            os.close(self._handle)
            self._handle = -1

    def _write(self, piece: bytes) -> None:
        while piece:
            piece = piece[os.write(self._handle, piece) :]


@contextmanager
def _files() -> Iterator[_Files]:
    files = _Files()
    try:
        yield files
    finally:
        files.close()


def _within(found: Manifest) -> str:
    """The folder of data, relative to the project."""
    return found.data if safe(f"{PROJECT}/{found.data}") else VAR


def _check_journal(found: Manifest, inside: Path) -> None:
    inside.mkdir(mode=0o750, parents=True, exist_ok=True)
    journal = inside / JOURNAL.removeprefix(f"{DATA}/")
    if journal.exists() and (known := version(journal)) != found.journal:
        raise BackupError(f"the manifest says that the journal has version {found.journal}, it has {known}")


def _settings(file: Path, found: Manifest, data: Path | None) -> None:
    """Let netmon.yaml name the folder of data, if that is another one now."""
    wanted = str(data) if data is not None else _within(found)
    if wanted == found.data:
        return
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    line = f"data: {flow(wanted)}"
    changed, count = _DATA_LINE.subn(lambda _: f"{line} ", text, count=1)
    write_whole(file, changed if count else f"{line}\n{text}")
