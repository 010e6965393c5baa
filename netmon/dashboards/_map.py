"""Where are the sites, on a map that needs no Internet?

The ground is a tile of one transparent pixel that stands in the dashboard itself, so that nothing is fetched from
anywhere. A province with tiles of its own puts its address in the place of `GROUND`.
"""

from grafana_foundation_sdk.builders import common, geomap
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.geomap import TooltipMode

from netmon.dashboards._limits import PLAIN
from netmon.dashboards._panels import About, dressed, links, thresholds
from netmon.dashboards._queries import joined, rows, state
from netmon.dashboards._words import Words, states

GROUND = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="
)


def sites_on_a_map(words: Words, to: tuple[str, str], size: tuple[int, int] = (24, 20)) -> geomap.Panel:
    """Every site that has a place, as a dot: the worse its state, the larger; its name and state come up on touch.

    `to`: where a click leads.
    """
    about = About(
        words("Bản đồ các điểm", "Map of the sites"),
        words(
            "Chấm càng to, trạng thái càng xấu; rê chuột để xem tên. Điểm chưa ghi tọa độ không có trên bản đồ.",
            "The larger the dot, the worse the state; its name comes up on touch. Sites without a place are not shown.",
        ),
        "none",
        words("Chưa điểm nào có tọa độ", "No site has a place"),
    )
    where = 'level=~"$level",area=~"$area",latitude!=""'
    named = joined(state("site", 'level=~"$level"'), "site", "name, area, latitude, longitude", where)
    query = rows(f"max by (site, name, area, latitude, longitude) ({named})")
    return (
        dressed(geomap.Panel(), about, [query], size)
        .thresholds(thresholds(PLAIN))
        .mappings(states(words))
        .override_by_name("site", [model.DynamicConfigValue(id_val="links", value=links([to]))])
        .override_by_name("Value", [model.DynamicConfigValue(id_val="displayName", value=words("Trạng thái", "State"))])
        .transformations([_numbers("latitude", "longitude")])
        .targets([query])
        .view(geomap.MapViewConfig().id("fit").all_layers(True).padding(5).max_zoom(11))
        .controls(geomap.ControlsOptions().show_zoom(True).mouse_wheel_zoom(False).show_scale(True))
        .basemap(common.MapLayerOptions().type("xyz").name(words("nền", "ground")).config({"url": GROUND}))
        .layers([_dots(about.title)])
        .tooltip(geomap.TooltipOptions().mode(TooltipMode.DETAILS))
    )


def _numbers(*fields: str) -> model.DataTransformerConfig:
    """Labels are text; places are numbers."""
    conversions = [{"targetField": field, "destinationType": "number"} for field in fields]
    return model.DataTransformerConfig(id_val="convertFieldType", options={"conversions": conversions})


def _dots(name: str) -> common.MapLayerOptions:
    style = {
        "color": {"field": "Value", "fixed": "#8E8E8E"},
        "opacity": 0.9,
        "size": {"field": "Value", "fixed": 6, "min": 6, "max": 14},
        "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
    }
    places = common.FrameGeometrySource().mode(options.FrameGeometrySourceMode.COORDS)
    return (
        common.MapLayerOptions()
        .type("markers")
        .name(name)
        .config({"showLegend": True, "style": style})
        .location(places.latitude("latitude").longitude("longitude"))
        .tooltip(True)
    )
