"""Where do secrets go in a project that was restored, so that it finds them again?

`file:` within the project where it was; variables into `secrets.env`, which systemd (EnvironmentFile=) and a shell read
alike; what stood elsewhere on the machine, and systemd's credentials, into `secrets/`, to be taken to their place by
somebody who may. All of them for their owner alone.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from netmon.errors import BackupError
from netmon.run.archive.manifest import PROJECT, safe
from netmon.run.archive.sealed import Kept

ENVIRONMENT = "secrets.env"
FOLDER = "secrets"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TO_ESCAPE = re.compile(rb'[\\"$`]')


class Placed(NamedTuple):
    """Sources of secrets: those that are `there`, and those that stand in `secrets/` and belong elsewhere.
    `environment`: whether some are in `secrets.env`."""

    there: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    environment: bool = False


def place(kept: Iterable[Kept], project: Path) -> Placed:
    """Write them into a project. BackupError for a name that is none, OSError."""
    there: list[str] = []
    elsewhere: list[str] = []
    variables: list[bytes] = []
    for one in kept:
        scheme, _, name = one.source.partition(":")
        if scheme == "env":
            if not _VARIABLE.fullmatch(name) or b"\0" in one.value:
                raise BackupError(f"no variable: {name[:40]!r}")
            variables.append(name.encode() + b'="' + _TO_ESCAPE.sub(rb"\\\g<0>", one.value) + b'"\n')
            there.append(one.source)
        elif scheme == "file" and safe(f"{PROJECT}/{name}"):
            _private(project / name, one.value)
            there.append(one.source)
        else:
            _private(project / FOLDER / kept_as(one.source), one.value)
            elsewhere.append(one.source)
    if variables:
        _private(project / ENVIRONMENT, b"".join(variables))
    return Placed(tuple(there), tuple(elsewhere), bool(variables))


def kept_as(source: str) -> str:
    """What a secret that belongs elsewhere is called in `secrets/`: a credential by its name, as systemd wants it."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", source.partition(":")[2]).lstrip("._")[-200:] or "secret"


def _private(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(content)
