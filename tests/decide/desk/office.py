"""An office for the tests of the desk: people, rotas and routes, and somebody who turns the clock."""

import gc
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import FrameType
from zoneinfo import ZoneInfo

from netmon.decide.desk.state import Desk, Heard, Letter, Orders
from netmon.decide.desk.step import start, step
from netmon.model import (
    Calendar,
    Carrier,
    Clue,
    Device,
    Entry,
    Event,
    Incident,
    IncidentEvent,
    Inventory,
    Kind,
    Link,
    Restored,
    Service,
    Site,
)
from netmon.people import (
    Act,
    Case,
    Channels,
    Match,
    Means,
    Person,
    Policy,
    Receipt,
    Roster,
    Rota,
    Route,
    Step,
    Verb,
)
from netmon.run.journal.codec import Codec, fold

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = Calendar(
    id="office",
    days=frozenset(range(5)),
    hours=((450, 690), (780, 1020)),
    off=frozenset({date(2026, 9, 1), date(2026, 9, 2)}),
    makeup=frozenset({date(2026, 8, 22)}),
)


def wall(text: str) -> float:
    """Local time such as `2026-10-14 02:00` as seconds since the epoch."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


NIGHT = wall("2026-10-14 02:00")
"""A Wednesday."""


def _site(key: str, level: str, uplinks: tuple[str, ...], area: str = "", *, priority: bool = False) -> Site:
    return Site(
        id=key,
        name=key.title(),
        level=level,
        gateway=f"{key}-r",
        area=area,
        devices=(f"{key}-r",),
        uplinks=uplinks,
        priority=priority,
        services=(f"{key}-hop",) if key == "a" else (),
    )


def _link(site: str, n: int, to: str, kind: str = "fibre", carrier: str = "vnpt") -> Link:
    return Link(id=f"{site}/{n}", site=site, source=f"{site}-r", target=f"{to}-r", kind=kind, carrier=carrier)


LINKS = (
    _link("d", 1, "core"),
    _link("d", 2, "core", carrier="viettel"),
    _link("a", 1, "d", "ftth"),
    _link("a", 2, "core", "4g", "viettel"),
    _link("b", 1, "d", "ftth"),
    _link("c", 1, "b", "ftth"),
    _link("x", 1, "core"),
)
SITES = (
    _site("core", "province", ()),
    _site("d", "district", ("d/1", "d/2"), "kv-d"),
    _site("a", "commune", ("a/1", "a/2"), "kv-d"),
    _site("b", "commune", ("b/1",), "kv-d"),
    _site("c", "commune", ("c/1",)),
    _site("x", "commune", ("x/1",), priority=True),
)
INVENTORY = Inventory(
    province="tinh",
    levels=("province", "district", "commune"),
    vantage="core-r",
    anchors=(),
    timezone="Asia/Ho_Chi_Minh",
    sites={site.id: site for site in SITES},
    devices={f"{site.id}-r": Device(id=f"{site.id}-r", site=site.id, role="router") for site in SITES},
    links={link.id: link for link in LINKS},
    nodes={},
    services={"a-hop": Service(id="a-hop", site="a", name="Hop", on="a-r")},
    carriers={one: Carrier(id=one, name=one.upper()) for one in ("vnpt", "viettel")},
    credentials={},
    calendars={"office": OFFICE},
)
"""core; d on two lines; a on a line of d and on 4G; b behind d, c behind b; x, a priority site."""

CHANNELS = ("call", "sms", "zalo", "mail", "console")
PEOPLE = {
    name: Person(id=name, name=name.title(), reach={by: f"{by}:{name}" for by in ("call", "sms", "zalo", "mail")})
    for name in ("binh", "lan", "hung", "chief")
}
ROSTER = Roster(
    channels=CHANNELS,
    people=PEOPLE,
    rotas={"truc": Rota(id="truc", turns=("binh", "lan", "hung"), begins=date(2026, 10, 12))},
    policies={
        "duty": Policy(
            id="duty",
            steps=(Step(tell=("truc",), wait=300.0), Step(tell=("lan", "chief"), wait=600.0)),
            repeat=1,
            every=900.0,
        )
    },
    routes=(
        Route(name="quiet", match=Match(kinds=("unseen",)), urgency="none"),
        Route(
            name="big", match=Match(levels=("province", "district"), kinds=("outage",)), urgency="ring", policy="duty"
        ),
        Route(
            name="later",
            match=Match(kinds=("redundancy_lost", "degraded", "change"), hours="-office"),
            urgency="digest",
            policy="duty",
        ),
        Route(name="rest", urgency="text", policy="duty"),
    ),
    reach={
        "ring": Channels(by=("call", "sms"), otherwise=("zalo",)),
        "text": Channels(by=("sms",), otherwise=("zalo", "mail")),
        "digest": Channels(by=("zalo",), otherwise=("mail",)),
    },
)
"""In the week of the tests the duty is Bình's; Lan and the chief come next."""


