"""Does every stage between a poll and a message still move?

A stage that has nothing to do moves, too: its loop comes round. What is not done in time is late, whoever is to blame:
a full disk makes the verdict late that has to be written, and the journal.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from netmon.model import Family, Metric
from netmon.run.engine import Engine
from netmon.run.notify import Outbox
from netmon.run.poller import Poller
from netmon.run.store import label_text

Stage = Literal["poll", "verdict", "desk", "journal", "outbox"]
"""In the order of the way from a device to a person."""
LAG = 30.0
"""Seconds after which a stage that has not moved is late; a poll has its own interval besides."""
UNWRITTEN = 10.0
"""The same for the journal, which is written each second."""


class Pulse(NamedTuple):
    """When each stage moved last, and after how many seconds it is late. Times are the program's own."""

    at: Mapping[Stage, float]
    limits: Mapping[Stage, float]

    def late(self, now: float) -> dict[Stage, float]:
        """The stages that are late, and for how many seconds they have not moved."""
        return {stage: now - at for stage, at in self.at.items() if now - at > self.limits[stage]}


def pulse(engine: Engine, poller: Poller, outbox: Outbox, now: float) -> Pulse:
    """The pulse of the running program."""
    at: dict[Stage, float] = {
        "poll": engine.polled_at,
        "verdict": engine.stepped_at,
        "desk": engine.desk_at,
        "journal": engine.trouble.beaten_at,
        "outbox": outbox.moved_at(now),
    }
    return Pulse(at, dict.fromkeys(at, LAG) | {"poll": LAG + poller.rhythm, "journal": UNWRITTEN})


def in_words(late: Mapping[Stage, float]) -> str:
    """One line: `late: journal (41 s), outbox (35 s)`; empty if nothing is."""
    return "late: " + ", ".join(f"{stage} ({since:.0f} s)" for stage, since in late.items()) if late else ""


def families(pulse: Pulse, ahead: float) -> Family:
    """When each stage moved last, in wall time."""
    return Family(
        "netmon_stage_last_timestamp_seconds",
        Metric("gauge", "When each stage from the poll to the message last moved.", ("stage",)),
        [(label_text(("stage",), (stage,)), at + ahead) for stage, at in pulse.at.items()],
    )
