"""`netmon simulate`: the whole program under a script of faults, in virtual time."""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from signal import SIG_DFL, SIGINT, signal
from typing import Annotated

import typer

from netmon.cli import _service
from netmon.cli import _told as shown
from netmon.cli._rehearsal import Rehearsal, rehearse
from netmon.cli._samples import Samples
from netmon.cli._tables import print_json
from netmon.errors import InputError, Problem
from netmon.settings.project import Project, load
from netmon.settings.script import Script, read
from netmon.sim.expected import compare
from netmon.sim.faults import Line

FOLDER = Path("alerts") / "scenarios"
"""Where a project keeps its own scripts."""


def simulate(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    script: Annotated[
        Path | None,
        typer.Option("--script", help="What is done to the network; without it, all of alerts/scenarios/ in turn."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    samples: Annotated[
        Path | None, typer.Option("--samples", help="Write what would have been exported, as OpenMetrics text.")
    ] = None,
) -> None:
    """Play a script of faults with the real program in virtual time; exit 1 if it does not do what is expected."""
    _service.log_to_stderr(level=30)
    if script is None:
        if json or samples is not None:
            raise typer.BadParameter("--json and --samples go with one --script")
        raise typer.Exit(0 if _all(project) else 1)
    if samples is not None and (samples.is_dir() or not samples.parent.is_dir()):
        raise typer.BadParameter(f"{samples} cannot be a file", param_hint="--samples")
    loaded = load(project)
    told = read(script, loaded.inventory, loaded.config.notifiers, loaded.roster.people)
    keeper = None if samples is None else Samples(loaded.collectors)
    began = time.perf_counter()
    with shown.Progress(told) as progress:
        result = rehearse(
            loaded, told, tap=None if keeper is None else keeper.hear, look=shown.looker(keeper, progress)
        )
    took = time.perf_counter() - began
    lines = compare(told, result.incidents, result.told, result.standings)
    if keeper is not None and samples is not None:
        print(f"{keeper.write(samples)} samples in {samples}", file=sys.stderr)
    if json:
        print_json(shown.as_json(loaded, told, result, lines))
        shown.differences(told.name, lines, sys.stderr)
    else:
        shown.timeline(loaded, told, result, lines, took)
    raise typer.Exit(0 if _fine(result, lines) else 1)


def _fine(result: Rehearsal, lines: list[Line]) -> bool:
    return all(line.agrees for line in lines) and not result.bugs


def _all(path: Path) -> bool:
    """Every script of a project, side by side on all cores; a line for each, and what differs."""
    loaded = load(path)
    files = sorted((path / FOLDER).glob("*.yaml"))
    if not files:
        raise InputError([Problem(str(path / FOLDER), 0, 0, "holds no script; name one with --script")])
    scripts = _read_all(loaded, files)
    fine, began = True, time.perf_counter()
    pool = ProcessPoolExecutor(
        len(os.sched_getaffinity(0)), mp_context=get_context("spawn"), initializer=signal, initargs=(SIGINT, SIG_DFL)
    )
    try:
        futures = [pool.submit(_one, path, file) for file in files]
        for script, future in zip(scripts, futures, strict=True):
            lines, bugs, seconds = future.result()
            agrees = all(line.agrees for line in lines) and not bugs
            fine &= agrees
            verdict = "ok" if agrees else "DIFFERS"
            print(f"{verdict:8}{script.name:32}{script.duration / 60:5.1f} min in {seconds:5.1f} s", flush=True)
            shown.differences("", lines, sys.stdout)
    finally:
        pool.shutdown(cancel_futures=True)  # whoever interrupts it does not wait for the scripts that have not begun
    print(f"{len(files)} scripts in {time.perf_counter() - began:.1f} s")
    return fine


def _read_all(project: Project, files: list[Path]) -> list[Script]:
    """All scripts. InputError has what is wrong with any of them."""
    scripts: list[Script] = []
    problems: list[Problem] = []
    for file in files:
        try:
            scripts.append(read(file, project.inventory, project.config.notifiers, project.roster.people))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return scripts


def _one(path: Path, file: Path) -> tuple[list[Line], int, float]:
    """One script in a process of its own: the comparison, the collectors' bugs, the seconds it took."""
    _service.log_to_stderr(level=30)
    loaded = load(path)
    script = read(file, loaded.inventory, loaded.config.notifiers, loaded.roster.people)
    began = time.perf_counter()
    result = rehearse(loaded, script)
    lines = compare(script, result.incidents, result.told, result.standings)
    return lines, result.bugs, time.perf_counter() - began
