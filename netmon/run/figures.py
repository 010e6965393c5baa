"""Which incident is whose, and how has this month been so far?

What the walls and the monthly pages are drawn from, beside the state of each thing. An open incident has series of its
own, which end with it: by its number one finds what the message said. The month's figures are those of the ledger, read
from the journal every few minutes in a thread; netmon.decide.ledger.book says what the columns mean.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from netmon.clock import Clock
from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import ATTRIBUTIONS, COLUMNS, Facts
from netmon.decide.ledger.spans import second
from netmon.decide.ledger.totals import Total, total
from netmon.decide.telling.heads import head_of
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker, clean
from netmon.errors import NetmonError
from netmon.model import Family, Incident, Inventory, Metric
from netmon.people import Case, Person
from netmon.run.engine import Engine
from netmon.run.journal import seam as journal
from netmon.run.store import label_text
from netmon.settings.project import Project

SOON, EVERY = 15.0, 300.0
"""Seconds between two readings of the month: the first two, for a start knows little, and in the end."""
BEGUN = 2.0
"""Seconds of a month after which there is something to be read of it."""
SAID = ("incident", "kind", "severity", "root", "name", "site", "area", "cause", "by")

log = structlog.get_logger()


class Figures:
    """The figures of the running program. `project` is asked for each time, for a reload changes it."""

    def __init__(self, project: Callable[[], Project], engine: Engine, clock: Clock) -> None:
        self._project, self._engine, self._clock = project, engine, clock
        self._month: tuple[float, Sequence[Family]] = (0.0, ())
        self._why = ""

    async def run(self) -> None:
        """Read the month now and then, and as soon as another begins, until cancelled; what has been read stays the
        same list until the next time."""
        pause = SOON
        while True:
            await self.refresh()
            await asyncio.sleep(min(pause, max(self._month[0] - self._clock.now(), 0.0) + BEGUN))
            pause = min(2 * pause, EVERY)

    async def refresh(self) -> None:
        """Read the month so far. While the journal cannot be read there are no figures, rather than old ones."""
        project, now = self._project(), self._clock.now()
        path, over = project.config.data / "journal.db", _months(now, ZoneInfo(project.inventory.timezone))[1]
        try:
            self._month = over, await asyncio.to_thread(month_so_far, path, project.inventory, now)
        except NetmonError as error:
            self._month = over, ()
            if self._why != str(error):
                self._why = str(error)
                log.error("no figures of this month", why=self._why)
        else:
            self._why = ""

    def families(self) -> Iterator[Family]:
        """All of them. Asked for in a thread: what it reads is replaced whole, or copied first."""
        project, desk = self._project(), self._engine.desk
        words = speaker(project.messages, project.inventory, project.config.language)
        incidents, cases = self._engine.incidents(), dict(desk.cases)
        yield from incident_families(words, incidents.values(), cases, project.roster.people, self._clock.ahead())
        over, month = self._month
        if self._clock.now() < over:  # figures of the month before are none of this one
            yield from month


def incident_families(
    words: Speaker,
    incidents: Iterable[Incident],
    cases: Mapping[int, Case],
    people: Mapping[str, Person],
    ahead: float = 0.0,
) -> Iterator[Family]:
    """What each open incident is, since when (wall time, by `ahead` seconds before the program's own), and how many
    sites it hurts. Resolved ones are left out."""
    opened = [one for one in incidents if one.state == "open"]
    keys = {one.id: label_text(("incident",), (str(one.id),)) for one in opened}
    yield Family(
        "netmon_incident_info",
        Metric("gauge", "An open incident: what it is about, where, why, and who took it (by).", SAID),
        [(label_text(SAID, _said(words, one, cases.get(one.id), people)), 1) for one in opened],
    )
    yield Family(
        "netmon_incident_opened_timestamp_seconds",
        Metric("gauge", "When an open incident began.", ("incident",)),
        [(keys[one.id], one.opened_at + ahead) for one in opened],
    )
    yield Family(
        "netmon_incident_sites",
        Metric("gauge", "Sites that an open incident has cut off or degraded, by its number.", ("incident",)),
        [(keys[one.id], len(set(one.affected))) for one in opened],
    )


def _said(words: Speaker, incident: Incident, case: Case | None, people: Mapping[str, Person]) -> tuple[str, ...]:
    """The labels of an incident in the order of `SAID`."""
    inventory, root = words.inventory, incident.root
    head = head_of(incident, inventory, words)
    at = inventory.sites.get(head.site or inventory.site_of(root) or "")
    areas = {site.area for site in inventory.sites.values()} - {""}
    area = at.area if at is not None else root if root in areas else ""
    taker = case.acked_by if case is not None else ""
    by = clean(people[taker].name if taker in people else taker)
    what = (str(incident.id), incident.kind, incident.severity, root, head.name)
    return (*what, "" if at is None else at.id, area, incident.cause, by)


def month_so_far(path: Path, inventory: Inventory, now: float) -> list[Family]:
    """The figures of the calendar month of `now`, in the inventory's time zone, up to then.

    None in the month's first second. NotRunning if there is no journal, JournalError.
    """
    since, until = _months(now, ZoneInfo(inventory.timezone))[0], second(now)
    return list(month_families(inventory, journal.facts(path, since, until), since, until)) if since < until else []


def _months(now: float, zone: ZoneInfo) -> tuple[int, int]:
    """When this calendar month began, and when the next one does (s since the epoch)."""
    first = datetime.fromtimestamp(now, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(first.timestamp()), int((first + timedelta(days=32)).replace(day=1).timestamp())


def month_families(inventory: Inventory, facts: Facts, since: int, until: int) -> Iterator[Family]:
    """What the ledger of [since, until) says of every line and site.

    Only what is in the inventory today: what has left it stands in the reports.
    """
    ledger = book(facts, since, until, ("site", "link"))
    places = {site.id: (site.id, site.level) for site in inventory.sites.values()}
    links = {
        label_text(("site", "level", "link"), (*places[link.site], link.id)): total(ledger.get(("link", link.id), ()))
        for link in inventory.links.values()
    }
    sites = {
        label_text(("site", "level"), place): total(ledger.get(("site", key), ())) for key, place in places.items()
    }
    by_column = Metric("gauge", "Seconds of this calendar month so far, by column of the ledger.", ("column",))
    yield Family("netmon_link_month_seconds", by_column, _by_column(links))
    yield Family(
        "netmon_link_month_down_seconds",
        Metric("gauge", "Seconds of this month that a line was down, by whose fault it was.", ("attribution",)),
        [(f'{text},attribution="{one}"', added.down[one]) for text, added in links.items() for one in ATTRIBUTIONS],
    )
    shares = ((text, added.availability) for text, added in links.items())
    yield Family(
        "netmon_link_month_availability_ratio",
        Metric("gauge", "Share of this month's time, up or down, that a line was up; none while nothing is measured."),
        [(text, share) for text, share in shares if share is not None],
    )
    yield Family("netmon_site_month_seconds", by_column, _by_column(sites))


def _by_column(totals: Mapping[str, Total]) -> list[tuple[str, float]]:
    return [(f'{text},column="{one}"', added.seconds[one]) for text, added in totals.items() for one in COLUMNS]
