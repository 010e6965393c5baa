"""What does netmon.yaml say?

Every key has a default, so that an empty or missing file runs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, with_config

from netmon.model import Channel, Secret
from netmon.settings.channels import channels
from netmon.settings.fields import Id, SecretRef, Secrets, Text, Time
from netmon.settings.language import STRICT
from netmon.settings.options import Maker, Shelf
from netmon.settings.own_backup import OwnBackup, OwnBackupEntry, own_backup
from netmon.settings.report import Report
from netmon.settings.reports import ReportEntry, Scheduled, reports
from netmon.settings.sheet import read_map, section, validate
from netmon.settings.tree import Map, Spot, Tree, empty, key_spot
from netmon.settings.watched import DeadmanEntry, DrillsEntry, Entries, PeerEntry, Watched, watched
from netmon.units import Duration

FILE = "netmon.yaml"

SHORTEST_TOKEN = 20
"""Characters: as many as 120 bits take in base64."""

Language = Literal["vi", "en"]
"""What people are spoken to in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """Where configurations are kept (`folder`, absolute), at which hour and minute of the day they are fetched, and the
    git remote that they are pushed to, "" = to none.
    """

    at: tuple[int, int] = (2, 0)
    folder: Path = Path("var/configs")
    push: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The service's settings. `data` is absolute; durations in seconds; plug-ins are instances by name.

    `traps` and `syslog` are where devices may say something unasked, ADDRESS:PORT; None = nobody listens. `confirm` is
    how long something must be wrong before it is an incident, `wait` how long a suspect waits for evidence on its
    parents. `backups`: how configurations are kept, of devices that have a command line. `url`: where people reach the
    service, "" = they cannot. `tokens`: who may change something over HTTP, by name. `channels`: what stands beside
    each notifier, by the same names. `watched`: who notices when netmon itself is silent. `reports`: what is written by
    itself, by the names that it has there. `own_backup`: the nightly backup of netmon itself, None = there is none.
    """

    listen: str = "127.0.0.1:9680"
    data: Path
    language: Language = "vi"
    confirm: float = 10.0
    wait: float = 3.0
    traps: str | None = None
    syslog: str | None = None
    backups: BackupSettings = BackupSettings()
    exporters: Mapping[str, Any]
    notifiers: Mapping[str, Any]
    url: str = ""
    tokens: Mapping[str, Secret] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    watched: Watched = field(default_factory=Watched)
    reports: Mapping[str, Scheduled] = field(default_factory=dict)
    own_backup: OwnBackup | None = None


def _listen(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 <= int(port[:6]) <= 65535:
        raise ValueError(f"{text!r} is not ADDRESS:PORT such as 127.0.0.1:9680")
    return text


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictEntry:
    """How patient the verdict is."""

    confirm: Annotated[Duration, Field(description="From the first missed probe to an incident.")] = 10.0
    wait: Annotated[Duration, Field(description="For evidence on the parents of a suspect.")] = 3.0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EarEntry:
    """Where devices may say something unasked, over UDP."""

    listen: Annotated[str, AfterValidator(_listen), Field(description="Address and port, such as 0.0.0.0:1162.")]


def _remote(text: str) -> str:
    if text.startswith("-") or "\n" in text:
        raise ValueError(f"{text!r} is not a git remote")
    if re.match(r"[a-z+]+://[^/@]*:[^/@]*@", text):
        raise ValueError("a password does not belong into the address: take an SSH key or a credential helper")
    return text


def _web(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError(f"{text!r} is not an address such as https://netmon.example.vn")
    return text


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsEntry:
    """How the configurations of devices with a `cli:` are kept."""

    at: Annotated[Time, Field(description="When they are fetched, each night.")] = (2, 0)
    folder: Annotated[Text, Field(description="A git repository, relative to the project.")] = "var/configs"
    push: Annotated[
        Annotated[Text, AfterValidator(_remote)] | None, Field(description="A git remote to push to after each run.")
    ] = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ApiEntry:
    """Which programs may change something over HTTP."""

    tokens: Annotated[
        dict[Id, SecretRef], Field(description="Your names for bots and gateways, and the token that each shows.")
    ] = field(default_factory=dict)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsEntry:
    """netmon.yaml: how the service runs."""

    listen: Annotated[str, AfterValidator(_listen), Field(description="Where HTTP is answered.")] = "127.0.0.1:9680"
    data: Annotated[Text, Field(description="Folder of journal and spools, relative to the project.")] = "var"
    language: Language = "vi"
    verdict: VerdictEntry = VerdictEntry()
    traps: Annotated[EarEntry | None, Field(description="SNMP traps and informs; left out = not listened for.")] = None
    syslog: Annotated[EarEntry | None, Field(description="Lines of syslog; left out = not listened for.")] = None
    backups: BackupsEntry = BackupsEntry()
    own_backup: Annotated[OwnBackupEntry | None, Field(description="netmon's own backup; left out = none.")] = None
    url: Annotated[
        Annotated[Text, AfterValidator(_web)] | None,
        Field(description="Where people reach the service, for links in messages."),
    ] = None
    api: ApiEntry = ApiEntry()
    deadman: Annotated[DeadmanEntry | None, Field(description="Whom netmon tells that it lives.")] = None
    watches: Annotated[dict[Id, PeerEntry], Field(description="Other netmons that tell this one that they live.")] = (
        field(default_factory=dict)
    )
    drills: Annotated[DrillsEntry | None, Field(description="Exercises of being called.")] = None
    reports: Annotated[
        dict[Id, ReportEntry], Field(description="Reports that are written by themselves, and mailed.")
    ] = field(default_factory=dict)
    exporters: Annotated[
        dict[str, Any],
        Field(description="Where numbers go, by plug-in.", json_schema_extra={"x-plugins": "exporters"}),
    ] = field(default_factory=lambda: {"prometheus": {}})
    notifiers: Annotated[
        dict[Id, Any],
        Field(description="Channels: your names, one plug-in each.", json_schema_extra={"x-plugins": "notifiers"}),
    ] = field(default_factory=lambda: {"console": {"console": {}}})


SETTINGS: TypeAdapter[SettingsEntry] = TypeAdapter(SettingsEntry)


def config(project: Path, exporters: Shelf, notifiers: Shelf, secrets: Secrets, maker: Maker) -> Config:
    """The settings of a project; mistakes are reported and replaced by the defaults."""
    report = maker.report
    tree = read_map(project / FILE, FILE, report) if (project / FILE).exists() else empty(Spot(FILE))
    tree = empty(Spot(FILE)) if tree is None else tree
    before = len(secrets.made)
    entry, damage = validate(SETTINGS, SettingsEntry, tree, secrets, report)
    maker.unset(section(tree, "api"), secrets.made[before:])
    _long_enough(tree, entry, report)
    entry = entry if isinstance(entry, SettingsEntry) else SettingsEntry()
    plugins, beside = channels(_notifiers(tree, notifiers), notifiers, maker)
    return Config(
        listen=entry.listen,
        data=(project / entry.data).absolute(),
        language=entry.language,
        confirm=entry.verdict.confirm,
        wait=entry.verdict.wait,
        traps=None if entry.traps is None else entry.traps.listen,
        syslog=None if entry.syslog is None else entry.syslog.listen,
        backups=BackupSettings(
            at=entry.backups.at,
            folder=(project / entry.backups.folder).absolute(),
            push=entry.backups.push or "",
        ),
        exporters=_exporters(tree, exporters, maker),
        notifiers=plugins,
        channels=beside,
        url=(entry.url or "").rstrip("/"),
        tokens=entry.api.tokens,
        watched=watched(Entries(entry.deadman, entry.watches, entry.drills), tree, damage, entry.api.tokens, maker),
        own_backup=own_backup(project, entry.own_backup, tree, maker),
        reports=reports(entry.reports, beside, tree, report),
    )


def _long_enough(tree: Map, entry: object, report: Report) -> None:
    """Report tokens that somebody could guess."""
    for name, token in entry.api.tokens.items() if isinstance(entry, SettingsEntry) else ():
        if token.is_set and len(token.reveal()) < SHORTEST_TOKEN:
            at = key_spot(tree, ("api", "tokens", name))
            report.error(at, f"the token {name!r} can be guessed: {SHORTEST_TOKEN} characters at least")


def _default(tree: Map, key: str, shelf: Shelf, name: str, written: Tree) -> Map:
    """What stands under `key`; if nothing does, the plug-in `name`, if there is one."""
    if key in tree.items or name not in shelf.options:
        return section(tree, key)
    return Map(tree.at, {name: written}, {name: tree.at})


def _exporters(tree: Map, shelf: Shelf, maker: Maker) -> dict[str, Any]:
    chosen = _default(tree, "exporters", shelf, "prometheus", empty(tree.at))
    made = {name: maker.made(shelf, name, options, chosen.keys[name]) for name, options in chosen.items.items()}
    return {name: plugin for name, plugin in made.items() if plugin is not None}


def _notifiers(tree: Map, shelf: Shelf) -> Map:
    console = Map(tree.at, {"console": empty(tree.at)}, {"console": tree.at})
    chosen = section(tree, "notifiers")
    if not chosen.items:  # nobody named: better on the console than to nobody
        chosen = _default(Map(tree.at, {}, {}), "notifiers", shelf, "console", console)
    return chosen
