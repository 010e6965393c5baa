"""What stands in the tables about promises: kept or not, and the basis of a penalty?"""

from collections.abc import Sequence

from netmon.decide.telling.words import clean
from netmon.report.document import Block, Cell, Lasted, Share, Table, Tone
from netmon.report.pen import Pen
from netmon.report.sla.terms import Account


def contracts(accounts: Sequence[Account], writes: Pen) -> Table:
    """A row for each line and carrier with a contract."""
    ours = [one for one in accounts if one.basis == "contract"]
    rows = [(*_lead(one, writes), _share(one.target), _reached(one.up, one.down), *_missed(one)) for one in ours]
    missed = [
        Lasted(sum(cell.seconds for cell in cells if isinstance(cell, Lasted)))
        for cells in zip(*(_missed(one) for one in ours), strict=True)
    ]
    reached = _reached(sum(one.up for one in ours), sum(one.down for one in ours))
    return Table(
        key="contract",
        title=writes.say("contract"),
        columns=writes.columns(
            "link", "circuit", "carrier", "promised>", "reached>", "unmeasured>", "down>", "allowed>", "beyond>",
            "theirs_confirmed>", "theirs_proposed>", "due>", "pending>",
        ),
        rows=rows,
        total=(writes.say("total"), "", "", None, reached, *missed) if rows else None,
        tones=[(n, tone) for n, one in enumerate(ours) if (tone := _tone(one))],
        empty=writes.say("no_promise"),
    )  # fmt: skip


def changed(accounts: Sequence[Account], writes: Pen) -> list[Block]:
    """The lines of which the inventory said something else in this time, if there are any."""
    rows = [
        (*_lead(one, writes), _share(promised), _share(one.target)) for one in accounts for promised in one.otherwise
    ]
    columns = writes.columns("link", "circuit", "carrier", "noted>", "held>")
    return [Table(key="changed", title=writes.say("changed"), columns=columns, rows=rows)] if rows else []


def carriers(accounts: Sequence[Account], writes: Pen) -> Table:
    """The same by carrier, in a few columns: how many lines, how many of them missed it, and what is due."""
    ours: dict[str, list[Account]] = {}
    for one in accounts:
        if one.basis == "contract":
            ours.setdefault(one.carrier, []).append(one)
    every = [one for some in ours.values() for one in some]
    return Table(
        key="carriers",
        title=writes.say("carriers"),
        columns=writes.columns(
            "carrier", "lines>", "broken>", "theirs_confirmed>", "theirs_proposed>", "due>", "pending>"
        ),
        rows=[(writes.carrier(key), *_sums(some)) for key, some in ours.items()],
        total=(writes.say("total"), *_sums(every)) if ours else None,
        empty=writes.say("no_promise"),
    )


def norms(accounts: Sequence[Account], writes: Pen) -> Table:
    """Broadband lines of which nothing is promised, beside the norm. There is no penalty in it."""
    ours = [one for one in accounts if one.basis == "norm"]
    rows = [
        (
            *_lead(one, writes),
            _share(one.target),
            _reached(one.up, one.down),
            *(Lasted(each or 0) for each in (one.unmeasured, one.down, one.allowed, one.beyond)),
        )
        for one in ours
    ]
    return Table(
        key="norm",
        title=writes.say("norm"),
        columns=writes.columns(
            "link", "circuit", "carrier", "asked>", "reached>", "unmeasured>", "down>", "allowed>", "beyond>"
        ),
        rows=rows,
        tones=[(n, "warn") for n, one in enumerate(ours) if one.beyond],
        empty=writes.say("no_norm"),
    )


def _lead(one: Account, writes: Pen) -> tuple[Cell, ...]:
    return one.line, clean(", ".join(one.circuits)), writes.carrier(one.carrier)


def _missed(one: Account) -> tuple[Lasted, ...]:
    told = (one.unmeasured, one.down, one.allowed, one.beyond, one.confirmed, one.proposed, one.due, one.pending)
    return tuple(Lasted(each or 0) for each in told)


def _sums(of: Sequence[Account]) -> tuple[Cell, ...]:
    return (
        len(of),
        sum(bool(one.beyond) for one in of),
        Lasted(sum(one.confirmed for one in of)),
        Lasted(sum(one.proposed for one in of)),
        Lasted(sum(one.due or 0 for one in of)),
        Lasted(sum(one.pending or 0 for one in of)),
    )


def _reached(up: int, down: int) -> Share | None:
    return Share(up / (up + down)) if up + down else None


def _share(ratio: float | None) -> Share | None:
    return None if ratio is None else Share(ratio)


def _tone(one: Account) -> Tone:
    return "bad" if one.due else "warn" if one.beyond or one.pending else ""
