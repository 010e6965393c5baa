"""Which vendors' devices can be asked what?

One YAML file is one profile: PROJECT/collectors/profiles beside the installed ones, the same id twice is an error.
Inheritance is resolved here, so that whoever asks sees one flat list. Mistakes are reported at file, line and column.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from netmon.errors import InputError, Problem
from netmon.model import LabelSource, Metric, MibTable, Profile, ProfileMatch, Reading
from netmon.settings.fields import Secrets
from netmon.settings.plugin import shown
from netmon.settings.profile_language import PROFILE, GroupEntry, LabelEntry, ProfileEntry, ReadingEntry
from netmon.settings.report import Report
from netmon.settings.sheet import parse_map, validate
from netmon.settings.tree import Map, Spot, value_spot
from netmon.settings.tree import Path as TreePath
from netmon.settings.yamlio import written

FOLDER = "profiles"


class _File(NamedTuple):
    """A file's id, what problems call it, and its text."""

    id: str
    called: str
    text: str


@dataclass(frozen=True, slots=True)
class _Source:
    """One file: its id, its tree, for the places of mistakes, what it says, and whether a part was left out."""

    id: str
    tree: Map
    entry: ProfileEntry
    damaged: bool


def profiles(project: Path | None, families: Mapping[str, Metric], report: Report) -> dict[str, Profile]:
    """All profiles by id, inherited parts included; `families` are those that readings may fill.

    What is wrong is reported, and left out.
    """
    written_down: list[_File] = []
    for name, called, path in _files(project, report):
        try:
            written_down.append(_File(name, called, written(path, called)))
        except InputError as error:
            report.add(error.problems)
    found, problems = _together(tuple(written_down), tuple(families.items()))
    report.add(problems)
    return dict(found)


@lru_cache(maxsize=8)
def _together(
    files: tuple[_File, ...], families: tuple[tuple[str, Metric], ...]
) -> tuple[Mapping[str, Profile], tuple[Problem, ...]]:
    """The profiles of all files, and what is wrong; kept, because most reloads bring the same ones."""
    report, known, sources = Report(), dict(families), dict[str, _Source]()
    for file in files:
        source, problems = _source(file)
        report.add(problems)
        if source is not None:
            sources[file.id] = source
    said = {name: _own(source, known, report).groups() for name, source in sources.items()}
    made = {name: _profile(source, _line(name, sources, report), sources, said) for name, source in sources.items()}
    return MappingProxyType(made), report.sorted()


@lru_cache(maxsize=256)
def _source(file: _File) -> tuple[_Source | None, tuple[Problem, ...]]:
    """What one file says, None if that makes no profile, and what is wrong with it.

    Kept, because reading the installed ones is most of what loading a small project costs, and they do not change.
    """
    report = Report()
    tree = parse_map(file.text, file.called, report)
    if tree is None:
        return None, report.sorted()
    entry, damage = validate(PROFILE, ProfileEntry, tree, Secrets(Path()), report)
    source = _Source(file.id, tree, entry, bool(damage)) if isinstance(entry, ProfileEntry) else None
    return source, report.sorted()


def _line(name: str, sources: Mapping[str, _Source], report: Report, below: tuple[str, ...] = ()) -> list[str]:
    """The profile and all it inherits from, the farthest first, each once; what names nothing or itself is reported."""
    found: dict[str, None] = {}
    for n, parent in enumerate(sources[name].entry.inherits):
        at = value_spot(sources[name].tree, ("inherits", n))
        if parent in (name, *below):
            report.error(at, f"{parent!r} inherits from itself")
        elif parent not in sources:
            report.unknown(at, "profile", parent, sources)
        else:
            found |= dict.fromkeys(_line(parent, sources, report, (*below, name)))
    return [*found, name]


def _profile(
    source: _Source, line: Sequence[str], sources: Mapping[str, _Source], said: Mapping[str, "_Groups"]
) -> Profile:
    """All groups of the line, the nearest one of each name; one that is null is taken away."""
    scalars: dict[str, tuple[Reading, ...] | None] = {}
    tables: dict[str, MibTable | None] = {}
    entries = [sources[name].entry for name in line]
    for name in line:
        for group in said[name].tables:
            tables.pop(group, None)  # what is nearer stands behind what is farther, and wins where both tell the same
        scalars |= said[name].scalars
        tables |= said[name].tables
    return Profile(
        id=source.id,
        name=source.entry.name,
        matches=tuple(ProfileMatch(match.object_id, match.descr) for match in source.entry.match),
        inherits=tuple(line[:-1]),
        scalars=tuple(reading for group in scalars.values() if group is not None for reading in group),
        tables=tuple(table for table in tables.values() if table is not None),
        traps={oid: kind for entry in entries for oid, kind in entry.traps.items()},
        syslog=tuple((each.match, each.means) for entry in reversed(entries) for each in entry.syslog),
    )


