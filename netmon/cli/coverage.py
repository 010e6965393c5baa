"""`netmon coverage`: what netmon cannot see, in one summary."""

import asyncio
import json as jsonlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from netmon.cli import _service
from netmon.clock import SystemClock
from netmon.decide.said import forms
from netmon.errors import AuthFailed, CollectError, Refused
from netmon.model import Inventory, Sample
from netmon.run import evidence
from netmon.run.identity import Identities
from netmon.run.poller import poll
from netmon.run.schedule import Job, jobs
from netmon.settings.project import Project, load
from netmon.wire.real import RealNet

AT_ONCE = 100
"""Polls under way at a time."""
TABLE = 10.0
"""Seconds that one poll may take."""


@dataclass(slots=True)
class Heard:
    """What one device, line or service answered, by collector; and the id of the credential that it accepted."""

    samples: dict[str, Sequence[Sample]] = field(default_factory=dict)
    errors: dict[str, CollectError] = field(default_factory=dict)
    using: str = ""

    @property
    def alive(self) -> bool:
        """Did anything answer, be it with a refusal?"""
        return bool(self.samples) or any(isinstance(error, Refused | AuthFailed) for error in self.errors.values())


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing netmon cannot see, or that differs from the inventory."""

    what: str
    meaning: str
    found: tuple[str, ...]


def coverage(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Poll everything once and sum up: ping-only, wrong or old credential, never seen, unseen lines, other names."""
    loaded = load(project, secrets=True)
    _service.raise_file_limit(loaded.inventory)
    heard = asyncio.run(_ask_all(loaded, quiet=json or not sys.stderr.isatty()))
    gaps = find_gaps(loaded.inventory, heard)
    if json:
        print(jsonlib.dumps({gap.what: list(gap.found) for gap in gaps}, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    total = len(loaded.inventory.devices)
    seen = sum(heard[device].alive for device in loaded.inventory.devices if device in heard)
    console.print(f"{seen} of {total} devices answered")
    for gap in gaps:
        colour = "yellow" if gap.found else "green"
        console.print(f"[{colour}]{len(gap.found):4d}[/]  {gap.what}: {gap.meaning}")
        if gap.found:
            console.print(f"      {', '.join(gap.found)}", style="dim")


async def _ask_all(project: Project, quiet: bool) -> dict[str, Heard]:
    net, gate, wanted = RealNet(), asyncio.Semaphore(AT_ONCE), jobs(project.inventory)
    identities = Identities(project.profiles, SystemClock())
    heard: dict[str, Heard] = {job.target.id: Heard() for job in wanted}
    try:
        await _service.may_ping(project, net)
        with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
            bar = progress.add_task("asking", total=len(wanted))

            async def ask(job: Job) -> None:
                async with gate:
                    result = await poll(job, net, TABLE, identities)
                    if isinstance(result, CollectError):
                        heard[job.target.id].errors[job.task.collector] = result
                    else:
                        heard[job.target.id].samples[job.task.collector] = result
                    if job.target.credential is not None:
                        heard[job.target.id].using = net.using(job.target.address, job.target.credential)
                    progress.advance(bar)

            async with asyncio.TaskGroup() as group:
                for job in wanted:
                    group.create_task(ask(job))
    finally:
        await net.close()
    return heard


def find_gaps(inventory: Inventory, heard: Mapping[str, Heard]) -> list[Gap]:
    """What the answers leave unseen, each kind once."""
    devices = {name: heard[name] for name in inventory.devices if name in heard}
    unasked = [name for name in inventory.devices if name not in heard]
    return [
        Gap("never_seen", "nothing answers", tuple(name for name, each in devices.items() if not each.alive)),
        Gap("not_polled", "no address, or nothing to collect", tuple(unasked)),
        Gap(
            "ping_only",
            "alive, and no SNMP is asked or answered",
            tuple(name for name, each in devices.items() if each.alive and not _speaks_snmp(each)),
        ),
        Gap(
            "wrong_credential",
            "SNMP rejects the credential",
            tuple(n for n, each in devices.items() if any(isinstance(e, AuthFailed) for e in each.errors.values())),
        ),
        Gap("old_credential", "answers only to a credential that is being replaced", tuple(_old(inventory, devices))),
        Gap("link_unseen", "no address answers and no port is seen", tuple(_unseen_links(inventory, heard))),
        Gap("name_differs", "the device calls itself otherwise", tuple(_other_names(inventory, devices))),
    ]


def _speaks_snmp(heard: Heard) -> bool:
    return "snmp" in heard.samples or isinstance(heard.errors.get("snmp"), AuthFailed)


def _old(inventory: Inventory, devices: Mapping[str, Heard]) -> Iterable[str]:
    """Devices that accept one of their credentials, and not the best."""
    for name, each in devices.items():
        best = inventory.credentials.get(inventory.devices[name].credential)
        if best is not None and each.using not in ("", best.id):
            yield name


def _unseen_links(inventory: Inventory, heard: Mapping[str, Heard]) -> Iterable[str]:
    ports = {
        (device, sample.labels[0])
        for device, each in heard.items()
        for samples in each.samples.values()
        for sample in samples
        if sample.metric == evidence.PORT and sample.labels
    }
    for link in inventory.links.values():
        seen = (link.source, link.local) in ports or (link.target, link.remote) in ports
        if not seen and not (link.id in heard and heard[link.id].alive):
            yield link.id


def _other_names(inventory: Inventory, devices: Mapping[str, Heard]) -> Iterable[str]:
    for name, each in devices.items():
        told = next((_sys_name(s) for s in each.samples.get("snmp", ()) if s.metric.endswith("_info")), "")
        called = set(forms(told))
        if called and not called & {*forms(name), *forms(inventory.devices[name].name)}:
            yield f"{name} ({told})"


def _sys_name(sample: Sample) -> str:
    """SNMPv2-MIB sysName is the first label of netmon_device_snmp_info."""
    return sample.labels[0] if sample.labels else ""
