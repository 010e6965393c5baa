"""Who notices when netmon itself is silent?

Its pulse, and all those who are told of it: a switch outside, another netmon, systemd; what others say here; and the
drills by which people find out whether they would be called.
"""

from collections.abc import Coroutine, Iterator
from typing import Any

from apscheduler.triggers.cron import CronTrigger

from netmon.clock import Clock
from netmon.model import Beat, Family, Metric
from netmon.run.agenda import Duty
from netmon.run.deadman import Switch
from netmon.run.drills import Drills
from netmon.run.engine import Engine
from netmon.run.notify import Outbox
from netmon.run.poller import Poller
from netmon.run.pulse import Pulse, families, pulse
from netmon.run.store import label_text
from netmon.run.watchdog import Watchdog
from netmon.settings import watched
from netmon.wire.net import Net


class Watched:
    """The watch over one running netmon."""

    def __init__(
        self, wanted: watched.Watched, net: Net, clock: Clock, engine: Engine, poller: Poller, outbox: Outbox
    ) -> None:
        self._wanted, self._clock = wanted, clock
        self._engine, self._poller, self._outbox = engine, poller, outbox
        self._switch = Switch(wanted.deadman, net, clock, self.pulse)
        self.drills = Drills(engine, clock)

    def pulse(self) -> Pulse:
        """When each stage moved last."""
        return pulse(self._engine, self._poller, self._outbox, self._clock.now())

    def run(self) -> list[Coroutine[Any, Any, None]]:
        """What only a service does: it tells others that it lives, unless it is a twin that is mute."""
        twin = self._outbox.twin
        return [
            twin.run(self._engine),
            twin.after(self._switch.run()),
            Watchdog(self._engine, self._clock, self.pulse).run(),
        ]

    def duties(self, zone: str) -> list[Duty]:
        """The drills, at their times in this zone."""
        wanted = self._wanted.drills
        if wanted is None:
            return []
        days = ",".join(str(day) for day in sorted(wanted.days))
        when = CronTrigger(day_of_week=days, hour=wanted.hour, minute=wanted.minute, timezone=zone)
        return [Duty(name="drill", when=when, work=self.drills.planned, masters=True)]

    def hear(self, peer: str) -> bool:
        """Another netmon says that it lives; False if it is not one that is watched."""
        if peer not in self._wanted.peers:
            return False
        self._engine.evidence([Beat(peer, self._clock.now())])
        return True

    def families(self) -> Iterator[Family]:
        """The pulse, the pings by what became of them, and when each peer last spoke up."""
        ahead = self._clock.ahead()
        yield from self._outbox.twin.families()
        yield families(self.pulse(), ahead)
        yield Family(
            "netmon_deadman_pings_total",
            Metric("counter", "What says outside that netmon lives, by whom it tells and outcome.", ("to", "outcome")),
            [(label_text(("to", "outcome"), key), count) for key, count in list(self._switch.pings.items())],
        )
        heard = list(self._engine.core.heard.items())
        yield Family(
            "netmon_peer_last_timestamp_seconds",
            Metric("gauge", "When another netmon last said here that it lives.", ("peer",)),
            [(label_text(("peer",), (name,)), one.word + ahead) for name, one in heard if one.word is not None],
        )
