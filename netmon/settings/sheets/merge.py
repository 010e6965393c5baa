"""Who changed what since the last import: the spreadsheet, somebody by hand, or both?

Three values are compared for each field: what the spreadsheet says, what the inventory says, and what was imported
last. What was edited by hand stays. An empty cell says nothing: it takes nothing away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netmon.settings.sheets.facts import Facts


class Change(NamedTuple):
    """A field whose value differs. `line` = which line of the site in the inventory (from 0); None = the site's own."""

    field: str
    old: str
    new: str
    line: int | None = None

    @property
    def shown(self) -> str:
        """`carrier of line 2`."""
        return self.field if self.line is None else f"{self.field} of line {self.line + 1}"


@dataclass(frozen=True, slots=True)
class Merged:
    """What to write, what stays although the spreadsheet says otherwise, and what to remember.

    `places` = for each of the spreadsheet's lines which line of the inventory it is; None = one that was taken away
    by hand.
    """

    changes: tuple[Change, ...]
    conflicts: tuple[Change, ...]
    memory: Facts
    places: tuple[int | None, ...]


def merge(sheet: Facts, now: Facts, base: Facts) -> Merged:
    """The site as it is `now`, with what the `sheet` changed since `base`."""
    changes, conflicts, fields = _fields(sheet.fields, now.fields, base.fields, None)
    places = match_lines(sheet.lines, now.lines, base.lines)
    lines = []
    for n, said in enumerate(sheet.lines):
        before = base.lines[n] if n < len(base.lines) else {}
        place = places[n]
        if place is None:
            lines.append(before)
            continue
        there = now.lines[place] if place < len(now.lines) else {}
        more, against, kept = _fields(said, there, before, place)
        changes, conflicts = changes + more, conflicts + against
        lines.append(kept)
    lines += base.lines[len(sheet.lines) :]
    return Merged(tuple(changes), tuple(conflicts), Facts(fields, tuple(lines)), places)


def _fields(
    sheet: Mapping[str, str], now: Mapping[str, str], base: Mapping[str, str], line: int | None
) -> tuple[list[Change], list[Change], dict[str, str]]:
    changes, conflicts, memory = [], [], dict(base)
    for name, new in sheet.items():
        old, last = now.get(name, ""), base.get(name, "")
        if new == old:
            memory[name] = new
        elif old == last:
            changes.append(Change(name, old, new, line))
            memory[name] = new
        elif new != last:
            conflicts.append(Change(name, old, new, line))
    return changes, conflicts, memory


def match_lines(
    sheet: Sequence[Mapping[str, str]], now: Sequence[Mapping[str, str]], base: Sequence[Mapping[str, str]]
) -> tuple[int | None, ...]:
    """Which line of the inventory each of the spreadsheet's lines is, new ones behind the last.

    The circuit's number tells, as it is or as it was imported; else carrier and role; else the role alone. A line
    that was imported and is found no more was taken away by hand: None.
    """
    found: dict[int, int] = {}
    before = [base[n] if n < len(base) else {} for n in range(len(sheet))]
    for same in (_same_circuit, _same_carrier, _same_role):
        for n, said in enumerate(sheet):
            free = (m for m in range(len(now)) if m not in found.values())
            if n not in found and (m := next((m for m in free if same(said, before[n], now[m], n)), None)) is not None:
                found[n] = m
    places: list[int | None] = []
    fresh = len(now)
    for n in range(len(sheet)):
        if n not in found and not before[n]:
            found[n] = fresh
            fresh += 1
        places.append(found.get(n))
    return tuple(places)


def _same_circuit(said: Mapping[str, str], before: Mapping[str, str], there: Mapping[str, str], _: int) -> bool:
    return "circuit" in there and there["circuit"] in (said.get("circuit"), before.get("circuit"))


def _same_carrier(said: Mapping[str, str], before: Mapping[str, str], there: Mapping[str, str], n: int) -> bool:
    mine = (said.get("carrier"), before.get("carrier"))
    return "carrier" in there and there["carrier"] in mine and _same_role(said, before, there, n)


def _same_role(said: Mapping[str, str], before: Mapping[str, str], there: Mapping[str, str], n: int) -> bool:
    return there.get("role") == (said.get("role") or ("backup" if n else "primary"))
