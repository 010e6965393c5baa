"""Which certificate does the server show, how long does it last, and would anybody trust it?"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import NotServing
from netmon.model import Metric, Remembered, Sample, Target
from netmon.reading.certificates import FAMILIES, STEPS, Steps, certified
from netmon.wire import mailserver
from netmon.wire.dialogue import Dialogue, Limit, opened
from netmon.wire.names import server_name
from netmon.wire.net import Net, TlsSeen

INFO = "netmon_tls_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """A TLS handshake (RFC 8446, or an older version) and nothing more. A new certificate is written down."""

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        "netmon_tls_handshake_seconds": Metric("gauge", "How long the TLS handshake took."),
        INFO: Metric(
            "info", "Version of TLS and the server's certificate.", ("version", "subject", "issuer", "serial")
        ),
        **FAMILIES,
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 300.0
    TIMEOUT: ClassVar[float] = 5.0

    port: Annotated[int, Field(ge=1, le=65535, description="Port of the server.")] = 443
    name: Annotated[
        str,
        Field(
            description="Name to ask for, which the certificate must bear; empty = the address if it is a name, or any."
        ),
    ] = ""
    starttls: Annotated[
        Literal["none", "smtp", "imap"], Field(description="How a conversation begins that TLS comes into later.")
    ] = "none"
    trust: Annotated[bool, Field(description="Whether an untrusted certificate counts as not serving.")] = False
    steps: Steps = STEPS

    def remembered(self) -> Sequence[Remembered]:
        """A certificate that is another one than before is written down; nobody is woken."""
        return (Remembered(INFO, ()),)

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The handshake and the certificate. Raises Unreachable, Refused, or NotServing if there is no TLS."""
        name = self.name or server_name(target.address)
        clock = asyncio.get_running_loop()
        begun = clock.time()
        limit = Limit.after(target.timeout)
        direct = name if self.starttls == "none" else None
        async with opened(net, target.address, self.port, limit, direct) as dialogue:
            seen = dialogue.stream.tls or await self._secured(dialogue, name)
        samples = [
            Sample("netmon_probe_rtt_seconds", clock.time() - begun, ("tls",)),
            Sample("netmon_tls_handshake_seconds", seen.seconds),
            *certified(seen),
        ]
        if seen.chain:
            own = seen.chain[0]
            samples.append(Sample(INFO, 1, (seen.version, own.subject, own.issuer, own.serial)))
        if self.trust and seen.trouble:
            raise NotServing(f"certificate: {seen.trouble}", samples)
        return samples

    async def _secured(self, dialogue: Dialogue, name: str) -> TlsSeen:
        """TLS after the words that a mail server (RFC 3207) or a mailbox server (RFC 9051, 6.2.1) wants first."""
        if self.starttls == "smtp":
            await mailserver.greeted(dialogue)
            return await mailserver.secured(dialogue, await mailserver.hello(dialogue), name)
        await dialogue.line("a greeting")
        await dialogue.say(b"a STARTTLS\r\n", "an answer to STARTTLS")
        while not (line := await dialogue.line("an answer to STARTTLS")).startswith(b"a "):
            pass
        if not line.upper().startswith(b"A OK"):
            raise NotServing("offers no STARTTLS")
        return await dialogue.secure(name)
