"""Is a whole day there in the end, if everything that can happen to it happens within that day?

A town's day is played in virtual time and handed to both exporters minute by minute, hundreds of times as fast. Netmon
is killed twice, the server is killed and stays away for ten hours of the twenty-four, the disk fills up, and one of the
spools does not hold what waits. Then every number is looked for at the server.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path

import pytest

from tests.run.push import recorded
from tests.run.push.played import FULL, Play, Points, Told, disk
from tests.servers_of_numbers import Victoria, victoria

Require = Callable[[str, str], str]

KILLED, FILLED, EMPTIED = (2, 5), 5.5, 6.5
GONE, BACK = 4, 14
"""Hours at which something happens to netmon, its disk and the server."""
ROOMY, SMALL = 30, 7.5
"""How many hours a spool holds: all of them; fewer than the server is away, and more than until netmon is killed for
the second time, because what it has counted by then dies with it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one exporter: what its spool took, what is there, the moment of each time, and what was counted as lost."""

    taken: Points
    there: Points
    moments: Mapping[int, int]
    lost: Mapping[str, int]

    def missing(self) -> list[int]:
        """The moment of each number that is not there, in order."""
        return sorted(self.moments[at] for _, at in self.taken.keys() - self.there.keys())

    def foreign(self) -> list[object]:
        """What is there and was never taken, or as another number; of one, VictoriaMetrics keeps some ten digits."""
        return [
            (point, value, self.taken.get(point))
            for point, value in self.there.items()
            if point not in self.taken or not isclose(value, self.taken[point], rel_tol=1e-9)
        ]


def there(server: Victoria, name: str) -> Points:
    found = server.series(f'{{via="{name}"}}')
    return {(series, at): value for series, values in found.items() for at, value in values.items()}


def too_small(told: Told) -> bool:
    """Whether lines had to go that the server never had; it may have been killed long after its hour."""
    return bool(told.now["lost"]["spool_full"])


def play(
    folder: Path, require: Require, hours: float, seconds: float, kept: Mapping[str, float], falls: Sequence[float] = ()
) -> dict[str, Outcome]:
    """So many hours as the day, a minute of it in so many seconds, with spools for `kept` of its 24 hours; at `falls`
    the server is killed again and comes back at once."""
    one = Play(recorded.moments(recorded.record(folder / "town", hours), hours), seconds, folder / "recording.json")
    spools = {name: one.size(name, hours) for name, hours in kept.items()}
    room = sum(spools.values()) + 1_000_000
    small, last = {name for name, fits in kept.items() if fits < 24}, len(one.day) - 1
    with victoria(require, folder / "victoria") as server, disk(require, folder / "disk", room) as place:
        with one.life(server.url, place, spools) as netmon:
            netmon.moment(one.at(KILLED[0]))
        with one.life(server.url, place, spools) as netmon:
            netmon.moment(one.at(GONE))
            netmon.until(lambda told: told.now["waits"] == 0)
            server.kill()  # with what it acknowledged and had not written
            netmon.moment(one.at(KILLED[1]))
        with one.life(server.url, place, spools) as netmon:
            netmon.moment(one.at(FILLED))
            place.fill()
            netmon.until(lambda told: told.now["why"] == FULL)
            netmon.moment(one.at(EMPTIED))
            place.empty()
            netmon.until(lambda told: told.now["why"] == "")
            netmon.moment(one.at(BACK))
            netmon.until(lambda told: told.now["via"] not in small or too_small(told) or told.now["laid"] == last)
            server.start()
            for hour in falls:
                netmon.moment(one.at(hour))
                server.kill()
                server.start()
            netmon.moment(last)
            netmon.until(lambda told: told.now["waits"] == 0)
        moments = {round(at * 1000): number for number, (at, _) in enumerate(one.day)}
        return {
            name: Outcome(one.points(name, told.taken), there(server, name), moments, told.lost)
            for name, told in one.told.items()
        }


def judge(outcome: Outcome, hours: float, fell: bool = False) -> None:
    """What is there was taken, and what was taken is there or was counted; `fell`: in the middle of catching up."""
    assert outcome.foreign() == []
    each = Counter(outcome.moments[at] for _, at in outcome.taken)
    assert len(each) >= len(outcome.moments) - len(KILLED)  # what a kill finds in its hands is not taken
    missing, full, uncertain = outcome.missing(), outcome.lost["spool_full"], outcome.lost["uncertain"]
    assert outcome.lost["disk_full"] == outcome.lost["refused"] == 0
    if hours >= 24:
        assert (missing, full, uncertain) == ([], 0, 0)
        return
    assert 0 < full <= len(missing) <= full + uncertain
    if fell:
        return
    dropped = Counter(missing[-full:])  # behind what the server may have had, because the oldest goes first
    assert dropped == {number: each[number] for number in dropped}
    assert max(dropped) < len(outcome.moments) * BACK / 24


def told(outcomes: Mapping[str, Outcome], seconds: float) -> str:
    """For people who look at the figures."""
    lines = [f"a day at {recorded.EVERY / seconds:.0f} times its speed"]
    lines += [
        f"  {name}: {len(each.taken):,} numbers, of which {len(each.missing()):,} are not there; "
        + (
            ", ".join(f"{lines:,} {reason}" for reason, lines in each.lost.items() if lines)
            or "none is counted as lost"
        )
        for name, each in outcomes.items()
    ]
    return "\n".join(lines)


def test_a_tenth_of_a_day(
    tmp_path: Path, require_program: Require, record_property: Callable[[str, str], None]
) -> None:
    """Everything that happens to a day, ten times as close together."""
    kept = {"influxdb": ROOMY, "remote_write": SMALL}
    outcomes = play(tmp_path, require_program, 2.4, 0.05, kept)
    record_property("figures", told(outcomes, 0.05))
    for name, outcome in outcomes.items():
        judge(outcome, kept[name])


@pytest.mark.nightly
def test_a_server_that_falls_while_the_past_is_made_up_for(
    tmp_path: Path, require_program: Require, record_property: Callable[[str, str], None]
) -> None:
    """Out of a full spool, whose files go while what is in them has been acknowledged a moment ago."""
    kept = {"influxdb": ROOMY, "remote_write": SMALL}
    outcomes = play(tmp_path, require_program, 2.4, 0.05, kept, falls=(BACK + 1,))
    record_property("figures", told(outcomes, 0.05))
    for name, outcome in outcomes.items():
        judge(outcome, kept[name], fell=True)


@pytest.mark.nightly
@pytest.mark.parametrize("small", ["influxdb", "remote_write"])
def test_a_day(
    tmp_path: Path, require_program: Require, record_property: Callable[[str, str], None], small: str
) -> None:
    kept = {"influxdb": ROOMY, "remote_write": ROOMY} | {small: SMALL}
    outcomes = play(tmp_path, require_program, 24, 0.15, kept)
    record_property("figures", told(outcomes, 0.15))
    for name, outcome in outcomes.items():
        judge(outcome, kept[name])
