"""What does a panel look like? The same everywhere, and none goes without title, description and unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboard, geomap, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model

from netmon.dashboards._limits import PLAIN, Steps
from netmon.dashboards._queries import INFLUX, PROMETHEUS, Influx, Query
from netmon.dashboards._words import mapped

Dressed = TypeVar(
    "Dressed", stat.Panel, table.Panel, timeseries.Panel, statetimeline.Panel, bargauge.Panel, geomap.Panel
)
Panel = stat.Panel | table.Panel | timeseries.Panel | statetimeline.Panel | bargauge.Panel


@dataclass(frozen=True, slots=True)
class About:
    """What every panel says of itself. `unit` as Grafana names it: percentunit, s, bps, celsius, dBm, none …"""

    title: str
    description: str
    unit: str
    empty: str = "—"
    """Stands there when nothing is known: an empty panel says nothing."""


def source(queries: Sequence[Query]) -> options.DataSourceRef:
    """Where the queries of a panel go."""
    return INFLUX if any(isinstance(query, Influx) for query in queries) else PROMETHEUS


def dressed(panel: Dressed, about: About, queries: Sequence[Query], size: tuple[int, int]) -> Dressed:
    """What every panel has, whatever it draws. `size` is (columns of 24, rows of 30 px)."""
    return (
        panel.title(about.title)
        .description(about.description)
        .unit(about.unit)
        .no_value(about.empty)
        .datasource(source(queries))
        .span(size[0])
        .height(size[1])
    )


def thresholds(steps: Steps) -> dashboard.ThresholdsConfig:
    """As a builder."""
    found = [model.Threshold(value=step.value, color=step.colour) for step in steps]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(found)


def links(to: Sequence[tuple[str, str]]) -> list[object]:
    """(title, address) of where a click leads, for an override."""
    return [{"title": title, "url": url} for title, url in to]


def number(
    about: About, queries: Sequence[Query], *, steps: Steps = PLAIN, size: tuple[int, int] = (4, 4)
) -> stat.Panel:
    """One large number."""
    panel = (
        dressed(stat.Panel(), about, queries, size)
        .thresholds(thresholds(steps))
        .graph_mode(options.BigValueGraphMode.NONE)
        .color_mode(options.BigValueColorMode.BACKGROUND_SOLID)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    return panel.targets(list(queries))


def curve(
    about: About, queries: Sequence[Query], *, steps: Steps | None = None, size: tuple[int, int] = (12, 8)
) -> timeseries.Panel:
    """Numbers over time, with a table of the last, least and most below; limits as dashed lines."""
    panel = (
        dressed(timeseries.Panel(), about, queries, size)
        .line_width(2)
        .fill_opacity(8)
        .show_points(options.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .display_mode(options.LegendDisplayMode.TABLE)
            .placement(options.LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["lastNotNull", "max"])
        )
        .tooltip(common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI).sort(options.SortOrder.DESCENDING))
    )
    if steps is not None:
        panel.thresholds(thresholds(steps)).thresholds_style(
            common.GraphThresholdsStyleConfig().mode(options.GraphThresholdsStyleMode.DASHED)
        )
    return panel.targets(list(queries))


def timeline(
    about: About, queries: Sequence[Query], mappings: list[model.ValueMapping], *, size: tuple[int, int] = (24, 8)
) -> statetimeline.Panel:
    """How states followed one another, a line each; the mappings carry words, so colour is not alone."""
    panel = (
        dressed(statetimeline.Panel(), about, queries, size)
        .mappings(mappings)
        .thresholds(thresholds(PLAIN))
        .show_value(options.VisibilityMode.AUTO)
        .row_height(0.85)
        .merge_values(True)
        .max_data_points(500)
        .legend(
            common.VizLegendOptions()
            .show_legend(False)
            .display_mode(options.LegendDisplayMode.HIDDEN)
            .placement(options.LegendPlacement.BOTTOM)
        )
    )
    return panel.targets(list(queries))


def bars(
    about: About, queries: Sequence[Query], *, steps: Steps, most: float | None = None, size: tuple[int, int] = (12, 8)
) -> bargauge.Panel:
    """A bar for each thing, as long as its number."""
    panel = (
        dressed(bargauge.Panel(), about, queries, size)
        .min(0)
        .thresholds(thresholds(steps))
        .display_mode(options.BarGaugeDisplayMode.BASIC)
        .orientation(options.VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    return (panel if most is None else panel.max(most)).targets(list(queries))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the field it is made of, its heading, and how it looks.

    Numbers have a unit and may have limits; states have mappings; `to` is where a click on it leads.
    """

    field: str
    title: str
    unit: str = ""
    steps: Steps = ()
    mappings: tuple[model.ValueMapping, ...] = ()
    to: tuple[tuple[str, str], ...] = ()
    width: int = 0

    def override(self) -> list[model.DynamicConfigValue]:
        """What Grafana does differently with this column."""
        said: list[tuple[str, object]] = []
        if self.unit:
            said.append(("unit", self.unit))
        if self.steps:
            said.append(("thresholds", thresholds(self.steps).build().to_json()))
        if self.mappings:
            said.append(("mappings", mapped(self.mappings)))
        if self.steps or self.mappings:
            said.append(("custom.cellOptions", {"type": "color-background", "mode": "basic"}))
        if self.to:
            said.append(("links", links(self.to)))
        if self.width:
            said.append(("custom.width", self.width))
        return [model.DynamicConfigValue(id_val=name, value=value) for name, value in said]


def listing(
    about: About,
    queries: Sequence[Query],
    columns: Sequence[Column],
    *,
    sort: str = "",
    descending: bool = True,
    size: tuple[int, int] = (24, 8),
) -> table.Panel:
    """A row for each series, with these columns in this order.

    Several queries share rows where their labels are equal. `sort`: the heading by which the rows are sorted.
    """
    panel = (
        dressed(table.Panel(), about, queries, size)
        .thresholds(thresholds(PLAIN))
        .cell_height(options.TableCellHeight.SM)
    )
    panel.transformations(_shape(columns, len(queries)))
    for column in columns:
        if said := column.override():
            panel.override_by_name(column.title, said)
    if sort:
        panel.sort_by([common.TableSortByFieldState().display_name(sort).desc(descending)])
    return panel.targets(list(queries))


def _shape(columns: Sequence[Column], queries: int) -> list[model.DataTransformerConfig]:
    """How the answers become these columns."""
    fields = [column.field for column in columns]
    steps = [
        ("merge", {}),
        ("filterFieldsByName", {"include": {"names": fields}}),
        (
            "organize",
            {
                "excludeByName": {},
                "indexByName": {field: index for index, field in enumerate(fields)},
                "renameByName": {column.field: column.title for column in columns},
            },
        ),
    ]
    return [model.DataTransformerConfig(id_val=name, options=said) for name, said in steps[queries == 1 :]]
