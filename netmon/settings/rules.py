"""Which thresholds does the project set, and can each of them ever be crossed?

`alerts/rules.yaml` lists them, one rule a line; a project without the file has the installed ones. A rule that can
never be told is a mistake: an unknown metric or label, a filter that leaves nothing, a limit that the metric never
reaches.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from netmon.errors import Problem
from netmon.model import Inventory, Metric
from netmon.settings.fields import Secrets
from netmon.settings.plugin import data_folder
from netmon.settings.report import Report
from netmon.settings.rules_checks import Checked, limits, moving, sentences
from netmon.settings.rules_choice import chosen, family
from netmon.settings.rules_language import RULES, RuleEntry, RulesFile
from netmon.settings.rules_targets import Watched, watched
from netmon.settings.rules_units import unit_of
from netmon.settings.rules_values import Rule
from netmon.settings.sheet import read_map, validate
from netmon.settings.tree import Leaf, Map, Spot, empty, value_spot

FILE = "alerts/rules.yaml"
ASK = "give a device the collector that brings it, or say `optional: true`"


class Written(NamedTuple):
    """The entries of one file, and where they stand."""

    entries: tuple[RuleEntry, ...]
    tree: Map
    own: bool


def rules(
    project: Path, inventory: Inventory, collectors: dict[str, Metric], languages: Iterable[str], report: Report
) -> tuple[Rule, ...]:
    """All rules in the order of the file; mistakes are reported. `languages` are those of the messages."""
    other = (project / FILE).with_suffix(".yml")
    if other.exists():
        report.warn(Spot(FILE.replace(".yaml", ".yml")), "is not read: its name must end in .yaml")
    own = project / FILE
    written = _read(own, FILE, report) if own.exists() else _installed(data_folder("alerts") / "rules.yaml", report)
    families, made, names = watched(inventory, collectors), list[Rule](), dict[str, Spot]()
    for n, entry in enumerate(written.entries):
        at = value_spot(written.tree, ("rules", n, "alert"))
        if entry.alert in names:
            first = names[entry.alert]
            report.error(at, f"duplicate rule {entry.alert!r}", f"first given in {first.file}:{first.line}")
            continue
        names[entry.alert] = at
        checked = Checked(entry, written.tree, n, report, tuple(languages))
        rule = _rule(checked, families, optional=entry.optional or not written.own)
        if rule is not None:
            made.append(rule)
    return tuple(made)


def _read(path: Path, shown: str, report: Report) -> Written:
    tree = read_map(path, shown, report) or empty(Spot(shown))
    if isinstance(found := tree.items.get("rules"), Leaf) and found.value is None:
        del tree.items["rules"]
    entry, damage = validate(RULES, RulesFile, tree, Secrets(path.parent), report)
    whole = isinstance(entry, RulesFile) and not damage  # what was left out would be missed in what follows
    return Written(tuple(entry.rules) if whole else (), tree, own=True)


def _installed(path: Path, report: Report) -> Written:
    written, problems = _once(path)
    report.add(problems)
    return written


@lru_cache(maxsize=1)
def _once(path: Path) -> tuple[Written, tuple[Problem, ...]]:
    """The installed file does not change while the program runs."""
    report = Report()
    return _read(path, str(path), report)._replace(own=False), report.sorted()


def _rule(checked: Checked, families: Watched, *, optional: bool) -> Rule | None:
    """The rule; None if anything is wrong with it, which has been reported."""
    entry, report = checked.entry, checked.report
    mistakes = len(report.sorted())
    metric = family(checked, families)
    if metric is None:
        return None
    unit = "ratio" if entry.ratio is not None else unit_of(entry.metric, metric)
    choice = chosen(checked, families, metric)
    ids = families.having.get(entry.metric, frozenset())
    left = families.chosen(ids, choice)
    found = limits(checked, unit)
    how = moving(checked, metric)
    texts = sentences(checked, metric)
    if len(report.sorted()) > mistakes or found is None:
        return None
    if not ids and not optional:
        report.error(checked.spot("metric"), f"{entry.metric}: nothing in the inventory is asked for it", ASK)
    elif ids and not left and not optional:
        filters = [key for key in ("levels", "sites", "areas", "kinds") if key in checked.written()]
        report.error(checked.spot(filters[-1]), f"nothing that has {entry.metric} is left by {' and '.join(filters)}")
    return Rule(
        name=entry.alert,
        metric=entry.metric,
        names=metric.labels,
        of=ids,
        unit=unit,
        above=found.above,
        limit=found.limit,
        clear=found.clear,
        lasts=entry.lasts,
        severity=entry.severity,
        choice=choice,
        scope=None if left == ids else left,
        per=entry.ratio.of if entry.ratio is not None else "",
        quantile=how.quantile,
        increase=how.increase,
        texts=texts,
    )
