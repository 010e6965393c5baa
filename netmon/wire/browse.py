"""What does a web server answer to one question, and how long does each part of that take?

HTTP/1.1 (RFC 9112) by h11 over any stream. Of a body no more is kept than somebody looks at, and no more read than
MOST: an endless one is as good as a long one.
"""

import asyncio
import codecs
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import h11

from netmon.errors import NotServing
from netmon.wire.dialogue import Dialogue, quoted
from netmon.wire.text import clean

MOST = 1 << 20
"""Octets of a body that are read."""

KEPT = 256 * 1024
"""Octets of a body that are looked at."""

HEADS = 64 * 1024
"""Octets that a status line and its fields may have together."""

_CHUNK = 16 * 1024
_ANSWER, _BODY = "an HTTP answer", "the rest of the page"
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,500}?)</title", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(r"charset=\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)

Headers = Sequence[tuple[str, str]]


class Url(NamedTuple):
    """A web address in its parts; `target` is path and query as sent, `host` in ASCII (RFC 5891)."""

    tls: bool
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The server as the Host field names it (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}{self.target}"


def parsed(text: str) -> Url:
    """The parts of a web address. ValueError says what is wrong with it."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{text!r} does not begin with http:// or https://")
    if not parts.hostname:
        raise ValueError(f"{text!r} names no host")
    if "@" in parts.netloc:
        raise ValueError("a user and a password do not belong into the address")
    try:
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise ValueError(f"{text!r} is no web address: {error}") from None
    if not re.fullmatch(r"[0-9a-z_.:%-]{1,253}", host):
        raise ValueError(f"{text!r} is no web address: its host makes no sense")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    return Url(parts.scheme == "https", host, port, f"{path}?{query}" if query else path)


@dataclass(slots=True)
class Page:
    """An answer: `status`, its header fields (names in small letters), the first octets of the body, and of how
    many these are the first. `processing` and `transfer` are seconds: until its first line, and from there to the end.
    """

    status: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    length: int = 0
    processing: float = 0.0
    transfer: float = 0.0

    @property
    def text(self) -> str:
        """The body as text, by its declared character set or UTF-8, letters with their marks composed (NFC)."""
        found = _CHARSET.search(self.fields.get("content-type", ""))
        try:
            charset = codecs.lookup(found[1]).name if found else "utf-8"
            text = self.body.decode(charset, "replace")
        except (LookupError, UnicodeError, AttributeError):
            text = self.body.decode("utf-8", "replace")
        return unicodedata.normalize("NFC", text)

    @property
    def title(self) -> str:
        """What the page calls itself, for people; "" if nothing."""
        found = _TITLE.search(self.text)
        return clean(html.unescape(found[1]).strip(), 60) if found else ""

    def onward(self, url: Url) -> Url | None:
        """Where it sends us instead, None if nowhere. NotServing if that makes no sense."""
        if self.status not in (301, 302, 303, 307, 308) or "location" not in self.fields:
            return None
        try:
            return parsed(urljoin(str(url), self.fields["location"]))
        except ValueError:
            raise NotServing(f"HTTP status {self.status} to {clean(self.fields['location'], 80)!r}") from None


def find(pattern: str, text: str) -> str | None:
    """The first place that a regular expression finds in a page, character references (`&#7897;`) read too."""
    wanted = re.compile(unicodedata.normalize("NFC", pattern))
    found = wanted.search(text)
    if found is None and "&" in text:
        found = wanted.search(unicodedata.normalize("NFC", html.unescape(text)))
    return found[0] if found else None


async def ask(dialogue: Dialogue, method: str, url: Url, headers: Headers) -> Page:
    """The server's answer to one request. Raises NotServing: silence, a stranger's protocol, a body that breaks off."""
    client = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADS)
    request = h11.Request(method=method, target=url.target, headers=[("Host", url.authority), *headers])
    question = (client.send(request) or b"") + (client.send(h11.EndOfMessage()) or b"")
    clock = asyncio.get_running_loop()
    asked = clock.time()
    await dialogue.say(question, _ANSWER)
    page = Page()
    while page.length < MOST:
        event = await _next(client, dialogue, page)
        if isinstance(event, h11.Response):
            page.status = event.status_code
            page.fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            page.processing = clock.time() - asked
            dialogue.kept.clear()
        elif isinstance(event, h11.Data):
            page.length += len(event.data)
            page.body += event.data[: KEPT - len(page.body)]
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            break
    page.transfer = clock.time() - asked - page.processing
    return page


async def _next(client: h11.Connection, dialogue: Dialogue, page: Page) -> object:
    """What comes next of an answer. `dialogue.kept` holds the beginning of what came while there is no answer."""
    what = _BODY if page.status else _ANSWER
    while True:
        try:
            event = client.next_event()
        except h11.RemoteProtocolError as error:
            if page.status:
                raise NotServing(f"HTTP status {page.status}, but broke off after {page.length} octets") from None
            if not dialogue.kept:
                raise NotServing(f"closed the connection before {what}") from None
            why = "its head has no end" if "too long" in str(error) else "speaks no HTTP"
            raise NotServing(f"{why}: {quoted(dialogue.kept)}") from None
        if event is not h11.NEED_DATA:
            return event
        data = await dialogue.next(what, _CHUNK)
        if not page.status:
            dialogue.kept += data[: max(0, 256 - len(dialogue.kept))]
        client.receive_data(data)
