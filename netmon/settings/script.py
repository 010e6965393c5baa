"""What does a script do to the network, when, and what is expected of netmon?

`read` brings a script into values; each id in it is looked up in the inventory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from netmon.model import Inventory, Maintenance
from netmon.people import WHOLE
from netmon.settings.deeds import Deed, deeds
from netmon.settings.expect_language import ExpectEntry
from netmon.settings.fields import Secrets
from netmon.settings.maintenance import YEARS, after, check_covered, check_length, check_times, local, meant
from netmon.settings.report import Report, did_you_mean
from netmon.settings.script_language import LONGEST, SCRIPT, SayEntry, ScriptEntry, WorkEntry
from netmon.settings.sheet import read_map, validate
from netmon.settings.tree import Map, Spot, key_spot, reach, value_spot

MOST_TURNS = 10_000
"""Times that the events of a script may let lines flap."""
_TAKES: Mapping[str, tuple[str, ...]] = {
    "cut": ("link", "site", "carrier"),
    "blackhole": ("link", "site", "carrier"),
    "flap": ("link", "site", "carrier"),
    "loss": ("link", "site", "carrier"),
    "slow": ("link", "device"),
    "load": ("link",),
    "fail": ("device", "node", "site", "service", "vantage"),
    "reboot": ("device", "site"),
    "hang": ("device", "site", "service"),
    "power": ("site",),
    "isolate": ("vantage",),
    "status": ("service",),
    "expire": ("service",),
    "refuse": ("channel",),
    "stall": ("channel",),
    "works": ("channel",),
    "restore": ("link", "device", "site", "service", "node", "carrier", "vantage", "all"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script, checked. `start` in seconds since the epoch, `settle` the shortest and longest time (s) that the
    routers need after a change; `deeds` by time; `maintenance` is planned besides what the project plans.

    `path` is the folder that the script is in. `tell`: notifiers that are told everything, () = the
    routes say who is told what; `alerts`: the folder that these are in, None = the project's own.
    """

    name: str
    path: Path
    seed: int
    start: float
    duration: float
    settle: tuple[float, float]
    deeds: tuple[Deed, ...]
    maintenance: tuple[Maintenance, ...] = ()
    tell: tuple[str, ...] = ()
    alerts: Path | None = None
    expect: ExpectEntry | None = None


def read(path: Path, inventory: Inventory, channels: Iterable[str], people: Iterable[str] = ()) -> Script:
    """The script in a file. InputError has everything that is wrong with it, by place."""
    report, shown = Report(), str(path)
    tree = read_map(path, shown, report)
    report.raise_if_failed()
    tree = tree or Map(Spot(shown), {}, {})
    entry, damage = validate(SCRIPT, ScriptEntry, tree, Secrets(path.parent, {}), report)
    if isinstance(entry, ScriptEntry):
        _check(entry, tree, _Ids(inventory, report, channels), [*channels, *people], whole=not damage)
    report.raise_if_failed()
    return _script(path, cast("ScriptEntry", entry), ZoneInfo(inventory.timezone))


class _Ids:
    """What each id of the inventory is, and where to complain about those that it has not."""

    def __init__(self, inventory: Inventory, report: Report, channels: Iterable[str] = ()) -> None:
        self.report, self.inventory = report, inventory
        areas = {site.area: "area" for site in inventory.sites.values() if site.area}
        self.known: dict[str, str] = {**dict.fromkeys(channels, "channel"), **areas, inventory.vantage: "device"}
        for what, entries in (
            ("site", inventory.sites), ("device", inventory.devices), ("link", inventory.links),
            ("service", inventory.services), ("carrier", inventory.carriers), ("node", inventory.nodes),
        ):  # fmt: skip
            self.known.update(dict.fromkeys(cast("Iterable[str]", entries), what))
        self.words = {"vantage": "vantage", inventory.vantage: "vantage"}

    def check(self, at: Spot, name: str, verb: str, takes: tuple[str, ...]) -> None:
        """Report an id that stands for nothing, or for something that the verb does not take."""
        if self.words.get(name, "") in takes or self.known.get(name, "") in takes:
            return
        if name in self.known or name in self.words:
            kind = self.known.get(name, "word")
            article = "an" if kind == "area" else "a"
            self.report.error(at, f"{name!r} is {article} {kind}; `{verb}` takes a {_or(takes)}")
            return
        fitting = [each for each, what in self.known.items() if what in takes]
        what = verb if verb == "root" else _or(takes)
        self.report.error(at, f"unknown {what} {name!r}", meant(self.inventory, name, fitting))


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _check(entry: ScriptEntry, tree: Map, ids: _Ids, recipients: list[str], *, whole: bool) -> None:
    _check_times(entry, tree, ids)
    for number, event in enumerate(entry.events):
        given = asdict(event)
        for verb in _TAKES:
            path, said = ("events", number, verb), given[verb]
            keyed = isinstance(reach(tree, path)[0][-1], Map)
            if verb == "restore" and said and "all" in said and len(said) > 1:
                ids.report.error(value_spot(tree, path), "`all` stands alone")
            for place, name in enumerate(said if isinstance(said, tuple | dict) else ()):
                at = key_spot(tree, (*path, name)) if keyed else value_spot(tree, (*path, place))
                takes = tuple(each for each in _TAKES[verb] if each != "all")
                if not (name == "all" and verb == "restore"):
                    ids.check(at, name, verb, takes)
        _check_said(event.say, tree, ("events", number, "say"), ids)
    for place, name in enumerate(entry.tell or ()):
        ids.check(value_spot(tree, ("tell", place)), name, "tell", ("channel",))
    for number, work in enumerate(entry.maintenance):
        for place, name in enumerate(work.what):
            at = value_spot(tree, ("maintenance", number, "what", place))
            check_covered(at, name, ids.known, ids.inventory, ids.report)
    if entry.expect is not None and whole:
        _check_expected(entry.expect, tree, ids, recipients, entry.length())


