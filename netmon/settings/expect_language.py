"""What may a script say must come of what it does?"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, with_config

from netmon.model import Cause, Event, Kind, State
from netmon.settings.fields import Flag, Text
from netmon.settings.language import STRICT
from netmon.units import Duration


def _affected(value: object) -> int | tuple[str, ...]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise ValueError("a number of sites, or the list of them")


Affected = Annotated[int | tuple[str, ...], BeforeValidator(_affected)]


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

    def __post_init__(self) -> None:
        if self.resolved is not None and self.state == "open":
            raise ValueError("`resolved`, and yet open at the end")
        if self.resolved is not None and self.opened is not None and self.resolved < self.opened:
            raise ValueError("`resolved` before it is `opened`")


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEntry:
    """A notice that must be sent, `after` so long after the start at the earliest, and then `within` so long."""

    to: Text
    by: Annotated[Text | None, Field(description="The channel.")] = None
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
