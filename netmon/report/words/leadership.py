"""What is said to those who decide, on one page, in Vietnamese and in English?"""

from types import MappingProxyType

from netmon.report.words.paper import Words

WORDS: Words = MappingProxyType(
    {
        "title": ("BÁO CÁO LÃNH ĐẠO: MẠNG TRUYỀN SỐ LIỆU CHUYÊN DÙNG", "THE GOVERNMENT NETWORK: ONE PAGE"),
        "date": ("theo cơ cấu của từng thời điểm", "by the structure of the date"),
        "today": ("theo cơ cấu ngày nay", "by the structure of today"),
        "figures": ("Các chỉ tiêu chính", "The main figures"),
        "col_figure": ("Chỉ tiêu", "Figure"),
        "col_now": ("Kỳ này", "This period"),
        "col_before": ("Kỳ trước", "The one before"),
        "col_year": ("Cùng kỳ năm trước", "A year before"),
        "availability": ("Thời gian mạng hoạt động", "Time the network worked"),
        "outages": ("Số lần mất liên lạc", "Outages"),
        "hurt": ("Số {level} bị mất liên lạc", "Cut off: {level}"),
        "longest": ("Lần mất liên lạc lâu nhất", "The longest outage"),
        "worst": ("Nguyên nhân chính", "The main reason"),
        "full": ("Số kênh cần nâng băng thông", "Lines to be enlarged"),
        "share": ("{fault}: {share}", "{fault}: {share}"),
        "level_commune_many": ("xã, phường", "communes"),
        "level_other_many": ("điểm cấp {level}", "{level} sites"),
        "by_area": ("Thời gian mất liên lạc theo khu vực, cộng các điểm", "Time lost by area, all its sites together"),
        "by_carrier": ("Thời gian mất liên lạc do nhà mạng", "Time lost through each carrier"),
        "by_level": ("Thời gian mất liên lạc theo cấp, cộng các điểm", "Time lost by level, all its sites together"),
        "at_level": ("cấp {level}", "{level} sites"),
        "says": ("Nhận xét", "In words"),
        "much": (
            "Mạng hoạt động {share} thời gian[, {before}][, {year}].",
            "The network worked for {share} of the time[, {before}][, {year}].",
        ),
        "better_before": ("tốt hơn kỳ trước ({share})", "better than the period before ({share})"),
        "worse_before": ("kém hơn kỳ trước ({share})", "worse than the period before ({share})"),
        "same_before": ("bằng kỳ trước", "the same as the period before"),
        "better_year": ("tốt hơn cùng kỳ năm trước ({share})", "better than a year before ({share})"),
        "worse_year": ("kém hơn cùng kỳ năm trước ({share})", "worse than a year before ({share})"),
        "same_year": ("bằng cùng kỳ năm trước", "the same as a year before"),
        "no_outage": ("Không có lần mất liên lạc nào.", "There was no outage."),
        "outage_text": (
            (
                "Có {count} lần mất liên lạc, {hurt} {level} bị ảnh hưởng; lâu nhất {lasted}, tại {where}[; {share} "
                "thời gian mất liên lạc là do {fault}]."
            ),
            (
                "Outages: {count}, {level} cut off: {hurt}; the longest lasted {lasted}, at {where}[; {share} of the "
                "time lost was through: {fault}]."
            ),
        ),
        "need": ("Đề nghị: {what}.", "Wanted: {what}."),
        "need_nothing": ("Không có việc cần quyết định.", "Nothing needs a decision."),
        "need_lines": ("nâng băng thông {count} kênh ({names})", "more bandwidth for {names}"),
        "need_power": (
            "bổ sung nguồn điện dự phòng, trước hết ở {where}",
            "more backup power, in {where} first",
        ),
        "need_carrier": ("yêu cầu {carrier} khắc phục dứt điểm", "{carrier} has to mend its lines for good"),
        "need_unit": ("nhắc các đơn vị không tắt thiết bị, trước hết ở {where}",
                      "units have to leave their equipment on, in {where} first"),
        "need_unclear": ("xác nhận nguyên nhân các lần mất liên lạc ({lasted} chưa rõ)",
                         "somebody has to confirm the reasons ({lasted} are not clear)"),
        "need_force_majeure": ("phương án dự phòng khi có thiên tai, trước hết ở {where}",
                               "a plan for natural disasters, for {where} first"),
        "how": (
            (
                "Thời gian mạng hoạt động: cộng các điểm, sau loại trừ bảo trì, giờ nghỉ và lúc không đo được. Số lần:"
                " sự cố bắt đầu trong kỳ, một sự cố có thể làm mất nhiều điểm; lâu nhất: từ lúc bắt đầu đến lúc có lại"
                " (hoặc hết kỳ), kể cả trước kỳ và khi bảo trì. Báo cáo SLA đếm từng kênh, từng điểm, chỉ trong kỳ."
            ),
            (
                "Time the network worked: all sites together, without planned work, hours off and unmeasured time."
                " Outages: incidents that began in this period, each of one site or many; the longest: from its"
                " beginning to its end (or that of the period), also before the period and during planned work. The SLA"
                " report counts each line and site apart, and within the period only."
            ),
        ),
        "writer": ("Người lập báo cáo", "Written by"),
        "signer": ("Thủ trưởng đơn vị", "Head of the office"),
    }
)  # fmt: skip