def _check_said(said: SayEntry | None, tree: Map, path: tuple[str | int, ...], ids: _Ids) -> None:
    """What somebody says is about things of the inventory; who may be anybody."""
    anything = tuple(each for each in dict.fromkeys(ids.known.values()) if each != "channel")
    if said is not None and said.about is not None:
        ids.check(value_spot(tree, (*path, "about")), said.about, "root", anything)
    for place, name in enumerate(said.what if said is not None else ()):
        ids.check(value_spot(tree, (*path, "what", place)), name.removesuffix(WHOLE), "root", anything)


def _check_times(entry: ScriptEntry, tree: Map, ids: _Ids) -> None:
    """Does everything happen while the script lasts, and in years that a calendar shows?"""
    report, zone, turns = ids.report, ZoneInfo(ids.inventory.timezone), 0.0
    length, start = entry.length(), local(entry.start, zone)
    if start.year not in YEARS:
        report.error(value_spot(tree, ("start",)), f"the year {start.year}", "is the date right?")
        return
    if not 0 < length <= LONGEST:
        hint = f"longer than 0 s, at most {LONGEST / 86400:g} days"
        report.error(value_spot(tree, ("duration",)), f"a script of {length:g} s", hint)
    for number, event in enumerate(entry.events):
        path = ("events", number)
        for key, at in (("at", event.at), ("until", event.until or 0.0)):
            if at > length:
                report.error(value_spot(tree, (*path, key)), _late(length), "`duration` makes it longer")
        turns += ((event.until or 0) - event.at) / ((event.down or 1) + (event.up or 1)) if event.flap else 0
        if event.flap and turns > MOST_TURNS:
            report.error(value_spot(tree, (*path, "flap")), f"more than {MOST_TURNS} turns")
    wall = start.timestamp()
    earliest, latest = (datetime(year, 1, 2, tzinfo=zone).timestamp() for year in (YEARS.start, YEARS.stop))
    for at, number, jump in sorted((each.at, n, each.clock) for n, each in enumerate(entry.events) if each.clock):
        wall += jump
        if not earliest <= wall + at <= latest:
            hint = f"it shows the years {YEARS.start} to {YEARS.stop - 1}"
            report.error(value_spot(tree, ("events", number, "clock")), "the clock leaves the calendar", hint)
            return
    for number, work in enumerate(entry.maintenance):
        path = ("maintenance", number)
        if isinstance(work.since, float) and work.since > length:
            report.error(value_spot(tree, (*path, "from")), _late(length), "`duration` makes it longer")
        since, until = after(start, work.since), after(start, work.until)
        check_times(tree, path, since, until, report)
        check_length(tree, path, since, until, report)


def _late(length: float) -> str:
    return f"after the end of the script ({length:g} s)"


def _check_expected(expect: ExpectEntry, tree: Map, ids: _Ids, recipients: list[str], length: float) -> None:
    anything = tuple(dict.fromkeys(ids.known.values()))
    roots = [("incidents", number, each.root) for number, each in enumerate(expect.incidents or ())]
    roots += [("notices", number, each.root) for number, each in enumerate(expect.notices or ())]
    for section, number, root in roots:
        if root is not None:
            ids.check(value_spot(tree, ("expect", section, number, "root")), root, "root", anything)
    for number, incident in enumerate(expect.incidents or ()):
        path = ("expect", "incidents", number)
        for place, name in enumerate(incident.affected if isinstance(incident.affected, tuple) else ()):
            ids.check(value_spot(tree, (*path, "affected", place)), name, "affected", ("site",))
        for key, at in (("opened", incident.opened), ("resolved", incident.resolved)):
            if at is not None and at > length:
                ids.report.error(value_spot(tree, (*path, key)), _late(length))
    for number, notice in enumerate(expect.notices or ()):
        path = ("expect", "notices", number)
        if notice.to not in recipients:
            known = did_you_mean(notice.to, recipients) or f"netmon.yaml has {', '.join(recipients) or 'none'}"
            ids.report.error(value_spot(tree, (*path, "to")), f"unknown recipient {notice.to!r}", known)
        if notice.after is not None and notice.after > length:
            ids.report.error(value_spot(tree, (*path, "after")), _late(length))
    for name in expect.states:
        ids.check(key_spot(tree, ("expect", "states", name)), name, "states", ("site", "device", "link", "service"))


def _script(path: Path, entry: ScriptEntry, zone: ZoneInfo) -> Script:
    start = local(entry.start, zone)
    return Script(
        name=path.stem,
        path=path.parent,
        seed=entry.seed,
        start=start.timestamp(),
        duration=entry.length(),
        settle=entry.settle,
        deeds=tuple(sorted((deed for event in entry.events for deed in deeds(event)), key=lambda deed: deed.at)),
        maintenance=tuple(_work(work, start) for work in entry.maintenance),
        tell=entry.tell or (),
        alerts=None if entry.alerts is None else path.parent / entry.alerts,
        expect=entry.expect,
    )


def _work(entry: WorkEntry, start: datetime) -> Maintenance:
    since, until = after(start, entry.since).timestamp(), after(start, entry.until).timestamp()
    return Maintenance(what=entry.what, since=since, until=until, why=entry.why, who=entry.who)
