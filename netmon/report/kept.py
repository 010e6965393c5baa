"""Where do the reports lie that were written by themselves, and for how long?

Beside them stands what was written, as `sha256sum` lists it: `sha256sum -c SHA256SUMS` tells whether a file is still
what netmon wrote, and nothing else is ever removed. What people put into the folder stays, also under such a name, and
so does a report that somebody has worked on.
"""

import os
import re
from collections.abc import Iterable
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
    sums = kept.with_name(SUMS)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        _whole(kept, data)
        others = [line for line in _lines(sums) if _listed(line)[0] != kept.name]  # written anew, it has one sum
        _list(sums, [*others, f"{sha256(data).hexdigest()}  {kept.name}"])
    except OSError as error:
        raise NetmonError(f"{kept}: cannot be written: {error.strerror}") from error


def _whole(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)  # never half a report under its name
    except OSError:
        with suppress(OSError):
            beside.unlink()  # a full disk is not to be filled each hour
        raise


def _lines(sums: Path) -> list[str]:
    try:
        return sums.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []


def _list(sums: Path, lines: Iterable[str]) -> None:
    _whole(sums, "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))


def _listed(line: str) -> tuple[str, str]:
    """The file that a line is of, and its sum; empty where it is of none."""
    found = _LINE.fullmatch(line)
    return ("", "") if found is None else (found["file"], found["sum"])


def oldest(today: date, months: int) -> date:
    """The first day of the time that is kept: this month, and so many before it."""
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def prune(folder: Path, name: str, first: date) -> list[str]:
    """Remove the reports of this name about a time that began before this day, and that they were mailed; the names of
    their files. Only what is listed, and still as it was written. NetmonError if it cannot be removed."""
    sums = folder / SUMS
    try:
        lines = _lines(sums)
        written = dict(_listed(line) for line in lines)
        old = [file for file in written if (began := _began(file, name)) is not None and began < first]
        over = {file for file in old if _removed(folder / file, written[file])}
        if over:
            _list(sums, [line for line in lines if _listed(line)[0] not in over])
    except OSError as error:
        raise NetmonError(f"{sums}: {error.strerror}") from error
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


def _removed(path: Path, written: str) -> bool:
    """Remove it, if it is still what was written; True if it is gone, also by somebody else's hand."""
    try:
        if path.is_symlink() or (path.exists() and sha256(path.read_bytes()).hexdigest() != written):
            return False
        path.unlink(missing_ok=True)
        path.with_name(path.name + MAILED).unlink(missing_ok=True)
    except OSError as error:
        raise NetmonError(f"{path}: cannot be removed: {error.strerror}") from error
    return True
