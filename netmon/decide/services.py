"""When is a service that does not do its work a problem of its own, and what must be known before people are told?

Services are asked seldom, so a failure seen once may be over by the time it would be told: it is asked anew before. One
that answers, only badly, may suffer from a line that is bad, and a line needs a minute to be called so: until then
nothing is said, and nothing after, for the line is what is to be told.
"""

from collections.abc import Iterable, Iterator

from netmon.decide import bearers
from netmon.decide.book import Problem
from netmon.decide.detect import SERVICE_STEP
from netmon.decide.knowledge import Knowledge
from netmon.decide.state import Core, Wishes
from netmon.model import State

POOR_FOR = 75.0
"""Seconds for which a service must do badly: a bad line is called bad after 60."""
FRESH = 3.0
"""Seconds before people are told from which on it must have failed once more."""


def problems(known: Knowledge, confirm: float) -> Iterator[Problem]:
    """The services that are down by themselves."""
    services = known.inventory.services
    for name in known.graph.index.sorted(known.mute & services.keys()):
        watch = known.watches[name]
        if known.standings[name].state is not State.DOWN or (watch.poor and _over_a_bad_line(known, name)):
            continue
        since, lasts = watch.first_miss or watch.called_at, max(confirm, POOR_FOR) if watch.poor else confirm
        yield Problem(
            kind="service",
            seat=name,
            root=name,
            severity="warning",
            since=since,
            confirm=lasts,
            affected=(services[name].site,),
            wavers=watch.last_miss < since + lasts - FRESH,
        )


def ask_anew(core: Core, wishes: Wishes, found: Iterable[Problem], now: float) -> None:
    """Ask those that are about to be told and have not failed since."""
    doubted = [problem for problem in found if problem.kind == "service" and problem.wavers]
    core.asked_anew = {p.seat: core.asked_anew[p.seat] for p in doubted if p.seat in core.asked_anew}
    for problem in doubted:
        if now >= problem.due() - FRESH and now >= core.asked_anew.get(problem.seat, 0.0) + SERVICE_STEP:
            wishes.ask.add(problem.seat)
            core.asked_anew[problem.seat] = now


def _over_a_bad_line(known: Knowledge, service: str) -> bool:
    """Does a line lose or delay too much that stands between the vantage and whoever carries the service?"""
    if not known.degraded:
        return False
    graph, devices = known.graph, known.inventory.devices
    on = bearers.bearer(known.inventory, known.watches, service)
    sites = {devices[name].site for name in (on, *graph.ancestors[on]) if name in devices}
    return any(line in known.degraded for site in sites for line in graph.lines[site])
