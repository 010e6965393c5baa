"""`netmon probe`: one poll of one device, explained."""

import asyncio
import json as jsonlib
import sys
import time
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from netmon.cli._trace import Exchange, TracingNet
from netmon.clock import SystemClock
from netmon.errors import CollectError
from netmon.model import Sample
from netmon.run.identity import Fit, Identities
from netmon.run.poller import poll as ask
from netmon.run.schedule import Job, jobs
from netmon.settings.project import Project, load
from netmon.wire.real import RealNet


@dataclass(slots=True)
class Poll:
    """What one poll asked, got and made of it; `fit` is the profile it went by, None if it needs none."""

    job: Job
    fit: Fit | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    samples: tuple[Sample, ...] = ()
    error: CollectError | None = None
    seconds: float = 0.0


def probe(
    project: Annotated[Path, typer.Argument(help="The project's folder.")],
    device: Annotated[str, typer.Argument(help="Id of a device, a link or a service.")],
    collector: Annotated[str, typer.Argument(help="Only this collector.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Poll once and explain: what was asked, what was answered, how long it took, which samples it made."""
    loaded = load(project, secrets=True)
    wanted = [job for job in jobs(loaded.inventory) if job.target.id == device]
    chosen = [job for job in wanted if collector in ("", job.task.collector)]
    if not chosen:
        print(_nothing_to_poll(loaded, device, collector, wanted), file=sys.stderr)
        raise typer.Exit(1)
    polls = asyncio.run(_poll_all(chosen, Identities(loaded.profiles, SystemClock())))
    if json:
        print(jsonlib.dumps([_as_json(poll) for poll in polls], ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
        for poll in polls:
            _explain(console, loaded, poll)
    raise typer.Exit(1 if all(poll.error for poll in polls) else 0)


def _nothing_to_poll(loaded: Project, device: str, collector: str, wanted: list[Job]) -> str:
    if wanted:
        has = ", ".join(job.task.collector for job in wanted)
        return f"{device} is not polled by {collector}; it has {has}"
    inventory = loaded.inventory
    known = [*inventory.devices, *inventory.links, *inventory.services]
    if device in known:
        return f"{device} has no address or nothing to collect"
    close = get_close_matches(device, known, 1)
    return f"no device, link or service {device}" + (f" (did you mean {close[0]}?)" if close else "")


async def _poll_all(chosen: list[Job], identities: Identities) -> list[Poll]:
    net = RealNet()
    try:
        return [await _poll(job, TracingNet(net), identities) for job in chosen]
    finally:
        await net.close()


async def _poll(job: Job, net: TracingNet, identities: Identities) -> Poll:
    poll = Poll(job, exchanges=net.exchanges)
    started = time.perf_counter()
    result = await ask(job, net, max(job.target.timeout * 2, job.task.every), identities)
    if isinstance(result, CollectError):
        poll.error, poll.samples = result, result.samples
    else:
        poll.samples = tuple(result)
    poll.seconds = time.perf_counter() - started
    poll.fit = identities.known(job.target.id) if hasattr(job.task.plugin, "PROFILE") else None
    return poll


def _labels(poll: Poll, sample: Sample) -> dict[str, str]:
    """By name; by position if the collector did not declare the metric, whose samples the service drops."""
    metric = poll.job.task.plugin.METRICS.get(sample.metric)
    names = [str(place) for place in range(len(sample.labels))] if metric is None else metric.labels
    return dict(zip(names, sample.labels, strict=True))


def _explain(console: Console, loaded: Project, poll: Poll) -> None:
    target, task = poll.job.target, poll.job.task
    site = loaded.inventory.sites[target.site]
    console.print(
        Text.assemble(
            (target.id, "bold"), f" ({site.name}, {target.address}) asked by ", (task.collector, "bold cyan"),
            f", every {task.every:g} s, time-out {task.timeout:g} s",
        )
    )  # fmt: skip
    if poll.fit is not None:
        console.print(Text(f"  profile   {_why(poll.fit)}"))
    for exchange in poll.exchanges:
        console.print(Text(f"  asked     {exchange.asked}"))
        console.print(Text(f"  answered  {exchange.answered}  [{exchange.seconds * 1000:.1f} ms]"))
    if poll.error is not None:
        console.print(Text(f"  result    {type(poll.error).__name__}: {poll.error}", "red"))
    else:
        console.print(Text(f"  result    {len(poll.samples)} samples in {poll.seconds * 1000:.1f} ms", "green"))
    for sample in poll.samples:
        labels = ", ".join(f'{name}="{value}"' for name, value in _labels(poll, sample).items())
        text = f"    {sample.metric}" + (f"{{{labels}}}" if labels else "") + f" {sample.value}"
        undeclared = sample.metric not in task.plugin.METRICS
        console.print(Text(text + ("  dropped: not declared in METRICS" if undeclared else "")))
    console.print()


def _why(fit: Fit) -> str:
    """Which profile was taken, and because of what."""
    profile, match = fit.profile, fit.match
    named = f"{profile.id} ({profile.name})" if profile.name else profile.id
    said = f"sysObjectID {fit.object_id}" if fit.object_id else "no sysObjectID"
    if match is None:
        return f"{named}: {said}, which no other profile is for"
    both = f", and its sysDescr has {match.descr!r}" if match.descr else ""
    parents = f"; inherits {', '.join(profile.inherits)}" if profile.inherits else ""
    return f"{named}: {said} begins with {match.object_id}{both}{parents}"


def _as_json(poll: Poll) -> dict[str, Any]:
    task = poll.job.task
    return {
        "target": poll.job.target.id,
        "address": poll.job.target.address,
        "collector": task.collector,
        "profile": None if poll.fit is None else {"id": poll.fit.profile.id, "why": _why(poll.fit)},
        "seconds": round(poll.seconds, 6),
        "error": None if poll.error is None else {"type": type(poll.error).__name__, "text": str(poll.error)},
        "exchanges": [exchange._asdict() for exchange in poll.exchanges],
        "samples": [
            {
                "metric": sample.metric,
                "labels": _labels(poll, sample),
                "value": sample.value,
            }
            for sample in poll.samples
        ],
    }
