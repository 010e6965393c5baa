"""`netmon demo`: a province on loopback, the real service, and faults by script."""

import asyncio
import signal
import socket
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from netmon.app import App, World, build
from netmon.cli import _service, _stage
from netmon.clock import Clock, SystemClock
from netmon.errors import NotRunning
from netmon.model import IncidentEvent, Notice, State
from netmon.run.journal.seam import open_threaded
from netmon.settings.plugin import data_folder
from netmon.settings.project import Project, load, told_by
from netmon.sim import faults
from netmon.sim.agent import Agents
from netmon.sim.network import Network
from netmon.sim.offers import offers
from netmon.sim.province import loopback
from netmon.sim.specs import agent_specs
from netmon.wire.net import Net
from netmon.wire.real import RealNet

WARM_UP = 30.0
"""Seconds within which everything must have answered once."""
FRAME = 0.25


@dataclass(slots=True)
class Listener:
    """The notifier of the demonstration: it remembers."""

    notices: list[Notice] = field(default_factory=list)

    async def send(self, notice: Notice, net: Net) -> None:
        """Keep the message."""
        self.notices.append(notice)


def demo(
    seconds: Annotated[
        float, typer.Option(help="How long to watch; faults that need longer are left out.")
    ] = faults.LENGTH,
) -> None:
    """Watch a simulated province of 113 sites break and recover: no root, no other program, no network needed."""
    _service.log_to_stderr(level=30)
    if seconds < faults.SHORTEST:
        raise typer.BadParameter(f"the shortest fault takes {faults.SHORTEST:.0f} s", param_hint="--seconds")
    with TemporaryDirectory(prefix="netmon-demo-") as folder:
        try:
            agrees = asyncio.run(_demo(seconds, Path(folder)))
        except asyncio.CancelledError:  # told to end by a signal
            agrees = False
    raise typer.Exit(0 if agrees else 1)


async def _demo(length: float, folder: Path) -> bool:
    me, loop = asyncio.current_task(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if me is not None:
            loop.add_signal_handler(number, me.cancel)
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120)
    clock, listener = SystemClock(), Listener()
    port = _free_port(socket.SOCK_DGRAM)
    project = _project(port, listener, folder)
    network = Network(project.inventory, seed=1, clock=clock)
    _service.raise_file_limit(project.inventory)
    console.print(
        f"{len(project.inventory.sites)} sites, {len(project.inventory.devices)} SNMP agents and "
        f"{len(project.inventory.services)} services on 127.66.0.0/16\n"
        f"its wall: http://{project.config.listen}/wall   its metrics: http://{project.config.listen}/metrics",
        highlight=False,
    )
    offered = tuple(offers(project.inventory))
    async with Agents.start(agent_specs(network), port, offered) as agents:
        journal = open_threaded(folder / "journal.db")
        app = await build(project, World(clock=clock, net=RealNet(), journal=journal))
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        try:
            await _until_up(app, clock, running)
            with _stage.Stage(project.inventory, console) as stage:
                await _play(app, network, agents, clock, stage, listener, length)
        finally:
            stop.set()
            await running
    return _report(console, listener, length)


def _project(port: int, listener: Listener, folder: Path) -> Project:
    """The sample province, moved to loopback, with secrets, port and journal of its own."""
    sample = load(data_folder("inventory").parent)
    inventory = loopback(sample.inventory, port, token_hex(8), sample.collectors)
    listen = f"127.0.0.1:{_free_port(socket.SOCK_STREAM)}"
    config = replace(sample.config, listen=listen, data=folder)
    return told_by(replace(sample, inventory=inventory, config=config), {"demo": listener})


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until_up(app: App, clock: Clock, running: asyncio.Task[None]) -> None:
    """Wait until every site has answered."""
    until = clock.now() + WARM_UP
    while True:
        standings = app.engine.core.known.standings
        sites = app.project.inventory.sites
        if all(site in standings and standings[site].state is State.UP for site in sites):
            return
        if running.done() or clock.now() > until:
            late = [site for site in sites if site not in standings or standings[site].state is not State.UP]
            raise NotRunning(f"after {WARM_UP:.0f} s these are not up: {', '.join(late[:10])}")
        await asyncio.sleep(FRAME)


async def _play(
    app: App, network: Network, agents: Agents, clock: Clock, stage: _stage.Stage, listener: Listener, length: float
) -> None:
    """Break what the script says, when it says so, and show what follows."""
    start, told = clock.now(), 0
    script = sorted(fault for story in faults.within(length) for fault in story.faults)
    while (at := clock.now() - start) < length:
        while script and script[0].at <= at:
            fault = script.pop(0)
            started = faults.strike(network, fault)
            await agents.show(network, started)
            what = f"{fault.verb} {', '.join(fault.on)}{fault.told()}"
            stage.happened(at, f"fault: {what}", "bold")
        for notice in listener.notices[told:]:
            stage.told(at, notice)
        told = len(listener.notices)
        stage.show(at, length, app.engine.core.known.standings)
        await asyncio.sleep(FRAME)


def _report(console: Console, listener: Listener, length: float) -> bool:
    """Print the messages and the comparison; True if everything is as expected."""
    events = [IncidentEvent(event=n.event, at=n.at, incident=n.incident) for n in listener.notices]
    lines = faults.compare(faults.within(length), events)
    console.print(_stage.messages(listener.notices))
    console.print(_stage.comparison(lines))
    agrees = all(line.agrees for line in lines)
    console.print("Everything as expected." if agrees else "Not as expected.", style="green" if agrees else "bold red")
    return agrees
