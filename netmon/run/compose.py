"""What exactly does a notice say, to people and to machines?"""

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog

from netmon.clock import rfc3339
from netmon.decide import shapes
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Wording
from netmon.decide.telling import messages as wording
from netmon.decide.walltime import shift_event
from netmon.model import Inventory
from netmon.settings.messages import Messages

log = structlog.get_logger()


def never_set() -> float:
    """A wall clock that nobody has set since the start."""
    return 0.0


class Composer:
    """Words for letters, in one language unless they ask for another and with the names of one inventory.

    Callable as decide.notices asks.

    `ahead` tells by how many seconds the wall clock is ahead of the times that the events bear.
    """

    __slots__ = ("_ahead", "_complained", "_inventory", "_language", "_messages", "_zone")

    def __init__(
        self, messages: Messages, inventory: Inventory, language: str, ahead: Callable[[], float] = never_set
    ) -> None:
        self._ahead = ahead
        self._complained: set[str] = set()
        self.use(messages, inventory, language)

    def use(self, messages: Messages, inventory: Inventory, language: str) -> None:
        """Speak of this inventory, with these messages, from now on."""
        self._messages = messages
        self._inventory = inventory
        self._language = language
        self._zone = ZoneInfo(inventory.timezone)

    def __call__(self, letter: Letter, notice_id: str) -> Wording:
        """The words; `body` is the JSON that webhooks post: id, event, at (RFC 3339), text, incident."""
        event = shift_event(letter.event, self._ahead())
        language = letter.language or self._language
        subject, text = wording.render(self._messages, self._inventory, event, language, self._complain)
        say = wording.speaker(self._messages, self._inventory, language).say
        body = {
            "id": notice_id,
            "event": event.event,
            "at": rfc3339(event.at, self._zone),
            "text": text,
            "incident": shapes.incident(self._inventory, event.incident, self._zone, say),
        }
        return Wording(subject, text, json.dumps(body, ensure_ascii=False))

    def _complain(self, why: str) -> None:
        """A broken template is logged once, not with each message."""
        if why not in self._complained:
            self._complained.add(why)
            log.error("message template not usable, plain facts sent instead", why=why)
