"""How does a simulated run look: as a story, as JSON, as what differs from what was expected?"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from types import TracebackType
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from rich import progress as bars
from rich.console import Console
from rich.text import Text

from netmon.app import App
from netmon.cli import _tables as tables
from netmon.cli._rehearsal import Look, Rehearsal
from netmon.cli._samples import Samples
from netmon.clock import rfc3339
from netmon.model import Notice
from netmon.run.families import inventory_families, link_use_families, restart_families, verdict_families
from netmon.settings.project import Project
from netmon.settings.script import Script
from netmon.sim.expected import offset
from netmon.sim.faults import Line

PATIENCE = 2.0
"""Seconds after which a bar shows how far the run is."""


class Progress:
    """A bar on stderr, of virtual minutes, where somebody sits before it for longer than PATIENCE."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._began = time.perf_counter()
        self._bar: bars.Progress | None = None
        self._wanted = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, now: float) -> None:
        """So far has it come: seconds since the epoch."""
        if not self._wanted or time.perf_counter() - self._began < PATIENCE:
            return
        if self._bar is None:
            name = bars.TextColumn("{task.description}", markup=False)
            columns = (name, bars.BarColumn(), bars.TextColumn("{task.fields[at]}"))
            self._bar = bars.Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task(self._script.name, total=self._script.duration, at="")
            self._bar.start()
        passed = now - self._script.start
        at = f"{passed / 60:.1f} of {self._script.duration / 60:.1f} virtual minutes"
        self._bar.update(bars.TaskID(0), completed=passed, at=at)


def looker(samples: Samples | None, progress: Progress) -> Look:
    """What is done every few virtual seconds: the bar, and the families of the inventory and the verdict."""

    def look(app: App, now: float) -> None:
        progress.show(now)
        if samples is not None:
            inventory, core = app.project.inventory, app.engine.core
            standings, incidents = dict(core.known.standings), app.engine.incidents()
            samples.take(inventory_families(inventory), now)
            samples.take(verdict_families(inventory, standings, incidents, dict(core.marked)), now)
            samples.take(restart_families(inventory, dict(core.known.restarts)), now)
            samples.take(link_use_families(inventory, app.store), now)

    return look


def as_json(project: Project, script: Script, result: Rehearsal, lines: Sequence[Line]) -> dict[str, Any]:
    """What DESIGN's `simulate --json` promises, and what was done, the messages' texts, and the comparison."""
    zone = ZoneInfo(project.inventory.timezone)
    return {
        "script": script.name,
        "seed": script.seed,
        "start": rfc3339(script.start, zone),
        "duration": script.duration,
        "events": [{"at": rfc3339(at, zone), "act": str(deed)} for at, deed in result.done],
        "maintenance": [
            {"what": work.what, "from": rfc3339(work.since, zone), "until": rfc3339(work.until, zone), "why": work.why}
            for work in script.maintenance
        ],
        "incidents": result.shown,
        "notices": [
            {
                "at": rfc3339(at, zone),
                "to": notice.to,
                "by": notice.channel,
                "incident": notice.incident.id,
                "event": notice.event,
                "id": notice.id,
                "subject": notice.subject,
                "text": notice.text,
            }
            for at, notice in result.told
        ],
        "status": result.status,
        "expected": [asdict(line) for line in lines],
    }


def differences(title: str, lines: Sequence[Line], file: TextIO) -> None:
    """Where it differs: what was expected, and what came instead."""
    wrong = [line for line in lines if not line.agrees]
    if wrong and title:
        print(f"{title}: not as expected", file=file)
    for line in wrong:
        print(f"  expected  {line.expected}\n  got       {line.seen}", file=file)


def timeline(project: Project, script: Script, result: Rehearsal, lines: Sequence[Line], took: float) -> None:
    """The story: what was done, what netmon said and when, how things stood at the end, what was expected."""
    console = tables.terminal()
    zone = ZoneInfo(project.inventory.timezone)
    start = datetime.fromtimestamp(script.start, zone)
    head = Text.assemble((script.name, "bold"), f", seed {script.seed}, from {start:%H:%M:%S %d/%m/%Y}")
    console.print(head, soft_wrap=True)
    for at, what in sorted(_happened(project, script, result), key=lambda each: each[0]):
        clock = datetime.fromtimestamp(script.start + round(at - script.start, 1), zone)
        _line(console, f"{clock:%H:%M:%S}  {offset(at - script.start):>8}  ", what)
    if not result.told:
        console.print(Text("nobody was told anything", "dim"))
    console.print(tables.by_level(project.inventory, result.status["sites"], "en"))
    for one in result.shown:
        if one["state"] == "open":
            _line(console, "still open: ", Text(f"#{one['id']} {one['kind']} {one['root']}", "yellow"))
    if script.expect is not None:
        for line in lines:
            if line.agrees:
                _line(console, "agrees    ", Text(line.expected))
            else:
                _line(console, "DIFFERS   ", Text(f"expected  {line.expected}", "bold red"))
                _line(console, "          ", Text(f"got       {line.seen}", "red"))
        agrees = all(line.agrees for line in lines)
        console.print(Text("as expected", "green") if agrees else Text("NOT as expected", "bold red"))
    if result.bugs:
        console.print(Text(f"{result.bugs} bugs of collectors, see above", "bold red"))
    console.print(f"{script.duration / 60:g} virtual minutes in {took:.1f} s")


def _happened(project: Project, script: Script, result: Rehearsal) -> Iterator[tuple[float, Text]]:
    """What was done, what was planned, and what people were told; at the same time, in this order."""
    for at, deed in result.done:
        yield at, Text(str(deed), "bold")
    for work in (*project.maintenance, *script.maintenance):
        for at, when in ((work.since, "begins"), (work.until, "is over")):
            if script.start <= at <= script.start + script.duration:
                why = f": {work.why}" if work.why and when == "begins" else ""
                yield at, Text(f"maintenance of {', '.join(work.what)} {when}{why}", "cyan")
    for at, notice in result.told:
        colour = "green" if notice.event == "resolved" else "red"
        colour = "yellow" if notice.incident.severity == "warning" and colour == "red" else colour
        yield at, Text(f"  -> {_whom(notice)}: {notice.subject}", colour)


def _whom(notice: Notice) -> str:
    return notice.to if notice.channel == notice.to else f"{notice.to} by {notice.channel}"


def _line(console: Console, head: str, text: Text) -> None:
    """A line of the story; where a terminal is too narrow for it, the rest stands below what it continues."""
    if not console.is_terminal or console.width <= 2 * len(head):
        console.print(Text.assemble(head, text), soft_wrap=True)
        return
    for number, part in enumerate(text.wrap(console, console.width - len(head))):
        console.print(Text.assemble(head if number == 0 else " " * len(head), part))
