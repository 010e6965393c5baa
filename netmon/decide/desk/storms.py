"""What do people read while a storm lasts, instead of a message for each fault?

A bulletin of each area as soon as the storm is said to be there, every half an hour from then on, and one at its end.
Like all bulletins it is an incident made for it, over from the start, that stands in the notices alone.
"""

from math import floor

from netmon.decide.desk import digest, quiet
from netmon.decide.desk.state import Desk
from netmon.decide.desk.toll import clues, toll
from netmon.decide.desk.work import Work
from netmon.model import Clue, Incident, IncidentEvent
from netmon.people import Act

EVERY = 1800.0
"""Seconds between two bulletins."""
UNSURE = 10.0
"""Seconds before the last sign of life within which a bulletin may not have been written: it is sent again."""


def resume(desk: Desk, beat: float | None) -> None:
    """Go on after a restart with the storms that are on; `beat` was the last sign of life, None: there is none."""
    since = float("-inf") if beat is None else beat - UNSURE
    there = quiet.standing(desk, since) if beat is not None else ()
    desk.bulletins = {act.number: (act, since) for act in there if act.verb == "storm"}


def step(work: Work) -> float | None:
    """Send the bulletins that are due; returns when the next one is."""
    desk, now = work.desk, work.now
    on = {act.number: act for act in quiet.standing(desk, now) if act.verb == "storm"}
    for key, (act, _) in [*desk.bulletins.items()]:
        if key not in on:
            del desk.bulletins[key]
            _send(work, act, Clue(now, "", "storm_over"))
    wakes = []
    for key, act in on.items():
        _, since = desk.bulletins.get(key, (act, float("-inf")))
        if due(act, since) <= now:
            since = now
            following = Clue(now, "", "storm_next", (("at", f"{due(act, now) + desk.ahead:.0f}"),))
            _send(work, act, following)
        desk.bulletins[key] = (act, since)
        wakes += [due(act, since), quiet.until(act) - desk.ahead]
    return min(wakes, default=None)


def due(storm: Act, since: float) -> float:
    """When the first bulletin after `since` is."""
    return storm.at if since < storm.at else storm.at + EVERY * (floor((since - storm.at) / EVERY) + 1)


def bulletin(desk: Desk, name: str, now: float, number: int, last: Clue) -> IncidentEvent:
    """How this area stands now, as an incident of this number; `last` is what its last line says."""
    inventory = desk.inventory
    found = toll(inventory, quiet.scopes(desk).of((name,)), desk.standings, desk.incidents.values(), desk.batteries)
    incident = Incident(
        id=number, kind="storm", severity="warning", root=name, seat=name, state="resolved", cause="unknown",
        opened_at=now, resolved_at=now, told_at=now, affected=tuple(one.site for one in found.lost),
        evidence=(*clues(inventory, found, name, now, desk.ahead), last),
    )  # fmt: skip
    return IncidentEvent(event="opened", at=now, incident=incident)


def _send(work: Work, storm: Act, last: Clue) -> None:
    for name in storm.what:
        event = bulletin(work.desk, name, work.now, work.number(), last)
        digest.publish(work, event, digest.readers(work, ()), "storm")
