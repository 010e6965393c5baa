"""`netmon profile`: a draft for a vendor that netmon does not know yet."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from netmon.cli._draft import ENTERPRISES, Walked, draft
from netmon.clock import SystemClock
from netmon.errors import BadAnswer, CollectError, InputError, Problem
from netmon.model import Target
from netmon.run.identity import Identities
from netmon.run.schedule import jobs
from netmon.settings.project import Project, load
from netmon.wire.net import Net, SnmpValue
from netmon.wire.real import RealNet


def profile(
    what: Annotated[Literal["new"], typer.Argument(help="new: draft a profile from what a device answers.")],
    device: Annotated[str, typer.Argument(help="Id of a device that speaks SNMP.")],
    project: Annotated[Path, typer.Option("--project", help="The project's folder.")] = Path(),
) -> None:
    """Walk a device of an unknown vendor and print a profile to go on from: save it in collectors/profiles/."""
    loaded = load(project, secrets=True)
    target = _target(loaded, device)
    walked = asyncio.run(_walk(loaded, target))
    sys.stdout.write(draft(walked, loaded.profiles))


def _target(loaded: Project, device: str) -> Target:
    """The device as a target; InputError if there is no such device, or nothing to talk to it with."""
    for job in jobs(loaded.inventory):
        if job.target.id == device and job.target.of == "device":
            if job.target.credential is None:
                raise InputError([Problem(device, 0, 0, "has no SNMP credential")])
            return job.target
    raise InputError([Problem(device, 0, 0, "is no device with an address of this project")])


async def _walk(loaded: Project, target: Target) -> Walked:
    """All vendors' own objects, and which groups of the known profiles the device answers."""
    net = RealNet()
    console = Console(stderr=True)
    try:
        with console.status(f"walking {target.id} ({target.address})"):
            identities = Identities(loaded.profiles, SystemClock())
            await identities.dressed(target, net)
            fit = identities.known(target.id)
            if fit is None or not fit.object_id:
                raise BadAnswer(f"{target.address}: the agent does not say what it is (sysObjectID)")
            own = await _enterprises(net, target)
            groups = [
                (name, await _answered(net, target, name, loaded))
                for name, known in loaded.profiles.items()
                if not known.matches and not known.inherits
            ]
    finally:
        await net.close()
    return Walked(fit.object_id, fit.descr, fit, own, tuple(name for name, answered in groups if answered))


async def _enterprises(net: Net, target: Target) -> Mapping[str, SnmpValue]:
    """All vendors' own objects by OID, as far as the agent got: many a device runs net-snmp and says so."""
    if target.credential is None:
        return {}
    try:
        found = await net.snmp(target.address, target.credential).table([ENTERPRISES], max(target.timeout, 5.0))
    except CollectError as error:
        found = error.columns
    return {f"{ENTERPRISES}.{index}": value for index, value in found.get(ENTERPRISES, {}).items()}


async def _answered(net: Net, target: Target, name: str, loaded: Project) -> bool:
    """Whether the device has anything of a generic profile's tables and scalars."""
    known = loaded.profiles[name]
    if target.credential is None:
        return False
    session = net.snmp(target.address, target.credential)
    for table in known.tables:
        oid = next((reading.oid for reading in table.readings if reading.oid), "")
        try:
            if oid and (await session.table([oid], target.timeout))[oid]:
                return True
        except BadAnswer:
            continue
    scalars = [reading.oid for reading in known.scalars]
    try:
        return bool(scalars and await session.get(scalars, target.timeout))
    except BadAnswer:
        return False
