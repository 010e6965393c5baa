"""What is somebody told whose words were not understood, or changed nothing?

Short, and right without accents too: it may go out as an SMS.
"""

from collections import defaultdict
from collections.abc import Mapping

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "what": 'Không hiểu "{text}". Nhận việc: 1 {example}. Trả lại: 0 {example}. '
        "Số phiếu: phieu {example} <số>. Ghi: ghi {example} <nội dung>.",
        "which": "Của sự cố nào? Đang mở: {open}. Nhắn kèm số, ví dụ: 1 {example}.",
        "none": "Không có sự cố nào đang mở mà netmon đã báo cho số này.",
        "unknown": "Không có sự cố #{incident}. Đang mở: {open}.",
        "when": "Hẹn đến mấy giờ? Ví dụ: hen {example} 23h30.",
        "text": "Thiếu nội dung. Ví dụ: ghi {example} mất điện cả xã.",
        "no_incident": "Chưa nói sự cố nào.",
        "over": "#{incident} đã xong lúc {over}.",
        "already": "#{incident}: {who} đã nhận rồi.",
        "nobody": "Chưa ai nhận #{incident}.",
        "no_text": "{verb}: thiếu nội dung.",
        "no_time": "{verb}: thiếu thời hạn.",
        "past": "{until} đã qua rồi.",
        "nothing": "{verb}: chưa nói cái gì.",
        "late": "Chưa ghi được vào sổ, netmon vẫn đang thử.",
        "no_open": "không có",
    },
    "en": {
        "what": '"{text}" is not understood. I take it: 1 {example}. I give it back: 0 {example}. '
        "Ticket: ticket {example} <number>. Note: note {example} <text>.",
        "which": "Of which incident? Open: {open}. Add the number, such as: 1 {example}.",
        "none": "No incident is open that you were told of.",
        "unknown": "There is no incident #{incident}. Open: {open}.",
        "when": "Promised until when? Such as: promise {example} 23:30.",
        "text": "The text is missing. Such as: note {example} no power in the commune.",
        "no_incident": "Say which incident.",
        "over": "#{incident} is over since {over}.",
        "already": "#{incident} is taken by {who} already.",
        "nobody": "Nobody has taken #{incident}.",
        "no_text": "{verb}: the text is missing.",
        "no_time": "{verb}: the time at which it ends is missing.",
        "past": "{until} is past.",
        "nothing": "{verb}: say what.",
        "late": "Not written down yet, netmon goes on trying.",
        "no_open": "none",
    },
}
SHOWN = 5
"""Numbers of open incidents that are named."""


def answer(language: str, why: str, values: Mapping[str, str]) -> str:
    """The sentence for what is in the way (an Objection, an Unclear), in a language; English where it is not known.

    What is missing among the values leaves a gap: somebody may have sent an empty text.
    """
    texts = _TEXTS.get(language, _TEXTS["en"])
    shown = defaultdict(str, {"open": texts["no_open"], "example": "4127", "incident": "?"})
    shown |= {key: value for key, value in values.items() if value}
    return texts[why].format_map(shown)
