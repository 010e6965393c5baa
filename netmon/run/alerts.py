"""What do the alerts of Prometheus and its like say of this network?"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from netmon.clock import Clock
from netmon.model import Alerted, Evidence, Family, Inventory, Metric
from netmon.run.heard.who import plain
from netmon.run.store import label_text

LONGEST_AGO = 400 * 86400.0
"""Seconds before now at which an alert can have begun; a time before that is none (Go's zero time is the year 1)."""
CRITICAL = frozenset({"critical", "page", "emergency", "fatal", "error", "disaster", "high"})
"""Values of the label `severity` that mean critical; there is no standard, so that every other means warning."""
HEARTBEAT = frozenset({"none"})
"""Severities of alerts that always fire, to show that alerts arrive: nothing is wrong while they do."""
NAMED = ("link", "service", "device", "site")
"""Labels that name something of the inventory, the most precise first."""
PLACED = ("instance", "address", "target", "host", "hostname")
"""Labels whose value is often the address or the name of a device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An alert as it was sent: labels and annotations, when it began and when it ends (wall time, None = not said)."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    begins: float | None = None
    ends: float | None = None


class Alerts:
    """Takes alerts to the verdict. `counts`: what became of them, by outcome."""

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        clock: Clock,
        tell: Callable[[Iterable[Evidence]], None],
        refused: Callable[[], int],
    ) -> None:
        """`inventory` is asked for each time, for a reload changes it; `tell` takes the evidence (Engine.evidence), and
        `refused` says how many the verdict did not take."""
        self._inventory, self._clock, self._tell, self._refused = inventory, clock, tell, refused
        self._known: tuple[Inventory, dict[str, str]] | None = None
        self.counts = dict.fromkeys(("taken", "heartbeat", "malformed"), 0)

    def take(self, alerts: Iterable[Sent], malformed: int = 0) -> None:
        """Alerts that were sent now, and how many could not be read."""
        wall = self._clock.now() + self._clock.ahead()
        alerts = list(alerts)
        told = [one for one in alerts if one.labels.get("severity", "").lower() not in HEARTBEAT]
        self.counts["taken"] += len(told)
        self.counts["heartbeat"] += len(alerts) - len(told)
        self.counts["malformed"] += malformed
        self._tell([self._alerted(one, wall) for one in told])

    def families(self) -> Iterator[Family]:
        """The counts as metrics."""
        metric = Metric("counter", "Alerts of others, by what became of them.", ("outcome",))
        counts = self.counts | {"too_many": self._refused()}
        series = [(label_text(("outcome",), (key,)), float(count)) for key, count in counts.items()]
        yield Family("netmon_alerts_received_total", metric, series)

    def _alerted(self, sent: Sent, wall: float) -> Alerted:
        ahead = self._clock.ahead()
        begins = sent.begins if sent.begins is not None and wall - LONGEST_AGO < sent.begins <= wall else wall
        ends = sent.ends if sent.ends is not None and sent.ends > wall - LONGEST_AGO else None
        severity: Literal["critical", "warning"] = (
            "critical" if sent.labels.get("severity", "").lower() in CRITICAL else "warning"
        )
        return Alerted(
            fingerprint(sent.labels),
            self._root(sent.labels),
            severity,
            begins - ahead,
            None if ends is None else ends - ahead,
            _says(sent),
        )

    def _root(self, labels: Mapping[str, str]) -> str:
        """The id that the labels name, else the device whose address or name they bear, else the vantage."""
        inventory = self._inventory()
        tables = (inventory.links, inventory.services, inventory.devices, inventory.sites)
        for name, table in zip(NAMED, tables, strict=True):
            if labels.get(name) in table:
                return labels[name]
        places = self._places(inventory)
        hosts = (host_of(labels[name]) for name in PLACED if name in labels)
        return next((places[host] for host in hosts if host in places), inventory.vantage)

    def _places(self, inventory: Inventory) -> Mapping[str, str]:
        """Addresses and names of devices -> their ids, made once for each inventory."""
        if self._known is None or self._known[0] is not inventory:
            devices = inventory.devices.values()
            names = {device.id: device.id for device in devices}
            self._known = inventory, names | {plain(one.address): one.id for one in devices if one.address}
        return self._known[1]


def fingerprint(labels: Mapping[str, str]) -> str:
    """What tells one set of labels from another, 16 hexadecimal digits."""
    return sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]


def host_of(instance: str) -> str:
    """The host of `10.28.4.1:9100`, `[2001:db8::1]:9100`, `https://cqh-r1/x` or `cqh-r1.example.vn:9100`."""
    bare = instance.partition("://")[2] or instance
    bare = bare.partition("/")[0]
    if bare.startswith("["):
        return plain(bare[1:].partition("]")[0])
    host = plain(bare if bare.count(":") > 1 else bare.partition(":")[0])
    return host if host[:1].isdigit() else host.partition(".")[0]


def _says(sent: Sent) -> tuple[tuple[str, str], ...]:
    """What is told of it: how it is called, and its annotations in its own words."""
    summary, described = sent.annotations.get("summary", ""), sent.annotations.get("description", "")
    said = {"alertname": sent.labels.get("alertname", ""), "summary": summary or described}
    if summary and described != summary:
        said["description"] = described
    return tuple((key, value) for key, value in said.items() if value)
