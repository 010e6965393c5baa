"""Where is what broken? The province as a map, and whatever does not work as a list."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import GridPos

from netmon.dashboards._board import age, areas, board, levels, to
from netmon.dashboards._map import sites_on_a_map
from netmon.dashboards._panels import About, Column, listing
from netmon.dashboards._queries import joined, rows, state
from netmon.dashboards._words import Words, states

LEVEL = 'level=~"$level"'


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by level and area."""
    made = board(
        words,
        "map",
        words("netmon: Bản đồ", "netmon: Map"),
        words(
            "Các điểm theo tọa độ, không cần Internet; bấm vào điểm để xem.",
            "The sites by their places, without Internet; click one to see it.",
        ),
    )
    made.with_variable(levels(words)).with_variable(areas(words))
    site = to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"})
    made.with_panel(sites_on_a_map(words, site, (16, 22)))
    about = About(
        words("Điểm không bình thường", "Sites that are not well"),
        words("Mọi điểm không ở trạng thái hoạt động, xấu nhất trước.", "Every site that is not up, the worst first."),
        "none",
        words("● Mọi điểm đều hoạt động", "● All sites are up"),
    )
    columns = (
        Column("name", words("Điểm", "Site"), to=(site,)),
        Column("area", words("Khu vực", "Area")),
        Column("Value", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("site", words("Mã", "Id")),
    )
    named = joined(f"{state('site', LEVEL)} > 0", "site", "name, area", 'area=~"$area"')
    query = rows(f"max by (name, area, site) ({named})")
    made.with_panel(listing(about, (query,), columns, sort=columns[2].title, size=(8, 18)))
    made.with_panel(age(words).grid_pos(GridPos(h=4, w=8, x=16, y=18)))
    return made
