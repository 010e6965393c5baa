"""Does netmon itself see everything, in time, and does it come through with what it has to say?"""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.common import BigValueTextMode

from netmon.dashboards._board import age, board
from netmon.dashboards._limits import Step, above, below, steps
from netmon.dashboards._panels import About, Column, curve, listing, number, timeline
from netmon.dashboards._queries import now, over_time, rows
from netmon.dashboards._words import BLUE, GREEN, RED, Words, flags


def build(words: Words) -> dashboard.Dashboard:
    """There is nothing to choose."""
    made = board(
        words,
        "self",
        words("netmon: Bản thân netmon", "netmon: netmon itself"),
        words(
            "Độ phủ, độ trễ của các lượt hỏi, lúc mù, nhật ký, tin nhắn, việc theo lịch, xuất số liệu, CPU và bộ nhớ.",
            "Coverage, lag of the polls, blindness, journal, messages, duties, exports, processor and memory.",
        ),
        span="now-6h",
    )
    for part in (_first, _second, _seeing, _trouble, _saying, _exports, _refused, _duties, _machine):
        part(made, words)
    return made


def _first(made: dashboard.Dashboard, words: Words) -> None:
    made.with_panel(age(words))
    covered = About(
        words("Độ phủ", "Coverage"),
        words("Phần thiết bị có trạng thái rõ ràng.", "Share of the devices whose state is known."),
        "percentunit",
    )
    known = '1 - sum(netmon_device_state{state="unknown"}) / count(netmon_device_info)'
    made.with_panel(number(covered, [now(known)], steps=below(0.9, 0.99)).decimals(1))
    late = About(
        words("Hỏi trễ (p99)", "Polls late (p99)"),
        words("99% lượt hỏi bắt đầu muộn không quá chừng này.", "99 % of the polls begin no later than this."),
        "s",
    )
    delay = 'max(netmon_poll_start_delay_seconds{share="0.99"})'
    made.with_panel(number(late, [now(delay)], steps=steps("PollsLate")))
    blind = About(
        words("Mù", "Blind"),
        words("Trạm giám sát có bị cắt mạng không.", "Whether the station is cut off."),
        "none",
    )
    said = flags((f"✕ {words('MÙ', 'BLIND')}", RED), (f"● {words('Nhìn thấy', 'It sees')}", GREEN))
    expr = 'max(netmon_incident_open{kind="blind"}) or vector(0)'
    made.with_panel(number(blind, [now(expr)]).mappings(said))
    waiting = About(
        words("Tin nhắn đang chờ", "Messages waiting"),
        words("Tin chưa gửi được.", "Messages not yet delivered."),
        "none",
    )
    made.with_panel(number(waiting, [now("sum(netmon_notices_waiting) or vector(0)")], steps=above(1, 10)))
    disk = About(
        words("Đĩa dữ liệu", "Disk of the data"),
        words("Mức đầy của đĩa chứa nhật ký.", "How full the disk is that holds the journal."),
        "percentunit",
    )
    made.with_panel(number(disk, [now("max(netmon_data_used_ratio)")], steps=steps("DiskFull")))


def _second(made: dashboard.Dashboard, words: Words) -> None:
    version = About(words("Phiên bản", "Version"), words("Phiên bản đang chạy.", "The version that runs."), "none")
    panel = number(version, [now("netmon_build_info", "{{version}}")], steps=(Step(None, BLUE),))
    made.with_panel(panel.text_mode(BigValueTextMode.NAME))
    for title, text, metric in (
        (words("Lỗi ghi nhật ký", "Journal failures"), words("Trong 24 giờ.", "Within 24 hours."),
         "netmon_journal_write_failures_total"),
        (words("Tin không gửi được", "Messages given up"), words("Trong 24 giờ.", "Within 24 hours."),
         "netmon_notices_failed_total"),
        (words("Lỗi bộ thu thập", "Bugs of collectors"), words("Trong 24 giờ.", "Within 24 hours."),
         "netmon_collector_bugs_total"),
        (words("Lượt hỏi bị bỏ", "Polls skipped"), words("Trong 24 giờ.", "Within 24 hours."),
         "netmon_poll_skipped_rounds_total"),
        (words("Chứng cứ bị bỏ", "Evidence dropped"), words("Trong 24 giờ.", "Within 24 hours."),
         "netmon_evidence_dropped_total"),
    ):  # fmt: skip
        grown = now(f"sum(increase({metric}[1d])) or vector(0)")
        made.with_panel(number(About(title, text, "none"), [grown], steps=above(1, 1)).decimals(0))


def _seeing(made: dashboard.Dashboard, words: Words) -> None:
    late = About(
        words("Độ trễ của lượt hỏi", "Lag of the polls"),
        words("Lượt hỏi bắt đầu muộn bao lâu, theo phần.", "How late polls begin, by share of them."),
        "s",
    )
    query = over_time("netmon_poll_start_delay_seconds", "p{{share}}")
    made.with_panel(curve(late, [query], steps=steps("PollsLate"), size=(8, 8)))
    asked = About(
        words("Lượt hỏi mỗi giây", "Polls a second"),
        words("Đã hỏi và đã có trả lời, mọi bộ thu thập.", "Begun and answered, of all collectors."),
        "cps",
    )
    both = [
        over_time("sum(rate(netmon_polls_total[2m]))", words("hỏi", "begun")),
        over_time("sum(rate(netmon_polls_answered_total[2m]))", words("trả lời", "answered"), "B"),
    ]
    made.with_panel(curve(asked, both, size=(8, 8)))
    success = About(
        words("Thành công theo bộ thu thập", "Success by collector"),
        words("Phần lượt hỏi thành công trong 15 phút.", "Share of the polls of 15 minutes that succeeded."),
        "percentunit",
    )
    share = "rate(netmon_polls_answered_total[15m]) / (rate(netmon_polls_total[15m]) > 0)"
    made.with_panel(curve(success, [over_time(share, "{{collector}}")], size=(8, 8)).min(0).max(1))


