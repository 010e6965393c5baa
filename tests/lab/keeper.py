"""Who holds the lab's namespaces, so that nothing of it can outlive the test?

This program is process 1 of the lab's process namespace, in its own mount and network namespaces. It
obeys one JSON request a line and exits when its standard input ends, which happens however its parent
died; the kernel then kills every process in here and frees namespaces, interfaces and files.
"""

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Keeper:
    """Runs commands and keeps the daemons of each namespace."""

    def __init__(self) -> None:
        self._daemons: dict[str, list[tuple[str, subprocess.Popen[bytes]]]] = {}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what one request asks; an `error` is the caller's to raise."""
        match request["do"]:
            case "run":
                return self._run(request["argv"], request["stdin"], request["timeout"])
            case "write":
                return self._write(Path(request["folder"]), request["files"], request["owner"])
            case "spawn":
                return self._spawn(request["netns"], request["name"], request["argv"], request["env"], request["log"])
            case "kill":
                return self._kill(request["netns"], request["names"])
        return {"error": f"unknown request {request['do']}"}

    def _run(self, argv: list[str], stdin: str, timeout: float) -> dict[str, Any]:
        try:
            done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return {"error": f"{argv} took longer than {timeout} s"}
        return {"code": done.returncode, "out": done.stdout, "err": done.stderr}

    def _write(self, folder: Path, files: Mapping[str, str], owner: str) -> dict[str, Any]:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        if owner:
            account = pwd.getpwnam(owner)
            for path in (folder, *folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        return {}

    def _spawn(self, netns: str, name: str, argv: list[str], env: Mapping[str, str], log: str) -> dict[str, Any]:
        with Path(log).open("ab") as output:
            process = subprocess.Popen(
                ["ip", "netns", "exec", netns, *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **env},
                start_new_session=True,
            )
        self._daemons.setdefault(netns, []).append((name, process))
        return {}

    def _kill(self, netns: str, names: list[str]) -> dict[str, Any]:
        daemons = self._daemons.pop(netns, [])
        doomed = [process for name, process in daemons if name in names or not names]
        self._daemons[netns] = [each for each in daemons if each[1] not in doomed]
        for process in doomed:
            process.kill()
        for process in doomed:
            process.wait()
        return {"killed": len(doomed)}


def main() -> None:
    """Prepare a private /run for the namespaces' names, say who we are, then obey."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    Path("/run/netns").mkdir()
    # /proc is the outer one, so this is the process number that the world outside can use.
    print(json.dumps({"pid": int(Path("/proc/self").readlink().name)}), flush=True)
    keeper = Keeper()
    for line in sys.stdin:
        print(json.dumps(keeper.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
