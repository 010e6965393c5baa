"""Do a carrier's monthly figures agree with ours, and where they do not, which outages make the difference?"""

from collections import Counter
from collections.abc import Sequence

from netmon.decide.ledger.book import book
from netmon.decide.telling.words import clean
from netmon.errors import InputError, Problem
from netmon.report.asked import Asked, Option
from netmon.report.compared import Compared, Comparison, Outage, Verdict, compare
from netmon.report.document import Block, Break, Cell, Document, Facts, Lasted, Moment, Share, Table, Text
from netmon.report.measured import unread
from netmon.report.pen import Pen, document, pen
from netmon.report.sources import Sources
from netmon.report.theirs import Wrong, key_of, read
from netmon.report.words.reconcile import WORDS
from netmon.settings.report import did_you_mean

TAKES: frozenset[Option] = frozenset({"theirs"})
"""What else may be asked."""

VERDICTS: tuple[Verdict, ...] = ("equal", "equal_carrier", "less", "more")


def write(asked: Asked, sources: Sources) -> Document:
    """The figures of `asked.theirs` beside the ledger's. InputError if there is no such file, or it has no table;
    JournalError, NotRunning."""
    if asked.theirs is None:
        raise InputError([Problem("--theirs", 0, 0, "is missing: which file has the carrier's figures?")])
    figures, wrong = read(asked.theirs)
    writes = pen(WORDS, asked, sources)
    facts = sources.facts(asked.since, asked.until)
    ledger = book(facts, asked.since, asked.until, ("link",))
    found = compare(figures, ledger, asked.until - asked.since)
    blocks: list[Block] = [
        *unread(facts, asked.until, writes),
        _sums(found, wrong, writes),
        _both(found.both, writes),
        Text(writes.say("how"), small=True),
        Break(writes.say("outages")),
        _outages(found.both, writes),
        Break(writes.say("only_theirs")),
        _only_theirs(found, writes),
        _only_ours(found, writes),
        _wrong(wrong, writes),
    ]
    grouped = writes.say("file", name=clean(asked.theirs.name))
    return document("reconcile", writes, asked, blocks, grouped=grouped)


def _sums(found: Comparison, wrong: Sequence[Wrong], writes: Pen) -> Facts:
    counts = Counter(one.verdict for one in found.both)
    rows: list[tuple[str, Cell]] = [
        ("rows", len(found.both) + len(found.theirs)),
        *((verdict, counts[verdict]) for verdict in VERDICTS),
        ("only_theirs", len(found.theirs)),
        ("only_ours", len(found.ours)),
        ("wrong", len(wrong)),
        ("their_sum", Lasted(round(sum(one.theirs for one in found.both)))),
        ("our_sum", Lasted(sum(one.total.seconds["down"] for one in found.both))),
    ]
    return Facts(key="sums", title=writes.say("sums"), rows=[(key, writes.say(key), cell) for key, cell in rows])


def _both(both: Sequence[Compared], writes: Pen) -> Table:
    keys = (
        "circuit", "site", "theirs>", "their_share>", "ours>", "our_share>", "carrier_part>", "left_out>",
        "unmeasured>", "difference>", "verdict",
    )  # fmt: skip
    return Table(
        key="circuits",
        title=writes.say("list"),
        columns=writes.columns(*keys),
        rows=[_row(one, writes) for one in both],
        tones=[(n, "warn") for n, one in enumerate(both) if one.verdict in ("less", "more")],
        empty=writes.say("none_both"),
    )


def _row(one: Compared, writes: Pen) -> Sequence[Cell]:
    whole = one.total
    return (
        clean(one.circuit),
        _sites(one.links, writes),
        Lasted(round(one.theirs)),
        None if one.figure.availability is None else Share(one.figure.availability),
        Lasted(whole.seconds["down"]),
        None if whole.availability is None else Share(whole.availability),
        Lasted(whole.down["carrier"]),
        Lasted(whole.seconds["maintenance"] + whole.seconds["off"]),
        Lasted(whole.seconds["unmeasured"]),
        round(one.difference / 60, 1),
        writes.say(one.verdict),
    )


def _sites(links: Sequence[str], writes: Pen) -> str:
    """Where the lines of a circuit end."""
    known = writes.inventory.links
    return ", ".join(dict.fromkeys(writes.name(known[key].site) if key in known else clean(key) for key in links))


def _outages(both: Sequence[Compared], writes: Pen) -> Table:
    shown = [(one, outage) for one in both if one.verdict != "equal" for outage in one.outages]
    return Table(
        key="outages",
        title=writes.say("outages"),
        columns=writes.columns("circuit", "from", "to", "lasted>", "fault", "incident>", "missing"),
        rows=[_outage(one, outage, writes) for one, outage in shown],
        tones=[(n, "warn") for n, (_, outage) in enumerate(shown) if outage.missing],
        empty=writes.say("none_outages"),
    )


def _outage(one: Compared, outage: Outage, writes: Pen) -> Sequence[Cell]:
    fault = writes.say(f"fault_{outage.fault}")
    return (
        clean(one.circuit),
        Moment(outage.since),
        Moment(outage.until),
        Lasted(outage.seconds),
        fault if outage.confirmed else writes.say("proposed", fault=fault),
        "" if outage.incident is None else f"#{outage.incident}",
        writes.say("yes") if outage.missing else "",
    )


def _only_theirs(found: Comparison, writes: Pen) -> Table:
    known = {key_of(number): number for number, *_ in found.ours}
    rows = []
    for one in found.theirs:
        hint = did_you_mean(key_of(one.circuit), known)
        meant = next((number for key, number in known.items() if repr(key) in hint), "")
        down = None if one.down is None else Lasted(round(one.down))
        share = None if one.availability is None else Share(one.availability)
        rows.append((one.circuit, one.where, down, share, clean(meant)))
    return Table(
        key="only_theirs",
        title=writes.say("only_theirs"),
        columns=writes.columns("circuit", "where", "theirs>", "their_share>", "meant"),
        rows=rows,
        empty=writes.say("nothing"),
    )


def _only_ours(found: Comparison, writes: Pen) -> Table:
    rows = [
        (
            clean(number),
            _sites(links, writes),
            Lasted(whole.seconds["down"]),
            None if whole.availability is None else Share(whole.availability),
        )
        for number, links, whole in found.ours
    ]
    return Table(
        key="only_ours",
        title=writes.say("only_ours"),
        columns=writes.columns("circuit", "site", "ours>", "our_share>"),
        rows=rows,
        empty=writes.say("nothing"),
    )


def _wrong(wrong: Sequence[Wrong], writes: Pen) -> Table:
    return Table(
        key="wrong",
        title=writes.say("wrong"),
        columns=writes.columns("where", "text", "why"),
        rows=[(clean(one.where), one.text, writes.say(f"why_{one.why}", about=clean(one.about))) for one in wrong],
        tones=[(n, "bad") for n in range(len(wrong))],
        empty=writes.say("nothing"),
    )
