"""How do states and incidents look on a terminal, in the operators' language?"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netmon.model import Inventory, State
from netmon.settings.config import Language

_COLOURS = {"up": "green", "degraded": "yellow", "down": "bold red", "unreachable": "magenta", "unknown": "dim"}
_ORDER = ("down", "unreachable", "degraded", "unknown", "up")
# The glossary of the messages, dashboards and reports; English stands for itself.
_VIETNAMESE = {
    "up": "Hoạt động",
    "degraded": "Suy giảm",
    "down": "Mất liên lạc",
    "unreachable": "Bị ảnh hưởng",
    "unknown": "Không rõ",
    "sites": "Điểm",
    "devices": "Thiết bị",
    "links": "Kênh",
    "services": "Dịch vụ",
    "level": "Cấp",
    "total": "Tổng",
    "central": "Trung ương",
    "province": "Tỉnh",
    "district": "Huyện",
    "commune": "Xã",
    "id": "Mã",
    "name": "Tên",
    "state": "Trạng thái",
    "since": "Từ",
    "behind": "Do",
    "kind": "Loại",
    "root": "Gốc",
    "cause": "Nguyên nhân",
    "affected": "Số điểm",
    "opened": "Bắt đầu",
    "resolved": "Kết thúc",
    "taken by": "Người nhận",
    "open incidents": "Sự cố đang mở",
    "no open incidents": "Không có sự cố đang mở",
    "incidents of the last 30 days": "Sự cố trong 30 ngày qua",
    "no incidents in the last 30 days": "Không có sự cố trong 30 ngày qua",
    "not running; as of": "không chạy; tính đến",
    "an unknown time": "thời điểm không rõ",
    "outage": "Gián đoạn",
    "redundancy_lost": "Dự phòng",
    "blind": "Mù",
    "service": "Dịch vụ",
    "threshold": "Vượt ngưỡng",
    "unseen": "Chưa từng thấy",
    "change": "Thay đổi",
    "peer": "netmon khác im lặng",
    "drill": "Diễn tập",
    "changes of the last {days} days": "Thay đổi trong {days} ngày qua",
    "no changes in the last {days} days": "Không có thay đổi trong {days} ngày qua",
    "more, older changes": "Còn thay đổi cũ hơn",
    "elsewhere": "Nơi khác",
    "flapping": "chập chờn",
    "silenced": "tạm ngừng báo",
    "maintenance": "Bảo trì",
    "off": "Nghỉ/đã tắt",
    "agent_silent": "SNMP không trả lời",
    "marks": "Ghi chú",
    "slowest": "Chậm nhất",
    "collector": "Phép đo",
    "seconds": "Giây",
    "tables asked for more seldom, their agents are silent": "Số bảng hỏi thưa hơn vì SNMP không trả lời",
    "rule": "Luật",
    "metric": "Số đo",
    "limit": "Ngưỡng",
    "for": "Trong",
    "severity": "Mức",
    "critical": "nghiêm trọng",
    "warning": "cảnh báo",
    "targets": "Đối tượng",
    "series": "Chuỗi đo",
    "firing": "Đang vượt",
    "power": "mất điện",
    "fibre": "đứt cáp",
    "carrier": "nhà mạng",
    "device": "thiết bị",
}


def word(text: str, language: Language) -> str:
    """`text` in this language; what the glossary lacks stays as it is."""
    return _VIETNAMESE.get(text, text) if language == "vi" else text.replace("_", " ")


def clock_text(moment: str | float | None, zone: ZoneInfo, now: datetime) -> str:
    """`21:14:05` for the last 12 hours, `21:14 22/11/2026` before; empty for None. Text is RFC 3339."""
    if moment is None:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else datetime.fromtimestamp(moment, zone)
    at = at.astimezone(zone)
    return at.strftime("%H:%M:%S" if abs(now - at) < timedelta(hours=12) else "%H:%M %d/%m/%Y")


def terminal() -> Console:
    """Where tables go: coloured on a terminal, plain and as wide as needed elsewhere."""
    return Console() if sys.stdout.isatty() else Console(width=250, no_color=True, highlight=False)


def print_json(value: Any) -> None:
    """JSON for scripts on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def by_level(inventory: Inventory, sites: Mapping[str, Any], language: Language) -> Table:
    """How many sites of each level are in each state, and how many bear a mark, where any does."""
    counts: dict[str, Counter[str]] = {level: Counter() for level in inventory.levels}
    beside: dict[str, Counter[str]] = {}
    for key, standing in sites.items():
        if key in inventory.sites:
            level = inventory.sites[key].level
            counts.setdefault(level, Counter())[standing["state"]] += 1
            beside.setdefault(level, Counter()).update(standing.get("marks", ()))
    marks = sorted({mark for count in beside.values() for mark in count})
    table = _table("level", *(state.value for state in State), "total", *marks, language=language)
    for level, count in counts.items():
        cells = [Text(str(count[state] or "-"), style=_COLOURS[state] if count[state] else "dim") for state in State]
        marked = beside.get(level, Counter())
        table.add_row(word(level, language), *cells, str(count.total()), *(str(marked[mark] or "-") for mark in marks))
    return table


