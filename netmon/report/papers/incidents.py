"""What broke in a period, why, for how long, and who took it after how long?"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import ATTRIBUTIONS, Facts
from netmon.decide.ledger.owners import histories
from netmon.decide.ledger.spans import second
from netmon.decide.telling.words import clean
from netmon.model import Incident, Kind
from netmon.people import Act
from netmon.report.asked import Asked, Option
from netmon.report.document import Bars, Block, Break, Cell, Document, Lasted, Moment, Table, Text, Tone
from netmon.report.document import Facts as Rows
from netmon.report.faults import Fault, carriers, faults
from netmon.report.measured import unread
from netmon.report.pen import Pen, document, pen
from netmon.report.ruled import by_their_lines
from netmon.report.sources import Sources
from netmon.report.words.incidents import WORDS
from netmon.run.journal import told as journal_told

TAKES: frozenset[Option] = frozenset()
"""What else may be asked."""

NOT_LISTED: frozenset[Kind] = frozenset({"change", "drill", "digest", "storm"})
"""Nothing broke."""
KINDS: tuple[Kind, ...] = (
    "outage", "redundancy_lost", "degraded", "service", "threshold", "blind", "alert", "unseen", "peer",
)  # fmt: skip
CAUSES = ("power", "fibre", "carrier", "device", "unknown")


class Case:
    """An incident of the period with what belongs to it: who took it first, their ticket, whose fault and line."""

    __slots__ = ("carriers", "fault", "incident", "is_false", "taken", "ticket")

    def __init__(self, incident: Incident, acts: Sequence[Act], fault: Fault | None, carriers: tuple[str, ...]) -> None:
        self.incident, self.fault, self.carriers = incident, fault, carriers
        self.taken = next((act for act in acts if act.verb == "ack"), None)
        self.ticket = ", ".join(dict.fromkeys(clean(act.text, 60) for act in acts if act.verb == "ticket"))
        self.is_false = any(act.verb == "false" for act in acts)


def write(asked: Asked, sources: Sources) -> Document:
    """All incidents that were open at some time of the period, the first to break first. JournalError, NotRunning."""
    writes, facts = pen(WORDS, asked, sources), sources.facts(asked.since, asked.until)
    cases = _cases(asked, facts, sources)
    ours = [case for case in cases if case.incident.kind not in NOT_LISTED]
    left = len(cases) - len(ours)
    blocks: list[Block] = [
        *unread(facts, asked.until, writes),
        _sums(asked, ours, writes),
        _counted("kind", [one.incident.kind for one in ours], KINDS, writes),
        _counted("cause", [one.incident.cause for one in ours], CAUSES, writes),
        _counted("fault", [_fault_key(one) for one in ours], (*ATTRIBUTIONS, ""), writes),
        _by_carrier(ours, writes),
        _by_hour([one for one in ours if one.incident.opened_at >= asked.since], writes),
        Text(writes.say("how", left=writes.shown(left)), small=True),
        Break(writes.say("list")),
        _list(asked, ours, writes),
    ]
    return document("incidents", writes, asked, blocks)


def _cases(asked: Asked, facts: Facts, sources: Sources) -> list[Case]:
    found = [one for one in facts.incidents.values() if _in(one, asked)]
    if not found:
        return []
    said: dict[int | None, list[Act]] = {}
    for act in journal_told.said(sources.journal, min(one.opened_at for one in found)):
        said.setdefault(act.incident, []).append(act)
    ledger = by_their_lines(book(facts, asked.since, asked.until), facts.incidents)
    blamed, owners = faults(ledger, facts.incidents), histories(facts)
    return [
        Case(one, said.get(one.id, []), blamed.get(one.id), carriers(one, sources.inventory, owners))
        for one in sorted(found, key=lambda one: (one.opened_at, one.id))
    ]


def _in(incident: Incident, asked: Asked) -> bool:
    """Whether it was open at some time of the period; what was over as soon as it was told, by when that was."""
    over = incident.resolved_at
    return incident.opened_at < asked.until and (
        over is None or over > asked.since or incident.opened_at >= asked.since
    )


def _seconds(incident: Incident, asked: Asked) -> int:
    """How long it lasted, as far as is known at the end of the period."""
    end = asked.until if incident.resolved_at is None else min(second(incident.resolved_at), asked.until)
    return end - second(incident.opened_at)


def _sums(asked: Asked, cases: Sequence[Case], writes: Pen) -> Rows:
    opened = [one for one in cases if one.incident.opened_at >= asked.since]
    ended = [one.incident for one in cases if _is_over(one.incident, asked)]
    waited = [second(one.taken.at) - second(one.incident.opened_at) for one in opened if one.taken is not None]
    rows: list[tuple[str, Cell]] = [
        ("opened", len(opened)),
        ("before", len(cases) - len(opened)),
        ("over", len(ended)),
        ("open", len(cases) - len(ended)),
        ("acknowledged", _mean(waited)),
        ("untaken", sum(one.taken is None for one in opened)),
        ("repaired", _mean([_seconds(one, asked) for one in ended])),
        ("false", sum(one.is_false for one in cases)),
    ]
    return Rows(key="sums", title=writes.say("sums"), rows=[(key, writes.say(key), cell) for key, cell in rows])


def _is_over(incident: Incident, asked: Asked) -> bool:
    return incident.resolved_at is not None and incident.resolved_at <= asked.until


def _mean(seconds: Sequence[int]) -> Lasted | None:
    return Lasted(round(sum(seconds) / len(seconds))) if seconds else None


def _counted(word: str, values: Sequence[str], known: Sequence[str], writes: Pen) -> Table:
    """How many have which kind, cause or fault; "" is none."""
    counts = Counter(values)
    rows = [(writes.say(f"{word}_{one}" if one else "no_fault"), counts[one]) for one in known if counts[one]]
    return Table(
        key=f"by_{word}",
        title=writes.say(f"by_{word}"),
        columns=writes.columns(word, "count>"),
        rows=rows,
        total=(writes.say("total"), len(values)) if rows else None,
        empty=writes.say("none"),
    )


def _fault_key(case: Case) -> str:
    return "" if case.fault is None else case.fault.attribution


def _by_carrier(cases: Sequence[Case], writes: Pen) -> Table:
    counts = Counter(carrier for one in cases for carrier in one.carriers or ("",))
    theirs = Counter(carrier for one in cases if _fault_key(one) == "carrier" for carrier in one.carriers or ("",))
    rows = [
        (writes.name(carrier) if carrier else writes.say("no_line"), counts[carrier], theirs[carrier])
        for carrier in sorted(counts, key=lambda one: (not one, -counts[one], one))
    ]
    return Table(
        key="by_carrier",
        title=writes.say("by_carrier"),
        columns=writes.columns("carrier", "count>", "theirs>"),
        rows=rows,
        empty=writes.say("none"),
    )


def _by_hour(cases: Sequence[Case], writes: Pen) -> Bars:
    counts = Counter(datetime.fromtimestamp(one.incident.opened_at, writes.zone).hour for one in cases)
    rows: list[tuple[str, float, Tone]] = [(f"{hour:02d}:00", float(counts[hour]), "") for hour in range(24)]
    return Bars(key="by_hour", title=writes.say("by_hour"), unit="", rows=rows if cases else ())


def _list(asked: Asked, cases: Sequence[Case], writes: Pen) -> Table:
    keys = (
        "number>", "kind", "root", "from", "to", "lasted>", "sites>", "cause", "fault", "carrier", "taken", "after>",
        "ticket",
    )  # fmt: skip
    return Table(
        key="incidents",
        title=writes.say("list"),
        columns=writes.columns(*keys),
        rows=[_row(asked, one, writes) for one in cases],
        tones=[(n, "bad") for n, one in enumerate(cases) if not _is_over(one.incident, asked)],
        empty=writes.say("none"),
    )


def _row(asked: Asked, case: Case, writes: Pen) -> Sequence[Cell]:
    incident = case.incident
    return (
        f"#{incident.id}",
        writes.say(f"kind_{incident.kind}"),
        writes.thing(incident.root),
        Moment(second(incident.opened_at)),
        Moment(second(incident.resolved_at or 0.0)) if _is_over(incident, asked) else None,
        Lasted(_seconds(incident, asked)),
        len(incident.affected),
        writes.say(f"cause_{incident.cause}"),
        _fault(case, writes),
        ", ".join(writes.name(one) for one in case.carriers),
        "" if case.taken is None else writes.person(case.taken.who),
        None if case.taken is None else Lasted(second(case.taken.at) - second(incident.opened_at)),
        case.ticket,
    )


def _fault(case: Case, writes: Pen) -> str:
    if case.fault is None:
        return ""
    word = writes.say(f"fault_{case.fault.attribution}")
    return word if case.fault.confirmed else writes.say("proposed", fault=word)
