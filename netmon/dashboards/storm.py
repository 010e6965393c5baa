"""A night of storm: who is without power, how long do batteries last, what does 4G bear, where does fibre suffer?"""

from grafana_foundation_sdk.builders import dashboard

from netmon.dashboards._board import age, areas, board, count, levels, to
from netmon.dashboards._limits import Steps, above, below, steps
from netmon.dashboards._panels import About, Column, curve, listing, number
from netmon.dashboards._queries import loss, now, over_time, rows, state
from netmon.dashboards._words import AMBER, BLUE, GREEN, RED, VIOLET, Words, flags, states

SITES = 'netmon_site_info{level=~"$level",area=~"$area"}'
LINES = 'netmon_link_info{kind=~"4g|5g",level=~"$level"}'
SHORT, SOON = 600.0, 1800.0
"""Seconds of battery: nobody gets there in time any more, and somebody still does."""
MINUTES: Steps = below(SHORT, SOON)
SIGNAL: Steps = below(-110, -100)
"""dBm of RSRP: the cell's edge, and poor (3GPP TS 36.133 reports from -140 on)."""


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by level and area."""
    made = board(
        words,
        "storm",
        words("netmon: Bão", "netmon: Storm"),
        words(
            "Khi bão: điểm mất liên lạc theo khu vực, điện và ắc quy còn bao lâu, kênh 4G, tín hiệu quang.",
            "In a storm: sites cut off by area, power and how long batteries last, 4G, optics.",
        ),
        span="now-6h",
    )
    made.with_variable(levels(words)).with_variable(areas(words))
    for part in (_first, _power, _areas, _batteries, _mobile, _signal, _optics, _onts):
        part(made, words)
    return made


def here(expr: str) -> str:
    """Of the levels and areas chosen."""
    return f"({expr}) and on (site) {SITES}"


def some(expr: str) -> str:
    """How many, 0 where there are none."""
    return f"count({expr}) or 0 * count({SITES})"


def _first(made: dashboard.Dashboard, words: Words) -> None:
    for vi, en, says, expr, colour in (
        ("Điểm mất liên lạc", "Sites cut off",
         ("Mất liên lạc hoặc bị ảnh hưởng.", "Down, or behind something that is."),
         'netmon_site_state{state=~"down|unreachable"} == 1', RED),
        ("Sự cố do mất điện", "Incidents by power",
         ("Sự cố đang mở mà dấu hiệu là mất điện.", "Open incidents that look like a power cut."),
         'max by (incident, site) (netmon_incident_info{cause="power"})', AMBER),
        ("Sự cố do đứt cáp", "Incidents by cable",
         ("Sự cố đang mở mà dấu hiệu là đứt cáp.", "Open incidents that look like a cable cut."),
         'max by (incident, site) (netmon_incident_info{cause="fibre"})', VIOLET),
        ("UPS chạy ắc quy", "UPS on battery",
         ("Số UPS đang chạy bằng ắc quy.", "How many run from their batteries."), "netmon_ups_on_battery == 1", AMBER),
        ("Điểm còn một kênh", "Sites on one line",
         ("Điểm mất một kênh mà còn kênh khác.", "Sites that live without one of their lines."),
         'netmon_site_state{state="degraded"} == 1 and on (site) netmon_link_state{state=~"down|unreachable"} == 1',
         BLUE),
    ):  # fmt: skip
        made.with_panel(count(words, words(vi, en), words(*says), some(here(expr)), colour))
    made.with_panel(age(words))


def _power(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Ắc quy còn ít nhất", "The battery that ends first"),
        words("UPS đang chạy ắc quy mà còn ít thời gian nhất.", "Of the UPS on battery, the shortest time left."),
        "s",
        words("Không UPS nào chạy ắc quy", "No UPS is on battery"),
    )
    left = here("netmon_ups_remaining_seconds and on (device) (netmon_ups_on_battery == 1)")
    made.with_panel(number(about, [now(f"min({left})")], steps=MINUTES, size=(6, 7)))
    curves = About(
        words("Thời gian ắc quy còn lại", "Battery time left"),
        words("Theo UPS, khi đang chạy ắc quy.", "By UPS, while on battery."),
        "s",
        words("Không UPS nào chạy ắc quy", "No UPS is on battery"),
    )
    made.with_panel(curve(curves, [over_time(left, "{{device}}")], steps=MINUTES, size=(18, 7)).min(0))


def _areas(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Điểm mất liên lạc theo khu vực", "Sites cut off, by area"),
        words(
            "Cơn bão đi đâu: số điểm của từng khu vực theo thời gian.", "Where the storm goes: how many of each area."
        ),
        "none",
    )
    lost = f'netmon_site_state{{state=~"down|unreachable"}} * on (site) group_left (area) {SITES}'
    panel = curve(about, [over_time(f"sum by (area) ({lost})", "{{area}}")], size=(24, 8)).min(0)
    made.with_panel(panel.max_data_points(500))  # each point joins every site with its area


def _batteries(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Điện và ắc quy", "Power and batteries")))
    about = About(
        words("UPS", "UPS"),
        words(
            "Ắc quy còn ít nhất đứng trước. Bấm vào điểm để xem.",
            "The one that ends first comes first. Click a site to see it.",
        ),
        "none",
        words("Không có UPS nào được đo", "No UPS is measured"),
    )
    power = flags((words("✕ Ắc quy", "✕ Battery"), RED), (words("● Điện lưới", "● Mains"), GREEN))
    low = flags((words("✕ Yếu", "✕ Low"), RED), (words("● Tốt", "● Good"), GREEN))
    columns = (
        Column("site", words("Điểm", "Site"), to=(_to_site(words),)),
        Column("device", "UPS"),
        Column("Value #A", words("Nguồn", "Source"), "none", mappings=tuple(power)),
        Column("Value #B", words("Còn", "Left"), "s", MINUTES),
        Column("Value #C", words("Dung lượng", "Charge"), "percentunit", below(0.2, 0.5)),
        Column("Value #D", words("Ắc quy", "Battery"), "none", mappings=tuple(low)),
        Column("Value #E", words("Tải", "Load"), "percentunit", steps("UpsLoad")),
    )
    names = ("on_battery", "remaining_seconds", "charge_ratio", "battery_low", "load_ratio")
    queries = [
        rows(f"max by (site, device) ({here(f'netmon_ups_{name}')})", ref)
        for ref, name in zip("ABCDE", names, strict=True)
    ]
    made.with_panel(listing(about, queries, columns, sort=columns[3].title, descending=False, size=(24, 9)))


def _to_site(words: Words) -> tuple[str, str]:
    return to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"})


def _mobile(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row("4G"))
    about = About(
        words("Kênh 4G", "4G lines"),
        words(
            "Kênh 4G, 5G: trạng thái, trễ, mất gói trong 5 phút. Xấu nhất đứng trước.",
            "Lines over 4G and 5G: state, delay, loss of five minutes. The worst first.",
        ),
        "none",
        words("Không có kênh 4G", "There are no 4G lines"),
    )
    columns = (
        Column("site", words("Điểm", "Site"), to=(_to_site(words),)),
        Column("link", words("Kênh", "Link"),
               to=(to(words, "link", words("Xem kênh", "See the line"), {"link": "${__data.fields.link}"}),)),
        Column("carrier", words("Nhà mạng", "Carrier")),
        Column("Value #A", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("Value #B", words("Trễ", "RTT"), "s"),
        Column("Value #C", words("Mất gói", "Loss"), "percentunit", above(0.01, 0.05)),
    )  # fmt: skip
    named = f"* on (link) group_left (carrier) ({LINES} and on (site) {SITES})"
    expressions = (
        state("link"),
        'netmon_probe_rtt_seconds{link!="",collector="icmp"}',
        loss('level=~"$level"', "link"),
    )
    queries = [
        rows(f"max by (site, link, carrier) (({expr}) {named})", ref)
        for ref, expr in zip("ABC", expressions, strict=True)
    ]
    made.with_panel(listing(about, queries, columns, sort=columns[3].title, size=(14, 9)))


def _signal(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Sóng 4G", "4G signal"),
        words(
            "RSRP: trên -100 dBm tốt, dưới -110 dBm ở rìa vùng phủ sóng.",
            "RSRP: above -100 dBm is good, below -110 dBm is the edge of the cell.",
        ),
        "dBm",
        words("Modem không cho biết", "The modems do not tell"),
    )
    signal = over_time(here("netmon_lte_rsrp_dbm"), "{{device}}")
    made.with_panel(curve(about, [signal], steps=SIGNAL, size=(10, 9)))


def _optics(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Quang", "Optics")))
    about = About(
        words("Công suất quang thu thấp nhất", "The weakest light received"),
        words("20 cổng thấp nhất; dưới ngưỡng là sắp mất.", "The 20 weakest ports; below the limit they soon go dark."),
        "dBm",
        words("Thiết bị không cho biết", "The devices do not tell"),
    )
    columns = (
        Column("site", words("Điểm", "Site"), to=(_to_site(words),)),
        Column("device", words("Thiết bị", "Device")),
        Column("if_name", words("Cổng", "Port")),
        Column("Value", words("Thu", "Received"), "dBm", steps("OpticalPower")),
    )
    weakest = f"bottomk(20, max by (site, device, if_name) ({here('netmon_optical_receive_power_dbm')}))"
    made.with_panel(listing(about, (rows(weakest),), columns, sort=columns[3].title, descending=False, size=(12, 9)))


def _onts(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("ONT yếu nhất", "The weakest ONTs"),
        words(
            "20 ONT thu yếu nhất, và ONT đang chạy ắc quy hay không.",
            "The 20 that receive least, and whether they run from a battery.",
        ),
        "dBm",
        words("Không đọc OLT nào", "No OLT is read"),
    )
    power = flags((words("✕ Ắc quy", "✕ Battery"), RED), (words("● Điện lưới", "● Mains"), GREEN))
    columns = (
        Column("device", "OLT"),
        Column("pon", "PON"),
        Column("ont", "ONT"),
        Column("Value #A", words("Thu", "Received"), "dBm", steps("OntPower")),
        Column("Value #B", words("Nguồn", "Source"), "none", mappings=tuple(power)),
    )
    weakest = f"bottomk(20, max by (device, pon, ont) ({here('netmon_ont_receive_power_dbm')}))"
    battery = f"max by (device, pon, ont) ({here('netmon_ont_on_battery')}) and on (device, pon, ont) ({weakest})"
    made.with_panel(
        listing(about, (rows(weakest, "A"), rows(battery, "B")), columns, sort=columns[3].title, descending=False,
                size=(12, 9))
    )  # fmt: skip
