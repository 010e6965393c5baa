"""Can a value ever be on either side of what a rule says, and can its sentence be filled?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netmon.model import Metric, Pairs
from netmon.settings.phrases import FORMATS, PLACEHOLDER
from netmon.settings.report import Report, did_you_mean
from netmon.settings.rules_language import RuleEntry
from netmon.settings.rules_units import parse_limit, possible, written_limit
from netmon.settings.rules_values import ROLLUP, Quantile, Unit
from netmon.settings.tree import Map, Spot, key_spot, reach, value_spot

SPANS = (3600.0, 35 * 86400.0)
"""Shortest and longest time of a quantile: a row of the journal is an hour, and 35 days are a month with a reserve."""
GROWTH = (60.0, 86400.0)
"""Shortest and longest time within which the growth of a counter is watched."""
FILLED = ("root", "value", "limit", "span")
"""What the sentence of a rule may name, besides the labels of its metric."""
LONGEST_TEXT = 100
"""Characters of a rule's own sentence: it stands in the first line of the message."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule as it was written, the `n`-th of its file, and where findings go. `languages` are the messages' own."""

    entry: RuleEntry
    tree: Map
    n: int
    report: Report
    languages: Sequence[str]

    def spot(self, *path: str | int) -> Spot:
        """Where a value of the rule stands; a single name need not stand in a list."""
        return value_spot(self.tree, ("rules", self.n, *path))

    def written(self) -> Collection[str]:
        """The keys that the rule gives."""
        way, _ = reach(self.tree, ("rules", self.n))
        return way[-1].items if isinstance(way[-1], Map) else ()

    def key(self, *path: str | int) -> Spot:
        """Where a key of the rule stands."""
        return key_spot(self.tree, ("rules", self.n, *path))


class Limits(NamedTuple):
    """What a value is compared with."""

    above: bool
    limit: float
    clear: float | None


class Moving(NamedTuple):
    """What is made of the values over a time."""

    quantile: Quantile | None
    increase: float | None


def limits(checked: Checked, unit: Unit) -> Limits | None:
    """The limit and where it is over again; None if anything is wrong with them."""
    entry, report = checked.entry, checked.report
    if (entry.above is None) == (entry.below is None):
        text = "one of `above` and `below` is missing" if entry.above is None else "both `above` and `below`"
        report.error(checked.spot(), text, "" if entry.above is None else "a band is two rules")
        return None
    above = entry.above is not None
    side, back, wrong = ("above", "clear_below", "clear_above") if above else ("below", "clear_above", "clear_below")
    given = {
        "above": entry.above, "below": entry.below, "clear_below": entry.clear_below, "clear_above": entry.clear_above
    }  # fmt: skip
    if given[wrong] is not None:
        report.error(checked.key(wrong), f"`{wrong}` does not go with `{side}`", f"write {back}")
        return None
    limit, clear = (_limit(checked, key, given[key], unit) for key in (side, back))
    if limit is None or (clear is None and given[back] is not None):
        return None
    if clear is not None and (clear > limit if above else clear < limit):
        text = f"{back} {written_limit(clear, unit)} is {side} the limit of {written_limit(limit, unit)}"
        report.error(checked.spot(back), text, "it would be told and over at the same time")
        return None
    return Limits(above, limit, clear)


def _limit(checked: Checked, key: str, written: object, unit: Unit) -> float | None:
    """The number, if it can be read and the metric can be on both sides of it."""
    entry, at = checked.entry, checked.spot(key)
    if written is None:
        return None
    try:
        value = parse_limit(written, unit)
    except ValueError as error:
        checked.report.error(at, f"{key}: {error}")
        return None
    least, most = possible(entry.metric, unit, entry.ratio is not None)
    says_above = key in ("above", "clear_above")
    if value >= most if says_above else value <= least:
        edge = written_limit(most if says_above else least, unit)
        bound = "never more" if says_above else "never less"
        checked.report.error(at, f"{key}: {entry.metric} is {bound} than {edge}")
    elif value < least if says_above else value > most:
        edge = written_limit(least if says_above else most, unit)
        checked.report.error(at, f"{key}: {entry.metric} is always {'above' if says_above else 'below'} that ({edge})")
    else:
        return value
    return None


def moving(checked: Checked, metric: Metric) -> Moving:
    """A quantile or the growth of a counter, if the rule is about one."""
    entry, report = checked.entry, checked.report
    quantile, increase = entry.quantile, entry.increase
    if quantile is not None and increase is not None:
        report.error(checked.key("increase"), "`quantile` and `increase` do not go together")
    if metric.type == "counter" and increase is None:
        text = f"{entry.metric} is a counter, which only ever grows"
        report.error(checked.spot("metric"), text, "write how much it may grow: increase: {over: 15m}")
    elif metric.type != "counter" and increase is not None:
        report.error(checked.key("increase"), f"{entry.metric} is no counter, so nothing is added up")
    if quantile is not None:
        _span(checked, "quantile", quantile.over, SPANS)
        if not 0 < quantile.p < 1:
            report.error(checked.spot("quantile", "p"), "p: must lie between 0% and 100%")
    if increase is not None:
        _span(checked, "increase", increase.over, GROWTH)
    return Moving(
        None if quantile is None else Quantile(quantile.p, quantile.over // ROLLUP * ROLLUP),
        None if increase is None else increase.over,
    )


def _span(checked: Checked, key: str, over: float, allowed: tuple[float, float]) -> None:
    if not allowed[0] <= over <= allowed[1]:
        least, most = (written_limit(each, "seconds") for each in allowed)
        checked.report.error(checked.spot(key, "over"), f"over: must be from {least} to {most}")


def sentences(checked: Checked, metric: Metric) -> Pairs:
    """The rule's own sentence in each language."""
    entry, report, known = checked.entry, checked.report, (*FILLED, *metric.labels)
    for language, text in entry.text.items():
        at = checked.spot("text", language)
        if language not in checked.languages:
            report.unknown(checked.key("text", language), "language", language, checked.languages)
        if len(text) > LONGEST_TEXT:
            report.error(at, f"text: longer than {LONGEST_TEXT} characters", "it stands in the first line of a message")
        rest = PLACEHOLDER.sub("", text)
        if "{" in rest or "}" in rest:
            report.error(at, "text: a brace that belongs to no placeholder such as {value}")
        for found in PLACEHOLDER.finditer(text):
            if found[1] not in known:
                report.error(at, f"text: nothing fills {found[0]}", did_you_mean(found[1], known) or _all(known))
            elif found[2] and (found[2] not in FORMATS or found[2] == "text"):
                report.error(at, f"text: unknown format {found[0]}", did_you_mean(found[2], FORMATS))
    if entry.text and checked.languages:
        for language in checked.languages:
            if language not in entry.text:
                report.error(checked.key("text"), f"text: nothing in {language!r}")
    return tuple(entry.text.items())


def _all(known: Sequence[str]) -> str:
    return f"there are {', '.join(known)}"
