"""Is everybody on duty told once, and nobody what is over, wherever the process is killed?

As test_kills, on the desk's own project: a priority site is lost, the one on duty is called, the next one is called,
somebody takes it, it comes back. Every call that writes to the journal is a moment to die at.
"""

from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from netmon.people import Act as Said
from netmon.people import Policy, Step
from netmon.settings.project import Project, load
from tests.conftest import ROOT
from tests.proof.stage import Act, Fate, House, Lived, lives

LOST, BACK, END = 20.2, 84.3, 125.0
FAREWELL = 3


def take(house: House) -> None:
    """Bình takes what is open, if the program is there to hear it."""
    app = house.app
    for number, incident in app.engine.incidents().items() if app is not None else ():
        if app is not None and incident.state == "open":
            app.engine.say(Said(verb="ack", who="binh", at=house.clock.now(), incident=number))


SCRIPT: tuple[Act, ...] = (
    (LOST, ("fail", "hill-r")),
    (70.1, take),
    (74.1, take),
    (78.1, take),
    (BACK, ("restore",)),
)
"""Whoever is told nothing in return says it again: a killed process has heard nothing."""


@pytest.fixture(scope="module")
def desk() -> Project:
    """The desk's project, where the next one is called after twelve seconds."""
    project = load(ROOT / "tests" / "desk")
    steps = (Step(tell=("duty",), wait=12.0), Step(tell=("an", "binh"), wait=300.0))
    policies = {**project.roster.policies, "wake": Policy(id="wake", steps=steps)}
    return replace(project, roster=replace(project.roster, policies=policies))


def told(run: Lived) -> Counter[tuple[str, str, str]]:
    """(to, by, event) of each message, repetitions of the same id left out."""
    once = {notice.id: notice for notice in run.notices}
    return Counter((notice.to, notice.channel, notice.event) for notice in once.values())


def check(undisturbed: Lived, killed: Lived, why: object) -> None:
    times = Counter(notice.id for notice in killed.notices)
    allowed = Counter(name for life in killed.lives for name in life.unrecorded)
    assert all(times[name] <= 1 + allowed[name] for name in times), (why, times)
    assert told(killed) == told(undisturbed), why
    last = max(notice.at for notice in killed.notices if notice.event != "resolved")
    assert last < killed.notices[-1].at, (why, "nobody is paged for what is over")
    assert killed.open == [], why


def test_killed_at_the_calls_of_the_journal(desk: Project, ram: Path) -> None:
    undisturbed = lives(desk, SCRIPT, END, keep_roster=True)
    assert told(undisturbed) == {
        ("an", "call", "opened"): 1, ("an", "sms", "opened"): 1,
        ("an", "call", "reminded"): 1, ("an", "sms", "reminded"): 1,
        ("binh", "call", "escalated"): 1, ("binh", "sms", "escalated"): 1,
        ("an", "sms", "resolved"): 1, ("binh", "sms", "resolved"): 1,
    }  # fmt: skip
    calls = undisturbed.last.calls[:-FAREWELL]
    chosen = [number for number, what in enumerate(calls, 1) if what != "beat" or number % 30 == 0]
    for call, after in product(chosen, (False, True)):
        path = ram / f"{call}{after}.db"
        run = lives(desk, SCRIPT, END, journal=path, fates=[Fate(call, after)], keep_roster=True)
        check(undisturbed, run, (call, calls[call - 1], after))
        for file in ram.glob(f"{path.name}*"):
            file.unlink()
