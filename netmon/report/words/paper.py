"""What do all reports call things, in Vietnamese and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, tuple[str, str]]
"""By key: the Vietnamese, the English, with their placeholders; a part in [...] goes where a value is missing."""

COMMON: Words = MappingProxyType(
    {
        "period": ("Kỳ báo cáo: {period}", "Period: {period}"),
        "nothing": ("Không có.", "None."),
        "total": ("Tổng cộng", "Total"),
        "yes": ("có", "yes"),
        "own": ("tự có", "own"),
        "other": ("khác", "others"),
        "no_journal": ("Chưa có số liệu đo trong kỳ này.", "Nothing was measured in this period."),
        "not_wholly": (
            "Số liệu chỉ có cho {share} thời gian của kỳ này; phần còn lại không đo được, không tính cho ai.",
            "There are figures for {share} of this period; the rest was not measured and counts for nobody.",
        ),
        "unread": (
            (
                "CHÚ Ý: {count} mục của nhật ký bị hỏng, không tính đến ở đây; từ một lần đổi trạng thái không đọc được"
                " đến lần kế tiếp coi như không đo được. Xem netmon doctor."
            ),
            (
                "NOTE: {count} entries of the journal are damaged and left out here; from a change of state that cannot"
                " be read until the next one, time counts as unmeasured. See netmon doctor."
            ),
        ),
        "damaged": (
            "CHÚ Ý: lịch sử của {lines} kênh hỏng trong {days} ngày, coi như không đo được. Xem netmon doctor.",
            "NOTE: of {lines} lines {days} days of the history are damaged and count as unmeasured. See netmon doctor.",
        ),
        # Columns that several reports have.
        "col_site": ("Điểm", "Site"),
        "col_level": ("Cấp", "Level"),
        "col_area": ("Khu vực", "Area"),
        "col_link": ("Kênh", "Line"),
        "col_circuit": ("Mã kênh", "Circuit"),
        "col_carrier": ("Nhà mạng", "Carrier"),
        "col_kind": ("Loại", "Kind"),
        "col_bandwidth": ("Băng thông (Mbps)", "Bandwidth (Mbps)"),
        "col_from": ("Từ", "From"),
        "col_to": ("Đến", "To"),
        "col_lasted": ("Thời gian", "Duration"),
        "col_count": ("Số lượng", "Count"),
        "col_cause": ("Nguyên nhân", "Cause"),
        "col_fault": ("Lỗi của", "Through"),
        "col_contact": ("Đầu mối", "Contact"),
        "col_id": ("Mã", "Id"),
        "col_number": ("Số", "No."),
        "col_availability": ("Khả dụng", "Availability"),
        # Whose fault.
        "fault_carrier": ("nhà mạng", "carrier"),
        "fault_unit": ("đơn vị", "unit"),
        "fault_power": ("mất điện", "power"),
        "fault_force_majeure": ("bất khả kháng", "force majeure"),
        "fault_unclear": ("chưa rõ", "unclear"),
        "proposed": ("{fault} (đề xuất)", "{fault} (proposed)"),
        # Why.
        "cause_power": ("mất điện", "power cut"),
        "cause_fibre": ("đứt cáp", "cable cut"),
        "cause_carrier": ("mạng nhà mạng", "the carrier's network"),
        "cause_device": ("thiết bị", "device"),
        "cause_unknown": ("chưa rõ", "not known"),
        # What kind of incident.
        "kind_outage": ("mất liên lạc", "outage"),
        "kind_redundancy_lost": ("mất dự phòng", "redundancy lost"),
        "kind_degraded": ("suy giảm chất lượng", "poor quality"),
        "kind_blind": ("trạm giám sát mù", "monitoring blind"),
        "kind_service": ("dịch vụ hỏng", "service down"),
        "kind_threshold": ("vượt ngưỡng", "limit crossed"),
        "kind_unseen": ("chưa từng liên lạc được", "never seen"),
        "kind_alert": ("cảnh báo từ hệ thống khác", "alert from elsewhere"),
        "kind_peer": ("netmon khác im lặng", "another netmon silent"),
        # Levels, in headings and cells.
        "level_central": ("trung ương", "central"),
        "level_province": ("tỉnh", "province"),
        "level_district": ("huyện", "district"),
        "level_commune": ("xã", "commune"),
    }
)  # fmt: skip
