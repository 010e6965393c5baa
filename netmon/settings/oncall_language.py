"""What may be written in alerts/oncall.yaml: people, and who has the duty when?

Each class is one mapping of the YAML language, as in language.py. Whether the names in it stand for anything is looked
up in roster_checks.py.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, with_config

from netmon.people import Budget
from netmon.settings.config import Language
from netmon.settings.fields import Date, Id, Ids, Moment, Text, Time
from netmon.settings.language import STRICT
from netmon.settings.maintenance import named
from netmon.units import Duration
from netmon.wire.modem.numbers import dialled

_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DAY = 86400.0


def _phone(text: str) -> str:
    """With 0 as in the country, or with + as from anywhere: spreadsheets lose the 0."""
    try:
        whole = dialled(text).startswith(("0", "+"))
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"{text!r} is not a phone number such as 0912 345 678 or +84 912 345 678")
    return text


def _mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise ValueError(f"{text!r} is not a mail address")
    return text


def _days(seconds: float) -> float:
    if seconds < _DAY or seconds % _DAY:
        raise ValueError("a turn lasts whole days, such as 7d")
    return seconds


def _positive(seconds: float) -> float:
    if seconds <= 0:
        raise ValueError("must be longer than 0 s")
    return seconds


def _address(text: str) -> str:
    if re.match(r"(env|file):", text):
        raise ValueError("an address stands here as itself; secrets belong to the channel, in netmon.yaml")
    return text


def _none_yet(value: object) -> object:
    return [] if value is None else value


def _mode(value: object) -> object:
    if value == "shadow":
        raise ValueError("who is told meanwhile? {shadow: PERSON, until: 2026-12-07}")
    if isinstance(value, str) and value != "live":
        raise ValueError(f"{value!r} is not live or {{shadow: PERSON, until: 2026-12-07}}")
    return None if value == "live" else value


Phone = Annotated[str, AfterValidator(_phone), Field(json_schema_extra={"examples": ["0912 345 678"]})]
Mail = Annotated[str, AfterValidator(_mail)]
Span = Annotated[Duration, AfterValidator(_positive)]
SomeIds = Annotated[Ids, AfterValidator(named)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """A colleague."""

    name: Text
    phone: Annotated[Phone | None, Field(description="For calls and SMS.")] = None
    email: Mail | None = None
    reach: Annotated[
        dict[Id, Annotated[Text, AfterValidator(_address)]],
        Field(description="Addresses by channel, where phone and email do not fit: {zalo: …}."),
    ] = field(default_factory=dict)
    language: Annotated[Language | None, Field(description="Default: that of the project.")] = None
    until: Annotated[Date | None, Field(description="First day on which nobody is told any more.")] = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideEntry:
    """Somebody takes over for a time."""

    since: Annotated[Moment, Field(alias="from", description="From when, local time.")]
    until: Annotated[Moment, Field(description="Until when, local time.")]
    who: Id
    instead_of: Annotated[Id | None, Field(description="Only this person's turns; default: everybody's.")] = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class HolidaysEntry:
    """Who has the duty on days off."""

    calendar: Annotated[Id, Field(description="Whose days off; its make-up days are working days.")]
    turns: Annotated[SomeIds, Field(description="People, a day each.")]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RotaEntry:
    """Who has the duty when."""

    turns: Annotated[SomeIds, Field(description="People, one after the other.")]
    begins: Annotated[Date, Field(description="First day of the first person's turn.")]
    every: Annotated[Duration, AfterValidator(_days), Field(description="How long a turn lasts.")] = 7 * _DAY
    handover: Annotated[Time, Field(description="When the duty is handed over.")] = (8, 0)
    holidays: HolidaysEntry | None = None
    overrides: Annotated[
        list[OverrideEntry],
        BeforeValidator(_none_yet, json_schema_input_type=list[OverrideEntry] | None),
        Field(description="Who takes over for a time."),
    ] = field(default_factory=list)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowEntry:
    """Everything goes to one person, who gets a daily list of what others would have been sent."""

    shadow: Annotated[Id, Field(description="Who is told everything.")]
    until: Annotated[Date | None, Field(description="First day on which it is over; default: never.")] = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEntry:
    """How many pages one person gets; the first of an incident, and what rings, always comes."""

    pages: Annotated[int, Field(ge=1, description="At most so many, the rest waits for the bulletin.")] = Budget().pages
    per: Annotated[Span, Field(description="In how long a time.")] = Budget().per


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OncallFile:
    """alerts/oncall.yaml: people and their duty."""

    people: dict[Id, PersonEntry] = field(default_factory=dict)
    rotas: dict[Id, RotaEntry] = field(default_factory=dict)
    mode: Annotated[
        ShadowEntry | None,
        BeforeValidator(_mode, json_schema_input_type=Literal["live"] | ShadowEntry),
        Field(description="live, or {shadow: PERSON, until: DAY} for the first week."),
    ] = None
    budget: BudgetEntry = BudgetEntry()


ONCALL: TypeAdapter[OncallFile] = TypeAdapter(OncallFile)
