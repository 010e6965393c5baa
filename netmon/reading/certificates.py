"""Which figures does a TLS handshake give?"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from netmon.model import Metric, Sample
from netmon.units import Duration
from netmon.wire.net import TlsSeen

DAY = 86400.0

STEPS = (30 * DAY, 14 * DAY, 3 * DAY)
"""How long before a certificate ends people are told, unless they say otherwise (s)."""

Steps = Annotated[
    tuple[Duration, ...], Field(description="How long before the certificate ends people are told of it.")
]

EXPIRY = "netmon_tls_certificate_expiry_timestamp_seconds"
TRUSTED = "netmon_tls_trusted"

FAMILIES: Mapping[str, Metric] = {
    EXPIRY: Metric("gauge", "When the certificate ends."),
    TRUSTED: Metric("gauge", "Whether the certificate is to be trusted (1) or not (0)."),
}


def certified(seen: TlsSeen) -> Iterator[Sample]:
    """What a handshake showed of the certificates: whether they are trusted, and when the first of them ends."""
    yield Sample(TRUSTED, int(not seen.trouble))
    if seen.chain:
        yield Sample(EXPIRY, min(one.until for one in seen.chain))
