"""What does the ledger know, and who said it?

Facts come from the journal's log, which only grows: states, marks, incidents, the hours when netmon itself was
dead, and what the inventory said of each thing. Opinions are rows beside them that people append: a ruling says
whose fault an outage was, a correction that the inventory was wrong. Nothing is ever edited; the later row counts,
and the earlier ones stay to be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from netmon.model import Incident, Inventory, Mark, Transition, Unread

Subject = Literal["site", "device", "link"]
Column = Literal["up", "down", "maintenance", "off", "unmeasured"]
Attribution = Literal["carrier", "unit", "power", "force_majeure", "unclear"]
Field = Literal["carrier", "circuit", "parent"]

SUBJECTS: tuple[Subject, ...] = ("site", "device", "link")
COLUMNS: tuple[Column, ...] = ("up", "down", "maintenance", "off", "unmeasured")
ATTRIBUTIONS: tuple[Attribution, ...] = ("carrier", "unit", "power", "force_majeure", "unclear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """What the inventory said of a site, a device or a line from `at` on (seconds since the epoch).

    `site` is the one that it belongs to (a site: itself). Only a line has the rest: `circuit`, `carrier` (None: the
    network's own), `source` and `target` devices, `parent`, the site of its target, and `promised`, the availability
    of its contract. `area` and `level` are those of its site; None: written by a version that did not note them.
    `gone`: it left the inventory.
    """

    at: float = 0.0
    of: Subject
    id: str
    site: str
    circuit: str = ""
    carrier: str | None = None
    source: str = ""
    target: str = ""
    parent: str = ""
    promised: float | None = None
    area: str | None = None
    level: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Who confirmed, and when, whose fault the outage of this subject was that includes the second `moment`."""

    seq: int = 0
    at: float
    who: str
    why: str
    of: Subject
    id: str
    moment: int
    attribution: Attribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Who said, and when, that the inventory was wrong: this field of the line is `value` from the second `since` on.

    None as a carrier: the line is the network's own.
    """

    seq: int = 0
    at: float
    who: str
    why: str
    link: str
    field: Field
    since: int
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the ledger of a period follows from.

    `transitions` by sequence number: of each id the last one before the period, and those after it until one that began
    when the period was over. `marks` likewise, the later row last. `dead` are the times without a heartbeat as (since,
    until), infinities included: what netmon has forgotten, and the time since its last heartbeat. `incidents`: at least
    those that were open in the period, or in an outage that reaches into it, and all later ones. The others by sequence
    number, all of them. `unread`: what of the first two and of the incidents is damaged and left out; where that was a
    change of state, the thing is unknown from then on.
    """

    transitions: Sequence[Transition] = ()
    marks: Sequence[Mark] = ()
    dead: Sequence[tuple[float, float]] = ()
    incidents: Mapping[int, Incident] = field(default_factory=dict)
    assets: Sequence[Asset] = ()
    rulings: Sequence[Ruling] = ()
    corrections: Sequence[Correction] = ()
    unread: Sequence[Unread] = ()


def assets_of(inventory: Inventory) -> tuple[Asset, ...]:
    """What this inventory says of its sites, devices and lines, for `Journal.note_assets`."""
    devices, sites = inventory.devices, inventory.sites
    places = [Asset(of="site", id=key, site=key, area=site.area, level=site.level) for key, site in sites.items()]
    boxes = [
        Asset(of="device", id=each.id, site=each.site, area=sites[each.site].area, level=sites[each.site].level)
        for each in devices.values()
    ]
    lines = [
        Asset(
            of="link",
            id=link.id,
            site=link.site,
            circuit=link.circuit,
            carrier=link.carrier,
            source=link.source,
            target=link.target,
            parent=devices[link.target].site if link.target in devices else "",
            promised=link.contract.availability,
            area=sites[link.site].area,
            level=sites[link.site].level,
        )
        for link in inventory.links.values()
    ]
    return (*places, *boxes, *lines)
