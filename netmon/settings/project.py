"""What is in this project folder, all of it checked?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from netmon.errors import InputError, Problem
from netmon.model import Inventory, Maintenance, Metric, Profile, Secret
from netmon.people import Roster
from netmon.settings.calendars import calendars
from netmon.settings.checks import check
from netmon.settings.collect import Collects
from netmon.settings.conferences import check_events
from netmon.settings.config import Config, config
from netmon.settings.fields import Secrets
from netmon.settings.language import INVENTORY, InventoryEntry
from netmon.settings.lookup import Lookup
from netmon.settings.maintenance import maintenance
from netmon.settings.messages import Messages, load_messages
from netmon.settings.names import Names, index
from netmon.settings.options import Maker, shelf
from netmon.settings.plugin import data_folder, shown
from netmon.settings.profiles import profiles
from netmon.settings.report import Report
from netmon.settings.resolve import resolve
from netmon.settings.roster import roster
from netmon.settings.roster_names import Around
from netmon.settings.rules import rules
from netmon.settings.rules_values import Rule
from netmon.settings.sheet import gather, section, validate
from netmon.settings.tree import Spot
from netmon.settings.watched import with_drills

__all__ = ["Config", "Project", "load", "told_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, loaded and checked. `collectors` are all plug-ins by name, `profiles` what each vendor's devices
    can be asked, `messages` the words of the notices, `maintenance` the work that is planned, `roster` who is told,
    `rules` the thresholds, `secrets` all that are named anywhere, each once.
    """

    path: Path
    config: Config
    inventory: Inventory
    collectors: Mapping[str, type]
    profiles: Mapping[str, Profile]
    messages: Messages
    maintenance: tuple[Maintenance, ...] = ()
    roster: Roster
    rules: tuple[Rule, ...] = ()
    secrets: tuple[Secret, ...] = ()
    warnings: tuple[Problem, ...]


def load(path: Path, *, secrets: bool = False, today: date | None = None, alerts: Path | None = None) -> Project:
    """Read and check a project folder. InputError has every problem found, warnings included, by place.

    With `secrets` a secret that is not there is an error, otherwise a warning. With `today`
    calendars are expected to know the days off of this year, and from December on those of the next. `alerts` is
    a folder whose routes.yaml and oncall.yaml stand in for those of the project.
    """
    report, path = Report(), path.absolute()
    if not path.is_dir():
        raise InputError([Problem(*Spot(str(path)), "no such folder")])
    vault = Secrets(path)
    maker = Maker(vault, report, strict=secrets)
    collects = Collects(shelf("collectors", path, report), maker)
    settings = config(path, shelf("exporters", path, report), shelf("notifiers", path, report), vault, maker)
    channels = None if report.failed else settings.notifiers
    plugins = {name: options.plugin for name, options in collects.shelf.options.items()}
    vendors = profiles(path, families(plugins), report)
    inventory, names = _inventory(path, vault, maker, collects, today)
    planned = maintenance(path, inventory, names, vault, report, today)
    texts = _messages(path, report)
    thresholds = _rules(path, inventory, plugins, texts, report)
    known = None if inventory is None or report.failed else [rule.name for rule in thresholds]
    mailing = {one.channel for one in settings.reports.values()}
    around = Around(channels=channels, inventory=inventory, names=names, rules=known, today=today, reports=mailing)
    people = with_drills(roster(path, around, vault, report, alerts), settings.watched.drills, report)
    if report.failed or inventory is None or texts is None:
        raise InputError(report.sorted())
    return Project(
        path=path,
        config=settings,
        inventory=inventory,
        collectors=plugins,
        profiles=vendors,
        messages=texts,
        maintenance=planned,
        rules=thresholds,
        roster=people,
        secrets=tuple(dict.fromkeys(vault.made)),
        warnings=report.sorted(),
    )


def told_by(project: Project, notifiers: Mapping[str, Any]) -> Project:
    """The project with these notifiers instead of its own, and without routes: each of them is told everything."""
    config = replace(project.config, notifiers=notifiers, channels={})
    return replace(project, config=config, roster=Roster(channels=tuple(notifiers)))


def families(collectors: Mapping[str, Any]) -> dict[str, Metric]:
    """Every family that the collectors declare, by name."""
    return {name: metric for each in collectors.values() for name, metric in each.METRICS.items()}


def _rules(
    path: Path, inventory: Inventory | None, collectors: Mapping[str, Any], texts: Messages | None, report: Report
) -> tuple[Rule, ...]:
    """The thresholds; without an inventory that is right nothing can be said of them."""
    if inventory is None or report.failed:
        return ()
    return rules(path, inventory, families(collectors), [] if texts is None else [*texts.languages], report)


def _messages(path: Path, report: Report) -> Messages | None:
    """The project's own messages, or the installed ones."""
    own = path / "alerts" / "messages"
    try:
        return load_messages(own if own.is_dir() else data_folder("alerts") / "messages")
    except InputError as error:
        report.add([replace(problem, file=shown(Path(problem.file), path)) for problem in error.problems])
        return None


def _inventory(
    path: Path, vault: Secrets, maker: Maker, collects: Collects, today: date | None
) -> tuple[Inventory | None, Names]:
    """The inventory, None if it makes no sense as a whole; and the ids that stand in it."""
    report = maker.report
    before, own = len(vault.made), Report()
    tree, whole = gather(path, own)
    report.add(own.sorted())
    names = index(tree, report)
    entry, damage = validate(INVENTORY, InventoryEntry, tree, vault, report, partial=not whole)
    if not whole or not isinstance(entry, InventoryEntry):
        return None, names
    maker.unset(section(tree, "credentials"), vault.made[before:])
    look = Lookup(entry, tree, names, report, frozenset(damage))
    inventory = resolve(look, collects, calendars(look, path, today))
    check(look, inventory)
    if today is not None:
        check_events(look, inventory, today)
    return inventory, names
