"""How is the same asked in InfluxQL, which cannot join or do sums across families?

A state is the tag `state` of the series that is 1 now. What Prometheus joins from an `_info` family is left out.
"""

from grafana_foundation_sdk.builders import common, stat
from grafana_foundation_sdk.models.common import BigValueTextMode

from netmon.dashboards._panels import About, Column, number
from netmon.dashboards._queries import Influx
from netmon.dashboards._words import STATES, Words, texts

AT_SITE, AT_LINK = "\"site\" = '$site'", "\"link\" = '$link'"


def last(family: str, where: str, by: str = "") -> Influx:
    """The newest number; with `by` one for each value of that tag."""
    group, alias = (f' GROUP BY "{by}"', f"[[tag_{by}]]") if by else ("", "")
    return Influx(f'SELECT last("value") FROM "{family}" WHERE {where} AND $timeFilter{group}', alias)


def curve_of(family: str, where: str, by: str, how: str = "mean", ref: str = "A") -> Influx:
    """Numbers over time, a curve for each value of the tag `by`; `how` may be `1 - mean`."""
    query = (
        f'SELECT {how}("value") FROM "{family}" WHERE {where} AND $timeFilter '
        f'GROUP BY time($__interval), "{by}" fill(none)'
    )
    return Influx(query, f"[[tag_{by}]]", ref)


def state_now(family: str, where: str, by: str = "") -> Influx:
    """Which series of a state set is 1, in the column `state`; with `by` a row for each value of that tag."""
    group = f' GROUP BY "{by}"' if by else ""
    query = f'SELECT last("value"), "state" FROM "{family}" WHERE {where} AND "value" = 1 AND $timeFilter{group}'
    return Influx(query, table=True)


def words_of_states(words: Words) -> dict[str, tuple[str, str]]:
    """The states by name, as (sign and word, colour)."""
    return {name: (f"{each.sign} {words(each.vi, each.en)}", each.colour) for name, each in STATES.items()}


def states_of(words: Words) -> Column:
    """The column `state` of a table."""
    return Column("state", words("Trạng thái", "State"), "string", mappings=tuple(texts(words_of_states(words))))


def state_of(words: Words, about: About, family: str, where: str, size: tuple[int, int]) -> stat.Panel:
    """One state, large."""
    panel = number(about, [state_now(family, where)], size=size).mappings(texts(words_of_states(words)))
    reduced = common.ReduceDataOptions().calcs(["lastNotNull"]).fields("/^state$/")
    return panel.unit("string").reduce_options(reduced).text_mode(BigValueTextMode.VALUE)
