"""Who is killed when, while a recorded day is on its way to a server?

What counts as taken is what is in a file of the spool when netmon is killed: what it had in its hands then and had not
written is nobody's.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from netmon.reading.label_texts import Kept
from netmon.run.push.segment import HEAD, SUFFIX, Segment
from tests.conftest import ROOT
from tests.run.push import feeder, recorded
from tests.servers_of_numbers import Series

FULL = "No space left on device"

Points = dict[tuple[Series, int], float]
"""By series and milliseconds."""


@dataclass(slots=True)
class Told:
    """What is known of one exporter: the moments that its spool took, what it said last, and what all its lives have
    lost."""

    taken: set[int] = field(default_factory=set)
    now: dict[str, Any] = field(default_factory=lambda: {"laid": -2})
    lost: Counter[str] = field(default_factory=Counter)
    first: int = 0

    def hear(self, report: dict[str, Any]) -> None:
        self.now = report
        if report["laid"] >= self.first:
            self.taken.add(report["laid"])

    def end(self, folder: Path, day: list[feeder.Moment]) -> None:
        """It was killed. What it had in its hands is skipped by the next life, as no life lives it twice."""
        hands = self.now["laid"] + 1
        if 0 <= hands < len(day) and round(day[hands][0]) in _times(folder):
            self.taken.add(hands)
        self.first = hands + 1
        self.lost.update(self.now.get("lost", {}))


def _times(folder: Path) -> set[int]:
    """Of what is whole in the files of a spool (s since the epoch)."""
    found: set[int] = set()
    with TemporaryDirectory() as copies:
        for path in folder.glob(f"*{SUFFIX}"):
            segment = Segment(Path(shutil.copy(path, copies)))
            segment.scan()
            found |= {round(segment.about(number)[0]) for number in segment.numbers()}
    return found


@dataclass(slots=True)
class Disk:
    """A file system of its own, which only those see who live `inside`; others find its `folder` at `path`."""

    inside: list[str]
    folder: Path
    path: Path

    def fill(self) -> None:
        with (self.path / "ballast").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def empty(self) -> None:
        (self.path / "ballast").unlink()


@contextmanager
def disk(require_program: Callable[[str, str], str], folder: Path, octets: int) -> Iterator[Disk]:
    """It is gone with the one who keeps it."""
    unshare, nsenter = (require_program(name, "util-linux") for name in ("unshare", "nsenter"))
    folder.mkdir()
    mounted = f'mount -t tmpfs -o size={octets} tmpfs "$0" && echo && exec sleep infinity'
    with subprocess.Popen([unshare, "-Urm", "sh", "-c", mounted, str(folder)], stdout=subprocess.PIPE) as keeper:
        try:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == b"\n", "the disk cannot be mounted"
            inside = [nsenter, "-t", str(keeper.pid), "-U", "-m", "--preserve-credentials", f"--wd={ROOT}"]
            yield Disk(inside, folder, Path("/proc", str(keeper.pid), "root", *folder.parts[1:]))
        finally:
            keeper.kill()


class Play:
    """A recorded day on its way, a minute of it in so many seconds; `told` is what is known of each exporter."""

    def __init__(self, day: list[feeder.Moment], seconds: float, recording: Path) -> None:
        self.day, self.told = day, {name: Told() for name in feeder.BOTH}
        self._seconds, self._recording = seconds, recording
        recording.write_text(json.dumps(day), encoding="utf-8")

    def at(self, hour: float) -> int:
        """The moment of an hour, of the 24."""
        return round(len(self.day) * hour / 24)

    def size(self, name: str, hours: float) -> int:
        """Octets that so many of the 24 hours take in the spool of an exporter."""
        some, one = self.day[:: max(1, len(self.day) // 50)], feeder.exporter(name, "http://x", 1.0, 0)
        batches = [batch for each in some for batch in one.encode(feeder.families(each, name), each[0], Kept())]
        assert len(batches) == len(some), "a moment is one batch: it is in the spool whole, or not at all"
        return round(sum(len(batch.payload) + HEAD for batch in batches) / len(some) * self.at(hours))

    @contextmanager
    def life(self, url: str, place: Disk, spools: Mapping[str, int]) -> Iterator["Netmon"]:
        """A life of netmon, from behind where the one before was killed; killed at the end."""
        each = [f"{name}:{spools[name]}:{told.first}" for name, told in self.told.items()]
        arguments = [url, place.folder, self._recording, self._seconds, *each]
        command = [*place.inside, sys.executable, "-m", "tests.run.push.feeder", *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            one = Netmon(process, self.told)
            try:
                yield one
            finally:
                one.kill()
                for name, told in self.told.items():
                    told.end(place.path / name, self.day)

    def points(self, name: str, places: Iterable[int]) -> Points:
        """What one exporter was told at these moments, as a server has it."""
        return {(series, at): value for place in places for series, at, value in recorded.points(self.day[place], name)}


class Netmon:
    """One life of it."""

    def __init__(self, process: subprocess.Popen[str], told: dict[str, Told]) -> None:
        self._process, self._told = process, told

    def until(self, wanted: Callable[[Told], bool]) -> None:
        """Listen until this was true of each exporter."""
        missing = set(self._told)
        while missing:
            heard = self._hear()
            assert heard, "it has ended"
            if wanted(self._told[heard]):
                missing.discard(heard)

    def moment(self, number: int) -> None:
        """Listen until each has taken this one."""
        self.until(lambda told: told.now["laid"] >= number)

    def kill(self) -> None:
        """In the middle of whatever it does; what it had said before is heard."""
        self._process.kill()
        while self._hear():
            pass

    def _hear(self) -> str:
        """Which exporter has told something; "" if nothing more comes."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            report = json.loads(line)
            self._told[report["via"]].hear(report)
            return str(report["via"])
        return ""
