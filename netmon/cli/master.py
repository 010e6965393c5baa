"""`netmon master`: may this netmon tell people again?"""

import sys
import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli._said import Who, known_as, login
from netmon.cli._twin import when
from netmon.cli._words import Words
from netmon.run.twin import origin, unmark
from netmon.settings.project import load

_WORDS = Words(
    {
        "it is the master already": "máy này đang là máy chính",
        "a twin of {host}, of the backup of {backup}; mute since {since}": (
            "bản sao của {host}, từ bản sao lưu lúc {backup}; không báo ai từ {since}"
        ),
        "is {host} switched off, or stopped for good? Two masters tell everything twice": (
            "{host} đã tắt hẳn hoặc dừng hẳn chưa? Hai máy chính thì mọi tin đều gửi hai lần"
        ),
        "make this one the master": "Đưa máy này làm máy chính",
        "it stays mute": "vẫn không báo ai",
        "it is the master now; what is open and was not told yet is told now": (
            "máy này là máy chính; sự cố đang mở mà chưa báo thì báo ngay"
        ),
    }
)


def master(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    who: Who = "",
) -> None:
    """Make a restored netmon, which is mute, the master. A running service notices within seconds.

    From then on people are told: what is open and was not told yet at once, what came and went meanwhile never.
    """
    loaded = load(project)
    language, data, zone = loaded.config.language, loaded.config.data, ZoneInfo(loaded.inventory.timezone)
    person = known_as(who, login(), loaded.roster) if who else login()
    found = origin(data)
    if found is None:
        print(_WORDS("it is the master already", language))
        return
    about = {
        "host": found.host,
        "backup": when(found.backup, language, zone),
        "since": when(found.since, language, zone),
    }
    print(_WORDS("a twin of {host}, of the backup of {backup}; mute since {since}", language, **about))
    if not yes:
        print(
            _WORDS("is {host} switched off, or stopped for good? Two masters tell everything twice", language, **about)
        )
        if not sys.stdin.isatty() or not typer.confirm(_WORDS("make this one the master", language)):
            print(_WORDS("it stays mute", language), file=sys.stderr)
            raise typer.Exit(1)
    unmark(data, person, time.time())
    print(_WORDS("it is the master now; what is open and was not told yet is told now", language))
