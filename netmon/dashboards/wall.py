"""A screen for the whole room, in Grafana: how many sites are cut off, what broke, and where?

netmon serves a wall of its own at /wall, which needs no Grafana and chooses its sizes itself; this one is for rooms
whose screens show Grafana. Both count alike. Where the figures are old, or netmon is blind, there are none.
"""

from collections.abc import Sequence
from dataclasses import replace

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.builders.stat import Panel
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model

from netmon.dashboards._board import STUCK, age, areas, board, clicks, huge, levels, to
from netmon.dashboards._board import count as counted
from netmon.dashboards._limits import Step
from netmon.dashboards._panels import About, number
from netmon.dashboards._queries import Query, newest, now, state
from netmon.dashboards._words import AMBER, BLUE, GREEN, RED, STATES, Words, texts

LETTERS = 40
"""Pixels of the smallest letters: read from five metres."""
MOST = 6
"""Incidents that are shown; of the others there is their count."""
NAMED = 16
"""Sites that are named."""
HERE = 'level=~"$level"'
PLANNED = f"(netmon_site_maintenance{{{HERE}}} == 1 or netmon_site_off{{{HERE}}} == 1)"
LINE_LOST = f'netmon_link_state{{state=~"down|unreachable",{HERE}}} == 1'
TAKEN = newest('netmon_incident_info{by!=""}')
UNTAKEN = newest('(netmon_incident_info{by=""} unless on (incident) netmon_incident_info{by!=""})')
DEGRADED = f'(netmon_site_state{{state="degraded",{HERE}}} == 1) unless on (site) {PLANNED}'
CAUSES = (
    ("power", "nghi mất điện", "probably power"),
    ("fibre", "nghi đứt cáp", "probably a cable"),
    ("carrier", "nghi nhà mạng", "probably the carrier"),
    ("device", "nghi thiết bị", "probably a device"),
    ("unknown", "chưa rõ", "unclear"),
)


def build(words: Words) -> dashboard.Dashboard:
    """For a kiosk at 1920 x 1080."""
    made = board(
        words,
        "wall",
        words("netmon: Màn hình lớn", "netmon: Wall"),
        words(
            "Đọc được từ 5 mét, màn hình 1920 x 1080, chế độ kiosk. netmon có trang riêng tại /wall.",
            "Read from 5 metres, at 1920 x 1080, in kiosk mode. netmon has a page of its own at /wall.",
        ),
        span="now-5m",
        refresh="10s",
    )
    made.with_variable(levels(words)).with_variable(areas(words))
    for part in (_counts, _incidents, _named, _tiles):
        part(made, words)
    return made


def sure(expr: str) -> str:
    """Only while netmon judges, and is not blind: nothing is better than what may be wrong."""
    fresh = f"time() - max(netmon_verdict_last_step_timestamp_seconds) < {STUCK:.0f}"
    return f'(({expr}) and on () ({fresh})) unless on () max(netmon_incident_open{{kind="blind"}})'


def _counts(made: dashboard.Dashboard, words: Words) -> None:
    for vi, en, says, expr, colour in (
        ("MẤT LIÊN LẠC", "CUT OFF",
         ("Điểm hỏng, và điểm bị ảnh hưởng; trừ bảo trì và nghỉ.", "Sites down, or behind one; without planned work."),
         f'(netmon_site_state{{state=~"down|unreachable",{HERE}}} == 1) unless on (site) {PLANNED}', RED),
        ("SUY GIẢM", "DEGRADED",
         ("Điểm có thiết bị hỏng hoặc chất lượng kém.", "Sites of which something is bad."),
         f"{DEGRADED} unless on (site) ({LINE_LOST})", AMBER),
        ("DỰ PHÒNG", "ON BACKUP",
         ("Điểm mất một kênh mà còn kênh khác.", "Sites that live without one of their lines."),
         f"{DEGRADED} and on (site) ({LINE_LOST})", BLUE),
        ("HOẠT ĐỘNG", "UP", ("Điểm tốt.", "Sites that are well."),
         f'netmon_site_state{{state="up",{HERE}}} == 1', GREEN),
    ):  # fmt: skip
        all_of = sure(f"count({expr}) or 0 * count(netmon_site_info{{{HERE}}})")
        panel = counted(words, words(vi, en), words(*says), all_of, colour, (5, 5))
        made.with_panel(huge(panel, 130, LETTERS))
    made.with_panel(huge(age(words, (4, 5)), 64, LETTERS))


