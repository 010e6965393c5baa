"""Which values flow through netmon, from the inventory to the message?

Nothing here does anything: frozen values, written once by the layer that knows them and read by all
below. Durations are seconds, times are seconds since the epoch (netmon.clock), bandwidths bit/s and
shares ratios from 0 to 1 unless a name says otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from netmon.people import Act, Case, Detail
from netmon.people import Event as Event

# --- the inventory: what the operators say there is -------------------------------------------


class Secret:
    """A password or token that prints as `***`; only `reveal` hands it out."""

    __slots__ = ("_value", "source")

    def __init__(self, value: str | None, source: str) -> None:
        self._value = value
        self.source = source

    def reveal(self) -> str:
        """The secret itself; LookupError names the source if it is not set."""
        if self._value is None:
            raise LookupError(f"{self.source} is not set")
        return self._value

    @property
    def is_set(self) -> bool:
        """Whether the variable or file it names was there when the project was loaded."""
        return self._value is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self._value, self.source) == (other._value, other.source)

    def __hash__(self) -> int:
        return hash((self._value, self.source))

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Someone to call about a site."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Who feeds the site with electricity, and under which customer code."""

    supplier: str
    customer: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A company whose lines the network rents."""

    id: str
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ssh:
    """How to log in over SSH: by `password`, or by the private key in `key`. Only hosts in `known_hosts` are trusted.

    `known_hosts` is a file in OpenSSH's format. `secret` is what `enable` asks for, where it does.
    """

    user: str
    port: int = 22
    password: Secret | None = None
    key: Secret | None = None
    secret: Secret | None = None
    known_hosts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """How to talk SNMP to a device: v2c has a community; v3 a user, and keys as (algorithm, secret); version "" = not
    at all.

    `ssh` is how to log in to it, None = not at all.

    `fallback` is another that is valid too while this one is being rolled out, or None.
    """

    id: str
    version: Literal["2c", "3", ""]
    port: int = 161
    community: Secret | None = None
    user: str = ""
    auth: tuple[str, Secret] | None = None
    priv: tuple[str, Secret] | None = None
    ssh: Ssh | None = None
    fallback: "Credential | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the carrier promised for a line; None = nothing promised, the defaults of its kind apply."""

    availability: float | None = None
    rtt: float | None = None
    loss: float | None = None
    jitter: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """From and until when (inclusive, exclusive) an entry describes the world; None = open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """An administrative parent, and when it was one."""

    site: str
    valid: Valid = Valid()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A collector set to work: its validated options (`plugin`), how often, and how patiently."""

    collector: str
    plugin: Any
    every: float
    timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """A device whose command line is ours to read: `platform` is its vendor's, as netmiko names them (huawei_vrp).

    `backup`: whether its configuration is kept. Without a `Cli` nobody ever logs in: it may be a carrier's.
    """

    platform: str
    backup: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Something with (usually) an address, at a site. `behind` names its neighbours inside the site.

    `credential` is a key of Inventory.credentials; several ids, best first, are one key with a comma and a space
    between them, whose credential falls back on the others in turn.
    """

    id: str
    site: str
    role: str
    address: str | None = None
    name: str = ""
    behind: tuple[str, ...] = ()
    credential: str = "default"
    collect: Mapping[str, Task] = field(default_factory=dict)
    cli: Cli | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line from `source` (a device of the owning `site`) to `target`, through `via` nodes in order.

    `address` is the end farther from the vantage; `local` and `remote` are interface names on source
    and target. `bandwidth` in bit/s.
    """

    id: str
    site: str
    source: str
    target: str
    via: tuple[str, ...] = ()
    kind: str = ""
    carrier: str | None = None
    circuit: str = ""
    bandwidth: int | None = None
    role: Literal["primary", "backup"] = "primary"
    address: str | None = None
    local: str | None = None
    remote: str | None = None
    contract: Contract = Contract()
    collect: Mapping[str, Task] = field(default_factory=dict)

    @property
    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(device, interface) at its source and at its target; "" = the interface is not named."""
        return (self.source, self.local or ""), (self.target, self.remote or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place on the way without an address (a carrier's POP, a splitter): never measured, only inferred."""

    id: str
    name: str
    carrier: str | None = None
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something citizens or staff use, answered by the device `on`."""

    id: str
    site: str
    name: str
    on: str
    address: str | None = None
    collect: Mapping[str, Task] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A connected place. `gateway` is the device its lines leave from; `at` is (latitude, longitude).

    `priority`: its loss wakes people at night, whatever its level.
    """

    id: str
    name: str
    level: str
    gateway: str | None
    at: tuple[float, float] | None = None
    area: str = ""
    contacts: tuple[Contact, ...] = ()
    power: Power | None = None
    valid: Valid = Valid()
    formerly: tuple[str, ...] = ()
    successor: str | None = None
    parents: tuple[Parent, ...] = ()
    transit: bool = False
    priority: bool = False
    hours: str = "always"
    devices: tuple[str, ...] = ()
    uplinks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working time: weekdays (0 = Monday), minutes of the day, and dates that are off or made up."""

    id: str
    days: frozenset[int]
    hours: tuple[tuple[int, int], ...]
    off: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours of the week at which conferences are held, while it is `valid`."""

    times: Calendar
    valid: Valid = Valid()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """A conference that is going to be held: when it begins (s since the epoch, wall time), for how many seconds, and
    the services that are its bridges."""

    name: str
    at: float
    lasts: float
    bridges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything the operators wrote, resolved and checked; each mapping is keyed by id, in file order."""

    province: str
    levels: tuple[str, ...]
    vantage: str
    anchors: tuple[str, ...]
    timezone: str
    sites: Mapping[str, Site]
    devices: Mapping[str, Device]
    links: Mapping[str, Link]
    nodes: Mapping[str, Node]
    services: Mapping[str, Service]
    carriers: Mapping[str, Carrier]
    credentials: Mapping[str, Credential]
    calendars: Mapping[str, Calendar]
    windows: Mapping[str, Window] = field(default_factory=dict)
    events: tuple[Conference, ...] = ()
    areas: Mapping[str, str] = field(default_factory=dict)
    """The names of areas that have one of their own."""

    def called_after(self, area: str) -> Site | None:
        """The site that an area is called after, as kv-van-yen is after its van-yen."""
        after = [site for site in self.sites.values() if site.area == area and area.endswith(f"-{site.id}")]
        return max(after, key=lambda one: len(one.id), default=None)

    def site_of(self, key: str) -> str | None:
        """The site that this id names, or at which the device, line or service is; None for anything else."""
        found = self.devices.get(key) or self.links.get(key) or self.services.get(key)
        if found is not None:
            return found.site
        return key if key in self.sites else None


# --- vendors: where a device's numbers stand in its MIB ----------------------------------------

TrapKind = Literal["link_down", "link_up", "cold_start", "on_battery", "on_mains", "dying_gasp", "bgp_down", "bgp_up"]

LabelForm = Literal["text", "index", "mac", "ipv4", "hex", "serial"]


class LabelSource(NamedTuple):
    """Where a label's text comes from: the constant `text`, or the column `oid` in the same row, or the row's index.

    `arcs` = (first, how many) chooses arcs of the row index, by which the column is looked up and which are the
    text if there is no column, or nothing in it; None = all of them, and a negative first counts from the end.
    Of a text that has the regular expression `part`, only what it finds is kept.
    """

    oid: str = ""
    arcs: tuple[int, int | None] | None = None
    form: LabelForm = "text"
    text: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One number of a MIB and what it means: `oid` is a column without index, or a scalar with its `.0`.

    The value is (raw + offset) * scale, where raw is what the agent sent, as `form` says. `times`, `of` and `free`
    name columns (or scalars) of the same row: raw times that, raw as a share of that, raw as a share of itself and
    that. `scale_by` and `precision` are ENTITY-SENSOR-MIB's (RFC 3433): raw * 10^(3 * (scale - 9) - precision).
    `yes` makes it 1 if raw is one of these, else 0. `invalid` raw values are no values; nor is what lies outside
    `low` to `high` once scaled. `where` tells which rows count: column -> raw values, or a regular expression.
    Without `oid` every row that the first label's own column has is worth 1; its other labels may then be empty.
    """

    metric: str
    oid: str = ""
    labels: tuple[LabelSource, ...] = ()
    form: Literal["number", "signed16", "watts_or_dbm"] = "number"
    scale: float = 1.0
    offset: float = 0.0
    times: str = ""
    of: str = ""
    free: str = ""
    scale_by: str = ""
    precision: str = ""
    invert: bool = False
    yes: frozenset[int] = frozenset()
    invalid: frozenset[int] = frozenset()
    low: float | None = None
    high: float | None = None
    where: tuple[tuple[str, frozenset[int] | str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MibTable:
    """Readings whose columns share their row index and are walked together; `bulk`: whether the agent bears GETBULK."""

    name: str
    readings: tuple[Reading, ...]
    bulk: bool = True


class ProfileMatch(NamedTuple):
    """Which devices a profile is for: those whose sysObjectID begins with `object_id` (whole arcs) and whose sysDescr
    contains the regular expression `descr`."""

    object_id: str
    descr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a vendor's devices can be asked by SNMP, inherited parts included. `id` is the file's name.

    `scalars` are asked in GETs, `tables` walked. `traps`: trap OID -> what it means. `syslog`: regular expression,
    with a group `port` where there is one -> what a matching line means.
    """

    id: str
    name: str
    matches: tuple[ProfileMatch, ...] = ()
    inherits: tuple[str, ...] = ()
    scalars: tuple[Reading, ...] = ()
    tables: tuple[MibTable, ...] = ()
    traps: Mapping[str, TrapKind] = field(default_factory=dict)
    syslog: tuple[tuple[str, TrapKind], ...] = ()


# --- polling: what is asked, and what came back -----------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a collector is pointed at: a device, a line's far end, or a service.

    `timeout` is how long one request may stay unanswered. `ports` are the interfaces that a link of
    the inventory names on this device. `profile` is what its vendor's SNMP data looks like, for collectors that
    ask for it. `platform` is its command line's, "" if it has none that is ours to read.
    """

    id: str
    of: Literal["device", "link", "service"]
    site: str
    level: str
    address: str
    timeout: float
    credential: Credential | None = None
    ports: tuple[str, ...] = ()
    profile: Profile | None = None
    platform: str = ""


class Metric(NamedTuple):
    """A family that a collector may fill: OpenMetrics type, one sentence of help, own label names."""

    type: Literal["gauge", "counter", "info"]
    help: str
    labels: tuple[str, ...] = ()


class Sample(NamedTuple):
    """One number: the family's name, its value, and the label values in the order `Metric` declares."""

    metric: str
    value: float
    labels: tuple[str, ...] = ()


News = Literal["new", "changed", "gone"]


class Remembered(NamedTuple):
    """What of a collector's answers is remembered, so that a change of it is news.

    A row of `metric` (an info family) is known again by the labels `by`; its other labels are what may change. After
    `gone` polls without it in a row, a row has gone (0: that is never said). `tell`: the news that people are
    told; the rest is only written down. What the first poll ever brings is known, not new.
    """

    metric: str
    by: tuple[str, ...]
    gone: int = 0
    tell: frozenset[News] = frozenset()


class Observation(NamedTuple):
    """What one reachability probe says of a target. `at` is when it was sent, `rtt` None if unanswered.

    `round` tells a scheduled probe, which counts for loss, from an extra one sent on suspicion. `poor`: a service did
    answer, only not well enough.
    """

    target: str
    at: float
    collector: str
    alive: bool
    rtt: float | None = None
    round: bool = True
    note: str = ""
    poor: bool = False


class Answers(NamedTuple):
    """What one collector heard of many targets that were asked at once: an `Observation` of each, all of them alive.

    `rtts` stand in the order of `targets`.
    """

    at: float
    collector: str
    targets: Sequence[str]
    rtts: Sequence[float | None]
    round: bool = True

    def each(self) -> Iterator[Observation]:
        """The same, one by one."""
        for target, rtt in zip(self.targets, self.rtts, strict=True):
            yield Observation(target, self.at, self.collector, True, rtt, self.round)


class PortSeen(NamedTuple):
    """What a device says of one of its interfaces."""

    device: str
    at: float
    port: str
    up: bool


class UptimeSeen(NamedTuple):
    """How long ago a device says it started, in seconds."""

    device: str
    at: float
    uptime: float


class PowerSeen(NamedTuple):
    """What a UPS says of its mains (UPS-MIB, RFC 1628 upsOutputSource)."""

    device: str
    at: float
    on_battery: bool


class TrapSeen(NamedTuple):
    """What a device said unasked. Never a verdict by itself: a reason to poll now, and evidence.

    `port` is the interface's name where the trap is about one.
    """

    device: str
    at: float
    what: TrapKind
    port: str = ""


class RowsSeen(NamedTuple):
    """All rows of one remembered family that a poll brought: labels they are known by -> labels that may change.

    `others` are the names of the latter.
    """

    target: str
    at: float
    what: Remembered
    rows: Mapping[tuple[str, ...], tuple[str, ...]]
    others: tuple[str, ...] = ()


class ExpirySeen(NamedTuple):
    """When a certificate ends (s since the epoch), and how many seconds before that people are told, longest first."""

    target: str
    at: float
    until: float
    steps: tuple[float, ...]


class Finding(NamedTuple):
    """Something that a look at the network found changed, and that people are told once.

    `id` is the device, service or site it is about; `text` the key of a phrase and `values` what fills it, as in a
    `Clue`. `detail`: lines to read, such as a diff.
    """

    id: str
    at: float
    text: str
    values: tuple[tuple[str, str], ...] = ()
    detail: str = ""


class Alerted(NamedTuple):
    """An alert that somebody else's rules have raised, as it was sent the last time.

    `fingerprint` tells it from others, `root` is the id it is about. It fires since `at` and, unless it is sent again,
    `until` (None: for as long as is usual); an `until` that is past ends it. `says` is what its words need.
    """

    fingerprint: str
    root: str
    severity: Literal["critical", "warning"]
    at: float
    until: float | None = None
    says: tuple[tuple[str, str], ...] = ()


class Looked(NamedTuple):
    """What was found out about an open incident after people were told of it."""

    incident: int
    at: float
    clues: "tuple[Clue, ...]"


class Crossed(NamedTuple):
    """A series that a rule watches went beyond its limit for long enough, or is beyond it no more.

    `root` is the id that the series is about, `labels` its own labels and `at` when it was first beyond. `why` tells
    how it ended: the value is `back`, there was none for an hour (`silent`), or the rule or what it watched was
    `removed`. `says` is what its words need: metric, unit, and the rule's own sentence in each language.
    """

    rule: str
    root: str
    labels: tuple[tuple[str, str], ...]
    severity: Literal["critical", "warning"]
    value: float
    limit: float
    at: float
    over: bool
    why: Literal["back", "silent", "removed"] = "back"
    says: tuple[tuple[str, str], ...] = ()


class Beat(NamedTuple):
    """Another netmon that this one watches said that it lives."""

    peer: str
    at: float


class DrillBegins(NamedTuple):
    """People are to be called although nothing is broken; `by` whose wish, "" = the calendar's."""

    at: float
    by: str = ""


class DrillTaken(NamedTuple):
    """Somebody acknowledged the drill."""

    incident: int
    at: float
    by: str


Evidence = (
    Observation
    | Answers
    | PortSeen
    | UptimeSeen
    | PowerSeen
    | TrapSeen
    | RowsSeen
    | ExpirySeen
    | Finding
    | Looked
    | Crossed
    | Alerted
    | Beat
    | DrillBegins
    | DrillTaken
)

# --- the verdict ------------------------------------------------------------------------------


class State(StrEnum):
    """The five states of a device, link or site."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one id, since when, and the root it is explained by (None = by itself)."""

    state: State
    since: float
    behind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change of one id's standing. `of` is what the id names."""

    id: str
    of: Literal["site", "device", "link", "service"]
    at: float
    old: Standing
    new: Standing


MarkKind = Literal["maintenance", "off", "flapping", "agent_silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something beside the state of an id: planned work, nobody at work, a line that flaps, or a device whose SNMP
    agent is silent while it answers otherwise.

    Written when it begins (`until` None) and again when it is over; the later row for the same (id, mark,
    since) counts, and one with `until` == `since` takes the mark back.
    """

    id: str
    of: Literal["site", "device", "link", "service"]
    mark: MarkKind
    since: float
    until: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A letter in which somebody announces work: its number, its day and who sent it, each as far as is known."""

    number: str = ""
    day: date | None = None
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Planned work: from when until when (seconds since the epoch, wall time), on what, who said so and why.

    `what` are ids of sites, devices, links, nodes, areas or carriers; everything that can be reached only over
    them is covered too. `power`: the electricity is cut off there. `notice` is the letter that announced it, and
    `listed` the circuits that this names.
    """

    what: tuple[str, ...]
    since: float
    until: float
    why: str = ""
    who: str = ""
    power: bool = False
    notice: Announcement | None = None
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece of evidence in an incident: when, who says it, what it says (a phrase key and its values).

    `text` is a key of `alerts/messages/*.yaml`'s phrases; `values` fill its placeholders, so that the
    same incident can be told in each language.
    """

    at: float
    source: str
    text: str
    values: tuple[tuple[str, str], ...] = ()


Kind = Literal[
    "outage", "redundancy_lost", "degraded", "blind", "service", "threshold", "unseen", "change",
    "alert", "drill", "digest", "storm", "peer",
]  # fmt: skip
"""`change` is over as soon as it is told: it has one notice, `opened`, and is `resolved` from the start; so are
`digest` and `storm`, bulletins about many incidents that stand in the notices alone. `alert` is somebody else's, by way
of the Alertmanager API; `drill` an exercise; `peer` another netmon that does not speak up."""
Cause = Literal["power", "fibre", "carrier", "device", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that broke. `id` is the journal's sequence number; times are seconds since the epoch.

    `seat` is what it is about and stays, while `root` may sharpen. `affected` are site ids; `links` are
    the lines lost with the root; `still_down` is filled when it resolves: affected sites that have not
    come back with it. `told_at` is when people last heard of it, `updated` whether they heard of a change.
    """

    id: int
    kind: Kind
    severity: Literal["critical", "warning"]
    root: str
    seat: str
    state: Literal["open", "resolved"]
    cause: Cause
    opened_at: float
    resolved_at: float | None = None
    affected: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    still_down: tuple[str, ...] = ()
    flapping: bool = False
    told_at: float = 0.0
    updated: bool = False
    evidence: tuple[Clue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """Something happened to an incident that a person may have to be told."""

    event: Event
    at: float
    incident: Incident


class Attachment(NamedTuple):
    """A file that goes with a message: its name, what it is (`application/pdf`), and what is in it."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one recipient: a person, or a channel (a notifier's name). `id` is incident/event/recipient/n.

    `by` is the channel, "" = `to` is; `address` where the person is reached there, "" = the channel's own. `then`:
    seconds until somebody else is told if nobody acknowledges, None: nobody is.
    `body` is the same notice for machines, ready-made JSON: what a webhook posts. `files` go along where mail does.
    """

    id: str
    event: Event
    at: float
    to: str
    incident: Incident
    subject: str
    text: str
    body: str = ""
    by: str = ""
    address: str = ""
    then: float | None = None
    files: tuple[Attachment, ...] = ()

    @property
    def channel(self) -> str:
        """The channel that it goes by."""
        return self.by or self.to


AddressKind = Literal["phone", "email", "chat", ""]
"""What a channel reaches people by; "" = it has no addresses, only itself."""


class Rate(NamedTuple):
    """At most so `many` in so many `seconds`."""

    many: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What is true of a channel whatever its plug-in: how much may be told there, and how often (None: no bound).

    `address` is the kind of address that the plug-in takes.
    """

    detail: Detail = "full"
    rate: Rate | None = None
    address: AddressKind = ""


# --- what is kept -----------------------------------------------------------------------------


Pairs = tuple[tuple[str, str], ...]
"""Labels and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What became known of one row of a remembered family of a target: it was there from the start (`known`), is new,
    has changed from `old`, or has gone.

    `begun` stands before all rows of a family: what was known of it before counts no more. Its `values` are the names
    of the family's labels, and what each is for.
    """

    target: str
    metric: str
    news: Literal["begun", "known", "new", "changed", "gone"]
    key: Pairs = ()
    values: Pairs = ()
    old: Pairs = ()


class Entry(NamedTuple):
    """One line of the journal. `seq` is given by the verdict, counts up and is never used twice."""

    seq: int
    at: float
    body: Transition | IncidentEvent | Mark | Fact | Act | Case


class Unread(NamedTuple):
    """An entry of the journal that is damaged: what it is (the table, or the kind of an entry of the log), of whom or
    its number, and when it was written, where that is known."""

    what: str
    key: str
    at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What the journal remembers: last sequence number, standing by id, incidents by id (open ones and
    those of the last 30 days), marks that have begun and are not over by (id, mark), learned silence statistics
    by target, remembered rows by (target, family) and key (None: the beginning of the family), what people said, as far
    as it still matters, where incidents stand with people, last heartbeat; and what of it is damaged and left out."""

    seq: int = 0
    standings: Mapping[str, Standing] = field(default_factory=dict)
    incidents: Mapping[int, Incident] = field(default_factory=dict)
    marks: Mapping[tuple[str, MarkKind], Mark] = field(default_factory=dict)
    learned: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    facts: Mapping[tuple[str, str], Mapping[Pairs | None, Fact]] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    cases: Mapping[int, Case] = field(default_factory=dict)
    last_beat: float | None = None
    unread: tuple[Unread, ...] = ()


class Family(NamedTuple):
    """A metric family ready to be written out: (finished label text, value) for each series."""

    name: str
    metric: Metric
    series: Iterable[tuple[str, float]]


class Batch(NamedTuple):
    """Numbers of one moment as they go over the wire: compressed octets, and how many series they hold.

    `strange`: how many could not be said in this protocol, and are not in it.
    """

    payload: bytes
    lines: int
    strange: int = 0
