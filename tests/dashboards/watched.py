"""What has a Prometheus stored that has scraped the sample province every 15 s for 90 days?

The whole page of the program, as it is after two minutes in which things break; what takes days to be known and what
the model of the network has no devices for, for every line and site; and the incidents of 90 days, each of which is
some series of its own for an hour or two. What stands still on the page stands still, fractions wander, counters count.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, count
from pathlib import Path

from netmon.app import App
from netmon.cli._rehearsal import rehearse
from netmon.model import Inventory, Link, Site
from netmon.settings.project import load
from netmon.settings.script import read
from tests.conftest import ROOT
from tests.dashboards.blocks import CHUNK_S, NUMBERS, Curve, Labels, Series, curve
from tests.dashboards.town import BESIDE, LINE, kind

SCRIPT = """
seed: 1
start: 2026-10-14T07:58:00+07:00
duration: 2m
events: [{at: 20s, cut: van-yen/1}, {at: 20s, power: {yen-binh: 60m}}, {at: 20s, power: muong-lai}]
"""
DAYS, DAY = 90, 86_400
INCIDENTS = 46
"""A day: as many as in the season of tests/ninety.py."""

Page = dict[str, dict[Labels, float]]
Rows = Iterable[tuple[tuple[str, ...], float]]


def watched(folder: Path) -> tuple[Inventory, Sequence[Series], int]:
    """The province, all its series, and the time after their last number (seconds since the epoch)."""
    project, page = load(ROOT), Page()
    (folder / "script.yaml").write_text(SCRIPT, encoding="utf-8")
    script = read(folder / "script.yaml", project.inventory, project.config.notifiers)
    assert rehearse(project, script, look=partial(look, page)).bugs == 0
    for name, names, rows in (*known_late(project.inventory), *without_devices(project.inventory)):
        page.setdefault(name, {}).update({labels(name, names, row): value for row, value in rows})
    now = int(script.start + script.duration)
    assert now % CHUNK_S == 0
    end = now // CHUNK_S
    first = end - DAYS * DAY // CHUNK_S
    curves = Curves()
    series = [
        Series(key, curves.of(key, value, [*rows.values()]), first, end)
        for rows in page.values()
        for key, value in rows.items()
    ]
    sites = list(project.inventory.sites.values())
    return project.inventory, [*series, *incidents(sites, curves, first, end - 1)], now


def look(page: Page, app: App, now: float) -> None:
    """The last page that there was."""
    page.clear()
    for line in b"".join(app.view.metrics()[0]).decode().splitlines():
        if found := LINE.fullmatch(line):
            pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2] or "")
            plain = {name: re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value) for name, value in pairs}
            page.setdefault(found[1], {})[labels(found[1], plain, plain.values())] = float(found[3])


def labels(name: str, names: Iterable[str], values: Iterable[str]) -> Labels:
    """As Prometheus has them: sorted, with the name of the metric, and none that is empty."""
    pairs = [pair for pair in zip(names, values, strict=True) if pair[1]]
    return tuple(sorted((("__name__", name), *pairs)))


class Curves:
    """What a series does over time. Series share curves: two to a family that wanders, eight to all that count."""

    def __init__(self) -> None:
        self._still: dict[float, Curve] = {}
        self._moving: dict[tuple[str, int], Curve] = {}

    def of(self, key: Labels, value: float, family: Sequence[float]) -> Curve:
        """For a series of this value in a family of these."""
        name = key[0][1]
        counts = kind(name).type == "counter"
        if value == 0 if counts else all(one == int(one) for one in family):
            return self.still(value)
        which = random.Random(repr(key)).randrange(8)
        place = ("", which) if counts else (name, which % 2)
        if place not in self._moving:
            chance, numbers = random.Random(repr(place)), DAY // CHUNK_S * NUMBERS
            if counts:
                values = list(accumulate(float(chance.randrange(2_000)) for _ in range(numbers)))
            else:
                values = [chance.uniform(min(family), max(family)) or 0.1 for _ in range(numbers)]
            self._moving[place] = curve(values)
        return self._moving[place]

    def still(self, value: float) -> Curve:
        """The same number always."""
        return self._still.setdefault(value, curve([value] * NUMBERS))


def incidents(sites: Sequence[Site], curves: Curves, first: int, end: int) -> Iterator[Series]:
    """Those that are over. They are taken by somebody after half an hour, and last another or two."""
    chance, at = random.Random(90), set[tuple[str, int]]()
    for number in count(1):
        began = first + (number - 1) * DAY // CHUNK_S // INCIDENTS
        over = began + chance.randrange(2, 4)
        if over > end:
            return
        site, cause = chance.choice(sites), chance.choice(("power", "fibre", "carrier", "device", "unknown"))
        if any((site.id, n) in at for n in range(began, over)):
            continue
        at |= {(site.id, n) for n in range(began, over)}
        told = {"incident": str(number), "kind": "outage", "severity": "critical", "root": site.id, "site": site.id}
        info = {**told, "name": site.name, "area": site.area, "cause": cause}
        rows: tuple[tuple[str, Mapping[str, str], float, int, int], ...] = (
            ("netmon_incident_info", info, 1, began, began + 1),
            ("netmon_incident_info", {**info, "by": "anh Bình"}, 1, began + 1, over),
            ("netmon_incident_opened_timestamp_seconds", {"incident": str(number)}, began // 48 * DAY, began, over),
            ("netmon_incident_sites", {"incident": str(number)}, chance.randrange(1, 5), began, over),
        )
        for name, pairs, value, since, until in rows:
            yield Series(labels(name, pairs, pairs.values()), curves.still(float(value)), since, until)


def known_late(inventory: Inventory) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
    """What takes days to be known, of every line and site: a family, the names of its labels, its series."""
    shapes: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("netmon_link_use_p95_ratio", "direction", ("receive", "transmit")),
        ("netmon_link_month_seconds", "column", ("up", "down", "maintenance", "off", "unmeasured")),
        ("netmon_link_month_down_seconds", "attribution", ("carrier", "unit", "power", "force_majeure", "unclear")),
        ("netmon_link_month_availability_ratio", "", ("",)),
    )
    for name, label, values in shapes:
        yield name, (*LINK, label), [((*of(inventory, link), one), 0.97) for link in lines(inventory) for one in values]
    columns = [((site.id, site.level, one), 90.5) for site in inventory.sites.values() for one in ("up", "down")]
    yield "netmon_site_month_seconds", ("site", "level", "column"), columns
    for name, names, rows in BESIDE:
        if "site" not in names:
            yield name, names, rows


def without_devices(inventory: Inventory) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
    """What the model has no devices for, and the use of lines whose ports it does not ask."""
    ways = ("receive", "transmit")
    used = [((*of(inventory, link), way), 0.3) for link in lines(inventory) for way in ways]
    yield "netmon_link_use_ratio", (*LINK, "direction"), used
    ends = [(inventory.devices[end], name) for link in lines(inventory) for end, name in link.ends]
    level = {site.id: site.level for site in inventory.sites.values()}
    ports = [((one.site, level[one.site], one.id, name or f"Gi0/{n}"), -19.5) for n, (one, name) in enumerate(ends)]
    yield "netmon_optical_receive_power_dbm", (*DEVICE, "if_name"), ports
    for kinds, label, names, value in (
        (("ftth",), "netmon_ont_receive_power_dbm", ("pon", "ont"), -22.5),
        (("ftth",), "netmon_ont_on_battery", ("pon", "ont"), 0.0),
        (("4g", "5g"), "netmon_lte_rsrp_dbm", ("modem", ""), -101.5),
    ):
        near = [inventory.devices[link.source] for link in lines(inventory) if link.kind in kinds]
        yield label, (*DEVICE, *names), [((one.site, level[one.site], one.id, "0/1", "3"), value) for one in near]
    supplies = [one for one in inventory.devices.values() if one.role == "ups"]
    yield "netmon_ups_load_ratio", (*DEVICE, "line"), [((u.site, level[u.site], u.id, "1"), 0.4) for u in supplies]


LINK, DEVICE = ("site", "level", "link"), ("site", "level", "device")


def lines(inventory: Inventory) -> Iterable[Link]:
    return inventory.links.values()


def of(inventory: Inventory, link: Link) -> tuple[str, str, str]:
    """The labels that every series of a line has."""
    return link.site, inventory.sites[link.site].level, link.id
