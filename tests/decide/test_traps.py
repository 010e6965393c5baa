"""Is what devices say unasked a reason to look, evidence beside what is seen, and never a verdict?"""

from collections.abc import Iterable, Sequence

import pytest

from netmon.decide import core
from netmon.decide.state import Core, Wishes
from netmon.model import Evidence, Incident, Inventory, Observation, PowerSeen, Restored, TrapKind, TrapSeen
from tests.province import SMALL, made

WIRED = SMALL.replace("address: 10.9.1.1}", "address: 10.9.1.1, local: Gi0/0, remote: Gi0/4}").replace(
    "dcam: {address: 10.0.1.9, role: camera}",
    "dcam: {address: 10.0.1.9, role: camera}, dups: {address: 10.0.1.5, role: ups}",
)


@pytest.fixture(scope="module")
def small() -> Inventory:
    assert WIRED.count("dups") == WIRED.count("Gi0/4") == 1
    return made(WIRED).inventory


def everybody(inventory: Inventory, at: float, *silent: str) -> list[Evidence]:
    """An answer of each target, or its silence."""
    names = [*inventory.devices, *(link.id for link in inventory.links.values() if link.address)]
    return [Observation(n, at, "icmp", n not in silent, None if n in silent else 0.01) for n in names]


def settled(inventory: Inventory) -> Core:
    """A core that has heard everybody for a minute, at 0, 1 … 59."""
    found = core.start(inventory, Restored(), 0.0)
    for at in range(60):
        core.step(found, everybody(inventory, at), at)
    return found


def said(at: float, device: str, what: TrapKind, port: str = "") -> TrapSeen:
    return TrapSeen(device, at, what, port)


def wanted(found: Core, at: float, *traps: TrapSeen) -> tuple[set[str], set[str], set[str]]:
    """What is asked because of these: targets, devices for their ports, devices for their power."""
    wishes = core.step(found, traps, at)
    assert wishes.entries == []
    return wishes.ask, wishes.ports, wishes.power


def test_a_port_is_followed_to_its_line_and_both_ends(small: Inventory) -> None:
    found = settled(small)
    assert wanted(found, 60, said(60, "c1", "link_down", "Gi0/4")) == ({"c1", "d/1", "dr"}, {"c1", "dr"}, set())


@pytest.mark.parametrize(
    ("trap", "asked"),
    [
        (said(60, "dups", "on_battery"), ({"dups"}, set(), {"dups"})),
        (said(60, "dups", "on_mains"), ({"dups"}, set(), {"dups"})),
        (said(60, "dr", "cold_start"), ({"dr"}, {"dr"}, set())),
        (said(60, "dr", "bgp_down"), ({"dr"}, {"dr"}, set())),
        (said(60, "dr", "dying_gasp"), ({"dr"}, {"dr"}, set())),
        (said(60, "c1", "link_down"), ({"c1"}, {"c1"}, set())),
        (said(60, "c1", "link_down", "Gi0/99"), (set(), set(), set())),
        (said(60, "nobody", "cold_start"), (set(), set(), set())),
    ],
)
def test_what_a_trap_makes_one_look_at(
    small: Inventory, trap: TrapSeen, asked: tuple[set[str], set[str], set[str]]
) -> None:
    assert wanted(settled(small), 60, trap) == asked


def test_a_storm_of_traps_is_none_of_polls(small: Inventory) -> None:
    found = settled(small)
    asked: list[float] = []
    at, wake = 60.0, 60.0
    while at < 70:
        traps = [said(at, "c1", "link_down" if n % 2 else "link_up", "Gi0/4") for n in range(20)] if at < 65 else []
        wishes: Wishes = core.step(found, traps, at)
        asked += [at] if "c1" in wishes.ports else []
        at, wake = at + 0.05, wishes.wake or float("inf")
    assert len(asked) == 3, "at once, every three seconds, and once more after the last word"
    assert [round(later - asked[0]) for later in asked] == [0, 3, 6]
    assert wake >= at, "nothing is left to ask"


