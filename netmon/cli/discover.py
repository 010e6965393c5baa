"""`netmon discover`: what do the devices know that the inventory does not say yet?"""

import asyncio
import sys
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from netmon.cli import _proposed
from netmon.decide.said import Said
from netmon.errors import InputError, Problem
from netmon.model import Target
from netmon.report.discovery import Alive, known_addresses
from netmon.report.discovery import discover as discovered
from netmon.report.proposals import Found
from netmon.run.said import ask, targets
from netmon.run.sweep import SHORTEST, alive, introduced
from netmon.settings.project import Project, load
from netmon.settings.report import did_you_mean
from netmon.wire.real import RealNet

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def discover(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    what: Annotated[
        str,
        typer.Argument(help="Only this device; or a network (10.28.4.0/24) to sweep as well.", show_default=False),
    ] = "",
    all_: Annotated[bool, typer.Option("--all", help="Propose what only answers pings, too.")] = False,
) -> None:
    """Ask all devices what they are connected to, and propose what the inventory lacks as a diff; changes nothing."""
    loaded = load(project, secrets=True)
    network = _network(what)
    wanted = _wanted(loaded, "" if network else what)
    found, heard = asyncio.run(_ask(loaded, wanted, network, all_=all_))
    changed = _proposed.files(loaded, found.proposals)
    console, terminal = Console(highlight=False, soft_wrap=True), sys.stdout.isatty()
    for line in _proposed.differences(changed):
        if not terminal:  # as it is, tabs included: a program reads it
            print(line)
            continue
        head = line.startswith(("+++", "---"))
        console.print(Text(line, "bold" if head else _COLOURS.get(line[0], "")))
    _tell(found, len(wanted) - heard, len(wanted), _proposed.problems(loaded, changed) if changed else ())


def _network(what: str) -> IPv4Network | None:
    """The network that is meant; InputError if it is one that is not swept."""
    if "/" not in what:
        return None
    try:
        network = IPv4Network(what, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise InputError([Problem(what, 0, 0, "neither a device nor an IPv4 network such as 10.28.4.0/24")]) from None
    if network.prefixlen < SHORTEST:
        raise InputError([Problem(what, 0, 0, f"is too large to be swept: /{SHORTEST} at most")])
    return network


def _wanted(project: Project, device: str) -> list[Target]:
    every = targets(project.inventory)
    chosen = [target for target in every if device in ("", target.id)]
    if device and not chosen:
        text = "is not asked by SNMP" if device in project.inventory.devices else "no such device"
        hint = "" if device in project.inventory.devices else did_you_mean(device, (target.id for target in every))
        raise InputError([Problem(device, 0, 0, text, hint)])
    return chosen


async def _ask(project: Project, wanted: list[Target], network: IPv4Network | None, *, all_: bool) -> tuple[Found, int]:
    """What was found, and how many of the inventory's devices were heard."""
    net = RealNet()
    try:
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
            total = len(wanted) + (network.num_addresses if network else 0)
            bar = progress.add_task("asking", total=total)
            answers = await ask(project, net, wanted, more=True, told=lambda: progress.advance(bar))
            said = {key: each for key, each in answers.items() if isinstance(each, Said)}
            others: list[Alive] = []
            if network is not None:
                known = known_addresses(project.inventory, said)
                up = await alive(net, network, known, told=lambda count: progress.advance(bar, count))
                words = await introduced(project, net, up)
                others = [Alive(address=each, said=words.get(each)) for each in up]
            return discovered(project.inventory, said, others, all_=all_), len(said)
    finally:
        await net.close()


def _tell(found: Found, silent: int, asked: int, wrong: Iterable[Problem]) -> None:
    """Everything that is no diff, on stderr: the diff alone can be given to `git apply`."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    count = len(found.proposals)
    console.print(Text(f"{count} proposal{'s' * (count != 1)}; nothing was changed.", "bold"))
    if silent:
        console.print(Text(f"{silent} of {asked} devices did not answer by SNMP.", "yellow"))
    for note in found.notes:
        console.print(Text(f"Not proposed: {note}", "dim"))
    for problem in wrong:
        console.print(Text(f"As it stands this would be wrong: {problem}", "red"))
