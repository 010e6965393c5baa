"""Which variables may a message template use?

Texts are finished: in the template's language, bounded, without control characters, empty where nothing
is known. `{% if … %}` around a clause drops it when its value is missing.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from netmon.model import Cause, Event, Kind

RootOf = Literal["site", "device", "link", "service", "carrier", "area", "node", "vantage", "other"]
"""What the root's id names; `other` once it has left the inventory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Someone to call: who (with the role), the number, and what to ask."""

    who: str
    phone: str
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened, to what, and when. Times are local."""

    id: int
    event: Event
    kind: Kind
    severity: Literal["critical", "warning"]
    flapping: bool
    group: bool  # many faults told as one: of an area, or of a carrier
    tag: str  # [MẤT]
    mark: str  # "(cập nhật) ", empty when opened or resolved
    root_of: RootOf
    name: str  # of what the first line is about; shortened there if it must be, as is `site`
    site: str  # the site that the root is at; empty in a first line that is too long with it
    role: str  # of a device: router, camera …
    since: str  # 21:14, with the date if that is not the day of the event
    until: str  # likewise, once resolved
    lasted: str  # 1 giờ 48 phút
    date: str  # CN 22/11/2026, the day of the event


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What is broken, and how we know."""

    root: str  # the root's own name: a circuit, a device
    lines: str  # lost: YB-VY-01 (VNPT), YB-VY-02 (Viettel)
    line_count: int
    all_lines: bool  # these are all the lines the site has
    centre_lines: int  # lines of the carrier that is the root: all it has to the centre; 0 = it is something else
    line_role: str  # primary or backup: of the line that is the root
    left: str  # lines of the site that are not lost, with carrier
    left_short: str  # the same in two words: 4G
    left_count: int
    host: str  # of a service: the device that carries it, if that one answers
    cause: Cause
    reason: str  # the cause in words
    evidence: tuple[str, ...]  # the strongest three; of a bulletin all its lines
    headline: str  # of a bulletin about incidents that came all at once: 9 sự cố từ 02:31; empty of any other


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures that the evidence brings."""

    loss: str  # 3,2%
    loss_limit: str
    rtt: str  # 48 ms
    rtt_limit: str
    promised: bool  # the limits are those of the carrier's contract
    window: str  # how long was measured
    targets: str  # devices never seen
    target_count: int
    certificate: str  # the day on which it ends; empty if this is not about one
    certificate_is: Literal["", "certificate_expires", "certificate_expired", "certificate_renewed"]
    certificate_left: str  # 13 ngày 22 giờ; empty once it has ended
    crossed: str  # of a rule: CPU 97%, or its own sentence; empty if this is not about one
    crossed_is: Literal["", "crossed", "crossed_back", "crossed_silent", "crossed_removed"]  # the last of its evidence
    alert: str  # how Prometheus calls its alert; empty if this is not about one


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurt:
    """Whom it hurts. Counts are numbers of sites."""

    root_hit: bool  # the site that the first line names is itself affected
    affected: int
    affected_level: str  # what all affected are called: điểm
    others: int  # affected besides the site that the first line names
    level: str  # what those are called: xã
    names: str  # theirs, bounded
    fresh: int  # of a group, hit since people were told of it
    fresh_names: str
    total: int  # all that hang on the root, besides that site; 0 = not known
    spared: int  # of those, not affected although they hang on it
    spared_names: str
    spared_by: str  # thanks to: 4G
    services: str  # of the affected sites
    back: int  # affected that are back
    still: int  # affected that are not
    still_names: str
    watched: int  # all sites that the inventory knows
    anchors: str
    anchor_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Whom to call, in which order, and what to say back (phrases.yaml, words); empty where that is not wanted."""

    calls: tuple[Call, ...]
    acknowledge: str  # Nhận việc: nhắn "1 4127". Once it is over: how to note the carrier's ticket
    escalates: str  # Chưa ai nhận sau 5 phút: gọi người kế tiếp.


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a template knows about one event; it sees the fields of the five parts side by side."""

    happened: Happened
    broken: Broken
    measured: Measured
    hurt: Hurt
    todo: Todo

    def variables(self) -> dict[str, Any]:
        """The template variables."""
        parts = (self.happened, self.broken, self.measured, self.hurt, self.todo)
        return {key: value for part in parts for key, value in dataclasses.asdict(part).items()}


VARIABLES = frozenset(
    field.name for part in (Happened, Broken, Measured, Hurt, Todo) for field in dataclasses.fields(part)
)
"""The names of all template variables."""
