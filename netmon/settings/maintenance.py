"""Which work has been planned, on what and when?

`alerts/maintenance.yaml` lists it, one window a line. Times are local in the inventory's time zone unless they
say otherwise. A project without the file plans nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, TypeAdapter, with_config

from netmon.model import Inventory, Maintenance
from netmon.settings.fields import Moment, Secrets, Texts
from netmon.settings.language import STRICT
from netmon.settings.names import Names
from netmon.settings.report import Report
from netmon.settings.sheet import read_map, validate
from netmon.settings.tree import Leaf, Map, value_spot

FILE = "alerts/maintenance.yaml"
LONG = timedelta(days=14)
"""Work that takes longer is more likely a slip of the pen."""
COVERED = ("site", "device", "link", "node", "area", "carrier")


def _named(ids: tuple[str, ...]) -> tuple[str, ...]:
    if not ids:
        raise ValueError("names nothing")
    return ids


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEntry:
    """One piece of planned work."""

    what: Annotated[
        Texts,
        AfterValidator(_named),
        Field(description="Ids of sites, devices, links, nodes, areas, carriers, and all that hangs on them alone."),
    ]
    since: Annotated[Moment, Field(alias="from", description="When it begins, local time.")]
    until: Annotated[Moment, Field(description="When it is over, local time.")]
    why: Annotated[str, Field(description="What is done.")] = ""
    who: Annotated[str, Field(description="Whom to ask about it.")] = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceFile:
    """alerts/maintenance.yaml: work that is planned."""

    maintenance: list[WindowEntry] = field(default_factory=list)


MAINTENANCE: TypeAdapter[MaintenanceFile] = TypeAdapter(MaintenanceFile)


def maintenance(
    project: Path, inventory: Inventory | None, names: Names, secrets: Secrets, report: Report
) -> tuple[Maintenance, ...]:
    """All windows in the order of the file; mistakes are reported. Without an inventory only the writing is checked."""
    tree = read_map(project / FILE, FILE, report) if (project / FILE).is_file() else None
    if tree is None:
        return ()
    if isinstance(found := tree.items.get("maintenance"), Leaf) and found.value is None:
        del tree.items["maintenance"]
    entry, _ = validate(MAINTENANCE, MaintenanceFile, tree, secrets, report)
    if inventory is None or not isinstance(entry, MaintenanceFile):
        return ()
    known = {key: name.what for key, name in names.ids.items()}
    known |= dict.fromkeys(inventory.links, "link") | dict.fromkeys(inventory.carriers, "carrier")
    sure = not report.failed  # lines are known only where their site is right
    made = []
    for n, window in enumerate(entry.maintenance):
        _check_ids(tree, n, window, known, report, sure)
        made.append(_window(tree, n, window, ZoneInfo(inventory.timezone), report))
    return tuple(made)


def _check_ids(tree: Map, n: int, window: WindowEntry, known: Mapping[str, str], report: Report, sure: bool) -> None:
    for m, name in enumerate(window.what):
        at = value_spot(tree, ("maintenance", n, "what", m))
        what = known.get(name)
        if what is None and (sure or "/" not in name):
            report.unknown(at, "id", name, [key for key, kind in known.items() if kind in COVERED])
        elif what is not None and what not in COVERED:
            hint = "work is planned on sites, devices, links, nodes, areas and carriers"
            report.error(at, f"{name!r} is a {what}", hint)


def _window(tree: Map, n: int, window: WindowEntry, zone: tzinfo, report: Report) -> Maintenance:
    since, until = _local(window.since, zone), _local(window.until, zone)
    at = value_spot(tree, ("maintenance", n, "until"))
    if since >= until:
        text = f"from {window.since:%Y-%m-%d %H:%M} is not before until {window.until:%Y-%m-%d %H:%M}"
        report.error(at, f"contradictory times: {text}")
    elif until - since > LONG:
        days = (until - since) / timedelta(days=1)
        report.warn(at, f"planned work of {days:.0f} days, in which nothing pages", "is the date right?")
    return Maintenance(
        what=window.what, since=since.timestamp(), until=until.timestamp(), why=window.why, who=window.who
    )


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
