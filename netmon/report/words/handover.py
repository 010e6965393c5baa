"""What is said when the duty is handed over, in Vietnamese and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": (
            "BÀN GIAO CA[ {province}]: {now}, từ {since}",
            "HANDOVER[ {province}]: {now}, since {since}",
        ),
        "not_running": ("netmon KHÔNG CHẠY từ {since}", "netmon HAS NOT RUN since {since}"),
        "was_dead": ("netmon không chạy {span}, không báo được ai", "netmon did not run {span}: nobody was told"),
        "shadow": ("đang chạy thử: chỉ báo cho {who}[ đến {until}]", "tried out: only {who} is told[ until {until}]"),
        # Who has the duty.
        "duty": ("Trực", "On duty"),
        "turn": ("{rota}: {who} đến {until}", "{rota}: {who} until {until}"),
        "turn_for_ever": ("{rota}: {who}", "{rota}: {who}"),
        "next": ("sau đó {who}", "then {who}"),
        "nobody": ("KHÔNG CÓ AI", "NOBODY"),
        "no_rota": ("chưa có lịch trực", "there is no rota"),
        # Incidents.
        "open": ("Đang mở: {count}", "Open: {count}"),
        "backup": ("Chạy dự phòng, chất lượng kém: {count}", "On backup, or of poor quality: {count}"),
        "priority": ("ƯU TIÊN", "PRIORITY"),
        "lasts": ("đã {lasted}", "for {lasted}"),
        "taken": ("{who} nhận lúc {at}", "{who} took it at {at}"),
        "untaken": ("CHƯA AI NHẬN", "NOBODY HAS TAKEN IT"),
        "called": ("{at} {who} gọi: {text}", "{at} {who} called: {text}"),
        "ticket": ("{at} {who}: số phiếu {text}", "{at} {who}: ticket {text}"),
        "note": ("{at} {who}: {text}", "{at} {who}: {text}"),
        "false": ("{at} {who} ghi báo nhầm: {text}", "{at} {who} says no fault: {text}"),
        "promise": ("hẹn {until}[: {text}] ({who} ghi lúc {at}[, lần hẹn thứ {nth}])",
                    "promised for {until}[: {text}] ({who} at {at}[, promise no. {nth}])"),
        "overdue": ("QUÁ HẸN {late}", "OVERDUE by {late}"),
        "earlier": ("và {count} ghi chép trước đó", "and {count} older notes"),
        "more": ("và {count} mục khác", "and {count} more"),
        # Silences and storms.
        "quiet": ("Đang tắt báo: {count}", "Silenced: {count}"),
        "silence": ("{what} đến {until} ({who}[: {text}])", "{what} until {until} ({who}[: {text}])"),
        "storm": ("chế độ bão {what} đến {until} ({who}[: {text}])", "storm {what} until {until} ({who}[: {text}])"),
        "hides": ("đang giấu #{id} {what}", "hides #{id} {what}"),
        # Works and conferences.
        "works": ("Việc trong 24 giờ tới: {count}", "In the next 24 hours: {count}"),
        "work": ("{span} bảo trì {what}[: {why}][; {notice}][; hỏi {who}]",
                 "{span} work on {what}[: {why}][; {notice}][; ask {who}]"),
        "cut": ("{span} cắt điện {what}[: {why}][; {notice}][; hỏi {who}]",
               "{span} power cut at {what}[: {why}][; {notice}][; ask {who}]"),
        "letter": ("thông báo {number}[ ngày {date}][ của {sender}]", "notice {number}[ of {date}][ from {sender}]"),
        "running": ("ĐANG LÀM", "NOW"),
        "conference": ("{span} {name}: {up}/{total} điểm cầu thông[; chưa thông: {missing}]",
                       "{span} {name}: {up} of {total} bridges answer[; not: {missing}]"),
        "measured": ("đã đo lúc {at}: {text}", "measured at {at}: {text}"),
        # What is over, and messages.
        "over": ("Đã xong trong ca: {count}", "Over in this shift: {count}"),
        "over_by": ("{who} nhận", "taken by {who}"),
        "over_false": ("{who} ghi báo nhầm: {text}", "{who} says no fault: {text}"),
        "changes": ("{count} thay đổi: netmon changes", "{count} changes: netmon changes"),
        "channels": ("Kênh báo tin có lỗi: {count}", "Channels in trouble: {count}"),
        "waiting": ("{channel}: {count} tin chờ gửi từ {since}[; {why}]",
                    "{channel}: {count} waiting since {since}[; {why}]"),
        "given_up": ("{channel}: {count} tin KHÔNG gửi được, cuối cùng lúc {at} cho {who}[; {why}]",
                     "{channel}: {count} GIVEN UP, the last at {at} to {who}[; {why}]"),
        "works_again": ("đã gửi lại được lúc {at}", "it works again since {at}"),
    }
)  # fmt: skip
"""By key: the Vietnamese, the English, with their placeholders; a part in [...] goes where a value is missing."""
