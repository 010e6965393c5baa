"""Does the check know of each incident what the desk would do with it?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.desk.routing import matches as at
from netmon.model import Incident, Inventory, Kind
from netmon.people import Match, Route
from netmon.settings.project import load
from netmon.settings.roster_cover import BOTH, HITS, SEVERITIES, described, takes, uncovered
from tests.settings.test_maintenance import WHOLE
from tests.settings.written import write

TIMES = [datetime.fromisoformat(f"2026-11-24T{hour}+07:00").timestamp() for hour in ("09:00", "23:00")]
ROOTS = {"blind": "vantage", "unseen": "vantage", "redundancy_lost": "link", "degraded": "link", "service": "service"}


LEVELS = ("province", "district", "commune")
KINDS = get_args(Kind)


@st.composite
def covers(draw: st.DrawFn) -> list[Match]:
    """Matches that leave nothing out: one that takes all, split in two again and again."""
    parts = [Match()]
    for _ in range(draw(st.integers(1, 5))):
        whole = parts.pop(draw(st.integers(0, len(parts) - 1)))
        parts += draw(st.sampled_from(list(halves(whole))))
    return draw(st.permutations(parts))


def halves(whole: Match) -> Iterator[tuple[Match, Match]]:
    """The ways to split a match in two."""
    yield whole, whole
    if not whole.severity:
        yield replace(whole, severity="critical"), replace(whole, severity="warning")
    if not whole.hours:
        yield replace(whole, hours="office"), replace(whole, hours="-office")
    if whole.priority is None:
        yield replace(whole, priority=True), replace(whole, priority=False)
    for every, key in ((whole.levels or LEVELS, "levels"), (whole.kinds or KINDS, "kinds")):
        for n in range(1, len(every)):
            yield replace(whole, **{key: every[:n]}), replace(whole, **{key: every[n:]})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return load(write(tmp_path_factory.mktemp("cover"), {"a.yaml": WHOLE})).inventory


def incidents(inventory: Inventory) -> Iterator[Incident]:
    """What may happen to one thing of this inventory."""
    for site in inventory.sites.values():
        roots = {"site": (site.id,), "device": site.devices, "link": site.uplinks, "service": site.services}
        roots["vantage"] = tuple(one for one in site.devices if one == inventory.vantage)
        for kind in ("outage", "redundancy_lost", "degraded", "blind", "service", "unseen", "threshold", "change"):
            sorts = [ROOTS[kind]] if kind in ROOTS else ["site", "device"]
            if kind == "redundancy_lost" and len(site.uplinks) < 2:
                continue
            for severity in SEVERITIES.get(kind, BOTH):
                for root in (one for sort in sorts for one in roots[sort]):
                    yield made(kind, severity, root, (site.id,) if kind in HITS else ())


def made(kind: Any, severity: Any, root: str, affected: tuple[str, ...]) -> Incident:
    return Incident(
        id=1, kind=kind, severity=severity, root=root, seat=root, state="open", cause="unknown", opened_at=0.0,
        affected=affected, links=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("carriers", "lost"),
    [(["vnpt", "viettel"], ""), (["vnpt", None], "on a line of nobody"), (["vnpt", "mobi"], "on a line of mobi")],
)
def test_each_line_of_a_site_is_looked_at_by_itself(
    inventory: Inventory, carriers: list[str | None], lost: str
) -> None:
    site = next(one for one in inventory.sites.values() if one.uplinks)
    line = inventory.links[site.uplinks[0]]
    lines = {f"{site.id}/{n}": replace(line, id=f"{site.id}/{n}", carrier=one) for n, one in enumerate(carriers)}
    two = replace(inventory, sites={site.id: replace(site, uplinks=tuple(lines))}, links=lines)
    others = tuple(kind for kind in KINDS if kind != "degraded")
    parts = [Match(kinds=("degraded",), carriers=(one,)) for one in ("vnpt", "viettel")]
    found = next(uncovered(routes := routed([*parts, Match(kinds=others)]), two), None)
    said = "" if found is None else described(found, routes)
    assert (lost in said, bool(said)) == (True, bool(lost))


SOME = settings(max_examples=40)


@SOME
@given(parts=covers(), data=st.data())
def test_what_is_said_to_be_covered_finds_a_route(
    inventory: Inventory, parts: list[Match], data: st.DataObject
) -> None:
    assert next(uncovered(routed(parts), inventory), None) is None
    less = [one for one in parts if one != data.draw(st.sampled_from(parts))]
    found = [
        (i, wall)
        for i in incidents(inventory)
        for wall in TIMES
        if not any(at(one, inventory, i, wall) for one in less)
    ]
    if found:
        assert next(uncovered(routed(less), inventory), None) is not None, found[0]


@SOME
@given(parts=covers(), data=st.data())
def test_what_takes_all_of_another_matches_whenever_that_does(
    inventory: Inventory, parts: list[Match], data: st.DataObject
) -> None:
    wide, narrow = data.draw(st.sampled_from(parts)), data.draw(st.sampled_from(parts))
    narrow = data.draw(st.sampled_from([half for pair in halves(narrow) for half in pair]))
    if takes(wide, narrow):
        for incident in incidents(inventory):
            for wall in TIMES:
                assert at(wide, inventory, incident, wall) or not at(narrow, inventory, incident, wall)


def routed(parts: list[Match]) -> list[Route]:
    return [Route(name=str(n), match=match) for n, match in enumerate(parts)]
