"""Which numbers leave the program, and does netmon itself work?"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import structlog

from netmon import __version__
from netmon.clock import Clock
from netmon.model import Family, Inventory, Metric
from netmon.run.agenda import Agenda
from netmon.run.backup import Backups
from netmon.run.engine import Engine
from netmon.run.families import inventory_families, link_use_families, restart_families, verdict_families
from netmon.run.heard.limits import Counts
from netmon.run.held import held_families
from netmon.run.looking import Looker
from netmon.run.notify import Outbox
from netmon.run.poller import Poller
from netmon.run.rules import disk_used
from netmon.run.store import Store, label_text
from netmon.run.texts import things

log = structlog.get_logger()

T = TypeVar("T")


async def sheltered(exporter: str, work: Awaitable[T]) -> T | None:
    """What comes of `work`; None if the exporter has failed: its bug is logged and stops neither the service nor the
    next attempt."""
    try:
        return await work
    except Exception as error:
        log.exception("an exporter has failed", exporter=exporter, why=f"{type(error).__name__}: {error}")
        return None


class Exposition:
    """Everything that /metrics shows. The inventory's own families are made once for each inventory.

    `written` belongs to the exporter: how it wrote what has not changed since.
    """

    def __init__(
        self,
        inventory: Inventory,
        store: Store,
        engine: Engine,
        poller: Poller,
        outbox: Outbox,
        clock: Clock,
        heard: Mapping[str, Counts] = MappingProxyType({}),
        beside: Callable[[], Iterator[Family]] = lambda: iter(()),
        figures: Callable[[], Iterator[Family]] = lambda: iter(()),
    ) -> None:
        """`heard`: what became of `traps` and `syslog`, as far as they are listened for; `beside`: what else the
        service does, see `beside_polls`; `figures`: of incidents and of the month, see netmon.run.figures."""
        self._store, self._engine, self._poller, self._outbox, self._clock = store, engine, poller, outbox, clock
        self._heard, self._beside, self._figures = heard, beside, figures
        self.reloads = {"success": 0, "failure": 0}
        self.written: dict[str, tuple[object, tuple[bytes, ...]]] = {}
        self.use(inventory)

    def use(self, inventory: Inventory) -> None:
        """Describe this inventory from now on."""
        self._inventory, self._things = inventory, things(inventory)
        self.written.clear()
        self._fixed = [Family(name, metric, list(series)) for name, metric, series in inventory_families(inventory)]

    def families(self) -> Iterator[Family]:
        """Inventory, verdict, figures, use of the lines, everything collected, and netmon's own health."""
        yield from self._fixed
        core = self._engine.core
        yield from verdict_families(
            self._inventory, dict(core.known.standings), self._engine.incidents(), dict(core.marked), self._things
        )
        yield from self._figures()
        yield from restart_families(self._inventory, dict(core.known.restarts))
        yield from held_families(self._inventory, dict(core.known.held_to))
        yield from link_use_families(self._inventory, self._store)
        yield from self._store.families(self._clock.now())
        yield from self.own()

    def own(self) -> Iterator[Family]:
        """netmon's own health alone."""
        yield from self._health()
        yield from self._hearing()
        yield from self._beside()

    def _health(self) -> Iterator[Family]:
        engine, poller, outbox = self._engine, self._poller, self._outbox
        stepped = engine.stepped_at + self._clock.ahead()
        yield _one("netmon_build_info", "info", "The running version.", 1, {"version": __version__})
        yield _one("netmon_verdict_steps_total", "counter", "Judgements made.", engine.steps)
        yield _one("netmon_verdict_last_step_timestamp_seconds", "gauge", "When evidence was last judged.", stepped)
        totals = list(poller.tallies.totals.items())
        begun, answered = {name: one.sent for name, one in totals}, {name: one.received for name, one in totals}
        yield _each("netmon_polls_total", "counter", "Scheduled polls begun, of all targets.", "collector", begun)
        text = "Scheduled polls that brought an answer, of all targets."
        yield _each("netmon_polls_answered_total", "counter", text, "collector", answered)
        yield _one("netmon_poll_overlaps_total", "counter", "Turns skipped: still under way.", poller.overlapped)
        yield _one("netmon_poll_skipped_rounds_total", "counter", "Turns lost to a busy loop.", poller.skipped)
        yield _one("netmon_poll_spared_total", "counter", "Tables of silent targets not asked for.", poller.spared)
        yield _one("netmon_poll_backed_off", "gauge", "Tables of silent agents, asked for seldom.", poller.backed_off)
        late = "When polls were begun after they were due, over the last minute or two."
        yield _each("netmon_poll_start_delay_seconds", "gauge", late, "share", dict(poller.delays.quantiles()))
        yield _one("netmon_collector_bugs_total", "counter", "Exceptions of collectors.", poller.bugs)
        yield _one(
            "netmon_rows_dropped_total",
            "counter",
            "Rows of tables that are too long to be remembered whole, each time they were seen.",
            engine.core.memory.dropped,
        )
        yield _one("netmon_evidence_dropped_total", "counter", "Evidence that nobody had time for.", engine.dropped)
        yield _one("netmon_journal_write_failures_total", "counter", "Failed journal writes.", engine.trouble.failures)
        yield _each("netmon_notices_sent_total", "counter", "Notices delivered.", "recipient", outbox.sent)
        yield _each("netmon_notices_failed_total", "counter", "Notices given up.", "recipient", outbox.failed)
        yield _each("netmon_notices_retried_total", "counter", "Deliveries to repeat.", "recipient", outbox.retried)
        yield _each("netmon_notices_spared_total", "counter", "Not sent: over, or taken.", "recipient", outbox.spared)
        yield _each("netmon_notices_delayed_total", "counter", "Waits for the rate.", "recipient", outbox.delayed)
        yield _each("netmon_notices_waiting", "gauge", "Notices not yet delivered.", "recipient", outbox.waiting())
        yield _each("netmon_reloads_total", "counter", "Configuration reloads, by outcome.", "outcome", self.reloads)

    def _hearing(self) -> Iterator[Family]:
        for what, counts in list(self._heard.items()):
            taken, lost, strange = (f"netmon_{what}_{word}_total" for word in ("received", "dropped", "unknown"))
            yield _each(taken, "counter", f"Of {what}: taken as evidence, by meaning.", "kind", counts.received)
            yield _each(lost, "counter", f"Of {what}: not taken as evidence, by reason.", "reason", counts.dropped)
            if what == "traps":
                yield _each(strange, "counter", "Traps that mean nothing to netmon.", "trap", counts.unknown)


