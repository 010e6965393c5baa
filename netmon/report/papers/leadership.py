"""How is the network, on one page for those who decide?"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from netmon.decide.ledger.book import Interval, Ledger
from netmon.decide.ledger.facts import Attribution, Subject
from netmon.report import periods
from netmon.report.asked import Asked, Grouping, Option
from netmon.report.document import Bars, Block, Cell, Document, Heading, Lasted, Share, Signatures, Table, Text, Tone
from netmon.report.fullness import Use, judged, too_full
from netmon.report.measured import note, unread
from netmon.report.overview import Overview, overview
from netmon.report.pen import Pen, document, pen
from netmon.report.periods import Period
from netmon.report.sla.groups import Groups, groups
from netmon.report.sources import Sources
from netmon.report.words.leadership import WORDS
from netmon.run.journal import history as journal_history

TAKES: frozenset[Option] = frozenset()
"""What else may be asked."""

SHOWN = 8
"""Bars; what is less than these goes together."""
WEIGHTY = 0.3
"""The share of the time lost from which on its reason calls for something to be done."""


class Lost(NamedTuple):
    """Of the period: its ledger, and where things belong."""

    ledger: Ledger
    groups: Groups
    writes: Pen

    def through(self, by: Grouping, fault: Attribution | None = None) -> Mapping[str, int]:
        """Seconds lost, by what people call it: of all sites by area or level, and by carrier of its lines through its
        own fault. A site in no area goes by its level. `fault`: only what was lost through this."""
        lost: dict[str, int] = {}
        for (of, name), intervals in self.ledger.items():
            for one in intervals if of == ("link" if by == "carrier" else "site") else ():
                counts = (
                    one.attribution == (fault or "carrier") if by == "carrier" else fault in (None, one.attribution)
                )
                if one.column == "down" and counts:
                    label = self._label(by, of, name, one)
                    lost[label] = lost.get(label, 0) + one.seconds
        return lost

    def _label(self, by: Grouping, of: Subject, name: str, one: Interval) -> str:
        key = self.groups.key(by, of, name, one.owner)
        if by == "carrier":
            return self.writes.carrier(key)
        if by == "area" and key:
            return self.writes.area(key)
        level = self.groups.key("level", of, name, one.owner)
        return self.writes.say("at_level", level=self.writes.level(level)) if level else self.writes.name(name)


Triple = tuple[Overview, Overview, Overview]
"""The period, the one before, and the same a year ago."""


def write(asked: Asked, sources: Sources) -> Document:
    """The figures beside those of the period before and a year ago, where time was lost, three sentences.

    JournalError, NotRunning.
    """
    writes, zone = pen(WORDS, asked, sources), sources.zone
    now = periods.asked_for(asked)
    three = (now, periods.before(now, zone), periods.year_before(now, zone))
    facts = sources.facts(min(one.since for one in three), asked.until)
    seen = tuple(overview(facts, one, sources.inventory) for one in three)
    views: Triple = (seen[0], seen[1], seen[2])
    today = sources.today(asked.until)
    lost = Lost(views[0].ledger, groups(sources.inventory, facts, asked.structure, writes.speaker, today), writes)
    full = [_full(one, sources, zone) for one in three[:2]]
    blocks: list[Block] = [
        *note(views[0].sites.values(), writes),
        *unread(facts, asked.until, writes),
        _figures(views, full, writes),
        _bars(asked, lost, writes),
        Heading(writes.say("says")),
        Text(_much(views, writes)),
        Text(_outages(views[0], writes)),
        Text(_wanted(views[0], full[0], lost, writes)),
        Text(writes.say("how"), small=True),
        Signatures((writes.say("writer"), writes.say("signer"))),
    ]
    return document("leadership", writes, asked, blocks, grouped=writes.say(asked.structure))


def _full(period: Period, sources: Sources, zone: tzinfo) -> list[Use] | None:
    """The lines that were too small; None if no line was measured."""
    curves = journal_history.read(sources.journal, *judged(period), "use")
    return too_full(sources.inventory, curves, period, zone)


def _figures(views: Triple, full: Sequence[list[Use] | None], writes: Pen) -> Table:
    inner = _inner(writes)
    lines = [None if one is None else len(one) for one in full]
    rows: list[Sequence[Cell]] = [
        (writes.say("availability"), *(_availability(one) for one in views)),
        (writes.say("outages"), *(one.outages if one.measured else None for one in views)),
        (writes.say("hurt", level=inner), *(one.hurt if one.measured else None for one in views)),
        (writes.say("longest"), *(Lasted(one.lasted) if one.longest is not None else None for one in views)),
        (writes.say("worst"), *(_worst(one, writes) for one in views)),
        (writes.say("full"), *lines, None),
    ]
    columns = writes.columns("figure", "now>", "before>", "year>")
    return Table(key="figures", title=writes.say("figures"), columns=columns, rows=rows)


def _inner(writes: Pen) -> str:
    """What the sites of the innermost level are called together."""
    level = writes.inventory.levels[-1]
    key = f"level_{level}_many"
    return writes.say(key) if writes.knows(key) else writes.say("level_other_many", level=writes.level(level))


def _availability(one: Overview) -> Share | None:
    return None if one.whole.availability is None else Share(one.whole.availability)


def _worst(one: Overview, writes: Pen) -> str | None:
    if one.worst is None:
        return None
    fault, share = one.worst
    return writes.say("share", fault=writes.say(f"fault_{fault}"), share=writes.percent(share))


def _bars(asked: Asked, lost: Lost, writes: Pen) -> Bars:
    by = asked.by
    ranked = sorted(lost.through(by).items(), key=lambda one: (-one[1], one[0]))
    rows: list[tuple[str, float, Tone]] = [(name, float(seconds), "") for name, seconds in ranked[:SHOWN]]
    if len(ranked) > SHOWN:
        rows.append((writes.say("other"), float(sum(seconds for _, seconds in ranked[SHOWN:])), "dim"))
    return Bars(key=f"by_{by}", title=writes.say(f"by_{by}"), unit="seconds", rows=rows)


def _much(views: Triple, writes: Pen) -> str:
    now, before, year = (one.whole.availability for one in views)
    if now is None:
        return writes.say("no_journal")
    return writes.say(
        "much",
        share=writes.shown(Share(now)),
        before=_against(now, before, "before", writes),
        year=_against(now, year, "year", writes),
    )


def _against(now: float, then: float | None, which: str, writes: Pen) -> str:
    if then is None:
        return ""
    new, old = writes.shown(Share(now)), writes.shown(Share(then))
    return writes.say(f"{'same' if new == old else 'better' if now > then else 'worse'}_{which}", share=old)


def _outages(view: Overview, writes: Pen) -> str:
    if view.longest is None or not view.measured:
        return writes.say("no_outage") if view.measured else ""
    fault, share = view.worst or ("", 0.0)
    return writes.say(
        "outage_text",
        count=writes.shown(view.outages),
        hurt=writes.shown(view.hurt),
        level=_inner(writes),
        lasted=writes.shown(Lasted(view.lasted)),
        where=writes.thing(view.longest.root),
        share=writes.percent(share) if fault else "",
        fault=writes.say(f"fault_{fault}") if fault else "",
    )


def _wanted(view: Overview, full: Sequence[Use] | None, lost: Lost, writes: Pen) -> str:
    what = [_reason(view, lost, writes)]
    if full:
        names = writes.speaker.some([writes.name(one.link.id) for one in full])
        what.insert(0, writes.say("need_lines", count=writes.shown(len(full)), names=names))
    told = "; ".join(one for one in what if one)
    return writes.say("need", what=told) if told else writes.say("need_nothing") if view.measured else ""


def _reason(view: Overview, lost: Lost, writes: Pen) -> str:
    """What the main reason calls for."""
    if view.worst is None or view.worst[1] < WEIGHTY:
        return ""
    fault = view.worst[0]
    found = lost.through("carrier" if fault == "carrier" else "area", fault)
    where = min(found, key=lambda one: (-found[one], one), default="")
    if not where:
        return ""
    lasted = writes.shown(Lasted(view.whole.down[fault]))
    return writes.say(f"need_{fault}", where=where, carrier=where, lasted=lasted)
