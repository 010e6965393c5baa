"""How often was a target asked by a collector, how often did it answer, and what is wrong with it?"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from netmon.errors import CollectError, Unreachable
from netmon.model import Metric, Sample
from netmon.run.bus import Frame
from netmon.run.schedule import Job

FRAME_METRICS: dict[str, Metric] = {
    "netmon_probe_success": Metric("gauge", "Whether the last poll by this collector succeeded.", ("collector",)),
    "netmon_probe_duration_seconds": Metric("gauge", "How long the last poll by this collector took.", ("collector",)),
    "netmon_probe_sent_total": Metric("counter", "Scheduled polls begun.", ("collector",)),
    "netmon_probe_received_total": Metric("counter", "Scheduled polls that brought an answer.", ("collector",)),
}
"""What the frame says of each poll, whatever the collector: a family for each field of `Frame`, in that order."""

log = structlog.get_logger()


@dataclass(slots=True)
class Tally:
    """A job, how many of its turns were begun and answered, and what was wrong with its last answer."""

    job: Job
    sent: int = 0
    received: int = 0
    trouble: str = ""

    def count(self, result: Sequence[Sample] | CollectError, took: float, scheduled: bool) -> Frame:
        """Count a poll that took so many seconds; only scheduled ones are turns."""
        failed = isinstance(result, CollectError)
        if failed or self.trouble:
            self._say(result)
        if scheduled:
            self.sent += 1
            self.received += not failed
        return Frame(0.0 if failed else 1.0, took, self.sent, self.received)

    def _say(self, result: Sequence[Sample] | CollectError) -> None:
        """Log trouble that is not plain silence, once, and again only when it changes."""
        trouble = ""
        if isinstance(result, CollectError) and not isinstance(result, Unreachable):
            trouble = type(result).__name__
        if self.trouble != trouble:
            self.trouble = trouble
            if trouble:
                target, task = self.job
                log.warning("poll failed", target=target.id, collector=task.collector, why=str(result))
