"""What would an import of this spreadsheet into this project change?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netmon.errors import InputError, Problem
from netmon.settings.letters import slug
from netmon.settings.project import Project
from netmon.settings.report import did_you_mean
from netmon.settings.sheets.atlas import Atlas, make_atlas
from netmon.settings.sheets.captions import Table, find_table
from netmon.settings.sheets.cells import Raw, page
from netmon.settings.sheets.compose import Wanted, compose, fresh_site
from netmon.settings.sheets.facts import Facts, facts, gateway, put, put_line
from netmon.settings.sheets.files import Files, site_files, try_out
from netmon.settings.sheets.memory import FILE, Remembered, dump_memory, load_memory
from netmon.settings.sheets.merge import Change, Merged, merge
from netmon.settings.sheets.places import duplicates, find_places
from netmon.settings.sheets.rows import Faults, Listed, list_rows
from netmon.settings.sheets.sites import FIRST_ROUTER, ends, identify
from netmon.settings.sheets.vocabulary import Vocabulary

FOLDER = "inventory/imported"
_HEAD = "# First imported from {file}. Edit freely: an import keeps what is changed by hand.\n"
_NO_SHEET = "no sheet has captions in its first rows that netmon knows: a name, and one thing more such as the address"


@dataclass(frozen=True, slots=True)
class Sheet:
    """How one sheet was read: its table and rows, or why it was passed over."""

    name: str
    table: Table | None
    listed: Listed
    why: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A site that is written, or that stays as somebody wrote it by hand. `changes` are empty for a new one."""

    id: str
    name: str
    file: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does. `files` have their new texts by path in the project, the memory of the import included;
    `vanished` sites stand in the spreadsheet no more, `removed` ones were taken out of the inventory by hand,
    `unasked` have no address. `hub` = where new lines end of which nothing else tells.
    """

    sheets: tuple[Sheet, ...]
    new: tuple[Touched, ...]
    changed: tuple[Touched, ...]
    conflicts: tuple[Touched, ...]
    unchanged: tuple[str, ...]
    vanished: tuple[str, ...]
    removed: tuple[str, ...]
    unasked: tuple[str, ...]
    hub: str
    files: Mapping[str, str]


def read_sheets(raws: list[Raw], words: Vocabulary, chosen: Mapping[str, str], faults: Faults) -> list[Sheet]:
    """The tables of a workbook; InputError if it has none."""
    sheets = []
    for raw in raws:
        seen = page(raw)
        table = None if raw.hidden else find_table(seen, words, chosen)
        why = "hidden" if raw.hidden else "empty" if not raw.rows else "no captions that are known"
        if raw.problem:
            faults.add(seen.name, "", raw.problem)
        listed = list_rows(table, words, faults) if table else Listed((), ())
        sheets.append(Sheet(seen.name, table, listed, "" if table else why))
    if not any(sheet.table for sheet in sheets):
        raise InputError([Problem(faults.file, 0, 0, _NO_SHEET)])
    return sheets


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator says beside the file: the device that sites hang on of which nothing else is said ("" = the
    gateway where netmon runs), and fields of columns by their folded caption.
    """

    hub: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def make_plan(raws: list[Raw], file: str, project: Project, words: Vocabulary, asked: Asked) -> Plan:
    """What importing this spreadsheet does. InputError has everything that is wrong, cell by cell; or what would be
    wrong with the inventory afterwards.
    """
    faults = Faults(file)
    atlas = make_atlas(project.inventory, words, hub_of(project, asked))
    memory = load_memory(project.path)
    sheets = read_sheets(raws, words, asked.columns, faults)
    places = find_places((entry for sheet in sheets for entry in sheet.listed.entries), atlas, faults)
    duplicates(places, faults)
    found = identify(places, atlas, memory, faults)
    wanted = compose(found, ends(atlas, found), faults)
    if wrong := faults.sorted():
        raise InputError(wrong)
    draft = _Draft(project.path, file, memory)
    for one in wanted:
        draft.take(one)
    draft.name_areas(wanted, atlas)
    plan = draft.plan(sheets, atlas.hub)
    if set(plan.files) - {FILE}:
        try_out(project.path, plan.files)
    return plan


def hub_of(project: Project, asked: Asked) -> str:
    """The device that sites hang on of which nothing else is said; InputError if the one asked for is none."""
    inventory = project.inventory
    if asked.hub and asked.hub not in inventory.devices:
        hint = did_you_mean(asked.hub, inventory.devices)
        raise InputError([Problem("--to", 0, 0, f"{asked.hub!r} is no device of this inventory", hint)])
    return asked.hub or inventory.sites[inventory.devices[inventory.vantage].site].gateway or ""


