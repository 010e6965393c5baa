"""What may be written in the inventory?

Each class is one mapping of the YAML language, each field one key: the validation, the JSON schema and the
"did you mean" are all made from these declarations. What the keys do is resolved in resolve.py.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, with_config

from netmon.model import Secret
from netmon.settings.fields import (
    Address,
    Coordinates,
    Date,
    Days,
    Flag,
    Host,
    Hours,
    Id,
    Ids,
    Moment,
    SecretRef,
    Text,
    Texts,
    Weekdays,
    Zone,
)
from netmon.units import Bandwidth, Duration, Ratio

STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

AuthAlgorithm = Literal["MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512"]
PrivAlgorithm = Literal["DES", "AES128", "AES192", "AES256", "AES192C", "AES256C"]
"""A C at the end: the key is stretched as Cisco does it (Reeder's draft), not as net-snmp does (Blumenthal's)."""
Version = Annotated[Literal["2c", "3"], BeforeValidator(str, json_schema_input_type=Literal["2c", "3", 3])]


def _apart(ids: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((each for n, each in enumerate(ids) if each in ids[:n]), None)
    if not ids or twice is not None:
        raise ValueError(f"{twice!r} is given twice" if ids else "an empty list: name at least one credential")
    return ids


Credentials = Annotated[
    Ids,
    AfterValidator(_apart),
    Field(description="Under `credentials:`. Several while a new one is being rolled out: best first."),
]

Collect = Annotated[
    dict[str, Any],
    Field(description="Collectors to run, by name, with their options.", json_schema_extra={"x-plugins": "collectors"}),
]


def _in_order(since: date | None, until: date | None) -> None:
    if since and until and since >= until:
        raise ValueError(f"contradictory dates: from {since} is not before until {until}")


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ValidEntry:
    """From when (included) until when (excluded) this holds."""

    since: Annotated[Date | None, Field(alias="from", description="First day.")] = None
    until: Annotated[Date | None, Field(description="First day on which it no longer holds.")] = None

    def __post_init__(self) -> None:
        _in_order(self.since, self.until)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ParentEntry:
    """An administrative parent and when it was one."""

    site: Id
    since: Annotated[Date | None, Field(alias="from", description="First day.")] = None
    until: Annotated[Date | None, Field(description="First day on which it no longer holds.")] = None

    def __post_init__(self) -> None:
        _in_order(self.since, self.until)


def _parents(value: object) -> object:
    return [{"site": value}] if isinstance(value, str) else value


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """Someone to call about the site."""

    name: Text
    role: str = ""
    phone: str = ""
    email: str = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PowerEntry:
    """Who supplies the site with electricity."""

    supplier: Text
    customer: Annotated[str, Field(description="Customer code on the bill.")] = ""
    phone: str = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaEntry:
    """What people call a group of sites that no site is called after."""

    name: Text


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEntry:
    """A company whose lines the network rents."""

    name: Text
    phone: str = ""
    email: str = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """Working time."""

    days: Annotated[Weekdays, Field(description="Working weekdays, such as mon-fri.")]
    hours: Annotated[list[Hours], Field(description="Working hours, such as 07:30-11:30.")]
    off: Annotated[
        Texts, Field(description="Days off: dates, first/last, or files under inventory/ with `off:` and `makeup:`.")
    ] = ()
    makeup: Annotated[list[Days], Field(description="Working days outside `days`, to make up for days off.")] = field(
        default_factory=list
    )


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class TimesEntry:
    """Hours of the week at which conferences are held."""

    days: Annotated[Weekdays, Field(description="Weekdays, such as mon or mon-fri.")]
    hours: Annotated[list[Hours], Field(min_length=1, description="Hours, such as 07:00-11:30.")]
    since: Annotated[Date | None, Field(alias="from", description="First day.")] = None
    until: Annotated[Date | None, Field(description="First day on which it no longer holds.")] = None

    def __post_init__(self) -> None:
        _in_order(self.since, self.until)


def _held(seconds: float) -> float:
    if not 0 < seconds <= 7 * 86400:
        raise ValueError("a conference lasts longer than 0 s and at most 7 days")
    return seconds


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """A conference that is going to be held."""

    name: Text
    at: Annotated[Moment, Field(description="When it begins, local time.")]
    lasts: Annotated[Duration, AfterValidator(_held), Field(description="How long it lasts.")]
    bridges: Annotated[Texts, Field(description="Devices or services that are asked by `bridge`, or all.")] = ()
    sites: Annotated[Ids, Field(description="Sites whose bridges take part.")] = ()

    def __post_init__(self) -> None:
        if not self.bridges and not self.sites:
            raise ValueError("who takes part? name `bridges` (or all) or `sites`")


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFile:
    """A yearly notice of days off and make-up days: inventory/calendars/*.yaml."""

    name: str = ""
    off: list[Days] = field(default_factory=list)
    makeup: list[Days] = field(default_factory=list)


_ONE = Field(json_schema_extra={"minProperties": 1, "maxProperties": 1})


def _one(keys: dict[str, Secret]) -> dict[str, Secret]:
    if len(keys) != 1:
        raise ValueError("exactly one algorithm with its secret, such as {SHA256: env:SNMP_AUTH}")
    return keys


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpEntry:
    """How to talk SNMP. Version 2c has a community; version 3 a user and keys by algorithm."""

    version: Version
    port: Annotated[int, Field(ge=1, le=65535)] = 161
    community: SecretRef | None = None
    user: str = ""
    auth: Annotated[dict[AuthAlgorithm, SecretRef], AfterValidator(_one), _ONE] | None = None
    priv: Annotated[dict[PrivAlgorithm, SecretRef], AfterValidator(_one), _ONE] | None = None

    def __post_init__(self) -> None:
        if self.version == "2c" and (self.community is None or self.user or self.auth or self.priv):
            raise ValueError("SNMP version 2c takes a `community`, and no user, auth or priv")
        if self.version == "3" and (not self.user or self.community is not None):
            raise ValueError("SNMP version 3 takes a `user`, and no community")
        if self.priv and not self.auth:
            raise ValueError("SNMP `priv` needs `auth`: there is no privacy without authentication (RFC 3414)")


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SshEntry:
    """How to log in over SSH: by password, or by private key. Only hosts that are known are logged in to."""

    user: Text
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    password: SecretRef | None = None
    key: Annotated[SecretRef | None, Field(description="A private key without a passphrase: file:PATH.")] = None
    secret: Annotated[SecretRef | None, Field(description="What `enable` asks for, where it does.")] = None
    known_hosts: Annotated[Text, Field(description="What ssh-keyscan wrote, relative to the project.")] = "known_hosts"

    def __post_init__(self) -> None:
        if (self.password is None) == (self.key is None):
            raise ValueError("SSH takes a `password` or a `key`, one of them")


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialEntry:
    """How to log in to devices, by protocol; at least one of them."""

    snmp: SnmpEntry | None = None
    ssh: SshEntry | None = None

    def __post_init__(self) -> None:
        if self.snmp is None and self.ssh is None:
            raise ValueError("a credential is for `snmp`, for `ssh`, or for both")


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CliEntry:
    """A command line that is ours to read; without it nobody ever logs in to the device, which may be a carrier's."""

    platform: Annotated[Text, Field(description="As netmiko calls it.", examples=["huawei_vrp", "cisco_ios"])]
    backup: Annotated[Flag, Field(description="Whether its configuration is kept, and changes of it are told.")] = True


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEntry:
    """What the carrier promised for the line."""

    availability: Ratio | None = None
    rtt: Duration | None = None
    loss: Ratio | None = None
    jitter: Duration | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntry:
    """A place on the way that has no address: a carrier's POP, a splitter."""

    name: Text
    carrier: Id | None = None
    area: Id | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkEntry:
    """A line from this site towards the centre."""

    source: Annotated[Id | None, Field(alias="from", description="Device of this site; default: the gateway.")] = None
    to: Annotated[Id, Field(description="Device at the other end.")]
    id: Annotated[Id | None, Field(description="Default: SITE/n, n counting from 1.")] = None
    via: Annotated[Ids, Field(description="Nodes on the way, from this site outward.")] = ()
    kind: Annotated[Id | Literal[""], Field(description="fibre, ftth, 4g, radio, …")] = ""
    carrier: Id | None = None
    circuit: Annotated[str, Field(description="The carrier's circuit number.")] = ""
    bandwidth: Bandwidth | None = None
    role: Literal["primary", "backup"] = "primary"
    address: Annotated[Address | None, Field(description="The line's end farther from the vantage.")] = None
    local: Annotated[Text | None, Field(description="Interface on the device it leaves from (ifName).")] = None
    remote: Annotated[Text | None, Field(description="Interface on the device at the other end (ifName).")] = None
    contract: ContractEntry | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEntry:
    """Something at the site that can be asked."""

    address: Address | None = None
    role: Annotated[Id, Field(description="router, switch, server, camera, ups, …")] = "device"
    name: str = ""
    behind: Annotated[Ids | None, Field(description="Devices of this site it hangs behind; default: gateway.")] = None
    credential: Credentials | None = None
    cli: CliEntry | None = None
    collect: Collect | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntry:
    """Something people use, answered by a device."""

    name: Text
    on: Annotated[Id | None, Field(description="The device that answers; default: the gateway.")] = None
    address: Annotated[Host | None, Field(description="Default: that of the device.")] = None
    collect: Collect


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEntry:
    """What many sites have in common; what a site says itself wins."""

    level: Id | None = None
    area: Id | None = None
    hours: Annotated[Id | None, Field(description="A calendar, or `always`.")] = None
    power: PowerEntry | None = None
    contacts: list[ContactEntry] | None = None
    credential: Credentials | None = None
    collect: Collect | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntry:
    """A connected place with its devices, lines and services."""

    name: Text
    level: Id | None = None
    class_: Annotated[Id | None, Field(alias="class", description="Takes what it does not say from this class.")] = None
    at: Annotated[Coordinates | None, Field(description="[latitude, longitude]")] = None
    area: Annotated[Id | None, Field(description="A free group: the old district, a POP.")] = None
    contacts: list[ContactEntry] | None = None
    power: PowerEntry | None = None
    valid: ValidEntry = ValidEntry()
    formerly: Annotated[Texts, Field(description="Names it had before.")] = ()
    successor: Annotated[Id | None, Field(description="The site that took its place.")] = None
    parent: Annotated[list[ParentEntry], BeforeValidator(_parents, json_schema_input_type=Id | list[ParentEntry])] = (
        field(default_factory=list)
    )
    transit: Annotated[Flag, Field(description="Paths may lead through it and outward again.")] = False
    priority: Annotated[Flag, Field(description="Its loss wakes people at night, whatever its level.")] = False
    hours: Annotated[Id | None, Field(description="A calendar, or `always`.")] = None
    credential: Credentials | None = None
    collect: Collect | None = None
    devices: dict[Id, DeviceEntry] = field(default_factory=dict)
    uplinks: list[UplinkEntry] = field(default_factory=list)
    services: dict[Id, ServiceEntry] = field(default_factory=dict)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryEntry:
    """All files under inventory/ together."""

    province: Id | Literal[""] = ""
    levels: Annotated[list[Id], Field(min_length=1, description="Outermost first.")] = field(
        default_factory=lambda: ["central", "province", "district", "commune"]
    )
    vantage: Annotated[Id, Field(description="The device where netmon runs.")]
    anchors: Annotated[list[Id] | None, Field(description="All silent = netmon itself is cut off.")] = None
    timezone: Zone = "Asia/Ho_Chi_Minh"
    calendars: dict[Id, CalendarEntry] = field(default_factory=dict)
    windows: dict[Id, TimesEntry] = field(default_factory=dict)
    events: list[EventEntry] = field(default_factory=list)
    carriers: dict[Id, CarrierEntry] = field(default_factory=dict)
    areas: dict[Id, AreaEntry] = field(default_factory=dict)
    credentials: dict[Id, CredentialEntry] = field(default_factory=dict)
    nodes: dict[Id, NodeEntry] = field(default_factory=dict)
    defaults: ClassEntry = ClassEntry()
    classes: dict[Id, ClassEntry] = field(default_factory=dict)
    sites: dict[Id, SiteEntry] = field(default_factory=dict)


INVENTORY: TypeAdapter[InventoryEntry] = TypeAdapter(InventoryEntry)
NOTICE: TypeAdapter[NoticeFile] = TypeAdapter(NoticeFile)
