"""Which series went beyond their limits for long enough, and which came back?

A look hands over the values of all series in portions, each with whatever is divided by one another, and then lets what
remains be settled: quantiles, and what had no value. `readings` are by metric.
"""

from collections.abc import Iterator, Mapping, Sequence

from netmon.decide.rules.means import HOUR, Growth, Means
from netmon.decide.rules.state import Reading, Row, Series, State, Stood, Watching, Why
from netmon.model import Crossed
from netmon.settings.rules_values import ROLLUP

SILENT = 3600.0
"""Seconds without a value after which what was told is taken to be over."""
GAP = 60.0
"""Seconds without a look after which nobody knows what has been: nothing was seen, and nothing was silent."""
MOST_SERIES = 25_000
"""Series whose means or growth are kept: a week of them is 200 MB."""
MOST_TOLD = 200
"""Series of one rule that may be told at a time: a limit that was set wrong must not page for each device."""
PORTION = 2_000
"""Series that are settled at a time; a quantile counts as `SORTED`."""
SORTED = 100
SLACK = 0.001
"""Seconds that two looks may be closer than they should."""


def begin(state: State, now: float) -> list[Crossed]:
    """Begin a look; what was decided between two looks."""
    if state.looked is not None and now - state.looked > GAP:
        for watching in state.watching.values():
            watching.stood = {series: stood for series, stood in watching.stood.items() if stood.told}
            for stood in watching.stood.values():
                stood.seen = now
    state.looked = now
    news, state.news = state.news, []
    return news


def judge(state: State, readings: Mapping[str, Sequence[Reading]], now: float) -> list[Crossed]:
    """Take in a portion of the values."""
    found: list[Crossed] = []
    for watching in state.watching.values():
        rows = readings.get(watching.rule.metric)
        if rows:
            _take(state, watching, rows, readings.get(watching.rule.per, ()), found, now)
    return found


def _take(
    state: State,
    watching: Watching,
    rows: Sequence[Reading],
    others: Sequence[Reading],
    found: list[Crossed],
    now: float,
) -> None:
    rule, stood, scope = watching.rule, watching.stood, watching.rule.scope
    chooses, beyond = bool(rule.choice.labels), rule.beyond
    as_it_is = not rule.per and rule.increase is None and rule.quantile is None
    divisors = {(root, labels): value for root, labels, value in others}
    for root, labels, value in rows:
        if (scope is not None and root not in scope) or (chooses and not watching.covers((root, labels))):
            continue
        watching.counting += 1
        if as_it_is and not stood and not beyond(value):
            continue
        series = (root, labels)
        made = value if as_it_is else _made(state, watching, series, value, divisors.get(series), now)
        crossed = None if made is None else _stand(watching, series, made, now)
        if crossed is not None:
            found.append(crossed)


def _made(
    state: State, watching: Watching, series: Series, value: float, divisor: float | None, now: float
) -> float | None:
    """The value of a rule that is not about the number itself; None if there is none now."""
    rule, made = watching.rule, value
    if rule.increase is not None:
        grown = _grown(state, watching, rule.metric, series, value, now)
        if rule.per and divisor is not None:
            divisor = _grown(state, watching, rule.per, series, divisor, now)
        if grown is None:
            return None
        made = grown
    if rule.per:
        if not divisor:
            return None
        made /= divisor
    if rule.quantile is None:
        return made
    track = state.tracks[rule.track]
    means = track.get(series)
    if means is None:
        if _full(state):
            return None
        means = track[series] = Means(int(now // ROLLUP))
    means.add(made, now)
    return None


def _grown(state: State, watching: Watching, metric: str, series: Series, value: float, now: float) -> float | None:
    """By how much a counter grew within the time of the rule."""
    growth = watching.grown.get((metric, series))
    if growth is None:
        if _full(state):
            return None
        growth = watching.grown[metric, series] = Growth(value, now)
    return growth.step(value, now, watching.rule.increase or 0.0)


def _full(state: State) -> bool:
    """Whether no more series can be remembered, which is counted."""
    kept = sum(map(len, state.tracks.values())) + sum(len(each.grown) for each in state.watching.values())
    state.dropped += kept >= MOST_SERIES
    return kept >= MOST_SERIES


def _stand(watching: Watching, series: Series, value: float, now: float) -> Crossed | None:
    """Hold a value against the limit; the news of it."""
    rule, stood = watching.rule, watching.stood.get(series)
    if stood is None:
        if not rule.beyond(value):
            return None
        stood = watching.stood[series] = Stood(now, now, value)
    elif rule.within(value) if stood.told else not rule.beyond(value):
        stood.value = value
        return _over(watching, series, "back")
    stood.seen, stood.value = now, value
    if stood.told or now - stood.began < rule.lasts - SLACK or watching.told >= MOST_TOLD:
        return None
    stood.told = True
    watching.told += 1
    return watching.crossed(series, stood, over=True)


def _over(watching: Watching, series: Series, why: Why) -> Crossed | None:
    """Forget a series; that it is over is news if it was told."""
    stood = watching.stood.pop(series)
    if not stood.told:
        return None
    watching.told -= 1
    return watching.crossed(series, stood, over=False, why=why)


def settle(state: State, now: float) -> Iterator[list[Crossed]]:
    """End a look, a portion at a time."""
    for track, kept in state.tracks.items():
        rules = [each for each in state.watching.values() if each.rule.quantile and each.rule.track == track]
        most = int(state.longest() // ROLLUP)
        found, work = list[Crossed](), 0
        for series, means in [*kept.items()]:
            closed = means.close(now, most)
            if closed is not None:
                work += SORTED
                state.rows.append(Row(track, series, closed // HOUR, means.hour(closed // HOUR)))
                _renew(rules, series, means)
                if means.empty():
                    del kept[series]
            found += _quantiles(rules, series, closed is not None, now)
            work += 1
            if work >= PORTION:
                yield found
                found, work = [], 0
        yield found
    yield _missing(state, now)


def _renew(rules: Sequence[Watching], series: Series, means: Means) -> None:
    for watching in rules:
        quantile = watching.rule.quantile
        value = means.quantile(*quantile) if quantile is not None and watching.covers(series) else None
        if value is None:
            watching.values.pop(series, None)
        else:
            watching.values[series] = value


def _quantiles(rules: Sequence[Watching], series: Series, anew: bool, now: float) -> Iterator[Crossed]:
    for watching in rules:
        value = watching.values.get(series)
        if value is not None and (anew or series in watching.stood):
            crossed = _stand(watching, series, value, now)
            if crossed is not None:
                yield crossed


def _missing(state: State, now: float) -> list[Crossed]:
    """What had no value at this look: what was not told yet is forgotten, the rest is over after an hour of it."""
    found: list[Crossed] = []
    bucket = int(now // ROLLUP)
    for watching in state.watching.values():
        watching.matched, watching.counting = watching.counting, 0
        for series in [series for series, stood in watching.stood.items() if stood.seen < now]:
            stood = watching.stood[series]
            if not stood.told or now - stood.seen >= SILENT:
                crossed = _over(watching, series, "silent")
                found += [] if crossed is None else [crossed]
        if bucket != state.tidied and (over := watching.rule.increase) is not None:
            watching.grown = {key: growth for key, growth in watching.grown.items() if growth.at >= now - over}
    state.tidied = bucket
    return found