class _Draft:
    """A plan while it is being made."""

    def __init__(self, project: Path, file: str, memory: Mapping[str, Remembered]) -> None:
        self.where, self.classes = site_files(project)
        self.files = Files(project)
        self.file = file
        self.before = memory
        self.memory = dict(memory)
        self.new: list[Touched] = []
        self.changed: list[Touched] = []
        self.conflicts: list[Touched] = []
        self.unchanged: list[str] = []
        self.removed: list[str] = []

    def take(self, one: Wanted) -> None:
        """One more site of the spreadsheet."""
        if one.id in self.where:
            self._known(one)
        elif one.id in self.before:
            self.removed.append(one.id)
        else:
            self._fresh(one)

    def _fresh(self, one: Wanted) -> None:
        area = one.place.area or slug(one.place.entry.page) or "sites"
        shown = f"{FOLDER}/{area}.yaml"
        tree = self.files.tree(shown)
        sites = tree.get("sites")
        tree["sites"] = {**(sites if isinstance(sites, dict) else {}), one.id: fresh_site(one, self.classes)}
        self.new.append(Touched(one.id, one.place.name, shown))
        self.memory[one.id] = Remembered(one.place.key, one.place.entry.page, one.filled)

    def name_areas(self, wanted: Sequence[Wanted], atlas: Atlas) -> None:
        """Areas of new sites get the name that the spreadsheet has for them, unless a site gives it one."""
        named = set(atlas.inventory.areas)
        called = {area for one in wanted if (area := one.place.area).endswith(f"-{one.id}")}
        new = {one.id: one.file for one in self.new}
        for one in wanted:
            area = one.place.area
            if not area or one.id not in new or area in named | called or atlas.inventory.called_after(area):
                continue
            named.add(area)
            tree = self.files.tree(new[one.id])
            areas, rest = tree.pop("areas", None), dict(tree)
            tree.clear()
            tree["areas"] = {
                **(areas if isinstance(areas, dict) else {}),
                area: {"name": atlas.area_name(one.place.region)},
            }
            tree |= rest

    def _known(self, one: Wanted) -> None:
        shown = self.where[one.id]
        site = self.files.tree(shown)["sites"][one.id]
        now = facts(site, self.classes)
        base = self.before[one.id].facts if one.id in self.before else Facts()
        merged = merge(one.said, now, base)
        _apply(site, one, merged, now)
        name = now.fields.get("name", one.place.name)
        if merged.changes:
            self.changed.append(Touched(one.id, name, shown, merged.changes))
        elif not merged.conflicts:
            self.unchanged.append(one.id)
        if merged.conflicts:
            self.conflicts.append(Touched(one.id, name, shown, merged.conflicts))
        self.memory[one.id] = Remembered(one.place.key, one.place.entry.page, merged.memory)

    def plan(self, sheets: list[Sheet], hub: str) -> Plan:
        """The plan, with the texts of all files that change."""
        pages = {sheet.name for sheet in sheets if sheet.table}
        seen = {*self.unchanged, *self.removed, *(one.id for one in (*self.new, *self.changed, *self.conflicts))}
        vanished = (key for key, one in self.before.items() if one.page in pages and key not in seen)
        for shown in {one.file for one in self.new}:
            if not self.files.texts[shown]:
                self.files.texts[shown] = _HEAD.format(file=self.file)
        files = self.files.changed()
        memory = dump_memory(self.memory)
        if self.memory != self.before:
            files[FILE] = memory
        return Plan(
            sheets=tuple(sheets),
            new=tuple(self.new),
            changed=tuple(self.changed),
            conflicts=tuple(self.conflicts),
            unchanged=tuple(self.unchanged),
            vanished=tuple(key for key in vanished if key in self.where),
            removed=tuple(self.removed),
            unasked=tuple(one.id for one in self.new if "address" not in self.memory[one.id].facts.fields),
            hub=hub,
            files=files,
        )


def _apply(site: dict[str, object], one: Wanted, merged: Merged, now: Facts) -> None:
    """Write what changed into the site; a line that is new gets its far end and role too."""
    device = gateway(site) or f"{one.id}-{FIRST_ROUTER}"
    for change in merged.changes:
        if change.line is None:
            put(site, change.field, change.new, device)
    for n, place in enumerate(merged.places):
        if place is None:
            continue
        said = {change.field: change.new for change in merged.changes if change.line == place}
        if place >= len(now.lines):
            said = dict(one.filled.lines[n])
        for name, value in said.items():
            put_line(site, place, name, value)
