"""Which family is a rule about, and which of its series?"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from netmon.model import Metric
from netmon.reading.families import HEALTH
from netmon.settings.rules_checks import Checked
from netmon.settings.rules_targets import Watched
from netmon.settings.rules_units import unit_of
from netmon.settings.rules_values import Choice

TOLD = "the verdict tells it as a state or an incident, and one thing is told once"
BY_PLACE = ("site", "level", "device", "link", "service")
"""Labels that the frame adds to every series."""
FEW: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"direction": ("receive", "transmit"), "share": ("0.5", "0.99", "1")}
)
"""Labels of netmon's own families that have few values, and all of those."""


def family(checked: Checked, families: Watched) -> Metric | None:
    """The family that the rule is about; None if that or the one to divide by cannot be watched, which is reported."""
    entry = checked.entry
    found = _usable(checked, families, entry.metric, ("metric",))
    if found is None or entry.ratio is None:
        return found
    by = _usable(checked, families, entry.ratio.of, ("ratio", "of"))
    if by is None:
        return None
    at = checked.spot("ratio", "of")
    if entry.ratio.of == entry.metric:
        checked.report.error(at, f"{entry.metric} divided by itself is always 1")
    elif by.type != found.type:
        checked.report.error(at, f"{entry.metric} is a {found.type} and {entry.ratio.of} is a {by.type}")
    elif by.labels != found.labels:
        mine, others = (", ".join(each) or "none" for each in (found.labels, by.labels))
        checked.report.error(at, f"the labels of {entry.metric} ({mine}) and of {entry.ratio.of} ({others}) differ")
    elif not _together(families, entry.metric, entry.ratio.of):
        checked.report.error(at, f"nothing in the inventory has both {entry.metric} and {entry.ratio.of}")
    else:
        return found
    return None


def _together(families: Watched, one: str, other: str) -> bool:
    """Whether something has series of both; where nothing has the first, that is said elsewhere."""
    having = families.having.get(one, frozenset())
    return not having or bool(having & families.having.get(other, frozenset()))


def _usable(checked: Checked, families: Watched, name: str, path: tuple[str, ...]) -> Metric | None:
    metric, report, at = families.metrics.get(name), checked.report, checked.spot(*path)
    if metric is None and families.told_already(name):
        report.error(at, f"{name} cannot be watched: {TOLD}")
    elif metric is None:
        report.unknown(at, "metric", name, families.metrics)
    elif metric.type == "info":
        report.error(at, f"{name} describes, and has no value but 1")
    elif unit_of(name, metric) == "moment":
        report.error(
            at, f"{name} is a point in time, which no limit fits", "the end of certificates is told without a rule"
        )
    else:
        return metric
    return None


def chosen(checked: Checked, families: Watched, metric: Metric) -> Choice:
    """Which series are meant; names that stand for nothing are reported."""
    entry, inventory = checked.entry, families.inventory
    written = {"levels": entry.levels, "sites": entry.sites, "areas": entry.areas, "kinds": entry.kinds}
    sites = inventory.sites.values()
    _names(checked, "levels", "level", entry.levels, inventory.levels)
    _names(checked, "sites", "site", entry.sites, inventory.sites)
    _names(checked, "areas", "area", entry.areas, {site.area for site in sites if site.area})
    _names(checked, "kinds", "kind of line", entry.kinds, {link.kind for link in inventory.links.values() if link.kind})
    for key in [key for key, names in written.items() if names]:
        if entry.metric in HEALTH:
            checked.report.error(checked.key(key), f"{entry.metric} is of netmon itself, so {key} choose nothing")
    having = families.having.get(entry.metric, frozenset())
    if entry.kinds and having and not having & inventory.links.keys() and entry.metric not in HEALTH:
        checked.report.error(checked.key("kinds"), f"{entry.metric} is of no line, so kinds choose nothing")
    for name, values in entry.labels.items():
        _label(checked, metric, name, values)
    return Choice(
        labels=tuple(entry.labels.items()),
        levels=entry.levels or (),
        sites=entry.sites or (),
        areas=entry.areas or (),
        kinds=entry.kinds or (),
    )


def _names(checked: Checked, key: str, what: str, names: Collection[str] | None, known: Collection[str]) -> None:
    for n, name in enumerate(names or ()):
        if name not in known:
            checked.report.unknown(checked.spot(key, n), what, name, known)


def _label(checked: Checked, metric: Metric, name: str, values: tuple[str, ...]) -> None:
    at, known = checked.key("labels", name), FEW.get(name, ())
    if name in BY_PLACE:
        checked.report.error(at, f"{name!r} is no label to choose by", "choose by levels, sites, areas or kinds")
    elif name not in metric.labels:
        checked.report.unknown(at, f"label of {checked.entry.metric}", name, metric.labels)
    else:
        for n, value in enumerate(values if known else ()):
            if value not in known:
                text = f"no series has the {name} {value!r}"
                checked.report.error(checked.spot("labels", name, n), text, f"there are {', '.join(known)}")
