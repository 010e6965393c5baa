"""Which work has been planned, on what and when?

`alerts/maintenance.yaml` lists it, one window a line. Times are local in the inventory's time zone unless they
say otherwise. A project without the file plans nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, TypeVar
from unicodedata import normalize
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, TypeAdapter, with_config

from netmon.model import Announcement, Inventory, Maintenance
from netmon.settings.fields import Date, Moment, Secrets, Texts
from netmon.settings.held import held_during, named_sites
from netmon.settings.language import STRICT
from netmon.settings.names import Names
from netmon.settings.power_cuts import code, customers, without_power
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
class PowerEntry:
    """Whose electricity is cut off."""

    customer: Annotated[Texts, Field(description="Customer codes, as under `power:` of the sites.")] = ()
    commune: Annotated[Texts, Field(description="Ids of communes, or of areas.")] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEntry:
    """The letter that announces the work; it is quoted if something goes wrong."""

    number: Annotated[str, Field(description="Its number, such as 245/TB-VNPT.")] = ""
    day: Annotated[Date | None, Field(alias="date", description="Its day.")] = None
    sender: Annotated[str, Field(alias="from", description="Who sent it.")] = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEntry:
    """One piece of planned work."""

    what: Annotated[
        Texts,
        AfterValidator(named),
        Field(description="Ids of sites, devices, links, nodes, areas, carriers, and all that hangs on them alone."),
    ] = ()
    power: Annotated[PowerEntry | None, Field(description="A power cut that the supplier has announced.")] = None
    since: Annotated[Moment, Field(alias="from", description="When it begins, local time.")]
    until: Annotated[Moment, Field(description="When it is over, local time.")]
    why: Annotated[str, Field(description="What is done.")] = ""
    who: Annotated[str, Field(description="Whom to ask about it.")] = ""
    notice: Annotated[NoticeEntry | None, Field(description="The letter that announces it.")] = None
    listed: Annotated[Texts, Field(description="The circuits that the letter names.")] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceFile:
    """alerts/maintenance.yaml: work that is planned."""

    maintenance: list[WindowEntry] = field(default_factory=list)


MAINTENANCE: TypeAdapter[MaintenanceFile] = TypeAdapter(MaintenanceFile)


def maintenance(
    project: Path,
    inventory: Inventory | None,
    names: Names,
    secrets: Secrets,
    report: Report,
    today: date | None = None,
) -> tuple[Maintenance, ...]:
    """All windows in the order of the file; mistakes are reported. Without an inventory only the writing is checked.

    With `today` work that is to come is held against the conferences.
    """
    tree = _tree(project, report)
    if tree is None:
        return ()
    entry, damage = validate(MAINTENANCE, MaintenanceFile, tree, secrets, report)
    if inventory is None or not isinstance(entry, MaintenanceFile):
        return ()
    known = {key: name.what for key, name in names.ids.items()}
    known |= dict.fromkeys(inventory.links, "link") | dict.fromkeys(inventory.carriers, "carrier")
    sure = not report.failed  # lines are known only where their site is right
    zone, made = ZoneInfo(inventory.timezone), list[Maintenance]()
    for n, window in enumerate(entry.maintenance):
        place = ("maintenance", n)
        for m, name in enumerate(window.what):
            if sure or name in known or "/" not in name:
                check_covered(value_spot(tree, (*place, "what", m)), name, known, inventory, report)
        if window.power is not None:
            check_power(tree, (*place, "power"), window.power, inventory, report)
        elif not window.what and (*place, "what") not in damage:
            report.error(value_spot(tree, place), "`what` is missing")
        since, until = local(window.since, zone), local(window.until, zone)
        check_times(tree, place, since, until, report)
        check_length(tree, place, since, until, report)
        made.append(_work(window, inventory, since.timestamp(), until.timestamp()))
        if today is not None and until.date() >= today:
            check_held(value_spot(tree, (*place, "from")), made[-1], inventory, report)
    return tuple(made)


def _tree(project: Path, report: Report) -> Map | None:
    """The file as it is written; None if there is none."""
    if (project / FILE).with_suffix(".yml").exists():
        report.warn(Spot(FILE.replace(".yaml", ".yml")), "is not read: its name must end in .yaml")
    tree = read_map(project / FILE, FILE, report) if (project / FILE).exists() else None
    if tree is not None and isinstance(found := tree.items.get("maintenance"), Leaf) and found.value is None:
        del tree.items["maintenance"]
    return tree


def _work(window: WindowEntry, inventory: Inventory, since: float, until: float) -> Maintenance:
    letter, cut = window.notice, window.power
    dark = () if cut is None else without_power(inventory, cut.customer, cut.commune)
    return Maintenance(
        what=(*window.what, *dark),
        since=since,
        until=until,
        why=window.why,
        who=window.who,
        power=cut is not None,
        notice=None if letter is None else Announcement(number=letter.number, day=letter.day, sender=letter.sender),
        listed=window.listed,
    )


def check_power(tree: Map, place: Place, cut: PowerEntry, inventory: Inventory, report: Report) -> None:
    """Report a power cut of nobody, and customers and communes that are not known."""
    if not cut.customer and not cut.commune:
        report.error(value_spot(tree, place), "power: names nothing", "it takes `customer` or `commune`")
    known = customers(inventory)
    for n, name in enumerate(cut.customer):
        if code(name) not in known:
            hint = did_you_mean(code(name), known)
            report.error(value_spot(tree, (*place, "customer", n)), f"no site is customer {name!r}", hint)
    places = {*inventory.sites, *(site.area for site in inventory.sites.values() if site.area)}
    for n, name in enumerate(cut.commune):
        if name not in places:
            at = value_spot(tree, (*place, "commune", n))
            report.error(at, f"unknown commune {name!r}", meant(inventory, name, places))


def check_held(at: Spot, work: Maintenance, inventory: Inventory, report: Report) -> None:
    """Warn of work on the very sites of a conference while it is held, or within the hour before."""
    sites = named_sites(inventory, work.what)
    for conference in held_during(inventory, work.since, work.until, sites):
        report.warn(at, f"work while {conference.name!r} is held there", "the carrier may take another night")


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
    """Report a span that ends before it begins, or lies in no year that can be meant."""
    for key, moment in (("from", since), ("until", until)):
        if moment.year not in YEARS:
            report.error(value_spot(tree, (*place, key)), f"the year {moment.year}", "is the date right?")
            return
    if since >= until:
        form = "%Y-%m-%d %H:%M:%S" if since.second or until.second else "%Y-%m-%d %H:%M"
        text = f"from {since.strftime(form)} is not before until {until.strftime(form)}"
        report.error(value_spot(tree, (*place, "until")), f"contradictory times: {text}")


def check_length(tree: Map, place: Place, since: datetime, until: datetime, report: Report) -> None:
    """Warn of very long work."""
    if until - since > LONG and until.year in YEARS:
        text = f"planned work of {(until - since) / timedelta(days=1):.0f} days, in which nothing pages"
        report.warn(value_spot(tree, (*place, "until")), text, "is the date right?")


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
