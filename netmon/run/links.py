"""How can somebody take an incident with a click, and nobody else?

A link carries a token: the incident, the person, when it expires, and a signature (HMAC-SHA256, RFC 2104) by a key that
only the service knows. It counts once: what the same person has taken by a link since it was made has used it up.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

from netmon.clock import Clock
from netmon.errors import NotPermitted
from netmon.run.keys import keep
from netmon.settings.config import Config

FILE = "link.key"
LIFE = 86400.0
"""Seconds for which a link counts."""
KEY = 32
"""Octets of the key: as many as the hash has (RFC 2104, 3)."""

_TOKEN = re.compile(r"([0-9]{1,15})\.([0-9]{1,12})\.([a-z0-9-]{1,100})\.([A-Za-z0-9_-]{43})", re.ASCII)


class Claim(NamedTuple):
    """What a token says: who may take which incident, and until when (wall time)."""

    incident: int
    person: str
    expires: int

    @property
    def made(self) -> float:
        """When the link was made."""
        return self.expires - LIFE


def read_key(data: Path) -> bytes:
    """The service's key, which is made once and survives restarts, so that links do. NotPermitted."""
    path = data / FILE
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    except OSError as error:
        raise NotPermitted(f"{path}: cannot be read: {error.strerror}") from None
    if not key:
        key = token_bytes(KEY)
        keep(path, key)
    if len(key) != KEY:
        raise NotPermitted(f"{path}: this is no key; delete it, and links that were sent no longer count")
    return key


class Links:
    """Makes links, and reads them. `url` is where people reach the service; `wall` tells the wall clock's time."""

    __slots__ = ("_key", "_url", "_wall")

    def __init__(self, key: bytes, url: str, wall: Callable[[], float]) -> None:
        self._key, self._url, self._wall = key, url, wall

    def link(self, incident: int, person: str) -> str:
        """Where this person takes this incident; "" if people cannot reach the service."""
        if not self._url:
            return ""
        words = f"{incident}.{int(self._wall() + LIFE)}.{person}"
        return f"{self._url}/a/{words}.{self._signed(words)}"

    def read(self, token: str) -> Claim | None:
        """What a token says; None if it was not made here, was changed, or has expired."""
        found = _TOKEN.fullmatch(token)
        words = token.rpartition(".")[0]
        if found is None or not hmac.compare_digest(found[4], self._signed(words)):
            return None
        claim = Claim(int(found[1]), found[3], int(found[2]))
        return claim if self._wall() < claim.expires else None

    def _signed(self, words: str) -> str:
        return urlsafe_b64encode(hmac.digest(self._key, words.encode(), sha256)).decode().rstrip("=")


def links_of(config: Config, clock: Clock) -> Links:
    """The links of a service with these settings. NotPermitted if its key can neither be read nor made."""
    return Links(read_key(config.data), config.url, lambda: clock.now() + clock.ahead())
