"""What does a script do to the network, when, and what is expected of netmon?

`read` brings a script into values; each id in it is looked up in the inventory.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast

from netmon.model import Inventory
from netmon.settings.fields import Secrets
from netmon.settings.report import Report, did_you_mean
from netmon.settings.script_language import SCRIPT, VERBS, EventEntry, ExpectEntry, ScriptEntry
from netmon.settings.sheet import read_map, validate
from netmon.settings.tree import Map, Spot, key_spot, value_spot

Verb = Literal[
    "cut", "blackhole", "loss", "slow", "fail", "reboot", "hang", "power", "isolate", "clock", "restore"
]  # fmt: skip
MOST_TURNS = 10_000
"""Times that one event may let a line flap."""
AFTERWARDS = 120.0
_TAKES: Mapping[str, tuple[str, ...]] = {
    "cut": ("link", "site", "carrier"),
    "blackhole": ("link", "site", "carrier"),
    "flap": ("link", "site", "carrier"),
    "loss": ("link", "site", "carrier"),
    "slow": ("link", "device"),
    "fail": ("device", "node", "site", "vantage"),
    "reboot": ("device", "site"),
    "hang": ("device", "site"),
    "power": ("site",),
    "isolate": ("vantage",),
    "restore": ("link", "device", "site", "node", "carrier", "vantage", "all"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing done to the network, `at` so many seconds after the start; no ids = everything, or the clock."""

    at: float
    verb: Verb
    on: tuple[str, ...] = ()
    seconds: float | None = None
    rate: float = 0.0
    burst: float | None = None

    def __str__(self) -> str:
        words = [self.verb, ", ".join(self.on) or ("all" if self.verb == "restore" else "")]
        if self.verb == "loss":
            words.append(f"{self.rate:.4g}" if self.rate < 0.0001 else f"{100 * self.rate:.4g}%")
        if self.burst is not None:
            words.append(f"in bursts of {self.burst:g} s")
        if self.seconds is not None:
            words.append(f"{self.seconds:+g} s" if self.verb == "clock" else f"{self.seconds:g} s")
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script, checked. `start` in seconds since the epoch, `settle` the shortest and longest time (s) that the
    routers need after a change; `acts` by time."""

    name: str
    seed: int
    start: float
    duration: float
    settle: tuple[float, float]
    acts: tuple[Act, ...]
    expect: ExpectEntry | None = None


def read(path: Path, inventory: Inventory, recipients: Iterable[str]) -> Script:
    """The script in a file. InputError has everything that is wrong with it, by place."""
    report, shown = Report(), str(path)
    tree = read_map(path, shown, report)
    report.raise_if_failed()
    tree = tree or Map(Spot(shown), {}, {})
    entry, damage = validate(SCRIPT, ScriptEntry, tree, Secrets(path.parent, {}), report)
    if isinstance(entry, ScriptEntry):
        _check(entry, tree, _Ids(inventory, report), list(recipients), whole=not damage)
    report.raise_if_failed()
    return _script(path.stem, cast("ScriptEntry", entry))


class _Ids:
    """What each id of the inventory is, and where to complain about those that it has not."""

    def __init__(self, inventory: Inventory, report: Report) -> None:
        self.report = report
        areas = {site.area: "area" for site in inventory.sites.values() if site.area}
        self.known: dict[str, str] = {**areas, inventory.vantage: "device"}
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
            self.report.error(at, f"{name!r} is a {kind}; `{verb}` takes a {_or(takes)}")
            return
        fitting = [each for each, what in self.known.items() if what in takes]
        what = verb if verb == "root" else _or(takes)
        self.report.error(at, f"unknown {what} {name!r}", did_you_mean(name, fitting))


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _check(entry: ScriptEntry, tree: Map, ids: _Ids, recipients: list[str], *, whole: bool) -> None:
    report = ids.report
    for number, event in enumerate(entry.events):
        path = ("events", number)
        if entry.duration is not None and max(event.at, event.until or 0.0) > entry.duration:
            report.error(value_spot(tree, (*path, "at")), f"after the end of the script ({entry.duration:g} s)")
        if event.flap and ((event.until or 0) - event.at) / ((event.down or 1) + (event.up or 1)) > MOST_TURNS:
            report.error(value_spot(tree, (*path, "flap")), f"more than {MOST_TURNS} turns")
        given = asdict(event)
        for verb in VERBS:
            said = given[verb]
            if verb == "restore" and said and "all" in said and len(said) > 1:
                report.error(value_spot(tree, (*path, verb)), "`all` stands alone")
            for place, name in enumerate(said if isinstance(said, tuple | dict) else ()):
                where = (*path, verb, name if isinstance(said, dict) else place)
                at = key_spot(tree, where) if isinstance(said, dict) else value_spot(tree, where)
                takes = tuple(each for each in _TAKES[verb] if each != "all")
                if not (name == "all" and verb == "restore"):
                    ids.check(at, name, verb, takes)
    if entry.expect is not None and whole:
        _check_expected(entry.expect, tree, ids, recipients)


def _check_expected(expect: ExpectEntry, tree: Map, ids: _Ids, recipients: list[str]) -> None:
    anything = tuple(dict.fromkeys(ids.known.values()))
    roots = [("incidents", number, each.root) for number, each in enumerate(expect.incidents or ())]
    roots += [("notices", number, each.root) for number, each in enumerate(expect.notices or ())]
    for section, number, root in roots:
        if root is not None:
            ids.check(value_spot(tree, ("expect", section, number, "root")), root, "root", anything)
    for number, notice in enumerate(expect.notices or ()):
        if notice.to not in recipients:
            at = value_spot(tree, ("expect", "notices", number, "to"))
            ids.report.error(at, f"unknown recipient {notice.to!r}", did_you_mean(notice.to, recipients))
    for name in expect.states:
        ids.check(key_spot(tree, ("expect", "states", name)), name, "states", ("site", "device", "link", "service"))


def _script(name: str, entry: ScriptEntry) -> Script:
    acts = sorted((act for event in entry.events for act in _acts(event)), key=lambda act: act.at)
    last = acts[-1].at if acts else 0.0
    return Script(
        name=name,
        seed=entry.seed,
        start=entry.start,
        duration=last + AFTERWARDS if entry.duration is None else entry.duration,
        settle=entry.settle,
        acts=tuple(acts),
        expect=entry.expect,
    )


def _acts(event: EventEntry) -> Iterator[Act]:
    """What one event of the file comes to."""
    [verb] = event.verbs()
    at, said = event.at, asdict(event)[verb]
    if event.flap is not None:
        yield from _turns(event.flap, at, event.down or 1.0, event.up or 1.0, event.until or at)
    elif event.loss is not None:
        for name, loss in event.loss.items():
            yield Act(at=at, verb="loss", on=(name,), rate=loss.rate, burst=loss.burst)
    elif event.clock is not None:
        yield Act(at=at, verb="clock", seconds=event.clock)
    elif isinstance(said, dict):
        for name, seconds in said.items():
            yield Act(at=at, verb=cast("Verb", verb), on=(name,), seconds=seconds)
    else:
        yield Act(at=at, verb=cast("Verb", verb), on=() if said == ("all",) else tuple(said))


def _turns(on: tuple[str, ...], at: float, down: float, up: float, until: float) -> Iterator[Act]:
    """Cut and mended, over and over; whole at the end."""
    while at < until:
        yield Act(at=at, verb="cut", on=on)
        yield Act(at=min(at + down, until), verb="restore", on=on)
        at += down + up
