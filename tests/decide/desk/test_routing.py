"""Which routes does an incident take?"""

from dataclasses import replace

import pytest

from netmon.decide.desk import routing
from netmon.model import Clue, Conference, Device, Incident, Inventory, Link, Site
from netmon.people import Match, Route, Urgency
from tests.decide.desk.office import INVENTORY, NIGHT, ROSTER, incident, wall

B, LINE = incident(root="b"), incident(kind="redundancy_lost", root="a/2", affected=["a"], links=["a/2"])
DAY = wall("2026-10-14 09:00")


@pytest.mark.parametrize(
    ("match", "one", "holds"),
    [
        (Match(), B, True),
        (Match(levels=("commune",)), B, True),
        (Match(levels=("district",)), B, False),
        (Match(levels=("district",)), incident(root="d/1", affected=["b"]), True),
        (Match(areas=("kv-d",)), B, True),
        (Match(areas=("kv-d",)), incident(root="c"), False),
        (Match(areas=("kv-d",)), incident(root="kv-d", affected=["c"]), True),
        (Match(sites=("b",)), incident(root="c"), True),
        (Match(sites=("d",)), incident(root="c"), True),
        (Match(sites=("d",)), incident(root="a"), False),
        (Match(sites=("d", "core")), incident(root="a"), True),
        (Match(carriers=("viettel",)), LINE, True),
        (Match(carriers=("vnpt",)), LINE, False),
        (Match(carriers=("vnpt",)), incident(root="vnpt", affected=["b"]), True),
        (Match(kinds=("blind", "outage")), B, True),
        (Match(kinds=("blind",)), B, False),
        (Match(severity="critical"), B, True),
        (Match(severity="warning"), B, False),
        (Match(affected=2), B, False),
        (Match(affected=2), incident(affected=["b", "c"]), True),
        (Match(priority=True), B, False),
        (Match(priority=False), B, True),
        (Match(priority=True), incident(root="d", affected=["x"]), True),
        (Match(hours="office"), B, False),
        (Match(hours="-office"), B, True),
        (Match(hours="holiday"), B, False),
        (Match(root_is=("area", "carrier")), incident(root="kv-d"), True),
        (Match(root_is=("area", "carrier")), B, False),
        (Match(roots=("b", "kv-d")), B, True),
        (Match(roots=("b/1",)), incident(root="b/1"), True),
        (Match(roots=("b",)), incident(root="b/1"), True),
        (Match(roots=("b",)), incident(root="d", affected=["d", "b"]), False),
        (Match(alerts=("LinkFull",)), B, False),
        (Match(alerts=("LinkFull",)), incident(evidence=(Clue(0.0, "b", "crossed", (("rule", "LinkFull"),)),)), True),
        (Match(levels=("commune",), kinds=("outage",), affected=2), B, False),
    ],
)
def test_all_that_is_asked_for_must_hold(match: Match, one: Incident, holds: bool) -> None:
    assert routing.matches(match, INVENTORY, one, NIGHT) is holds


def _meshed(count: int) -> Inventory:
    """x hangs on m0 of so many sites, each of which has a line to each of the others, and the last one to the core."""
    names = [f"m{n}" for n in range(count)]
    ways = {name: [other for other in names if other != name] for name in names} | {"x": ["m0"]}
    ways[names[-1]].append("core")
    lines = [
        Link(id=f"{here}/{there}", site=here, source=f"{here}-r", target=f"{there}-r", kind="fibre")
        for here, above in ways.items()
        for there in above
    ]
    sites = {
        name: Site(
            id=name, name="", level="district", gateway=f"{name}-r", uplinks=tuple(f"{name}/{on}" for on in above)
        )
        for name, above in ways.items()
    }
    devices = {f"{name}-r": Device(id=f"{name}-r", site=name, role="router") for name in ways}
    return replace(
        INVENTORY,
        sites={**INVENTORY.sites, **sites},
        devices={**INVENTORY.devices, **devices},
        links={**INVENTORY.links, **{line.id: line for line in lines}},
    )


