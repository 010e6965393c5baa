"""What do all the inventory files say together?

Every *.yaml under inventory/ (but for calendars/, which calendars refer to) is one part of one tree. Sections
are united; what can only be said once must only be said once.
"""

from pathlib import Path as File
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from netmon.errors import InputError
from netmon.settings.explain import explain, prune
from netmon.settings.fields import Secrets
from netmon.settings.report import Report
from netmon.settings.tree import Leaf, Map, Path, Spot, Tree, empty, plain
from netmon.settings.yamlio import parse, written

FOLDER = "inventory"
SECTIONS = ("calendars", "windows", "carriers", "areas", "credentials", "nodes", "classes", "sites")
_ROUNDS = 10


class Sheet(NamedTuple):
    """The tree of all inventory files. Not `whole` if part of what they say could not be taken in."""

    tree: Map
    whole: bool


def gather(project: File, report: Report) -> Sheet:
    """The tree of all inventory files of a project; whatever cannot be read or joined is reported."""
    whole = empty(Spot(FOLDER))
    folder = project / FOLDER
    if not folder.is_dir():
        report.error(Spot(FOLDER), f"no such folder in {project.name or project}")
        return Sheet(whole, False)
    for path in sorted(folder.rglob("*")):
        part = path.relative_to(folder)
        if part.parts[0] == "calendars" or any(name.startswith(".") for name in part.parts) or path.is_dir():
            continue
        shown = f"{FOLDER}/{part.as_posix()}"
        if path.suffix == ".yml":
            report.warn(Spot(shown), "is not read: its name must end in .yaml")
        if path.suffix == ".yaml":
            _join(whole, read_map(path, shown, report) or empty(Spot(shown)), report)
    return Sheet(whole, not report.failed)


def read_map(path: File, shown: str, report: Report) -> Map | None:
    """A file that holds one mapping, or nothing at all; None if it cannot be read, which is then reported."""
    try:
        text = written(path, shown)
    except InputError as error:
        report.add(error.problems)
        return None
    return parse_map(text, shown, report)


def parse_map(text: str, shown: str, report: Report) -> Map | None:
    """A text that is one mapping, or nothing at all; None if it cannot be read to its end, which is then reported."""
    try:
        tree, problems = parse(text, shown)
    except InputError as error:
        report.add(error.problems)
        return None
    report.add(problems)
    if isinstance(tree, Map):
        return tree
    if tree is None or (isinstance(tree, Leaf) and tree.value is None):
        return empty(Spot(shown))
    report.error(tree.at, "must be a mapping (`key: value` lines)")
    return None


def _join(whole: Map, part: Map, report: Report) -> None:
    for key, value in part.items.items():
        at = part.keys[key]
        if key in SECTIONS and isinstance(value, Leaf) and value.value is None:
            continue
        if key not in whole.items:
            fresh = Map(value.at, dict(value.items), dict(value.keys)) if isinstance(value, Map) else value
            whole.items[key], whole.keys[key] = fresh, at
            continue
        section = whole.items[key]
        if key in SECTIONS and isinstance(section, Map) and isinstance(value, Map):
            _unite(section, value, report)
        elif key in SECTIONS:
            report.error(value.at, f"{key}: must be a mapping")
        else:
            first = whole.keys[key]
            report.error(at, f"duplicate key {key!r}", f"first given in {first.file}:{first.line}")


def _unite(section: Map, more: Map, report: Report) -> None:
    for key, value in more.items.items():
        if key in section.items:
            first = section.keys[key]
            report.error(more.keys[key], f"duplicate id {key!r}", f"first given in {first.file}:{first.line}")
        else:
            section.items[key], section.keys[key] = value, more.keys[key]


class Checked(NamedTuple):
    """A declaration filled in (None if nothing could be), and the paths at which parts of it were left out."""

    value: Any
    damage: tuple[Path, ...]


def validate(
    adapter: TypeAdapter[Any], kind: Any, tree: Map, secrets: Secrets, report: Report, *, partial: bool = False
) -> Checked:
    """The tree as a value of `kind`. Parts that are wrong are reported and taken out of `tree`, so that the rest
    can be checked as well; what is only wrong because of that is not reported. `partial`: nor is what is missing.
    """
    damage: list[Path] = []
    for _ in range(_ROUNDS):
        try:
            return Checked(adapter.validate_python(plain(tree), context=secrets), tuple(damage))
        except ValidationError as error:
            paths = explain(error, kind, tree, Report() if damage else report, partial=partial)
            damage += paths
            if not prune(tree, paths):
                break
    return Checked(None, tuple(damage))


def section(tree: Tree | None, *path: str) -> Map:
    """The mapping at `path`; an empty one if there is none."""
    for step in path:
        tree = tree.items.get(step) if isinstance(tree, Map) else None
    return tree if isinstance(tree, Map) else empty(Spot(FOLDER))
