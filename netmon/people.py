"""Who has to be told what, how urgently and by which channel, and what do people say back?

The values of the on-call desk: what the operators write in alerts/oncall.yaml and alerts/routes.yaml, what colleagues
say, and what the desk remembers of each incident. Times are seconds since the epoch; `at` of what happens is on the
program's own axis (netmon.clock), what people plan (`since`, `until` of overrides, silences, storms) is wall time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

Urgency = Literal["ring", "text", "digest", "none"]
"""`ring` wakes people, `text` is read when it comes, `digest` waits for the bulletin, `none` is only written down."""

Event = Literal["opened", "updated", "reminded", "escalated", "resolved", "noted"]
"""What happens to an incident. `noted`: evidence was added; it is written down and nobody is told."""

Detail = Literal["full", "public"]
"""`public` leaves out addresses, models, circuits and configuration: for channels that strangers may read."""

# --- what the operators write ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A colleague. `reach`: channel (a name under `notifiers:`) -> the address there, "" if it needs none. `phone` is
    for people to dial. `until`: the first day on which nobody is told any more."""

    id: str
    name: str
    phone: str = ""
    reach: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody takes over: [since, until) wall time. `instead_of`: only that person's turns; "" = everybody's."""

    who: str
    since: float
    until: float
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Who has the duty when: `turns` in their order, each for `days` days, handed over at `handover` (hour, minute).

    The first turn of the first person began on `begins`. On the days off of the calendar `holidays` (weekends are none,
    nor are make-up days) the people in `holiday_turns` have it instead, a day off each in their order from `begins` on.
    """

    id: str
    turns: tuple[str, ...]
    begins: date
    days: int = 7
    handover: tuple[int, int] = (8, 0)
    overrides: tuple[Override, ...] = ()
    holidays: str = ""
    holiday_turns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """How somebody is reached: by all of `by` at once; if one fails, by the first of `otherwise` that does not."""

    by: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an escalation: whom to tell (people, rotas, or channels with addresses of their own), and how long to
    wait for an acknowledgement before the next step."""

    tell: tuple[str, ...]
    wait: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An escalation: its steps one after another until somebody acknowledges, all of them `repeat` times more after
    that, `every` seconds apart."""

    id: str
    steps: tuple[Step, ...]
    repeat: int = 0
    every: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which incidents; what is empty or None is not asked for, all the rest must hold.

    `levels`, `areas`, `sites`, `carriers` are those of the root and of what it hits; `sites` includes what hangs on
    them alone. `affected`: so many sites are hit at least. `priority`: whether a priority site is among them.
    `hours`: the id of a calendar, with a leading "-" the time outside of it. `alerts`: rules of alerts/rules.yaml.
    `root_is`: what the root is: site, device, link, service, carrier, node, area or vantage. `roots`: its id, or that
    of the site it stands at.
    """

    levels: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    severity: str = ""
    alerts: tuple[str, ...] = ()
    affected: int = 0
    priority: bool | None = None
    hours: str = ""
    root_is: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What happens to an incident that matches; the first route that does counts, and the next ones too if `further`.

    `policy` "" only with urgency `none`.
    """

    name: str
    match: Match = Match()
    urgency: Urgency = "text"
    policy: str = ""
    further: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most so many pages for one person in so many seconds; the rest goes into the next digest.

    The first page of an incident is never dropped, nor is one that rings.
    """

    pages: int = 12
    per: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """The first week: everything goes to `to` alone, as text, with a list a day of what would have been sent; until
    this day, exclusive (None: until told otherwise)."""

    to: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """alerts/routes.yaml and alerts/oncall.yaml, checked. Without routes everything goes to every channel at once.

    `channels`: all names under `notifiers:`. `digest_at`: (hour, minute) of the bulletins, local. `fallback`: seconds
    without a delivery after which the next channel is tried. `reach`: how each urgency reaches people.
    """

    channels: tuple[str, ...]
    people: Mapping[str, Person] = field(default_factory=dict)
    rotas: Mapping[str, Rota] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    reach: Mapping[Urgency, Channels] = field(default_factory=dict)
    digest_at: tuple[tuple[int, int], ...] = ((7, 30),)
    digest_to: tuple[str, ...] = ()
    fallback: float = 30.0
    budget: Budget = Budget()
    shadow: Shadow | None = None


# --- what people say ---------------------------------------------------------------------------

Verb = Literal[
    "ack", "unack", "note", "called", "ticket", "promise", "false",
    "silence", "unsilence", "storm", "calm", "leave", "master",
]  # fmt: skip
"""ack/unack: I take it / I do not. called: I called `text`. ticket: the carrier's number in `text`. promise: mended
`until`, says the carrier. false: this was no fault, `text` says why. leave: the person `text` is gone as of now.
master: this netmon was a twin that told nobody anything, and is none any more."""

WHOLE = "+"
"""Behind the id of a site or a device that is silenced: and all that hangs on it alone."""

Means = Literal["cli", "api", "sms", "call", "bot", "link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody said, as it stands in the journal. `number` is its own there, 0 before it is written.

    `who`: a person's id, or the name that they gave. `incident`: about which. `what`: the ids of a silence or storm
    (`WHOLE`); `until`: its end, or what was promised. `about`: the number of the silence or storm that is taken back.
    """

    verb: Verb
    who: str
    at: float
    by: Means = "api"
    number: int = 0
    incident: int | None = None
    text: str = ""
    what: tuple[str, ...] = ()
    until: float | None = None
    about: int = 0