def beside_polls(
    agenda: Agenda,
    looker: Looker,
    backups: Backups,
    others: Iterable[Callable[[], Iterator[Family]]],
    data: Path | None,
) -> Iterator[Family]:
    """How what the service does beside its polls has gone: duties by the calendar, looks into incidents, backups, what
    `others` tell; and how full the disk is that holds `data`, None = there is none."""
    for families in others:
        yield from families()
    yield from () if data is None else disk_used(data)
    yield Family(
        "netmon_duties_total",
        Metric("counter", "What was to be done by the calendar, by outcome.", ("duty", "outcome")),
        [(label_text(("duty", "outcome"), key), count) for key, count in list(agenda.outcomes.items())],
    )
    due = {name: at.timestamp() for name, at in agenda.due().items()}
    yield _each("netmon_duty_next_timestamp_seconds", "gauge", "When it is done next.", "duty", due)
    yield _each("netmon_looks_total", "counter", "Incidents looked into, by outcome.", "outcome", looker.counts())
    kept = dict(backups.outcomes)
    yield _each("netmon_config_backups_total", "counter", "Backups of configurations.", "outcome", kept)


def _one(name: str, kind: Any, text: str, value: float, labels: Mapping[str, str] | None = None) -> Family:
    labels = labels or {}
    return Family(name, Metric(kind, text, tuple(labels)), [(label_text(labels, labels.values()), value)])


def _each(name: str, kind: Any, text: str, label: str, values: Mapping[str, float]) -> Family:
    return Family(
        name,
        Metric(kind, text, (label,)),
        [(label_text((label,), (key,)), value) for key, value in list(values.items())],
    )
