"""How does a test command the namespaces without leaving anything behind?

A cage is the keeper process with its mount, network and process namespaces; as an ordinary user also
a user namespace. It dies with its parent. Programs started by `popen` live outside its process
namespace, so that their numbers and signals are the caller's; the kernel kills them with the thread
that started them, and `close` does earlier.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

KEEPER = Path(__file__).with_name("keeper.py")


class LabError(Exception):
    """The lab itself does not work."""


class Done(NamedTuple):
    """A finished command: exit code, standard output and error."""

    code: int
    out: str
    err: str


class Cage:
    """Namespaces that vanish when closed, or when this process dies."""

    def __init__(self) -> None:
        self.root = os.geteuid() == 0
        user = [] if self.root else ["--user", "--map-root-user"]
        self._outer = subprocess.Popen(
            [
                "unshare",
                *user,
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                sys.executable,
                "-I",
                str(KEEPER),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C at the prompt is not for the keeper
        )
        self._programs: list[subprocess.Popen[bytes]] = []
        hello = self._line()
        self.pid: int = hello["pid"]

    def _line(self) -> dict[str, Any]:
        assert self._outer.stdout is not None
        line = self._outer.stdout.readline()
        if not line:
            raise LabError(f"the keeper ended with code {self._outer.wait()}")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise LabError(reply["error"])
        return reply

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self._outer.stdin is not None
        self._outer.stdin.write(json.dumps(request) + "\n")
        self._outer.stdin.flush()
        return self._line()

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 30) -> Done:
        """Run a command in the cage's own namespaces to its end."""
        reply = self._ask({"do": "run", "argv": argv, "stdin": stdin, "timeout": timeout})
        return Done(reply["code"], reply["out"], reply["err"])

    def must(self, argv: Sequence[str], *, stdin: str = "") -> str:
        """Standard output of a command that has to succeed; LabError with what it said otherwise."""
        done = self.run(argv, stdin=stdin)
        if done.code:
            raise LabError(f"{' '.join(argv)}: exit {done.code}: {done.err.strip()}")
        return done.out

    def write(self, folder: str, files: Mapping[str, str], *, owner: str = "") -> None:
        """Write files by name into a folder that only the cage sees."""
        self._ask({"do": "write", "folder": folder, "files": files, "owner": owner})

    def spawn(self, netns: str, name: str, argv: Sequence[str], *, env: Mapping[str, str], log: str) -> None:
        """Start a daemon in a network namespace, inside the cage's process namespace."""
        self._ask({"do": "spawn", "netns": netns, "name": name, "argv": argv, "env": env, "log": log})

    def kill(self, netns: str, *names: str) -> int:
        """Kill these daemons of a network namespace, or all of them as a power cut does; how many there were."""
        killed: int = self._ask({"do": "kill", "netns": netns, "names": names})["killed"]
        return killed

    def popen(
        self,
        netns: str,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        cwd: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """A program in a network namespace, as a child of this process. Call from a thread that stays."""
        user = [] if self.root else ["--user", "--preserve-credentials"]
        enter = ["nsenter", "--target", str(self.pid), *user, "--mount", f"--wd={cwd or Path.cwd()}"]
        process = subprocess.Popen(
            [*enter, "ip", "netns", "exec", netns, "setpriv", "--pdeathsig", "KILL", *argv],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=None if env is None else {**os.environ, **env},
        )
        self._programs = [one for one in self._programs if one.poll() is None] + [process]
        return process

    def close(self) -> None:
        """Kill everything and wait until it is gone; a second call does nothing."""
        for process in self._programs:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        self._programs.clear()
        for pipe in (self._outer.stdin, self._outer.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._outer.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._outer.kill()
            self._outer.wait()