def _trouble(made: dashboard.Dashboard, words: Words) -> None:
    blind = About(
        words("Lúc mù", "When it was blind"),
        words("Thời gian này ghi là không đo được.", "This time is booked as unmeasured."),
        "none",
    )
    said = flags((words("MÙ", "BLIND"), RED), (words("Nhìn thấy", "It sees"), GREEN))
    expr = 'max(netmon_incident_open{kind="blind"}) or 0 * max(netmon_verdict_steps_total)'
    made.with_panel(timeline(blind, [over_time(expr, words("trạm giám sát", "station"))], said, size=(24, 3)))


def _saying(made: dashboard.Dashboard, words: Words) -> None:
    sent = About(
        words("Tin nhắn", "Messages"),
        words("Số tin mỗi giờ theo kết cục.", "Messages an hour by what became of them."),
        "none",
    )
    kinds = (
        ("sent", words("đã gửi", "sent")),
        ("failed", words("bỏ cuộc", "given up")),
        ("retried", words("gửi lại", "repeated")),
        ("spared", words("khỏi gửi", "spared")),
    )
    queries = [
        over_time(f"sum(increase(netmon_notices_{kind}_total[1h])) or vector(0)", name, ref)
        for ref, (kind, name) in zip("ABCD", kinds, strict=True)
    ]
    made.with_panel(curve(sent, queries).min(0))
    waiting = About(
        words("Tin đang chờ theo người nhận", "Messages waiting, by recipient"),
        words("Kéo dài nghĩa là kênh gửi hỏng.", "If it lasts, the channel is broken."),
        "none",
    )
    made.with_panel(curve(waiting, [over_time("netmon_notices_waiting", "{{recipient}}")]).min(0))


def _exports(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Đẩy số liệu (InfluxDB, remote-write)", "Pushing (InfluxDB, remote-write)")))
    empty = words("Không đẩy đi đâu", "Nothing is pushed")
    lag = About(
        words("Số liệu chờ lâu nhất", "The oldest that waits"),
        words("Tuổi của dòng chờ lâu nhất trong hàng đợi.", "Age of the oldest line in the spool."),
        "s",
        empty,
    )
    oldest = "time() - (netmon_export_oldest_timestamp_seconds > 0) or 0 * netmon_export_spool_bytes"
    made.with_panel(curve(lag, [over_time(oldest, "{{exporter}}")], size=(6, 7)))
    spool = About(
        words("Hàng đợi trên đĩa", "Spool on disk"), words("Dung lượng đang chờ gửi.", "What waits."), "bytes", empty
    )
    made.with_panel(curve(spool, [over_time("netmon_export_spool_bytes", "{{exporter}}")], size=(6, 7)))
    lines = About(
        words("Dòng mỗi giây", "Lines a second"),
        words("Đã được nhận, và bị mất, vì bất cứ lý do gì.", "Acknowledged, and lost, for whatever reason."),
        "cps",
        empty,
    )
    sent = words("{{exporter}} nhận", "{{exporter}} sent")
    both = [
        over_time("sum by (exporter) (rate(netmon_export_sent_total[2m]))", sent),
        over_time("sum by (exporter) (rate(netmon_export_dropped_total[2m]))",
                  words("{{exporter}} mất", "{{exporter}} lost"), "B"),
    ]  # fmt: skip
    made.with_panel(curve(lines, both, size=(6, 7)))


def _refused(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Lần gửi hỏng trong 15 phút", "Failed tries of 15 minutes"),
        words(
            "Nhiều hơn mức của luật thì có tin nhắn; số liệu chờ trên đĩa.",
            "Beyond the limit of the rule people are told; the numbers wait on disk.",
        ),
        "none",
        words("Không đẩy đi đâu", "Nothing is pushed"),
    )
    query = over_time("increase(netmon_export_failures_total[15m])", "{{exporter}}")
    made.with_panel(curve(about, [query], steps=steps("ExportStuck"), size=(6, 7)).min(0))


def _duties(made: dashboard.Dashboard, words: Words) -> None:
    made.with_row(dashboard.Row(words("Việc theo lịch và máy", "Duties and the machine")))
    about = About(
        words("Việc theo lịch", "Duties"),
        words("Sao lưu, diễn tập, báo cáo: lần tới khi nào.", "Backups, drills, reports: when next."),
        "dateTimeFromNow",
        words("Không có việc nào", "There are none"),
    )
    columns = (
        Column("duty", words("Việc", "Duty")),
        Column("Value", words("Lần tới", "Next"), "dateTimeFromNow"),
    )
    query = rows("max by (duty) (netmon_duty_next_timestamp_seconds) * 1000")
    made.with_panel(listing(about, (query,), columns, sort=columns[1].title, descending=False, size=(8, 8)))


def _machine(made: dashboard.Dashboard, words: Words) -> None:
    cpu = About(
        words("CPU của netmon", "Processor time of netmon"),
        words("Phần của một lõi.", "Share of one core."),
        "percentunit",
    )
    made.with_panel(curve(cpu, [over_time("rate(process_cpu_seconds_total[2m])", "netmon")], size=(8, 8)).min(0))
    memory = About(
        words("Bộ nhớ của netmon", "Memory of netmon"), words("Bộ nhớ thường trú.", "Resident memory."), "bytes"
    )
    made.with_panel(curve(memory, [over_time("process_resident_memory_bytes", "netmon")], size=(8, 8)).min(0))
