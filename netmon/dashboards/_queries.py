"""How does a dashboard ask for a number, of Prometheus and of InfluxDB?

In InfluxDB a family is a measurement with one field, `value`, and its labels are tags; it is asked in InfluxQL, which
versions 1, 2 (with a DBRP mapping) and 3 all answer.
"""

import re
from dataclasses import dataclass

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.cog import builder, variants
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from netmon.dashboards._words import STATES

PROMETHEUS = common.DataSourceRef(type_val="prometheus", uid="netmon-prom")
INFLUX = common.DataSourceRef(type_val="influxdb", uid="netmon-influx")

Query = builder.Builder[variants.Dataquery]


def over_time(expr: str, legend: str = "", ref: str = "A") -> prometheus.Dataquery:
    """A number at every step of the time shown; `legend` as `{{site}}`."""
    query = prometheus.Dataquery().datasource(PROMETHEUS).ref_id(ref).expr(expr).range()
    return query.legend_format(legend) if legend else query


def now(expr: str, legend: str = "", ref: str = "A") -> prometheus.Dataquery:
    """A number as it is at the end of the time shown."""
    query = prometheus.Dataquery().datasource(PROMETHEUS).ref_id(ref).expr(expr).instant()
    return query.legend_format(legend) if legend else query


def rows(expr: str, ref: str = "A") -> prometheus.Dataquery:
    """The same as a row for each series: its labels are columns, the number is `Value`, or `Value #B` of several."""
    return now(expr, ref=ref).format(PromQueryFormat.TABLE)


@dataclass(slots=True)
class Influx(variants.Dataquery, builder.Builder[variants.Dataquery]):
    """InfluxQL as it stands. `alias` names the series, as `[[tag_device]]`."""

    query: str
    alias: str = ""
    ref: str = "A"
    table: bool = False

    def build(self) -> variants.Dataquery:
        """It is finished as it is."""
        return self

    def to_json(self) -> dict[str, object]:
        """As the data source of Grafana keeps it."""
        said: dict[str, object] = {"alias": self.alias} if self.alias else {}
        return said | {
            "datasource": INFLUX.to_json(),
            "query": self.query,
            "rawQuery": True,
            "refId": self.ref,
            "resultFormat": "table" if self.table else "time_series",
        }


def state(of: str, where: str = "") -> str:
    """The state of each site, link, device or service as the number that `_words.states` maps.

    `where`: matchers, as `site="$site"`. Of the five series of a state set one is 1, and that of `up` counts nothing.
    They are added: an `or` of them has the server compare each with all before it, at every step of a graph.
    """
    return _added(of, 1, where)


def lost(of: str) -> str:
    """The same of those alone that are down, or behind something that is. Over time it reads half as much."""
    return f"{_added(of, 3)} > 0"


def _added(of: str, least: int, where: str = "") -> str:
    more = f",{where}" if where else ""
    each = [
        f'{one.number} * netmon_{of}_state{{state="{name}"{more}}}'
        for name, one in STATES.items()
        if one.number >= least
    ]
    return f"({' + ignoring (state) '.join(each)})"


def joined(expr: str, of: str, labels: str, where: str = "") -> str:
    """With what only describes: `labels` of `netmon_<of>_info`, as `name, area`; without those that `where` leaves."""
    return f"({expr}) * on ({of}) group_left ({labels}) netmon_{of}_info{{{where}}}"


def newest(info: str) -> str:
    """1 for each incident, with its labels of now: where a label has changed, the series of before may still be there,
    for remote-write does not say that it has ended if netmon was down then."""
    said = re.sub(r"netmon_incident_info(\{[^}]*\})?", r"timestamp(\g<0>)", info)
    return f"(0 * topk by (incident) (1, {said}) + 1)"


def loss(where: str, of: str = "") -> str:
    """Of the pings of the last five minutes, the share that nobody answered; of `device`s, `link`s, or all of them."""
    more = f',{of}!=""' if of else ""
    sent, back = (
        f'rate(netmon_probe_{word}_total{{collector="icmp",{where}{more}}}[5m])' for word in ("sent", "received")
    )
    return f"clamp_min(1 - {back} / {sent}, 0)"
