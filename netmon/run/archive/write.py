"""What is put into a backup, and how is it one whole file or none?

A tar archive (POSIX ustar), compressed, its manifest first: any tar unpacks it. It is written beside its place and
moved there when all of it is on the disk.
"""

import gzip
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from netmon import __version__
from netmon.errors import BackupError
from netmon.model import Secret
from netmon.run.archive.journal_copy import copied
from netmon.run.archive.manifest import DATA, JOURNAL, NAME, PROJECT, SECRETS, Manifest, Member, safe
from netmon.run.archive.sealed import LARGEST, Kept, seal
from netmon.settings.project import Project
from netmon.settings.whole import settle

SETTINGS = "netmon.yaml"
FOLDERS = ("inventory", "alerts", "collectors", "notifiers", "exporters", "grafana")
"""What else a project is."""
MAILED = "reports/*.mailed"
"""Which reports people have already, below the folder of data."""
MOST = 64 << 20
"""Octets of a file of the project."""
BLOCK = 512
_COMPRESSION = 4
_CHUNK = 1 << 20


class Piece(NamedTuple):
    """A file of a backup: its content, or where that is."""

    name: str
    content: bytes | Path


def create(project: Project, out: Path, passphrase: str, wall: float, host: str) -> Manifest:
    """Write a backup of a project, whether its service runs or not; `wall` is now. With no passphrase secrets are left
    out. BackupError, JournalError; and then there is no file."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    copy = out.with_name(f".{out.name}.{os.getpid()}.journal.part")
    try:
        with _tidied(part, copy):
            manifest, pieces = _gathered(project, passphrase, wall, host, copy)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                _archive(file, manifest, pieces)
                file.flush()
                os.fsync(file.fileno())
            part.replace(out)
            settle(out.parent)
    except OSError as error:
        raise BackupError(f"{error.filename or out}: {error.strerror or error}") from error
    return manifest


@contextmanager
def _tidied(*parts: Path) -> Iterator[None]:
    """Leave nothing behind but what has its name."""
    for part in parts:
        part.unlink(missing_ok=True)
    try:
        yield
    finally:
        for part in parts:
            for path in (part, part.with_name(f"{part.name}-journal"), part.with_name(f"{part.name}-wal")):
                path.unlink(missing_ok=True)


def _gathered(project: Project, passphrase: str, wall: float, host: str, copy: Path) -> tuple[Manifest, list[Piece]]:
    """All pieces, in the order of their names, and what they are."""
    data = project.config.data
    kept, left_out = _secrets(project, sealing=bool(passphrase))
    pieces = [*_files(project), *_marks(data)]
    known = 0
    if (journal := data / "journal.db").exists():
        known = copied(journal, copy)
        pieces.append(Piece(JOURNAL, copy))
    pieces.sort(key=lambda piece: piece.name)
    if kept:
        pieces.append(Piece(SECRETS, seal(kept, passphrase)))
    return Manifest(
        netmon=__version__,
        journal=known,
        province=project.inventory.province,
        host=host,
        language=project.config.language,
        at=wall,
        data=str(data.relative_to(project.path)) if data.is_relative_to(project.path) else str(data),
        members=tuple(map(_member, pieces)),
        sealed=tuple(one.source for one in kept),
        left_out=tuple(left_out),
    ), pieces


def _files(project: Project) -> Iterator[Piece]:
    """The files of the project; what is a secret stands sealed elsewhere."""
    data, hidden = project.config.data, {(project.path / name).resolve() for name in _paths(project.secrets)}
    if data in (project.path / folder for folder in FOLDERS):
        raise BackupError(f"{data}: the data need a folder of their own")
    hosts = {one.ssh.known_hosts for one in project.inventory.credentials.values() if one.ssh is not None}
    found = {project.path / SETTINGS, *(path for path in map(Path, hosts) if path.is_relative_to(project.path))}
    for folder in FOLDERS:
        for above, folders, files in os.walk(project.path / folder):
            folders[:] = [one for one in folders if one not in ("__pycache__", ".git") and Path(above, one) != data]
            found |= {Path(above) / name for name in files}
    for path in sorted(found):
        if not path.is_file() or path.resolve() in hidden:
            continue
        if path.stat().st_size > MOST:
            raise BackupError(f"{path}: too large for a file of a project")
        yield Piece(_named(PROJECT, path.relative_to(project.path)), path.read_bytes())


def _marks(data: Path) -> Iterator[Piece]:
    """Which reports people have already, so that none of them is mailed once more."""
    for path in sorted(data.glob(MAILED)):
        if path.is_file():
            yield Piece(_named(DATA, path.relative_to(data)), b"")


def _named(top: str, path: Path) -> str:
    name = f"{top}/{path.as_posix()}"
    if not safe(name):
        raise BackupError(f"{path}: no name that every machine could have; call it something else")
    return name


def _paths(secrets: tuple[Secret, ...]) -> Iterator[str]:
    for secret in secrets:
        scheme, _, name = secret.source.partition(":")
        if scheme == "file":
            yield name


def _secrets(project: Project, *, sealing: bool) -> tuple[list[Kept], list[str]]:
    """Those that are set, and the sources of those that are left out."""
    kept: list[Kept] = []
    left_out: list[str] = []
    total = 0
    for secret in sorted(project.secrets, key=lambda one: one.source):
        value = _value(project.path, secret) if sealing and secret.is_set else b""
        if value and total + len(value) <= LARGEST:
            total += len(value)
            kept.append(Kept(secret.source, value))
        else:
            left_out.append(secret.source)
    return kept, left_out


def _value(folder: Path, secret: Secret) -> bytes:
    """A file as it is, to the last line end."""
    scheme, _, name = secret.source.partition(":")
    return (folder / name).read_bytes() if scheme == "file" else secret.reveal().encode("utf-8", "surrogateescape")


def _member(piece: Piece) -> Member:
    if isinstance(piece.content, bytes):
        return Member(piece.name, len(piece.content), sha256(piece.content).hexdigest())
    with piece.content.open("rb") as file:
        return Member(piece.name, piece.content.stat().st_size, file_digest(file, "sha256").hexdigest())


def _archive(file: BinaryIO, manifest: Manifest, pieces: list[Piece]) -> None:
    with gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=int(manifest.at)) as packed:
        for piece, at in ((one, manifest.at) for one in [Piece(NAME, manifest.written()), *pieces]):
            content = piece.content
            size = len(content) if isinstance(content, bytes) else content.stat().st_size
            packed.write(_header(piece.name, size, at))
            with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    packed.write(chunk)
            packed.write(bytes(-size % BLOCK))
        packed.write(bytes(2 * BLOCK))


def _header(name: str, size: int, at: float) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, int(at), 0o600
    try:
        return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
    except ValueError as error:
        raise BackupError(f"{name}: {error}") from None
