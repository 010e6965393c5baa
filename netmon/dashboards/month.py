"""How has this month been so far: who kept what was promised, who did not, and which line is getting full?"""

from grafana_foundation_sdk.builders import dashboard, table

from netmon.dashboards._board import age, areas, board, carriers, count, levels, to
from netmon.dashboards._limits import Step, above, limit, steps
from netmon.dashboards._panels import About, Column, bars, listing, number
from netmon.dashboards._queries import now, rows
from netmon.dashboards._words import AMBER, BLUE, Words

LEVEL = 'level=~"$level"'
AREA = f'netmon_site_info{{{LEVEL},area=~"$area"}}'
LINES = f'netmon_link_info{{{LEVEL},carrier=~"$carrier"}}'


def build(words: Words) -> dashboard.Dashboard:
    """Chosen by level, area and carrier."""
    made = board(
        words,
        "month",
        words("netmon: Tháng này", "netmon: This month"),
        words(
            "Từ đầu tháng đến nay, theo sổ của netmon (làm mới 5 phút một lần). Báo cáo cả tháng: netmon report sla.",
            "The calendar month so far, by netmon's ledger (every 5 minutes). Of a whole month: netmon report sla.",
        ),
        span="now-7d",
        refresh="5m",
    )
    made.with_variable(levels(words)).with_variable(areas(words)).with_variable(carriers(words))
    for part in (_first, _second, _groups, _lines, _whose, _full):
        part(made, words)
    return made


def chosen(expr: str) -> str:
    """Lines of the levels, areas and carriers chosen, with their carrier."""
    return f"({expr}) * on (link) group_left (carrier, circuit) {LINES} and on (site) {AREA}"


def seconds(columns: str) -> str:
    """Of the lines chosen, the seconds in these columns of the ledger."""
    return chosen(f'netmon_link_month_seconds{{{LEVEL},column=~"{columns}"}}')


def _first(made: dashboard.Dashboard, words: Words) -> None:
    whole = About(
        words("Sẵn sàng của các kênh", "Availability of the lines"),
        words(
            "Thời gian hoạt động trên tổng hoạt động và mất liên lạc của mọi kênh đã chọn.",
            "Time up against time up and down of all lines chosen.",
        ),
        "percentunit",
        words("Chưa đo được", "Not measured yet"),
    )
    share = f"sum({seconds('up')}) / sum({seconds('up|down')})"
    made.with_panel(number(whole, [now(share)], size=(4, 4)).decimals(3))
    broken = chosen(f"netmon_link_month_availability_ratio{{{LEVEL}}} < netmon_link_promised_availability_ratio")
    below = About(
        words("Kênh dưới cam kết", "Lines below promise"),
        words(
            "Số kênh có độ sẵn sàng tháng này thấp hơn hợp đồng.",
            "Lines whose availability of this month is below the contract's.",
        ),
        "none",
    )
    made.with_panel(number(below, [now(f"count({broken}) or vector(0)")], steps=above(1, 1), size=(4, 4)))
    down = About(
        words("Mất liên lạc, cộng mọi kênh", "Down, all lines together"),
        words("Tổng thời gian mất liên lạc của các kênh đã chọn.", "Time down of the lines chosen, added up."),
        "s",
    )
    made.with_panel(number(down, [now(f"sum({seconds('down')})")], steps=(Step(None, BLUE),), size=(4, 4)).decimals(1))


def _second(made: dashboard.Dashboard, words: Words) -> None:
    missing = About(
        words("Không đo được", "Unmeasured"),
        words(
            "Phần thời gian netmon không đo được; không tính vào lỗi của nhà mạng.",
            "Share of the time in which netmon did not measure; no carrier is blamed for it.",
        ),
        "percentunit",
    )
    share = f"sum({seconds('unmeasured')}) / sum({seconds('.*')})"
    made.with_panel(number(missing, [now(share)], steps=above(0.01, 0.05), size=(4, 4)).decimals(2))
    full = chosen(f"max by (link, site) (netmon_link_use_p95_ratio{{{LEVEL}}}) > {limit('Capacity'):g}")
    made.with_panel(
        count(
            words,
            words("Kênh vượt P95", "Lines beyond P95"),
            words(
                "Số kênh có P95 7 ngày vượt mức của TT 06/2026 (90%).",
                "Lines whose 7-day P95 is beyond the norm of circular 06/2026 (90 %).",
            ),
            f"count({full}) or vector(0)",
        )
    )
    made.with_panel(age(words))


