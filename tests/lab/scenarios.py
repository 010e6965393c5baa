"""What breaks, and what should netmon say of it, and how soon?

Each scenario is one fault with the expectation computed from the topology. `play` breaks, watches,
mends and watches again; it returns what was seen, and `judge` compares. The tests play each once, the
nightly run ten times.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.lab.cage import LabError
from tests.lab.lab import Lab
from tests.lab.service import Post, Seen, Service
from tests.lab.topology import CORES, VANTAGE, Topology

CHANGE_WITHIN, TOLD_WITHIN, RECOVERY_WITHIN = 6.0, 15.0, 15.0
"""Seconds from the fault to the new state and to the first message, and from traffic to its resolve."""
MIN_LS_INTERVAL = 5.0
SLACK = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fault and what is to be said of it.

    `shown` maps the ids whose state must change to the states that will do; `traffic` is the id whose answers
    mark the end of the repair; `never` are ids with states that they must not take while it is broken:
    after the repair routing moves traffic back, and a gap of a few seconds is a true one; no message may tell of it.
    """

    name: str
    breaks: Callable[[Lab], None]
    kind: str
    root: str
    affected: frozenset[str]
    shown: Mapping[str, frozenset[str]]
    traffic: str
    never: Mapping[str, frozenset[str]]
    change_within: float = CHANGE_WITHIN
    told_within: float = TOLD_WITHIN


class Played(NamedTuple):
    """What was seen: seconds from the fault or the repair; None = never in time."""

    changed: float | None
    told: float | None
    recovered: float | None
    incidents: list[Mapping[str, Any]]
    posts: list[Post]
    changes: list[Seen]
    broken: float
    repaired: float
    mended: float
    unsettled: list[str]

    def story(self) -> list[str]:
        """What was seen, a line each, in seconds from the fault: for a failing test's message."""
        told = [
            (post.at, f"told {post.body['id']} {post.incident['kind']} {post.incident['root']}") for post in self.posts
        ]
        told += [(seen.at, f"{seen.id} {seen.state} behind {seen.behind}") for seen in self.changes]
        told += [(self.broken, "broken"), (self.repaired, "repaired"), (self.mended, "traffic flows again")]
        return [f"{at - self.broken:7.1f} {what}" for at, what in sorted(told)]


_LOST = frozenset({"down", "unreachable"})
_DOWN = frozenset({"down"})
_BLIND = frozenset({"unknown"})


def scenarios(topology: Topology) -> dict[str, Scenario]:
    """All of them, by name."""
    district = topology.districts[0]
    dual = topology.communes(district, dual=True)[0]
    single = topology.communes(district, dual=False)[0]
    sites = {router.site for router in topology.routers.values()}
    others = sites - topology.affected(district)
    found = (
        Scenario(
            name="district cut",
            breaks=lambda lab: lab.cut(*topology.uplinks(district)),
            kind="outage",
            root=district,
            affected=frozenset(topology.affected(district)),
            shown={district: _DOWN} | dict.fromkeys(topology.affected(district) - {district}, _LOST),
            traffic=topology.communes(district, dual=False)[-1],
            never=dict.fromkeys(others, _LOST),
        ),
        Scenario(
            name="single-homed commune cut",
            breaks=lambda lab: lab.cut(f"{single}/1"),
            kind="outage",
            root="",  # its line or the site: nobody can tell them apart from here but by the far port
            affected=frozenset({single}),
            shown={single: _LOST},
            traffic=single,
            never=dict.fromkeys(sites - {single}, _LOST),
        ),
        _primary_lost("primary line cut", f"{dual}/1", sites, lambda lab: lab.cut(f"{dual}/1")),
        Scenario(
            name="core router dies",
            breaks=lambda lab: lab.power_off("p1"),
            kind="outage",
            root="p1",
            affected=frozenset(),
            shown={"p1": _DOWN},
            traffic="p1",
            never=dict.fromkeys(sites, _LOST),
        ),
        _blind("vantage unplugged", sites, silent=False),
        _blind("vantage cut off silently", sites, silent=True),
    )
    return {one.name: one for one in found}


def _primary_lost(name: str, link: str, sites: set[str], breaks: Callable[[Lab], None]) -> Scenario:
    return Scenario(
        name=name,
        breaks=breaks,
        kind="redundancy_lost",
        root=link,
        affected=frozenset({link.partition("/")[0]}),
        shown={link: _DOWN},
        traffic=link,
        never=dict.fromkeys(sites, _LOST),
        # Its address goes on answering over the other line until routing withdraws it, some seconds later: the
        # router's next link state advertisement may have to wait for MinLSInterval, 5 s (RFC 2328).
        change_within=CHANGE_WITHIN + MIN_LS_INTERVAL,
        told_within=TOLD_WITHIN + MIN_LS_INTERVAL,
    )


