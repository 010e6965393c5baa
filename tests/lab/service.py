"""How is netmon run against the lab, and what was seen of it from outside?

The program is the one that operators start; it is judged by its commands, its HTTP interface and the
posts its webhook makes, with the times at which they were seen (tests.lab.watch).
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from tests.lab.cage import LabError
from tests.lab.lab import Lab
from tests.lab.project import SINK_PORT

PORT = 9680
WATCH = Path(__file__).with_name("watch.py")
ROOT = Path(__file__).parents[2]


class Post(NamedTuple):
    """A webhook post: when it arrived, and its body."""

    at: float
    body: Mapping[str, Any]

    @property
    def incident(self) -> Mapping[str, Any]:
        """The incident it tells of."""
        incident: Mapping[str, Any] = self.body["incident"]
        return incident

    def tells(self, event: str, incident: object = None) -> bool:
        """Whether it is about this event (of this incident id)."""
        return self.body["event"] == event and incident in (None, self.incident["id"])


class Seen(NamedTuple):
    """A change of state: when it was seen, `sites`, `devices` or `links`, the id, the new standing."""

    at: float
    of: str
    id: str
    state: str
    behind: str | None


class Service:
    """A running netmon and the watcher beside it."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.project = lab.project(folder / "project", port=PORT)
        self._watcher: subprocess.Popen[bytes] | None = None
        self._netmon: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> None:
        """Start the watcher and netmon; LabError with netmon's output if it ends at once."""
        argv = [sys.executable, str(WATCH), str(self.folder), str(SINK_PORT), str(PORT)]
        self._watcher = self.lab.run_in_noc(argv, stdout=subprocess.PIPE)
        assert self._watcher.stdout is not None
        if self._watcher.stdout.readline() != b"ready\n":
            raise LabError("the watcher does not start")
        self.run()

    def run(self) -> None:
        """Start netmon (again) on the same project and wait until it answers."""
        self._log = (self.folder / "netmon.log").open("ab")
        self._netmon = self.lab.run_in_noc(
            [sys.executable, "-m", "netmon.cli.main", "run", str(self.project)],
            env=self.lab.environment(),
            stdout=self._log,
            stderr=self._log,
            cwd=ROOT,
        )
        started = time.time()
        try:
            self.wait(lambda: any(one["at"] > started for one in self._running(True)), 60, "netmon answers")
        except LabError:
            self.kill()
            raise

    def kill(self) -> None:
        """kill -9 of netmon alone."""
        self._end(hard=True)

    def stop(self) -> None:
        """SIGTERM to netmon, then the watcher goes too."""
        self._end(hard=False)
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            if self._watcher.stdout is not None:
                self._watcher.stdout.close()

    def _end(self, *, hard: bool) -> None:
        if self._netmon is not None:
            if hard:
                self._netmon.kill()
            else:
                self._netmon.terminate()
            try:
                self._netmon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._netmon.kill()
                self._netmon.wait()
        if self._log is not None:
            self._log.close()
        self._netmon = self._log = None

    # --- what the watcher saw ----------------------------------------------------------------

    def _lines(self, name: str) -> list[dict[str, Any]]:
        path = self.folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def _running(self, value: bool) -> list[dict[str, Any]]:
        return [line for line in self._lines("states.jsonl") if line.get("running") is value]

    def posts(self, since: float = 0) -> list[Post]:
        """Webhook posts that arrived after `since`, in order."""
        return [Post(line["at"], line["body"]) for line in self._lines("posts.jsonl") if line["at"] > since]

    def changes(self, since: float = 0) -> list[Seen]:
        """Changes of state seen after `since`, in order."""
        return [
            Seen(line["at"], line["of"], line["id"], line["state"], line["behind"])
            for line in self._lines("states.jsonl")
            if line["at"] > since and "state" in line
        ]

    def states(self) -> dict[str, Seen]:
        """The last state seen of each site, device and link."""
        return {seen.id: seen for seen in self.changes()}

    def incidents(self) -> list[Mapping[str, Any]]:
        """The incidents as last seen over HTTP."""
        lines = self._lines("incidents.jsonl")
        return list(lines[-1]["incidents"]) if lines else []

    def new_incidents(self, known: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Incidents that were not among the `known`."""
        ids = {incident["id"] for incident in known}
        return [incident for incident in self.incidents() if incident["id"] not in ids]

    def unsettled(self) -> list[str]:
        """What is not up, and which incidents are open; empty when all is well."""
        states = self.states()
        expected = [*self.lab.topology.routers, *self.lab.topology.links]
        bad = [id_ for id_ in expected if id_ not in states]
        bad += [f"{seen.id} is {seen.state}" for seen in states.values() if seen.state != "up"]
        return bad + [f"{one['kind']} {one['root']}" for one in self.incidents() if one["state"] == "open"]

    def settle(self, timeout: float) -> None:
        """Wait until everything is up and no incident is open."""
        self.wait(lambda: not self.unsettled(), timeout, "everything is up", lambda: ", ".join(self.unsettled()[:20]))

    def wait(
        self, condition: Callable[[], bool], timeout: float, what: str, details: Callable[[], str] = lambda: ""
    ) -> None:
        """Wait until the condition holds; LabError with the details and the end of netmon's log if it never does."""
        deadline = time.monotonic() + timeout
        while not condition():
            ended = self._netmon is not None and self._netmon.poll() is not None
            if ended or time.monotonic() > deadline:
                when = "netmon ended" if ended else f"after {timeout} s"
                raise LabError(f"{when}; waited for: {what}. {details()}\n{self._tail()}")
            time.sleep(0.05)

    def _tail(self) -> str:
        path = self.folder / "netmon.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-25:]) if path.exists() else ""

    def metrics(self) -> dict[str, float]:
        """The numbers on /metrics, by series as it is written there."""
        ask = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{PORT}/metrics').read().decode())"
        process = self.lab.run_in_noc([sys.executable, "-I", "-c", ask], stdout=subprocess.PIPE)
        told = process.communicate(timeout=60)[0].decode()
        lines = (line.rpartition(" ") for line in told.splitlines() if line and not line.startswith("#"))
        return {series: float(value) for series, _, value in lines}

    # --- what its commands say ---------------------------------------------------------------

    def command(self, *argv: str, expect: int = 0) -> str:
        """Standard output of `netmon VERB PROJECT …`, run at the vantage; LabError on another exit code."""
        verb, *rest = argv
        process = self.lab.run_in_noc(
            [sys.executable, "-m", "netmon.cli.main", verb, str(self.project), *rest],
            env=self.lab.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        out, err = process.communicate(timeout=60)
        if process.returncode != expect:
            raise LabError(f"netmon {' '.join(argv)}: exit {process.returncode}: {err.decode(errors='replace')}")
        return out.decode()
