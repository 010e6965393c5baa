"""What is said in the report of what there is, in Vietnamese and in English?"""

from types import MappingProxyType

from netmon.report.words.paper import Words

WORDS: Words = MappingProxyType(
    {
        "title": ("HIỆN TRẠNG MẠNG VÀ CƠ SỞ DỮ LIỆU KẾT NỐI", "THE NETWORK AS IT IS, AND ITS CONNECTIONS"),
        "grouped": ("theo danh mục hiện hành, chất lượng đo trong kỳ", "by today's inventory, quality as measured"),
        "sites": ("Điểm theo cấp và khu vực", "Sites by level and area"),
        "lines": ("Kênh theo loại và nhà mạng", "Lines by kind and carrier"),
        "devices": ("Thiết bị theo vai trò", "Devices by role"),
        "missing": ("Thông tin còn thiếu", "What is missing"),
        "connections": ("Cơ sở dữ liệu kết nối", "Connections"),
        "none_missing": ("Không thiếu gì.", "Nothing is missing."),
        "col_sites": ("Số điểm", "Sites"),
        "col_contract": ("Có cam kết", "With a contract"),
        "col_role": ("Vai trò", "Role"),
        "col_address": ("Có địa chỉ", "With an address"),
        "col_what": ("Thiếu", "Missing"),
        "col_thing": ("Của", "Of"),
        "col_since": ("Kết nối từ", "Connected since"),
        "col_channels": ("Số kênh", "Channels"),
        "col_backup": ("Kênh dự phòng", "Backup channels"),
        "col_carriers": ("Nhà mạng", "Carriers"),
        "col_measured": ("Tỷ lệ có đo", "Share measured"),
        "no_area": ("(không thuộc khu vực)", "(in no area)"),
        "no_role": ("(không ghi)", "(not said)"),
        "role_router": ("bộ định tuyến", "router"),
        "role_switch": ("bộ chuyển mạch", "switch"),
        "role_server": ("máy chủ", "server"),
        "role_camera": ("camera", "camera"),
        "role_ups": ("UPS", "UPS"),
        "role_olt": ("OLT", "OLT"),
        "what_site_contact": ("điểm không có đầu mối", "site without a contact"),
        "what_site_place": ("điểm không có tọa độ", "site without coordinates"),
        "what_site_power": ("điểm không ghi đơn vị cấp điện", "site without its power supplier"),
        "what_device_address": ("thiết bị không có địa chỉ", "device without an address"),
        "what_link_carrier": ("kênh không ghi nhà mạng", "line without a carrier"),
        "what_link_circuit": ("kênh không có mã kênh", "line without a circuit"),
        "what_link_bandwidth": ("kênh không ghi băng thông", "line without a bandwidth"),
        "what_link_contract": ("kênh thuê không có cam kết khả dụng", "rented line without a promised availability"),
        "how": (
            ("Các cột cơ quan, thời gian, số kênh, băng thông, chất lượng là nội dung CSDL kết nối theo Điều 10 "
            "Thông tư 06/2026/TT-BKHCN. Băng thông là tổng các kênh chính. Chất lượng là khả dụng của điểm trong kỳ, "
            "không tính bảo trì, thời gian nghỉ và thời gian không đo được. “Kết nối từ” lấy trong danh mục, nếu không "
            "có thì để trống."),
            ("Agency, time, number of channels, bandwidth and quality are what Article 10 of Circular 06/2026/TT-BKHCN "
            "wants to know of each connection. The bandwidth is that of all primary lines together. The quality is the "
            "site's availability in the period, without planned work, hours off and time not measured. The date is the "
            "inventory's, and left empty where that has none."),
        ),
    }
)  # fmt: skip
