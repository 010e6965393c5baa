"""What would an edit of the inventory do to a running netmon?

The edit is not judged, its consequences are listed: what is no longer told, whose books close, what starts anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, get_args

from netmon.decide import graph, reload, restart
from netmon.decide.knowledge import Knowledge
from netmon.decide.unheard import address, unheard
from netmon.model import Credential, Inventory, Link, Maintenance, Restored, Site
from netmon.settings.diff import CALLED, Changes, changes, differences, entries, options

Effect = Literal[
    "silent", "redundancy_lost", "mixed_up", "scenario", "closed", "renamed", "behind", "pages", "starts_anew",
    "redundancy_gained", "removed", "changed", "added",
]  # fmt: skip
ORDER: tuple[Effect, ...] = get_args(Effect)
"""Worst first."""


class Side(NamedTuple):
    """A project as far as its verdict goes; `notifiers` are the configured ones by name."""

    inventory: Inventory
    maintenance: tuple[Maintenance, ...] = ()
    notifiers: Mapping[str, Any] = {}


class Item(NamedTuple):
    """One consequence for one id (of a site, device, link, service, notifier or window of maintenance)."""

    effect: Effect
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`items` worst first; `anew` are the targets whose measurements start again, `kept` how many go on."""

    changes: Changes
    items: tuple[Item, ...]
    anew: tuple[str, ...]
    kept: int


def plan(old: Side, new: Side, confirm: float = 10.0) -> Plan:
    """From `old` to `new`; `confirm` in seconds is the new project's own."""
    before, after = _known(old.inventory), _known(new.inventory)
    found = changes(old.inventory, new.inventory)
    kept = {target for target in after.watches if reload.same(before, after, target)}
    anew = tuple(target for target, watch in after.watches.items() if watch.voices and target not in kept)
    items = [
        *_general(old.inventory, new.inventory),
        *_told(old, new),
        *(Item("silent", *each) for each in unheard(before, after, found)),
        *_mixed_up(old.inventory, new.inventory),
        *_names(old.inventory, new.inventory, found),
        *_redundancy(before, after),
        *_hanging(before, after, confirm),
        *_anew(before, after, anew),
        *_entries(old.inventory, new.inventory, found),
    ]
    whole = sorted(dict.fromkeys(items), key=lambda item: ORDER.index(item.effect))
    return Plan(changes=found, items=tuple(whole), anew=anew, kept=len(kept))


def _known(inventory: Inventory) -> Knowledge:
    return restart.build(inventory, graph.build(inventory), Restored(), 0.0)


def _general(old: Inventory, new: Inventory) -> Iterator[Item]:
    if old.vantage != new.vantage:
        yield Item("behind", new.vantage, f"the vantage, instead of {old.vantage}: everything is seen from elsewhere")
    if old.anchors != new.anchors:
        text = (
            f"anchors: {', '.join(old.anchors)} -> {', '.join(new.anchors)}: other silence means that netmon is blind"
        )
        yield Item("changed", new.vantage, text)
    if old.levels != new.levels:
        yield Item("changed", new.vantage, f"levels: {', '.join(old.levels)} -> {', '.join(new.levels)}")
    for name in _both(old.credentials, new.credentials):
        if _placeless(old.credentials[name]) != _placeless(new.credentials[name]):
            text = "the credential differs: devices that have it get new SNMP sessions, and keep their statistics"
            yield Item("changed", name, text)


def _placeless(credential: Credential) -> object:
    """What a credential is told, but for the folder that its host keys lie in: each project has its own."""
    ssh = credential.ssh and replace(credential.ssh, known_hosts=credential.ssh.known_hosts.rpartition("/")[2])
    return options(replace(credential, ssh=ssh))


