"""How was a period, in a handful of figures?

An outage here is one that cut off a site. Availability and whose fault are over all sites together: the seconds that
each was up, out of those that it was measured and should have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from netmon.decide.ledger.book import Ledger, book
from netmon.decide.ledger.facts import ATTRIBUTIONS, Attribution, Facts
from netmon.decide.ledger.owners import NOBODY, History, Key, histories
from netmon.decide.ledger.spans import second
from netmon.decide.ledger.totals import Total, total
from netmon.model import Incident, Inventory, Transition
from netmon.report.periods import Period
from netmon.report.ruled import by_their_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`whole`: all sites together, `sites` each; how many `outages` began; the innermost sites `hurt` by them, or by
    what was open before; and which outage was the `longest`, for how many seconds up to the end of the period."""

    ledger: Ledger
    whole: Total
    sites: Mapping[str, Total]
    outages: int
    hurt: int
    longest: Incident | None
    lasted: int

    @property
    def measured(self) -> bool:
        """Whether there are figures at all."""
        return self.whole.availability is not None

    @property
    def worst(self) -> tuple[Attribution, float] | None:
        """Through whom or what most of the time was lost, and which share of it; None if none was."""
        lost = sum(self.whole.down.values())
        if not lost:
            return None
        most = max(ATTRIBUTIONS, key=lambda one: self.whole.down[one])
        return most, self.whole.down[most] / lost


def overview(facts: Facts, period: Period, inventory: Inventory) -> Overview:
    """The figures of a period, out of facts that reach over it."""
    found = book(_up_to(facts, period.until), period.since, period.until, ("site", "link"))
    ledger = by_their_lines(found, facts.incidents)
    sites = {name: total(intervals) for (of, name), intervals in ledger.items() if of == "site"}
    whole = total(one for (of, _), intervals in ledger.items() if of == "site" for one in intervals)
    owners = histories(facts)
    cut = [one for one in facts.incidents.values() if one.kind == "outage" and one.affected and _in(one, period)]
    longest = max(cut, key=lambda one: (_lasted(one, period), -one.id), default=None)
    return Overview(
        ledger=ledger,
        whole=whole,
        sites=sites,
        outages=sum(one.opened_at >= period.since for one in cut),
        hurt=len({site for one in cut for site in one.affected if _is_inner(site, one, owners, inventory)}),
        longest=longest,
        lasted=0 if longest is None else _lasted(longest, period),
    )


def _up_to(facts: Facts, until: int) -> Facts:
    """Without what came after this second, but for the next word on each thing, which ends the state it was in."""
    kept: list[Transition] = []
    over: set[tuple[str, str]] = set()
    for one in facts.transitions:
        if one.at < until or (one.of, one.id) not in over:
            kept.append(one)
            over.update([] if one.at < until else [(one.of, one.id)])
    return replace(facts, transitions=kept)


def _in(incident: Incident, period: Period) -> bool:
    over = incident.resolved_at
    return incident.opened_at < period.until and (over is None or over > period.since)


def _lasted(incident: Incident, period: Period) -> int:
    end = period.until if incident.resolved_at is None else min(second(incident.resolved_at), period.until)
    return end - second(incident.opened_at)


def _is_inner(site: str, incident: Incident, owners: Mapping[Key, History], inventory: Inventory) -> bool:
    """Of the innermost level at the time. Of what left the inventory before levels were noted it is not known; that
    counts too, for it is the communes that are merged."""
    level = owners.get(("site", site), NOBODY).at(second(incident.opened_at)).level
    if not level and site in inventory.sites:
        level = inventory.sites[site].level
    return level in ("", inventory.levels[-1])
