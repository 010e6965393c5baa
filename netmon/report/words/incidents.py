"""What is said in the report of incidents, in Vietnamese and in English?"""

from types import MappingProxyType

from netmon.report.words.paper import Words

WORDS: Words = MappingProxyType(
    {
        "title": ("BÁO CÁO SỰ CỐ", "INCIDENTS"),
        "sums": ("Tóm tắt", "In short"),
        "opened": ("Sự cố phát sinh trong kỳ", "Began in the period"),
        "before": ("Từ kỳ trước chuyển sang", "Began before it"),
        "over": ("Đã xong trong kỳ", "Over within the period"),
        "open": ("Chưa xong khi hết kỳ", "Not over at its end"),
        "acknowledged": ("Trung bình từ khi hỏng đến khi có người nhận", "Mean time to acknowledge"),
        "untaken": ("Không ai nhận", "Taken by nobody"),
        "repaired": ("Trung bình từ khi hỏng đến khi xong", "Mean time to repair"),
        "false": ("Ghi là báo nhầm", "Called no fault"),
        "by_kind": ("Theo loại", "By kind"),
        "by_cause": ("Theo nguyên nhân", "By cause"),
        "by_fault": ("Theo bên có lỗi", "By whose fault"),
        "by_carrier": ("Theo nhà mạng có kênh bị mất", "By carrier whose lines were lost"),
        "by_hour": ("Giờ phát sinh trong ngày", "Hour of the day at which they began"),
        "list": ("Danh sách sự cố", "All incidents"),
        "none": ("Trong kỳ không có sự cố.", "There was no incident in the period."),
        "no_fault": ("không tính lỗi", "no fault booked"),
        "no_line": ("không có kênh của nhà mạng", "no line of a carrier"),
        "col_root": ("Nơi hỏng", "What broke"),
        "col_sites": ("Số điểm", "Sites"),
        "col_taken": ("Người nhận", "Taken by"),
        "col_after": ("Nhận sau", "After"),
        "col_ticket": ("Số phiếu", "Ticket"),
        "col_theirs": ("Trong đó do nhà mạng", "Of these the carrier's fault"),
        "how": (
            ("Sự cố tính từ lần đầu không trả lời; sự cố chưa xong tính đến hết kỳ. Không liệt kê thay đổi cấu hình, "
            "diễn tập và bản tin: {left}. Thời gian trung bình tính trên sự cố phát sinh trong kỳ và đã có người nhận, "
            "hoặc đã xong trong kỳ. Một sự cố làm mất kênh của hai nhà mạng được đếm cho cả hai."),
            ("An incident counts from the first missed answer, and one that is not over until the end of the period. "
            "Changes, drills and bulletins are not listed: {left}. Means are over incidents that began in the period "
            "and were taken, or that were over within it. One that took lines of two carriers counts for both."),
        ),
    }
)  # fmt: skip
