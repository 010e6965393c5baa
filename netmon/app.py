"""How do the parts become one program?

The only place that wires. `build` takes a project and a world, that is a clock, a network and a
journal, and knows nothing else of whether they are real.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from netmon.decide import core, reload
from netmon.decide.desk import quiet, step
from netmon.decide.ledger.facts import assets_of
from netmon.errors import InputError, NetmonError
from netmon.reading.families import BACKUP_METRICS, FRAME_METRICS
from netmon.report.duties import Duties
from netmon.run.agenda import Agenda
from netmon.run.closing import close
from netmon.run.compose import Composer, no_link
from netmon.run.engine import Engine
from netmon.run.export import Exposition, beside_polls
from netmon.run.figures import Figures
from netmon.run.heard.listening import Ears
from netmon.run.hearers import RECALLED
from netmon.run.history.recorder import History
from netmon.run.house import attempt
from netmon.run.identity import Identities
from netmon.run.journal import unread
from netmon.run.links import links_of
from netmon.run.looking import Looker
from netmon.run.looks import looks
from netmon.run.notify import Outbox
from netmon.run.poller import Poller
from netmon.run.push.pushers import Pushers
from netmon.run.rules import Rules
from netmon.run.schedule import Schedule
from netmon.run.store import Store
from netmon.run.twin import Twin
from netmon.run.view import View
from netmon.run.watched import Watched
from netmon.run.windows import Windows
from netmon.run.world import World
from netmon.settings.project import Project, families
from netmon.web import app as web
from netmon.web import history, server, wall
from netmon.web.speaking import Speaking

__all__ = ["App", "World", "build", "run_for"]

DRAIN = 3.0
"""Seconds that notices in flight get when the service stops; it has 5 in all."""

log = structlog.get_logger()


class App:
    """The running program; `view` is how it looks from outside."""

    def __init__(
        self, project: Project, world: World, engine: Engine, store: Store, outbox: Outbox, composer: Composer
    ) -> None:
        self.project, self._world, self.engine, self._outbox, self._composer = project, world, engine, outbox, composer
        self._windows = Windows(project.inventory, world.clock)
        wanted = self._windows.jobs()
        schedule = Schedule(wanted, world.clock.now())
        identities = Identities(project.profiles, world.clock)
        self.history = History(project.inventory, store, engine, world.journal, world.clock)
        self.poller = Poller(schedule, wanted, world.net, world.clock, self.history, identities)
        names, vendors = partial(store.labels, metric="netmon_if_info"), project.profiles.values()
        self.ears = Ears(project.config, project.inventory, engine.evidence, world.clock, names, vendors)
        seen = looks(world.net, world.clock, lambda: engine.core.memory)
        self._looker = Looker(seen, lambda: self.project.inventory, world.clock, engine.evidence)
        engine.follow(self._looker.opened)
        standings, mute = lambda: engine.core.known.standings, lambda: outbox.twin.mute
        self._duties = Duties(lambda: self.project, world.net, world.clock, engine, standings, mute)
        self.agenda = Agenda((), world.clock, ZoneInfo(project.inventory.timezone), mute)
        self.watched = Watched(project.config.watched, world.net, world.clock, engine, self.poller, outbox)
        self._figures = Figures(lambda: self.project, engine, world.clock)
        self.speaking = Speaking(lambda: self.project, engine, world.net, world.clock, self.watched)
        self.rules = Rules(
            project.rules, project.inventory, store, engine, world.journal, world.clock, lambda: self._exposition.own()
        )
        data = project.config.data if world.serve else None
        self._pushers = Pushers(project.config, lambda: self._exposition.families(), world.net, world.clock)
        askers = (self.speaking, self.rules, self.watched, self.history, self._pushers, self._duties.own)
        asides = tuple(part.families for part in askers)
        beside = partial(beside_polls, self.agenda, self._looker, self._duties.backups, asides, data)
        heard, figures = self.ears.counts, self._figures.families
        self._exposition: Exposition = Exposition(
            project.inventory, store, engine, self.poller, outbox, world.clock, heard, beside, figures
        )
        shown, pulse = self.rules.summary, self.watched.pulse
        self.view = View(project, self._exposition, engine, self.poller, world.clock, shown, pulse, outbox.twin)
        self.store = store
        self._reloading = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> None:
        """Watch the province until `stop` is set; then send what is in flight and close the journal.

        NotPermitted if there is no listening where netmon.yaml says.
        """
        try:
            served = self._serve() if self._world.serve else []
            parts = (self.poller, self._looker, self.rules, self.history, self.watched.drills)
            askers = [*(part.run() for part in parts), *map(self._outbox.twin.after, self.speaking.listen()), *served]
            async with asyncio.TaskGroup() as group:
                outer = [group.create_task(part) for part in askers]
                inner = [
                    group.create_task(part)
                    for part in (self.engine.run(self.poller), self.engine.keep_house(), self._outbox.run())
                ]
                self.view.running = True
                log.info("watching", sites=len(self.project.inventory.sites), polls=self.poller.jobs)
                await stop.wait()
                self.view.running = False
                for task in outer:  # answers under way end while notices are sent
                    task.cancel()
                await attempt("notices not sent", self._outbox.drain(DRAIN))
                for task in inner:
                    task.cancel()
        finally:
            self.view.running = False
            await close(self.engine.core, self._world.journal, self._world.net, self._world.clock)

    def _serve(self) -> list[Coroutine[Any, Any, None]]:
        """What only a service has: readers, ears, and nights and Mondays."""
        listening = self._listen()
        self._duties.backups.recall()
        self._plan()
        counted = (self.agenda.run(), self._figures.run())
        return [*listening, *self.watched.run(), *map(self._outbox.twin.after, self._pushers.run()), *counted]

    def _plan(self) -> None:
        """Do from now on what the project wants done at its times."""
        drills = self.watched.duties(self.project.inventory.timezone)
        self.agenda.use([*self._duties.planned(), self._windows.duty(self.poller.use), *drills])

    def _listen(self) -> list[Coroutine[Any, Any, None]]:
        config = self.project.config
        more = [*self.speaking.routes(), *history.routes(lambda: self.project)]
        more += wall.routes(self.view, config.language)
        listener = server.may_bind(config.listen)
        try:
            ears = self.ears.listen()
        except NetmonError:
            listener.close()
            raise
        return [server.serve(web.build(self.view, more), listener), *ears]

    async def reload(self, load: Callable[[], Project]) -> bool:
        """Go on with what `load` brings; if it cannot be used, say why and go on as before. One at a time."""
        async with self._reloading:
            outcome = "failure"
            try:
                project = await asyncio.to_thread(load)  # a large inventory would hold up the polls
                self._use(project)
                noted = self._world.journal.note_assets(self._world.clock.now(), assets_of(project.inventory))
                await attempt("inventory not noted", noted)
                outcome = "success"
            except InputError as error:
                for problem in error.problems:
                    log.error("not reloaded", problem=str(problem))
            finally:
                self._exposition.reloads[outcome] += 1
            return outcome == "success"

    def _use(self, project: Project) -> None:
        now = self._world.clock.now()
        changed = reload.reload(self.engine.core, project.inventory, now, maintenance=project.maintenance)
        if project.config != self.project.config or project.collectors.keys() != self.project.collectors.keys():
            log.warning("netmon.yaml or the plug-ins changed: restart to use them")
        roster = project.roster
        if new := sorted(set(roster.channels) - self.project.config.notifiers.keys()):  # nobody would be told by them
            log.error("people and routes stay as they were until a restart", channels=", ".join(new))
            roster = self.project.roster
        project = replace(project, config=self.project.config, roster=roster)
        step.reload(self.engine.desk, project.roster, project.inventory)
        for act, names in quiet.gone(self.engine.desk, now):
            log.warning("names what the inventory has no more", act=act.verb, number=act.number, ids=names)
        self.project = project
        self._composer.use(project.messages, project.inventory, project.config.language)
        self.view.use(project)
        self.poller.identities.use(project.profiles)
        self.poller.use(self._windows.use(project.inventory))
        for target in changed:
            self.store.forget(target)
        self._exposition.use(project.inventory)
        self._pushers.use()
        self.rules.use(project.rules, project.inventory)
        self.history.use(project.inventory)
        self.ears.use(project.inventory, project.profiles.values())
        if self._world.serve:
            self._plan()
        log.info("reloaded", sites=len(project.inventory.sites), changed=len(changed))


async def build(project: Project, world: World) -> App:
    """Wire the program; the journal is read, nothing is sent yet."""
    config, clock = project.config, world.clock
    now, data = clock.now(), config.data if world.serve else None
    restored = await world.journal.restore()
    unread.tell(restored.unread)
    await world.journal.note_assets(now, assets_of(project.inventory))
    link = links_of(config, clock).link if world.serve and config.url else no_link
    composer = Composer(
        project.messages, project.inventory, config.language, clock.ahead, channels=config.channels, link=link
    )
    rates, twin = {name: channel.rate for name, channel in config.channels.items()}, Twin(data, clock)
    outbox = Outbox(
        recipients=config.notifiers, net=world.net, journal=world.journal, clock=clock, compose=composer, rates=rates,
        twin=twin,
    )  # fmt: skip
    await outbox.restore()
    state = core.start(
        project.inventory,
        restored,
        now,
        confirm=config.confirm,
        wait=config.wait,
        maintenance=project.maintenance,
        watches=config.watched.peers,
    )
    store = Store({**FRAME_METRICS, **BACKUP_METRICS, **families(project.collectors)})
    desk = step.start(project.roster, project.inventory, restored, twin.silence())
    engine = Engine(state, desk, store, world.journal, outbox, clock, world.tap)
    engine.remember(restored.incidents.values())
    app = App(project, world, engine, store, outbox, composer)
    for receipt in await world.journal.receipts(now - RECALLED):  # the last process may not have heard
        outbox.report(receipt)
    await app.rules.restore()
    await app.history.restore()
    return app


async def run_for(app: App, seconds: float | None, stop: asyncio.Event) -> None:
    """Run until `stop`, or for so many seconds."""
    task = asyncio.create_task(app.run(stop))
    if seconds is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.shield(task)
        stop.set()
    await task
