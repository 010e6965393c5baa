"""What is kept of each rule between two looks, over a restart and over a reload?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from netmon.decide.rules.means import Growth, Means
from netmon.model import Clue, Crossed, Incident, Pairs
from netmon.settings.rules_values import Rule

Series = tuple[str, tuple[str, ...]]
"""The id that a series is about, and the values of its own labels."""
Track = dict[Series, Means]
Reading = tuple[str, tuple[str, ...], float]
"""The present value of one series: of what, its own labels, how much. Plain tuples, for a look may make 100,000."""
Why = Literal["back", "silent", "removed"]


class Row(NamedTuple):
    """An hour of the means of one series, for the journal; `hour` since the epoch, NaN = no value."""

    track: str
    series: Series
    hour: int
    means: tuple[float, ...]


@dataclass(slots=True)
class Stood:
    """A series beyond its limit: since when, when it was last seen and with which value, and whether it was told."""

    began: float
    seen: float
    value: float
    told: bool = False


@dataclass(slots=True)
class Watching:
    """One rule: what is beyond its limit now, `told` series of it; how far counters went, by metric and series; the
    quantiles as of the last five minutes; which labels are chosen. `matched` series were there at the last look."""

    rule: Rule
    stood: dict[Series, Stood] = field(default_factory=dict)
    told: int = 0
    grown: dict[tuple[str, Series], Growth] = field(default_factory=dict)
    values: dict[Series, float] = field(default_factory=dict)
    fits: dict[tuple[str, ...], bool] = field(default_factory=dict)
    matched: int = 0
    counting: int = 0

    def covers(self, series: Series) -> bool:
        """Whether the rule is about this series."""
        rule, (root, labels) = self.rule, series
        if root not in (rule.of if rule.scope is None else rule.scope) or len(labels) != len(rule.names):
            return False
        fits = self.fits.get(labels)
        if fits is None:
            given = dict(zip(rule.names, labels, strict=True))
            fits = self.fits[labels] = all(given[name] in values for name, values in rule.choice.labels)
        return fits

    def crossed(self, series: Series, stood: Stood, over: bool, why: Why = "back") -> Crossed:
        """The news that a series is beyond the limit, or no more."""
        rule, (root, labels) = self.rule, series
        says = (
            ("metric", rule.metric),
            ("unit", rule.unit),
            ("series", ", ".join(value for value in labels if value)),
            *rule.texts,
        )
        given = tuple(zip(rule.names, labels, strict=True))
        return Crossed(rule.name, root, given, rule.severity, stood.value, rule.limit, stood.began, over, why, says)


@dataclass(slots=True)
class State:
    """All rules by name, and the 5-minute means by what they are of.

    `rows` wait to be written to the journal, `news` to be told at the next look. `dropped` counts values of series
    beyond those that can be kept.
    """

    watching: dict[str, Watching] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    looked: float | None = None
    tidied: int = 0
    rows: list[Row] = field(default_factory=list)
    news: list[Crossed] = field(default_factory=list)
    dropped: int = 0

    def metrics(self) -> frozenset[str]:
        """The families that the rules read."""
        rules = [watching.rule for watching in self.watching.values()]
        return frozenset(rule.metric for rule in rules) | frozenset(rule.per for rule in rules if rule.per)

    def longest(self) -> float:
        """Seconds for which means are kept."""
        spans = [one.rule.quantile.over for one in self.watching.values() if one.rule.quantile is not None]
        return max(spans, default=0.0)


def start(rules: Iterable[Rule], incidents: Iterable[Incident], tracks: Mapping[str, Track], now: float) -> State:
    """The state at a start: what was told and is not over stays told; `tracks` are the means that were kept."""
    state = State({rule.name: Watching(rule) for rule in rules})
    wanted = {one.rule.track for one in state.watching.values() if one.rule.quantile is not None}
    state.tracks = {track: dict(tracks.get(track, {})) for track in sorted(wanted)}
    for incident in incidents:
        clue = next((clue for clue in reversed(incident.evidence) if clue.text == "crossed"), None)
        if incident.state == "open" and clue is not None:
            _resume(state, incident, clue, now)
    return state


def _resume(state: State, incident: Incident, clue: Clue, now: float) -> None:
    """Go on from an open incident; if its rule is no more, it is over."""
    values = dict(clue.values)
    watching = state.watching.get(values["rule"])
    names = tuple(values["labels"].split())
    series = (values["root"], tuple(values.get(name, "") for name in names))
    stood = Stood(incident.opened_at, now, float(values["value"]), told=True)
    if watching is not None and watching.rule.names == names and watching.covers(series):
        watching.stood[series] = stood
        watching.told += 1
    else:
        labels: Pairs = tuple(zip(names, series[1], strict=True))
        limit = float(values["limit"])
        gone = Crossed(values["rule"], series[0], labels, "warning", stood.value, limit, stood.began, False, "removed")
        state.news.append(gone)


def use(state: State, rules: Iterable[Rule]) -> None:
    """Watch these rules from now on: what is still watched goes on, and of the rest whatever was told is over."""
    old, state.watching = state.watching, {rule.name: Watching(rule) for rule in rules}
    for name, before in old.items():
        after = state.watching.get(name)
        same = after is not None and (after.rule.metric, after.rule.names) == (before.rule.metric, before.rule.names)
        for series, stood in before.stood.items():
            if after is not None and same and after.covers(series):
                after.stood[series] = stood
                after.told += stood.told
            elif stood.told:
                state.news.append(before.crossed(series, stood, over=False, why="removed"))
        if after is not None and same and after.rule.increase == before.rule.increase:
            after.grown = {key: each for key, each in before.grown.items() if after.covers(key[1])}
    wanted = {one.rule.track for one in state.watching.values() if one.rule.quantile is not None}
    state.tracks = {track: state.tracks.get(track, {}) for track in sorted(wanted)}
