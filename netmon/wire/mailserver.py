"""What does a mail server say when somebody calls and has no mail for it?

The replies of SMTP (RFC 5321, 4.2), and the greeting up to where a sender would be named.
"""

import re
import socket
from typing import NamedTuple

from netmon.errors import CollectError, NotServing
from netmon.wire.dialogue import Dialogue, Limit, quoted
from netmon.wire.net import TlsSeen
from netmon.wire.text import clean

READY, DONE = 220, 250

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?")
_MOST_LINES = 100
_PATIENCE = 1.0  # seconds for the last reply, which nobody needs


class Reply(NamedTuple):
    """A reply's code and its lines."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.code} {clean(self.lines[0], 60)}".rstrip()


async def greeted(dialogue: Dialogue) -> Reply:
    """The greeting. Raises NotServing if it is none, or turns callers away (421, 554)."""
    return expected(await reply(dialogue, "a greeting"), READY, "greets with")


async def hello(dialogue: Dialogue) -> frozenset[str]:
    """Say EHLO, or HELO to a server that does not know it: the names of the extensions, in capitals.

    Raises NotServing if neither is accepted.
    """
    # the host's own name without asking DNS for it, which may be what is down
    name = socket.gethostname().encode("ascii", "replace")
    told = await command(dialogue, b"EHLO " + name)
    if told.code in (500, 502):  # RFC 5321, 4.1.4
        expected(await command(dialogue, b"HELO " + name), DONE, "answers HELO with")
        return frozenset()
    expected(told, DONE, "answers EHLO with")
    return frozenset(line.split(" ")[0].upper() for line in told.lines[1:])


async def secured(dialogue: Dialogue, extensions: frozenset[str], name: str) -> TlsSeen:
    """Change over to TLS (STARTTLS, RFC 3207). Raises NotServing if that is not offered or does not work."""
    if "STARTTLS" not in extensions:
        raise NotServing("offers no STARTTLS")
    expected(await command(dialogue, b"STARTTLS"), READY, "answers STARTTLS with")
    return await dialogue.secure(name)


async def farewell(dialogue: Dialogue) -> None:
    """Say QUIT and hear the answer, so that no server logs a caller who broke off. What goes wrong here is nothing."""
    dialogue.limit = Limit.after(min(dialogue.limit.left(), _PATIENCE))
    try:
        await command(dialogue, b"QUIT")
    except CollectError:
        return


async def command(dialogue: Dialogue, words: bytes) -> Reply:
    """Say a command and hear the reply. Raises NotServing."""
    what = f"an answer to {words.split()[0].decode()}"
    await dialogue.say(words + b"\r\n", what)
    return await reply(dialogue, what)


async def reply(dialogue: Dialogue, what: str) -> Reply:
    """The next reply, all its lines. Raises NotServing for what is none."""
    lines: list[str] = []
    code = b""
    for _ in range(_MOST_LINES):
        line = await dialogue.line(what)
        found = _LINE.fullmatch(line)
        if found is None or (code and found[1] != code):
            raise NotServing(f"answers, but not with SMTP: {quoted(line)}")
        code = found[1]
        lines.append((found[3] or b"").decode("utf-8", "replace"))
        if found[2] != b"-":
            return Reply(int(code), tuple(lines))
    raise NotServing(f"more than {_MOST_LINES} lines instead of {what}")


def expected(said: Reply, code: int, how: str) -> Reply:
    """The same reply. Raises NotServing if its code is another."""
    if said.code != code:
        raise NotServing(f"{how} '{said}', expected {code}")
    return said
