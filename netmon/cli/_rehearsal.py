"""How does the whole program do under a script, in virtual time?

The program is the one that runs in service, wired by the same `build`; only the network, the clock and the
journal are others, and the notifiers write down what they are told.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from netmon.app import App, World, build
from netmon.cli._mortal import Mortal
from netmon.clock import Clock
from netmon.model import Incident, Standing
from netmon.people import Act
from netmon.run.engine import Tap
from netmon.run.journal.seam import open_inline
from netmon.settings.deeds import Deed
from netmon.settings.project import Project, load, told_by
from netmon.settings.script import Script
from netmon.sim.expected import Told
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.phones import Exchange, Phone
from netmon.sim.play import play
from netmon.sim.virtual import VirtualClock, run_virtual

SCRAPE = 15.0
"""Virtual seconds between two looks at the running program."""

Look = Callable[[App, float], None]
"""Sees the program every SCRAPE virtual seconds: at what time (seconds since the epoch)."""


@dataclass(slots=True)
class Rehearsal:
    """What was done, and what came of it. `shown` and `status` are as `incidents --json` and `status --json`."""

    done: list[tuple[float, Deed]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)
    bugs: int = 0


def rehearse(
    project: Project,
    script: Script,
    *,
    tap: Tap | None = None,
    look: Look | None = None,
    journal: Path | None = None,
) -> Rehearsal:
    """Run the program on the script's network from its start to its end. Same project and script, same outcome.

    What it remembers is left in `journal`, if there is one.
    """
    kills = any(deed.verb == "kill" for deed in script.deeds)
    with TemporaryDirectory() as folder:
        kept = journal or (Path(folder) / "journal.db" if kills else None)
        stage = _Stage(project, script, kept, tap, look)
        run_virtual(stage.run(), script.start)
    return stage.result


class _Stage:
    """What the deeds of a script can reach: time, the network, the channels, and the program as it runs now."""

    def __init__(
        self, project: Project, script: Script, journal: Path | None, tap: Tap | None, look: Look | None
    ) -> None:
        self.result = Rehearsal()
        self._script, self._journal, self._tap, self._look = script, journal, tap, look
        self._clock = VirtualClock()
        self._exchange = Exchange(self._clock, self.result.told)
        self._project = self._played(project if script.alerts is None else load(project.path, alerts=script.alerts))
        self._killed = asyncio.Event()
        self._away = 0.0
        self._app: App | None = None

    def _played(self, project: Project) -> Project:
        """The project with channels that write down what they are told, and with the work that the script plans."""
        phones = {name: Phone(name, self._exchange) for name in project.config.notifiers}
        planned = (*project.maintenance, *self._script.maintenance)
        if self._script.tell:
            told = told_by(project, {name: phones[name] for name in self._script.tell})
            return replace(told, maintenance=planned)
        return replace(project, config=replace(project.config, notifiers=phones), maintenance=planned)

    async def run(self) -> None:
        """From the script's start to its end, through as many lives as it wants."""
        script, clock = self._script, self._clock
        network = Network(self._project.inventory, script.seed, clock=clock, settle=script.settle)
        end = script.start + script.duration
        playing = asyncio.create_task(play(script, network, clock, clock.jump, self._also))
        try:
            while clock.now() < end and not (playing.done() and playing.exception()):
                await self._live(network, end, playing)
                if self._killed.is_set():
                    await asyncio.sleep(self._away)
                    self._killed.clear()
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
        if not playing.cancelled():
            playing.result()  # what a deed could not do ends the rehearsal

    async def _live(self, network: Network, end: float, playing: asyncio.Task[None]) -> None:
        """One life, to the end, until it is killed, or until the script cannot be played."""
        clock = self._clock
        net = SimNet(network, clock, self._script.seed)
        journal = Mortal(open_inline(self._journal))
        world = World(clock=clock, net=net, journal=journal, serve=False, tap=self._tap)
        app = self._app = await build(self._project, world)
        net.listen(app.engine.evidence)
        looking = asyncio.create_task(_watch(app, clock, self._look))
        stop = asyncio.Event()
        living = asyncio.create_task(app.run(stop))  # itself, so that a kill ends it and not only the wait for it
        dying = asyncio.create_task(self._killed.wait())
        playing.add_done_callback(lambda done: stop.set() if not done.cancelled() and done.exception() else None)
        asyncio.get_running_loop().call_later(end - clock.now(), stop.set)
        await asyncio.wait((living, dying), return_when=asyncio.FIRST_COMPLETED)
        if self._killed.is_set():
            journal.die()
            living.cancel()
        for task in (looking, dying):
            task.cancel()
        results = await asyncio.gather(living, looking, dying, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]
        self._keep(app)

    async def _also(self, deed: Deed) -> None:
        """What the network knows nothing of."""
        self.result.done.append((self._clock.now(), deed))
        app, exchange = self._app, self._exchange
        if deed.verb == "refuse":
            exchange.refusing.update(deed.on)
        elif deed.verb == "stall":
            exchange.stalling.update(deed.on)
        elif deed.verb == "works" or (deed.verb == "restore" and not deed.on):
            exchange.mend(deed.on or None)
        elif deed.verb == "kill":
            self._away = deed.seconds or 0.0
            self._killed.set()
        elif deed.verb == "say" and app is not None:
            self._say(app, deed)
        elif deed.verb == "reload" and app is not None:
            folder = self._script.path / deed.on[0]
            project = self._played(load(self._project.path, alerts=folder))
            self._project = project
            await app.reload(lambda: project)

    def _say(self, app: App, deed: Deed) -> None:
        """A colleague says it; about the newest open incident with that root."""
        said = deed.said
        if said is None:
            return
        found = [one.id for one in app.engine.incidents().values() if said.about in (one.root, one.seat)]
        now = self._clock.now()
        until = None if said.lasts is None else now + self._clock.ahead() + said.lasts
        app.engine.say(
            Act(
                verb=said.verb,
                who=said.who,
                at=now,
                by=said.by,
                incident=found[-1] if found else None,
                text=said.text,
                what=said.what,
                until=until,
            )
        )

    def _keep(self, app: App) -> None:
        result = self.result
        result.incidents = list(app.engine.incidents().values())
        result.standings = dict(app.engine.core.known.standings)
        result.shown, result.status = app.view.incidents(), app.view.status()
        result.bugs += app.poller.bugs


async def _watch(app: App, clock: Clock, look: Look | None) -> None:
    while look is not None:
        look(app, clock.now())
        await asyncio.sleep(SCRAPE)