def not_up(inventory: Inventory, status: Mapping[str, Any], language: Language, now: datetime) -> Iterator[Table]:
    """For sites, links, devices and services, those that are not up or bear a mark, worst first."""
    names = {key: site.name for key, site in inventory.sites.items()}
    names |= {key: link.circuit for key, link in inventory.links.items()}
    names |= {key: device.name for key, device in inventory.devices.items()}
    names |= {key: service.name for key, service in inventory.services.items()}
    zone = ZoneInfo(inventory.timezone)
    for kind in ("sites", "links", "devices", "services"):
        rows = [(key, row) for key, row in status.get(kind, {}).items() if row["state"] != State.UP or row.get("marks")]
        if rows:
            extra = ["marks"] if any(row.get("marks") for _, row in rows) else []
            table = _table(kind, "name", "state", "since", "behind", *extra, language=language)
            fold(table, 1, 4)
            for key, row in sorted(rows, key=lambda row: (_rank(row[1]["state"]), row[0])):
                since = clock_text(row["since"], zone, now)
                beside = ", ".join(word(mark, language) for mark in row.get("marks", ()))
                name, behind = Text(names.get(key, key)), Text(row["behind"] or "")
                table.add_row(key, name, _state(row["state"], language), since, behind, *([beside] if extra else []))
            yield table


def polls(status: Mapping[str, Any], language: Language) -> Iterator[Table | str]:
    """The slowest devices, and how many tables are asked for more seldom; nothing where there is nothing to say."""
    slow = status.get("slowest", ())
    if slow:
        table = _table("slowest", "collector", "seconds", language=language)
        for row in slow:
            seconds = f"{row['seconds']:.1f}"
            table.add_row(row["id"], row["collector"], seconds.replace(".", ",") if language == "vi" else seconds)
        yield table
    if count := status.get("backed_off", 0):
        yield f"{word('tables asked for more seldom, their agents are silent', language)}: {count}"


def incident_table(incidents: list[dict[str, Any]], language: Language, zone: ZoneInfo, now: datetime) -> Table:
    """Incidents, open ones first, then the latest first."""
    heads = ("id", "kind", "root", "name", "cause", "affected", "opened", "resolved", "taken by", "state")
    latest = sorted(incidents, key=lambda incident: incident["id"], reverse=True)
    rows = [
        _incident(incident, language, zone, now)
        for incident in sorted(latest, key=lambda incident: incident["state"] != "open")
    ]
    # a terminal has no room for what says nothing; elsewhere only who has taken it may be missing, as ever
    spare = heads[4:] if sys.stdout.isatty() else ("taken by",)
    used = [n for n, head in enumerate(heads) if head not in spare or any(row[n] for row in rows)]
    table = _table(*(heads[n] for n in used), language=language)
    fold(table, *(place for place, n in enumerate(used) if heads[n] in ("kind", "root", "name", "cause", "state")))
    for row in rows:
        table.add_row(*(row[n] for n in used))
    return table


def _incident(incident: Mapping[str, Any], language: Language, zone: ZoneInfo, now: datetime) -> tuple[Text, ...]:
    colour = "dim" if incident["state"] != "open" else "bold red" if incident["severity"] == "critical" else "yellow"
    return (
        Text(f"#{incident['id']}"),
        Text(word(incident["kind"], language), style=colour),
        Text(incident["root"]),
        Text(incident.get("name", "")),
        Text("" if incident["cause"] == "unknown" else word(incident["cause"], language)),
        Text(str(len(incident["affected"]))),
        Text(clock_text(incident["opened_at"], zone, now)),
        Text(clock_text(incident["resolved_at"], zone, now)),
        Text(incident.get("acked_by") or ""),
        Text(", ".join(_beside(incident, language))),
    )


def _beside(incident: Mapping[str, Any], language: Language) -> Iterator[str]:
    """What stands beside an incident: it flaps, or a silence hides it."""
    if incident.get("flapping"):
        yield word("flapping", language)
    if incident.get("silenced") and incident["state"] == "open":
        yield f"{word('silenced', language)} ({incident['silenced']})"


def say_as_of(as_of: float | None, language: Language, zone: ZoneInfo) -> None:
    """On stderr: that the service does not run, and of when the figures are."""
    when = word("an unknown time", language)
    if as_of is not None:
        when = datetime.fromtimestamp(as_of, zone).isoformat(timespec="seconds")
    print(f"netmon: {word('not running; as of', language)} {when}", file=sys.stderr)


def _table(*columns: str, language: Language) -> Table:
    return plain_table(*(word(column, language) for column in columns))


def plain_table(*heads: str) -> Table:
    """An empty table with these heads."""
    seen = sys.stdout.isatty()
    table = Table(box=SIMPLE if seen else None, pad_edge=False, collapse_padding=seen, header_style="bold")
    for head in heads:
        table.add_column(head, no_wrap=True, overflow="ellipsis")
    return table


def fold(table: Table, *columns: int) -> None:
    """On a narrow terminal these columns go on below, so that figures, times and numbers have room."""
    for n in columns:
        table.columns[n].no_wrap, table.columns[n].overflow = False, "fold"


def _state(state: str, language: Language) -> Text:
    return Text(word(state, language), style=_COLOURS.get(state, ""))


def _rank(state: str) -> int:
    return _ORDER.index(state) if state in _ORDER else len(_ORDER)
