"""How do the figures of a period stand in tables, a row for each group?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from netmon.decide.ledger.facts import ATTRIBUTIONS, COLUMNS
from netmon.decide.telling.words import clean
from netmon.report.asked import Grouping
from netmon.report.document import Cell, Lasted, Share, Table
from netmon.report.pen import Pen
from netmon.report.sla.groups import Groups
from netmon.report.sla.tally import Piece, Tally, tallies, whole

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All lines, or all sites, grouped once for every table about them."""

    by: Grouping
    groups: Groups
    rows: Mapping[str | None, Tally]
    whole: Tally
    writes: Pen

    def availability(self, key: str) -> Table:
        """The five columns of the ledger, and both availabilities."""

        def cells(one: Tally) -> Row:
            return (*(Lasted(one.total.seconds[column]) for column in COLUMNS), _share(one.raw), _share(one.net))

        keys = (*(f"{column}>" for column in COLUMNS), "raw>", "net>")
        return self._table(key, keys, cells, lambda _: True, wide=self.by == "link")

    def repairs(self, key: str) -> Table:
        """How often, how long, and how much of that a person has ruled on; groups that were never down are left out."""
        keys = ("outages>", "longest>", "repair>", "down>", "confirmed>", "proposed>")
        return self._table(key, keys, _repairs, lambda one: one.total.seconds["down"] > 0)

    def faults(self, key: str, confirmed: bool) -> Table:
        """Whose fault it was: the seconds that a person has ruled on, or those that are only proposed."""

        def cells(one: Tally) -> Row:
            side = one.confirmed if confirmed else one.proposed
            return (*(Lasted(side[fault]) for fault in ATTRIBUTIONS), Lasted(sum(side.values())))

        keys = (*(f"of_{fault}>" for fault in ATTRIBUTIONS), "sum>")
        return self._table(key, keys, cells, lambda one: any((one.confirmed if confirmed else one.proposed).values()))

    def _table(
        self,
        key: str,
        keys: Sequence[str],
        cells: Callable[[Tally], Row],
        only: Callable[[Tally], bool],
        wide: bool = False,
    ) -> Table:
        leads = ("link", "circuit", "site", "carrier") if wide else ("link", "name") if self.by == "link" else ("name",)
        rows = [(*self._lead(group, one, wide), *cells(one)) for group, one in self.rows.items() if only(one)]
        total = (self.writes.say("total"), *[""] * (len(leads) - 1), *cells(self.whole))
        return Table(
            key=key,
            title=self.writes.say(key),
            columns=self.writes.columns(*leads, *keys),
            rows=rows,
            total=total if rows else None,
            empty=self.writes.say("no_outage" if self.rows else "nothing"),
        )

    def _lead(self, group: str | None, tally: Tally, wide: bool) -> Row:
        """What a row is about; of a line in the widest table, in whose hands it was."""
        if self.by != "link" or group is None:
            return (label(self.by, group, self.writes),)
        if not wide:
            return group, label("link", group, self.writes)
        circuits = dict.fromkeys(owner.circuit for owner in tally.owners if owner.circuit)
        return (
            group,
            clean(", ".join(circuits)),
            self._hands("site", group, tally),
            self._hands("carrier", group, tally),
        )

    def _hands(self, by: Grouping, line: str, tally: Tally) -> str:
        keys = dict.fromkeys(self.groups.key(by, "link", line, owner) for owner in tally.owners)
        return ", ".join(label(by, key, self.writes) for key in keys)


def figures(pieces: Sequence[Piece], by: Grouping, groups: Groups, writes: Pen) -> Figures:
    """The pieces, which are all of lines or all of sites, grouped."""
    return Figures(by, groups, tallies(pieces, by, groups), whole(pieces), writes)


def label(by: Grouping, key: str | None, writes: Pen) -> str:
    """What people call a group."""
    if key is None:
        return writes.say("own")
    if not key:
        return writes.say("no_area" if by == "area" else "unknown")
    match by:
        case "link":
            return writes.thing(key)
        case "area":
            return writes.area(key)
        case "level":
            return writes.level(key)
    return writes.name(key)


def _repairs(one: Tally) -> Row:
    lengths = (None if each is None else Lasted(each) for each in (one.longest, one.repair))
    down = (one.total.seconds["down"], sum(one.confirmed.values()), sum(one.proposed.values()))
    return len(one.lengths), *lengths, *(Lasted(each) for each in down)


def _share(ratio: float | None) -> Share | None:
    return None if ratio is None else Share(ratio)
