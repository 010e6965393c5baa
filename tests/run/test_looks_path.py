"""Does the trace after an incident go to the right place, and does it say what differs?"""

from collections.abc import Mapping, Sequence

import pytest

from collectors.path import Path
from netmon.decide import memory
from netmon.model import Clue, Fact, Incident
from netmon.run.looks_path import LONGEST, WAY, usual, ways, whereabouts
from tests.collectors.fakes import FakeNet
from tests.run.province import province

INVENTORY = province()
CORE, DISTRICT, LINE, COMMUNE = "10.28.0.1", "10.28.4.1", "10.28.250.2", "10.28.4.11"


class Still:
    """A clock that stands."""

    def now(self) -> float:
        return 5.0

    def ahead(self) -> float:
        return 0.0


async def look(root: str, hops: Mapping[str, Sequence[str]], usual: str = "") -> Sequence[Clue]:
    incident = Incident(
        id=1, kind="outage", severity="critical", root=root, seat=root, state="open", cause="unknown", opened_at=1.0
    )
    net = FakeNet()
    net.ways = dict(hops)
    return await ways(net, lambda _: usual, Still())(incident, INVENTORY)


def clue(text: str, **values: str) -> Clue:
    return Clue(5.0, "noc", text, tuple(values.items()))


@pytest.mark.parametrize(
    ("root", "place"),
    [
        ("vy-r1", ("vy-r1", DISTRICT)),
        ("van-yen", ("vy-r1", DISTRICT)),
        ("van-yen/1", ("van-yen/1", LINE)),
        ("chau-que-ha/1", ("cqh-r1", COMMUNE)),
        ("cqh-onestop", ("cqh-r1", COMMUNE)),
        ("noc", None),
        ("vnpt", None),
        ("kv-van-yen", None),
        ("gone-since", None),
    ],
)
def test_where_a_root_is(root: str, place: tuple[str, str] | None) -> None:
    assert whereabouts(INVENTORY, root) == place


async def test_routers_are_called_by_their_names_and_the_end_is_told() -> None:
    found = await look("cqh-r1", {COMMUNE: [CORE, LINE, "", "10.99.0.1"]})
    assert found == [clue("path_now", target="cqh-r1", path="core > vy-r1 > * > 10.99.0.1", end="10.99.0.1")]


async def test_a_way_that_goes_through_has_no_end() -> None:
    assert await look("vy-r1", {DISTRICT: [CORE, DISTRICT]}) == [clue("path_now", target="vy-r1", path="core > vy-r1")]


async def test_the_usual_way_is_told_if_it_is_another_one() -> None:
    usual = f"{CORE} > {LINE} > {COMMUNE}"
    found = await look("chau-que-ha", {COMMUNE: [CORE, "10.99.0.1", COMMUNE]}, usual)
    assert found == [
        clue("path_now", target="cqh-r1", path="core > 10.99.0.1 > cqh-r1"),
        clue("path_usual", target="cqh-r1", path="core > vy-r1 > cqh-r1"),
    ]
    same = await look("chau-que-ha", {COMMUNE: [CORE, "", COMMUNE]}, usual)
    assert [each.text for each in same] == ["path_now"], "a silent router is no other way"


async def test_nobody_on_the_way_is_nothing_found() -> None:
    assert await look("vy-r1", {}) == ()
    assert await look("vnpt", {}) == ()


async def test_of_a_long_way_both_ends_are_shown() -> None:
    hops = [f"10.100.100.{number}" for number in range(100, 119)]
    (found,) = await look("vy-r1", {DISTRICT: [*hops, DISTRICT]})
    path = dict(found.values)["path"]
    assert len(path) <= LONGEST
    assert path.startswith("10.100.100.100 > 10.100.100.101 > ")
    assert " > … > " in path
    assert path.endswith(" > 10.100.100.118 > vy-r1")


def test_the_usual_way_is_remembered_across_a_restart() -> None:
    way, key = "10.0.0.1 > * > 10.0.1.1", (("path", "may change"),)
    begun = Fact(target="r1", metric=WAY, news="begun", values=key)
    known = Fact(target="r1", metric=WAY, news="known", values=(("path", way),))
    again = memory.restore({("r1", WAY): {None: begun, (): known}})
    assert usual(again, "r1") == way
    assert usual(again, "r2") == ""
    assert Path.METRICS.keys() >= {WAY}
