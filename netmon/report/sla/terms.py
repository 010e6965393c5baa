"""What did the carrier of a line promise, and by how much was it missed through the carrier's own fault?

One account for each line and carrier, whatever a report is grouped by: a contract is about a line, and what one
carrier has missed the next one does not pay for.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from netmon.decide.ledger.facts import Asset
from netmon.decide.ledger.spans import FOREVER, second
from netmon.model import Inventory
from netmon.report.sla.tally import Piece

NORM = 0.995
"""Availability that QCVN 34 asks of fixed broadband, where a contract says nothing: a norm, not a promise."""
BROADBAND = frozenset({"adsl", "ftth", "internet", "vdsl"})
"""Kinds of lines that the norm is about."""

Basis = Literal["contract", "norm", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a carrier had of a line in the period, in seconds. `target`: the availability by `basis`, None = neither
    contract nor norm. `circuits`: the line's numbers in this time. `otherwise`: what else the inventory said in this
    time that the carrier promised, None = nothing."""

    line: str
    carrier: str
    circuits: tuple[str, ...]
    site: str
    up: int
    down: int
    unmeasured: int
    confirmed: int
    proposed: int
    basis: Basis
    target: float | None
    otherwise: tuple[float | None, ...] = ()

    @property
    def measured(self) -> int:
        """Seconds to which the promise applies: up and down, without planned work, hours off and unmeasured time."""
        return self.up + self.down

    @property
    def allowed(self) -> int | None:
        """Seconds that it may be down; parts of a second are the carrier's."""
        if self.target is None:
            return None
        return math.ceil((1 - Fraction(str(self.target))) * self.measured)

    @property
    def beyond(self) -> int | None:
        """Seconds down beyond what is allowed, through whomever."""
        return None if self.allowed is None else max(0, self.down - self.allowed)

    @property
    def due(self) -> int | None:
        """The basis of a penalty: seconds beyond what is allowed by outages that a person has ruled to be the
        carrier's. None where there is no contract."""
        return None if self.basis != "contract" or self.allowed is None else max(0, self.confirmed - self.allowed)

    @property
    def pending(self) -> int | None:
        """What comes to that if what is only proposed is confirmed, too."""
        if self.due is None or self.allowed is None:
            return None
        return max(0, self.confirmed + self.proposed - self.allowed) - self.due


def accounts(of: Iterable[Piece], inventory: Inventory, assets: Iterable[Asset]) -> list[Account]:
    """An account for each line and carrier, by carrier and line as the inventory lists them."""
    found: dict[tuple[str, str], list[Piece]] = {}
    for piece in of:
        carrier = piece.interval.owner.carrier
        if carrier is not None:
            found.setdefault((carrier, piece.name), []).append(piece)
    rows: dict[str, list[Asset]] = {}
    for asset in assets:
        if asset.of == "link":
            rows.setdefault(asset.id, []).append(asset)
    made = [_account(line, carrier, some, inventory, rows.get(line, ())) for (carrier, line), some in found.items()]
    carriers = {key: n for n, key in enumerate(inventory.carriers)}
    lines = {key: n for n, key in enumerate(inventory.links)}
    last = len(carriers) + len(lines)
    return sorted(
        made, key=lambda one: (carriers.get(one.carrier, last), one.carrier, lines.get(one.line, last), one.line)
    )


def _account(line: str, carrier: str, of: list[Piece], inventory: Inventory, noted: Sequence[Asset]) -> Account:
    intervals = [piece.interval for piece in of]
    theirs = [one for one in intervals if one.attribution == "carrier"]
    basis, target = _target(line, carrier, inventory, noted)
    said = dict.fromkeys(_said(carrier, noted, intervals[0].since, intervals[-1].until))
    return Account(
        line=line,
        carrier=carrier,
        circuits=tuple(dict.fromkeys(one.owner.circuit for one in intervals if one.owner.circuit)),
        site=intervals[-1].owner.site,
        up=sum(one.seconds for one in intervals if one.column == "up"),
        down=sum(one.seconds for one in intervals if one.column == "down"),
        unmeasured=sum(one.seconds for one in intervals if one.column == "unmeasured"),
        confirmed=sum(one.seconds for one in theirs if one.rulings),
        proposed=sum(one.seconds for one in theirs if not one.rulings),
        basis=basis,
        target=target,
        otherwise=tuple(one for one in said if basis == "contract" and one != target),
    )


def _target(line: str, carrier: str, inventory: Inventory, noted: Sequence[Asset]) -> tuple[Basis, float | None]:
    """Today's inventory knows the contract of a line that the carrier still has; of one that it has no longer, what the
    journal noted last."""
    link = inventory.links.get(line)
    now = link is not None and link.carrier == carrier
    theirs = [one.promised for one in noted if one.carrier == carrier and not one.gone]
    promised = link.contract.availability if link is not None and now else theirs[-1] if theirs else None
    if promised is not None:
        return "contract", promised
    return ("norm", NORM) if link is not None and link.kind in BROADBAND else ("", None)


def _said(carrier: str, noted: Sequence[Asset], since: int, until: int) -> Iterator[float | None]:
    """What the inventory said in this time that the carrier promises; what it said first also counts before that."""
    if not noted:  # a line that it never had, and whose carrier was told by a person
        return
    begins = [-FOREVER, *(second(one.at) for one in noted[1:])]
    for one, begin, end in zip(noted, begins, [*begins[1:], FOREVER], strict=True):
        if one.carrier == carrier and not one.gone and begin < until and since < end:
            yield one.promised
