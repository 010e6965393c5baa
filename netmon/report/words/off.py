"""What is said in the report of places that are switched off, in Vietnamese and in English?"""

from types import MappingProxyType

from netmon.report.words.paper import Words

WORDS: Words = MappingProxyType(
    {
        "title": ("ĐIỂM TẮT THIẾT BỊ BAN ĐÊM, NGOÀI GIỜ", "SITES SWITCHED OFF AT NIGHT OR OUTSIDE HOURS"),
        "sums": ("Tóm tắt", "In short"),
        "sites": ("Điểm có số liệu", "Sites with figures"),
        "dark": ("Điểm có tắt thiết bị", "Sites that are switched off"),
        "dark_inner": ("Trong đó cấp {level}", "Of these of level {level}"),
        "met": ("Điểm đạt quy định 24/7", "Sites that keep the norm of 24/7"),
        "seconds": ("Tổng thời gian tắt", "Time off in all"),
        "list": ("Điểm chưa đạt 24/7", "Sites that do not keep 24/7"),
        "none": ("Không có điểm nào tắt thiết bị.", "No site was switched off."),
        "col_nights": ("Đêm tắt", "Nights off"),
        "col_measured": ("Đêm có đo", "Measured"),
        "col_begins": ("Thường tắt", "Off at"),
        "col_ends": ("Bật lại", "On at"),
        "col_proof": ("Căn cứ", "Shown by"),
        "proof_hours": ("theo giờ đã khai", "its hours"),
        "proof_outages": ("mất hằng đêm", "off each night"),
        "proof_both": ("cả hai", "both"),
        "how": (
            ("Quy định: thiết bị chạy 24 giờ, 7 ngày, kể cả ngày nghỉ (Thông tư 06/2026/TT-BKHCN, Phụ lục I.3). Đêm: "
            "từ {sleeps} giờ đến {wakes} giờ; đêm tắt là đêm không liên lạc được hơn một nửa thời gian. Căn cứ “theo "
            "giờ đã khai”: thời gian ghi “Nghỉ/đã tắt” trong sổ; “mất hằng đêm”: ít nhất {habit} đêm mất liên lạc do "
            "điện hay do đơn vị, bắt đầu cùng giờ (lệch không quá {alike} phút)."),
            ("The norm: equipment runs 24 hours a day, 7 days a week, holidays included (Circular 06/2026/TT-BKHCN, "
            "Appendix I.3). A night is {sleeps}:00 to {wakes}:00, and off if there was no connection for most of it. "
            "Shown by “its hours”: time booked as off; by “off each night”: outages through the power or the unit on "
            "{habit} nights or more that begin at the same hour, give or take {alike} minutes."),
        ),
    }
)  # fmt: skip
