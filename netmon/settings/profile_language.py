"""What may be written in a vendor's profile?

Each class is one mapping of collectors/profiles/*.yaml, each field one key. What the keys come to is resolved in
profiles.py; how the numbers are read stands with Reading in netmon/model.py.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, TypeAdapter, with_config

from netmon.model import LabelForm, TrapKind
from netmon.settings.fields import Id, Text
from netmon.settings.language import STRICT

_OID = re.compile(r"\.?[0-9]{1,10}(\.[0-9]{1,10})*")
_DECIMAL = re.compile(r"-?[0-9]{1,3}\.[0-9]{1,12}")


def _oid(text: str) -> str:
    if not _OID.fullmatch(text) or any(int(arc) > 0xFFFFFFFF for arc in text.strip(".").split(".")):
        raise ValueError(f"{text!r} is not an OID such as 1.3.6.1.2.1.2.2.1.8, or .8 after the table's entry")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


def _number(value: object) -> object:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value)  # 0.000001: written out again it would read 1e-06, so yamlio leaves it a text
    if type(value) not in (int, float):
        raise ValueError("must be a number")
    return value


def _wanted(value: object) -> frozenset[int] | str:
    if isinstance(value, str):
        return _pattern(value)
    if isinstance(value, list) and value and all(type(each) is int for each in value):
        return frozenset(value)
    raise ValueError("a list of numbers such as [1, 2], or a regular expression")


Oid = Annotated[str, AfterValidator(_oid)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Number = Annotated[float, BeforeValidator(_number)]
Where = Annotated[
    dict[Oid, Annotated[Any, AfterValidator(_wanted)]], Field(description="Column -> numbers, or a regular expression.")
]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEntry:
    """Where a label's text comes from."""

    oid: Annotated[Oid | None, Field(description="A column.")] = None
    arcs: Annotated[
        tuple[StrictInt, StrictInt | None] | None, Field(description="[first, how many] arcs of the index.")
    ] = None
    form: Annotated[LabelForm | None, Field(alias="as", description="How it is written.")] = None
    text: Annotated[Text | None, Field(description="Always this.")] = None
    part: Annotated[Pattern, Field(description="Regular expression: what of the text is kept.")] = ""

    def __post_init__(self) -> None:
        if self.text is not None and (self.oid or self.arcs or self.form):
            raise ValueError("a label is a constant `text`, or comes from `oid` and `arcs`")


def _source(value: object) -> object:
    return {"oid": value} if isinstance(value, str) else value


Labels = list[Annotated[LabelEntry, BeforeValidator(_source)]]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEntry:
    """One number of the MIB and what it means; see Reading in netmon/model.py."""

    metric: Text
    oid: Oid | None = None
    labels: Labels | None = None
    form: Literal["number", "signed16", "watts_or_dbm"] = "number"
    scale: Number = 1
    offset: Number = 0
    times: Oid | None = None
    of: Oid | None = None
    free: Oid | None = None
    scale_by: Oid | None = None
    precision: Oid | None = None
    invert: StrictBool = False
    yes: list[StrictInt] = field(default_factory=list)
    invalid: list[StrictInt] = field(default_factory=list)
    low: Number | None = None
    high: Number | None = None
    where: Where | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEntry:
    """Readings that are asked together."""

    entry: Annotated[Oid | None, Field(description="The table's entry, which OIDs with a leading dot go on.")] = None
    bulk: Annotated[StrictBool, Field(description="False: the agent cannot bear GETBULK here.")] = True
    labels: Labels = field(default_factory=list)
    where: Where = field(default_factory=dict)
    readings: Annotated[list[ReadingEntry], Field(min_length=1)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileMatchEntry:
    """Which devices it is for."""

    object_id: Annotated[Oid, Field(description="Beginning of sysObjectID, whole arcs.")]
    descr: Annotated[Pattern, Field(description="Regular expression in sysDescr.")] = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LineEntry:
    """A syslog line that says something."""

    match: Annotated[Pattern, Field(description="Regular expression, with a group `port` where there is one.")]
    means: TrapKind


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """What a vendor's devices can be asked by SNMP."""

    name: Text
    match: list[ProfileMatchEntry] = field(default_factory=list)
    inherits: list[Id] = field(default_factory=list)
    scalars: dict[Id, GroupEntry | None] = field(default_factory=dict)
    tables: dict[Id, GroupEntry | None] = field(default_factory=dict)
    traps: dict[Oid, TrapKind] = field(default_factory=dict)
    syslog: list[LineEntry] = field(default_factory=list)


PROFILE: TypeAdapter[ProfileEntry] = TypeAdapter(ProfileEntry)
