"""How is the noise of a week told, in Vietnamese and in English?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from netmon.decide.telling.words import Speaker, clean
from netmon.report.noise import NIGHT, Noise, Week
from netmon.settings.config import Language

COLUMNS = ("messages", "nights", "incidents", "taken", "false", "lasted", "hint")
"""What stands behind the name in each row."""
LISTED = 3
"""Lines of each top ten that a message has."""

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": (
            "{days} qua: {messages} tin nhắn về {incidents} sự cố, {nights} tin ban đêm; báo nhầm: {false}",
            "Last {days}: {messages} messages about {incidents} incidents, {nights} at night; no fault: {false}",
        ),
        "quiet": ("{days} qua không ai bị nhắn tin", "Nobody was sent a message in the last {days}"),
        "by_rule": ("Luật, loại sự cố", "By rule or kind"),
        "by_thing": ("Kênh, thiết bị, điểm", "By line, device, site"),
        "messages": ("Tin nhắn", "messages"),
        "nights": (f"{NIGHT[0]}–{NIGHT[1]} giờ", f"{NIGHT[0]}–{NIGHT[1]} h"),
        "incidents": ("Sự cố", "incidents"),
        "taken": ("Nhận", "taken"),
        "false": ("Báo nhầm", "no fault"),
        "lasted": ("Kéo dài", "lasts"),
        "hint": ("Nên làm", "what may help"),
        "line": ("{name}: {messages} tin, {nights} ban đêm", "{name}: {messages} messages, {nights} at night"),
        "hint_limit": ("báo nhầm ({reason}): nâng ngưỡng hoặc `for`", "no fault ({reason}): raise the limit or `for`"),
        "hint_false": ("phần lớn báo nhầm: {reason}", "mostly no fault: {reason}"),
        "hint_power": ("phần lớn do mất điện: xem UPS, hỏi điện lực", "mostly the power: is there a UPS that holds?"),
        "hint_for": ("thường tự hết sau {lasted}: nâng `for`", "usually over within {lasted}: raise `for`"),
        "hint_carrier": ("hỏng lặp lại: yêu cầu {carrier} xử lý dứt điểm",
                         "fails again and again: ask {carrier} to mend it for good"),
        "hint_redundancy": ("chỉ có một kênh: thiếu dự phòng", "has one line only: a second is missing"),
        "hint_nobody": ("không ai nhận lần nào: có cần nhắn không?", "nobody ever takes it: need it be sent?"),
    }
)  # fmt: skip


class Table(NamedTuple):
    """A heading, and rows: a name, and what `COLUMNS` say."""

    head: str
    rows: list[list[str]]


def word(key: str, language: Language) -> str:
    """A word or a sentence with its placeholders."""
    return _WORDS[key][language != "vi"]


def title(week: Week, days: int, speaker: Speaker, language: Language) -> str:
    """The whole week in a sentence."""
    return word("title" if week.messages else "quiet", language).format(
        days=speaker.duration(days * 86400.0),
        messages=week.messages,
        incidents=week.incidents,
        nights=week.nights,
        false=week.false,
    )


def tables(week: Week, speaker: Speaker, language: Language) -> list[Table]:
    """The two top tens, of rules and of things."""
    return [
        Table(word(head, language), [[name(one, speaker), *_row(one, speaker, language)] for one in found])
        for head, found in (("by_rule", week.by_rule), ("by_thing", week.by_thing))
    ]


def page(week: Week, speaker: Speaker, language: Language) -> str:
    """The first of each top ten, a line each, for a message."""
    parts = []
    for head, found in (("by_rule", week.by_rule), ("by_thing", week.by_thing)):
        parts.append(word(head, language) + ":")
        for one in found[:LISTED]:
            line = word("line", language).format(name=name(one, speaker), messages=one.messages, nights=one.nights)
            hint = _hint(one, speaker, language)
            parts.append(f"- {line}" + (f"; {hint}" if hint else ""))
    return "\n".join(parts)


def name(one: Noise, speaker: Speaker) -> str:
    """A kind of incident by the tag that its messages have, a rule by its name, a thing as people call it."""
    return speaker.phrases.get("tags", one.name) or speaker.name(one.name)


def _row(one: Noise, speaker: Speaker, language: Language) -> list[str]:
    counts = (one.messages, one.nights, one.incidents, one.taken, one.false)
    lasted = "" if one.lasted is None else speaker.duration(one.lasted)
    return [*(str(count or "-") for count in counts), lasted, _hint(one, speaker, language)]


def _hint(one: Noise, speaker: Speaker, language: Language) -> str:
    if not one.hint:
        return ""
    return word(f"hint_{one.hint}", language).format(
        reason=", ".join(clean(reason) for reason in one.reasons),
        lasted="" if one.lasted is None else speaker.duration(one.lasted),
        carrier=speaker.name(one.carrier),
    )
