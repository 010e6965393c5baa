"""Which words does a print add to what the report says?"""

from collections.abc import Mapping
from types import MappingProxyType

from netmon.settings.config import Language

_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "vi": {
            "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "motto": "Độc lập - Tự do - Hạnh phúc",
            "page": "Trang",
            "place": "…………………, ngày …… tháng …… năm ………",
            "sign": "(Ký, ghi rõ họ tên)",
            "limit": "Ngưỡng",
            "least": "Thấp nhất",
            "most": "Cao nhất",
            "last": "Cuối kỳ",
            "measured": "Số lần đo",
            "time": "Thời điểm",
            "value": "Giá trị",
            "what": "Nội dung",
            "first": "Tổng hợp",
        },
        "en": {
            "nation": "",
            "motto": "",
            "page": "Page",
            "place": "…………………, date ……………………",
            "sign": "(Signature and full name)",
            "limit": "Limit",
            "least": "Lowest",
            "most": "Highest",
            "last": "Last",
            "measured": "Measurements",
            "time": "Time",
            "value": "Value",
            "what": "What",
            "first": "Summary",
        },
    }
)


def words(language: Language) -> Mapping[str, str]:
    """The words of one language: the nation's name and motto stand above whatever an office writes."""
    return _WORDS[language]