def _both(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return [key for key in old if key in new]


def _told(old: Side, new: Side) -> Iterator[Item]:
    """Who is no longer told, and when nobody is."""
    for name, notifier in old.notifiers.items():
        if name not in new.notifiers:
            yield Item("silent", name, "the notifier is removed: whoever it reached is told nothing any more")
        elif options(notifier) != options(new.notifiers[name]):
            yield Item("changed", name, "the notifier has other options")
    for work in new.maintenance:
        if work not in old.maintenance:
            what = ", ".join(work.what)
            yield Item(
                "silent", what, f"new planned work mutes it for {(work.until - work.since) / 3600:g} h: {work.why}"
            )
    for work in old.maintenance:
        if work not in new.maintenance:
            yield Item("pages", ", ".join(work.what), f"planned work is taken back: it pages again ({work.why})")
    for key in _both(old.inventory.sites, new.inventory.sites):
        hours = old.inventory.sites[key].hours, new.inventory.sites[key].hours
        if hours[0] == "always" != hours[1]:
            yield Item("silent", key, f"hours: {hours[1]}: a silence outside them pages nobody")


def _mixed_up(old: Inventory, new: Inventory) -> Iterator[Item]:
    """Lines whose id now stands for another line: `site/n` counts, so that taking one away renames the next."""
    for key in _both(old.links, new.links):
        was, now = _line(old.links[key]), _line(new.links[key])
        earlier = [other for other in old.sites[old.links[key].site].uplinks if _line(old.links[other]) == now]
        if was != now and earlier and earlier != [key]:
            text = f"now stands for the line that was {earlier[0]}: two ledgers are mixed; give lines an `id:` first"
            yield Item("mixed_up", key, text)


def _line(link: Link) -> tuple[object, ...]:
    """What tells which line it is, whatever its id."""
    return (link.circuit,) if link.circuit else (link.source, link.target, link.carrier, link.kind, link.local)


def _names(old: Inventory, new: Inventory, found: Changes) -> Iterator[Item]:
    """Whose books close, and what only got another id."""
    came = {(key.what, own): key.id for key in found.added if (own := address(new, key)) is not None}
    for key in sorted(found.removed):
        other = came.get((key.what, address(old, key) or ""))
        if other is not None:
            text = f"becomes {other} at the same address: history, ledger and what was learned start anew"
            yield Item("renamed", key.id, text)
        if key.what != "service":
            successor = old.sites[key.id].successor if key.what == "site" else None
            text = f"the ledger of the {CALLED[key.what]} closes" + (
                f"; its successor is {successor}" if successor else ""
            )
            yield Item("closed", key.id, text)


def _redundancy(before: Knowledge, after: Knowledge) -> Iterator[Item]:
    """Sites that have a second way now, or no longer, as far as the inventory knows."""
    for key in _both(before.inventory.sites, after.inventory.sites):
        old, new = _lines(before, key), _lines(after, key)
        if len(new) < 2 <= len(old):
            last = new[0].id if new else ""
            behind = len(_cut_off(after, last) - {key}) if new else 0
            hurts = f", and of {behind} sites behind it" if behind else ""
            text = f"{len(old)} lines -> {len(new)}: the loss of {last or 'any'} is now an outage of the site{hurts}"
            yield Item("redundancy_lost", key, text)
        elif len(old) < 2 <= len(new):
            yield Item("redundancy_gained", key, f"{len(old)} line{'s' * (len(old) != 1)} -> {len(new)}")
        elif len(new) >= 2:
            yield from _shared(key, old, new)


def _shared(key: str, old: list[Link], new: list[Link]) -> Iterator[Item]:
    """Lines of one site that hang on the same thing now, or no longer."""
    for what, was, now in (
        ("end at", {link.target for link in old}, {link.target for link in new}),
        ("are rented from", {link.carrier for link in old}, {link.carrier for link in new}),
    ):
        if len(now) == 1 < len(was):
            [same] = now
            yield Item("redundancy_lost", key, f"all its lines {what} {same or 'nobody that is named'} now")
        elif len(was) == 1 < len(now):
            names = ", ".join(sorted(name for name in now if name))
            yield Item("redundancy_gained", key, f"its lines {what} different ones now: {names}")


def _lines(known: Knowledge, site: str) -> list[Link]:
    return [known.inventory.links[name] for name in known.graph.lines[site]]


def _cut_off(known: Knowledge, link: str) -> set[str]:
    """Sites of which nothing is reached without this line."""
    reach = known.graph.walk((), {link})
    sites: Iterable[Site] = known.inventory.sites.values()
    return {site.id for site in sites if site.devices and not any(reach.reaches(device) for device in site.devices)}


def _hanging(before: Knowledge, after: Knowledge, confirm: float) -> Iterator[Item]:
    """Devices whose silence is put down to others from now on."""
    for device, parents in after.graph.parents.items():
        old = before.graph.parents.get(device)
        if old is None or set(old) == set(parents):
            continue
        text = f"hangs behind {' and '.join(parents) or 'nothing'} (was {' and '.join(old) or 'nothing'})"
        rest = f": silent while that is down; if it is silent now, it is judged anew for {confirm:g} s before it pages"
        yield Item("behind", device, text + rest)


def _anew(before: Knowledge, after: Knowledge, anew: Iterable[str]) -> Iterator[Item]:
    """Targets that are unknown until they answer."""
    old, new = before.inventory, after.inventory
    for target in anew:
        if target not in before.watches:
            why = "is new"
        elif not before.watches[target].voices:
            why = "was not asked before"
        elif before.watches[target].voices.keys() != after.watches[target].voices.keys():
            voices = [" and ".join(known.watches[target].voices) for known in (before, after)]
            why = f"is asked by {voices[1]} instead of {voices[0]}"
        else:
            entries = [each.links.get(target) or each.devices.get(target) for each in (old, new)]
            where = [entry.address if entry else None for entry in entries]
            why = f"is asked at {where[1]} instead of {where[0]}" if all(where) else "is asked elsewhere"
        yield Item("starts_anew", target, f"{why}: unknown until it answers, and pages nobody before it did")


def _entries(old: Inventory, new: Inventory, found: Changes) -> Iterator[Item]:
    before, after = dict(entries(old)), dict(entries(new))
    for key in sorted(found.removed):
        yield Item("removed", key.id, CALLED[key.what])
    for key in sorted(found.added):
        yield Item("added", key.id, CALLED[key.what])
    for key in sorted(found.changed):
        for field, one, other in differences(before[key], after[key]):
            if field in ("devices", "uplinks", "services"):  # they came and went themselves
                continue
            yield Item("changed", key.id, f"{CALLED[key.what]}: {field}: {one or 'nothing'} -> {other or 'nothing'}")
