"""What does the ledger say of one second, told the long way round; and months full of accidents to ask it about.

The oracle knows nothing of spans and stretches: it takes one second of one subject and looks through all facts.
Between two neighbours among the times that occur in the facts nothing can change, so a month needs one question for
each of those; a test over minutes asks every second and does not rely on that.
"""

import math
import random
from dataclasses import dataclass, replace
from typing import NamedTuple

from netmon.decide.ledger.facts import ATTRIBUTIONS, Asset, Correction, Facts, Ruling, Subject
from netmon.model import Cause, Incident, Kind, Mark, MarkKind, Standing, State, Transition

START = 1_790_000_000  # 2026-09-21T21:13:20+07:00
MONTH = 30 * 86400
FAR = 1e15
"""A second at which nothing ends: of what goes on, that has more in common which began earlier."""


Hands = tuple[str, str | None, str, str, str, str]
"""Site, carrier, circuit, the site above, area and level."""


class Said(NamedTuple):
    """What the ledger has to say of one second of one subject."""

    column: str
    owner: Hands
    outage: int | None = None
    attribution: str | None = None
    proposed: str | None = None
    incident: int | None = None
    rulings: tuple[Ruling, ...] = ()


def whole(at: float) -> float:
    return at if math.isinf(at) else math.floor(at + 0.5)


def field_of(row: Asset, field: str) -> str | None:
    own = {"site": row.site, "carrier": row.carrier, "circuit": row.circuit, "parent": row.parent}
    return {**own, "area": row.area, "level": row.level}[field]


