"""Which work has been planned, on what and when?

`alerts/maintenance.yaml` lists it, one window a line. Times are local in the inventory's time zone unless they
say otherwise. A project without the file plans nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, TypeVar
from unicodedata import normalize
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, TypeAdapter, with_config

from netmon.model import Inventory, Maintenance
from netmon.settings.fields import Moment, Secrets, Texts
from netmon.settings.language import STRICT
from netmon.settings.names import Names
from netmon.settings.report import Report, did_you_mean
from netmon.settings.sheet import read_map, validate
from netmon.settings.tree import Leaf, Map, Spot, value_spot
from netmon.settings.tree import Path as Place

FILE = "alerts/maintenance.yaml"
LONG = timedelta(days=14)
"""Work that takes longer is more likely a slip of the pen."""
YEARS = range(2000, 2100)
"""Times outside are a slip of the pen, and such as no calendar of this program could show."""
COVERED = ("site", "device", "link", "node", "area", "carrier")
Named = TypeVar("Named", bound=Collection[object])


def named(ids: Named) -> Named:
    """As they are; ValueError if there are none."""
    if not ids:
        raise ValueError("names nothing")
    return ids


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEntry:
    """One piece of planned work."""

    what: Annotated[
        Texts,
        AfterValidator(named),
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
    other = (project / FILE).with_suffix(".yml")
    if other.exists():
        report.warn(Spot(FILE.replace(".yaml", ".yml")), "is not read: its name must end in .yaml")
    tree = read_map(project / FILE, FILE, report) if (project / FILE).exists() else None
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
    zone, made = ZoneInfo(inventory.timezone), []
    for n, window in enumerate(entry.maintenance):
        place = ("maintenance", n)
        for m, name in enumerate(window.what):
            if sure or name in known or "/" not in name:
                check_covered(value_spot(tree, (*place, "what", m)), name, known, inventory, report)
        since, until = local(window.since, zone), local(window.until, zone)
        check_times(tree, place, since, until, report)
        work = Maintenance(
            what=window.what, since=since.timestamp(), until=until.timestamp(), why=window.why, who=window.who
        )
        made.append(work)
    return tuple(made)


def check_covered(at: Spot, name: str, known: Mapping[str, str], inventory: Inventory, report: Report) -> None:
    """Report an id that is not known, or stands for something on which no work is planned."""
    what = known.get(name)
    if what is None:
        report.error(
            at, f"unknown id {name!r}", meant(inventory, name, (key for key in known if known[key] in COVERED))
        )
    elif what not in COVERED:
        hint = "work is planned on sites, devices, links, nodes, areas and carriers"
        report.error(at, f"{name!r} is a {what}", hint)


def check_times(tree: Map, place: Place, since: datetime, until: datetime, report: Report) -> None:
    """Report a window that ends before it begins or lies in no year that can be meant; warn of a very long one."""
    at = value_spot(tree, (*place, "until"))
    for key, moment in (("from", since), ("until", until)):
        if moment.year not in YEARS:
            report.error(value_spot(tree, (*place, key)), f"the year {moment.year}", "is the date right?")
            return
    if since >= until:
        form = "%Y-%m-%d %H:%M:%S" if since.second or until.second else "%Y-%m-%d %H:%M"
        text = f"from {since.strftime(form)} is not before until {until.strftime(form)}"
        report.error(at, f"contradictory times: {text}")
    elif until - since > LONG:
        days = (until - since) / timedelta(days=1)
        report.warn(at, f"planned work of {days:.0f} days, in which nothing pages", "is the date right?")


def local(moment: datetime, zone: tzinfo) -> datetime:
    """With its zone; `zone` is the one of a time that names none."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def after(start: datetime, said: float | datetime) -> datetime:
    """A time that was said as itself, or as so many seconds after the start, which has a zone."""
    if isinstance(said, datetime):
        return said if said.tzinfo is not None else said.replace(tzinfo=start.tzinfo)
    return datetime.fromtimestamp(start.timestamp() + said, start.tzinfo)


def meant(inventory: Inventory, name: str, fitting: Iterable[str]) -> str:
    """A hint with the one of the `fitting` ids that was meant: people know places by name and lines by circuit."""
    fitting, sought = list(fitting), normalize("NFC", name).casefold().strip()
    called = [(site.name, site.id) for site in inventory.sites.values()]
    called += [(link.circuit, link.id) for link in inventory.links.values()]
    called += [(carrier.name, key) for key, carrier in inventory.carriers.items()] + [(key, key) for key in fitting]
    for text, key in called:
        words = text.casefold()
        if sought and (words == sought or words.endswith(f" {sought}")) and key in fitting:
            return f"did you mean {key!r}?"
    return did_you_mean(name, fitting)
