"""What does the verdict keep between two steps, and what can it wish for?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netmon.decide.book import Book
from netmon.decide.faults import Judgement
from netmon.decide.knowledge import Knowledge
from netmon.decide.memory import Memory
from netmon.model import Alerted, Crossed, Entry, Incident, Inventory, Maintenance, Mark, MarkKind, Pairs, Site
from netmon.settings.watched import Peer

EMPTY = Judgement(faults={}, behind={}, exonerated=frozenset())


@dataclass(slots=True)
class Wishes:
    """What the verdict wants: entries for the journal, targets to probe now, devices whose interfaces or power to poll.

    `wake` is when to be called again even if nothing arrives.
    """

    entries: list[Entry] = field(default_factory=list)
    ask: set[str] = field(default_factory=set)
    ports: set[str] = field(default_factory=set)
    power: set[str] = field(default_factory=set)
    wake: float | None = None


@dataclass(frozen=True, slots=True)
class Plans:
    """What maintenance and calendars come to for one inventory: what each window covers, which sites have hours."""

    inventory: Inventory
    covers: Mapping[Maintenance, frozenset[str]]
    offices: tuple[Site, ...]


@dataclass(slots=True)
class Expiry:
    """When a certificate ends (wall time), and how many seconds before that people are told, longest first.

    `relapsed`: when this one was last seen, if it appeared again after a newer one; `due`: when it is judged next.
    """

    until: float
    steps: tuple[float, ...]
    relapsed: float | None = None
    due: float = 0.0


@dataclass(slots=True)
class Alarm:
    """Somebody else's alert: what was sent last (None: it was told before a restart, and not sent since), when people
    may be told of it, when it is over unless it is sent again, and whether it was said to have ended."""

    seen: Alerted | None
    due: float
    lapses: float
    ended: bool = False


@dataclass(slots=True)
class PeerHeard:
    """What is known of another netmon that this one watches: from when on its silence counts, its last word (None: none
    since its silence was told, or ever), and the first of those that it belongs to."""

    counts_from: float
    word: float | None = None
    since: float = 0.0


@dataclass(slots=True)
class Core:
    """The state between two steps. `lost`: lines one of whose ends is gone.

    `ahead` is how far the wall clock is ahead of `now`, seconds: calendars and maintenance go by the wall.
    `followed`: when a trap was last a reason to poll what hold.follow names; `follow_due`: what is to be polled so.
    `marked` are the marks that have begun and are not over; `excused`: id -> until when (as `now`) it may be
    silent without anybody being told; `asked_anew`: when services that are about to be told were last asked;
    `doubted`: sites back from an off-hours silence, whose uptime has to confirm it.
    `expiries`: service -> its certificate, as last seen. `memory`: the rows that are remembered; `told_once`: changes
    that were told, and when; `recent`: incidents that ended a few minutes ago. `crossed`: news of limits that nobody
    was told yet, by the seat of their incidents. `alarms`: somebody else's alerts by the seat of their incidents, and
    how many more were refused. `peers`: the netmons that
    this one watches, `heard`: their words; `attended`: when this one was last there to hear.
    """

    known: Knowledge
    book: Book
    seq: int
    confirm: float
    wait: float
    judged: Judgement = EMPTY
    blind: bool = False
    next_ask: dict[str, float] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    ports_due: dict[str, float] = field(default_factory=dict)
    ports_at: float = 0.0
    followed: dict[tuple[str, str], float] = field(default_factory=dict)
    follow_due: set[tuple[str, str]] = field(default_factory=set)
    review_at: float | None = None
    ahead: float = 0.0
    maintenance: tuple[Maintenance, ...] = ()
    marked: dict[tuple[str, MarkKind], Mark] = field(default_factory=dict)
    doubted: dict[str, Mark] = field(default_factory=dict)
    plans: Plans | None = None
    excused: dict[str, float] = field(default_factory=dict)
    asked_anew: dict[str, float] = field(default_factory=dict)
    expiries: dict[str, Expiry] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    told_once: dict[tuple[str, str, Pairs], float] = field(default_factory=dict)
    recent: dict[int, Incident] = field(default_factory=dict)
    crossed: dict[str, Crossed] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    alarms_refused: int = 0
    peers: Mapping[str, Peer] = field(default_factory=dict)
    heard: dict[str, PeerHeard] = field(default_factory=dict)
    attended: float = 0.0

    def number(self) -> int:
        """The next number of the journal."""
        self.seq += 1
        return self.seq