@dataclass(frozen=True)
class Oracle:
    facts: Facts

    def subjects(self, since: int, until: int) -> set[tuple[Subject, str]]:
        found: set[tuple[Subject, str]] = set()
        for one in self.facts.transitions:
            if one.of != "service" and self.begins(one.of, one.id)[0] < until:
                found.add((one.of, one.id))
        found |= {(row.of, row.id) for row in self.facts.assets if whole(row.at) < until}
        # Gone all the time: it was at the beginning, and no row came until the end.
        return {
            (of, name)
            for of, name in found
            if not self.gone(of, name, since)
            or any(
                (row.of, row.id) == (of, name) and not row.gone and since < whole(row.at) < until
                for row in self.facts.assets
            )
        }

    def begins(self, of: str, name: str) -> list[float]:
        found: list[float] = []
        for one in self.facts.transitions:
            if (one.of, one.id) == (of, name):
                found.append(max([whole(one.new.since), *found]))
        return found

    def gone(self, of: str, name: str, second: int) -> bool:
        rows = [row for row in self.facts.assets if (row.of, row.id) == (of, name) and whole(row.at) <= second]
        return bool(rows) and rows[-1].gone

    def owner(self, of: str, name: str, second: int) -> Hands:
        rows = [row for row in self.facts.assets if (row.of, row.id) == (of, name)]
        values: list[str | None] = []
        for field in ("site", "carrier", "circuit", "parent"):
            said: list[tuple[float, int, float, str | None]] = []
            for n, row in enumerate(rows):
                value = field_of(row, field)
                if n == 0:
                    said.append((-math.inf, 0, -math.inf, value))
                elif value != field_of(rows[n - 1], field):
                    said.append((row.at, 0, whole(row.at), value))
            if of == "link":
                said += [
                    (one.at, 1, one.since, one.value)
                    for one in self.facts.corrections
                    if one.link == name and one.field == field
                ]
            heard = [statement for statement in said if statement[2] <= second]
            newest = max((statement[:2] for statement in heard), default=None)
            values.append([one[3] for one in heard if one[:2] == newest][-1] if heard else None)
        area, level = (self.place(rows, field, second) for field in ("area", "level"))
        return values[0] or "", values[1], values[2] or "", values[3] or "", area, level

    def place(self, rows: list[Asset], field: str, second: int) -> str:
        """Rows of an older version say nothing of it: then what was said last, for want of it what was said next."""
        told = [(whole(row.at), text) for row in rows if (text := field_of(row, field)) is not None]
        heard = [text for at, text in told if at <= second]
        return heard[-1] if heard else told[0][1] if told else ""

    def marked(self, name: str, kind: MarkKind, second: int) -> bool:
        rows = [mark for mark in self.facts.marks if (mark.id, mark.mark) == (name, kind)]
        for n, mark in enumerate(rows):
            if any(later.since == mark.since for later in rows[n + 1 :]):
                continue
            if whole(mark.since) <= second < whole(math.inf if mark.until is None else mark.until):
                return True
        return False

    def say(self, of: Subject, name: str, second: int) -> Said:
        begins = self.begins(of, name)
        news = [one.new for one in self.facts.transitions if (one.of, one.id) == (of, name)]
        places = [place for place, begin in enumerate(begins) if begin <= second]
        state = news[places[-1]].state if places else State.UNKNOWN
        owner = self.owner(of, name, second)
        names = {name, owner[0]}
        if self.gone(of, name, second) or any(whole(a) <= second < whole(b) for a, b in self.facts.dead):
            return Said("unmeasured", owner)
        if state in (State.UP, State.DEGRADED):
            return Said("up", owner)
        if any(self.marked(one, "maintenance", second) for one in names):
            return Said("maintenance", owner)
        if state is State.UNKNOWN or (state is State.UNREACHABLE and of != "site"):
            return Said("unmeasured", owner)
        if any(self.marked(one, "off", second) for one in names):
            return Said("off", owner)
        begin, end = begins[places[-1]], [*begins, math.inf][places[-1] + 1]
        proposed, incident = self.proposal(of, name, (begin, end), news[places[-1]].behind, owner)
        rulings = tuple(
            one for one in self.facts.rulings if (one.of, one.id) == (of, name) and begin <= one.moment < end
        )
        fault = rulings[-1].attribution if rulings else proposed
        return Said("down", owner, int(begin), fault, proposed, incident, rulings)

    def proposal(
        self,
        of: Subject,
        name: str,
        down: tuple[float, float],
        behind: str | None,
        owner: Hands,
    ) -> tuple[str, int | None]:
        kinds = ("outage", "redundancy_lost") if of == "link" else ("outage",)
        for place in range(4):
            best: tuple[float, int] | None = None
            for number in sorted(self.facts.incidents):
                one = self.facts.incidents[number]
                named = (
                    name in (one.root, one.seat),
                    behind is not None and behind in (one.root, one.seat),
                    of == "link" and name in one.links,
                    of == "site" and name in one.affected,
                )
                over = FAR if one.resolved_at is None else whole(one.resolved_at)
                shared = min(over, down[1], FAR) - max(whole(one.opened_at), down[0])
                if one.kind in kinds and named[place] and shared > 0 and (best is None or shared > best[0]):
                    best = shared, number
            if best is not None:
                return self.fault(of, self.facts.incidents[best[1]], int(down[0]), owner), best[1]
        return "unclear", None

    def fault(self, of: Subject, one: Incident, moment: int, owner: Hands) -> str:
        if one.cause in ("fibre", "carrier"):
            return "carrier" if self.rented(of, one, moment, owner) else "unit"
        return {"power": "power", "device": "unit"}.get(one.cause, "unclear")

    def rented(self, of: Subject, one: Incident, moment: int, owner: Hands) -> bool:
        if of == "link":
            return owner[1] is not None
        known = {row.id for row in self.facts.assets if row.of == "link"} | {c.link for c in self.facts.corrections}
        ever = {row.carrier for row in self.facts.assets if row.of == "link"}
        ever |= {c.value for c in self.facts.corrections if c.field == "carrier"}
        if one.root in self.carriers(known, ever):
            return True
        about = known & {*one.links, one.root, one.seat}
        if not about:
            about = {link for link in known if self.owner("link", link, moment)[0] == owner[0]}
        return any(self.owner("link", link, moment)[1] is not None for link in about)

    def carriers(self, links: set[str], ever: set[str | None]) -> set[str | None]:
        """Those who rent out some line at some time, corrections taken into account."""
        times = [whole(row.at) for row in self.facts.assets] + [float(c.since) for c in self.facts.corrections]
        return {self.owner("link", link, int(at))[1] for link in links for at in (-(10**9), *times)} & ever - {None}

    def moments(self, since: int, until: int) -> list[int]:
        """The beginnings of the seconds between which nothing changes."""
        facts = self.facts
        times: list[float] = [one.new.since for one in facts.transitions]
        times += [at for mark in facts.marks for at in (mark.since, mark.until or mark.since)]
        times += [at for gap in facts.dead for at in gap] + [row.at for row in facts.assets]
        times += [float(one.since) for one in facts.corrections]
        inside = {int(whole(at)) for at in times if since < whole(at) < until}
        return sorted({since, *inside})


# --- months full of accidents ------------------------------------------------------------------

SITES = ("yb-core", "van-yen", "chau-que-ha")
DEVICES = {"vy-r1": "van-yen", "cqh-r1": "chau-que-ha", "cqh-cam": "chau-que-ha"}
LINKS = {"van-yen/1": "van-yen", "van-yen/2": "van-yen", "chau-que-ha/1": "chau-que-ha"}
ROOTS = (*SITES, *DEVICES, *LINKS, "viettel")
KINDS: dict[str, Subject] = {
    **dict.fromkeys(SITES, "site"),
    **dict.fromkeys(DEVICES, "device"),
    **dict.fromkeys(LINKS, "link"),
}