# --- what the desk remembers -------------------------------------------------------------------


class Rung(NamedTuple):
    """How far the escalation of one route has come: `step` and `round` were taken last, the next is due at `due`."""

    route: str
    urgency: Urgency
    step: int = -1
    round: int = 0
    due: float | None = None


class Try(NamedTuple):
    """A letter on its way to somebody, `by` channels that may still bring it. If one of them fails, or none has brought
    it until `until`, the first of `left` is tried."""

    event: Event
    to: str
    by: tuple[str, ...]
    left: tuple[str, ...]
    until: float


class Would(NamedTuple):
    """What would have been sent but for the shadow: when (wall time), about what, to whom, by which channels."""

    at: float
    event: Event
    to: str
    by: tuple[str, ...]


class Gathered(NamedTuple):
    """What somebody reads of an incident in one message with others, since when that waits (`at`), how urgent it is,
    and whether a call has been made for it."""

    to: str
    event: Event
    urgency: Urgency
    at: float
    rung: bool = False


class Sent(NamedTuple):
    """Somebody was sent something: a text, a call, or both."""

    to: str
    at: float
    text: bool
    call: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where an incident stands with people; written whenever it changes, and the last word counts.

    `route` names the one that was taken ("" = the last resort, or none yet), `urgency` how it was told. `step` and
    `round` of its policy were taken last, the next is due at `due` (None: none is); `also` is the same for `further`
    routes. `told`: who heard of it, and has to hear of its end, as (person, channel). `silenced`: the number of the
    silence or storm that keeps it quiet, 0 = none. `waiting`: who reads of it in the next digest, as in Step.tell, and
    `waits` since when (wall time). `trying`: letters that have not arrived yet. `shadow`: all of it went to the
    shadow's person only, and `would` are the letters that the next list tells of. `gathered`: who reads of it in one
    message with others, because too many came at once; `lately`: what went to whom in the last ten minutes, a message
    about several with one of them. `over`: nobody has to hear of it any more.
    """

    incident: int
    route: str = ""
    urgency: Urgency = "none"
    step: int = -1
    round: int = 0
    due: float | None = None
    told: tuple[tuple[str, str], ...] = ()
    acked_by: str = ""
    acked_at: float | None = None
    silenced: int = 0
    waiting: tuple[str, ...] = ()
    waits: float = 0.0
    also: tuple[Rung, ...] = ()
    trying: tuple[Try, ...] = ()
    shadow: bool = False
    would: tuple[Would, ...] = ()
    gathered: tuple[Gathered, ...] = ()
    lately: tuple[Sent, ...] = ()
    over: bool = False


class Receipt(NamedTuple):
    """What became of one attempt to deliver a notice. `final`: nobody counts on this channel any more for it."""

    notice: str
    incident: int
    to: str
    by: str
    at: float
    delivered: bool
    final: bool
    why: str = ""
