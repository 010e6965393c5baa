"""Who may change something, and how much may they send?

Whoever shows a token: the service's own, which the commands on the same machine read from a file that only their user
can, or one that netmon.yaml names. No token is ever logged or told.
"""

import hmac
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_urlsafe

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request

from netmon.errors import NotPermitted
from netmon.model import Secret

FILE = "api.token"
OWN = "cli"
"""What the service's own token is called."""
FAILURES, WITHIN = 10, 60.0
"""So many wrong tokens within so many seconds, and an address has to wait."""
ADDRESSES = 1000
"""Addresses whose wrong tokens are remembered."""
MOST = 64 * 1024
"""Octets that a body may have."""

log = structlog.get_logger()


def make_token(data: Path) -> str:
    """A fresh token for the service that starts, in a file that nobody but its user can read. NotPermitted."""
    token, path = token_urlsafe(32), data / FILE
    fresh = path.with_suffix(".new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token + "\n")
        fresh.replace(path)
    except OSError as error:
        raise NotPermitted(f"{path}: cannot be written: {error.strerror}") from None
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
        self._own = own.encode()
        self._tokens = {name: secret.reveal().encode() for name, secret in tokens.items() if secret.is_set}
        self._monotonic = monotonic
        self._failures: dict[str, deque[float]] = {}
        self._refused = refused

    def admit(self, request: Request) -> str:
        """Whose token the request shows. HTTPException 401, or 429 for an address that shows wrong ones again and
        again: then only the service's own, which nobody can guess, still counts."""
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        token = shown.strip().encode() if scheme.lower() == "bearer" else b""
        if hmac.compare_digest(token, self._own):
            return OWN
        address = request.client.host if request.client else ""
        if self._tired_of(address):
            self._refused()
            raise HTTPException(429, "too many wrong tokens, try again in a minute", {"retry-after": f"{WITHIN:.0f}"})
        # every token is compared, so that the time tells nothing
        found = [name for name, known in self._tokens.items() if hmac.compare_digest(token, known)]
        if not found:
            self._failed(address)
            raise HTTPException(401, "a token is needed", {"www-authenticate": "Bearer"})
        return found[0]

    def _tired_of(self, address: str) -> bool:
        failures = self._failures.get(address, deque())
        while failures and failures[0] < self._monotonic() - WITHIN:
            failures.popleft()
        return len(failures) >= FAILURES

    def _failed(self, address: str) -> None:
        self._refused()
        failures = self._failures.setdefault(address, deque())
        failures.append(self._monotonic())
        if len(failures) == FAILURES:
            log.warning("wrong tokens, not listened to for a minute", address=address)
        if len(self._failures) > ADDRESSES:
            del self._failures[next(iter(self._failures))]


async def body(request: Request, most: int = MOST) -> bytes:
    """The whole body; HTTPException 413 once it is longer than `most` octets."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > most:
            raise HTTPException(413, "Content Too Large", {"connection": "close"})
    return bytes(read)
