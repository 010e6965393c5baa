"""Somebody who takes what people say, and a gate before them."""

from dataclasses import dataclass, field, replace

from netmon.errors import NotTaken
from netmon.model import Secret
from netmon.people import Act
from netmon.web.gate import Gate

TOKEN = "t" * 40
BOT = "b" * 40


@dataclass(slots=True)
class Taker:
    """Takes everything, or refuses it for this reason, if `about` then only of this incident."""

    said: list[Act] = field(default_factory=list)
    objects: NotTaken | None = None
    about: int | None = None
    turned_away: int = 0

    async def say(self, act: Act) -> Act:
        if self.objects is not None and self.about in (None, act.incident):
            raise self.objects
        self.said.append(act)
        return replace(act, at=1.0, number=4200)

    async def reply(self, sender: str, text: str) -> str:
        return f"{sender} says {text}"

    def refused(self) -> None:
        self.turned_away += 1


def gate(taker: Taker) -> Gate:
    return Gate(TOKEN, {"bot": Secret(BOT, "env:BOT"), "unset": Secret(None, "env:NONE")}, taker.refused)
