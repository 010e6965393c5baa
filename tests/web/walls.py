"""Provinces as the wall shows them, made up: how many sites, and what is wrong with how many of them."""

import random
from dataclasses import dataclass, field
from typing import Any

from netmon.decide.wall import WORST_FIRST

FIRST = (
    "Châu",
    "Đông",
    "An",
    "Lâm",
    "Xuân",
    "Yên",
    "Tân",
    "Mỏ",
    "Đại",
    "Phong",
    "Nậm",
    "Suối",
    "Khánh",
    "Minh",
    "Thượng",
)
LAST = (
    "Quế Thượng",
    "Cuông",
    "Thịnh",
    "Giang",
    "Tầm",
    "Hợp",
    "Vàng",
    "Sơn",
    "Dụ",
    "Búng",
    "Giàng",
    "Hòa",
    "Quế Hạ",
    "Phú",
    "A",
)
AREAS = (
    "Điểm cấp tỉnh", "KV Văn Yên", "KV Lục Yên", "KV Yên Bình", "KV Trấn Yên", "KV Văn Chấn", "KV Mù Cang Chải",
    "KV Trạm Tấu", "KV Nghĩa Lộ", "KV Thành phố Yên Bái",
)  # fmt: skip
AGENCIES = ("Sở Thông tin và Truyền thông", "VP UBND tỉnh", "Thanh tra tỉnh", "Sở Nông nghiệp và Phát triển nông thôn")
ROOTS = (
    ("MẤT", "down", "Huyện Văn Yên", "nghi đứt cáp", "chị Lan"),
    ("MẤT", "down", "VNPT Yên Bái", "nghi lỗi nhà mạng", ""),
    ("DỰ PHÒNG", "backup", "Xã Châu Quế Hạ · FTTH", "", "trưởng phòng Hạ tầng"),
    ("KÉM", "poor", "H. Mù Cang Chải · kênh thuê riêng", "", ""),
    ("MẤT", "poor", "TTDL tỉnh · Cổng dịch vụ công và hệ thống một cửa điện tử", "", "anh Bình"),
    ("CẢNH BÁO", "poor", "Sở Thông tin và Truyền thông · router", "nghi hỏng thiết bị", "anh Hưng"),
)


@dataclass(slots=True, kw_only=True)
class Walls:
    """What everybody may see, to be set by a test."""

    says: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def wall(self, language: str) -> dict[str, Any]:
        self.asked.append(language)
        return self.says


def province(sites: int, lost: int = 0, others: int = 0, opened: int = 0) -> dict[str, Any]:
    """So many sites in ten areas; of them `lost`, and `others` in each of the other ways not to be well."""
    chance = random.Random(sites + lost)
    shows = ["down"] * ((lost + 4) // 5) + ["cut"] * (lost - (lost + 4) // 5)
    shows += [what for what in ("poor", "backup", "unknown", "planned", "off") for _ in range(others)]
    shows += ["up"] * (sites - len(shows))
    chance.shuffle(shows)
    areas: list[dict[str, Any]] = [{"name": name, "sites": []} for name in AREAS]
    for number, what in enumerate(shows):
        name = f"{FIRST[number % 15]} {LAST[number // 15 % 15]}" if number % 10 else AGENCIES[number // 10 % 4]
        areas[number % 10]["sites"].append({"name": name, "shows": what})
    for area in areas:
        area["sites"].sort(key=lambda site: WORST_FIRST[site["shows"]])
    incidents = [
        {
            "id": 4127 + number, "tag": tag, "shows": what, "severity": "critical", "name": name, "cause": cause,
            "opened_at": f"2026-11-2{number % 3}T{19 - number:02}:26:00.000+07:00", "sites": 12 >> number, "by": by,
            "hushed": number == 3,
        }
        for number, (tag, what, name, cause, by) in enumerate(ROOTS[:opened])
    ]  # fmt: skip
    return {
        "at": "2026-11-22T21:14:05.000+07:00", "zone": "Asia/Ho_Chi_Minh", "version": "1", "running": True,
        "age": 1.4, "stale_after": 32.0, "blind": None, "incidents": incidents, "more": max(opened - 6, 0),
        "counts": {what: shows.count(what) for what in WORST_FIRST}, "areas": areas,
    }  # fmt: skip