def incident(
    number: int = 1,
    kind: Kind = "outage",
    root: str = "b",
    at: float = NIGHT,
    affected: Sequence[str] | None = None,
    links: Sequence[str] = (),
    evidence: tuple[Clue, ...] = (),
) -> Incident:
    """An open one; it hits its root's site unless told otherwise."""
    hit = (root,) if root in INVENTORY.sites else ()
    return Incident(
        id=number,
        kind=kind,
        severity="critical",
        root=root,
        seat=root,
        state="open",
        cause="unknown",
        opened_at=at,
        affected=hit if affected is None else tuple(affected),
        links=tuple(links),
        told_at=at,
        evidence=evidence,
    )


def calls(desk: Desk, now: float) -> int:
    """How many functions are called by a step without news: unlike time, that does not depend on the machine.

    Nor on when garbage is looked for, which would count too: Hypothesis has a function called then.
    """
    count = 0

    def see(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()
    sys.setprofile(see)
    try:
        step(desk, Heard(), now, 0.0, lambda: 0)
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


Row = tuple[float, int, Event, str, str]
"""When (seconds after the beginning), about which incident, what, to whom, by what."""


@dataclass
class Office:
    """A desk, and what went out of it. Everything is delivered at once unless `broken` or `slow` name the channel."""

    roster: Roster = ROSTER
    inventory: Inventory = INVENTORY
    now: float = NIGHT
    ahead: float = 0.0
    broken: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    letters: list[Letter] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    steps: int = 0
    last: int = 1000

    def __post_init__(self) -> None:
        self.begun = self.now
        self.desk: Desk = start(self.roster, self.inventory, Restored())
        self.wake: float | None = None
        self._receipts: list[Receipt] = []

    def number(self) -> int:
        self.last += 1
        return self.last

    def step(self, *news: IncidentEvent, acts: Sequence[Act] = (), receipts: Sequence[Receipt] = ()) -> Orders:
        heard = Heard(news, acts, (*self._receipts, *receipts))
        self._receipts = []
        journal = [Entry(self.number(), self.now, event) for event in news if event.incident.id not in self.made()]
        orders = step(self.desk, heard, self.now, self.ahead, self.number)
        self.steps += 1
        self.entries += [*journal, *orders.entries]
        self.letters += orders.letters
        self.wake = orders.wake
        self._receipts = [one for letter in orders.letters for one in self._receipt(letter)]
        return orders

    def made(self) -> set[int]:
        return {letter.event.incident.id for letter in self.letters if letter.event.incident.kind == "digest"}

    def _receipt(self, letter: Letter) -> Iterable[Receipt]:
        if letter.by not in self.slow:
            event = letter.event
            notice = f"{event.incident.id}/{event.event}/{letter.to}/1"
            well = letter.by not in self.broken
            yield Receipt(
                notice, event.incident.id, letter.to, letter.by, self.now, well, True, "" if well else "broken"
            )

    def hear(self, one: Incident, event: Event = "opened") -> Orders:
        return self.step(IncidentEvent(event=event, at=self.now, incident=one))

    def over(self, one: Incident) -> Orders:
        return self.hear(replace(one, state="resolved", resolved_at=self.now), "resolved")

    def say(self, verb: Verb, who: str, number: int | None = None, by: Means = "sms", **more: object) -> Orders:
        act = Act(verb=verb, who=who, at=self.now, by=by, incident=number)
        return self.step(acts=[replace(act, **more)])  # type: ignore[arg-type]

    def wait(self, seconds: float) -> None:
        """Let time pass; the desk is called when it wished to be, and at once for receipts."""
        self.until(self.now + seconds)

    def until(self, end: float) -> None:
        for _ in range(10_000):
            if self._receipts:
                self.step()
            elif self.wake is not None and self.wake <= end:
                assert self.wake > self.now or self.steps == 0, "it wishes to be called again at once"
                self.now = self.wake
                self.step()
            else:
                self.now = end
                return
        raise AssertionError("it never rests")

    def restart(self, dead: float = 0.0) -> None:
        """Killed, and started again some seconds later from what stands in the journal, through its JSON."""
        codec = Codec()
        entries = []
        for entry in self.entries:
            kind, _, text = codec.pack(entry.body)
            entries.append(Entry(entry.seq, entry.at, codec.unpack(kind, text)))
        self.now += dead
        self.desk = start(self.roster, self.inventory, fold(Restored(), entries))
        self._receipts = []
        self.step()

    def case(self, number: int = 1) -> Case:
        return self.desk.cases[number]

    def rows(self, since: int = 0) -> list[Row]:
        """The letters, from the n-th on, as short as can be."""
        return [
            (one.event.at - self.begun, one.event.incident.id, one.event.event, one.to, one.by)
            for one in self.letters[since:]
        ]

    def told(self, since: int = 0) -> list[str]:
        """`+300 escalated lan sms` for each letter."""
        return [f"+{at:g} {event} {to} {by}" for at, _, event, to, by in self.rows(since)]
