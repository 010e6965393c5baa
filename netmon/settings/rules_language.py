"""What may be written in alerts/rules.yaml?

Limits are checked when the metric, and so the unit, is known (netmon.settings.rules_units).
"""

import re
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, WithJsonSchema, with_config

from netmon.settings.fields import Flag, Text, Texts
from netmon.settings.language import STRICT
from netmon.settings.maintenance import named
from netmon.settings.rules_values import Severity
from netmon.units import Duration, Ratio

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def _named_so(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not a name such as LinkFull: letters, digits and _, a letter first")
    return text


def _scalar(value: object) -> object:
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        raise ValueError("must be a number, with its unit if it has one")
    return value


Name = Annotated[str, AfterValidator(_named_so), Field(json_schema_extra={"pattern": f"^{_NAME.pattern}$"})]
Limit = Annotated[object, BeforeValidator(_scalar), WithJsonSchema({"type": ["number", "string"], "examples": ["90%"]})]
Chosen = Annotated[Texts, AfterValidator(named)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RatioEntry:
    """The value divided by another metric's with the same labels."""

    of: Annotated[Text, Field(description="The metric to divide by.")]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileEntry:
    """A quantile of the 5-minute means of the last days."""

    p: Annotated[Ratio, Field(description="Which quantile, such as 95%.")]
    over: Annotated[Duration, Field(description="Of how long a time: 1h to 35d.")]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class IncreaseEntry:
    """By how much a counter grew."""

    over: Annotated[Duration, Field(description="Within how long a time: 1m to 1d.")]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry:
    """One threshold."""

    alert: Annotated[Name, Field(description="What the rule is called.")]
    metric: Annotated[Text, Field(description="The family whose series are watched.")]
    labels: Annotated[dict[str, Chosen], Field(description="Only series with these values of labels.")] = field(
        default_factory=dict
    )
    levels: Annotated[Chosen | None, Field(description="Only at sites of these levels.")] = None
    sites: Annotated[Chosen | None, Field(description="Only at these sites.")] = None
    areas: Annotated[Chosen | None, Field(description="Only at sites of these areas.")] = None
    kinds: Annotated[Chosen | None, Field(description="Only of lines of these kinds.")] = None
    above: Annotated[Limit | None, Field(description="Told when the value is above.")] = None
    below: Annotated[Limit | None, Field(description="Told when the value is below.")] = None
    clear_below: Annotated[Limit | None, Field(description="With `above`: over when the value is below this.")] = None
    clear_above: Annotated[Limit | None, Field(description="With `below`: over when the value is above this.")] = None
    lasts: Annotated[Duration, Field(alias="for", description="Told when it has been so for this long.")] = 0.0
    severity: Severity = "warning"
    ratio: RatioEntry | None = None
    quantile: QuantileEntry | None = None
    increase: IncreaseEntry | None = None
    text: Annotated[dict[str, Text], Field(description="What is told instead of metric and value, by language.")] = (
        field(default_factory=dict)
    )
    optional: Annotated[Flag, Field(description="No mistake if nothing in the inventory has the metric.")] = False


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RulesFile:
    """alerts/rules.yaml: thresholds."""

    rules: list[RuleEntry] = field(default_factory=list)


RULES: TypeAdapter[RulesFile] = TypeAdapter(RulesFile)
