"""What exactly does a notice say, to people and to machines?"""

import json
import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import structlog

from netmon.clock import rfc3339
from netmon.decide import shapes
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Wording
from netmon.decide.telling import messages as wording
from netmon.decide.telling.public import Shield, public_event, public_root, shield
from netmon.decide.telling.reply import Reply, can_be_taken
from netmon.decide.walltime import shift_event
from netmon.model import Channel, IncidentEvent, Inventory
from netmon.settings.messages import Messages

_ADDRESS = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:.])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b"
    r"|(?<![\w:.])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b|(?<![\w:.])(?:[0-9a-f]{1,4}:)+(?::[0-9a-f]{1,4})+\b",
    re.IGNORECASE,
)
"""IPv4, MAC and IPv6 addresses: no times of the day, which have two colons at most."""

log = structlog.get_logger()


def never_set() -> float:
    """A wall clock that nobody has set since the start."""
    return 0.0


def no_link(incident: int, person: str) -> str:
    """Nothing can be taken with a click."""
    return ""


class Composer:
    """Words for letters, in one language unless they ask for another and with the names of one inventory.

    Callable as decide.notices asks.

    `ahead` tells by how many seconds the wall clock is ahead of the times that the events bear. `channels` says how
    much may be told where; `link` where a person can take an incident with a click ("" = nowhere).
    """

    __slots__ = (
        "_ahead", "_channels", "_complained", "_inventory", "_language", "_link", "_messages", "_shields", "_zone",
    )  # fmt: skip

    def __init__(
        self,
        messages: Messages,
        inventory: Inventory,
        language: str,
        ahead: Callable[[], float] = never_set,
        *,
        channels: Mapping[str, Channel] | None = None,
        link: Callable[[int, str], str] = no_link,
    ) -> None:
        self._ahead = ahead
        self._channels = channels or {}
        self._link = link
        self._complained: set[str] = set()
        self.use(messages, inventory, language)

    def use(self, messages: Messages, inventory: Inventory, language: str) -> None:
        """Speak of this inventory, with these messages, from now on."""
        self._messages = messages
        self._inventory = inventory
        self._language = language
        self._zone = ZoneInfo(inventory.timezone)
        self._shields: dict[str, Shield] = {}

    def __call__(self, letter: Letter, notice_id: str) -> Wording:
        """The words; `body` is the JSON that webhooks post: id, event, at (RFC 3339), text, incident."""
        event = shift_event(letter.event, self._ahead())
        language = letter.language or self._language
        channel = self._channels.get(letter.by, Channel())
        public = self._shield(language) if channel.detail == "public" else None
        subject, text = wording.render(
            self._messages,
            self._inventory,
            event,
            language,
            self._complain,
            reply=self._reply(letter, channel),
            shield=public,
        )
        body = {
            "id": notice_id,
            "event": event.event,
            "at": rfc3339(event.at, self._zone),
            "text": text,
            "incident": self._incident(event, language, public),
        }
        made = Wording(subject, text, json.dumps(body, ensure_ascii=False))
        return made if public is None else Wording(*(_ADDRESS.sub("…", part) for part in made))

    def _reply(self, letter: Letter, channel: Channel) -> Reply:
        """Who has a name here may take what is told; with a click where there is room for a link and no stranger."""
        if letter.to == letter.by:
            return Reply()
        clicks = channel.detail == "full" and channel.address in ("email", "chat") and can_be_taken(letter.event)
        return Reply(True, letter.then, self._link(letter.event.incident.id, letter.to) if clicks else "")

    def _shield(self, language: str) -> Shield:
        if language not in self._shields:
            self._shields[language] = shield(wording.speaker(self._messages, self._inventory, language))
        return self._shields[language]

    def _incident(self, event: IncidentEvent, language: str, public: Shield | None) -> dict[str, object]:
        if public is None:
            say = wording.speaker(self._messages, self._inventory, language).say
            return shapes.incident(self._inventory, event.incident, self._zone, say)
        event = public_event(event, public)
        say = wording.speaker(self._messages, public.inventory, language).say
        shown = shapes.incident(public.inventory, event.incident, self._zone, say)
        return shown | {"root": public_root(event.incident, public), "links": []}

    def _complain(self, why: str) -> None:
        """A broken template is logged once, not with each message."""
        if why not in self._complained:
            self._complained.add(why)
            log.error("message template not usable, plain facts sent instead", why=why)