def test_the_last_word_is_looked_at_in_time(small: Inventory) -> None:
    found = settled(small)
    core.step(found, [said(60, "dups", "on_battery")], 60.0)
    wishes = core.step(found, [said(60.5, "dups", "on_mains")], 60.5)
    assert wishes.power == set()
    assert wishes.wake is not None
    assert wishes.wake <= 63.0
    assert core.step(found, [], 63.0).power == {"dups"}


def outage(found: Core, inventory: Inventory, silent: Iterable[str], traps: Sequence[Evidence] = ()) -> Incident | None:
    """What is open half a minute after these have fallen silent, and these were said."""
    for n in range(60, 100):
        extra = [trap for trap in traps if n <= trap.at < n + 1] if traps else []
        core.step(found, [*everybody(inventory, n, *silent), *extra], n)
    return next((incident for incident in core.open_incidents(found) if incident.root == "d" or not silent), None)


def clues(incident: Incident | None) -> dict[str, str]:
    assert incident is not None
    return {clue.text: clue.source for clue in incident.evidence}


def lost(inventory: Inventory) -> set[str]:
    """Everything that can be reached only over d, and its own."""
    found = core.start(inventory, Restored(), 0.0)
    devices = found.known.graph.below("dr") | set(inventory.sites["d"].devices)
    return devices | {link.id for link in inventory.links.values() if link.source in devices}


def test_traps_alone_are_no_verdict(small: Inventory) -> None:
    kinds: tuple[TrapKind, ...] = ("dying_gasp", "bgp_down", "on_battery", "cold_start")
    traps = [said(60.5, device, what) for device in small.devices for what in kinds]
    traps += [said(60.5, "c1", "link_down", "Gi0/4"), said(60.5, "dr", "link_down", "Gi0/0")]
    assert outage(settled(small), small, (), traps) is None


def test_what_was_said_is_evidence(small: Inventory) -> None:
    silent = lost(small)
    plain = clues(outage(settled(small), small, silent))
    assert not {"trap_bgp_down", "trap_link_down", "on_battery"} & plain.keys()
    traps = [
        said(60.0, "c1", "bgp_down"),
        said(60.0, "c1", "link_down", "Gi0/4"),
        said(60.0, "dups", "on_battery"),
    ]
    incident = outage(settled(small), small, silent, traps)
    found = clues(incident)
    assert found["trap_bgp_down"] == found["trap_link_down"] == "c1"
    assert found["on_battery"] == "dups"
    assert incident is not None
    assert incident.cause == "power"


@pytest.mark.parametrize(
    ("traps", "missing"),
    [
        ([said(60.0, "c1", "bgp_down"), said(61.0, "c1", "bgp_up")], "trap_bgp_down"),
        ([said(60.0, "dups", "on_battery"), said(61.0, "dups", "on_mains")], "on_battery"),
        ([said(60.0, "dups", "on_battery"), PowerSeen("dups", 62.0, False)], "on_battery"),
        ([said(60.0, "e", "bgp_down"), said(60.0, "er", "bgp_down")], "trap_bgp_down"),
    ],
)
def test_what_was_taken_back_or_is_known_better_is_none(small: Inventory, traps: list[Evidence], missing: str) -> None:
    assert missing not in clues(outage(settled(small), small, lost(small), traps))


def test_what_was_said_long_before_is_none(small: Inventory) -> None:
    found = settled(small)
    core.step(found, [said(40.0, "c1", "bgp_down"), said(-4000.0, "dups", "on_battery")], 60.0)
    assert not {"trap_bgp_down", "on_battery"} & clues(outage(found, small, lost(small))).keys()


def test_a_long_time_on_battery_counts_if_it_is_polled(small: Inventory) -> None:
    found = settled(small)
    core.step(found, [PowerSeen("dups", -4000.0, True)], 60.0)
    assert "on_battery" in clues(outage(found, small, lost(small)))
