"""Which rules are crossed by what is known now?

Every `LOOK` seconds the latest values are handed to netmon.decide.rules, a portion at a time so that the loop is never
held up, and what that finds goes to the verdict as evidence. While netmon is blind nobody looks: there are no values
that mean anything.
"""

import asyncio
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from netmon.clock import Clock
from netmon.decide.rules import judge, means, state
from netmon.decide.rules.state import Reading, Row
from netmon.errors import NetmonError
from netmon.model import Crossed, Family, Inventory, Metric
from netmon.reading.families import AGENT_SILENT, DATA_USED, HEALTH, LINK_USE, RESTARTS
from netmon.run.engine import Engine
from netmon.run.families import link_use
from netmon.run.journal.seam import Journal
from netmon.run.store import Store, label_text
from netmon.settings.rules_values import Rule

LOOK = 15.0
PORTION = 500
"""Targets whose values are judged at a time."""
ROWS = 20_000
"""Hours of means that wait at most to be written, while the disk is full."""
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")

Readings = Mapping[str, Sequence[Reading]]


class Rules:
    """The rules of the running program. `health` are netmon's own families as they are exported."""

    def __init__(
        self,
        rules: Sequence[Rule],
        inventory: Inventory,
        store: Store,
        engine: Engine,
        journal: Journal,
        clock: Clock,
        health: Callable[[], Iterator[Family]],
    ) -> None:
        self._store, self._engine, self._journal, self._clock, self._health = store, engine, journal, clock, health
        self._rules, self._inventory, self._state = tuple(rules), inventory, state.State()
        self._unwritten: list[Row] = []
        self._looking = False

    async def restore(self) -> None:
        """Go on from the journal: its means, and the incidents that are open."""
        now = self._clock.now()
        incidents = self._engine.incidents().values()
        self._state = state.start(self._rules, incidents, {}, now)
        kept = await self._journal.rolled(now - self._state.longest()) if self._state.tracks else {}
        tracks = {
            track: {series: means.recalled(hours, now) for series, hours in all_of.items()}
            for track, all_of in kept.items()
        }
        self._state = state.start(self._rules, incidents, tracks, now)

    def use(self, rules: Sequence[Rule], inventory: Inventory) -> None:
        """Watch these rules from now on."""
        self._rules, self._inventory, self._looking = tuple(rules), inventory, False
        state.use(self._state, self._rules)

    async def run(self) -> None:
        """Look until cancelled."""
        due = self._clock.now()
        while True:
            due = max(due + LOOK, self._clock.now())
            await asyncio.sleep(max(0.0, due - self._clock.now()))
            if not self._engine.core.blind:
                await self.look(self._clock.now())

    async def look(self, now: float) -> None:
        """Judge the values of this moment; a reload in the middle ends the look, and the next one is whole again."""
        self._looking, kept = True, self._state
        portions = chain(
            [judge.begin(kept, now)],
            (judge.judge(kept, readings, now) for readings in self._readings(kept.metrics(), now)),
            judge.settle(kept, now),
        )
        for found in portions:
            self._tell(found)
            await asyncio.sleep(0)
            if not self._looking:
                return
        self._looking = False
        await self._write(now)

    def families(self) -> Iterator[Family]:
        """How many series each rule watches and has told, and what was dropped."""
        watching = list(self._state.watching.items())
        for name, text, values in (
            ("netmon_rule_series", "Series that a rule watches.", {name: each.matched for name, each in watching}),
            (
                "netmon_rule_firing",
                "Series of a rule beyond their limit.",
                {name: each.told for name, each in watching},
            ),
        ):
            series = [(label_text(("rule",), (rule,)), count) for rule, count in values.items()]
            yield Family(name, Metric("gauge", text, ("rule",)), series)
        text = "Values of series beyond those that can be kept, and means that could not be written for too long."
        yield Family("netmon_rule_series_dropped_total", Metric("counter", text), [("", self._state.dropped)])

    def summary(self) -> dict[str, dict[str, int]]:
        """By rule: `{"series", "firing"}`."""
        return {
            name: {"series": each.matched, "firing": each.told} for name, each in list(self._state.watching.items())
        }

    def _tell(self, found: Sequence[Crossed]) -> None:
        if found:
            self._engine.evidence(found)

    def _readings(self, metrics: frozenset[str], now: float) -> Iterator[Readings]:
        """All values, a portion at a time; whatever is divided by one another is in one portion."""
        own = metrics & HEALTH.keys()
        collected = metrics - own - {LINK_USE, RESTARTS, AGENT_SILENT}
        if own:
            yield self._own(own)
        if LINK_USE in metrics:
            links = list(self._inventory.links.values())
            for first in range(0, len(links), PORTION):
                portion = links[first : first + PORTION]
                yield {
                    LINK_USE: [(link.id, (way,), use) for link in portion for way, use in link_use(link, self._store)]
                }
        if metrics & {RESTARTS, AGENT_SILENT}:
            yield self._judged()
        if collected:
            yield from self._store.readings(collected, now, PORTION)

    def _judged(self) -> Readings:
        """What the verdict knows of devices: restarts, and agents that are silent."""
        core = self._engine.core
        asked = [name for name in core.known.restarts if name in self._inventory.devices]
        silent = [(name, (), float((name, "agent_silent") in core.marked)) for name in core.known.uptime]
        return {RESTARTS: [(name, (), core.known.restarts[name]) for name in asked], AGENT_SILENT: silent}

    def _own(self, wanted: frozenset[str]) -> Readings:
        """netmon's own health, all of it about the device where it runs."""
        found: dict[str, list[Reading]] = {}
        for name, _, series in self._health():
            if name in wanted:
                labels = HEALTH[name]
                given = ((dict(_LABEL.findall(text)), value) for text, value in series)
                found[name] = [
                    (self._inventory.vantage, tuple(_plain(own.get(each, "")) for each in labels), value)
                    for own, value in given
                ]
        return found

    async def _write(self, now: float) -> None:
        """Keep the means that were finished; what cannot be written waits for the next time."""
        self._unwritten += self._state.rows
        self._state.rows = []
        self._state.dropped += max(0, len(self._unwritten) - ROWS)
        del self._unwritten[:-ROWS]
        if not self._unwritten:
            return
        try:
            await self._journal.roll(self._unwritten, now - self._state.longest())
        except NetmonError as error:
            self._engine.trouble.failed("means", error)
        else:
            self._unwritten = []
            self._engine.trouble.works("means")


def _plain(text: str) -> str:
    """A label value as it was before it was escaped."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def disk_used(folder: Path) -> Iterator[Family]:
    """How full the disk is on which the journal stands: the share that is not left to those who are not root."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return
    total = found.f_blocks - found.f_bfree + found.f_bavail
    text = "How full the disk is on which the journal stands."
    used = 1.0 - found.f_bavail / total if total else 0.0
    yield Family(DATA_USED, Metric("gauge", text), [("", used)])