def test_lines_that_go_round_and_round_are_followed_once() -> None:
    inventory = _meshed(20)
    alone = [on for on in ("x", "m0", "m1", "m19", "core", "d") if routing.hangs_alone(inventory, "x", (on,))]
    assert alone == ["x", "m0", "m19", "core"]


def _chosen(*routes: Route, one: Incident = B, at: float = NIGHT) -> routing.Chosen:
    return routing.choose(replace(ROSTER, routes=routes), INVENTORY, one, at)


def test_the_first_route_counts_and_those_behind_it_if_it_says_so() -> None:
    first = Route(name="first", match=Match(kinds=("outage",)), policy="duty", further=True)
    second, third = Route(name="second", urgency="ring", policy="duty"), Route(name="third", policy="duty")
    assert _chosen(first, second, third) == ((first, second), "ring", "duty", "route first, second")
    assert _chosen(second, third).routes == (second,)


def test_no_route_is_no_silence() -> None:
    found = _chosen(Route(name="night", match=Match(hours="-office"), urgency="none"), at=DAY)
    assert (found.urgency, found.routes, found.why) == ("text", (routing.LAST,), "no route matches")
    assert _chosen(Route(name="night", urgency="none")).urgency == "none"


@pytest.mark.parametrize(
    ("kind", "affected", "before", "urgency"),
    [
        ("redundancy_lost", ["a"], 3600, "ring"),
        ("redundancy_lost", ["a"], 3601, "digest"),
        ("outage", ["a"], -5400, "text"),
        ("outage", ["a"], -5399, "ring"),
        ("outage", ["b"], 0, "text"),
        ("change", ["a"], 0, "digest"),
    ],
)
def test_a_conference_makes_it_ring_from_an_hour_before_to_its_end(
    kind: str, affected: list[str], before: float, urgency: Urgency
) -> None:
    held = Conference(name="Hội nghị", at=NIGHT, lasts=5400.0, bridges=("a-hop",))
    one = incident(kind=kind, root=affected[0], affected=affected)  # type: ignore[arg-type]
    found = routing.choose(ROSTER, replace(INVENTORY, events=(held,)), one, NIGHT - before)
    assert found.urgency == urgency
    assert (found.policy, found.why.endswith("rings for the conference Hội nghị")) == ("duty", urgency == "ring")


def test_a_conference_makes_it_ring_where_no_route_matches_too() -> None:
    held = Conference(name="Hội nghị", at=NIGHT, lasts=5400.0, bridges=("a-hop",))
    bare = replace(ROSTER, routes=(Route(name="none", match=Match(kinds=("blind",)), urgency="none"),))
    found = routing.choose(bare, replace(INVENTORY, events=(held,)), incident(root="a"), NIGHT)
    assert (found.urgency, found.policy) == ("ring", "")
    silent = replace(ROSTER, routes=(Route(name="none", urgency="none"),))
    found = routing.choose(silent, replace(INVENTORY, events=(held,)), incident(root="a"), NIGHT)
    assert (found.urgency, found.policy) == ("ring", "duty")


def test_two_sites_that_back_each_other_up_hang_on_what_both_lead_to() -> None:
    """b and c each have a line to d and one to the other."""
    more = {
        "b/2": replace(INVENTORY.links["b/1"], id="b/2", target="c-r"),
        "c/2": replace(INVENTORY.links["c/1"], id="c/2", target="d-r"),
    }
    sites = {
        **INVENTORY.sites,
        "b": replace(INVENTORY.sites["b"], uplinks=("b/1", "b/2")),
        "c": replace(INVENTORY.sites["c"], uplinks=("c/1", "c/2")),
    }
    inventory = replace(INVENTORY, links={**INVENTORY.links, **more}, sites=sites)
    assert routing.hangs_alone(inventory, "c", frozenset({"d"}))
    assert not routing.hangs_alone(inventory, "c", frozenset({"b"}))
