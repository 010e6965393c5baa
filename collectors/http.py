"""Does the web page come, and is it the right one?"""

import asyncio
import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import BadAnswer, NotServing, Poor
from netmon.model import Metric, Sample, Secret, Target
from netmon.reading.certificates import FAMILIES, STEPS, Steps, certified
from netmon.units import Duration
from netmon.wire.browse import Headers, Page, Url, ask, find, parsed
from netmon.wire.dialogue import Limit, opened
from netmon.wire.net import Net, TlsSeen
from netmon.wire.text import clean

PHASE = "netmon_http_phase_seconds"

_STATUS = re.compile(r"[1-5](\d\d|xx)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """Fetches a page by HTTP/1.1 from the target's address, as a browser would that is sent there.

    Redirects on the same host stay at that address; others are looked up.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        PHASE: Metric("gauge", "How long a part took: connect, tls, processing or transfer.", ("phase",)),
        "netmon_http_status_code": Metric("gauge", "Status code of the last answer."),
        "netmon_http_body_bytes": Metric("gauge", "Size of the page, as far as it was read (at most 1 MiB)."),
        "netmon_http_redirects": Metric("gauge", "Redirects that were followed."),
        **FAMILIES,
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 10.0

    url: Annotated[str, Field(description="Address of the page, by https or http.")]
    method: Annotated[Literal["GET", "HEAD"], Field(description="How to ask; HEAD brings no page.")] = "GET"
    expect: Annotated[
        int | str | tuple[int | str, ...],
        Field(description="Status codes that are right, such as 200 or 2xx, or a list."),
    ] = "2xx"
    match: Annotated[str, Field(description="Regular expression to be found in the first 256 KiB of the page.")] = ""
    not_match: Annotated[str, Field(description="Regular expression that must not be found in them.")] = ""
    redirects: Annotated[int, Field(ge=0, le=20, description="How many redirects are followed.")] = 5
    headers: Annotated[Mapping[str, str], Field(description="Further header fields, for this host alone.")] = field(
        default_factory=dict
    )
    user: Annotated[str, Field(description="User for basic authentication.")] = ""
    password: Annotated[Secret | None, Field(description="Its password.")] = None
    trust: Annotated[bool, Field(description="Whether an untrusted certificate counts as not serving.")] = True
    steps: Steps = STEPS
    slower: Annotated[
        Duration | None, Field(gt=0, description="An answer that takes longer than this counts as not serving.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse what can never be asked, or never come. ValueError."""
        parsed(self.url)
        for name, pattern in (("match", self.match), ("not_match", self.not_match)):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{name}: {pattern!r} is not a regular expression: {error}") from None
        if self.method == "HEAD" and (self.match or self.not_match):
            raise ValueError("an answer to HEAD has no page in which anything could be found")
        for status in self.wanted:
            if not _STATUS.fullmatch(status):
                raise ValueError(f"expect: {status!r} is not a status code such as 200, or a class of them such as 2xx")
        for name, value in self.headers.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not re.fullmatch(r"[\x20-\x7e\t]*", value):
                raise ValueError(f"headers: {name!r} is not a header field that can be sent")
        if bool(self.user) != (self.password is not None):
            raise ValueError("user and password go together")

    @property
    def wanted(self) -> tuple[str, ...]:
        """The status codes and classes of them that are right."""
        return tuple(map(str, self.expect if isinstance(self.expect, tuple) else (self.expect,)))

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """How long each part took, status and size, and the certificate. Raises Unreachable, Refused or NotServing."""
        visit = _Visit(self, net, target.address, Limit.after(target.timeout))
        begun = asyncio.get_running_loop().time()
        try:
            page = await visit.follow(parsed(self.url))
            took = asyncio.get_running_loop().time() - begun
            self._judge(page, took, visit.where)
        except NotServing as error:
            raise type(error)(str(error), visit.samples()) from None
        first = Sample("netmon_probe_rtt_seconds", took - page.transfer, ("http",))
        return [first, *visit.samples()]

    def right(self, status: int) -> bool:
        """Whether an answer with this status is one of those that are expected."""
        return any(each in (str(status), f"{status // 100}xx") for each in self.wanted)

    def fields(self, own: bool) -> Headers:
        """The header fields that a server is sent, `own` the one that is watched."""
        fields = {"User-Agent": "netmon", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        return [*(fields | dict(self.headers if own else {})).items()]

    def credentials(self) -> Headers:
        """The header field with the password (RFC 7617). BadAnswer if it is not set."""
        if self.password is None:
            return []
        try:
            pair = f"{self.user}:{self.password.reveal()}"
        except LookupError as error:
            raise BadAnswer(f"password: {error}") from None
        return [("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")]

    def _judge(self, page: Page, took: float, where: str) -> None:
        """Raise NotServing unless status, page and time (s) are right. `where`: after which redirects, in words."""
        if not self.right(page.status):
            raise NotServing(f"HTTP status {page.status}, expected {' or '.join(self.wanted)}{where}")
        text = page.text if self.match or self.not_match else ""
        if self.match and find(self.match, text) is None:
            title = f", its title is {page.title!r}" if page.title else ""
            packed = (
                f", it is packed ({clean(packing, 20)})" if (packing := page.fields.get("content-encoding")) else ""
            )
            raise NotServing(f"the page has no {self.match!r}{title}{packed}{where}")
        if self.not_match and (found := find(self.not_match, text)) is not None:
            raise NotServing(f"the page has {clean(found, 60)!r}{where}")
        if self.slower is not None and took > self.slower:
            raise Poor(f"answered after {took:.1f} s, limit {self.slower:g} s")


@dataclass(slots=True)
class _Visit:
    """A way from page to page, with what was measured on it: seconds by phase, the last answer and handshake."""

    plugin: Http
    net: Net
    address: str
    limit: Limit
    phases: dict[str, float] = field(default_factory=dict)
    page: Page | None = None
    seen: TlsSeen | None = None
    redirects: int = 0
    where: str = ""

    async def follow(self, start: Url) -> Page:
        """The page at the end of the way."""
        url = start
        while True:
            page = self.page = await self._fetch(url, start)
            onward = None if self.plugin.right(page.status) else page.onward(url)
            if onward is None or self.plugin.redirects == 0:
                return page
            self.redirects += 1
            self.where = f" at {clean(str(onward), 80)}"
            if self.redirects > self.plugin.redirects:
                raise NotServing(f"more than {self.plugin.redirects} redirects, the last to {clean(str(onward), 80)}")
            url = onward

    async def _fetch(self, url: Url, start: Url) -> Page:
        """One answer. The password goes only where it was meant to go, and under no certificate that is not trusted."""
        plugin = self.plugin
        address = self.address if url.host == start.host else url.host
        async with opened(self.net, address, url.port, self.limit, url.host if url.tls else None) as dialogue:
            self._add("connect", dialogue.stream.connected)
            seen = dialogue.stream.tls
            if seen is not None:
                self._add("tls", seen.seconds)
                if self.seen is None or url.host == start.host:
                    self.seen = seen
                if seen.trouble and plugin.trust:
                    raise NotServing(f"certificate: {seen.trouble}{self.where}")
            same = url.host == start.host and url.tls >= start.tls
            own = plugin.credentials() if url[:3] == start[:3] else []
            page = await ask(dialogue, plugin.method, url, [*plugin.fields(same), *own])
        self._add("processing", page.processing)
        self._add("transfer", page.transfer)
        return page

    def _add(self, phase: str, seconds: float) -> None:
        self.phases[phase] = self.phases.get(phase, 0.0) + seconds

    def samples(self) -> list[Sample]:
        """What was measured so far."""
        found = [Sample(PHASE, seconds, (phase,)) for phase, seconds in self.phases.items()]
        if self.page is not None:
            found.append(Sample("netmon_http_status_code", self.page.status))
            found.append(Sample("netmon_http_body_bytes", self.page.length))
            found.append(Sample("netmon_http_redirects", self.redirects))
        return found + (list(certified(self.seen)) if self.seen is not None else [])
