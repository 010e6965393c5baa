"""Does a camera describe what it shows (RTSP 1.0, RFC 2326)?

OPTIONS is answered by the network part of a camera whose video part has hung for weeks; only DESCRIBE shows that there
is something to see. Nothing is set up and nothing played.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from netmon.errors import NotServing
from netmon.wire import challenge, heads
from netmon.wire.dialogue import Dialogue
from netmon.wire.heads import Head

LARGEST = 64 * 1024
"""Octets of a description that are read."""
UNAUTHORIZED = 401

_MOST_STRANGE = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """A head, its body, and the seconds that it took from the question on, repeated with a password or not."""

    head: Head
    body: bytes
    seconds: float

    @property
    def is_fine(self) -> bool:
        """Whether the request was done (2xx)."""
        return 200 <= self.head.status < 300


@dataclass(slots=True)
class Conversation:
    """Requests to one stream, one after the other. `login` is (user, password), None = nobody."""

    dialogue: Dialogue
    url: str
    login: tuple[str, str] | None = None
    _number: int = 0

    async def ask(self, method: str, fields: Mapping[str, str] | None = None) -> Answer:
        """One request, repeated once with the password if that is asked for and there is one.

        Raises NotServing if no answer comes, or something else.
        """
        clock = asyncio.get_running_loop()
        asked = clock.time()
        head, body = await self._once(method, fields or {})
        if head.status == UNAUTHORIZED and self.login is not None:
            proof = challenge.answer(head.all("www-authenticate"), method, self.url, *self.login)
            if proof:
                head, body = await self._once(method, {**(fields or {}), "Authorization": proof})
        return Answer(head, body, clock.time() - asked)

    async def _once(self, method: str, fields: Mapping[str, str]) -> tuple[Head, bytes]:
        self._number += 1
        lines = [f"{method} {self.url} RTSP/1.0", f"CSeq: {self._number}", "User-Agent: netmon"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        what = f"an answer to {method}"
        await self.dialogue.say("".join(f"{line}\r\n" for line in (*lines, "")).encode(), what)
        for _ in range(_MOST_STRANGE):
            head = heads.read(await self.dialogue.head(what), "RTSP")
            body = await self.dialogue.exactly(head.length(LARGEST, "content-length"), what)
            # some cameras leave CSeq out
            if head.status >= 200 and head.first("cseq") in ("", str(self._number)):
                return head, body
        raise NotServing(f"{_MOST_STRANGE} answers to other questions instead of {what}")


def media(description: bytes) -> int:
    """How many streams a session description names (`m=` lines, SDP, RFC 8866). Raises NotServing if it is none."""
    lines = description.replace(b"\r", b"\n").split(b"\n")
    if lines[0].strip() != b"v=0":
        raise NotServing("DESCRIBE brings no session description")
    return sum(line.startswith(b"m=") for line in lines)
