"""Does the DNS server know the name, and does it say what it should?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import NotServing
from netmon.model import Metric, Sample, Target
from netmon.wire import dns
from netmon.wire.dialogue import Limit
from netmon.wire.dns import Told
from netmon.wire.net import Net
from netmon.wire.text import clean

NO_ERROR, NO_NAME = 0, 3
"""Response codes (RFC 6895, 2.3): NOERROR, NXDOMAIN."""

HOSTS = ("MX", "NS", "SRV", "SOA")
"""Kinds of records of which one word, the name of a host, may be expected by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dns:
    """Asks a DNS server for the records of one name (RFC 1035), and alive is what knows them.

    What does not fit into a datagram is asked for over TCP.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        "netmon_dns_lookup_seconds": Metric("gauge", "How long the DNS server took to answer."),
        "netmon_dns_answers": Metric("gauge", "Records of the kind asked for that the DNS server knows."),
        "netmon_dns_response_code": Metric("gauge", "Response code: 0 no error, 2 server failure, 3 no such name."),
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 3.0

    name: Annotated[str, Field(description="Name to ask for, for example yenbai.gov.vn.", min_length=1)]
    type: Annotated[
        Literal["A", "AAAA", "MX", "NS", "PTR", "SOA", "SRV", "TXT"], Field(description="Kind of records to ask for.")
    ] = "A"
    expect: Annotated[
        tuple[str, ...], Field(description="Answers that must be among those that come, for example [10.28.0.80].")
    ] = ()
    expect_none: Annotated[bool, Field(description="Whether the name must not be known.")] = False
    tcp: Annotated[bool, Field(description="Whether to ask over TCP at once.")] = False
    recurse: Annotated[bool, Field(description="Whether to have the server ask others if it does not know.")] = True
    port: Annotated[int, Field(ge=1, le=65535, description="Port of the DNS server.")] = 53

    def __post_init__(self) -> None:
        """Refuse what can never be asked or never be right."""
        if self.expect and self.expect_none:
            raise ValueError("expect and expect_none exclude each other")
        dns.question(self.name, self.type)

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The time it took, response code and number of records. Raises Unreachable, Refused or NotServing."""
        clock = asyncio.get_running_loop()
        asked = clock.time()
        question = dns.question(self.name, self.type, self.recurse)
        told = await dns.ask(net, target.address, self.port, question, Limit.after(target.timeout), self.tcp)
        took = clock.time() - asked
        samples = [
            Sample("netmon_probe_rtt_seconds", took, ("dns",)),
            Sample("netmon_dns_lookup_seconds", took),
            Sample("netmon_dns_answers", len(told.texts)),
            Sample("netmon_dns_response_code", told.code),
        ]
        if trouble := self.trouble(told):
            raise NotServing(trouble, samples)
        return samples

    def trouble(self, told: Told) -> str:
        """What is wrong with an answer, "" = nothing."""
        about = f"{self.type} of {self.name}"
        if told.code not in (NO_ERROR, NO_NAME) or (told.code == NO_NAME and not self.expect_none):
            return f"{about}: {told.status}"
        said = clean(", ".join(told.texts), 80)
        if self.expect_none:
            return f"{about}: {said}, expected none" if told.texts else ""
        if not told.texts:
            return f"{about}: no such record"
        known = {bare(word) for text in told.texts for word in self.words(text)}
        missing = [text for text in self.expect if bare(text) not in known]
        return f"{about}: {said}, expected {', '.join(missing)}" if missing else ""

    def words(self, text: str) -> list[str]:
        """What an expected answer is compared with: a record as a whole, and its parts where one is a host's name."""
        return [text, *text.split()] if self.type in HOSTS else [text]


def bare(text: str) -> str:
    """Names compare without regard to case and to the final dot (RFC 4343)."""
    return text.casefold().removesuffix(".")
