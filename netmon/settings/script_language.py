"""What may be written in a script that breaks a province?

As in language.py each class is one mapping, each field one key. Ids are checked against the inventory in
script.py.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, with_config

from netmon.model import Cause, Event, Kind, State
from netmon.settings.fields import Flag, Text, Texts
from netmon.settings.language import STRICT
from netmon.units import Duration, Ratio, parse_duration

START = "2026-10-14T08:00:00+07:00"
"""When a script begins that does not say: a Wednesday, as the offices open."""
_JUMP = re.compile(r"([+-]?)(.+)")


def _start(text: object) -> float:
    if isinstance(text, str):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if at is not None and at.tzinfo is not None:
            return at.timestamp()
    raise ValueError(f"not a time with its zone such as {START}")


def _jump(text: object) -> float:
    found = _JUMP.fullmatch(str(text)) if isinstance(text, str | int | float) else None
    if found is None:
        raise ValueError("not a step of the clock such as +1d or -30s")
    return parse_duration(found[2]) * (-1 if found[1] == "-" else 1)


def _span(value: object) -> object:
    return value if isinstance(value, list) else [value, value]


def _by_id(value: object) -> object:
    """An id, or a list of them, where the number that may follow each is left out."""
    if isinstance(value, dict):
        return value
    return {str(each): None for each in (value if isinstance(value, list) else [value])}


def _rate(value: object) -> object:
    return value if isinstance(value, dict) else {"rate": value}


def _affected(value: object) -> int | tuple[str, ...]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise ValueError("a number of sites, or the list of them")


Moment = Annotated[float, BeforeValidator(_start, json_schema_input_type=str)]
Jump = Annotated[float, BeforeValidator(_jump, json_schema_input_type=str)]
Span = Annotated[tuple[Duration, Duration], BeforeValidator(_span)]
Affected = Annotated[int | tuple[str, ...], BeforeValidator(_affected)]
Seconds = Annotated[dict[Text, Duration | None], BeforeValidator(_by_id)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LossEntry:
    """How much is lost; with `burst`, in runs of about that long."""

    rate: Ratio
    burst: Duration | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """One thing that is done to the network, `at` so long after the start."""

    at: Duration
    cut: Annotated[Texts | None, Field(description="Lines lose their signal: ports go down at both ends.")] = None
    blackhole: Annotated[Texts | None, Field(description="Lines swallow everything; their ports stay up.")] = None
    flap: Annotated[Texts | None, Field(description="Lines are cut and restored over and over.")] = None
    down: Annotated[Duration | None, Field(description="How long a flapping line is cut each time.")] = None
    up: Annotated[Duration | None, Field(description="How long it is whole in between.")] = None
    until: Annotated[Duration | None, Field(description="When it is whole for good.")] = None
    loss: Annotated[
        dict[Text, Annotated[LossEntry, BeforeValidator(_rate)]] | None, Field(description="Lines lose packets.")
    ] = None
    slow: Annotated[dict[Text, Duration] | None, Field(description="Lines or devices are so much later.")] = None
    fail: Annotated[Texts | None, Field(description="Devices, nodes or sites lose power.")] = None
    reboot: Annotated[dict[Text, Duration] | None, Field(description="Devices are away so long, and start anew.")] = (
        None
    )
    hang: Annotated[Texts | None, Field(description="SNMP agents die; their devices live.")] = None
    power: Annotated[Seconds | None, Field(description="Sites lose the mains; how long a UPS lasts.")] = None
    isolate: Annotated[Texts | None, Field(description="`vantage`: netmon itself is cut off.")] = None
    clock: Annotated[Jump | None, Field(description="The wall clock is set forward or back.")] = None
    restore: Annotated[Texts | None, Field(description="`all`, or ids: everything about them is mended.")] = None

    def __post_init__(self) -> None:
        given = self.verbs()
        if len(given) != 1:
            said = f", not {' and '.join(given)}" if given else ""
            raise ValueError(f"exactly one verb ({', '.join(VERBS)}){said}")
        timing = (self.down, self.up, self.until)
        if (None in timing) if self.flap else any(each is not None for each in timing):
            raise ValueError("`flap` takes `down`, `up` and `until`, and nothing else does")
        if self.flap and not (self.down and self.up and (self.until or 0) > self.at):
            raise ValueError("a line flaps `down` and `up` for longer than 0 s, until later than `at`")

    def verbs(self) -> list[str]:
        """Those of the verbs that are given."""
        given = asdict(self)
        return [verb for verb in VERBS if given[verb] is not None]


VERBS = tuple(each.name for each in fields(EventEntry) if each.name not in ("at", "down", "up", "until"))


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEntry:
    """An incident that must come of it; what is not said is not compared."""

    kind: Kind
    root: Annotated[Text | None, Field(description="Id of what broke.")] = None
    affected: Annotated[Affected | None, Field(description="Sites: how many, or which.")] = None
    cause: Cause | None = None
    severity: Literal["critical", "warning"] | None = None
    state: Annotated[Literal["open", "resolved"] | None, Field(description="At the end.")] = None
    flapping: Flag | None = None
    opened: Annotated[Duration | None, Field(description="After the start; the first missed probe.")] = None
    resolved: Annotated[Duration | None, Field(description="After the start.")] = None
    within: Annotated[Duration, Field(description="How far `opened` and `resolved` may be off.")] = 5.0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEntry:
    """A notice that must be sent, `after` so long after the start at the earliest, and then `within` so long."""

    to: Text
    event: Event
    kind: Kind | None = None
    root: Text | None = None
    after: Duration | None = None
    within: Duration = 15.0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectEntry:
    """What must come of it: exactly these, in this order. A list that is not given is not compared."""

    incidents: tuple[IncidentEntry, ...] | None = None
    notices: tuple[NoticeEntry, ...] | None = None
    states: dict[Text, State] = field(default_factory=dict)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptEntry:
    """A script of faults for `netmon simulate`."""

    seed: int = 0
    start: Moment = field(default_factory=lambda: _start(START))
    duration: Annotated[Duration | None, Field(description="Default: two minutes after the last event.")] = None
    settle: Annotated[Span, Field(description="How long the routers need after each change.")] = (1.0, 10.0)
    events: list[EventEntry]
    expect: ExpectEntry | None = None

    def __post_init__(self) -> None:
        if self.settle[0] > self.settle[1]:
            raise ValueError("`settle` takes the shorter time first, such as [1s, 10s]")


SCRIPT: TypeAdapter[ScriptEntry] = TypeAdapter(ScriptEntry)
