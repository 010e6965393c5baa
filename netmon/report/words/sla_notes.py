"""How was each figure of the report counted, in words that a contract's parties can read?"""

from collections.abc import Mapping
from types import MappingProxyType

NOTES: tuple[tuple[str, str], ...] = (
    (
        (
            "Mỗi giây của mỗi kênh nằm đúng vào một cột: hoạt động, mất liên lạc, bảo trì, nghỉ/đã tắt hoặc không"
            " đo được; năm cột cộng lại bằng thời gian của kỳ. Mọi mốc được làm tròn một lần đến giây trước khi"
            " cộng."
        ),
        (
            "Each second of each line stands in exactly one column: up, down, maintenance, off or unmeasured; the"
            " five add up to the period. Every boundary is rounded to a second once, before anything is added."
        ),
    ),
    (
        (
            "Mất liên lạc tính từ gói thăm dò đầu tiên không có trả lời, không phải từ lúc hệ thống kết luận."
            " Kênh suy giảm chất lượng vẫn tính là hoạt động."
        ),
        ("Down counts from the first probe that was not answered, not from the verdict. A degraded line counts as up."),
    ),
    (
        (
            "Sẵn sàng thô = hoạt động / (hoạt động + mất liên lạc + bảo trì + nghỉ/đã tắt): mọi lúc kênh không"
            " chạy đều tính là mất. Sẵn sàng sau loại trừ = hoạt động / (hoạt động + mất liên lạc). Bảo trì chỉ"
            " gồm thời gian có kế hoạch mà kênh không hoạt động. Phần trăm không bao giờ được làm tròn lên."
        ),
        (
            "Raw = up / (up + down + maintenance + off): whenever it did not work it was lost. After exclusions ="
            " up / (up + down). Maintenance is only time of planned work in which the line was not up. Percentages"
            " are never rounded up."
        ),
    ),
    (
        (
            "Không đo được: khi hệ thống giám sát không chạy hoặc mất mạng, khi kênh chưa có trong danh mục hoặc"
            " nằm sau một chỗ hỏng khác. Thời gian này không vào tử số, không vào mẫu số, không tính lỗi cho ai."
        ),
        (
            "Unmeasured: netmon did not run or was cut off, or the line was not in the inventory or lay behind"
            " another fault. This time is in no numerator and no denominator, and nobody's fault."
        ),
    ),
    (
        ("Điểm nằm sau một chỗ hỏng khác vẫn tính là mất liên lạc của điểm, dù kênh của nó khi đó không đo được."),
        "A site behind another fault counts as down, though its own line is unmeasured then.",
    ),
    (
        (
            "Nguyên nhân do hệ thống đề xuất từ sự cố giải thích gián đoạn; chỉ sau khi có người xác nhận mới"
            " được xếp vào phần đã xác nhận. Ý kiến sau thay ý kiến trước, ý kiến trước vẫn được giữ."
        ),
        (
            "The incident that explains an outage proposes whose fault it is; it counts as confirmed only when a"
            " person has ruled. A later ruling replaces an earlier one, which is kept."
        ),
    ),
    (
        (
            "Cam kết là của từng kênh với từng nhà mạng trong thời gian nhà mạng đó có kênh, theo danh mục hiện nay;"
            " nơi danh mục trong kỳ ghi khác thì có bảng riêng. Được phép mất = (1 −"
            " cam kết) × (hoạt động + mất liên lạc), lẻ giây tính có lợi cho nhà mạng. Tính phạt = phần lỗi nhà"
            " mạng đã xác nhận vượt quá mức được phép; phần chỉ mới đề xuất để riêng. Cột vượt mức gồm mọi nguyên"
            " nhân và không phải căn cứ tính phạt."
        ),
        (
            "A promise is about one line and one carrier, for the time in which that carrier had it, by today's"
            " inventory; where that said something else in this period a table of its own tells it. Allowed = (1"
            " − promised) × (up + down), parts of a second in the carrier's favour. Penalty basis = the carrier's"
            " confirmed fault beyond what is allowed; what is only proposed stands apart. The column beyond it is"
            " of any fault and no basis for a penalty."
        ),
    ),
    (
        (
            "QCVN 34:2019 là quy chuẩn cho dịch vụ Internet băng rộng cố định, chỉ để đối chiếu; QCVN 34:2022 đã thay"
            " thế, cần xem mức của bản hiện hành trước khi viện dẫn."
        ),
        (
            "QCVN 34:2019 is a norm for fixed broadband, to compare with; QCVN 34:2022 has taken its place: read the"
            " figure in force before it is quoted."
        ),
    ),
    (
        (
            "Một lần gián đoạn được đếm một lần, ở nhóm mà nó bắt đầu trong kỳ; độ dài là số giây mất liên lạc"
            " trong kỳ. Khắc phục trung bình = tổng độ dài / số lần."
        ),
        (
            "An outage is counted once, in the group in which it begins in this period; its length is its seconds"
            " down in the period. Mean time to repair = lengths / outages."
        ),
    ),
)
"""How each figure was counted: Vietnamese, English."""

STRUCTURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "date": (
            (
                "Theo cơ cấu của từng thời điểm: mỗi giây đứng ở điểm, khu vực, cấp và nhà mạng mà kênh thuộc về"
                " đúng lúc đó."
            ),
            (
                "By the structure of the date: each second stands under the site, area, level and carrier that"
                " the line belonged to in that second."
            ),
        ),
        "today": (
            (
                "Theo cơ cấu ngày nay: mọi giây đứng ở điểm, khu vực, cấp và nhà mạng mà kênh thuộc về hiện nay;"
                " xã sáp nhập mang tổng của các xã trước đó. Riêng cam kết luôn tính với nhà mạng của thời điểm."
            ),
            (
                "By the structure of today: every second stands under the site, area, level and carrier that the"
                " line belongs to now; a merged commune shows the sum of its predecessors. Only promises are"
                " always those of the carrier of the date."
            ),
        ),
    }
)
"""What the two structures mean: Vietnamese, English."""
