"""Whose was it at the time: which site's, and of a line, which carrier's, on which circuit?

Each statement counts from its date until a statement made later says otherwise. The inventory speaks when a field
changes in it, from that moment on; what it said first also counts for the time before. A correction is made later
than what it corrects and speaks from its own date on.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netmon.decide.ledger.facts import Asset, Correction, Facts, Subject
from netmon.decide.ledger.spans import FOREVER, Span, second

Key = tuple[Subject, str]


class Owner(NamedTuple):
    """The site that it belongs to, with its area and level; of a line also carrier (None: the network's own), circuit
    and the site above."""

    site: str = ""
    carrier: str | None = None
    circuit: str = ""
    parent: str = ""
    area: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Owners from a second on, in order, the first since ever; and when it was not in the inventory."""

    begins: tuple[int, ...]
    owners: tuple[Owner, ...]
    gone: tuple[Span, ...]
    first: int
    """The second of the first row of the inventory."""

    def at(self, moment: int) -> Owner:
        """The owner in this second."""
        return self.owners[bisect_right(self.begins, moment) - 1]

    def spans(self) -> list[tuple[int, int, Owner]]:
        """(begin, end, owner), from ever until ever."""
        return list(zip(self.begins, (*self.begins[1:], FOREVER), self.owners, strict=True))


NOBODY = History((-FOREVER,), (Owner(),), (), FOREVER)


def histories(facts: Facts) -> dict[Key, History]:
    """The history of everything that the inventory has named, corrections included."""
    rows: dict[Key, list[Asset]] = {}
    for asset in facts.assets:
        rows.setdefault((asset.of, asset.id), []).append(asset)
    said: dict[str, list[Correction]] = {}
    for correction in facts.corrections:
        said.setdefault(correction.link, []).append(correction)
    keys = [*rows, *(("link", link) for link in said if ("link", link) not in rows)]
    return {
        (of, name): _history(rows.get((of, name), []), said.get(name, []) if of == "link" else []) for of, name in keys
    }


def _history(assets: Sequence[Asset], corrections: Iterable[Correction]) -> History:
    made: list[tuple[float, int, int, Mapping[str, str | None]]] = []  # when said, rank, from when, what
    said: Mapping[str, str | None] = {}
    for asset, (area, level) in zip(assets, _places(assets), strict=True):
        now = {"site": asset.site, "carrier": asset.carrier, "circuit": asset.circuit, "parent": asset.parent}
        now |= {"area": area, "level": level}
        if not said:
            made.append((float("-inf"), 0, -FOREVER, now))
        elif news := {name: value for name, value in now.items() if value != said[name]}:
            made.append((asset.at, 0, second(asset.at), news))
        said = now
    made += [(one.at, 1, one.since, {one.field: one.value}) for one in corrections]
    fields: dict[str, list[tuple[int, str | None]]] = {name: [(-FOREVER, None)] for name in Owner._fields}
    for _, _, since, what in sorted(made, key=lambda statement: statement[:2]):
        for name, value in what.items():
            fields[name] = [one for one in fields[name] if one[0] < since] + [(since, value)]
    begins = tuple(sorted({since for changes in fields.values() for since, _ in changes}))
    owners = tuple(_owner(fields, moment) for moment in begins)
    return History(begins, owners, tuple(_absences(assets)), second(assets[0].at) if assets else FOREVER)


def _owner(fields: Mapping[str, Sequence[tuple[int, str | None]]], moment: int) -> Owner:
    now = {name: [value for since, value in changes if since <= moment][-1] for name, changes in fields.items()}
    return Owner(
        site=now["site"] or "",
        carrier=now["carrier"],
        circuit=now["circuit"] or "",
        parent=now["parent"] or "",
        area=now["area"] or "",
        level=now["level"] or "",
    )


def _places(assets: Sequence[Asset]) -> list[tuple[str, str]]:
    """(area, level) by each row. A row that says nothing of them leaves them as they were; what was said first also
    counts for the rows before."""
    area = next((one.area for one in assets if one.area is not None), "")
    level = next((one.level for one in assets if one.level is not None), "")
    found: list[tuple[str, str]] = []
    for asset in assets:
        area = area if asset.area is None else asset.area
        level = level if asset.level is None else asset.level
        found.append((area, level))
    return found


def _absences(assets: Iterable[Asset]) -> Iterable[Span]:
    since: int | None = None
    for asset in assets:
        if asset.gone and since is None:
            since = second(asset.at)
        elif not asset.gone and since is not None:
            yield since, second(asset.at)
            since = None
    if since is not None:
        yield since, FOREVER
