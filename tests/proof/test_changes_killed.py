"""Is every change and every step of a certificate told once, wherever the process is killed?

What a poll sees is seen again at the next one; so here everything is said again each second, to whoever lives.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import pytest

from netmon.model import (
    Evidence,
    ExpirySeen,
    Fact,
    Finding,
    IncidentEvent,
    Looked,
    Metric,
    Remembered,
    RowsSeen,
    Sample,
    Service,
    Target,
    Task,
)
from netmon.reading.certificates import EXPIRY
from netmon.settings.project import Project
from netmon.wire.net import Net
from tests.proof.stage import Act, Fate, House, Lived, lives
from tests.province import T0

HOSTS = Remembered("netmon_lan_host_info", ("mac",), gone=2, tell=frozenset({"new", "gone"}))
END = 40.0
ENDS = T0 + 20.0 + 100.0
STEPS = (100.0, 90.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """A collector that brings certificates, if anybody asks it."""

    METRICS: ClassVar[Mapping[str, Metric]] = {EXPIRY: Metric("gauge", "When it ends.")}
    REACHABILITY: ClassVar[bool] = True
    EVERY: ClassVar[float] = 600.0
    got: list[str] = field(default_factory=list)

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        return []


@pytest.fixture(scope="module")
def shop(hamlet: Project) -> Project:
    """The hamlet, with a service that has a certificate."""
    task = Task(collector="tls", plugin=Handshake(), every=600.0, timeout=1.0)
    web = Service(id="web", site="d", name="Web", on="dr", collect={"tls": task})
    return replace(hamlet, inventory=replace(hamlet.inventory, services={"web": web}))


def rows(*hosts: str) -> RowsSeen:
    return RowsSeen("dr", T0, HOSTS, {(mac,): ("p1",) for mac in hosts}, ("port",))


def world(at: float) -> list[Evidence]:
    """What all polls see, so many seconds after the beginning."""
    hosts = ["aa"] if at < 10 or at >= 30 else ["aa", "bb", "cc"]
    seen: list[Evidence] = [rows(*hosts), ExpirySeen("web", T0 + at, ENDS if at < 35 else ENDS + 9e6, STEPS)]
    return seen + ([Finding("c1", T0 + at, "config_changed", (), "+ a line")] if at >= 15 else [])


def seeing(at: float) -> Callable[[House], None]:
    def see(house: House) -> None:
        if house.app is not None:
            house.app.engine.evidence(world(at))
            for number, incident in house.app.engine.incidents().items():
                if incident.kind == "threshold":
                    clues = tuple(replace(incident.evidence[0], text="looked_at") for _ in range(1))
                    house.app.engine.evidence([Looked(number, T0 + at, clues)])

    return see


SCRIPT: tuple[Act, ...] = tuple((0.5 + second, seeing(0.5 + second)) for second in range(int(END)))


def told(run: Lived) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What arrived, each notice once: event, kind, seat and evidence, in no order."""
    once = {notice.id: notice for notice in run.notices}
    return sorted(
        (one.event, one.incident.kind, one.incident.seat, tuple(sorted({clue.text for clue in one.incident.evidence})))
        for one in once.values()
    )


def facts(run: Lived) -> list[tuple[str, tuple[str, ...]]]:
    found = [entry.body for entry in run.told.entries if isinstance(entry.body, Fact)]
    return [(fact.news, tuple(value for _, value in fact.key)) for fact in found]


def test_killed_at_every_writing_of_the_journal(shop: Project, ram: Path) -> None:
    calm = lives(shop, SCRIPT, END)
    assert facts(calm) == [
        ("begun", ()), ("known", ("aa",)), ("new", ("bb",)), ("new", ("cc",)), ("gone", ("bb",)), ("gone", ("cc",)),
    ]  # fmt: skip
    assert Counter((event, kind) for event, kind, *_ in told(calm)) == {
        ("opened", "change"): 3,
        ("opened", "threshold"): 1,
        ("escalated", "threshold"): 1,
        ("resolved", "threshold"): 1,
    }
    assert [e.body.incident.kind for e in calm.told.entries if isinstance(e.body, IncidentEvent)].count(
        "threshold"
    ) == 4
    calls = calm.last.calls
    chosen = [(n, after) for n, what in enumerate(calls, 1) if what in ("write", "claim") for after in (False, True)]
    for call, after in chosen:
        path = ram / f"{call}{after}.db"
        run = lives(shop, SCRIPT, END, journal=path, fates=[Fate(call, after)])
        times = Counter(notice.id for notice in run.notices)
        allowed = Counter(name for life in run.lives for name in life.unrecorded)
        assert all(times[name] <= 1 + allowed[name] for name in times), (call, after)
        assert facts(run) == facts(calm), (call, after)
        assert told(run) == told(calm), (call, after)
        assert run.open == []