def _incidents(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Sự cố", "Incidents"),
        words(
            "Sáu sự cố ảnh hưởng nhiều điểm nhất: gốc, số điểm, nguyên nhân, người nhận; đã bao lâu. Đỏ: chưa ai nhận.",
            "The six that hurt most sites: root, sites, cause, who took it; for how long. Red: nobody has.",
        ),
        "s",
        words("Không có sự cố", "No incident is open"),
    )
    age_of = "time() - max by (incident) (netmon_incident_opened_timestamp_seconds)"
    hurt = 'count_values by (incident) ("sites", netmon_incident_sites)'
    worst = f"topk({MOST}, netmon_incident_sites)"

    def those(info: str) -> str:
        said = f"({age_of}) * on (incident) group_left (name, cause, by) {info}"
        return f"({said}) * on (incident) group_left (sites) {hurt} and on (incident) {worst}"

    site = words("{{sites}} điểm", "{{sites}} sites")
    untaken = words("CHƯA AI NHẬN", "NOBODY YET")
    queries = [
        now(sure(those(UNTAKEN)), f"{{{{name}}}} · {site} · ({{{{cause}}}}) · {untaken}", "A"),
        now(sure(those(TAKEN)), f"{{{{name}}}} · {site} · ({{{{cause}}}}) · {{{{by}}}}", "B"),
    ]
    panel = listed(about, queries, (14, 10)).decimals(0)
    panel.override_by_query("A", [_fixed(RED)]).override_by_query("B", [_fixed(BLUE)])
    made.with_panel(panel.transformations([renamed(name, words(vi, en)) for name, vi, en in CAUSES]))


def renamed(cause: str, said: str) -> model.DataTransformerConfig:
    """What stands in brackets in the name of a series, in words."""
    how = {"regex": rf"(.*)\({cause}\)(.*)", "renamePattern": f"$1{said}$2"}
    return model.DataTransformerConfig(id_val="renameByRegex", options=how)


def _fixed(colour: str) -> model.DynamicConfigValue:
    return model.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})


def listed(about: About, queries: Sequence[Query], size: tuple[int, int]) -> Panel:
    """A line for each series: its name at the left, the value at the right."""
    panel = number(about, queries, steps=(Step(None, BLUE),), size=size)
    panel.orientation(options.VizOrientation.HORIZONTAL).text_mode(options.BigValueTextMode.VALUE_AND_NAME)
    return huge(panel, LETTERS, LETTERS)


def _named(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Điểm không tốt", "Sites that are not well"),
        words(
            f"Tối đa {NAMED} điểm, xấu nhất trước: ✕ mất liên lạc, ◆ bị ảnh hưởng, ▲ suy giảm, ? không rõ.",
            f"At most {NAMED}, the worst first: ✕ down, ◆ unreachable, ▲ degraded, ? unknown.",
        ),
        "none",
        words("Tất cả đều tốt", "All are well"),
    )
    bad = f"topk({NAMED}, ({state('site', HERE)} > 0) unless on (site) {PLANNED})"
    query = now(f"sort_desc({sure(f'{bad} * on (site) group_left (name) netmon_site_info')})", "{{name}}")
    panel = listed(about, [query], (10, 10)).orientation(options.VizOrientation.AUTO)
    where = to(words, "site", words("Xem điểm", "See the site"), {"site": "${__field.labels.site}"})
    panel.mappings(_signs(words)).data_links([*clicks([where])])
    made.with_panel(panel)


def _signs(words: Words) -> list[model.ValueMapping]:
    """A sign alone: what it means stands in the description, and the count beside it."""
    return texts({str(each.number): (each.sign, each.colour) for each in STATES.values()})


def _tiles(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        "$area",
        words(
            "Một ô mỗi điểm của khu vực: ● tốt, ✕ mất liên lạc, ◆ bị ảnh hưởng, ▲ suy giảm, ? không rõ.",
            "A tile for each site of the area: ● up, ✕ down, ◆ unreachable, ▲ degraded, ? unknown.",
        ),
        "none",
        words("KHÔNG CÓ SỐ LIỆU", "NO DATA"),
    )
    none = replace(about, title=words("Không thuộc khu vực", "Of no area"))
    made.with_panel(_area(words, none, "", (24, 3)))
    panel = _area(words, about, "$area", (24, 5))
    made.with_panel(panel.repeat("area").repeat_direction("h").max_per_row(6))


def _area(words: Words, about: About, area: str, size: tuple[int, int]) -> Panel:
    inside = f'netmon_site_info{{area=~"{area}",{HERE}}}'
    panel = number(about, [now(sure(f"{state('site', HERE)} and on (site) {inside}"), "{{site}}")], size=size)
    panel.text_mode(options.BigValueTextMode.VALUE).orientation(options.VizOrientation.AUTO).mappings(_signs(words))
    return huge(panel, LETTERS, LETTERS)
