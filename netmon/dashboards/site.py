"""One site: what works there, since when, and what does not?"""

from grafana_foundation_sdk.builders import dashboard

from netmon.dashboards._board import age, areas, board, levels, sites, to
from netmon.dashboards._limits import above, below, steps
from netmon.dashboards._panels import About, Column, curve, listing, number, timeline
from netmon.dashboards._queries import joined, loss, newest, now, over_time, rows, state
from netmon.dashboards._words import GREEN, RED, Words, flags, states

HERE = 'site="$site"'


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by level, area and name."""
    made = board(
        words,
        "site",
        words("netmon: Điểm", "netmon: Site"),
        words(
            "Một điểm: kênh, thiết bị, dịch vụ, mạng LAN. Đầu mối và điện lực có trong tin nhắn; "
            "số liệu đo không chứa tên và số điện thoại của ai.",
            "One site: lines, devices, services, LAN. Its contacts stand in the messages; "
            "metrics hold nobody's name or telephone number.",
        ),
        annotated="$site",
    )
    made.with_variable(levels(words)).with_variable(areas(words)).with_variable(sites(words))
    for part in (_first, _states, _lines, _devices, _services, _pings, _lan, _inside):
        part(made, words)
    return made


def _first(made: dashboard.Dashboard, words: Words) -> None:
    at_all = About(
        words("Điểm", "Site"),
        words(
            "Trạng thái của điểm. Bị ảnh hưởng: nơi khác hỏng, điểm này không liên lạc được vì thế.",
            "State of the site. Unreachable: something else is broken, and this site is behind it.",
        ),
        "none",
    )
    made.with_panel(number(at_all, [now(state("site", HERE))], size=(8, 4)).mappings(states(words)))
    lines = About(
        words("Kênh đang thông", "Lines that work"),
        words("Số kênh lên của điểm đang thông.", "How many of the site's own lines work."),
        "none",
    )
    working = f'count(netmon_link_state{{{HERE},state=~"up|degraded"}} == 1) or vector(0)'
    made.with_panel(number(lines, [now(working)], steps=below(1, 1), size=(4, 4)))
    incidents = About(
        words("Sự cố tại đây", "Incidents here"),
        words(
            "Số sự cố đang mở mà gốc là điểm này, thiết bị hoặc kênh của nó.",
            "Open incidents whose root is this site, one of its devices or one of its lines.",
        ),
        "none",
    )
    there = newest(f"netmon_incident_info{{{HERE}}}")
    made.with_panel(number(incidents, [now(f"count({there}) or vector(0)")], steps=above(1, 1), size=(4, 4)))
    month = About(
        words("Sẵn sàng tháng này", "Availability this month"),
        words(
            "Hoạt động trên tổng hoạt động và mất liên lạc trong tháng; bảo trì, nghỉ và không đo được để riêng.",
            "Time up against time up and down of this month; maintenance, off and unmeasured stand apart.",
        ),
        "percentunit",
    )
    up, down = (f'sum(netmon_site_month_seconds{{{HERE},column="{column}"}})' for column in ("up", "down"))
    made.with_panel(number(month, [now(f"{up} / ({up} + {down})")], size=(4, 4)).decimals(3))
    made.with_panel(age(words, (4, 4)))


def _states(made: dashboard.Dashboard, words: Words) -> None:
    alike = About(
        words("Diễn biến trạng thái", "States over time"),
        words("Điểm, từng kênh và từng thiết bị theo thời gian.", "The site, its lines and its devices over time."),
        "none",
    )
    each = [
        over_time(state("site", HERE), words("Điểm", "Site")),
        over_time(state("link", HERE), "{{link}}", "B"),
        over_time(state("device", HERE), "{{device}}", "C"),
    ]
    made.with_panel(timeline(alike, each, states(words), size=(24, 8)))


def _lines(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Kênh của điểm", "Lines of the site"),
        words(
            "Kênh lên của điểm: trạng thái, tải từng chiều, trễ và mất gói trong 5 phút. Bấm vào kênh để xem riêng.",
            "Its uplinks: state, load each way, delay and loss of five minutes. Click a line to see it alone.",
        ),
        "none",
    )
    use = f'max by (link) (netmon_link_use_ratio{{{HERE},direction="%s"}})'
    columns = (
        Column("link", words("Kênh", "Link"), to=(to(words, "link", words("Xem kênh", "See the line"), _LINK),)),
        Column("circuit", words("Mã kênh", "Circuit")),
        Column("carrier", words("Nhà mạng", "Carrier")),
        Column("kind", words("Loại", "Kind")),
        Column("role", words("Vai trò", "Role")),
        Column("Value #A", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("Value #B", words("Tải nhận", "Load in"), "percentunit", steps("Capacity")),
        Column("Value #C", words("Tải gửi", "Load out"), "percentunit", steps("Capacity")),
        Column("Value #D", words("Trễ", "RTT"), "s"),
        Column("Value #E", words("Mất gói", "Loss"), "percentunit"),
    )
    queries = (
        rows(f"max by (link, circuit, carrier, kind, role) ({joined(state('link', HERE), 'link', _WHAT)})", "A"),
        rows(use % "receive", "B"),
        rows(use % "transmit", "C"),
        rows(f'max by (link) (netmon_probe_rtt_seconds{{{HERE},link!="",collector="icmp"}})', "D"),
        rows(f"max by (link) ({loss(HERE, 'link')})", "E"),
    )
    made.with_panel(listing(about, queries, columns, size=(24, 5)))


_LINK = {"link": "${__data.fields.link}"}
_WHAT = "circuit, carrier, kind, role"


def _devices(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Thiết bị", "Devices"),
        words(
            "Thiết bị của điểm: trạng thái, trễ, mất gói trong 5 phút, thời gian chạy.",
            "Its devices: state, delay, loss of five minutes, and how long they have been running.",
        ),
        "none",
    )
    columns = (
        Column("device", words("Thiết bị", "Device")),
        Column("role", words("Loại", "Role")),
        Column("address", words("Địa chỉ", "Address")),
        Column("Value #A", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("Value #B", words("Trễ", "RTT"), "s"),
        Column("Value #C", words("Mất gói", "Loss"), "percentunit"),
        Column("Value #D", words("Chạy liên tục", "Uptime"), "s"),
    )
    queries = (
        rows(f"max by (device, role, address) ({joined(state('device', HERE), 'device', 'role, address')})", "A"),
        rows(f'max by (device) (netmon_probe_rtt_seconds{{{HERE},device!="",collector="icmp"}})', "B"),
        rows(f"max by (device) ({loss(HERE, 'device')})", "C"),
        rows(f"max by (device) (netmon_device_uptime_seconds{{{HERE}}})", "D"),
    )
    made.with_panel(listing(about, queries, columns, sort=words("Trạng thái", "State"), size=(14, 9)))


def _services(made: dashboard.Dashboard, words: Words) -> None:
    services = About(
        words("Dịch vụ", "Services"),
        words("Dịch vụ đặt tại điểm.", "Services that stand at the site."),
        "none",
        words("Điểm này không có dịch vụ", "No services here"),
    )
    named = joined(state("service", HERE), "service", "name")
    found = (
        Column("name", words("Dịch vụ", "Service")),
        Column("Value", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
    )
    made.with_panel(listing(services, (rows(f"max by (name) ({named})"),), found, size=(10, 9)))


def _pings(made: dashboard.Dashboard, words: Words) -> None:
    rtt = About(
        words("Trễ tới thiết bị và kênh", "Round trips to devices and lines"),
        words("Trễ khứ hồi của gói ping đáp gần nhất.", "Round-trip time of the last ping answered."),
        "s",
    )
    legend = "{{device}}{{link}}"
    made.with_panel(curve(rtt, [over_time(f'netmon_probe_rtt_seconds{{{HERE},collector="icmp"}}', legend)]))
    lost = About(
        words("Mất gói", "Loss"),
        words("Tỷ lệ gói ping không có trả lời trong 5 phút.", "Share of the pings of five minutes not answered."),
        "percentunit",
    )
    made.with_panel(curve(lost, [over_time(loss(HERE), legend)]).min(0))


def _lan(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Mạng LAN và thiết bị bên trong", "LAN, and the devices inside")))
    for way, title in (("receive", words("Vào cổng", "Into ports")), ("transmit", words("Ra cổng", "Out of ports"))):
        about = About(
            title,
            words("Lưu lượng của 10 cổng nhiều nhất.", "Traffic of the 10 busiest ports."),
            "bps",
        )
        rate = f"topk(10, rate(netmon_if_{way}_bytes_total{{{HERE}}}[2m]) * 8)"
        made.with_panel(curve(about, [over_time(rate, "{{device}} {{if_name}}")]))
    ports = About(
        words("Cổng", "Ports"),
        words("Cổng của thiết bị; cổng được bật mà không có tín hiệu đứng trước.",
              "Ports of the devices; those that are switched on and have no signal come first."),
        "none",
    )  # fmt: skip
    works = flags((f"● {words('Thông', 'Up')}", GREEN), (f"✕ {words('Tắt', 'Down')}", RED))
    columns = (
        Column("device", words("Thiết bị", "Device")),
        Column("if_name", words("Cổng", "Port")),
        Column("Value", words("Trạng thái", "State"), "none", mappings=tuple(works)),
    )
    oper = f"(netmon_if_oper_status{{{HERE}}} == bool 1) and on (device, if_name) netmon_if_admin_status{{{HERE}}} == 1"
    made.with_panel(
        listing(ports, (rows(f"max by (device, if_name) ({oper})"),), columns, sort=columns[2].title,
                descending=False, size=(8, 8))
    )  # fmt: skip


def _inside(made: dashboard.Dashboard, words: Words) -> None:
    hosts = About(
        words("Máy trong LAN", "Hosts in the LAN"),
        words("Số máy mà thiết bị biết (ARP và bảng MAC).", "How many hosts the devices know (ARP and MAC tables)."),
        "none",
        words("Không đọc bảng LAN", "The LAN is not read"),
    )
    made.with_panel(curve(hosts, [over_time(f"netmon_lan_hosts{{{HERE}}}", "{{device}}")], size=(8, 8)))
    busy = About(
        words("CPU và bộ nhớ", "Processor and memory"),
        words("Mức bận của bộ xử lý và mức đầy bộ nhớ.", "How busy the processors and how full the memories are."),
        "percentunit",
        words("Thiết bị không cho biết", "The devices do not tell"),
    )
    both = [
        over_time(f"netmon_cpu_ratio{{{HERE}}}", "{{device}} CPU {{cpu}}"),
        over_time(f"netmon_memory_used_ratio{{{HERE}}}", "{{device}} RAM {{pool}}", "B"),
    ]
    made.with_panel(curve(busy, both, steps=steps("CpuBusy"), size=(8, 8)).min(0).max(1))
