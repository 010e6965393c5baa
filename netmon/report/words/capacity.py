"""What is said in the report of capacity, in Vietnamese and in English?"""

from types import MappingProxyType

from netmon.report.words.paper import Words

WORDS: Words = MappingProxyType(
    {
        "title": ("DUNG LƯỢNG KÊNH TRUYỀN", "CAPACITY OF THE LINES"),
        "sums": ("Tóm tắt", "In short"),
        "lines": ("Kênh trong danh mục", "Lines in the inventory"),
        "measured": ("Kênh có số liệu", "Lines with figures"),
        "too_full": ("Kênh không đạt: P95 trên 90%", "Lines too small: P95 above 90%"),
        "soon": ("Kênh sẽ đầy trong 12 tháng", "Lines that will be full within 12 months"),
        "grown": ("Kênh có nhu cầu tăng trên 20%", "Lines whose demand grew by more than 20%"),
        "unknown": ("Kênh không có số liệu", "Lines without figures"),
        "bars": ("Kênh đầy nhất: P95 của 7 ngày cao nhất, giới hạn 90%", "The fullest lines: P95 of 7 days, limit 90%"),
        "days": ("{line}, chiều {direction}: P95 từng ngày", "{line}, {direction}: P95 day by day"),
        "trends": ("Khi nào đầy", "When they will be full"),
        "list": ("Mức dùng từng kênh", "Use of each line"),
        "grown_list": ("Nhu cầu tăng trên 20%: phải giải trình", "Demand that grew by more than 20%: to be justified"),
        "unknown_list": ("Kênh không có số liệu", "Lines without figures"),
        "none": ("Chưa có kênh nào đủ 7 ngày số liệu.", "No line has 7 days of figures yet."),
        "none_grown": ("Không có kênh nào.", "None."),
        "col_direction": ("Chiều", "Direction"),
        "col_worst": ("P95 của 7 ngày cao nhất", "P95 of the fullest 7 days"),
        "col_since": ("7 ngày từ", "7 days from"),
        "col_other": ("P95 chiều kia", "P95 other direction"),
        "col_last": ("P95 của 7 ngày cuối", "P95 of the last 7 days"),
        "col_headroom": ("Còn đến 90% (Mbps)", "Left to 90% (Mbps)"),
        "col_trend": ("Tăng mỗi tháng (điểm %)", "Rise a month (points)"),
        "col_days": ("Số ngày có đo", "Days measured"),
        "col_full": ("Dự kiến đầy", "Full, probably"),
        "col_between": ("Sớm nhất, muộn nhất", "Between"),
        "col_covered": ("Tỷ lệ có đo", "Share measured"),
        "col_verdict": ("Kết luận", "Verdict"),
        "col_growth": ("Tăng so với kỳ trước", "Above the period before"),
        "col_why": ("Vì sao", "Why"),
        "receive": ("nhận", "receiving"),
        "transmit": ("gửi", "sending"),
        "verdict_full": ("KHÔNG ĐẠT", "TOO SMALL"),
        "verdict_ok": ("đạt", "sufficient"),
        "between": ("{earliest} – {latest}", "{earliest} – {latest}"),
        "after": ("từ {earliest}", "from {earliest}"),
        "no_rise": ("không tăng rõ rệt", "does not rise"),
        "far": ("sau hơn 5 năm", "in more than 5 years"),
        "no_trend": ("chưa đủ số liệu", "not enough days"),
        "why_no_bandwidth": ("danh mục không ghi băng thông", "the inventory has no bandwidth"),
        "why_no_port": ("danh mục không ghi cổng để đo", "the inventory names no port to measure"),
        "why_no_data": ("cổng không trả lời số liệu", "its port gave no figures"),
        "why_too_little": ("không đủ 7 ngày liền có đo", "not 7 days on end that were measured"),
        "how": (
            (
                "Quy định: băng thông đáp ứng yêu cầu khi phân vị 95 của từng chiều không quá 90% dung lượng, trong 7 "
                "ngày liên tục, lấy mẫu 5 phút (Thông tư 06/2026/TT-BKHCN, Điều 5.6); nhu cầu tăng trên 20% phải giải "
                "trình (Điều 11). Xu hướng: đường thẳng bình phương tối thiểu qua phân vị 95 của từng ngày, tối đa 90 "
                "ngày; chỉ nêu ngày đầy khi mức tăng có ý nghĩa (95%). Mức tăng so với 7 ngày cao nhất kỳ liền trước."
            ),
            (
                "The norm: a channel is sufficient while the 95th percentile of each direction is at most 90% of its "
                "capacity, over 7 consecutive days of 5-minute means (Circular 06/2026/TT-BKHCN, Article 5.6); demand "
                "that grows by more than 20% has to be justified (Article 11). The trend is a line of least squares "
                "through the 95th percentiles of up to 90 days; when it is full is only said where it surely rises "
                "(95%). Growth is against the fullest 7 days of the period before."
            ),
        ),
    }
)  # fmt: skip
