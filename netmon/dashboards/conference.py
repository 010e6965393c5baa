"""Is a conference going to be heard everywhere? The bridges, the worst first."""

from grafana_foundation_sdk.builders import dashboard

from netmon.dashboards._board import age, areas, board, levels, to
from netmon.dashboards._limits import Step, above, limit, steps
from netmon.dashboards._panels import About, Column, curve, listing, number, timeline
from netmon.dashboards._queries import joined, now, over_time, rows, state
from netmon.dashboards._words import BLUE, Words, states

LEVEL = 'level=~"$level"'
BRIDGE = f'collector="bridge",{LEVEL}'
AREA = 'netmon_site_info{level=~"$level",area=~"$area"}'
"""The sites whose bridges are shown; services themselves have no area."""
STATE = f"({state('service', LEVEL)}) and on (service) netmon_probe_success{{{BRIDGE}}}"
"""Of the services that are bridges."""


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by level and area."""
    made = board(
        words,
        "conference",
        words("netmon: Họp trực tuyến", "netmon: Conference"),
        words(
            "Các điểm cầu: điểm thoại MOS, mất gói, jitter, trễ theo loạt gói gần nhất; xấu nhất đứng trước.",
            "The bridges: opinion score, loss, jitter and delay by the last train of packets; the worst first.",
        ),
        span="now-6h",
    )
    made.with_variable(levels(words)).with_variable(areas(words))
    for part in (_first, _bridges, _past, _curves):
        part(made, words)
    return made


def here(expr: str) -> str:
    """Of the areas chosen."""
    return f"{expr} and on (site) {AREA}"


def _first(made: dashboard.Dashboard, words: Words) -> None:
    bad = limit("SlaVoice")
    everywhere = here(f"netmon_probe_mos{{{BRIDGE}}}")
    known = About(words("Điểm cầu", "Bridges"), words("Số điểm cầu có đo.", "Bridges that are measured."), "none")
    made.with_panel(number(known, [now(f"count({everywhere}) or vector(0)")], steps=(Step(None, BLUE),), size=(5, 4)))
    poor = About(
        words(f"Nghe kém (MOS < {bad:g})".replace(".", ","), f"Hard to hear (MOS < {bad:g})"),
        words(
            "Số điểm cầu có điểm thoại dưới ngưỡng của luật báo.",
            "Bridges whose opinion score is below the limit of the rule.",
        ),
        "none",
    )
    made.with_panel(
        number(poor, [now(f"count(({everywhere}) < {bad:g}) or vector(0)")], steps=above(1, 1), size=(5, 4))
    )
    silent = About(
        words("Không trả lời", "Silent"),
        words("Số điểm cầu mất liên lạc hoặc bị ảnh hưởng.", "Bridges that are down or unreachable."),
        "none",
    )
    down = here('netmon_service_state{state=~"down|unreachable",level=~"$level"} == 1')
    asked = f"({down}) and on (service) netmon_probe_success{{{BRIDGE}}}"
    made.with_panel(number(silent, [now(f"count({asked}) or vector(0)")], steps=above(1, 1), size=(5, 4)))
    least = About(
        words("MOS thấp nhất", "Lowest MOS"),
        words("Từ 1 đến 4,41 (ITU-T G.107).", "From 1 to 4.41 (ITU-T G.107)."),
        "none",
    )
    made.with_panel(number(least, [now(f"min({everywhere})")], steps=steps("SlaVoice"), size=(5, 4)).decimals(2))
    made.with_panel(age(words))


def _bridges(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Điểm cầu, xấu nhất đứng trước", "Bridges, the worst first"),
        words(
            "Theo loạt gói gần nhất. Bấm vào điểm để xem kênh và thiết bị.",
            "By the last train of packets. Click a site to see its lines and devices.",
        ),
        "none",
        words("Không có điểm cầu nào", "No bridges"),
    )
    labels = "service, name, site"
    where = to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"})
    columns = (
        Column("name", words("Điểm cầu", "Bridge")),
        Column("site", words("Điểm", "Site"), to=(where,)),
        Column("Value #A", "MOS", "none", steps("SlaVoice")),
        Column("Value #B", words("Mất gói", "Loss"), "percentunit", steps("SlaLoss")),
        Column("Value #C", "Jitter", "s"),
        Column("Value #D", words("Trễ", "RTT"), "s"),
        Column("Value #E", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
    )
    measured = [f"netmon_probe_{what}{{{BRIDGE}}}" for what in ("mos", "loss_ratio", "jitter_seconds", "rtt_seconds")]
    queries = [
        rows(f"max by ({labels}) (({joined(here(expr), 'service', 'name')}))", ref)
        for ref, expr in zip("ABCDE", (*measured, STATE), strict=True)
    ]
    made.with_panel(listing(about, queries, columns, sort="MOS", descending=False, size=(24, 11)))


def _past(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Diễn biến trạng thái điểm cầu", "States of the bridges over time"),
        words("Một dòng mỗi điểm cầu.", "A line for each bridge."),
        "none",
    )
    query = over_time(joined(f"({here(STATE)})", "service", "name"), "{{name}}")
    made.with_panel(timeline(about, [query], states(words), size=(24, 9)))


def _curves(made: dashboard.Dashboard, words: Words) -> None:
    for what, unit, title, text, rule in (
        ("mos", "none", "MOS", words("10 điểm cầu thấp nhất.", "The 10 lowest bridges."), "SlaVoice"),
        (
            "loss_ratio",
            "percentunit",
            words("Mất gói", "Loss"),
            words("10 điểm cầu cao nhất.", "The 10 highest."),
            "SlaLoss",
        ),
        ("jitter_seconds", "s", "Jitter", words("10 điểm cầu cao nhất.", "The 10 highest."), ""),
        ("rtt_seconds", "s", words("Trễ", "Round-trip time"), words("10 điểm cầu cao nhất.", "The 10 highest."), ""),
    ):
        ten = "bottomk" if what == "mos" else "topk"
        query = over_time(f"{ten}(10, {here(f'netmon_probe_{what}{{{BRIDGE}}}')})", "{{service}}")
        limits = steps(rule) if rule else None
        made.with_panel(curve(About(title, text, unit), [query], steps=limits))
