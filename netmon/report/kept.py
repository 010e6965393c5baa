"""Where do the reports lie that were written by themselves, and for how long?

Beside them stands what was written, as `sha256sum` lists it: `sha256sum -c SHA256SUMS` tells whether a file is still
what netmon wrote, and nothing else is ever removed. What people put into the folder stays, also under such a name, and
so does a report that somebody has worked on.
"""

import os
import re
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path

from netmon.errors import NetmonError

SUMS = "SHA256SUMS"
MAILED = ".mailed"
"""What the name of a kept report has added, in an empty file beside it, when the mail server has taken it."""
_LINE = re.compile(r"(?P<sum>[0-9a-f]{64})  (?P<file>[^/\x00-\x1f]+)")
_TIMES = re.compile(r"(?P<year>\d{4})-(?:w(?P<week>\d\d)|(?P<month>\d\d)(?:-(?P<day>\d\d))?)\.[a-z0-9]+")


def keep(kept: Path, data: bytes) -> None:
    """Lay it down whole, and on the disk before anything says that it is there; NetmonError if that cannot be."""
    beside = kept.with_name(kept.name + ".part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        _whole(beside, data, kept)
        with kept.with_name(SUMS).open("a", encoding="utf-8") as sums:
            sums.write(f"{sha256(data).hexdigest()}  {kept.name}\n")
    except OSError as error:
        with suppress(OSError):
            beside.unlink()  # a full disk is not to be filled each hour
        raise NetmonError(f"{kept}: cannot be written: {error.strerror}") from error


def _whole(beside: Path, data: bytes, path: Path) -> None:
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)  # never half a report under its name


def oldest(today: date, months: int) -> date:
    """The first day of the time that is kept: this month, and so many before it."""
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def prune(folder: Path, name: str, first: date) -> list[str]:
    """Remove the reports of this name about a time that began before this day, and that they were mailed; the names of
    their files. Only what is listed, and still as it was written. NetmonError if it cannot be removed."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NetmonError(f"{folder / SUMS}: {error.strerror}") from error
    written: dict[str, set[str]] = {}
    for line in lines:
        if found := _LINE.fullmatch(line):
            written.setdefault(found["file"], set()).add(found["sum"])
    old = [file for file in written if (began := _began(file, name)) is not None and began < first]
    over = {file for file in old if _removed(folder / file, written[file])}
    gone = [line for line in lines if (found := _LINE.fullmatch(line)) and found["file"] in over]
    if gone:
        left = "".join(f"{line}\n" for line in lines if line not in gone)
        try:
            _whole(folder / f"{SUMS}.part", left.encode(errors="surrogateescape"), folder / SUMS)
        except OSError as error:
            raise NetmonError(f"{folder / SUMS}: {error.strerror}") from error
    return sorted(over)


def _began(file: str, name: str) -> date | None:
    """The first day of what this file is about; None if it is no report of that name."""
    found = _TIMES.fullmatch(file.removeprefix(f"{name}-")) if file.startswith(f"{name}-") else None
    if found is None:
        return None
    try:
        if found["week"]:
            return date.fromisocalendar(int(found["year"]), int(found["week"]), 1)
        return date(int(found["year"]), int(found["month"]), int(found["day"] or 1))
    except ValueError:
        return None


def _removed(path: Path, sums: set[str]) -> bool:
    """Remove it, if it is still what was written; True if it is gone, also by somebody else's hand."""
    try:
        if path.is_symlink() or (path.exists() and sha256(path.read_bytes()).hexdigest() not in sums):
            return False
        path.unlink(missing_ok=True)
        path.with_name(path.name + MAILED).unlink(missing_ok=True)
    except OSError as error:
        raise NetmonError(f"{path}: cannot be removed: {error.strerror}") from error
    return True
