"""One line: how much does it carry, how well, and does the carrier keep what was promised?"""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import VariableHide

from netmon.dashboards._board import age, areas, board, carriers, choice, levels, lines, sites, to
from netmon.dashboards._limits import Step, steps
from netmon.dashboards._panels import About, Column, bars, curve, listing, number, timeline
from netmon.dashboards._queries import loss, now, over_time, rows, state
from netmon.dashboards._words import AMBER, BLUE, Words, states

HERE = 'link="$link"'
HIDDEN = VariableHide.HIDE_VARIABLE
_AT = f"netmon_link_info{{{HERE}}}"


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by level, area, site and carrier: the links of a site follow it here."""
    made = board(
        words,
        "link",
        words("netmon: Kênh và nhà mạng", "netmon: Link and carrier"),
        words(
            "Một kênh: tải so với băng thông, P95 theo TT 06/2026, chất lượng so với cam kết, số liệu tháng này.",
            "One line: load against bandwidth, P95 by circular 06/2026, quality against the contract, this month.",
        ),
    )
    made.with_variable(levels(words)).with_variable(areas(words)).with_variable(sites(words, many=True))
    made.with_variable(carriers(words)).with_variable(lines(words))
    for name, end in (("near", "source"), ("far", "target")):
        made.with_variable(choice(name, name, f"label_values({_AT}, {end})", many=False).hide(HIDDEN))
    for part in (_first, _what, _month, _load, _quality, _optics, _carrier):
        part(made, words)
    return made


def _first(made: dashboard.Dashboard, words: Words) -> None:
    standing = About(words("Kênh", "Line"), words("Trạng thái của kênh.", "State of the line."), "none")
    made.with_panel(number(standing, [now(state("link", HERE))]).mappings(states(words)))
    month = About(
        words("Sẵn sàng tháng này", "Availability this month"),
        words(
            "Thời gian hoạt động trên tổng hoạt động và mất liên lạc trong tháng, theo sổ của netmon.",
            "Time up against time up and down of this month, by netmon's ledger.",
        ),
        "percentunit",
        words("Chưa đo được", "Not measured yet"),
    )
    made.with_panel(number(month, [now(f"netmon_link_month_availability_ratio{{{HERE}}}")]).decimals(3))
    promised = About(
        words("Cam kết", "Promised"),
        words("Độ sẵn sàng trong hợp đồng.", "Availability by contract."),
        "percentunit",
        words("Không ghi trong hợp đồng", "Not in the contract"),
    )
    made.with_panel(
        number(promised, [now(f"netmon_link_promised_availability_ratio{{{HERE}}}")], steps=(Step(None, BLUE),))
    )
    p95 = About(
        words("P95 7 ngày", "P95 of 7 days"),
        words(
            "Phân vị 95 của trung bình 5 phút trong 7 ngày, chiều lớn hơn; quy định tối đa 90%.",
            "95th percentile of the 5-minute means of 7 days, the larger direction; at most 90 % by the norm.",
        ),
        "percentunit",
        words("Chưa đủ số liệu", "Not enough data yet"),
    )
    made.with_panel(number(p95, [now(f"max(netmon_link_use_p95_ratio{{{HERE}}})")], steps=steps("Capacity")))
    load = About(
        words("Tải hiện tại", "Load now"),
        words("Phần băng thông đang dùng, chiều lớn hơn.", "Share of the bandwidth in use, the larger direction."),
        "percentunit",
        words("Cổng không cho biết", "The ports do not tell"),
    )
    made.with_panel(number(load, [now(f"max(netmon_link_use_ratio{{{HERE}}})")], steps=steps("Capacity")))
    made.with_panel(age(words))


def _what(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Kênh này", "This line"),
        words("Như trong danh mục. Bấm vào điểm để xem điểm.", "As in the inventory. Click the site to see it."),
        "none",
    )
    where = to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"})
    columns = (
        Column("circuit", words("Mã kênh", "Circuit")),
        Column("carrier", words("Nhà mạng", "Carrier")),
        Column("kind", words("Loại", "Kind")),
        Column("role", words("Vai trò", "Role")),
        Column("site", words("Điểm", "Site"), to=(where,)),
        Column("source", words("Thiết bị tại điểm", "Device at the site")),
        Column("target", words("Thiết bị phía xa", "Device at the far end")),
        Column("Value", words("Băng thông", "Bandwidth"), "bps"),
    )
    labels = "circuit, carrier, kind, role, site, source, target"
    query = f"netmon_link_bandwidth_bytes_per_second{{{HERE}}} * 8 * on (link) group_left ({labels}) {_AT}"
    made.with_panel(listing(about, (rows(f"max by ({labels}) ({query})"),), columns, size=(24, 4)))
    past = About(
        words("Diễn biến trạng thái", "States over time"),
        words("Trạng thái của kênh theo thời gian.", "State of the line over time."),
        "none",
    )
    made.with_panel(timeline(past, [over_time(state("link", HERE), "{{link}}")], states(words), size=(24, 4)))


def _month(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Tháng này theo sổ", "This month by the ledger"),
        words(
            "Hoạt động, mất liên lạc, bảo trì, nghỉ và không đo được cộng lại bằng thời gian của tháng đến nay.",
            "Up, down, maintenance, off and unmeasured add up to the month so far.",
        ),
        "s",
    )
    queries = [
        now(f'sum(netmon_link_month_seconds{{{HERE},column="{column}"}})', words(vi, en), ref)
        for ref, (column, vi, en) in zip("ABCDE", COLUMNS, strict=True)
    ]
    made.with_panel(bars(about, queries, steps=(Step(None, BLUE),), size=(12, 7)))
    whose = About(
        words("Mất liên lạc do ai", "Down, through whom"),
        words("Thời gian mất liên lạc của tháng theo trách nhiệm.", "This month's time down by whose fault it was."),
        "s",
    )
    down = now(f"sum by (attribution) (netmon_link_month_down_seconds{{{HERE}}})", "{{attribution}}")
    made.with_panel(bars(whose, [down], steps=(Step(None, AMBER),), size=(12, 7)))


COLUMNS = (
    ("up", "Hoạt động", "Up"),
    ("down", "Mất liên lạc", "Down"),
    ("maintenance", "Bảo trì", "Maintenance"),
    ("off", "Nghỉ, đã tắt", "Off"),
    ("unmeasured", "Không đo được", "Unmeasured"),
)


def _load(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Lưu lượng và băng thông", "Traffic and bandwidth"),
        words(
            "Lưu lượng từng chiều; đường đứt là băng thông hợp đồng.", "Traffic each way, and the contract's bandwidth."
        ),
        "bps",
    )
    width = f"netmon_link_bandwidth_bytes_per_second{{{HERE}}} * 8"
    queries = [
        over_time(f"netmon_link_use_ratio{{{HERE}}} * on (link) group_left () {width}", "{{direction}}"),
        over_time(width, words("băng thông", "bandwidth"), "B"),
    ]
    made.with_panel(curve(about, queries))
    p95 = About(
        words("Tải và P95 7 ngày", "Load and P95 of 7 days"),
        words("Quy định: P95 từng chiều không quá 90% băng thông (TT 06/2026/TT-BKHCN, 5.6).",
              "The norm: P95 of each direction is at most 90 % of the bandwidth (circular 06/2026, 5.6)."),
        "percentunit",
    )  # fmt: skip
    both = [
        over_time(f"netmon_link_use_ratio{{{HERE}}}", words("tải {{direction}}", "load {{direction}}")),
        over_time(f"netmon_link_use_p95_ratio{{{HERE}}}", "P95 {{direction}}", "B"),
    ]
    made.with_panel(curve(p95, both, steps=steps("Capacity")).min(0).axis_soft_max(1))


def _quality(made: dashboard.Dashboard, words: Words) -> None:
    rtt = About(
        words("Trễ", "Round-trip time"),
        words("Trễ đo tới địa chỉ của kênh, và mức mà netmon báo suy giảm.",
              "Measured to the line's address, and the limit from which netmon calls it degraded."),
        "s",
    )  # fmt: skip
    queries = [
        over_time(f'netmon_probe_rtt_seconds{{{HERE},collector="icmp"}}', words("đo được", "measured")),
        over_time(f"netmon_link_limit_rtt_seconds{{{HERE}}}", words("giới hạn", "limit"), "B"),
    ]
    made.with_panel(curve(rtt, queries).min(0))
    lost = About(
        words("Mất gói", "Loss"),
        words("Tỷ lệ gói ping không có trả lời trong 5 phút, và mức mà netmon báo suy giảm.",
              "Share of the pings of five minutes not answered, and the limit from which netmon calls it degraded."),
        "percentunit",
    )  # fmt: skip
    both = [
        over_time(loss(HERE), words("đo được", "measured")),
        over_time(f"netmon_link_limit_loss_ratio{{{HERE}}}", words("giới hạn", "limit"), "B"),
    ]
    made.with_panel(curve(lost, both).min(0))


def _optics(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Cổng và quang ở hai đầu", "Ports and optics at both ends")))
    ends = 'device=~"$near|$far"'
    light = About(
        words("Công suất quang thu", "Light received"),
        words("Của các cổng quang trên thiết bị hai đầu.", "By the optical ports of the devices at both ends."),
        "dBm",
        words("Thiết bị không cho biết", "The devices do not tell"),
    )
    query = over_time(f"netmon_optical_receive_power_dbm{{{ends}}}", "{{device}} {{if_name}}")
    made.with_panel(curve(light, [query], steps=steps("OpticalPower")))
    errors = About(
        words("Gói lỗi", "Broken packets"),
        words(
            "Gói nhận bị lỗi mỗi giây trên các cổng hai đầu.",
            "Packets received with errors, by the ports of both ends.",
        ),
        "pps",
        words("Thiết bị không cho biết", "The devices do not tell"),
    )
    broken = over_time(f"rate(netmon_if_receive_errors_total{{{ends}}}[5m])", "{{device}} {{if_name}}")
    made.with_panel(curve(errors, [broken]).min(0))


def _carrier(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Các kênh của nhà mạng đã chọn", "The lines of the carriers chosen")))
    about = About(
        words("Kênh theo nhà mạng", "Lines by carrier"),
        words("Kênh xấu nhất đứng trước. Bấm vào kênh để xem.", "The worst first. Click a line to see it."),
        "none",
    )
    here = 'level=~"$level"'
    labels = "link, site, circuit, carrier"
    info = f'netmon_link_info{{carrier=~"$carrier",{here}}}'
    columns = (
        Column("link", words("Kênh", "Link"),
               to=(to(words, "link", words("Xem kênh", "See the line"), {"link": "${__data.fields.link}"}),)),
        Column("site", words("Điểm", "Site"),
               to=(to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"}),)),
        Column("circuit", words("Mã kênh", "Circuit")),
        Column("carrier", words("Nhà mạng", "Carrier")),
        Column("Value #A", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("Value #B", words("Tháng này", "This month"), "percentunit"),
        Column("Value #C", words("Cam kết", "Promised"), "percentunit"),
        Column("Value #D", "P95", "percentunit", steps("Capacity")),
    )  # fmt: skip
    queries = [
        rows(f"max by ({labels}) ({expr} * on (link) group_left (circuit, carrier) {info})", ref)
        for ref, expr in zip(
            "ABCD",
            (
                state("link", here),
                f"netmon_link_month_availability_ratio{{{here}}}",
                f"netmon_link_promised_availability_ratio{{{here}}}",
                f"max by (link, site) (netmon_link_use_p95_ratio{{{here}}})",
            ),
            strict=True,
        )
    ]
    made.with_panel(listing(about, queries, columns, sort=columns[4].title, size=(24, 12)))
