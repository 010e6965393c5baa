"""How does the whole program do under a script, in virtual time?

The program is the one that runs in service, wired by the same `build`; only the network, the clock and the
journal are others, and the notifiers write down what they are told.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from netmon.app import App, World, build, run_for
from netmon.clock import Clock
from netmon.model import Incident, Notice, Standing
from netmon.run.engine import Tap
from netmon.run.journal import open_inline
from netmon.settings.acts import Act
from netmon.settings.project import Project
from netmon.settings.script import Script
from netmon.sim.expected import Told
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.play import play
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net

SCRAPE = 15.0
"""Virtual seconds between two looks at the running program."""

Look = Callable[[App, float], None]
"""Sees the program every SCRAPE virtual seconds: at what time (seconds since the epoch)."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """A notifier that writes down what it is told, and when."""

    clock: Clock
    told: list[Told]

    async def send(self, notice: Notice, net: Net) -> None:
        """Write it down."""
        self.told.append(Told(self.clock.now(), notice))


@dataclass(slots=True)
class Rehearsal:
    """What was done, and what came of it. `shown` and `status` are as `incidents --json` and `status --json`."""

    done: list[tuple[float, Act]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)
    bugs: int = 0


def rehearse(project: Project, script: Script, *, tap: Tap | None = None, look: Look | None = None) -> Rehearsal:
    """Run the program on the script's network from its start to its end. Same project and script, same outcome."""
    result = Rehearsal()

    async def main() -> None:
        clock = VirtualClock()
        network = Network(project.inventory, script.seed, clock=clock, settle=script.settle)
        net = SimNet(network, clock, script.seed)
        recorders = {name: Recorder(clock, result.told) for name in project.config.notifiers}
        played = replace(
            project,
            config=replace(project.config, notifiers=recorders),
            maintenance=(*project.maintenance, *script.maintenance),
        )
        world = World(clock=clock, net=net, journal=open_inline(None), serve=False, tap=tap)
        app = await build(played, world)
        net.listen(app.engine.evidence)
        others = [
            asyncio.create_task(
                play(script, network, clock, clock.jump, lambda act: result.done.append((clock.now(), act)))
            ),
            asyncio.create_task(_watch(app, clock, look)),
        ]
        try:
            await run_for(app, script.duration, asyncio.Event())
        finally:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        _keep(result, app)

    run_virtual(main(), script.start)
    return result


async def _watch(app: App, clock: Clock, look: Look | None) -> None:
    while look is not None:
        look(app, clock.now())
        await asyncio.sleep(SCRAPE)


def _keep(result: Rehearsal, app: App) -> None:
    result.incidents = list(app.engine.incidents().values())
    result.standings = dict(app.engine.core.known.standings)
    result.shown, result.status = app.view.incidents(), app.view.status()
    result.bugs = app.poller.bugs
