"""What does the desk keep between two steps, what does it hear, and what can it order?"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.decide.desk.scope import Scopes
from netmon.model import Entry, Incident, IncidentEvent, Inventory, Standing
from netmon.people import Act, Case, Receipt, Roster


class Heard(NamedTuple):
    """What reached the desk since the last step: news of incidents, what people said, what became of deliveries."""

    news: Sequence[IncidentEvent] = ()
    acts: Sequence[Act] = ()
    receipts: Sequence[Receipt] = ()


class Letter(NamedTuple):
    """One message that has to go out: about `event`, `to` a person (or a channel that has an address of its own), `by`
    a channel, at `address` there ("" = the channel's own).

    `language` "" is the project's. `then`: seconds until somebody else is told if nobody acknowledges, None: nobody is.
    `why`: route and step, for those who ask. A letter of an event that is not in the journal (a digest) is about an
    incident that was made for it.
    """

    event: IncidentEvent
    to: str
    by: str
    address: str = ""
    language: str = ""
    then: float | None = None
    why: str = ""


@dataclass(slots=True)
class Lately:
    """What somebody was sent lately: when each text, the oldest first; when a call went last, and about what."""

    texts: deque[float] = field(default_factory=deque)
    called: float = float("-inf")
    about: int = 0


@dataclass(slots=True)
class Orders:
    """What the desk wants: lines for the journal, letters, and when to be called again even if nothing happens."""

    entries: list[Entry] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    wake: float | None = None


@dataclass(slots=True)
class Desk:
    """The state between two steps. `incidents`: the open ones and those that somebody has yet to hear the end of.

    `cases`: where incidents stand with people, those of the last 30 days too; `said`: what people said of each.
    `acts`: silences and storms that are not over, and people who left, by their numbers.
    `ahead` is how far the wall clock is ahead of `now`, seconds. `bulletins`: number of a storm -> the storm, and until
    when its bulletins are written. `scopes`: what the names of silences and storms stand for.
    Whoever calls the desk keeps `standings` as they are now, and `batteries`: the UPSs that feed from theirs, with the
    seconds left (None: they do not say). `mute`: the silence of everything under which this desk tells nobody anything,
    None: it does (netmon.decide.desk.mute).

    So that a step costs what is due and not what is open: `timers` is a heap of (when, incident), outdated ones
    included; `waiting` are incidents that something in the next digest is about, which goes out at `digest_due` (wall
    time); `look_at` (wall time) is when a silence ends or a conference draws near. `pages`: when each person was told
    something lately. `ended`: when which incident was over, the oldest first. `lately`: what each person was sent in
    the last ten minutes; `gathered`: for each person the incidents that wait to be told in one message, and since when,
    the first one first; `ringing`: those of them that have yet to wake that person.
    """

    roster: Roster
    inventory: Inventory
    incidents: dict[int, Incident] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    acts: dict[int, Act] = field(default_factory=dict)
    said: dict[int, tuple[Act, ...]] = field(default_factory=dict)
    ahead: float = 0.0
    timers: list[tuple[float, int]] = field(default_factory=list)
    waiting: dict[int, None] = field(default_factory=dict)
    digest_due: float | None = None
    look_at: float | None = 0.0
    pages: dict[str, deque[float]] = field(default_factory=dict)
    ended: deque[tuple[float, int]] = field(default_factory=deque)
    lately: dict[str, Lately] = field(default_factory=dict)
    gathered: dict[str, dict[int, float]] = field(default_factory=dict)
    ringing: dict[str, dict[int, float]] = field(default_factory=dict)
    bulletins: dict[int, tuple[Act, float]] = field(default_factory=dict)
    scopes: Scopes | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)
    batteries: Mapping[str, float | None] = field(default_factory=dict)
    mute: Act | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its people live."""
        return ZoneInfo(self.inventory.timezone)
