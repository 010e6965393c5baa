"""Is a backup what its manifest says, to the last octet?

A reader of its own, for the few things that such an archive is made of: a backup may have been changed by anybody, and
what a tar archive can say besides (links, devices, sparse files, names of any length) is refused unread. Nothing is
read beyond the sizes that the manifest announces, however far a few octets would unpack.
"""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from netmon.errors import BackupError
from netmon.run.archive.manifest import LONGEST, NAME, Manifest, Member
from netmon.run.archive.manifest import read as read_manifest

Sink = Callable[[bytes], object]
_BLOCK = 512
_CHUNK = 1 << 20
_END = 64 * 1024
"""Octets of nothing that may stand behind the last file: tar fills up its last record."""


def show(path: Path) -> Manifest:
    """What a backup says of itself; the rest is not looked at. BackupError."""
    with _opened(path) as packed:
        return _manifest(packed)


def walk(path: Path, begin: Callable[[Manifest], None], take: Callable[[Member], Sink]) -> Manifest:
    """Read all of it: `begin` hears the manifest first, and each piece of a file goes to what `take` gives for it.

    BackupError, perhaps only after the last piece: what was taken counts only when this returns.
    """
    with _opened(path) as packed:
        found = _manifest(packed)
        begin(found)
        for member in found.members:
            _member(packed, member, take(member))
        rest = packed.read(_END + 1)
        if len(rest) > _END or rest.strip(b"\0") or len(rest) < 2 * _BLOCK:
            raise BackupError("there is more in the backup than its manifest says, or less")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The archive unpacked, and all that can be wrong with a file as a BackupError that names it."""
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as packed:
            yield packed  # type: ignore[misc]  # it reads like any file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(f"{path}: damaged, or no backup: {error}") from None
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror or error}") from None
    except BackupError as error:
        raise BackupError(f"{path}: {error}") from None


def _manifest(packed: BinaryIO) -> Manifest:
    info = _header(packed)
    if info.name != NAME or info.size > LONGEST:
        raise BackupError("no backup of netmon's: it does not begin with its manifest")
    parts: list[bytes] = []
    _content(packed, info.size, parts.append)
    return read_manifest(b"".join(parts))


def _header(packed: BinaryIO) -> tarfile.TarInfo:
    """The next file's; nothing but plain files is known here."""
    block = _exactly(packed, _BLOCK)
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise BackupError(f"damaged: {error}") from None
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.size < 0:
        raise BackupError(f"{info.name[:100]!r} is no plain file")
    return info


def _member(packed: BinaryIO, member: Member, take: Sink) -> None:
    info = _header(packed)
    if info.name != member.name or info.size != member.size:
        raise BackupError(f"the manifest says {member.name!r}, there is {info.name[:100]!r}")
    seen = sha256()

    def both(piece: bytes) -> None:
        seen.update(piece)
        take(piece)

    _content(packed, member.size, both)
    if seen.hexdigest() != member.sha256:
        raise BackupError(f"{member.name!r} was changed: its SHA-256 is another one")


def _content(packed: BinaryIO, size: int, take: Sink) -> None:
    left = size
    while left:
        piece = _exactly(packed, min(left, _CHUNK))
        left -= len(piece)
        take(piece)
    _exactly(packed, -size % _BLOCK)


def _exactly(packed: BinaryIO, size: int) -> bytes:
    found = packed.read(size)
    if len(found) != size:
        raise BackupError("damaged: it ends too early")
    return found
