"""What may be written in a script that breaks a province?

As in language.py each class is one mapping, each field one key. Ids are checked against the inventory in
script.py.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, with_config

from netmon.people import Means, Verb
from netmon.settings.expect_language import ExpectEntry
from netmon.settings.fields import Moment, Text, Texts, parse_moment
from netmon.settings.language import STRICT
from netmon.settings.maintenance import named
from netmon.units import Bandwidth, Duration, Ratio, parse_duration

START = "2026-10-14T08:00:00+07:00"
"""When a script begins that does not say: a Wednesday, as the offices open."""
SLOWEST = 3600.0
LONGEST = 31 * 86400.0
"""Seconds; a day of a large province takes ten minutes."""
AFTERWARDS = 120.0
_JUMP = re.compile(r"([+-]?)(.+)")


def _instant(text: object) -> float | datetime:
    try:
        seconds = parse_duration(text)
    except ValueError:
        try:
            return parse_moment(text)
        except ValueError:
            said = f"{text!r} is neither a time after the start such as 2m nor one such as {START}"
            raise ValueError(said) from None
    if seconds > LONGEST:
        raise ValueError(f"{text!r} is longer than {LONGEST / 86400:g} days")
    return seconds


def _jump(text: object) -> float:
    found = _JUMP.fullmatch(str(text)) if isinstance(text, str | int | float) else None
    if found is None:
        raise ValueError("not a step of the clock such as +1d or -30s")
    return parse_duration(found[2]) * (-1 if found[1] == "-" else 1)


def _span(value: object) -> object:
    if isinstance(value, list) and len(value) != 2:
        raise ValueError("one time, or the shortest and the longest such as [1s, 10s]")
    return value if isinstance(value, list) else [value, value]


def _in_order(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError("takes the shorter time first, such as [1s, 10s]")
    if span[1] > SLOWEST:
        raise ValueError(f"routers that need longer than {SLOWEST:g} s")
    return span


def _by_id(value: object) -> object:
    """An id, or a list of them, where the number that may follow each is left out."""
    if isinstance(value, dict):
        return value
    return {str(each): None for each in (value if isinstance(value, list) else [value])}


def _each(example: str) -> BeforeValidator:
    """What has no usual measure is said for each id."""

    def said(value: object) -> object:
        if isinstance(value, str | list):
            raise ValueError(f"say how much for each, such as {{{example}}}")
        return value

    return BeforeValidator(said)


def _rate(value: object) -> object:
    return value if isinstance(value, dict) else {"rate": value}


Instant = Annotated[float | datetime, BeforeValidator(_instant, json_schema_input_type=str)]
Ids = Annotated[Texts, AfterValidator(named)]
Jump = Annotated[float, BeforeValidator(_jump, json_schema_input_type=str)]
Span = Annotated[tuple[Duration, Duration], BeforeValidator(_span), AfterValidator(_in_order)]
Measured = Annotated[dict[Text, Duration], AfterValidator(named)]
Offered = Annotated[dict[Text, Bandwidth], AfterValidator(named)]
Seconds = Annotated[dict[Text, Duration | None], BeforeValidator(_by_id), AfterValidator(named)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LossEntry:
    """How much is lost; with `burst`, in runs of about that long."""

    rate: Ratio
    burst: Duration | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SayEntry:
    """What a colleague says: `about` the open incident with this root, or of `what` for a silence or storm."""

    verb: Verb
    who: Text
    about: Annotated[Text | None, Field(description="The root of an open incident.")] = None
    what: Annotated[Texts, Field(description="What is to be silent, or where the storm is.")] = ()
    text: str = ""
    lasts: Annotated[Duration | None, Field(description="How long; until what the carrier promised.")] = None
    by: Means = "cli"

    def __str__(self) -> str:
        words = (self.who, self.verb, self.about or "", ", ".join(self.what), self.text and f'"{self.text}"')
        return " ".join(word for word in words if word)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """One thing that is done to the network, `at` so long after the start."""

    at: Duration
    cut: Annotated[Ids | None, Field(description="Lines lose their signal: ports go down at both ends.")] = None
    blackhole: Annotated[Ids | None, Field(description="Lines swallow everything; their ports stay up.")] = None
    flap: Annotated[Ids | None, Field(description="Lines are cut and restored over and over.")] = None
    down: Annotated[Duration | None, Field(description="How long a flapping line is cut each time.")] = None
    up: Annotated[Duration | None, Field(description="How long it is whole in between.")] = None
    until: Annotated[Duration | None, Field(description="When it is whole for good.")] = None
    loss: Annotated[
        Annotated[dict[Text, Annotated[LossEntry, BeforeValidator(_rate)]], AfterValidator(named)] | None,
        _each("van-yen/1: 20%"),
        Field(description="Lines lose packets."),
    ] = None
    slow: Annotated[
        Measured | None, _each("van-yen/1: 200ms"), Field(description="Lines or devices are so much later.")
    ] = None
    load: Annotated[
        Offered | None, _each("van-yen/1: 240M"), Field(description="So much wants over lines, which queue and drop.")
    ] = None
    fail: Annotated[Ids | None, Field(description="Devices, nodes or sites lose power; services end.")] = None
    reboot: Annotated[
        Measured | None, _each("cqh-r1: 90s"), Field(description="Devices are away so long, and start anew.")
    ] = None
    hang: Annotated[Ids | None, Field(description="SNMP agents die, their devices live; services hang.")] = None
    power: Annotated[Seconds | None, Field(description="Sites lose the mains; how long a UPS lasts.")] = None
    isolate: Annotated[Ids | None, Field(description="`vantage`: netmon itself is cut off.")] = None
    status: Annotated[
        Annotated[dict[Text, Annotated[int, Field(ge=100, le=599)]], AfterValidator(named)] | None,
        _each("yb-portal: 502"),
        Field(description="Web services answer with this HTTP status."),
    ] = None
    expire: Annotated[
        Measured | None, _each("yb-portal: 10d"), Field(description="Certificates are valid for so long from then on.")
    ] = None
    clock: Annotated[Jump | None, Field(description="The wall clock is set forward or back.")] = None
    say: Annotated[SayEntry | None, Field(description="A colleague acknowledges, notes, silences ….")] = None
    refuse: Annotated[Ids | None, Field(description="Channels take no message.")] = None
    stall: Annotated[Ids | None, Field(description="Channels neither take messages nor refuse them.")] = None
    works: Annotated[Ids | None, Field(description="Channels that refused or stalled work again.")] = None
    kill: Annotated[Duration | None, Field(description="netmon is killed (SIGKILL), and back so much later.")] = None
    reload: Annotated[
        Text | None, Field(description="netmon reads this folder instead of alerts/; relative to the script.")
    ] = None
    restore: Annotated[Ids | None, Field(description="`all`, or ids: everything about them is mended.")] = None

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
class WorkEntry:
    """Planned work as in alerts/maintenance.yaml, whose times may also be said as so long after the start."""

    what: Ids
    since: Annotated[Instant, Field(alias="from")]
    until: Instant
    why: str = ""
    who: str = ""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptEntry:
    """A script of faults for `netmon simulate`."""

    seed: int = 0
    start: Annotated[Moment, Field(description="Local time, or with an offset.")] = field(
        default_factory=lambda: parse_moment(START)
    )
    duration: Annotated[Duration | None, Field(description="Default: two minutes after the last event.")] = None
    settle: Annotated[Span, Field(description="How long the routers need after each change.")] = (1.0, 10.0)
    tell: Annotated[
        Ids | None, Field(description="Notifiers that are told everything; routes and people do not count then.")
    ] = None
    alerts: Annotated[
        Text | None, Field(description="A folder instead of the project's alerts/, relative to the script.")
    ] = None
    maintenance: Annotated[list[WorkEntry], Field(description="Planned besides alerts/maintenance.yaml.")] = field(
        default_factory=list
    )
    events: list[EventEntry]
    expect: ExpectEntry | None = None

    def length(self) -> float:
        """Seconds; unless told otherwise, until a while after the last thing that happens."""
        if self.duration is not None:
            return self.duration
        times = [each for event in self.events for each in (event.at, event.until or 0.0)]
        times += [each for work in self.maintenance for each in (work.since, work.until) if isinstance(each, float)]
        return max(times, default=0.0) + AFTERWARDS


SCRIPT: TypeAdapter[ScriptEntry] = TypeAdapter(ScriptEntry)
