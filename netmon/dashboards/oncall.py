"""For whoever has the duty, on a telephone: what is open, what has nobody taken, and did my messages go out?"""

from grafana_foundation_sdk.builders import dashboard

from netmon.dashboards._board import age, board, count, to
from netmon.dashboards._limits import above
from netmon.dashboards._panels import About, Column, curve, listing, number, timeline
from netmon.dashboards._queries import joined, lost, newest, now, over_time, rows, state
from netmon.dashboards._words import AMBER, RED, Words, states

WIDE = 24


def build(words: Words) -> dashboard.Dashboard:
    """One column: on a telephone panels stand below one another, and tables have few columns."""
    made = board(
        words,
        "oncall",
        words("netmon: Trực", "netmon: On call"),
        words(
            "Cho điện thoại, một cột. Nhận việc: trả lời tin nhắn hoặc mở liên kết trong tin.",
            "For a telephone, one column. To take an incident, answer its message or open the link in it.",
        ),
        span="now-12h",
    )
    for part in (_open, _incidents, _sites, _lines, _messages):
        part(made, words)
    return made


def _open(made: dashboard.Dashboard, words: Words) -> None:
    untaken = words("Chưa ai nhận", "Nobody has taken")
    says = words("Sự cố nghiêm trọng đang mở, chưa ai nhận.", "Open and critical, and nobody has taken them.")
    taken = 'netmon_incident_info{by!=""}'
    critical = f'netmon_incident_info{{severity="critical",by=""}} unless on (incident) {taken}'
    critical = f"count({critical}) or 0 * count(netmon_site_info)"
    made.with_panel(count(words, untaken, says, critical, RED, (WIDE, 4)))
    every = words("Sự cố đang mở", "Open incidents")
    says = words("Tất cả sự cố đang mở, kể cả mức nhẹ.", "All that are open, warnings too.")
    everything = "count(netmon_incident_sites) or 0 * count(netmon_site_info)"
    made.with_panel(count(words, every, says, everything, AMBER, (WIDE, 3)))
    made.with_panel(age(words, (WIDE, 3)))


def _incidents(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Sự cố", "Incidents"),
        words(
            "Nhiều điểm bị ảnh hưởng nhất đứng trước. Bấm vào tên để xem điểm.",
            "Those that hurt most sites first. Click the name to see the site.",
        ),
        "none",
        words("Không có sự cố", "No incident is open"),
    )
    where = to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"})
    columns = (
        Column("incident", "#", width=70),
        Column("name", words("Hỏng", "Broken"), to=(where,)),
        Column("Value #A", words("Điểm", "Sites"), "none", above(1, 5), width=70),
        Column("Value #B", words("Đã", "For"), "s", width=90),
        Column("by", words("Ai nhận", "Taken by"), width=110),
        Column("site", "site", width=1),
    )
    info = f"on (incident) group_left (name, site, by) {newest('netmon_incident_info')}"
    since = "time() - max by (incident) (netmon_incident_opened_timestamp_seconds)"
    queries = (
        rows(f"max by (incident, name, site, by) (netmon_incident_sites * {info})", "A"),
        rows(f"max by (incident, name, site, by) (({since}) * {info})", "B"),
    )
    made.with_panel(listing(about, queries, columns, sort=columns[2].title, size=(WIDE, 9)))


def _sites(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Điểm không tốt", "Sites that are not well"),
        words("Xấu nhất đứng trước. Bấm vào tên để xem điểm.", "The worst first. Click a name to see the site."),
        "none",
        words("Tất cả đều tốt", "All are well"),
    )
    where = to(words, "site", words("Xem điểm", "See the site"), {"site": "${__data.fields.site}"})
    columns = (
        Column("name", words("Điểm", "Site"), to=(where,)),
        Column("Value", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("site", "site", width=1),
    )
    bad = joined(f"{state('site')} > 0", "site", "name")
    query = rows(f"max by (name, site) ({bad})")
    made.with_panel(listing(about, (query,), columns, sort=columns[1].title, size=(WIDE, 9)))


def _lines(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Kênh hỏng", "Lines that are down"),
        words(
            "Kênh mất liên lạc hoặc bị ảnh hưởng, và nhà mạng để gọi.",
            "Lines that are down or behind something that is, and the carrier to call.",
        ),
        "none",
        words("Không có kênh nào hỏng", "None is down"),
    )
    where = to(words, "link", words("Xem kênh", "See the line"), {"link": "${__data.fields.link}"})
    columns = (
        Column("circuit", words("Mã kênh", "Circuit"), to=(where,)),
        Column("carrier", words("Nhà mạng", "Carrier"), width=90),
        Column("Value", words("Trạng thái", "State"), "none", mappings=tuple(states(words))),
        Column("link", "link", width=1),
    )
    cut = joined(lost("link"), "link", "circuit, carrier")
    query = rows(f"max by (circuit, carrier, link) ({cut})")
    made.with_panel(listing(about, (query,), columns, sort=columns[2].title, size=(WIDE, 8)))


def _messages(made: dashboard.Dashboard, words: Words) -> None:
    past = About(
        words("Các điểm 12 giờ qua", "The sites, twelve hours"),
        words("Điểm đã mất liên lạc hoặc bị ảnh hưởng trong ca.", "Sites cut off during the shift."),
        "none",
        words("Không có điểm nào mất liên lạc", "No site was cut off"),
    )
    cut = over_time(joined(lost("site"), "site", "name"), "{{name}}")  # the others are no lines at all
    made.with_panel(timeline(past, [cut], states(words), size=(WIDE, 8)))
    waiting = About(
        words("Tin nhắn chờ gửi", "Messages that wait"),
        words("Tin chưa gửi được.", "Messages that have not been delivered."),
        "none",
        words("KHÔNG CÓ SỐ LIỆU", "NO DATA"),
    )
    made.with_panel(number(waiting, [now("sum(netmon_notices_waiting)")], steps=above(1, 5), size=(WIDE, 3)))
    sent = About(
        words("Tin nhắn", "Messages"),
        words("Tin đã gửi và tin bỏ, mỗi giờ.", "Delivered, and given up, an hour."),
        "none",
        words("Chưa có tin nào", "There were none"),
    )
    queries = [
        over_time("sum by (recipient) (increase(netmon_notices_sent_total[1h]))", "{{recipient}}"),
        over_time("sum by (recipient) (increase(netmon_notices_failed_total[1h]))",
                  words("{{recipient}}: không gửi được", "{{recipient}}: failed"), "B"),
    ]  # fmt: skip
    made.with_panel(curve(sent, queries, size=(WIDE, 8)).min(0))
