"""One line, asked of InfluxDB: how much does it carry, how well, and is the promise kept?"""

from grafana_foundation_sdk.builders import dashboard

from netmon.dashboards._board import age_influx, board, told
from netmon.dashboards._influx import AT_LINK, curve_of, last, state_of
from netmon.dashboards._limits import Step, steps
from netmon.dashboards._panels import About, bars, curve, number, timeline
from netmon.dashboards._words import AMBER, BLUE, GREEN, RED, Words, flags


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by id."""
    made = board(
        words,
        "link-influx",
        words("netmon: Kênh và nhà mạng (InfluxDB)", "netmon: Link and carrier (InfluxDB)"),
        words("Một kênh, số liệu từ InfluxDB.", "One line, from InfluxDB."),
        influx=True,
    )
    made.with_variable(told("link", words("Kênh", "Link"), 'SHOW TAG VALUES FROM "netmon_link_info" WITH KEY = "link"'))
    for part in (_first, _past, _load, _quality):
        part(made, words)
    return made


def _first(made: dashboard.Dashboard, words: Words) -> None:
    standing = About(words("Kênh", "Line"), words("Trạng thái của kênh.", "State of the line."), "none")
    made.with_panel(state_of(words, standing, "netmon_link_state", AT_LINK, (5, 4)))
    unknown = words("Chưa có", "Not there yet")
    month = About(
        words("Sẵn sàng tháng này", "Availability this month"),
        words("Hoạt động trên tổng hoạt động và mất liên lạc trong tháng.", "Up against up and down of this month."),
        "percentunit",
        unknown,
    )
    made.with_panel(number(month, [last("netmon_link_month_availability_ratio", AT_LINK)], size=(5, 4)).decimals(3))
    promised = About(
        words("Cam kết", "Promised"), words("Độ sẵn sàng trong hợp đồng.", "By contract."), "percentunit", unknown
    )
    query = last("netmon_link_promised_availability_ratio", AT_LINK)
    made.with_panel(number(promised, [query], steps=(Step(None, BLUE),), size=(5, 4)))
    p95 = About(
        words("P95 7 ngày", "P95 of 7 days"),
        words("Chiều nhận; quy định tối đa 90%.", "What it receives; at most 90 % by the norm."),
        "percentunit",
        unknown,
    )
    query = last("netmon_link_use_p95_ratio", f"{AT_LINK} AND \"direction\" = 'receive'")
    made.with_panel(number(p95, [query], steps=steps("Capacity"), size=(5, 4)))
    made.with_panel(age_influx(words))


def _past(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Mất liên lạc theo thời gian", "Down over time"),
        words("Dải đỏ là không liên lạc được.", "Red is out of reach."),
        "none",
    )
    said = flags((words("✕ Mất", "✕ Out"), RED), (words("● Có", "● There"), GREEN))
    lost = f"{AT_LINK} AND (\"state\" = 'down' OR \"state\" = 'unreachable')"
    made.with_panel(timeline(about, [curve_of("netmon_link_state", lost, "link", how="max")], said, size=(14, 5)))
    whose = About(
        words("Mất liên lạc do ai", "Down, through whom"),
        words("Thời gian mất liên lạc của tháng theo trách nhiệm.", "This month's time down by whose fault it was."),
        "s",
        words("Chưa có", "Not there yet"),
    )
    down = last("netmon_link_month_down_seconds", AT_LINK, "attribution")
    made.with_panel(bars(whose, [down], steps=(Step(None, AMBER),), size=(10, 5)))


def _load(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Tải từng chiều", "Load each way"),
        words("Phần băng thông đang dùng; đường đứt là mức của TT 06/2026.",
              "Share of the bandwidth in use; the dashed line is the norm of circular 06/2026."),
        "percentunit",
    )  # fmt: skip
    query = curve_of("netmon_link_use_ratio", AT_LINK, "direction")
    made.with_panel(curve(about, [query], steps=steps("Capacity")).min(0).axis_soft_max(1))
    p95 = About(
        words("P95 7 ngày từng chiều", "P95 of 7 days each way"),
        words("Phân vị 95 của trung bình 5 phút.", "95th percentile of the 5-minute means."),
        "percentunit",
        words("Chưa có", "Not there yet"),
    )
    query = curve_of("netmon_link_use_p95_ratio", AT_LINK, "direction")
    made.with_panel(curve(p95, [query], steps=steps("Capacity")).min(0).axis_soft_max(1))


def _quality(made: dashboard.Dashboard, words: Words) -> None:
    rtt = About(
        words("Trễ và giới hạn", "Round-trip time, and its limit"),
        words("Giới hạn: từ mức này netmon báo suy giảm.", "The limit: from there on netmon calls it degraded."),
        "s",
    )
    measured = f"{AT_LINK} AND \"collector\" = 'icmp'"
    queries = [
        curve_of("netmon_probe_rtt_seconds", measured, "link", ref="A"),
        curve_of("netmon_link_limit_rtt_seconds", AT_LINK, "level", ref="B"),
    ]
    made.with_panel(curve(rtt, queries).min(0))
    failed = About(
        words("Lượt hỏi hỏng", "Polls that failed"),
        words("Phần lượt ping gần nhất không có trả lời.", "Share of the last pings that were not answered."),
        "percentunit",
    )
    query = curve_of("netmon_probe_success", measured, "link", how="1 - mean")
    made.with_panel(curve(failed, [query]).min(0).max(1))