def _groups(made: dashboard.Dashboard, words: Words) -> None:
    for key, title, text in (
        (
            "carrier",
            words("Theo nhà mạng", "By carrier"),
            words("Các kênh của từng nhà mạng.", "Lines of each carrier."),
        ),
        ("area", words("Theo khu vực", "By area"), words("Các kênh của từng khu vực.", "Lines of each area.")),
        ("level", words("Theo cấp", "By level"), words("Các kênh của từng cấp.", "Lines of each level.")),
    ):
        made.with_panel(_group(words, key, title, text))


def _group(words: Words, key: str, title: str, text: str) -> table.Panel:
    """A table with a row for each carrier, area or level."""
    with_area = f" * on (site) group_left (area) {AREA}" if key == "area" else ""

    def by(columns: str, how: str = "sum") -> str:
        lines = f'(netmon_link_month_seconds{{{LEVEL},column=~"{columns}"}}) * on (link) group_left (carrier) {LINES}'
        kept = with_area or f" and on (site) {AREA}"
        return f"{how} by ({key}) ({lines}{kept})"

    columns = (
        Column(key, title.split(" ", 1)[1].capitalize()),
        Column("Value #A", words("Sẵn sàng", "Availability"), "percentunit"),
        Column("Value #B", words("Mất liên lạc", "Down"), "s"),
        Column("Value #C", words("Số kênh", "Lines"), "none"),
    )
    queries = (
        rows(f"{by('up')} / {by('up|down')}", "A"),
        rows(by("down"), "B"),
        rows(by("down", "count"), "C"),
    )
    return listing(
        About(title, text, "percentunit"), queries, columns, sort=columns[1].title, descending=False, size=(8, 8)
    )


def _lines(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Kênh kém nhất tháng này", "The worst lines of this month"),
        words("25 kênh có độ sẵn sàng thấp nhất, so với cam kết. Bấm vào kênh để xem.",
              "The 25 lines of least availability, against the contract. Click a line to see it."),
        "percentunit",
    )  # fmt: skip
    columns = (
        Column("link", words("Kênh", "Link"),
               to=(to(words, "link", words("Xem kênh", "See the line"), {"link": "${__data.fields.link}"}),)),
        Column("circuit", words("Mã kênh", "Circuit")),
        Column("carrier", words("Nhà mạng", "Carrier")),
        Column("Value #A", words("Sẵn sàng", "Availability"), "percentunit"),
        Column("Value #B", words("Cam kết", "Promised"), "percentunit"),
        Column("Value #C", words("Mất liên lạc", "Down"), "s"),
    )  # fmt: skip
    labels = "link, circuit, carrier"
    worst = f"bottomk(25, netmon_link_month_availability_ratio{{{LEVEL}}})"
    queries = (
        rows(f"max by ({labels}) ({chosen(worst)})", "A"),
        rows(f"max by ({labels}) ({chosen(f'netmon_link_promised_availability_ratio and on (link) {worst}')})", "B"),
        rows(f"max by ({labels}) ({chosen(f'{_DOWN} and on (link) {worst}')})", "C"),
    )
    made.with_panel(listing(about, queries, columns, sort=columns[3].title, descending=False, size=(14, 10)))


_DOWN = f'netmon_link_month_seconds{{{LEVEL},column="down"}}'


def _whose(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Mất liên lạc do ai", "Down, through whom"),
        words("Thời gian mất liên lạc của các kênh theo trách nhiệm.", "Time down of the lines by whose fault it was."),
        "s",
    )
    down = chosen(f"netmon_link_month_down_seconds{{{LEVEL}}}")
    query = now(f"sum by (attribution) ({down})", "{{attribution}}")
    made.with_panel(bars(about, [query], steps=(Step(None, AMBER),), size=(10, 10)))


def _full(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Kênh sắp đầy", "Lines that are getting full"),
        words(
            "25 kênh có P95 7 ngày cao nhất theo từng chiều; quy định tối đa 90% băng thông.",
            "The 25 lines of the highest 7-day P95, each way; the norm is at most 90 % of the bandwidth.",
        ),
        "percentunit",
    )
    top = f"topk(25, netmon_link_use_p95_ratio{{{LEVEL}}})"
    query = now(chosen(top), "{{circuit}} {{link}} {{direction}}")
    made.with_panel(bars(about, [query], steps=steps("Capacity"), most=1, size=(24, 12)))
