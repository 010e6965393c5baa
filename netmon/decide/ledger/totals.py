"""How many seconds of each column come together by site, device, line, circuit or carrier, and by whose fault?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from netmon.decide.ledger.book import Interval, Ledger, book
from netmon.decide.ledger.facts import ATTRIBUTIONS, COLUMNS, Attribution, Column, Correction, Facts, Subject

By = Literal["site", "device", "link", "circuit", "carrier", "parent"]
BY: tuple[By, ...] = ("site", "device", "link", "circuit", "carrier", "parent")

LISTED: Mapping[By, Subject] = {
    "site": "site",
    "device": "device",
    "link": "link",
    "circuit": "link",
    "carrier": "link",
    "parent": "link",
}
"""Whose intervals are added up."""


@dataclass(frozen=True, slots=True)
class Total:
    """Seconds by column, and of the time that is down, by attribution. Every key is there."""

    seconds: Mapping[Column, int]
    down: Mapping[Attribution, int]

    @property
    def availability(self) -> float | None:
        """The share of the measured time outside planned work and office hours that was up; None without any."""
        measured = self.seconds["up"] + self.seconds["down"]
        return self.seconds["up"] / measured if measured else None


def total(intervals: Iterable[Interval]) -> Total:
    """What these intervals add up to."""
    seconds: dict[Column, int] = dict.fromkeys(COLUMNS, 0)
    down: dict[Attribution, int] = dict.fromkeys(ATTRIBUTIONS, 0)
    for interval in intervals:
        seconds[interval.column] += interval.seconds
        if interval.attribution is not None:
            down[interval.attribution] += interval.seconds
    return Total(seconds, down)


def totals(ledger: Ledger, by: By) -> dict[str | None, Total]:
    """The totals by id of a subject, or of its lines by circuit, carrier or the site above, at the time of each.

    A line without a circuit's number stands under its own id; those of the network itself under the carrier None.
    """
    groups: dict[str | None, list[Interval]] = {}
    for (of, name), intervals in ledger.items():
        if of == LISTED[by]:
            for interval in intervals:
                groups.setdefault(_group(name, interval, by), []).append(interval)
    return {key: total(groups[key]) for key in sorted(groups, key=lambda key: (key is None, key or ""))}


def _group(name: str, interval: Interval, by: By) -> str | None:
    match by:
        case "circuit":
            return interval.owner.circuit or name
        case "carrier":
            return interval.owner.carrier
        case "parent":
            return interval.owner.parent
    return name


def effect(
    facts: Facts, since: int, until: int, correction: Correction
) -> dict[By, dict[str | None, tuple[Total, Total]]]:
    """What one correction changes in the totals of its field and by carrier: (without it, with it) by key.

    Made already or not; what stays the same is left out.
    """
    others = tuple(one for one in facts.corrections if one.seq != correction.seq)
    without = book(replace(facts, corrections=others), since, until, ("link",))
    added = book(replace(facts, corrections=_in_order((*others, correction))), since, until, ("link",))
    ways: tuple[By, ...] = ("carrier", "circuit", "parent")
    return {by: changed for by in ways if (changed := _changed(totals(without, by), totals(added, by)))}


def _in_order(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """By number; one without goes last."""
    return tuple(sorted(corrections, key=lambda one: (one.seq == 0, one.seq)))


def _changed(
    before: Mapping[str | None, Total], after: Mapping[str | None, Total]
) -> dict[str | None, tuple[Total, Total]]:
    nothing = total(())
    keys = [*before, *(key for key in after if key not in before)]
    pairs = {key: (before.get(key, nothing), after.get(key, nothing)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
