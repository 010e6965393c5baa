"""What may be written in alerts/routes.yaml: who is told of what, how, and in which order?

Each class is one mapping of the YAML language, as in language.py. Whether the names in it stand for anything is looked
up in roster_checks.py and roster_cover.py.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, TypeAdapter, WithJsonSchema, with_config

from netmon.model import Kind
from netmon.people import Urgency
from netmon.settings.fields import Flag, Id, Ids, Texts, Time
from netmon.settings.language import STRICT
from netmon.settings.maintenance import named
from netmon.settings.message_facts import RootOf
from netmon.settings.oncall_language import SomeIds, Span

BULLETINS = ("digest", "storm")
"""Kinds that nobody routes: they go to who reads the bulletins."""
KINDS = tuple(kind for kind in get_args(Kind) if kind not in BULLETINS)
ROOTS = tuple(root for root in get_args(RootOf) if root != "other")
Severity = Literal["critical", "warning"]


def _words(words: tuple[str, ...]) -> WithJsonSchema:
    """One or many of these, for editors; the check says more of a wrong one than the validation would."""
    return WithJsonSchema({"anyOf": [{"enum": [*words]}, {"type": "array", "items": {"enum": [*words]}}]})


def _hours(text: str) -> str:
    if not re.fullmatch(r"-?[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} is not a calendar such as office, or -office for the time outside of it")
    return text


Hours = Annotated[str, AfterValidator(_hours), Field(json_schema_extra={"examples": ["office", "-office"]})]
Kinds = Annotated[Texts, AfterValidator(named), _words(KINDS)]
Roots = Annotated[Texts, AfterValidator(named), _words(ROOTS)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsEntry:
    """How people are reached."""

    by: Annotated[SomeIds, Field(description="Channels, names under `notifiers:`, all of them at once.")]
    otherwise: Annotated[Ids, Field(description="What is tried when one fails, best first.")] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReachEntry:
    """The channels of each urgency."""

    ring: Annotated[ChannelsEntry | None, Field(description="Wakes people.")] = None
    text: Annotated[ChannelsEntry | None, Field(description="Read when it comes.")] = None
    digest: Annotated[ChannelsEntry | None, Field(description="The bulletin.")] = None


def _some_hours(at: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    if not at:
        raise ValueError('names no time of the day, such as ["07:30"]')
    return at


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """The bulletin of what nobody was woken for."""

    at: Annotated[tuple[Time, ...], AfterValidator(_some_hours), Field(description="Times of the day.")] = ((7, 30),)
    to: Annotated[SomeIds, Field(description="People, rotas and channels.")]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntry:
    """Who is told together, and how long an acknowledgement is waited for."""

    tell: Annotated[SomeIds, Field(description="People, rotas and channels.")]
    wait: Annotated[Span, Field(description="Then comes the next step.")] = 300.0


def _some_steps(steps: list[StepEntry]) -> list[StepEntry]:
    if not steps:
        raise ValueError("a policy without a step tells nobody")
    return steps


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEntry:
    """An escalation: step by step until somebody acknowledges."""

    steps: Annotated[list[StepEntry], AfterValidator(_some_steps)]
    repeat: Annotated[int, Field(ge=0, le=100, description="How many times more all steps are taken.")] = 0
    every: Annotated[Span, Field(description="Between the rounds.")] = 900.0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class MatchEntry:
    """Which incidents: all of it must hold. Places are those of the root and of what it hits."""

    levels: SomeIds | None = None
    areas: SomeIds | None = None
    sites: SomeIds | None = None
    carriers: SomeIds | None = None
    kinds: Kinds | None = None
    severity: Severity | None = None
    alerts: Annotated[Texts, AfterValidator(named), Field(description="Rules of alerts/rules.yaml.")] | None = None
    affected: Annotated[int | None, Field(ge=1, description="So many sites are hit at least.")] = None
    priority: Annotated[Flag | None, Field(description="Whether a site with `priority: true` is hit.")] = None
    roots: Annotated[
        Annotated[Texts, AfterValidator(named)] | None, Field(description="Ids: the root, or the site it stands at.")
    ] = None
    root_is: Annotated[Roots | None, Field(description="What the root is, such as area.")] = None
    hours: Annotated[Hours | None, Field(description="A calendar; with - before it, the time outside of it.")] = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEntry:
    """What happens to the incidents that match; the first route that does counts."""

    name: Id
    when: MatchEntry = MatchEntry()
    ring: Annotated[Id | None, Field(description="The policy by which people are woken.")] = None
    text: Annotated[Id | None, Field(description="The policy by which people are texted.")] = None
    digest: Annotated[Id | None, Field(description="The policy whose people read of it in the bulletin.")] = None
    none: Annotated[Flag, Field(description="It is written down and nobody is told.")] = False
    further: Annotated[Flag, Field(description="The routes after it are looked at, too.")] = False

    def __post_init__(self) -> None:
        if len(self.said()) + self.none != 1:
            raise ValueError("one of `ring`, `text`, `digest` with a policy, or `none: true`")

    def said(self) -> dict[Urgency, str]:
        """The policy by urgency; empty for `none`."""
        every: dict[Urgency, str | None] = {"ring": self.ring, "text": self.text, "digest": self.digest}
        return {urgency: policy for urgency, policy in every.items() if policy is not None}


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesFile:
    """alerts/routes.yaml: who is told of what, and how."""

    reach: ReachEntry = ReachEntry()
    fallback: Annotated[Span, Field(description="Without delivery for so long, the next channel is tried.")] = 30.0
    digest: DigestEntry | None = None
    policies: dict[Id, PolicyEntry] = field(default_factory=dict)
    routes: list[RouteEntry] = field(default_factory=list)


ROUTES: TypeAdapter[RoutesFile] = TypeAdapter(RoutesFile)
