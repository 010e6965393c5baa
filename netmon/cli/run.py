"""`netmon run`: the service."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from netmon.app import run_for
from netmon.cli import _service
from netmon.settings.project import load
from netmon.units import parse_duration


def run(
    project: Annotated[Path, typer.Argument(help="The project's folder.")],
    duration: Annotated[str | None, typer.Option("--for", help="Stop after this long, e.g. 60s.")] = None,
) -> None:
    """Watch the province: poll, judge, write, tell. SIGHUP reads the project again, SIGTERM ends."""
    _service.log_to_stderr()
    asyncio.run(_run(project, _seconds(duration)))


def _seconds(duration: str | None) -> float | None:
    try:
        return None if duration is None else parse_duration(duration)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--for") from None


async def _run(path: Path, seconds: float | None) -> None:
    app = await _service.real_app(load(path, secrets=True))
    stop = asyncio.Event()
    _service.obey_signals(app, stop, path)
    await run_for(app, seconds, stop)