def _files(project: Path | None, report: Report) -> Iterator[tuple[str, str, Path]]:
    """(id, what problems call it, file) of each profile, by name; the same id twice is reported."""
    installed = Path(importlib.import_module("collectors").__path__[0]) / FOLDER
    seen: dict[str, Path] = {}
    for folder in [installed] + ([] if project is None else [project / "collectors" / FOLDER]):
        place = shown(folder, project)
        for path in sorted(folder.glob("*.yaml")):
            called, first = f"{place}/{path.name}", seen.setdefault(path.stem, path)
            if first is path:
                yield path.stem, called, path
            elif first.resolve() != path.resolve():
                report.error(Spot(called), f"{path.stem!r} is already the id of an installed profile")


class _Groups(NamedTuple):
    """What one file asks, by the names of its groups; None takes an inherited group away."""

    scalars: Mapping[str, tuple[Reading, ...] | None]
    tables: Mapping[str, MibTable | None]


@dataclass(frozen=True, slots=True)
class _Own:
    """Makes groups of what one file says itself."""

    source: _Source
    families: Mapping[str, Metric]
    report: Report

    def groups(self) -> _Groups:
        """The groups by name, None for those that are taken away."""
        entry = self.source.entry
        return _Groups(
            {
                name: None if group is None else self._readings(("scalars", name), group)
                for name, group in entry.scalars.items()
            },
            {
                name: None
                if group is None
                else MibTable(name=name, readings=self._readings(("tables", name), group), bulk=group.bulk)
                for name, group in entry.tables.items()
            },
        )

    def _readings(self, path: TreePath, group: GroupEntry) -> tuple[Reading, ...]:
        made = [self._reading((*path, "readings", n), group, entry) for n, entry in enumerate(group.readings)]
        return tuple(reading for reading in made if reading is not None)

    def _reading(self, path: TreePath, group: GroupEntry, entry: ReadingEntry) -> Reading | None:
        metric = self.families.get(entry.metric)
        if metric is None:
            self.report.unknown(value_spot(self.source.tree, (*path, "metric")), "metric", entry.metric, self.families)
            return None
        labels = group.labels if entry.labels is None else entry.labels
        if metric.labels and len(labels) != len(metric.labels):
            what = ", ".join(metric.labels)
            text = f"{entry.metric} has the labels {what}: one source for each, not {len(labels)}"
            self.report.error(value_spot(self.source.tree, path), text)
            return None
        where = {**group.where, **(entry.where or {})}
        full = _Oids(self, path, group.entry)
        return Reading(
            metric=entry.metric,
            oid=full.of(entry.oid),
            labels=tuple(_label(label, full) for label in labels) if metric.labels else (),
            form=entry.form,
            scale=entry.scale,
            offset=entry.offset,
            times=full.of(entry.times),
            of=full.of(entry.of),
            free=full.of(entry.free),
            scale_by=full.of(entry.scale_by),
            precision=full.of(entry.precision),
            invert=entry.invert,
            yes=frozenset(entry.yes),
            invalid=frozenset(entry.invalid),
            low=entry.low,
            high=entry.high,
            where=tuple((full.of(oid), wanted) for oid, wanted in where.items()),
        )


def _own(source: _Source, families: Mapping[str, Metric], report: Report) -> _Own:
    """What is wrong only because a part was left out is not told."""
    return _Own(source, families, Report() if source.damaged else report)


@dataclass(frozen=True, slots=True)
class _Oids:
    """Completes OIDs that go on from the table's entry."""

    own: _Own
    path: TreePath
    entry: str | None

    def of(self, oid: str | None) -> str:
        """The whole OID; "" for none."""
        if oid is None or not oid.startswith("."):
            return oid or ""
        if self.entry is None:
            spot = value_spot(self.own.source.tree, self.path)
            self.own.report.error(spot, f"{oid} goes on from an `entry`, and the group has none")
        return f"{self.entry or ''}{oid}"


def _label(entry: LabelEntry, full: _Oids) -> LabelSource:
    form = entry.form or ("text" if entry.oid else "index")
    return LabelSource(full.of(entry.oid), entry.arcs, form, entry.text or "", entry.part)
