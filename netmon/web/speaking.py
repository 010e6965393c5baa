"""By which ways do people, and other programs, tell netmon something?"""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from starlette.routing import Route

from netmon.clock import Clock
from netmon.model import Family
from netmon.run.alerts import Alerts
from netmon.run.clicks import Clicks
from netmon.run.engine import Engine
from netmon.run.hearing import Hearing
from netmon.run.links import links_of
from netmon.run.replies import Replies
from netmon.settings.project import Project
from netmon.web import acts, alerts, beats, links
from netmon.web.gate import Gate, make_token
from netmon.wire.net import Net


class Speaking:
    """SMS and calls, HTTP, links, alerts; `project` is asked for each time, for a reload changes it."""

    def __init__(
        self, project: Callable[[], Project], engine: Engine, net: Net, clock: Clock, watched: beats.Hears
    ) -> None:
        self._project, self._engine, self._clock = project, engine, clock
        self.hearing = Hearing(project, engine, clock)
        self._alerts = Alerts(lambda: project().inventory, clock, engine.evidence, lambda: engine.core.alarms_refused)
        self._watched = watched
        self._replies = Replies(self.hearing, net, clock, project().config.notifiers.values())

    def listen(self) -> list[Coroutine[Any, Any, None]]:
        """What has to run so that SMS and calls are heard; nothing where there is no modem."""
        return self._replies.listen()

    def routes(self) -> list[Route]:
        """All addresses at which something can be changed. Makes the token of this start, NotPermitted if it cannot.

        A token of another netmon says that it lives, and nothing else.
        """
        config, hearing = self._project().config, self.hearing
        own, peers = make_token(config.data), config.watched.peers
        gate = Gate(own, {name: one for name, one in config.tokens.items() if name not in peers}, hearing.refused)
        door = Gate(own, {name: one for name, one in config.tokens.items() if name in peers}, hearing.refused)
        found = [*acts.routes(hearing, gate), *alerts.routes(self._alerts, gate)]
        found += beats.routes(self._watched, gate, door)
        if config.url:
            clicks = Clicks(self._project, self._engine, hearing, links_of(config, self._clock))
            found += links.routes(clicks, config.language)
        return found

    def families(self) -> Iterator[Family]:
        """What became of all that was said."""
        yield from self.hearing.families()
        yield from self._replies.families()
        yield from self._alerts.families()