def _blind(name: str, sites: set[str], *, silent: bool) -> Scenario:
    return Scenario(
        name=name,
        breaks=lambda lab: lab.isolate_vantage(silent=silent),
        kind="blind",
        root=VANTAGE,
        affected=frozenset(),
        shown=dict.fromkeys(sorted(site for site in sites if site.startswith("xa-")), _BLIND),
        traffic=CORES[0],
        never=dict.fromkeys(sites, _LOST),
    )


def play(service: Service, scenario: Scenario) -> Played:
    """Break it, wait for the message, mend it, wait for the all-clear."""
    lab, known = service.lab, service.incidents()
    started = time.time()
    scenario.breaks(lab)
    broken = time.time()
    told = _first(
        service, lambda: [post.at for post in service.posts(started) if post.tells("opened")], scenario.told_within
    )
    changed = _first(service, lambda: _complete(service.changes(started), scenario.shown), scenario.change_within)
    repaired = time.time()
    lab.restore()
    flows = lab.wait_traffic(scenario.traffic, timeout=60)
    recovered = _first(
        service, lambda: [post.at for post in service.posts(broken) if post.tells("resolved")], RECOVERY_WITHIN
    )
    # What must not come is waited for as well: a false page would come while things settle.
    _first(service, lambda: [] if service.unsettled() else [flows], 60)
    return Played(
        changed=None if changed is None else changed - broken,
        told=None if told is None else told - broken,
        recovered=None if recovered is None else recovered - flows,
        incidents=service.new_incidents(known),
        posts=service.posts(started),
        changes=service.changes(started),
        broken=broken,
        repaired=repaired,
        mended=flows,
        unsettled=service.unsettled(),
    )


def _complete(changes: list[Seen], shown: Mapping[str, frozenset[str]]) -> list[float]:
    """When the last of the expected changes was seen; [] while one is missing."""
    first: dict[str, float] = {}
    for seen in changes:
        if seen.state in shown.get(seen.id, ()):
            first.setdefault(seen.id, seen.at)
    return [max(first.values())] if len(first) == len(shown) else []


def _first(service: Service, times: Callable[[], list[float]], within: float) -> float | None:
    """The first of the times, waiting well beyond the limit for it so that a late one is told as late."""
    try:
        service.wait(lambda: bool(times()), within + SLACK, "it to be told")
    except LabError:
        return None
    return times()[0]


def judge(scenario: Scenario, played: Played) -> list[str]:
    """What is wrong with what was seen, in sentences; empty if nothing."""
    wrong = []
    for what, seconds, limit in (
        ("the state changed", played.changed, scenario.change_within),
        ("the first message came", played.told, scenario.told_within),
        ("the recovery was told", played.recovered, RECOVERY_WITHIN),
    ):
        if seconds is None or seconds > limit:
            wrong.append(f"{what} after {seconds} s, not within {limit} s")
    if played.unsettled:
        wrong.append(f"in the end {', '.join(played.unsettled)}")
    told = [(one["kind"], one["root"], set(one["affected"]), one["state"]) for one in played.incidents]
    roots = {scenario.root} if scenario.root else set(scenario.affected) | {f"{one}/1" for one in scenario.affected}
    fits = len(told) == 1 and told[0][0] == scenario.kind and told[0][1] in roots
    if not fits or told[0][2:] != (set(scenario.affected), "resolved"):
        wanted = f"{scenario.kind} of {' or '.join(sorted(roots))}, affected {sorted(scenario.affected)}, resolved"
        wrong.append(f"incidents are {told}, wanted one {wanted}")
    for event in ("opened", "resolved"):
        ids = {post.body["id"] for post in played.posts if post.tells(event)}
        if len(ids) != 1:
            wrong.append(f"{event} was told as {sorted(ids)}, wanted once")
    if len({post.incident["id"] for post in played.posts}) > 1:
        wrong.append(f"messages tell of several incidents: {[post.body['id'] for post in played.posts]}")
    meanwhile = [seen for seen in played.changes if seen.at < played.repaired]
    wrong += [f"{seen.id} was {seen.state}" for seen in meanwhile if seen.state in scenario.never.get(seen.id, ())]
    return wrong
