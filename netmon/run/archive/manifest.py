"""What is in a backup, and may it be believed?

The manifest is the first file of a backup: who made it, of what, and each other file with its size and SHA-256. A
backup may come from anywhere, so nothing is read that its manifest does not announce, and no name in it leads anywhere
but into the folder that is restored.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from netmon.errors import BackupError

NAME = "manifest.json"
FORMAT = 1
LONGEST = 4 << 20
"""Octets of a manifest."""
MOST_FILES = 20_000
LARGEST = 8 << 30
"""Octets of one file: what the format of the archive can say (POSIX ustar, 8 GiB)."""
MOST_SECRETS = 32 << 20
"""Octets of the sealed secrets."""
PROJECT, DATA, SECRETS = "project", "data", "secrets.sealed"
JOURNAL = f"{DATA}/journal.db"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the backup: `project/…`, `data/…` or the sealed secrets; size in octets."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself. `journal` is the version of the journal's schema, 0 = there is none in it; `at` is
    wall time; `data` is where the data stood, relative to the project, or absolute; `left_out` are the sources of
    secrets that are not in it, `sealed` of those that are."""

    netmon: str
    journal: int
    province: str
    host: str
    language: str
    at: float
    data: str
    members: tuple[Member, ...]
    sealed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def written(self) -> bytes:
        """As it stands in the backup."""
        body = {
            "format": FORMAT,
            "netmon": self.netmon,
            "journal": self.journal,
            "province": self.province,
            "host": self.host,
            "language": self.language,
            "at": self.at,
            "data": self.data,
            "sealed": list(self.sealed),
            "left_out": list(self.left_out),
            "files": [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in self.members],
        }
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def read(raw: bytes) -> Manifest:
    """The manifest, if every word of it makes sense. BackupError."""
    try:
        found = json.loads(raw)
        if not isinstance(found, dict):
            raise TypeError("no mapping")
        if found.get("format") != FORMAT:
            strange = str(found.get("format"))[:20]
            raise BackupError(f"the backup has the format {strange}, this netmon reads {FORMAT}: take a newer netmon")
        return Manifest(
            netmon=_text(found["netmon"]),
            journal=_number(found["journal"], 100_000),
            province=_text(found["province"]),
            host=_text(found["host"]),
            language="en" if found["language"] == "en" else "vi",
            at=float(_number(int(found["at"]), 10**11)),
            data=_text(found["data"]),
            members=tuple(_members(found["files"])),
            sealed=tuple(map(_text, found["sealed"])),
            left_out=tuple(map(_text, found["left_out"])),
        )
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise BackupError(f"the manifest of the backup makes no sense: {type(error).__name__}: {error}") from None


def _members(found: Any) -> Iterator[Member]:
    """The files, no name twice and none of them below another."""
    names: set[str] = set()
    above: set[str] = set()
    if not isinstance(found, list) or len(found) > MOST_FILES:
        raise ValueError("not a list of files, or too many of them")
    for each in found:
        name, size, digest = each["name"], _number(each["size"], LARGEST), each["sha256"]
        if not isinstance(name, str) or not safe(name):
            raise ValueError(f"no name of a file: {str(name)[:100]!r}")
        if name == SECRETS and size > MOST_SECRETS:
            raise ValueError("the sealed secrets are too large")
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise ValueError(f"no SHA-256 of {name!r}")
        folders = {str(folder) for folder in PurePosixPath(name).parents}
        if name in names or name in above or names & folders:
            raise ValueError(f"twice: {name!r}")
        names.add(name)
        above |= folders
        yield Member(name, size, digest)


def safe(name: str) -> bool:
    """Whether a name leads into the folder that is restored, whatever is there."""
    parts = name.split("/")
    if name == SECRETS:
        return True
    return (
        len(parts) > 1
        and parts[0] in (PROJECT, DATA)
        and len(name.encode("utf-8", "replace")) <= 250
        and name.isprintable()
        and "\\" not in name
        and all(part not in ("", ".", "..") for part in parts)
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise ValueError(f"no text: {str(value)[:40]!r}")
    return "".join(sign if sign.isprintable() else "?" for sign in value)


def _number(value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"no number from 0 to {most}: {str(value)[:40]!r}")
    return value
