"""What did this project say at an earlier revision?"""

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from netmon.errors import InputError, Problem
from netmon.settings.config import FILE
from netmon.settings.sheet import FOLDER

KEPT = (FOLDER, "alerts", FILE)
"""What a project says. Its plug-ins are code: those of the present are taken, and nothing old is run."""
CODE = ("collectors", "notifiers")


@contextmanager
def folder_of(old: str, new: Path) -> Iterator[Path]:
    """The folder `old`, or if there is none, that git revision of the project `new`, as a folder that is gone after.

    InputError if it is neither. The repository is only read.
    """
    if Path(old).is_dir():
        yield Path(old)
        return
    commit = (
        _git(new, old, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{old}^{{commit}}").decode().strip()
    )
    there = _git(new, old, "ls-tree", "--name-only", "-z", commit).decode().split("\0")
    wanted = [name for name in there if name in KEPT]
    if FOLDER not in wanted:
        raise InputError([Problem(old, 0, 0, f"has no {FOLDER}/ in this folder")])
    with TemporaryDirectory(prefix="netmon-plan-") as made:
        with tarfile.open(fileobj=io.BytesIO(_git(new, old, "archive", "--format=tar", commit, *wanted))) as archive:
            archive.extractall(made, filter="data")
        for name in CODE:
            if (new / name).is_dir():
                (Path(made) / name).symlink_to((new / name).resolve())
        yield Path(made)


def _git(project: Path, old: str, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None or not project.is_dir():
        raise InputError([Problem(old, 0, 0, "no such folder" + (", and git is not installed" if git is None else ""))])
    argv: Sequence[str] = (git, "-C", str(project), *arguments)
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    done = subprocess.run(argv, capture_output=True, check=False, env=environment, timeout=60)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        text = f"neither a folder nor a git revision of {project}"
        raise InputError([Problem(old, 0, 0, f"{text}: {said}" if said else text)])
    return done.stdout
