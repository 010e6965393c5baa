"""What is said where a carrier's figures stand beside ours, in Vietnamese and in English?"""

from types import MappingProxyType

from netmon.report.words.paper import Words

WORDS: Words = MappingProxyType(
    {
        "title": ("ĐỐI CHIẾU SỐ LIỆU VỚI NHÀ MẠNG", "THE CARRIER'S FIGURES BESIDE OURS"),
        "file": ("số liệu của nhà mạng: {name}", "their figures: {name}"),
        "sums": ("Tóm tắt", "In short"),
        "rows": ("Kênh trong số liệu của nhà mạng", "Circuits in their figures"),
        "equal": ("Khớp", "The same"),
        "equal_carrier": ("Khớp phần lỗi nhà mạng", "The same as what is their fault"),
        "less": ("Nhà mạng tính ít hơn", "They count less"),
        "more": ("Nhà mạng tính nhiều hơn", "They count more"),
        "only_theirs": ("Chỉ nhà mạng có", "Only they have"),
        "only_ours": ("Chỉ chúng ta có", "Only we have"),
        "wrong": ("Ô không đọc được", "Cells that cannot be read"),
        "their_sum": ("Gián đoạn theo nhà mạng, các kênh đối chiếu được", "Lost by their count, circuits of both"),
        "our_sum": ("Gián đoạn theo netmon, các kênh đó", "Lost by ours, the same circuits"),
        "list": ("Từng kênh", "Circuit by circuit"),
        "outages": ("Các lần gián đoạn của kênh không khớp", "Outages of the circuits that differ"),
        "none_both": ("Không có kênh nào có ở cả hai bên.", "No circuit is in both."),
        "none_outages": ("Không có.", "None."),
        "col_where": ("Ô", "Cell"),
        "col_theirs": ("Nhà mạng", "Theirs"),
        "col_their_share": ("Khả dụng (họ)", "Share (theirs)"),
        "col_ours": ("netmon", "Ours"),
        "col_our_share": ("Khả dụng (netmon)", "Share (ours)"),
        "col_carrier_part": ("Lỗi nhà mạng", "Their fault"),
        "col_difference": ("Lệch (phút)", "Off by (min)"),
        "col_verdict": ("Kết luận", "Verdict"),
        "col_left_out": ("Bảo trì, nghỉ", "Planned work, off"),
        "col_unmeasured": ("Không đo được", "Not measured"),
        "col_incident": ("Sự cố", "Incident"),
        "col_missing": ("Nhà mạng có thể chưa tính", "They may leave it out"),
        "col_text": ("Nội dung", "Says"),
        "col_why": ("Lỗi", "Wrong"),
        "col_meant": ("Có phải", "Perhaps"),
        "why_again": ("kênh đã có ở ô {about}", "the circuit is in {about} already"),
        "why_no_circuit": ("có số liệu nhưng không có mã kênh", "figures without a circuit"),
        "why_no_figures": ("có mã kênh nhưng không có số liệu", "a circuit without figures"),
        "why_no_share": ("không phải tỷ lệ khả dụng (như 99,72%)", "is no availability (such as 99.72%)"),
        "why_over": ("lớn hơn 100%", "is more than 100%"),
        "why_negative": ("nhỏ hơn 0", "is less than 0"),
        "why_no_time": (
            "không phải thời gian (như 108, 1:48:00, 1 giờ 48 phút)",
            "is no length of time (such as 108, 1:48:00, 1 giờ 48 phút)",
        ),
        "why_cell": ("ô hỏng: {about}", "cannot be used: {about}"),
        "why_sheet": ("bảng tính đọc không hết: {about}", "was not read to its end: {about}"),
        "how": (
            (
                "Gián đoạn của netmon là thời gian mất liên lạc trong sổ, không tính bảo trì, thời gian nghỉ và lúc "
                "không đo được. Nhà mạng chỉ nêu tỷ lệ thì thời gian gián đoạn tính trên cả kỳ. Khớp: lệch không quá 1 "
                "phút, hoặc không quá phần làm tròn của tỷ lệ đã nêu. “Có thể chưa tính” là số ít lần gián đoạn nhất "
                "có tổng bằng phần chênh lệch. Mã kênh so không phân biệt chữ hoa, dấu và dấu gạch."
            ),
            (
                "Lost by our count is what the ledger books as down: without planned work, hours off and time not "
                "measured. Where they give a share only, it is of the whole period. The same: within a minute, or what "
                "rounding of the share makes. Outages that they may leave out are the fewest that add up to the "
                "difference. Circuits are compared without case, accents and punctuation."
            ),
        ),
    }
)  # fmt: skip
