"""What woke people most for least, by rule and by thing, and what could be done about it?

Counted are the messages that arrived; bulletins, drills and messages to channels without a person are not noise.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from statistics import median
from typing import Literal, NamedTuple

from netmon.decide import crossings
from netmon.model import Incident, Inventory, Kind
from netmon.run.journal.told import Sent, Told

NOT_NOISE: frozenset[Kind] = frozenset({"digest", "storm", "drill"})
NIGHT = (22, 6)
"""Hours of the night: from the first, before the second."""
TOP = 10
WEEK = 7 * 86400.0
SHORT = 900.0
"""Seconds: what is over by itself sooner than that needs nobody."""
OFTEN = 3
"""Incidents from which on something comes again and again."""

Hint = Literal["limit", "false", "power", "for", "carrier", "redundancy", "nobody", ""]


class Noise(NamedTuple):
    """A rule or a thing: how many messages of how many incidents, of these at night; how many incidents somebody took,
    and called no fault, with the reasons; the median of how long they lasted (s, None: none is over), and a hint."""

    name: str
    messages: int
    nights: int
    incidents: int
    taken: int
    false: int
    reasons: tuple[str, ...]
    lasted: float | None
    hint: Hint
    carrier: str = ""


class Week(NamedTuple):
    """All of it together, and the top ten by rule (else by kind) and by what it was about."""

    messages: int
    nights: int
    incidents: int
    false: int
    by_rule: tuple[Noise, ...]
    by_thing: tuple[Noise, ...]


def week(told: Told, inventory: Inventory, people: Collection[str], zone: tzinfo) -> Week:
    """Count what was told. Where there are no people, messages to channels count."""
    sent = [one for one in told.sent if _counts(one, people)]
    by: dict[int, list[Sent]] = {}
    for one in sent:
        by.setdefault(one.notice.incident.id, []).append(one)
    incidents = [told.incidents[number] for number in sorted(by)]
    count = _Count(by, told, inventory, zone)
    return Week(
        messages=len(sent),
        nights=sum(_at_night(one, zone) for one in sent),
        incidents=len(incidents),
        false=len({act.incident for act in told.acts if act.verb == "false" and act.incident in by}),
        by_rule=count.top(incidents, rule_of),
        by_thing=count.top(incidents, lambda incident: incident.root),
    )


def rule_of(incident: Incident) -> str:
    """The rule or the alert from elsewhere that speaks here, else what kind of thing has happened."""
    said = {key: value for clue in incident.evidence for key, value in clue.values if key == "alertname"}
    return crossings.by_rule(incident.seat) or said.get("alertname") or incident.kind


class _Count:
    """Counts the incidents that have something in common."""

    def __init__(self, sent: Mapping[int, Sequence[Sent]], told: Told, inventory: Inventory, zone: tzinfo) -> None:
        self._sent, self._inventory, self._zone = sent, inventory, zone
        self._taken = {act.incident for act in told.acts if act.verb in ("ack", "false")}
        self._false = {act.incident: act.text for act in told.acts if act.verb == "false"}

    def top(self, incidents: Iterable[Incident], by: Callable[[Incident], str]) -> tuple[Noise, ...]:
        """The ten with the most messages, of these the ones with most at night first."""
        groups: dict[str, list[Incident]] = {}
        for incident in incidents:
            groups.setdefault(by(incident), []).append(incident)
        found = [self._noise(name, those) for name, those in groups.items()]
        return tuple(sorted(found, key=lambda one: (-one.messages, -one.nights, one.name))[:TOP])

    def _noise(self, name: str, those: Sequence[Incident]) -> Noise:
        sent = [one for incident in those for one in self._sent[incident.id]]
        false = [self._false[one.id] for one in those if one.id in self._false]
        ended = [one.resolved_at - one.opened_at for one in those if one.resolved_at is not None]
        taken = sum(one.id in self._taken for one in those)
        lasted = median(ended) if ended else None
        carrier = self._carrier(name)
        return Noise(
            name=name,
            messages=len(sent),
            nights=sum(_at_night(one, self._zone) for one in sent),
            incidents=len(those),
            taken=taken,
            false=len(false),
            reasons=tuple(reason for reason, _ in Counter(false).most_common(2)),
            lasted=lasted,
            hint=self._hint(name, those, taken, len(false), lasted, carrier),
            carrier=carrier,
        )

    def _hint(
        self, name: str, those: Sequence[Incident], taken: int, false: int, lasted: float | None, carrier: str
    ) -> Hint:
        """What most probably helps, the surest first."""
        often, short = len(those) >= OFTEN, lasted is not None and lasted < SHORT
        ruled = all(one.kind in ("threshold", "alert") for one in those)
        lost = all(one.kind == "outage" for one in those)
        site = self._inventory.sites.get(name)
        if false * 2 >= len(those):
            return "limit" if ruled else "false"
        if often and sum(one.cause == "power" for one in those) * 2 > len(those):
            return "power"
        if often and short and ruled:
            return "for"
        if often and carrier:
            return "carrier"
        if len(those) > 1 and lost and site is not None and len(site.uplinks) == 1:
            return "redundancy"
        return "nobody" if often and not taken else ""

    def _carrier(self, name: str) -> str:
        """Whose line it is."""
        link = self._inventory.links.get(name)
        return link.carrier or "" if link is not None else ""


def _counts(one: Sent, people: Collection[str]) -> bool:
    notice = one.notice
    told = notice.to in people or not people
    return one.state == "delivered" and told and notice.incident.kind not in NOT_NOISE


def _at_night(one: Sent, zone: tzinfo) -> bool:
    begins, ends = NIGHT
    hour = datetime.fromtimestamp(one.at, zone).hour
    return hour >= begins or hour < ends
