"""What does a person read who wants to know whether a conference can begin?

One page, the worst bridge first: which one, at which site, how it would sound, and over which line.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from netmon.decide.telling.words import Speaker, clean
from netmon.run.conference import GRADES, Grade, Heard, Look
from netmon.settings.config import Language

LISTED = 25
"""Bridges that a message lists; a page on a terminal has all of them."""

_VIETNAMESE: Mapping[str, str] = MappingProxyType(
    {
        "lost": "mất",
        "poor": "kém",
        "unknown": "không đo được",
        "usable": "dùng được",
        "good": "tốt",
        "bridge": "Điểm cầu",
        "site": "Điểm",
        "sounds": "Chất lượng",
        "loss": "Mất gói",
        "delay": "Trễ",
        "jitter": "Jitter",
        "mos": "MOS",
        "line": "Kênh",
        "backup": "dự phòng",
        "{ready} of {total} bridges ready": "{ready}/{total} điểm cầu sẵn sàng",
        "and {count} more": "và {count} điểm cầu khác",
        "because of {root}": "do {root}",
        "All bridges": "Các điểm cầu",
    }
)
_ENGLISH: Mapping[str, str] = MappingProxyType({"unknown": "not measured", "mos": "MOS"})


class Row(NamedTuple):
    """One bridge in words; what is not known is empty."""

    bridge: str
    site: str
    sounds: str
    loss: str
    delay: str
    jitter: str
    mos: str
    line: str
    why: str


def word(text: str, language: Language) -> str:
    """`text` in this language."""
    return (_VIETNAMESE if language == "vi" else _ENGLISH).get(text, text)


def rows(look: Look, speaker: Speaker, language: Language) -> list[tuple[Grade, Row]]:
    """A row for each bridge, the worst first."""
    return [(heard.grade, _row(look, heard, speaker, language)) for heard in look.heard]


def _row(look: Look, heard: Heard, speaker: Speaker, language: Language) -> Row:
    quality, way = heard.quality, look.ways.get(heard.site)
    known = quality is not None and quality.delay is not None
    backup = f" ({word('backup', language)})" if way is not None and way.backup else ""
    return Row(
        bridge=heard.bridge.removesuffix("/bridge"),
        site=speaker.name(heard.site),
        sounds=word(heard.grade, language),
        loss=speaker.percent(quality.loss) if quality else "",
        delay=speaker.milliseconds(quality.delay) if quality and quality.delay is not None else "",
        jitter=speaker.milliseconds(quality.jitter) if quality and quality.jitter is not None else "",
        mos=speaker.number(quality.mos, 1) if quality and known else "",
        line=speaker.line_label(way.line) + backup if way else "",
        why=_why(heard, known, speaker, language),
    )


def _why(heard: Heard, known: bool, speaker: Speaker, language: Language) -> str:
    """The incident that explains it; else what it falls short of, or why it could not be measured. That nothing came
    back the figures say."""
    if heard.behind:
        return word("because of {root}", language).format(root=speaker.name(heard.behind))
    if heard.grade == "lost":
        return ""
    return clean(heard.why.partition(", wanted ")[2] if known else heard.why)


def summary(look: Look, speaker: Speaker, language: Language) -> str:
    """Which conference, when, how many bridges are ready, and how many there are of each kind."""
    at = look.at if look.event is None else look.event.at
    name = word("All bridges", language) if look.event is None else clean(look.event.name)
    when = f"{datetime.fromtimestamp(at, speaker.zone):%H:%M} {speaker.date(at)}"
    ready = word("{ready} of {total} bridges ready", language).format(ready=look.ready, total=len(look.heard))
    count = Counter(heard.grade for heard in look.heard)
    each = ", ".join(f"{count[grade]} {word(grade, language)}" for grade in GRADES if count[grade])
    return f"{name}, {when}: {ready}" + (f" ({each})" if each else "")


def page(look: Look, speaker: Speaker, language: Language) -> str:
    """The summary, and a line for each bridge that is not good, the worst first."""
    told = [row for grade, row in rows(look, speaker, language) if grade != "good"]
    lines = [_line(row, language) for row in told[:LISTED]]
    more = [word("and {count} more", language).format(count=len(told) - LISTED)] if len(told) > LISTED else []
    return "\n".join([summary(look, speaker, language), *lines, *more])


def _line(row: Row, language: Language) -> str:
    figures = [
        f"MOS {row.mos}" if row.mos else "",
        f"{word('loss', language).lower()} {row.loss}" if row.mos else "",
        f"{word('delay', language).lower()} {row.delay}" if row.delay else "",
        f"jitter {row.jitter}" if row.jitter else "",
        row.line,
        "" if row.mos else row.why,
    ]
    figures = [figure for figure in figures if figure]
    return f"- {row.sounds}: {row.site} ({row.bridge})" + (f": {', '.join(figures)}" if figures else "")
