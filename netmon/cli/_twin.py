"""How is somebody at a terminal told that this netmon tells nobody?"""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from netmon.cli._words import Words
from netmon.run.twin import Origin
from netmon.settings.config import Language

WORDS = Words(
    {
        "MUTE: not the master since {since}; a twin of {host}. netmon master makes it the master": (
            "KHÔNG BÁO AI: chưa là máy chính, từ {since}; bản sao của {host}. Đưa làm máy chính: netmon master"
        ),
        "an unknown time": "lúc không rõ",
    }
)


def when(at: float, language: Language, zone: ZoneInfo) -> str:
    """`21:14 22/11/2026`; 0 is not known."""
    return f"{datetime.fromtimestamp(at, zone):%H:%M %d/%m/%Y}" if at else WORDS("an unknown time", language)


def say_mute(twin: Origin, language: Language, zone: ZoneInfo) -> None:
    """On stderr: that nobody is told anything, since when, and what to do about it."""
    text = "MUTE: not the master since {since}; a twin of {host}. netmon master makes it the master"
    print(f"netmon: {WORDS(text, language, since=when(twin.since, language, zone), host=twin.host)}", file=sys.stderr)
