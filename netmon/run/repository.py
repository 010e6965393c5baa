"""Where do configurations stay, and what is the difference between yesterday's and today's?

In a git repository that belongs to the operators: they may read, branch and push it as they like. netmon adds commits
of its own, each of one file, and never rewrites anything. git is run as a program, with fixed arguments and without its
prompts.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from netmon.errors import RepositoryError
from netmon.settings.whole import write_whole
from netmon.wire.processes import printed

PATIENCE = 60.0
"""Seconds that one call of git may take, a push included."""
_AS = ("-c", "user.name=netmon", "-c", "user.email=netmon@localhost", "-c", "commit.gpgsign=false")
_PLAIN = ("-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "gc.auto=0")
_QUIET: Mapping[str, str] = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes", "LC_ALL": "C"}
_SAID = 300
"""Characters of git's complaint that are repeated."""


class Change(NamedTuple):
    """What is different: lines added and removed, and the unified diff from its first hunk on."""

    added: int
    removed: int
    diff: str


class Repository:
    """The files of one folder and their history. Calls that write must come one after the other."""

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def open(self) -> None:
        """Make it if it is not there: for its owner alone, because a configuration tells more than passwords."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RepositoryError(f"{self._folder}: {error.strerror}") from None
        if not (self._folder / ".git").exists():
            await self._git("init", "--quiet", "--initial-branch=main")

    async def keep(self, name: str, text: str, message: Callable[[int, int], str]) -> bool:
        """Commit this content of a file; whether it differs from what was there. `name` is a plain file name.

        `message` makes the commit's text of how many lines are added and removed.
        """
        path = self._folder / name
        try:
            write_whole(path, text)
        except OSError as error:
            raise RepositoryError(f"{path}: {error.strerror}") from None
        await self._git("add", "--", name)
        counted = (await self._git("diff", "--cached", "--numstat", "--text", "--", name)).split()
        if not counted:
            return False
        text = message(int(counted[0]), int(counted[1]))
        await self._git("commit", "--quiet", "--no-verify", "--only", "-m", text, "--", name)
        return True

    async def head(self, name: str) -> str:
        """The last commit that changed a file; "" if there is none."""
        if not await self._git("for-each-ref", "--count=1", "refs/heads"):
            return ""
        return (await self._git("log", "-1", "--format=%H", "--", name)).strip()

    async def change(self, name: str, since: str) -> Change:
        """What has become of a file since that commit."""
        plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--text")
        lines = (await self._git("diff", *plain, since, "HEAD", "--", name)).removesuffix("\n").split("\n")
        hunks = lines[next((n for n, line in enumerate(lines) if line.startswith("@@")), len(lines)) :]
        added, removed = (sum(line.startswith(sign) for line in hunks) for sign in "+-")
        return Change(added, removed, "\n".join(hunks))

    async def push(self, remote: str) -> None:
        """Give the branch to another repository; never by force, so what was changed there is found out."""
        await self._git("push", "--quiet", "--", remote, "HEAD")

    async def _git(self, *arguments: str) -> str:
        where = (f"--git-dir={self._folder / '.git'}", f"--work-tree={self._folder}")
        try:
            process = await asyncio.create_subprocess_exec(
                "git", *where, *_AS, *_PLAIN, *arguments, cwd=self._folder, env={**os.environ, **_QUIET},
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise RepositoryError(f"git cannot be run: {error.strerror}") from None
        try:
            out, err = await printed(process, PATIENCE)
        except TimeoutError:
            raise RepositoryError(f"git {arguments[0]} did not end within {PATIENCE:g} s") from None
        if process.returncode:
            said = " ".join(err.decode("utf-8", "replace").split())[:_SAID]
            raise RepositoryError(f"git {arguments[0]} in {self._folder}: {said or f'exit code {process.returncode}'}")
        return out.decode("utf-8", "replace")