def history(chance: random.Random, length: int = MONTH, busy: int = 8) -> Facts:
    """`length` seconds from START on in which everything happens about `busy` times to each subject."""

    def many() -> int:
        return chance.randrange(busy // 2, 2 * busy)

    def when() -> float:
        return START + chance.choice((chance.uniform(-0.2, 1.1) * length, chance.randrange(length)))

    transitions = [one for name in KINDS for one in _changes(chance, name, [when() for _ in range(many())])]
    for _ in range(busy // 4):
        since, lasts = when(), chance.uniform(1.0, length / 10)
        transitions += [_step(name, since, since - chance.uniform(0, 9), State.UNKNOWN) for name in KINDS]
        transitions += [_step(name, since + lasts, since + lasts, State.UP) for name in KINDS]
    gaps = [(at, at + chance.uniform(5.1, length / 50)) for at in (when() for _ in range(busy // 2))]
    return Facts(
        transitions=sorted(transitions, key=lambda one: one.at),
        marks=[mark for _ in range(many()) for mark in _mark(chance, when(), length)],
        dead=[*gaps, (-math.inf, START + chance.choice((-9, 9))), (START + length * 1.05, math.inf)],
        incidents={number: _incident(chance, number, when(), length) for number in range(1, 3 * busy)},
        assets=sorted(_assets(chance, [START + chance.uniform(-0.3, 0.5) * length, when(), when(), when()]), key=_at),
        rulings=[_ruling(chance, number, int(when())) for number in range(1, 2 * busy)],
        corrections=[_correction(chance, number, when(), int(when())) for number in range(1, 1 + busy // 2)],
    )


def _at(row: Asset) -> float:
    return row.at


def _step(name: str, at: float, since: float, state: State, behind: str | None = None) -> Transition:
    return Transition(id=name, of=KINDS[name], at=at, old=Standing(State.UP, 0.0), new=Standing(state, since, behind))


def _changes(chance: random.Random, name: str, times: list[float]) -> list[Transition]:
    """Mostly up and down, seen a little late; sometimes the time makes no sense."""
    found = []
    for at in sorted(times):
        since = at - chance.choice((0.0, chance.uniform(0, 10), chance.uniform(0, 10), chance.uniform(0, 10**6), at))
        state = chance.choice((State.UP, State.DOWN, State.DOWN, *State))
        found.append(_step(name, at, since, state, chance.choice((None, None, chance.choice(ROOTS)))))
    return found


def _mark(chance: random.Random, since: float, length: int) -> list[Mark]:
    name = chance.choice(tuple(KINDS))
    kinds: tuple[MarkKind, ...] = ("maintenance", "off", "flapping")
    begun = Mark(id=name, of=KINDS[name], mark=chance.choice(kinds), since=since)
    until = since + chance.uniform(0, length / 5)
    return [begun, *chance.choice(((), (replace(begun, until=until),), (replace(begun, until=since),)))]


def _incident(chance: random.Random, number: int, opened_at: float, length: int) -> Incident:
    kinds: tuple[Kind, ...] = ("outage", "outage", "redundancy_lost", "degraded", "blind")
    causes: tuple[Cause, ...] = ("power", "fibre", "carrier", "device", "unknown")
    resolved_at = chance.choice((None, opened_at + chance.uniform(0, length / 4), opened_at + chance.uniform(0, 300)))
    return Incident(
        id=number,
        kind=chance.choice(kinds),
        severity="critical",
        root=chance.choice(ROOTS),
        seat=chance.choice(ROOTS),
        state="open" if resolved_at is None else "resolved",
        cause=chance.choice(causes),
        opened_at=opened_at,
        resolved_at=resolved_at,
        affected=tuple(chance.sample(SITES, chance.randrange(3))),
        links=tuple(chance.sample(tuple(LINKS), chance.randrange(3))),
    )


def _assets(chance: random.Random, times: list[float]) -> list[Asset]:
    """What the inventory said each time: carriers and owners change, things leave and come back."""
    carriers = ("vnpt", "viettel", None)
    found: list[Asset] = []
    for at in sorted(times):
        for name, of in KINDS.items():
            own = {**DEVICES, **LINKS}.get(name, name)
            site = own if of == "site" or chance.random() < 0.8 else chance.choice(SITES)
            row = Asset(at=at, of=of, id=name, site=site, gone=chance.random() < 0.15 and at > min(times))
            if chance.random() < 0.7:
                row = replace(row, area=chance.choice(("", "kv-a", "kv-b")), level=chance.choice(("commune", "ward")))
            if of == "link":
                circuit, parent = chance.choice(("", "YB-1", "YB-2")), chance.choice(SITES)
                row = replace(row, carrier=chance.choice(carriers), circuit=circuit, parent=parent)
            found += [row] if chance.random() < 0.7 else []
    return found


def _ruling(chance: random.Random, number: int, moment: int) -> Ruling:
    name = chance.choice(tuple(KINDS))
    fault = chance.choice(ATTRIBUTIONS)
    return Ruling(
        seq=number,
        at=moment + 9.5,
        who="Lan",
        why="phiếu 17",
        of=KINDS[name],
        id=name,
        moment=moment,
        attribution=fault,
    )


def _correction(chance: random.Random, number: int, at: float, since: int) -> Correction:
    link = chance.choice(tuple(LINKS))
    said = Correction(seq=number, at=at, who="Quân", why="hợp đồng", link=link, field="circuit", since=since, value="")
    return chance.choice(
        (
            replace(said, field="carrier", value=chance.choice(("vnpt", "viettel", None))),
            replace(said, value=chance.choice(("YB-1", "YB-9"))),
            replace(said, field="parent", value=chance.choice(SITES)),
        )
    )
