"""One site, asked of InfluxDB: what works there, and what does not?"""

from grafana_foundation_sdk.builders import dashboard

from netmon.dashboards._board import age_influx, board, to, told
from netmon.dashboards._influx import AT_SITE, curve_of, last, state_now, state_of, states_of
from netmon.dashboards._limits import steps
from netmon.dashboards._panels import About, Column, curve, listing, number, timeline
from netmon.dashboards._queries import Influx
from netmon.dashboards._words import GREEN, RED, Words, flags


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by id."""
    made = board(
        words,
        "site-influx",
        words("netmon: Điểm (InfluxDB)", "netmon: Site (InfluxDB)"),
        words("Một điểm, số liệu từ InfluxDB.", "One site, from InfluxDB."),
        influx=True,
    )
    made.with_variable(told("site", words("Điểm", "Site"), 'SHOW TAG VALUES FROM "netmon_site_info" WITH KEY = "site"'))
    for part in (_first, _states, _things, _curves, _ports):
        part(made, words)
    return made


def _first(made: dashboard.Dashboard, words: Words) -> None:
    at_all = About(words("Điểm", "Site"), words("Trạng thái của điểm.", "State of the site."), "none")
    made.with_panel(state_of(words, at_all, "netmon_site_state", AT_SITE, (6, 4)))
    month = About(
        words("Hoạt động tháng này", "Up this month"),
        words("Thời gian điểm hoạt động trong tháng đến nay, theo sổ.", "Time up of this month so far, by the ledger."),
        "s",
        words("Chưa đo được", "Not measured yet"),
    )
    made.with_panel(number(month, [last("netmon_site_month_seconds", f"{AT_SITE} AND \"column\" = 'up'")], size=(6, 4)))
    down = About(
        words("Mất liên lạc tháng này", "Down this month"),
        words("Thời gian điểm mất liên lạc trong tháng đến nay.", "Time down of this month so far."),
        "s",
        words("Chưa đo được", "Not measured yet"),
    )
    query = last("netmon_site_month_seconds", f"{AT_SITE} AND \"column\" = 'down'")
    made.with_panel(number(down, [query], size=(6, 4)))
    made.with_panel(age_influx(words, (6, 4)))


def _states(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Mất liên lạc theo thời gian", "Down over time"),
        words("Thiết bị và kênh của điểm; dải đỏ là không liên lạc được.",
              "Devices and lines of the site; red is out of reach."),
        "none",
    )  # fmt: skip
    said = flags((words("✕ Mất", "✕ Out"), RED), (words("● Có", "● There"), GREEN))
    lost = f"{AT_SITE} AND (\"state\" = 'down' OR \"state\" = 'unreachable')"
    queries = [
        curve_of("netmon_device_state", lost, "device", how="max", ref="A"),
        curve_of("netmon_link_state", lost, "link", how="max", ref="B"),
    ]
    made.with_panel(timeline(about, queries, said, size=(24, 8)))


def _things(made: dashboard.Dashboard, words: Words) -> None:
    lines = About(
        words("Kênh của điểm", "Lines of the site"),
        words("Bấm vào kênh để xem riêng.", "Click a line to see it alone."),
        "none",
    )
    see = to(words, "link-influx", words("Xem kênh", "See the line"), {"link": "${__data.fields.link}"})
    columns = (Column("link", words("Kênh", "Link"), to=(see,)), states_of(words))
    made.with_panel(listing(lines, [state_now("netmon_link_state", AT_SITE, "link")], columns, size=(12, 8)))
    devices = About(words("Thiết bị", "Devices"), words("Thiết bị của điểm.", "Devices of the site."), "none")
    columns = (Column("device", words("Thiết bị", "Device")), states_of(words))
    made.with_panel(listing(devices, [state_now("netmon_device_state", AT_SITE, "device")], columns, size=(12, 8)))


def _curves(made: dashboard.Dashboard, words: Words) -> None:
    rtt = About(
        words("Trễ", "Round-trip time"),
        words("Trễ khứ hồi của gói ping đáp gần nhất.", "Round-trip time of the last ping answered."),
        "s",
    )
    here = f"{AT_SITE} AND \"collector\" = 'icmp'"
    queries = [
        curve_of("netmon_probe_rtt_seconds", f"{here} AND \"{of}\" != ''", of, ref=ref)
        for ref, of in (("A", "device"), ("B", "link"))
    ]
    made.with_panel(curve(rtt, queries).min(0))
    failed = About(
        words("Lượt hỏi hỏng", "Polls that failed"),
        words("Phần lượt ping gần nhất không có trả lời.", "Share of the last pings that were not answered."),
        "percentunit",
    )
    lost = [
        curve_of("netmon_probe_success", f"{here} AND \"{of}\" != ''", of, how="1 - mean", ref=ref)
        for ref, of in (("A", "device"), ("B", "link"))
    ]
    made.with_panel(curve(failed, lost).min(0).max(1))


def _ports(made: dashboard.Dashboard, words: Words) -> None:
    for way, title in (("receive", words("Vào cổng", "Into ports")), ("transmit", words("Ra cổng", "Out of ports"))):
        about = About(title, words("Lưu lượng của các cổng.", "Traffic of the ports."), "bps")
        query = (
            f'SELECT non_negative_derivative(last("value"), 1s) * 8 FROM "netmon_if_{way}_bytes_total" '
            f'WHERE {AT_SITE} AND $timeFilter GROUP BY time($__interval), "device", "if_name"'
        )
        made.with_panel(curve(about, [Influx(query, "[[tag_device]] [[tag_if_name]]")], size=(8, 8)))
    busy = About(
        words("CPU", "Processors"), words("Mức bận của bộ xử lý.", "How busy the processors are."), "percentunit",
        words("Thiết bị không cho biết", "The devices do not tell"),
    )  # fmt: skip
    query_cpu = curve_of("netmon_cpu_ratio", AT_SITE, "device")
    made.with_panel(curve(busy, [query_cpu], steps=steps("CpuBusy"), size=(8, 8)).min(0).max(1))
