"""How does the ledger look, to people and to scripts?"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import Desk
from netmon.cli._words import Words
from netmon.clock import rfc3339
from netmon.decide.ledger.book import Interval
from netmon.decide.ledger.facts import ATTRIBUTIONS, COLUMNS, Ruling, Subject
from netmon.decide.ledger.totals import By, Total
from netmon.settings.config import Language

_COLOURS = {"up": "green", "down": "bold red", "maintenance": "cyan", "off": "dim", "unmeasured": "magenta"}
_WIDE = 1000
word = Words(
    {
        "site": "Điểm",
        "device": "Thiết bị",
        "link": "Kênh",
        "circuit": "Mã kênh",
        "carrier": "Nhà mạng",
        "parent": "Điểm trên",
        "name": "Tên",
        "up": "Hoạt động",
        "down": "Mất liên lạc",
        "maintenance": "Bảo trì",
        "off": "Nghỉ/đã tắt",
        "unmeasured": "Không đo được",
        "availability": "Khả dụng",
        "by carrier": "do nhà mạng",
        "by unit": "do đơn vị",
        "by power": "do mất điện",
        "by force_majeure": "bất khả kháng",
        "by unclear": "chưa rõ",
        "own": "tự có",
        "from": "Từ",
        "to": "Đến",
        "state": "Trạng thái",
        "duration": "Thời gian",
        "fault": "Lỗi của",
        "proposed": "đề xuất",
        "confirmed by": "Người xác nhận",
        "why": "Lý do",
        "incident": "Sự cố",
        "before": "trước",
        "after": "sau",
        "nothing changes in this period": "trong kỳ này không có gì thay đổi",
        "nothing is in the ledger of this period": "trong kỳ này sổ không có gì",
        "entries of the journal that are damaged and left out, see netmon doctor": (
            "số mục của nhật ký bị hỏng, không tính đến, xem netmon doctor"
        ),
        "not written": "chưa ghi",
        "written": "đã ghi",
    }
)


def duration(seconds: int, language: Language) -> str:
    """`-`, `0:04:05`, `29d 3:04:05`: to the second, as the columns add up."""
    days, rest = divmod(seconds, 86400)
    text = f"{rest // 3600}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    unit = " ngày" if language == "vi" else "d"
    return f"{days}{unit} {text}" if days else text if seconds else "-"


def names_of(desk: Desk, by: By) -> Mapping[str | None, str]:
    """What people call each of them, where they have another name for it."""
    inventory = desk.inventory
    match by:
        case "site" | "parent":
            return {name: site.name for name, site in inventory.sites.items()}
        case "device":
            return {name: device.name for name, device in inventory.devices.items()}
        case "link":
            return {name: link.circuit for name, link in inventory.links.items()}
        case "carrier":
            return {name: carrier.name for name, carrier in inventory.carriers.items()}
        case "circuit":
            return {link.circuit or name: name for name, link in inventory.links.items()}


def totals_table(desk: Desk, by: By, found: Mapping[str | None, Total]) -> Table:
    """One row for each key: the five columns, availability, and of the time down, through whom."""
    faults = [fault for fault in ATTRIBUTIONS if any(total.down[fault] for total in found.values())]
    heads = (by, "name", *COLUMNS, "availability", *(f"by {fault}" for fault in faults))
    table, names = _table(desk.language, heads, right=len(heads) - 2), names_of(desk, by)
    for key, total in found.items():
        cells = [_cell(desk, total.seconds[column], _COLOURS[column]) for column in COLUMNS]
        cells += [Text(share(total, desk.language)), *(_cell(desk, total.down[fault]) for fault in faults)]
        table.add_row(_key(key, desk.language), Text(names.get(key, "")), *cells)
    return table


def share(total: Total, language: Language) -> str:
    """Availability to three digits, never rounded up to a whole that was not reached; empty if nothing was measured."""
    if total.availability is None:
        return ""
    text = f"{int(total.availability * 100_000) / 1000:.3f}%"
    return text.replace(".", ",") if language == "vi" else text


def intervals_table(desk: Desk, intervals: Iterable[Interval]) -> Table:
    """One row for each interval, with the fault, who confirmed it and why; rulings that no longer count stand below."""
    heads = ("from", "to", "duration", "state", "fault", "incident", "confirmed by", "why")
    table = _table(desk.language, heads)
    for one in intervals:
        last = one.rulings[-1] if one.rulings else None
        state = Text(word(one.column, desk.language), _COLOURS[one.column])
        cells = [desk.text(one.since), desk.text(one.until), duration(one.seconds, desk.language)]
        why = Text(last.why if last else "")
        number = "" if one.incident is None else f"#{one.incident}"
        table.add_row(*cells, state, _fault(one, desk.language), number, _who(desk, last), why)
        for older in reversed(one.rulings[:-1]):
            fault = Text(_through(older.attribution, desk.language), "dim strike")
            table.add_row("", "", "", "", fault, "", _who(desk, older, "dim"), Text(older.why, "dim"))
    return table


def effect_table(desk: Desk, by: By, changed: Mapping[str | None, tuple[Total, Total]]) -> Table:
    """Two rows for each key: without the correction and with it."""
    faults = [fault for fault in ATTRIBUTIONS if any(one.down[fault] for pair in changed.values() for one in pair)]
    heads = (by, "", *COLUMNS, "availability", *(f"by {fault}" for fault in faults))
    table = _table(desk.language, heads, right=len(heads) - 2)
    for key, pair in changed.items():
        for when, total in zip(("before", "after"), pair, strict=True):
            cells = [_cell(desk, total.seconds[column], _COLOURS[column]) for column in COLUMNS]
            cells += [Text(share(total, desk.language)), *(_cell(desk, total.down[fault]) for fault in faults)]
            first = _key(key, desk.language) if when == "before" else Text()
            table.add_row(first, word(when, desk.language), *cells)
    return table


def total_json(total: Total) -> dict[str, Any]:
    """Seconds by column, and of those down by attribution."""
    return {"seconds": dict(total.seconds), "down": dict(total.down), "availability": total.availability}


def totals_json(desk: Desk, by: By, found: Mapping[str | None, Total]) -> list[dict[str, Any]]:
    """One object for each key; id null are the lines that nobody rents out."""
    names = names_of(desk, by)
    return [{"id": key, "name": names.get(key, ""), **total_json(total)} for key, total in found.items()]


def interval_json(desk: Desk, of: Subject, one: Interval) -> dict[str, Any]:
    """An interval with its attribution, what was proposed, and every ruling, the last of which counts."""
    line = {"carrier": one.owner.carrier, "circuit": one.owner.circuit, "parent": one.owner.parent}
    return {
        "since": rfc3339(one.since, desk.zone),
        "until": rfc3339(one.until, desk.zone),
        "seconds": one.seconds,
        "state": one.column,
        "site": one.owner.site,
        "area": one.owner.area,
        "level": one.owner.level,
        **(line if of == "link" else {}),
        "outage": None if one.outage is None else rfc3339(one.outage, desk.zone),
        "attribution": one.attribution,
        "proposed": one.proposed,
        "incident": one.incident,
        "rulings": [ruling_json(desk, ruling) for ruling in one.rulings],
    }


def ruling_json(desk: Desk, ruling: Ruling) -> dict[str, Any]:
    """Who said what when."""
    return {
        "at": rfc3339(ruling.at, desk.zone),
        "who": ruling.who,
        "why": ruling.why,
        "attribution": ruling.attribution,
    }


def _through(fault: str, language: Language) -> str:
    return word(f"by {fault}", language).removeprefix("by ").removeprefix("do ")


def _fault(one: Interval, language: Language) -> str:
    if one.attribution is None:
        return ""
    text = _through(one.attribution, language)
    return text if one.rulings else f"{text} ({word('proposed', language)})"


def _who(desk: Desk, ruling: Ruling | None, style: str = "") -> Text:
    return Text("" if ruling is None else f"{ruling.who}, {desk.text(ruling.at)}", style)


def _key(key: str | None, language: Language) -> Text:
    return Text(word("own", language) if key is None else key)


def _cell(desk: Desk, seconds: int, colour: str = "") -> Text:
    return Text(duration(seconds, desk.language), colour if seconds else "dim")


def _table(language: Language, heads: Sequence[str], right: int = 0) -> Table:
    table = Table(box=SIMPLE if sys.stdout.isatty() else None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        side: Literal["left", "right"] = "right" if place >= len(heads) - right else "left"
        table.add_column(word(head, language), no_wrap=True, overflow="ellipsis", justify=side)
    return table


def show(table: Table, out: Console) -> None:
    """Print it; where the terminal is too narrow, cells go over several lines, for half a duration would be a lie."""
    wide = out.measure(table, options=out.options.update(width=_WIDE, max_width=_WIDE)).maximum
    if out.is_terminal and wide > out.width:
        table.padding = 0
        for column in table.columns:
            column.no_wrap, column.overflow = False, "fold"
    out.print(table)


def say(text: str, language: Language) -> None:
    """A line of the glossary, for people."""
    tables.terminal().print(word(text, language))
