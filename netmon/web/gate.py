"""Who may change something?

Whoever shows a token: the service's own, which the commands on the same machine read from a file that only their user
can, or one that netmon.yaml names. No token is ever logged or told.
"""

import hmac
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_urlsafe

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request

from netmon.model import Secret
from netmon.run.keys import keep

FILE = "api.token"
OWN = "cli"
"""What the service's own token is called."""
FAILURES, WITHIN = 10, 60.0
"""So many wrong tokens within so many seconds, and an address has to wait."""
ADDRESSES = 1000
"""Addresses whose wrong tokens are remembered."""

log = structlog.get_logger()


def make_token(data: Path) -> str:
    """A fresh token for the service that starts, in a file that nobody but its user can read. NotPermitted."""
    token = token_urlsafe(32)
    keep(data / FILE, f"{token}\n".encode())
    return token


class Gate:
    """Knows the tokens, and tells `refused` of each who comes without a right one."""

    def __init__(
        self,
        own: str,
        tokens: Mapping[str, Secret],
        refused: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        named = ((name, secret.reveal().encode()) for name, secret in tokens.items() if secret.is_set)
        self._tokens = ((OWN, own.encode()), *named)
        self._monotonic = monotonic
        self._failures: dict[str, deque[float]] = {}
        self._refused = refused

    def admit(self, request: Request) -> str:
        """Whose token the request shows. HTTPException 401, or 429 for an address that shows wrong ones again and
        again; a right one, which nobody can guess, counts all the same, for behind a proxy all have one address."""
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        token = shown.strip().encode() if scheme.lower() == "bearer" else b""
        # every token is compared, so that the time tells nothing
        found = [name for name, known in self._tokens if hmac.compare_digest(token, known)]
        if found:
            return found[0]
        self._refused()
        address = request.client.host if request.client else ""
        if self._tired_of(address):
            raise HTTPException(429, "too many wrong tokens, try again in a minute", {"retry-after": f"{WITHIN:.0f}"})
        self._failed(address)
        raise HTTPException(401, "a token is needed", {"www-authenticate": "Bearer"})

    def _tired_of(self, address: str) -> bool:
        failures = self._failures.get(address, deque())
        while failures and failures[0] < self._monotonic() - WITHIN:
            failures.popleft()
        return len(failures) >= FAILURES

    def _failed(self, address: str) -> None:
        failures = self._failures.setdefault(address, deque())
        failures.append(self._monotonic())
        if len(failures) == FAILURES:
            log.warning("wrong tokens, not listened to for a minute", address=address)
        if len(self._failures) > ADDRESSES:
            del self._failures[next(iter(self._failures))]
