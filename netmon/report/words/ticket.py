"""What is said in a letter to a carrier, in Vietnamese and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "subject": (
            "Báo hỏng kênh {circuits}: {what} từ {since} [netmon {id}]",
            "Fault on {circuits}: {what} since {since} [netmon {id}]",
        ),
        "subject_over": (
            "Hỏi nguyên nhân kênh {circuits}: {what} từ {since} [netmon {id}]",
            "Cause wanted for {circuits}: {what} since {since} [netmon {id}]",
        ),
        "dear": ("Kính gửi {carrier},", "To {carrier},"),
        "please": (
            "Đề nghị kiểm tra, khắc phục, và báo lại số phiếu cùng thời gian dự kiến:",
            "Please check and mend this, and answer with your ticket's number and when it will be done:",
        ),
        "please_over": (
            "Kênh đã thông; đề nghị cho biết nguyên nhân, số phiếu và thời điểm khắc phục:",
            "This is over; please tell us the cause, your ticket's number, and when it was mended:",
        ),
        "circuit": ("Kênh {circuit}", "Circuit {circuit}"),
        "ends": ("từ {one} đến {other}", "from {one} to {other}"),
        "port": (", cổng {port}", ", port {port}"),
        "promised": ("cam kết: {promised}", "promised: {promised}"),
        "availability": ("sẵn sàng {value}", "{value} available"),
        "rtt": ("trễ {value}", "round trip {value}"),
        "loss": ("mất gói {value}", "{value} loss"),
        "jitter": ("jitter {value}", "jitter {value}"),
        "wrong": ("Hiện tượng", "Fault"),
        "since": ("Từ", "Since"),
        "state": ("Tình trạng", "State"),
        "open": ("vẫn như vậy lúc {now}, đã {lasted}", "still so at {now}, for {lasted}"),
        "over": ("đã thông lúc {until}, kéo dài {lasted}", "over at {until}, after {lasted}"),
        "measured": ("Đo được", "Measured"),
        "hurts": ("Ảnh hưởng", "Hurts"),
        "nobody": ("chưa gián đoạn, điểm chạy kênh khác", "nobody is cut off, the site uses another line"),
        "checked": ("Đã kiểm tra", "Checked already"),
        "said": ("Đã trao đổi", "Said so far"),
        "called": ("{who} gọi điện: {text}", "{who} called: {text}"),
        "ticket": ("{who} ghi số phiếu {text}", "{who} noted ticket {text}"),
        "promise": ("hẹn xong {until}. {text}", "promised for {until}. {text}"),
        "note": ("{who}: {text}", "{who}: {text}"),
        "there": ("Đầu mối tại điểm", "Contact at the site"),
        "sender": ("Đầu mối của chúng tôi", "Our contact"),
        "ours": (
            "Mã sự cố của chúng tôi: #{id}. Xin giữ mã này khi trả lời.",
            "Our number: #{id}. Please keep it when you answer.",
        ),
        "outage": ("mất liên lạc", "no connection"),
        "redundancy_lost": ("mất kênh", "line lost"),
        "degraded": ("chất lượng kém", "poor quality"),
        "flapping": ("chập chờn", "flapping"),
    }
)  # fmt: skip
"""By key: the Vietnamese, the English, with their placeholders."""
