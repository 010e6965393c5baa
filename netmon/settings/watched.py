"""Who notices when netmon itself is silent? `deadman`, `watches` and `drills` of netmon.yaml say it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema, with_config

from netmon.model import Secret
from netmon.people import Match, Policy, Roster, Route, Step
from netmon.settings.fields import SECRET, Id, SecretRef, Secrets, Text, parse_time, parse_weekdays
from netmon.settings.language import STRICT
from netmon.settings.options import Maker
from netmon.settings.report import Report
from netmon.settings.sheet import section
from netmon.settings.tree import Map, Path, Spot, key_spot
from netmon.units import Duration
from netmon.wire.browse import parsed

DRILLS = "drills:"
"""The name of the route and of the policy that drills bring with them: no id that anybody could have given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadman:
    """Whom netmon tells each `every` seconds that it lives: `urls` by GET, and `peer`, another netmon, by POST with the
    `token` that this one has there. An address is a secret: whoever knows it could speak for netmon."""

    every: float = 60.0
    urls: tuple[Secret, ...] = ()
    peer: str = ""
    token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another netmon, which speaks up each `every` seconds; `grace` seconds later than that, people are told."""

    every: float = 60.0
    grace: float = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drills:
    """When people are called to see whether that works: weekdays (0 = Monday), hour and minute; and who, "" = whoever
    the routes say."""

    days: frozenset[int]
    hour: int
    minute: int
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Whom this netmon tells that it lives, which others tell it, and the exercises."""

    deadman: Deadman | None = None
    peers: Mapping[str, Peer] = field(default_factory=dict)
    drills: Drills | None = None


def _beat(text: str) -> str:
    url = parsed(text)
    if not re.fullmatch(r"(/[^?]*)?/-/beat/[a-z0-9-]+", url.target):
        raise ValueError(f"{text!r} does not end with /-/beat/ and what the other netmon calls this one")
    return text


def _place(value: object, info: ValidationInfo) -> Secret:
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        parsed(value)
        return Secret(value, f"{urlsplit(value).hostname}")
    if isinstance(value, str) and SECRET.fullmatch(value) and isinstance(info.context, Secrets):
        return info.context.read(value)
    raise ValueError("no address that begins with http:// or https://, nor env:…, credential:… or file:…")


def _drill_time(text: object) -> tuple[frozenset[int], int, int]:
    days, _, time = str(text).partition(" ")
    try:
        hour, minute = parse_time(time.strip())
    except ValueError:
        raise ValueError(f'{text!r} is not a weekday and a time such as "mon 09:00"') from None
    return parse_weekdays([day.strip() for day in days.split(",")]), hour, minute


Place = Annotated[
    Secret,
    PlainValidator(_place, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^(https?://.+|{SECRET.pattern})$"}),
]
DrillTime = Annotated[
    tuple[frozenset[int], int, int],
    BeforeValidator(_drill_time, json_schema_input_type=Annotated[str, Field(examples=["mon 09:00"])]),
    WithJsonSchema({"type": "string", "examples": ["mon 09:00"]}),
]
_Span = Annotated[Duration, Field(ge=1)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DeadmanEntry:
    """Who notices when this netmon is silent."""

    every: Annotated[_Span, Field(description="How often it says that it lives.")] = 60.0
    urls: Annotated[
        tuple[Place, ...], Field(description="Asked by GET, such as those of healthchecks.io; or a secret.")
    ] = ()
    peer: Annotated[
        Annotated[Text, AfterValidator(_beat)] | None,
        Field(description="Another netmon that watches this one: http://HOST:9680/-/beat/ID."),
    ] = None
    token: Annotated[SecretRef | None, Field(description="The token that this netmon has there.")] = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PeerEntry:
    """Another netmon that this one watches."""

    every: Annotated[_Span, Field(description="How often it says that it lives.")] = 60.0
    grace: Annotated[_Span, Field(description="How much later than that it may be.")] = 45.0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DrillsEntry:
    """Exercises: people are called although nothing is broken."""

    at: Annotated[DrillTime, Field(description="Weekdays and time.")]
    to: Annotated[Id | None, Field(description="A person or rota; left out = as the routes say.")] = None


class Entries(NamedTuple):
    """What stands in netmon.yaml of all this."""

    deadman: DeadmanEntry | None
    watches: Mapping[str, PeerEntry]
    drills: DrillsEntry | None


def watched(entries: Entries, tree: Map, damage: Iterable[Path], tokens: Collection[str], maker: Maker) -> Watched:
    """As the service needs it. What can never work is reported: a switch that tells nobody, a peer without a token.

    `damage`: what has been refused already.
    """
    report, deadman, drills = maker.report, entries.deadman, entries.drills
    maker.unset(section(tree, "deadman"), maker.secrets.made)
    whole = not any(path[:1] == ("deadman",) for path in damage)
    if deadman is not None and whole and not deadman.urls and deadman.peer is None:
        report.error(key_spot(tree, ("deadman",)), "deadman: nobody is told: name `urls` or a `peer`")
    if deadman is not None and whole and (deadman.peer is None) != (deadman.token is None):
        report.error(key_spot(tree, ("deadman",)), "deadman: `peer` and `token` go together")
    for name in entries.watches:
        if name not in tokens:
            at = key_spot(tree, ("watches", name))
            report.error(at, f"watches: {name} has no token to speak up with: api: {{tokens: {{{name}: env:NAME}}}}")
    return Watched(
        deadman=None
        if deadman is None
        else Deadman(every=deadman.every, urls=deadman.urls, peer=deadman.peer or "", token=deadman.token),
        peers={name: Peer(every=entry.every, grace=entry.grace) for name, entry in entries.watches.items()},
        drills=None
        if drills is None
        else Drills(days=drills.at[0], hour=drills.at[1], minute=drills.at[2], to=drills.to or ""),
    )


def with_drills(roster: Roster, drills: Drills | None, report: Report) -> Roster:
    """The roster with a route of their own for drills, if they go to somebody in particular."""
    if drills is None or not drills.to:
        return roster
    if drills.to not in roster.people.keys() | roster.rotas.keys():
        known = [*roster.people, *roster.rotas]
        report.unknown(Spot("netmon.yaml"), "person or rota under `drills:`", drills.to, known)
        return roster
    route = Route(name=DRILLS, match=Match(kinds=("drill",)), urgency="ring", policy=DRILLS)
    policy = Policy(id=DRILLS, steps=(Step(tell=(drills.to,)),))
    if not roster.routes:
        return roster  # everything goes to everybody
    return replace(roster, routes=(route, *roster.routes), policies={**roster.policies, DRILLS: policy})
