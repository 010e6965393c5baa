"""How does a simulated run look: as a story, as JSON, as what differs from what was expected?"""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from types import TracebackType
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from rich import progress as bars
from rich.console import Console
from rich.text import Text

from netmon.app import App
from netmon.cli import _stage
from netmon.cli._rehearsal import Look, Rehearsal
from netmon.cli._samples import Samples
from netmon.clock import rfc3339
from netmon.run.families import inventory_families, restart_families, verdict_families
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
            columns = (bars.TextColumn(self._script.name), bars.BarColumn(), bars.TextColumn("{task.fields[at]}"))
            self._bar = bars.Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task("", total=self._script.duration, at="")
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

    return look


def as_json(project: Project, script: Script, result: Rehearsal, lines: Sequence[Line]) -> dict[str, Any]:
    """What DESIGN's `simulate --json` promises, and what was done, the messages' texts, and the comparison."""
    zone = ZoneInfo(project.inventory.timezone)
    return {
        "script": script.name,
        "seed": script.seed,
        "start": rfc3339(script.start, zone),
        "duration": script.duration,
        "events": [{"at": rfc3339(at, zone), "act": str(act)} for at, act in result.done],
        "incidents": result.shown,
        "notices": [
            {
                "at": rfc3339(at, zone),
                "to": notice.to,
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
    width = None if sys.stdout.isatty() else 250
    console = Console(width=width, highlight=False)
    zone = ZoneInfo(project.inventory.timezone)
    start = datetime.fromtimestamp(script.start, zone)
    console.print(Text.assemble((script.name, "bold"), f", seed {script.seed}, from {start:%H:%M:%S %d/%m/%Y}"))
    happened = [(at, 0, str(act), "bold") for at, act in result.done]
    for at, notice in result.told:
        colour = "green" if notice.event == "resolved" else "red"
        colour = "yellow" if notice.incident.severity == "warning" and colour == "red" else colour
        happened.append((at, 1, f"  -> {notice.to}: {notice.subject}", colour))
    for at, _, what, style in sorted(happened, key=lambda each: each[:2]):
        clock = datetime.fromtimestamp(at, zone)
        console.print(Text.assemble(f"{clock:%H:%M:%S}  {offset(at - script.start):>8}  ", (what, style)))
    if not result.told:
        console.print(Text("nobody was told anything", "dim"))
    console.print(_stage.levels(project.inventory, result.standings))
    still = [one for one in result.shown if one["state"] == "open"]
    for one in still:
        console.print(Text(f"still open: #{one['id']} {one['kind']} {one['root']}", "yellow"))
    if script.expect is not None:
        console.print(_stage.comparison(lines))
        agrees = all(line.agrees for line in lines)
        console.print(Text("as expected", "green") if agrees else Text("NOT as expected", "bold red"))
    if result.bugs:
        console.print(Text(f"{result.bugs} bugs of collectors, see above", "bold red"))
    console.print(f"{script.duration / 60:g} virtual minutes in {took:.1f} s")
