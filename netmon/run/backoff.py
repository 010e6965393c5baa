"""Which tables are asked for more seldom, because nobody is there to answer?

An agent that is dead costs a time-out for each table, each round. So a table that brings nothing while the
agent is silent is left out for 1, 3, 7 … rounds, up to `MOST_ROUNDS` or `LONGEST`, always on its own phase; with
the agent's first answer all its tables are asked at once. Probes that tell life from death keep their interval.
"""

from collections.abc import Sequence

from netmon.decide.agents import AGENT
from netmon.errors import CollectError, Unreachable
from netmon.model import Sample
from netmon.run.schedule import Job, Schedule

MOST_ROUNDS = 10.0
"""Intervals that a table is asked apart at most."""
LONGEST = 600.0
"""Seconds that it is asked apart at most, unless its interval is longer."""
PROVEN = 2
"""Rounds without anything after which a table is believed where no other collector asks the agent."""

Outcome = Sequence[Sample] | CollectError
"""What came of a poll."""


class Backoff:
    """How often in a row each table brought nothing, and whether the agent it comes from answers."""

    __slots__ = ("_answers", "_misses", "_schedule", "_slow")

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._answers: dict[str, bool] = {}
        self._misses: dict[str, dict[str, int]] = {}
        self._slow: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        """How many tables are asked for more seldom now."""
        return len(self._slow)

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._slow

    def keep(self, wanted: Sequence[Job]) -> None:
        """Forget what is known of other jobs than these."""
        keys = {job.key for job in wanted}
        targets = {target for target, _ in keys}
        self._slow &= keys
        self._answers = {target: answer for target, answer in self._answers.items() if target in targets}
        kept = {
            target: {name: count for name, count in each.items() if (target, name) in keys}
            for target, each in self._misses.items()
        }
        self._misses = {target: each for target, each in kept.items() if each}

    def polled(self, job: Job, outcome: Outcome, scheduled: bool, now: float) -> bool:
        """Take in how a poll went; True if the schedule has something to do at once."""
        if job.task.plugin.REACHABILITY:
            return job.task.collector == AGENT and self._asked(job.target.id, not isinstance(outcome, Unreachable), now)
        target, collector = job.key
        misses = self._misses.get(target)
        if not (isinstance(outcome, Unreachable) and not outcome.samples) or self._answers.get(target) is True:
            if misses is not None:
                self._back(target, collector)
        elif scheduled:
            misses = self._misses.setdefault(target, {})
            misses[collector] = misses.get(collector, 0) + 1
            self._defer(job, misses[collector] + 1 - (1 if self._answers.get(target) is False else PROVEN))
        return False

    def _asked(self, target: str, answers: bool, now: float) -> bool:
        """The agent was asked. With its first answer its tables are wanted at once."""
        self._answers[target] = answers
        slow = [collector for collector in self._misses.get(target, ()) if (target, collector) in self._slow]
        if not answers or not slow:
            return False
        for collector in slow:
            self._back(target, collector)
            self._schedule.at_once((target, collector), now)
        return True

    def _defer(self, job: Job, times: int) -> None:
        """The table has brought nothing for the `times`-th time in a row that counts."""
        if times < 1:
            return
        every = job.task.every
        apart = min(2.0 ** min(times, 10), MOST_ROUNDS, max(1.0, LONGEST / every))
        self._slow.add(job.key)
        self._schedule.leave_out(job.key, int(apart) - 1)

    def _back(self, target: str, collector: str) -> None:
        """The table is asked for at its interval again."""
        self._slow.discard((target, collector))
        misses = self._misses[target]
        misses.pop(collector, None)
        if not misses:
            del self._misses[target]
