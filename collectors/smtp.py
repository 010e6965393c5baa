"""Would the mail server take a message?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import NotServing
from netmon.model import Metric, Sample, Target
from netmon.reading.certificates import FAMILIES, STEPS, Steps, certified
from netmon.wire import mailserver
from netmon.wire.dialogue import Dialogue, Limit, opened
from netmon.wire.names import server_name
from netmon.wire.net import Net, TlsSeen

PHASE = "netmon_smtp_phase_seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Greets a mail server (RFC 5321) and says goodbye; no sender is named and no mail sent."""

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        PHASE: Metric("gauge", "How long a part of the conversation took: greeting, ehlo or tls.", ("phase",)),
        **FAMILIES,
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 5.0

    tls: Annotated[
        Literal["none", "starttls", "direct"],
        Field(description="Whether to speak TLS, by STARTTLS or from the first octet on (port 465)."),
    ] = "none"
    name: Annotated[
        str, Field(description="Name that the certificate must bear; empty = the address if it is a name, or any.")
    ] = ""
    trust: Annotated[bool, Field(description="Whether an untrusted certificate counts as not serving.")] = False
    steps: Steps = STEPS
    port: Annotated[int, Field(ge=1, le=65535, description="Port of the mail server.")] = 25

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """How long each part took, and the certificate. Raises Unreachable, Refused or NotServing."""
        name = self.name or server_name(target.address)
        samples: list[Sample] = []
        limit = Limit.after(target.timeout)
        async with opened(net, target.address, self.port, limit, name if self.tls == "direct" else None) as dialogue:
            try:
                seen = await self._converse(dialogue, name, samples)
            except NotServing as error:
                raise NotServing(str(error), samples) from None
        if seen is not None:
            samples += certified(seen)
            if self.trust and seen.trouble:
                raise NotServing(f"certificate: {seen.trouble}", samples)
        return samples

    async def _converse(self, dialogue: Dialogue, name: str, samples: list[Sample]) -> TlsSeen | None:
        """Greeting to farewell; what was measured goes to `samples` as it comes."""
        clock = asyncio.get_running_loop()
        begun = clock.time()
        await mailserver.greeted(dialogue)
        greeted = clock.time()
        took = dialogue.stream.connected + greeted - begun
        samples += [
            Sample("netmon_probe_rtt_seconds", took, ("smtp",)),
            Sample(PHASE, greeted - begun, ("greeting",)),
        ]
        extensions = await mailserver.hello(dialogue)
        samples.append(Sample(PHASE, clock.time() - greeted, ("ehlo",)))
        seen = dialogue.stream.tls
        if self.tls == "starttls":
            seen = await mailserver.secured(dialogue, extensions, name)
        if seen is not None:
            samples.append(Sample(PHASE, seen.seconds, ("tls",)))
        await mailserver.farewell(dialogue)
        return seen
