"""`netmon plan`: what would this edit do to a running netmon?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netmon.cli._revision import folder_of
from netmon.cli._tables import print_json, terminal
from netmon.decide.plan import Effect, Item, Plan, Side
from netmon.decide.plan import plan as planned
from netmon.errors import InputError
from netmon.model import Inventory
from netmon.settings.project import Project, load
from netmon.settings.script import read
from netmon.settings.spots import Spots, spots

MOST = 12
"""Lines of one kind on the page; a change of a class may concern everything."""
SCENARIOS = "alerts/scenarios"

_HEADINGS: Mapping[Effect, tuple[str, str]] = {
    "silent": ("bold red", "no longer told, or told later"),
    "redundancy_lost": ("bold red", "less redundancy, on paper"),
    "mixed_up": ("bold red", "an id that now stands for another line"),
    "scenario": ("red", "scenarios that no longer fit the inventory"),
    "closed": ("yellow", "ledgers that close"),
    "renamed": ("yellow", "the same thing under another id"),
    "behind": ("yellow", "hangs elsewhere"),
    "pages": ("yellow", "may page"),
    "starts_anew": ("cyan", "starts anew"),
    "redundancy_gained": ("green", "more redundancy, on paper"),
    "removed": ("", "removed"),
    "changed": ("", "changed"),
    "added": ("", "added"),
}


def plan(
    old: Annotated[str, typer.Argument(help="The project's folder as it was, or a git revision of NEW.")],
    new: Annotated[Path, typer.Argument(help="The project's folder as it is to be.")],
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """What an edit would add, drop and ask anew, whose ledger closes, and which alerts go silent; changes nothing."""
    after = load(new)
    with folder_of(old, new) as folder:
        before = _load_old(folder, old)
        found = planned(_side(before), _side(after), after.config.confirm)
        items = [*found.items]
        items[_place(items) : _place(items)] = _scenarios(after)
        places = _Places(before, after)
    counts = {what: _count(what, after.inventory, found) for what in _SECTIONS}
    if json:
        print_json(_as_json(found, items, places, counts))
    else:
        _show(terminal(), f"{old} -> {new}", found, items, places, counts)


def _load_old(folder: Path, called: str) -> Project:
    try:
        return load(folder)
    except InputError as error:
        raise InputError([replace(each, file=f"{called}:{each.file}") for each in error.problems]) from None


def _side(project: Project) -> Side:
    return Side(project.inventory, project.maintenance, project.config.notifiers)


def _place(items: list[Item]) -> int:
    """Where scenarios stand among what is sorted."""
    worse = ("silent", "redundancy_lost", "mixed_up")
    return next((n for n, item in enumerate(items) if item.effect not in worse), len(items))


def _scenarios(project: Project) -> list[Item]:
    """Scripts that name what is gone."""
    found = []
    for file in sorted((project.path / SCENARIOS).glob("*.yaml")):
        try:
            read(file, project.inventory, project.config.notifiers, project.roster.people)
        except InputError as error:
            wrong = [each for each in error.problems if not each.warning]
            found += [Item("scenario", file.stem, f"line {each.line}: {each.text}") for each in wrong]
    return found


class _Places:
    """file:line of an id: in the new inventory, or if it is gone in the old one."""

    def __init__(self, before: Project, after: Project) -> None:
        self._sides: list[Spots] = [spots(each.path, each.inventory) for each in (after, before)]

    def of(self, key: str, gone: str = "") -> str:
        """`gone` stands before the place of an id that is only in the old one."""
        for side, mark in zip(self._sides, ("", gone), strict=True):
            if side.path(key):
                spot = side.of(key)
                return f"{mark}{spot.file}:{spot.line}"
        return ""


_SECTIONS = ("site", "device", "link", "service")


def _count(what: str, new: Inventory, found: Plan) -> dict[str, int]:
    kinds = (("added", found.changes.added), ("removed", found.changes.removed))
    counts = {name: sum(key.what == what for key in keys) for name, keys in kinds}
    differ = {item.id for item in found.items if item.effect == "changed"}
    counts["changed"] = sum(key.what == what and key.id in differ for key in found.changes.changed)
    sections: Mapping[str, Mapping[str, object]] = {
        "site": new.sites, "device": new.devices, "link": new.links, "service": new.services
    }  # fmt: skip
    return counts | {"total": len(sections[what])}


def _as_json(found: Plan, items: Iterable[Item], places: _Places, counts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "counts": counts,
        "starts_anew": list(found.anew),
        "kept": found.kept,
        "items": [{**item._asdict(), "at": places.of(item.id) or None} for item in items],
    }


def _show(
    console: Console, title: str, found: Plan, items: list[Item], places: _Places, counts: Mapping[str, dict[str, int]]
) -> None:
    console.print(Text(title, "bold"))
    table = Table(box=None, pad_edge=False)
    for column in ("", "added", "removed", "changed", "in all"):
        table.add_column(column, justify="left" if not column else "right")
    for what, each in counts.items():
        table.add_row(f"{what}s", *(str(count) if count else "-" for count in each.values()))
    console.print(table)
    if not items:
        console.print("Nothing differs that netmon would notice.")
        return
    console.print(f"{len(found.anew)} start unknown, {found.kept} keep their statistics and state.")
    console.print(_paging(items))
    for effect, group in groupby(items, key=lambda item: item.effect):
        _group(console, effect, list(group), places)


def _paging(items: Iterable[Item]) -> str:
    effects = {item.effect for item in items}
    text = "Applying it pages nobody by itself"
    if effects & {"pages", "behind"}:
        text = "While it is applied only what is listed below may page"
    if "starts_anew" in effects:
        text += "; what never answers after it is told in one summary notice"
    return f"{text}."


def _group(console: Console, effect: Effect, group: list[Item], places: _Places) -> None:
    colour, heading = _HEADINGS[effect]
    console.print(Text(f"\n{heading} ({len(group)})", colour or "bold"))
    wide = min(max(len(item.id) for item in group[:MOST]), 40)
    for item in group[:MOST]:
        line = Text.assemble(f"  {item.id:{wide}}  {item.text}", ("  " + places.of(item.id, "was "), "dim"))
        console.print(line, soft_wrap=True)
    if len(group) > MOST:
        console.print(Text(f"  … and {len(group) - MOST} more (--json has them all)", "dim"))
