"""How is each kind of value written in the YAML files?

Annotated types for the declarations of language.py and for plug-ins' options. Every refusal is a ValueError
whose text an operator can act on; none repeats a secret.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from netmon.model import Secret

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)[T ]|(\d\d?)/(\d\d?)/(\d{4}) )(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|credential:[A-Za-z0-9][A-Za-z0-9._-]*|file:.+")
BY_REFERENCE = "env:NAME, credential:NAME or file:PATH"
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
_FOLDER = "netmon_"
"""What systemd puts before the names of credentials that `LoadCredential=netmon:FOLDER` took from a folder."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is not an id: small letters, digits and single hyphens (kebab-case)")
    return text


def _address(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an IP address") from None
    if address.is_multicast or address.is_unspecified:
        raise ValueError(f"{text!r} is not the address of one host")
    return str(address)


def _host(text: str) -> str:
    return text if _HOST.fullmatch(text) and not text[-1].isdigit() else _address(text)


@cache
def parse_date(text: object) -> date:
    """A day written 2025-07-01; ValueError otherwise."""
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is not a date: {error}") from None
    raise ValueError("not a date such as 2025-07-01")


def parse_days(text: object) -> tuple[date, ...]:
    """One day, or all those of `first/last`, both included (ISO 8601 interval, at most 366 days)."""
    first, _, last = str(text).partition("/")
    begin, end = parse_date(first), parse_date(last or first)
    if end < begin:
        raise ValueError(f"{text!r} ends before it begins: write {end}/{begin}")
    if end - begin > timedelta(days=366):
        raise ValueError(f"{text!r} is longer than a year")
    return tuple(begin + timedelta(days=n) for n in range((end - begin).days + 1))


def parse_moment(text: object) -> datetime:
    """`2026-11-28T22:00` or `28/11/2026 22:00`, with an offset such as +07:00 or in local time (then without a zone).

    ValueError otherwise.
    """
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not a date and time such as 2026-11-28T22:00")
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{found[7]}{found[8] or ''}")
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date and time: {error}") from None


def parse_time(text: object) -> tuple[int, int]:
    """`02:00` as hour and minute; ValueError otherwise."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f'{text!r} is not a time of the day such as "02:00"')
    return int(found[1]), int(found[2])


def parse_weekdays(text: object) -> frozenset[int]:
    """`mon-fri`, `sat`, or a list of such; 0 = Monday. ValueError otherwise."""
    parts = text if isinstance(text, list) else [text]
    days: set[int] = set()
    for part in parts:
        first, _, last = str(part).partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            raise ValueError(f"{part!r} is not a weekday or a span of them such as mon-fri")
        begin, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        days.update(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))
    return frozenset(days)


def parse_hours(text: object) -> tuple[int, int]:
    """`07:30-11:30` as minutes of the day; ValueError otherwise."""
    found = _HOURS.fullmatch(str(text))
    if found is not None:
        hour, minute, until_hour, until_minute = (int(part) for part in found.groups())
        begin, end = hour * 60 + minute, until_hour * 60 + until_minute
        if begin < end <= 24 * 60 and minute < 60 and until_minute < 60:
            return begin, end
    raise ValueError(f"{text!r} is not a span of the day such as 07:30-11:30")


def _coordinates(at: tuple[float, float]) -> tuple[float, float]:
    latitude, longitude = at
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise ValueError("coordinates out of range: [latitude -90 to 90, longitude -180 to 180]")
    return at


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{text!r} is not a time zone such as Asia/Ho_Chi_Minh") from None
    return text


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where secrets come from: the environment, systemd's credentials (systemd.exec(5), LoadCredential=), and files
    relative to the project. `made` lists those read."""

    project: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    made: list[Secret] = field(default_factory=list)

    def read(self, source: object) -> Secret:
        """The secret that `env:NAME`, `credential:NAME` or `file:PATH` names, set or not. ValueError for others."""
        if not isinstance(source, str) or not SECRET.fullmatch(source):
            raise ValueError(f"a secret is given as {BY_REFERENCE}, never as itself")
        scheme, _, name = source.partition(":")
        match scheme:
            case "env":
                value = self.environment.get(name)
            case "credential":
                value = self._credential(name)
            case _:
                value = self._content(self.project / name)
        secret = Secret(value or None, source)
        self.made.append(secret)
        return secret

    def _credential(self, name: str) -> str | None:
        """What systemd handed over under this name, by itself or from a folder; None outside of its services."""
        folder = self.environment.get(_CREDENTIALS)
        if not folder:
            return None
        value = self._content(Path(folder) / name)
        return self._content(Path(folder) / f"{_FOLDER}{name}") if value is None else value

    def _content(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError):
            return None


def _secret(value: object, info: ValidationInfo) -> Secret:
    if not isinstance(info.context, Secrets):
        raise TypeError("validate with context=Secrets(…)")
    return info.context.read(value)


def _form(parse: Callable[[Any], Any], kind: Any, example: str) -> BeforeValidator:
    return BeforeValidator(parse, json_schema_input_type=Annotated[kind, Field(examples=[example])])


Id = Annotated[str, AfterValidator(_id), Field(json_schema_extra={"pattern": f"^{_ID.pattern}$"})]
Text = Annotated[str, StringConstraints(min_length=1)]
Address = Annotated[str, AfterValidator(_address)]
Host = Annotated[str, AfterValidator(_host)]
Date = Annotated[date, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "format": "date"})]
Days = Annotated[tuple[date, ...], _form(parse_days, str, "2026-02-14/2026-02-22"), WithJsonSchema({"type": "string"})]
Moment = Annotated[
    datetime,
    BeforeValidator(parse_moment),
    WithJsonSchema({"type": "string", "pattern": f"^({_MOMENT.pattern})$", "examples": ["2026-11-28T22:00"]}),
]
Weekdays = Annotated[frozenset[int], _form(parse_weekdays, str | list[str], "mon-fri")]
Time = Annotated[tuple[int, int], _form(parse_time, str, "02:00")]
Hours = Annotated[tuple[int, int], _form(parse_hours, str, "07:30-11:30")]
Coordinates = Annotated[tuple[float, float], AfterValidator(_coordinates)]
Zone = Annotated[str, AfterValidator(_zone)]
Flag = StrictBool
Ids = Annotated[tuple[Id, ...], BeforeValidator(_one_or_many, json_schema_input_type=Id | list[Id])]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many, json_schema_input_type=Text | list[Text])]
SecretRef = Annotated[
    Secret,
    PlainValidator(_secret, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^({SECRET.pattern})$", "title": BY_REFERENCE}),
]
